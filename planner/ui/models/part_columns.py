"""What the picker shows of each kind of part: the figures people choose by, to read and to sort by."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from planner.advice.candidates import Candidates
from planner.catalog.store import Catalog
from planner.domain.parts import Card, Part
from planner.domain.units import show_money
from planner.ui.models.part_rows import whole

FIT = 1
"""Place of the column that says how a part would do."""


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    value: Callable[[Any], Any]
    """What it is sorted by; None is not known and comes last."""
    unit: str = ""
    shown: Callable[[Any], str] | None = None
    """How the part's value reads, where it is more than the value with its unit."""
    facet: str = ""
    """Id of the facet of the same figure: shown bold where a typed word meant it."""
    count: bool = False
    """A bare number: stands at the right like figures with a unit."""
    tip: str = ""
    """What the heading stands for."""
    widest: int = 190
    """In pixels; a longer text is shortened in the middle."""

    def text(self, record: Any) -> str:
        value = self.value(record)
        if value is None:
            return "–"
        if self.shown is not None:
            return self.shown(record)
        number = f"{value:,g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
        return f"{number} {self.unit}".rstrip()

    @property
    def numeric(self) -> bool:
        return bool(self.unit) or self.count


def columns(kind: str, catalog: Catalog, candidates: Callable[[], Candidates]) -> tuple[Column, ...]:
    """Name first, then how it would do in the build, price last; in between the figures this kind is chosen by."""
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
    return (NAME, _fit_column(candidates), *of_kind[kind], PRICE)


def _fit_column(candidates: Callable[[], Candidates]) -> Column:
    def order(part: Part) -> tuple[int, int, int] | None:
        standing = candidates().get(part.id)
        return standing.order if standing else None

    def words(part: Part) -> str:
        standing = candidates().get(part.id)
        return standing.words if standing else "–"

    tip = "Errors and warnings the rules give with the part in this build, and not without it"
    return Column("In this build", order, shown=words, tip=tip)


def _cents(part: Part) -> int | None:
    return part.price.cents if part.price else None


def price_words(part: Part) -> str:
    """$2,996, Nov 2026; $1,599 at launch."""
    if part.price is None:
        return "–"
    when = {"launch": " at launch", "own": ", yours"}.get(part.price.kind, f", {part.price.on:%b %Y}")
    return show_money(whole(part.price.cents), part.price.currency) + when


def _name(part: Part) -> str:
    """Without the words that only make a line longer; the tooltip has the whole."""
    return part.title.replace("GeForce ", "").replace("™", "").removeprefix("Generic ")


NAME = Column("Name", lambda part: part.title.lower(), shown=_name)
PRICE = Column(
    "Price", _cents, shown=price_words, count=True, tip="Street price with its month, or the price at launch"
)


def size_words(card: Card) -> str:
    """304 × 61 mm; 304 mm, 3 slots where only those are known."""
    length = f"{card.length_mm:,.0f}" if card.length_mm else "?"
    if card.thickness_mm:
        return f"{length} × {card.thickness_mm:,.0f} mm"
    if not card.slots_occupied:
        return f"{length} mm × ?"
    return f"{length} mm, {card.slots_occupied:g} slot{'s' if card.slots_occupied != 1 else ''}"


SIZE_TIP = "Length × thickness, or × slots where the thickness is not known"


def _card_columns(catalog: Catalog) -> tuple[Column, ...]:
    """Figures of the chip stand beside those of the card."""

    def chip(field: str) -> Callable[[Any], Any]:
        return lambda card: getattr(catalog.chips.get(card.chip), field, None)

    def vram(card: Any) -> Any:
        return card.vram_gib or chip("vram_gib")(card)

    def cooler(card: Any) -> str | None:
        return None if card.cooler == "unknown" else card.cooler.replace("_", " ")

    return (
        Column("VRAM", vram, "GiB", facet="vram"),
        Column("Bandwidth", chip("memory_gb_s"), "GB/s", facet="bandwidth", tip="Of the card's memory"),
        Column("Power", lambda card: card.tgp_w, "W", facet="power", tip="Of the board, as set by its maker"),
        Column("Size", lambda card: card.length_mm, "mm", size_words, facet="length", tip=SIZE_TIP),
        Column("Cooler", cooler, facet="cooler"),
    )


