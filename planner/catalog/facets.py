"""What parts of a kind can be narrowed by: figures up to or from a step, words as choices, each with its count.

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
    steps: tuple[float, ...] = ()
    """Of a range: where people draw the line."""
    at: Literal["most", "least"] = "most"
    """Of a range: whether the line is a ceiling or a floor."""
    typed: bool = True
    """A typed word may mean its values."""

    def says(self, value: Any) -> str:
        """24 GiB, open air, Gold."""
        if isinstance(value, int | float):
            return f"{value:,g} {self.unit}".rstrip() if self.unit != "USD" else f"${value:,g}"
        text = str(value).replace("_", " ")
        return text[:1].upper() + text[1:]

    def says_wish(self, wish: "Wish") -> str:
        """up to 300 mm; 1,200 W or more; 24 GiB, 32 GiB."""
        if not isinstance(wish, Range):
            return ", ".join(self.says(value) for value in sorted(wish, key=_order))
        if wish.low is None and wish.high is None:
            return "any"
        if wish.low is None:
            return f"up to {self.says(wish.high)}"
        if wish.high is None:
            return f"{self.says(wish.low)} or more"
        return f"{self.says(wish.low)} to {self.says(wish.high)}"


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
class Offer:
    """One line of a facet's list."""

    wish: Wish
    """What it alone asks for: one value, or one side of a step."""
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Narrowed:
    kept: tuple[Any, ...]
    unknown: tuple[Any, ...]
    """Left out only because a figure that was asked for is not known."""


def options(facet: Facet, records: Iterable[Any], catalog: Catalog) -> tuple[Option, ...]:
    """Every value with the number of parts that have it, in order; what is not known is no option."""
    counted = Counter(value for record in records for value in values_of(facet, record, catalog))
    return tuple(Option(value, counted[value]) for value in sorted(counted, key=_order))


def offers(facet: Facet, everything: Iterable[Any], remaining: Iterable[Any], catalog: Catalog) -> tuple[Offer, ...]:
    """Lines for all values of the kind, with how many of the remaining parts each would leave. A step that no part
    of the kind passes, or that all do, is no line."""
    left = list(remaining)
    if facet.kind == "choice":
        counts = {option.value: option.count for option in options(facet, left, catalog)}
        every = options(facet, everything, catalog)
        return tuple(Offer(frozenset((one.value,)), facet.says(one.value), counts.get(one.value, 0)) for one in every)
    telling = _steps(facet, everything, catalog)
    answers = [values_of(facet, record, catalog) for record in left]
    return tuple(
        Offer(wish, facet.says_wish(wish), sum(bool(_fits(values, wish)) for values in answers)) for wish in telling
    )


def tells_apart(facet: Facet, records: Iterable[Any], catalog: Catalog) -> bool:
    """Whether its list would have two lines or more."""
    if facet.kind == "range":
        return len(_steps(facet, records, catalog)) > 1
    values = (value for record in records for value in values_of(facet, record, catalog))
    first = next(values, None)
    return any(value != first for value in values)


def _steps(facet: Facet, records: Iterable[Any], catalog: Catalog) -> list[Range]:
    """One side of each step that some part passes and some does not."""
    ends = span(facet, records, catalog)
    if ends is None:
        return []
    low, high = ends
    if facet.at == "most":
        return [Range(high=step) for step in facet.steps if low <= step < high]
    return [Range(low=step) for step in facet.steps if low < step <= high]


def span(facet: Facet, records: Iterable[Any], catalog: Catalog) -> tuple[float, float] | None:
    """Least and most; None where nothing is known."""
    values = [value for record in records for value in values_of(facet, record, catalog)]
    return (min(values), max(values)) if values else None


def narrowed(kind: str, records: Iterable[Any], wishes: Mapping[str, Wish], catalog: Catalog) -> Narrowed:
    """Parts that fit every wish. KeyError for a facet this kind does not have."""
    asked = [(BY_ID[kind][name], wish) for name, wish in wishes.items()]
    kept, unknown = [], []
    for record in records:
        answers = [_fits(values_of(facet, record, catalog), wish) for facet, wish in asked]
        if all(answers):
            kept.append(record)
        elif False not in answers:
            unknown.append(record)
    return Narrowed(tuple(kept), tuple(unknown))


