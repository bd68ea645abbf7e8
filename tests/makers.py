"""Short makers: everything has a default, so that a test names only what it is about."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from planner import places
from planner.analysis.model_work import ModelWork
from planner.analysis.speed_case import CardSpeed, SpeedCase
from planner.domain.base import Confidence, Evidence
from planner.domain.build import Build
from planner.domain.calibration import Calibration
from planner.domain.engine import Engine
from planner.domain.model import Attention, Model
from planner.domain.parts import (
    Board,
    Bridge,
    Card,
    Case,
    Chip,
    Circuit,
    Connector,
    Cpu,
    CpuCooler,
    Drive,
    LaneGroup,
    MemoryBank,
    MemoryKit,
    Mode,
    NvLink,
    Price,
    Psu,
    Riser,
    Root,
    Uplink,
)
from planner.domain.rig import Rig, RigCard, RigDrive, RigMemory, RigPsu
from planner.domain.workload import Workload

SEEN = date(2026, 1, 1)
EVIDENCE = Evidence(confidence=Confidence.HIGH, sources=("https://example.org/data-sheet",), seen_on=SEEN)


def make_price(cents: int, currency: str = "USD") -> Price:
    return Price(cents=cents, currency=currency, kind="street", on=SEEN, source="https://example.org/shop")


def make_chip(**changes: Any) -> Chip:
    """An RTX 3090 as its vendor specifies it."""
    return Chip.model_validate(
        {
            "id": "rtx-3090",
            "vendor": "NVIDIA",
            "name": "GeForce RTX 3090",
            "evidence": EVIDENCE,
            "architecture": "Ampere",
            "family": "ampere",
            "segment": "consumer",
            "vram_gib": 24.0,
            "memory_type": "GDDR6X",
            "memory_gb_s": 936.0,
            "pcie_gen": 4,
            "pcie_lanes": 16,
            "compute_capability": "8.6",
            "tgp_w": 350,
            "nvlink": NvLink(gb_s=56.0, links=4),
            "p2p": False,
        }
        | changes
    )


def make_card(**changes: Any) -> Card:
    """A two-slot open-air card with two 8-pin plugs."""
    return Card.model_validate(
        {
            "id": "rtx-3090-two-slot",
            "vendor": "Maker",
            "name": "RTX 3090 Two Slot",
            "evidence": EVIDENCE,
            "chip": "rtx-3090",
            "length_mm": 280.0,
            "height_mm": 112.0,
            "thickness_mm": 40.0,
            "slots_occupied": 2.0,
            "cooler": "open_air",
            "plugs": {"pcie_8pin": 2},
            "tgp_w": 350,
        }
        | changes
    )


def make_rig_card(number: int = 1, slot: Connector | None = None, **changes: Any) -> RigCard:
    """`card` and `chip` may be given as dictionaries of changes."""
    card, chip = changes.pop("card", {}), changes.pop("chip", {})
    fields: dict[str, Any] = {
        "key": f"gpu-{number}",
        "card": card if isinstance(card, Card) else make_card(**card),
        "chip": chip if isinstance(chip, Chip) else make_chip(**chip),
        "slot": slot,
        "slot_name": slot.id if slot else None,
        "riser": None,
        "bay": None,
        "psu": None,
        "limit_w": None,
    }
    return RigCard(**(fields | changes))


def make_slot(name: str, row: int | None = None, lanes: int | None = 16, **changes: Any) -> Connector:
    fields = {"id": name, "kind": "slot", "row": row, "mechanical": 16, "gen": 4, "lanes": lanes, "root": "cpu"}
    return Connector.model_validate(fields | changes)


def make_m2(name: str, **changes: Any) -> Connector:
    return Connector.model_validate({"id": name, "kind": "m2", "gen": 4, "lanes": 4, "root": "cpu"} | changes)


def make_group(name: str, modes: Iterable[Mode | dict[str, int]], **changes: Any) -> LaneGroup:
    fields: dict[str, Any] = {"id": name, "root": "cpu", "lanes": 16, "selector": "auto_presence"}
    made = tuple(mode if isinstance(mode, Mode) else Mode(widths=mode) for mode in modes)
    return LaneGroup.model_validate(fields | {"modes": made} | changes)


CPU_ROOT = Root(id="cpu", kind="cpu", gen=5)
CHIPSET_ROOT = Root(id="chipset", kind="chipset", gen=4, uplink=Uplink(parent="cpu", lanes=4, gen=4))


def make_board(*connectors: Connector, **changes: Any) -> Board:
    """Seven x16 slots straight at the CPU, unless connectors are given."""
    return Board.model_validate(
        {
            "id": "board",
            "vendor": "Maker",
            "name": "Board",
            "evidence": EVIDENCE,
            "socket": "SP3",
            "chipset": "none",
            "form_factor": "ATX",
            "memory": MemoryBank(type="DDR4", channels=8, slots=8, max_gib=2048, registered=True),
            "roots": (CPU_ROOT, CHIPSET_ROOT),
            "connectors": connectors or tuple(make_slot(f"PCIE{row}", row) for row in range(1, 8)),
        }
        | changes
    )


def make_cpu(**changes: Any) -> Cpu:
    return Cpu.model_validate(
        {
            "id": "cpu",
            "vendor": "Maker",
            "name": "CPU",
            "evidence": EVIDENCE,
            "socket": "SP3",
            "cores": 16,
            "threads": 32,
            "tdp_w": 155,
            "ppt_w": 155,
            "pcie_gen": 5,
            "pcie_lanes": 128,
            "memory_type": "DDR4",
            "memory_channels": 8,
        }
        | changes
    )


def make_psu(**changes: Any) -> Psu:
    """1600 W, ATX 3.0, gold."""
    return Psu.model_validate(
        {
            "id": "psu",
            "vendor": "Maker",
            "name": "Supply 1600",
            "evidence": EVIDENCE,
            "watts": 1600,
            "atx_version": "3.0",
            "grade": "gold",
            "length_mm": 180.0,
            "pcie_8pin": 6,
            "pcie_8pin_cables": 6,
            "sixteen_pin": 1,
            "sixteen_pin_w": 600,
            "eps_8pin": 2,
            "rails": "single",
        }
        | changes
    )


def make_rig_psu(number: int = 1, **changes: Any) -> RigPsu:
    return RigPsu(f"psu-{number}", make_psu(**changes))


def make_case(**changes: Any) -> Case:
    """A mesh mid tower with eight slots and a shroud 30 mm below them."""
    return Case.model_validate(
        {
            "id": "case",
            "vendor": "Maker",
            "name": "Case",
            "evidence": EVIDENCE,
            "kind": "mid tower",
            "board_sizes": ("ATX", "Micro ATX", "Mini-ITX"),
            "expansion_slots": 8,
            "max_gpu_length_mm": 360.0,
            "max_gpu_height_mm": 180.0,
            "max_cooler_height_mm": 170.0,
            "max_psu_length_mm": 200.0,
            "shroud_below_last_row_mm": 30.0,
            "intake": "mesh",
        }
        | changes
    )


def make_cooler(**changes: Any) -> CpuCooler:
    fields = {"id": "cooler", "vendor": "Maker", "name": "Cooler", "evidence": EVIDENCE, "kind": "air"}
    return CpuCooler.model_validate(fields | {"height_mm": 160.0} | changes)


def make_kit(**changes: Any) -> MemoryKit:
    fields = {"id": "kit", "vendor": "Maker", "name": "Kit", "evidence": EVIDENCE, "type": "DDR4", "form": "RDIMM"}
    return MemoryKit.model_validate(fields | {"modules": 1, "module_gib": 32, "speed_mts": 3200} | changes)


def make_memory(kits: int = 8, **changes: Any) -> RigMemory:
    return RigMemory(make_kit(**changes), kits)


def make_drive(number: int = 1, slot: Connector | None = None, **changes: Any) -> RigDrive:
    fields = {"id": "drive", "vendor": "Maker", "name": "Drive", "evidence": EVIDENCE, "kind": "nvme"}
    drive = Drive.model_validate(fields | {"capacity_gb": 2000} | changes)
    return RigDrive(f"drive-{number}", drive, slot, slot.id if slot else None)


def make_riser(**changes: Any) -> Riser:
    fields = {"id": "riser", "vendor": "Maker", "name": "Riser", "evidence": EVIDENCE, "kind": "riser"}
    return Riser.model_validate(fields | {"gen": 4, "lanes": 16} | changes)


def make_bridge(**changes: Any) -> Bridge:
    fields = {"id": "bridge", "vendor": "NVIDIA", "name": "NVLink bridge, 4 slots", "evidence": EVIDENCE}
    return Bridge.model_validate(fields | {"pitch_slots": 4, "chips": ("rtx-3090",), "gb_s": 56.0} | changes)


def make_circuit(**changes: Any) -> Circuit:
    """A household circuit of the US: 15 A at 120 V."""
    fields = {"id": "us-15a", "vendor": "", "name": "15 A, 120 V", "evidence": EVIDENCE, "country": "US"}
    return Circuit.model_validate(fields | {"volts": 120, "amps": 15.0, "continuous_share": 0.8} | changes)


def make_workload(**changes: Any) -> Workload:
    return Workload.model_validate({"model": "llama-70b", "quant": "Q4_K_M"} | changes)


def make_build(**changes: Any) -> Build:
    return Build.model_validate({"name": "Test build"} | changes)


def make_rig(**changes: Any) -> Rig:
    """A board with a CPU, a supply and a circuit; cards as given."""
    fields: dict[str, Any] = {
        "build": make_build(),
        "board": make_board(),
        "cpu": make_cpu(),
        "psus": (make_rig_psu(),),
        "circuit": make_circuit(),
    }
    return Rig(**(fields | changes))


def make_rig_of(board: Board, *slots: str, **changes: Any) -> Rig:
    """One card in each named slot, fed by the first supply."""
    cards = tuple(make_rig_card(n, board.connector(name), psu="psu-1") for n, name in enumerate(slots, 1))
    return make_rig(**({"board": board, "cards": cards} | changes))


def make_calibration() -> Calibration:
    """The shipped constants of the speed estimates."""
    return Calibration.model_validate_json((places.catalog() / "calibration" / "throughput.json").read_text("utf-8"))


def make_work(**changes: Any) -> ModelWork:
    """A dense model like Llama 3 8B, as the speed estimates see it."""
    fields: dict[str, Any] = {
        "params": 8.03e9,
        "params_read": 7.505e9,
        "routed_read": 0.0,
        "routed_total": 0.0,
        "experts": 1,
        "active": 1,
        "layers": 32,
        "hidden": 4096,
        "moe": False,
        "kv_elements": 65536.0,
        "window_elements": 0.0,
        "window": 0,
        "query_width": 131072.0,
        "window_query_width": 0.0,
    }
    return ModelWork(**(fields | changes))


def make_card_speed(**changes: Any) -> CardSpeed:
    """An RTX 3090 on a link of its own."""
    fields: dict[str, Any] = {
        "label": "GPU 1 · RTX 3090",
        "chip": "rtx-3090",
        "family": "ampere",
        "memory_gb_s": 936.0,
        "tflops": 142.3,
        "stock_w": 350.0,
        "limit_w": 350.0,
        "link_gb_s": 31.5,
    }
    return CardSpeed(**(fields | changes))


def make_speed_case(count: int = 1, card: CardSpeed | None = None, **changes: Any) -> SpeedCase:
    """That model in four bits on so many of that card, under llama.cpp."""
    fields: dict[str, Any] = {
        "cards": (card or make_card_speed(),) * count,
        "work": make_work(),
        "rest_bytes": 4.6e9,
        "routed_bytes": 0.0,
        "bits": "4",
        "engine": "cuda",
        "split": "layer" if count > 1 else "none",
    }
    return SpeedCase(**(fields | changes))


def make_model(**changes: Any) -> Model:
    """Llama 3.1 8B, unless changed."""
    return Model.model_validate(
        {
            "id": "llama-8b",
            "name": "Llama 8B",
            "family": "Llama",
            "hf_repo": "maker/llama-8b",
            "params_total": 8_030_261_248,
            "layers": 32,
            "hidden": 4096,
            "intermediate": 14336,
            "heads": 32,
            "kv_heads": 8,
            "head_dim": 128,
            "vocab": 128256,
            "tied": False,
            "max_context": 131072,
            "attention": Attention(kind="gqa"),
            "evidence": EVIDENCE,
        }
        | changes
    )


def make_engine(**changes: Any) -> Engine:
    """llama.cpp, as far as memory goes."""
    return Engine.model_validate(
        {
            "id": "llama.cpp",
            "name": "llama.cpp",
            "splits": ("none", "layer", "row", "tensor"),
            "formats": ("gguf",),
            "kv_types": ("f16", "q8_0", "q4_0"),
            "mixed_cards": True,
            "needs_head_divisibility": False,
            "offload": True,
            "rebalances": True,
            "evidence": EVIDENCE,
        }
        | changes
    )


def rig_with(board: Board, slots: str = "", drives: str = "", **cpu: Any) -> Rig:
    """Cards and drives in the connectors named, separated by blanks."""
    stored = tuple(make_drive(n, board.connector(name)) for n, name in enumerate(drives.split(), 1))
    return make_rig_of(board, *slots.split(), drives=stored, cpu=make_cpu(**cpu))
