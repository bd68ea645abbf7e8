"""A small catalog with round figures, and a build of it: views are tested against these, and judged with simple sums,
so that no change of a real figure or rule can break a test of the window."""

from datetime import date
from typing import Any

from planner.catalog.store import Catalog
from planner.domain.base import Confidence, Evidence
from planner.domain.build import Build, Chosen, MemoryChoice, Parts, Placement
from planner.domain.engine import Engine
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
from planner.domain.workload import SplitMode, Workload

EVIDENCE = Evidence(confidence=Confidence.HIGH, sources=("https://example.org/datasheet",), seen_on=date(2026, 11, 1))


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