CPU = (
    Column("Socket", lambda cpu: cpu.socket, facet="socket"),
    Column("Cores", lambda cpu: cpu.cores, facet="cores", count=True),
    Column("PCIe lanes", lambda cpu: cpu.pcie_lanes, facet="lanes", count=True),
    Column("PCIe", lambda cpu: cpu.pcie_gen, shown=lambda cpu: f"{cpu.pcie_gen}.0", facet="gen"),
    Column("Memory", lambda cpu: cpu.memory_type, facet="memory"),
    Column("Channels", lambda cpu: cpu.memory_channels, facet="channels", count=True),
    Column("Power", lambda cpu: cpu.ppt_w or cpu.tdp_w, "W", facet="power", tip="What the socket may draw for long"),
)


def _widths(board: Any) -> str:
    return " ".join(f"x{slot.lanes}" if slot.lanes else "x?" for slot in board.slots)


def _board_size(board: Any) -> str | None:
    return None if board.form_factor == "unknown" else str(board.form_factor)


BOARD = (
    Column("Socket", lambda board: board.socket, facet="socket"),
    Column("Size", _board_size, facet="size", widest=84),
    Column(
        "x16 slots", lambda board: sum(s.mechanical == 16 for s in board.slots), facet="long_slots", count=True,
        tip="Slots of full length, whatever lanes they have",
    ),
    Column("Lanes of the slots", _widths, tip="Of each slot used alone", widest=136),
    Column("Memory", lambda board: f"{board.memory.type} × {board.memory.slots}", facet="memory"),
    Column("M.2", lambda board: sum(c.kind == "m2" for c in board.connectors), count=True),
)  # fmt: skip
MEMORY = (
    Column("Total", lambda kit: kit.modules * kit.module_gib, "GiB", facet="total"),
    Column(
        "Modules",
        lambda kit: kit.modules * 1000 + kit.module_gib,
        shown=lambda kit: f"{kit.modules} × {kit.module_gib} GiB",
    ),
    Column("Type", lambda kit: kit.type, facet="type"),
    Column("Form", lambda kit: kit.form, facet="form"),
    Column("Speed", lambda kit: kit.speed_mts, "MT/s", facet="speed"),
    Column("ECC", lambda kit: "yes" if kit.ecc else "no", facet="ecc"),
)
PSU = (
    Column("Rating", lambda psu: psu.watts, "W", facet="rating"),
    Column("Efficiency", lambda psu: psu.grade.title() if psu.grade != "none" else None, facet="grade"),
    Column("ATX", lambda psu: psu.atx_version, facet="atx"),
    Column("Form", lambda psu: psu.form_factor, facet="form", widest=80),
    Column("16-pin", lambda psu: psu.sixteen_pin, facet="sixteen_pin", count=True, tip="12VHPWR or 12V-2x6 plugs"),
    Column("8-pin", lambda psu: psu.pcie_8pin, facet="eight_pin", count=True, tip="6+2-pin plugs for cards"),
    Column("Length", lambda psu: psu.length_mm, "mm", facet="length"),
)
CASE = (
    Column("Kind", lambda case: case.kind, facet="kind"),
    Column("Slots", lambda case: case.expansion_slots, facet="slots", count=True),
    Column(
        "GPU length", lambda case: case.max_gpu_length_mm, "mm", facet="gpu_length", tip="The longest card it takes"
    ),
    Column("Largest board", lambda case: case.board_sizes[-1] if case.board_sizes else None, facet="boards"),
    Column("Supplies", lambda case: case.psu_count, count=True),
    Column("Front", lambda case: None if case.intake == "unknown" else case.intake, facet="front"),
)
COOLER = (
    Column("Kind", lambda cooler: cooler.kind, facet="kind"),
    Column("Height", lambda cooler: cooler.height_mm, "mm", facet="height"),
    Column("Radiator", lambda cooler: cooler.radiator_mm, "mm", facet="radiator"),
    Column("Rated", lambda cooler: cooler.rated_w, "W"),
    Column("Sockets", lambda cooler: ", ".join(cooler.sockets) or None, facet="sockets", widest=220),
)
DRIVE = (
    Column("Kind", lambda drive: drive.kind.upper(), facet="kind"),
    Column("Capacity", lambda drive: drive.capacity_gb / 1000, "TB", facet="capacity"),
    Column("PCIe", lambda drive: drive.gen, shown=lambda drive: f"{drive.gen}.0", facet="gen"),
    Column("Reads", lambda drive: drive.read_gb_s, "GB/s", facet="reads"),
)
BRIDGE = (
    Column("Spacing", lambda bridge: bridge.pitch_slots, shown=lambda b: f"{b.pitch_slots:g} slots", facet="spacing"),
    Column("Speed", lambda bridge: bridge.gb_s, "GB/s"),
    Column("For", lambda bridge: ", ".join(bridge.chips), facet="chip", widest=220),
)