def without_one(
    kind: str, records: Iterable[Any], wishes: Mapping[str, Wish], catalog: Catalog
) -> tuple[tuple[str, int], ...]:
    """When nothing is left: (facet, parts there would be without this wish), the most first; only those that help."""
    every = list(records)
    counts = [
        (name, len(narrowed(kind, every, {n: w for n, w in wishes.items() if n != name}, catalog).kept))
        for name in wishes
    ]
    return tuple(sorted((pair for pair in counts if pair[1]), key=lambda pair: -pair[1]))


def _fits(values: Sequence[Any], wish: Wish) -> bool | None:
    """None: not known."""
    if not values:
        return None
    return any(wish.holds(value) if isinstance(wish, Range) else value in wish for value in values)


def values_of(facet: Facet, record: Any, catalog: Catalog) -> tuple[Any, ...]:
    """Empty: not known."""
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


def _chip_name(card: Any, catalog: Catalog) -> str | None:
    """Without the words all its siblings share."""
    name: str | None = _chip("name")(card, catalog)
    return name.replace("GeForce ", "").replace("Radeon ", "") if name else None


def _long_slots(board: Any, _: Catalog) -> int:
    """Whatever lanes they have."""
    return sum(slot.mechanical == 16 for slot in board.slots)


def _plugs(card: Any, _: Catalog) -> str | None:
    if not card.plugs_known:
        return None
    return "16-pin" if any(plug in SIXTEEN_PIN for plug in card.plugs) else "8-pin and 6-pin" if card.plugs else "none"


def _said(name: str, unsaid: str) -> Value:
    return lambda record, _: None if getattr(record, name) == unsaid else getattr(record, name)


def _yes(name: str) -> Value:
    words = {True: "yes", False: "no", None: None}
    return lambda record, _: words[getattr(record, name)]


def _at_most(ident: str, title: str, value: Value, unit: str, *steps: float) -> Facet:
    return Facet(ident, title, value, "range", unit, steps)


def _at_least(ident: str, title: str, value: Value, unit: str, *steps: float) -> Facet:
    return Facet(ident, title, value, "range", unit, steps, "least")


MAKER = Facet("maker", "Maker", _own("vendor"), typed=False)


def _money(*steps: float) -> Facet:
    return Facet("price", "Price", _price, "range", "USD", steps, typed=False)


