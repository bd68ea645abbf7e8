"""A small catalog with round figures, a build of it, and a judge with simple sums: views are tested against these,
so that no change of a real figure or rule can break a test of the window."""

from dataclasses import replace
from datetime import date
from typing import Any

from planner.analysis.cost import Cost, Line
from planner.analysis.facts import Facts
from planner.analysis.lanes import ConnectorState, Lanes, Link
from planner.analysis.memory import Memory, Share
from planner.analysis.power import Load, Power, SupplyLoad, Wall
from planner.analysis.throughput import Throughput
from planner.catalog.resolve import resolve
from planner.catalog.store import Catalog
from planner.domain import edits
from planner.domain.base import Confidence, Evidence
from planner.domain.build import Build, Chosen, MemoryChoice, Parts, Placement
from planner.domain.engine import Engine
from planner.domain.findings import Finding, Fix, NotChecked, Severity
from planner.domain.model import Attention, Model
from planner.domain.parts import (
    Board,
    Card,
    Case,
    Chip,
    Circuit,
    Connector,
    Cpu,
    CpuCooler,
    Drive,
    MemoryKit,
    Price,
    Psu,
    Root,
)
from planner.domain.parts.board import MemoryBank
from planner.domain.policy import Policy
from planner.domain.rig import Rig
from planner.domain.steps import Range, Step
from planner.domain.workload import SplitMode, Workload
from planner.evaluate import Report

EVIDENCE = Evidence(confidence=Confidence.HIGH, sources=("https://example.org/datasheet",), seen_on=date(2026, 11, 1))
GIB = 2**30


def price(dollars: int) -> Price:
    return Price(cents=dollars * 100, kind="street", on=date(2026, 11, 1), source="https://example.org/shop")


def part(record: type[Any], /, ident: str, vendor: str, name: str, dollars: int, **more: Any) -> Any:
    return record(id=ident, vendor=vendor, name=name, price=price(dollars), evidence=EVIDENCE, **more)


def chip(ident: str, name: str, vram_gib: float, memory_gb_s: float, tgp_w: int) -> Chip:
    more: dict[str, Any] = {"architecture": "Ada", "family": "ada", "segment": "consumer", "memory_type": "GDDR6X"}
    made: Chip = part(
        Chip,
        ident,
        "NVIDIA",
        name,
        0,
        vram_gib=vram_gib,
        memory_gb_s=memory_gb_s,
        pcie_gen=4,
        pcie_lanes=16,
        tgp_w=tgp_w,
        **more,
    )
    return made


def card(ident: str, chip_id: str, name: str, dollars: int, tgp_w: int, **more: Any) -> Card:
    size: dict[str, Any] = {"length_mm": 304.0, "thickness_mm": 61.0, "slots_occupied": 3.0, "cooler": "open_air"}
    made: Card = part(
        Card, ident, "NVIDIA", name, dollars, chip=chip_id, tgp_w=tgp_w, plugs={"12v_2x6": 1}, **(size | more)
    )
    return made


def psu(ident: str, name: str, dollars: int, watts: int, sixteen_pin: int) -> Psu:
    more: dict[str, Any] = {"atx_version": "3.1", "grade": "gold", "pcie_8pin": 3, "length_mm": 160.0}
    made: Psu = part(Psu, ident, "Volta", name, dollars, watts=watts, sixteen_pin=sixteen_pin, **more)
    return made


def board(ident: str, name: str, dollars: int, slots: tuple[tuple[str, int, int], ...]) -> Board:
    connectors = [
        Connector(id=slot, kind="slot", row=row, mechanical=16, gen=5, lanes=lanes, root="cpu")
        for slot, row, lanes in slots
    ]
    connectors.append(Connector(id="M2_1", kind="m2", gen=5, lanes=4, root="cpu"))
    made: Board = part(
        Board,
        ident,
        "ASUS",
        name,
        dollars,
        socket="AM5",
        chipset="X670E",
        form_factor="ATX",
        memory=MemoryBank(type="DDR5", channels=2, slots=4, max_gib=192),
        roots=(Root(id="cpu", kind="cpu", gen=5),),
        connectors=tuple(connectors),
    )
    return made


def engine(ident: str, name: str, *splits: SplitMode) -> Engine:
    return Engine(
        id=ident,
        name=name,
        splits=splits,
        formats=("gguf",),
        kv_types=("f16", "q8_0"),
        mixed_cards=True,
        needs_head_divisibility=False,
        offload=True,
        evidence=EVIDENCE,
    )


