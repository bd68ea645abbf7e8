"""What parts of a kind can be narrowed by: figures as ranges, words as choices, each with how many parts it leaves.

A part whose figure is not known is never shown as fitting; how many were left out for that alone is told.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from planner.catalog.store import Catalog
from planner.domain.parts import SIXTEEN_PIN

Value = Callable[[Any, Catalog], Any]


@dataclass(frozen=True, slots=True)
class Facet:
    id: str
    title: str
    value: Value
    """None: not known. A tuple: the part has several, and fits any of them."""
    kind: Literal["choice", "range"] = "choice"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    value: Any
    count: int


@dataclass(frozen=True, slots=True)
class Range:
    low: float | None = None
    high: float | None = None

    def holds(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


Wish = Range | frozenset[Any]
"""Both ends of a range, or the values that are wanted."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    kept: tuple[Any, ...]
    unknown: tuple[Any, ...]
    """Left out only because a figure that was asked for is not known."""


def options(facet: Facet, records: Iterable[Any], catalog: Catalog) -> tuple[Option, ...]:
    """Every value with the number of parts that have it, in order; what is not known is no option."""
    counted = Counter(value for record in records for value in _values(facet, record, catalog))
    return tuple(Option(value, counted[value]) for value in sorted(counted, key=_order))


def span(facet: Facet, records: Iterable[Any], catalog: Catalog) -> tuple[float, float] | None:
    """Least and most; None where nothing is known."""
    values = [value for record in records for value in _values(facet, record, catalog)]
    return (min(values), max(values)) if values else None


def narrowed(kind: str, records: Iterable[Any], wishes: Mapping[str, Wish], catalog: Catalog) -> Narrowed:
    """Parts that fit every wish. KeyError for a facet this kind does not have."""
    asked = [(BY_ID[kind][name], wish) for name, wish in wishes.items()]
    kept, unknown = [], []
    for record in records:
        answers = [_fits(_values(facet, record, catalog), wish) for facet, wish in asked]
        if all(answers):
            kept.append(record)
        elif False not in answers:
            unknown.append(record)
    return Narrowed(tuple(kept), tuple(unknown))


def _fits(values: Sequence[Any], wish: Wish) -> bool | None:
    """None: not known."""
    if not values:
        return None
    return any(wish.holds(value) if isinstance(wish, Range) else value in wish for value in values)


def _values(facet: Facet, record: Any, catalog: Catalog) -> tuple[Any, ...]:
    value = facet.value(record, catalog)
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _order(value: Any) -> tuple[int, float, str]:
    return (0, float(value), "") if isinstance(value, int | float) else (1, 0.0, str(value).lower())


# ------------------------------------------------------------------ values


def _own(name: str) -> Value:
    return lambda record, _: getattr(record, name)


def _chip(name: str) -> Value:
    return lambda card, catalog: getattr(catalog.chips.get(card.chip), name, None)


def _price(record: Any, _: Catalog) -> float | None:
    return record.price.cents / 100 if record.price else None


def _vram(card: Any, catalog: Catalog) -> float | None:
    found: float | None = card.vram_gib or _chip("vram_gib")(card, catalog)
    return found


def _plugs(card: Any, _: Catalog) -> str | None:
    if not card.plugs_known:
        return None
    return "16-pin" if any(plug in SIXTEEN_PIN for plug in card.plugs) else "8-pin and 6-pin" if card.plugs else "none"


def _said(name: str, unsaid: str) -> Value:
    return lambda record, _: None if getattr(record, name) == unsaid else getattr(record, name)


def _yes(name: str) -> Value:
    words = {True: "yes", False: "no", None: None}
    return lambda record, _: words[getattr(record, name)]