FACETS: Mapping[str, tuple[Facet, ...]] = {
    "cards": (
        Facet("vram", "VRAM", _vram, unit="GiB"),
        Facet("chip", "Chip", _chip_name),
        _at_most("slots", "Slots", _own("slots_occupied"), "slots", 1, 2, 2.5, 3, 3.5, 4),
        Facet("cooler", "Cooler", _said("cooler", "unknown")),
        _at_most("length", "Length", _own("length_mm"), "mm", 170, 200, 245, 270, 300, 320, 340),
        _at_most("power", "Power", _own("tgp_w"), "W", 75, 150, 200, 250, 300, 350, 450),
        _at_least("bandwidth", "Bandwidth", _chip("memory_gb_s"), "GB/s", 300, 450, 600, 750, 900, 1000, 1700),
        Facet("plugs", "Plugs", _plugs),
        Facet("chip_maker", "Chip maker", _chip("vendor")),
        MAKER,
        _money(250, 500, 750, 1000, 1500, 2000, 3000, 5000, 10000),
    ),
    "boards": (
        Facet("socket", "Socket", _own("socket")),
        Facet("size", "Size", _said("form_factor", "unknown")),
        _at_least(
            "long_slots", "x16 slots", lambda b, _: sum(s.mechanical == 16 for s in b.slots), "slots", *range(1, 9)
        ),
        Facet("chipset", "Chipset", _own("chipset")),
        Facet("memory", "Memory", lambda board, _: board.memory.type),
        Facet("channels", "Memory channels", lambda board, _: board.memory.channels),
        Facet("remote", "Remote control", _yes("bmc")),
        MAKER,
        _money(150, 250, 400, 600, 800, 1000, 1500),
    ),
    "cpus": (
        Facet("socket", "Socket", _own("socket")),
        _at_least("cores", "Cores", _own("cores"), "cores", 8, 12, 16, 24, 32, 48, 64, 96),
        _at_least("lanes", "PCIe lanes", _own("pcie_lanes"), "lanes", 20, 24, 28, 40, 48, 64, 88, 128),
        Facet("generation", "Generation", _said("family", "")),
        Facet("gen", "PCIe generation", _own("pcie_gen"), typed=False),
        Facet("memory", "Memory", lambda cpu, _: tuple(cpu.memory_type.split(" or "))),
        Facet("channels", "Memory channels", _own("memory_channels"), typed=False),
        _at_most("power", "Power", lambda cpu, _: cpu.ppt_w or cpu.tdp_w, "W", 65, 90, 125, 150, 180, 225, 280),
        MAKER,
        _money(150, 250, 400, 600, 1000, 2000, 4000),
    ),
    "memory": (
        Facet("total", "Capacity", lambda kit, _: kit.modules * kit.module_gib, unit="GiB"),
        Facet("type", "Type", _own("type")),
        Facet("form", "Form", _own("form")),
        Facet("modules", "Modules", _own("modules"), typed=False),
        _at_least("speed", "Speed", _own("speed_mts"), "MT/s", 2400, 2666, 2933, 3200, 4800, 5600, 6000, 6400),
        Facet("ecc", "ECC", _yes("ecc")),
        _money(100, 200, 400, 800, 1600),
    ),
    "psus": (
        _at_least("rating", "Rating", _own("watts"), "W", 850, 1000, 1200, 1300, 1500, 1600, 2000),
        Facet("grade", "Efficiency", _said("grade", "none")),
        Facet("atx", "ATX version", _own("atx_version")),
        Facet("form", "Form", _own("form_factor")),
        _at_least("sixteen_pin", "16-pin plugs", _own("sixteen_pin"), "plugs", 1, 2, 3, 4),
        _at_least("eight_pin", "8-pin plugs", _own("pcie_8pin"), "plugs", 2, 4, 6, 8, 10),
        _at_most("length", "Length", _own("length_mm"), "mm", 130, 150, 160, 180, 200),
        MAKER,
        _money(150, 200, 250, 300, 400, 500, 700),
    ),
    "cases": (
        Facet("kind", "Kind", _own("kind")),
        Facet("boards", "Form factor", _own("board_sizes")),
        _at_least("gpu_length", "GPU length", _own("max_gpu_length_mm"), "mm", 300, 320, 340, 360, 400, 450, 500),
        _at_least("slots", "Expansion slots", _own("expansion_slots"), "slots", 7, 8, 9, 10, 11),
        Facet("front", "Front", _said("intake", "unknown")),
        MAKER,
        _money(75, 100, 150, 200, 300, 500),
    ),
    "coolers": (
        Facet("kind", "Kind", _own("kind")),
        Facet("sockets", "Socket", _own("sockets")),
        _at_most("height", "Height", _own("height_mm"), "mm", 70, 100, 130, 150, 160, 165),
        Facet("radiator", "Radiator", _own("radiator_mm"), unit="mm"),
        MAKER,
        _money(40, 60, 100, 150, 200),
    ),
    "drives": (
        Facet("kind", "Kind", lambda drive, _: drive.kind.upper()),
        Facet("capacity", "Capacity", lambda drive, _: drive.capacity_gb / 1000, unit="TB"),
        Facet("gen", "PCIe generation", _own("gen"), typed=False),
        _at_least("reads", "Reads", _own("read_gb_s"), "GB/s", 0.5, 3, 5, 7, 10),
        MAKER,
        _money(100, 150, 200, 300, 500),
    ),
    "risers": (
        Facet("kind", "Kind", _own("kind")),
        Facet("gen", "PCIe generation", _own("gen"), typed=False),
        _at_most("length", "Length", _own("length_mm"), "mm", 200, 300, 600),
    ),
    "bridges": (
        Facet("spacing", "Spacing", _own("pitch_slots"), unit="slots"),
        Facet("chip", "For", lambda bridge, _: bridge.chips),
    ),
    "models": (
        Facet("family", "Family", _own("family")),
        _at_most("size", "Weights", lambda model, _: model.params_total / 1e9, "billion", 4, 8, 14, 32, 72, 130, 400),
        Facet("experts", "Experts", lambda model, _: "mixture of experts" if model.moe else "dense"),
        _at_least("context", "Longest context", _own("max_context"), "tokens", 32768, 131072, 262144),
    ),
}
BY_ID: Mapping[str, Mapping[str, Facet]] = {kind: {facet.id: facet for facet in of} for kind, of in FACETS.items()}