def model(ident: str, name: str, params: int, layers: int) -> Model:
    return Model(
        id=ident,
        name=name,
        family="Llama 3.1",
        hf_repo=f"example/{ident}",
        params_total=params,
        layers=layers,
        hidden=8192,
        intermediate=28672,
        heads=64,
        kv_heads=8,
        head_dim=128,
        vocab=128256,
        tied=False,
        max_context=131072,
        attention=Attention(kind="gqa"),
        evidence=EVIDENCE,
    )


def by_id(*records: Any) -> dict[str, Any]:
    return {record.id: record for record in records}


CATALOG = Catalog(
    chips=by_id(
        chip("rtx-4090", "RTX 4090", 24, 1008, 450),
        chip("rtx-5090", "RTX 5090", 32, 1792, 575),
        chip("rtx-a4000", "RTX A4000", 16, 448, 140),
    ),
    cards=by_id(
        card("rtx-4090-fe", "rtx-4090", "RTX 4090 FE", 1599, 450),
        card("rtx-5090-fe", "rtx-5090", "RTX 5090 FE", 1999, 575, thickness_mm=40.0, slots_occupied=2.0),
        card(
            "rtx-a4000",
            "rtx-a4000",
            "RTX A4000",
            950,
            140,
            length_mm=241.0,
            thickness_mm=20.0,
            slots_occupied=1.0,
            cooler="blower",
        ),
    ),
    boards=by_id(
        board("proart-x670e", "ProArt X670E-CREATOR WIFI", 449, (("PCIEX16_1", 2, 16), ("PCIEX16_2", 5, 8))),
        board("plain-board", "Plain Board", 150, (("PCIEX16_1", 2, 16),)),
    ),
    cpus=by_id(
        part(
            Cpu,
            "ryzen-9-7950x",
            "AMD",
            "Ryzen 9 7950X",
            489,
            socket="AM5",
            cores=16,
            threads=32,
            tdp_w=170,
            ppt_w=230,
            pcie_gen=5,
            pcie_lanes=24,
            memory_type="DDR5-5200",
            memory_channels=2,
        )
    ),
    coolers=by_id(part(CpuCooler, "tall-air", "Gale", "Tall Air 165", 89, kind="air", height_mm=165.0, rated_w=250)),
    memory=by_id(
        part(
            MemoryKit,
            "ddr5-6000-2x32",
            "Kit",
            "DDR5-6000 2 × 32 GB",
            219,
            type="DDR5",
            form="UDIMM",
            modules=2,
            module_gib=32,
            speed_mts=6000,
        )
    ),
    drives=by_id(part(Drive, "nvme-2tb", "Store", "NVMe 2 TB", 139, kind="nvme", capacity_gb=2000, gen=4, lanes=4)),
    psus=by_id(psu("volta-1000", "V1000", 179, 1000, 1), psu("volta-1600", "V1600", 399, 1600, 2)),
    cases=by_id(
        part(
            Case,
            "mid-tower",
            "Box",
            "Mid Tower 7",
            109,
            kind="mid tower",
            board_sizes=("ATX",),
            expansion_slots=7,
            max_gpu_length_mm=360.0,
            intake="mesh",
        )
    ),
    circuits=by_id(
        part(Circuit, "us-15a", "US", "15 A, 120 V", 0, country="US", volts=120, amps=15.0, continuous_share=0.8)
    ),
    models=by_id(
        model("llama-3.1-70b", "Llama 3.1 70B", 70_600_000_000, 80),
        model("llama-3.1-8b", "Llama 3.1 8B", 8_000_000_000, 32),
    ),
    engines=by_id(engine("llama.cpp", "llama.cpp", "none", "layer", "row"), engine("vllm", "vLLM", "none", "tensor")),
)


def make_build(**changes: Any) -> Build:
    """Two 4090s on a 1000 W supply: two errors, two warnings, a note."""
    parts: dict[str, Any] = {
        "cpu": "ryzen-9-7950x",
        "board": "proart-x670e",
        "gpus": (Chosen(key="gpu-1", part="rtx-4090-fe"), Chosen(key="gpu-2", part="rtx-4090-fe")),
        "memory": MemoryChoice(kit="ddr5-6000-2x32"),
        "psus": (Chosen(key="psu-1", part="volta-1000"),),
        "case": "mid-tower",
        "cooler": "tall-air",
        "drives": (Chosen(key="drive-1", part="nvme-2tb"),),
    }
    fields: dict[str, Any] = {
        "name": "Two cards",
        "parts": Parts(**parts),
        "placements": {
            "gpu-1": Placement(slot="PCIEX16_1"),
            "gpu-2": Placement(slot="PCIEX16_2"),
            "drive-1": Placement(slot="M2_1"),
        },
        "workloads": (Workload(model="llama-3.1-70b", quant="Q4_K_M"),),
    }
    return Build(**(fields | changes))


