"""A judge with simple sums, in place of the real analyses and rules."""

from dataclasses import replace
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
from planner.domain.build import Build
from planner.domain.findings import Finding, Fix, NotChecked, Severity
from planner.domain.policy import Policy
from planner.domain.rig import Rig
from planner.domain.steps import Range, Step
from planner.evaluate import Report

GIB = 2**30


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