MAKER = Facet("maker", "Maker", _own("vendor"))
PRICE = Facet("price", "Price", _price, "range", "USD")
FACETS: Mapping[str, tuple[Facet, ...]] = {
    "cards": (
        Facet("vram", "VRAM", _vram, unit="GB"),
        Facet("chip", "Chip", _chip("name")),
        Facet("chip_maker", "Chip maker", _chip("vendor")),
        Facet("slots", "Slots", _own("slots_occupied"), "range", "slots"),
        Facet("power", "Power", _own("tgp_w"), "range", "W"),
        Facet("length", "Length", _own("length_mm"), "range", "mm"),
        Facet("bandwidth", "Memory bandwidth", _chip("memory_gb_s"), "range", "GB/s"),
        Facet("cooler", "Cooler", _said("cooler", "unknown")),
        Facet("plugs", "Plugs", _plugs),
        MAKER,
        PRICE,
    ),
    "boards": (
        Facet("socket", "Socket", _own("socket")),
        Facet("size", "Size", _said("form_factor", "unknown")),
        Facet("chipset", "Chipset", _own("chipset")),
        Facet("memory", "Memory", lambda board, _: board.memory.type),
        Facet("channels", "Memory channels", lambda board, _: board.memory.channels),
        Facet("long_slots", "Long slots", lambda board, _: sum(s.mechanical == 16 for s in board.slots), unit="slots"),
        Facet("remote", "Remote control", _yes("bmc")),
        MAKER,
        PRICE,
    ),
    "cpus": (
        Facet("socket", "Socket", _own("socket")),
        Facet("cores", "Cores", _own("cores"), "range", "cores"),
        Facet("lanes", "PCIe lanes", _own("pcie_lanes"), "range", "lanes"),
        Facet("gen", "PCIe generation", _own("pcie_gen")),
        Facet("memory", "Memory", lambda cpu, _: tuple(cpu.memory_type.split(" or "))),
        Facet("channels", "Memory channels", _own("memory_channels")),
        Facet("power", "Power", lambda cpu, _: cpu.ppt_w or cpu.tdp_w, "range", "W"),
        MAKER,
        PRICE,
    ),
    "memory": (
        Facet("total", "Capacity", lambda kit, _: kit.modules * kit.module_gib, unit="GB"),
        Facet("type", "Type", _own("type")),
        Facet("form", "Form", _own("form")),
        Facet("speed", "Speed", _own("speed_mts"), "range", "MT/s"),
        Facet("ecc", "ECC", _yes("ecc")),
        PRICE,
    ),
    "psus": (
        Facet("rating", "Rating", _own("watts"), "range", "W"),
        Facet("grade", "Grade", _said("grade", "none")),
        Facet("atx", "ATX version", _own("atx_version")),
        Facet("form", "Form", _own("form_factor")),
        Facet("sixteen_pin", "16-pin plugs", _own("sixteen_pin"), "range", "plugs"),
        Facet("eight_pin", "8-pin plugs", _own("pcie_8pin"), "range", "plugs"),
        Facet("length", "Length", _own("length_mm"), "range", "mm"),
        MAKER,
        PRICE,
    ),
    "cases": (
        Facet("kind", "Kind", _own("kind")),
        Facet("boards", "Takes boards", _own("board_sizes")),
        Facet("slots", "Expansion slots", _own("expansion_slots"), "range", "slots"),
        Facet("gpu_length", "Card length", _own("max_gpu_length_mm"), "range", "mm"),
        Facet("front", "Front", _said("intake", "unknown")),
        MAKER,
        PRICE,
    ),
    "coolers": (
        Facet("kind", "Kind", _own("kind")),
        Facet("sockets", "Socket", _own("sockets")),
        Facet("height", "Height", _own("height_mm"), "range", "mm"),
        Facet("radiator", "Radiator", _own("radiator_mm"), unit="mm"),
        MAKER,
        PRICE,
    ),
    "drives": (
        Facet("kind", "Kind", _own("kind")),
        Facet("capacity", "Capacity", lambda drive, _: drive.capacity_gb / 1000, unit="TB"),
        Facet("gen", "PCIe generation", _own("gen")),
        MAKER,
        PRICE,
    ),
    "risers": (
        Facet("kind", "Kind", _own("kind")),
        Facet("gen", "PCIe generation", _own("gen")),
        Facet("length", "Length", _own("length_mm"), "range", "mm"),
    ),
    "bridges": (
        Facet("spacing", "Spacing", _own("pitch_slots"), unit="slots"),
        Facet("chip", "For", lambda bridge, _: bridge.chips),
    ),
    "models": (
        Facet("family", "Family", _own("family")),
        Facet("size", "Weights", lambda model, _: model.params_total / 1e9, "range", "billion"),
        Facet("experts", "Experts", lambda model, _: "mixture of experts" if model.moe else "dense"),
        Facet("context", "Longest context", _own("max_context"), "range", "tokens"),
    ),
}
BY_ID: Mapping[str, Mapping[str, Facet]] = {kind: {facet.id: facet for facet in of} for kind, of in FACETS.items()}