def judge(build: Build, catalog: Catalog, policy: Policy) -> Report:
    """Stands in for `evaluate`."""
    rig = resolve(build, catalog)
    worked_out = make_facts(rig, policy)
    found = tuple(
        replace(finding, accepted=next((a for a in build.accepted if a.key == finding.key), None))
        for finding in findings(worked_out)
    )
    unchecked = (NotChecked("THR-001", "cards-too-close", "Cards sit too close", ("row of slot PCIEX16_3",)),)
    return Report(build, worked_out, found, ("MEC-001", "MEM-001"), unchecked, ())


def make_facts(rig: Rig, policy: Policy) -> Facts:
    power = make_power(rig)
    memory = make_memory(rig)
    return Facts(
        rig=rig,
        policy=policy,
        lanes=make_lanes(rig),
        space=None,
        power=power,
        thermal=None,
        memory=memory,
        throughput=make_throughput(rig, memory),
        cost=make_cost(rig),
    )


def make_lanes(rig: Rig) -> Lanes | None:
    if rig.board is None:
        return None
    taken = {c.slot_name: c.key for c in rig.cards if c.slot} | {d.slot_name: d.key for d in rig.drives if d.slot}
    links = tuple(
        Link(
            gpu=c.key,
            slot=c.slot.id,
            width=8 if len(rig.cards) > 1 else 16,
            gen=4,
            root="cpu",
            root_kind="cpu",
            gb_s=15.8,
            slot_width=16,
            card_width=16,
            slot_gen=5,
            card_gen=4,
            limited_by=("lanes shared",),
        )
        for c in rig.cards
        if c.slot
    )
    states = tuple(
        ConnectorState(c.id, c.kind, c.row, c.lanes, c.gen, c.root, "cpu", taken.get(c.id), ())
        for c in rig.board.connectors
    )
    return Lanes(links=links, connectors=states, modes=(), conflicts=(), pairs=())


def make_power(rig: Rig) -> Power | None:
    if not rig.cards and rig.cpu is None:
        return None
    loads = [Load(c.key, c.label, c.psu, c.power_w, c.power_w * 0.8, c.power_w * 1.5) for c in rig.cards]
    loads.append(Load("rest", "Everything else", "psu-1", 300, 200, 320))
    total = sum(load.sustained_w for load in loads)
    supplies = tuple(
        SupplyLoad(p.key, p.psu.title, p.psu.watts, total, total * 1.4, p.psu.watts * 2, 2.0, "ATX 3.1")
        for p in rig.psus
    )
    steps = tuple(Step(load.label, load.sustained_w, "W", how="at its limit") for load in loads)
    return Power(
        loads=tuple(loads),
        sustained_w=total,
        typical_w=total * 0.8,
        peak_w=total * 1.4,
        supply_w=sum(p.psu.watts for p in rig.psus),
        supplies=supplies,
        plugs=(),
        leads=(),
        wall=Wall("us-15a", 120, 1800, 1440, total / 0.9, total * 0.8 / 0.9, 0.9, "80 PLUS Gold", steps),
        peaks_coincide=False,
        steps=(*steps, Step("Sum", total, "W", how=" + ".join(f"{s.value:.0f}" for s in steps))),
    )


def make_memory(rig: Rig) -> Memory | None:
    if rig.model is None or not rig.cards:
        return None
    weights = rig.model.params_total * 0.6
    usable = sum(c.vram_gib for c in rig.cards) * GIB
    over = max(0.0, weights + GIB - usable)
    shares = tuple(
        Share(c.key, c.label, weights / len(rig.cards), GIB / 2, GIB / 4, GIB / 4, 0, c.vram_gib * GIB)
        for c in rig.cards
    )
    return Memory(
        fits=not over,
        tight=False,
        over_bytes=over,
        total_over_bytes=over,
        margin_bytes=GIB,
        tightest="gpu-1",
        why="it holds the output layer",
        shares=shares,
        weights_bytes=weights,
        weights_from="sum of tensors",
        kv_bytes=GIB,
        kv_bytes_per_token=GIB / 8192,
        bits_per_weight=4.8,
        max_context=19456,
        layers_per_device=tuple((c.key, 40) for c in rig.cards),
        ram_bytes=2 * GIB,
        steps=(Step("Weights", weights / GIB, "GiB", how="70.6 billion × 4.8 bits"),),
        not_modelled=("MTP layers",),
        error_percent=3,
    )


