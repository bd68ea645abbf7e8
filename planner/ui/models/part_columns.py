"""What the picker shows of each kind of part: columns to sort by, and facets to narrow by."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from planner.catalog.store import Catalog
from planner.domain.units import show_money
from planner.ui.models.part_rows import plug_words, whole


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    value: Callable[[Any], Any]
    """What it is sorted by; None is not known and comes last."""
    unit: str = ""
    shown: Callable[[Any], str] | None = None
    """How the value reads, where it is more than the value with its unit."""
    facet: bool = False
    """Offered above the table, to show one value only."""
    count: bool = False
    """A bare number: stands at the right like figures with a unit."""
    hidden: bool = False
    """A facet only: the name says it already."""

    def text(self, record: Any) -> str:
        value = self.value(record)
        if value is None:
            return "–"
        if self.shown is not None:
            return self.shown(value)
        number = f"{value:,g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
        return f"{number} {self.unit}".rstrip()

    @property
    def numeric(self) -> bool:
        return bool(self.unit) or self.count or self.title == "Price"


def price_column() -> Column:
    def cents(part: Any) -> int | None:
        return part.price.cents if part.price else None

    return Column("Price", cents, shown=lambda value: show_money(whole(value)))


def columns(kind: str, catalog: Catalog) -> tuple[Column, ...]:
    """Name first, price last; in between the figures this kind is chosen by."""
    of_kind: dict[str, tuple[Column, ...]] = {
        "gpus": _card_columns(catalog),
        "cpu": CPU,
        "board": BOARD,
        "memory": MEMORY,
        "psus": PSU,
        "case": CASE,
        "cooler": COOLER,
        "drives": DRIVE,
        "bridges": BRIDGE,
    }
    return (Column("Name", lambda part: part.title), *of_kind[kind], price_column())


def _card_columns(catalog: Catalog) -> tuple[Column, ...]:
    """Figures of the chip stand beside those of the card."""

    def chip(field: str) -> Callable[[Any], Any]:
        return lambda card: getattr(catalog.chips.get(card.chip), field, None)

    def vram(card: Any) -> Any:
        return card.vram_gib or chip("vram_gib")(card)

    return (
        Column("VRAM", vram, "GB", facet=True),
        Column("Bandwidth", chip("memory_gb_s"), "GB/s"),
        Column("Power", lambda card: card.tgp_w, "W"),
        Column("Slots", lambda card: card.slots_occupied, count=True, facet=True),
        Column("Length", lambda card: card.length_mm, "mm"),
        Column("Cooler", lambda card: None if card.cooler == "unknown" else card.cooler.replace("_", " "), facet=True),
        Column("Plugs", plug_words),
        Column("PCIe", chip("pcie_gen"), shown=lambda gen: f"{gen}.0"),
        Column("Chip maker", chip("vendor"), facet=True, hidden=True),
    )


CPU = (
    Column("Socket", lambda cpu: cpu.socket, facet=True),
    Column("Cores", lambda cpu: cpu.cores, count=True),
    Column("PCIe lanes", lambda cpu: cpu.pcie_lanes, count=True, facet=True),
    Column("PCIe", lambda cpu: cpu.pcie_gen, shown=lambda gen: f"{gen}.0"),
    Column("Memory", lambda cpu: cpu.memory_type),
    Column("Channels", lambda cpu: cpu.memory_channels, count=True, facet=True),
    Column("Power", lambda cpu: cpu.ppt_w or cpu.tdp_w, "W"),
)
BOARD = (
    Column("Socket", lambda board: board.socket, facet=True),
    Column("Size", lambda board: board.form_factor, facet=True),
    Column("Slots", lambda board: len(board.slots), count=True, facet=True),
    Column("Widths", lambda board: " ".join(f"x{slot.lanes}" if slot.lanes else "x?" for slot in board.slots)),
    Column("Memory", lambda board: f"{board.memory.type} × {board.memory.slots}"),
    Column("M.2", lambda board: sum(c.kind == "m2" for c in board.connectors), count=True),
)
MEMORY = (
    Column("Total", lambda kit: kit.modules * kit.module_gib, "GB", facet=True),
    Column("Modules", lambda kit: f"{kit.modules} × {kit.module_gib} GB"),
    Column("Type", lambda kit: kit.type, facet=True),
    Column("Form", lambda kit: kit.form, facet=True),
    Column("Speed", lambda kit: kit.speed_mts, "MT/s"),
    Column("ECC", lambda kit: "yes" if kit.ecc else "no", facet=True),
)
PSU = (
    Column("Rating", lambda psu: psu.watts, "W", facet=True),
    Column("Grade", lambda psu: psu.grade if psu.grade != "none" else None, shown=str.title, facet=True),
    Column("ATX", lambda psu: psu.atx_version, facet=True),
    Column("16-pin plugs", lambda psu: psu.sixteen_pin, count=True),
    Column("8-pin plugs", lambda psu: psu.pcie_8pin, count=True),
    Column("Length", lambda psu: psu.length_mm, "mm"),
)
CASE = (
    Column("Kind", lambda case: case.kind, facet=True),
    Column("Slots", lambda case: case.expansion_slots, count=True, facet=True),
    Column("GPU length", lambda case: case.max_gpu_length_mm, "mm"),
    Column("Boards", lambda case: ", ".join(case.board_sizes)),
    Column("Supplies", lambda case: case.psu_count, count=True),
    Column("Front", lambda case: None if case.intake == "unknown" else case.intake, facet=True),
)
COOLER = (
    Column("Kind", lambda cooler: cooler.kind, facet=True),
    Column("Height", lambda cooler: cooler.height_mm, "mm"),
    Column("Radiator", lambda cooler: cooler.radiator_mm, "mm", facet=True),
    Column("Rated", lambda cooler: cooler.rated_w, "W"),
    Column("Sockets", lambda cooler: ", ".join(cooler.sockets) or None),
)
DRIVE = (
    Column("Kind", lambda drive: drive.kind.upper(), facet=True),
    Column("Capacity", lambda drive: drive.capacity_gb / 1000, "TB", facet=True),
    Column("PCIe", lambda drive: drive.gen, shown=lambda gen: f"{gen}.0", facet=True),
    Column("Reads", lambda drive: drive.read_gb_s, "GB/s"),
)
BRIDGE = (
    Column("Spacing", lambda bridge: bridge.pitch_slots, count=True, facet=True),
    Column("Speed", lambda bridge: bridge.gb_s, "GB/s"),
    Column("For", lambda bridge: ", ".join(bridge.chips)),
)