def make_throughput(rig: Rig, memory: Memory | None) -> Throughput | None:
    if memory is None or not memory.fits:
        return None
    rate = 0.8 * sum(c.chip.memory_gb_s for c in rig.cards) / len(rig.cards) / (memory.weights_bytes / 1e9)
    decode = Range(rate, rate * 0.85, rate * 1.15)
    return Throughput(
        decode_tok_s=decode,
        decode_sum_tok_s=decode,
        prefill_tok_s=Range(640, 500, 800),
        ttft_s=Range(1.6, 1.2, 2.0),
        load_s=8,
        limited_by="memory",
        sure="measured nearby",
        decode_steps=(Step("Read weights", 42.4, "GB", how="70.6 × 0.6"), Step("Decode", rate, "tok/s")),
        prefill_steps=(Step("Prefill", 640, "tok/s"),),
        not_modelled=("speculative decoding",),
        assumed=(),
        engine="llama.cpp",
        split="layer",
    )


def make_cost(rig: Rig) -> Cost:
    singles = [("cpu", rig.cpu), ("board", rig.board), ("case", rig.case), ("cooler", rig.cooler)]
    several: list[tuple[str, Any]] = [(c.key, c.card) for c in rig.cards] + [(p.key, p.psu) for p in rig.psus]
    several += [(d.key, d.drive) for d in rig.drives]
    owned: list[tuple[str, Any]] = [(key, found) for key, found in (*singles, *several) if found]
    lines = [Line(key, found.title, found.price.cents if found.price else None, "street") for key, found in owned]
    if rig.memory and rig.memory.kit.price:
        lines.append(Line("memory", rig.memory.kit.title, rig.memory.kit.price.cents * rig.memory.kits, "street"))
    steps = tuple(Step(line.label, (line.cents or 0) / 100, "USD") for line in lines)
    return Cost(tuple(lines), sum(line.cents or 0 for line in lines), "USD", (), 4500.0, 10_000.0, steps)


def findings(facts: Facts) -> list[Finding]:
    rig, power = facts.rig, facts.power
    found: list[Finding] = []
    if power and rig.psus and power.sustained_w > power.supply_w:
        found.append(supply_too_small(power))
    if len(rig.cards) > 1 and rig.psus and (rig.psus[0].psu.sixteen_pin or 0) < len(rig.cards):
        found.append(
            finding(
                "PWR-004 connectors-missing",
                Severity.ERROR,
                "GPU 2 has no power connector",
                "Each card needs one 12V-2x6; the supply has one.",
                ("gpu-2", "psu-1"),
            )
        )
    if len(rig.cards) > 1:
        keys = tuple(c.key for c in rig.cards)
        found.append(
            finding(
                "PCI-001 slot-runs-narrow",
                Severity.WARNING,
                "Both cards run at x8",
                "The CPU's 16 lanes split x8/x8. Layer split loses about 1 %.",
                (*keys, "board"),
            )
        )
        found.append(
            finding(
                "CST-001 energy-cost",
                Severity.INFO,
                "Energy costs $45 a month",
                "1,044 W at 8 hours a day and 17 ct a kWh.",
                keys,
            )
        )
    return found


def supply_too_small(power: Power) -> Finding:
    limit = tuple(load.key for load in power.loads if load.key.startswith("gpu-"))
    return finding(
        "PWR-001 supply-too-small",
        Severity.ERROR,
        "Power supply is too small",
        f"Sustained {power.sustained_w:,.0f} W at the load you set; a {power.supply_w} W unit would run at "
        f"{power.sustained_w / power.supply_w:.0%}.",
        ("psu-1",),
        value=power.sustained_w,
        steps=power.steps,
        find_fixes=lambda: (
            Fix("Use a 1600 W unit", lambda build: edits.swap(build, "psus", "psu-1", "volta-1600")),
            Fix("Limit GPUs to 300 W", lambda build: edits.limit_power(build, limit, 300)),
        ),
    )


def finding(rule: str, severity: Severity, title: str, message: str, parts: tuple[str, ...], **more: Any) -> Finding:
    code, ident = rule.split()
    return Finding(
        rule=code,
        id=ident,
        severity=severity,
        title=title,
        message=message,
        consequence="The machine shuts down under load.",
        parts=parts,
        where="",
        key=f"{code}@{'+'.join(parts)}",
        sources=("https://example.org/spec",),
        **more,
    )
