"""The rows of the parts list, worked out of a report: one per part, in buying order, and rows that invite."""

from collections.abc import Iterator
from dataclasses import dataclass

from planner.advice.placing import free_slots
from planner.domain.findings import Severity
from planner.domain.parts import Board, Card, Case, Cpu, CpuCooler, Drive, MemoryKit, Part, Psu
from planner.domain.rig import Rig, RigCard
from planner.domain.units import show_mm, show_money
from planner.evaluate import Report
from planner.ui.choices import FIELDS, NOUNS, Target, article, chosen_part

INVITES = ("cpu", "board", "memory", "psus", "case", "cooler", "drives")
"""Kinds whose row stays when nothing is chosen; cards always offer one more."""
ALSO_OPTIONAL = ("cooler", "drives")


@dataclass(frozen=True, slots=True)
class PartRow:
    target: Target
    key: str
    """As findings name it; empty for an invitation."""
    title: str
    details: tuple[str, ...]
    price: str
    worst: Severity | None
    status: str
    """The dot in words."""
    invites: bool = False
    dispensable: tuple[str, ...] = ()
    """Details that are left out first where the list is narrow."""
    short: str = ""
    """The title without its maker, for the same case."""

    @property
    def detail(self) -> str:
        return " · ".join(self.details)

    @property
    def spoken(self) -> str:
        """All of it, for a screen reader and the tooltip."""
        return ", ".join(text for text in (self.title, self.detail, self.price, self.status) if text)


def part_rows(report: Report) -> tuple[PartRow, ...]:
    return tuple(row for kind in FIELDS for row in _rows_of(report, kind))


def _rows_of(report: Report, kind: str) -> Iterator[PartRow]:
    chosen = getattr(report.build.parts, kind)
    targets = [Target(kind, c.key) for c in chosen] if isinstance(chosen, tuple) else [Target(kind)] if chosen else []
    for target in targets:
        yield _filled(report, target)
    if kind == "gpus":
        yield _invitation(report, kind, "Add a GPU", _room_for_cards(report))
    elif not targets and kind in INVITES:
        noun = NOUNS[kind]
        note = "optional" if kind in ALSO_OPTIONAL else "not chosen yet"
        yield _invitation(report, kind, f"Choose {article(noun)} {noun}", note)


def _invitation(report: Report, kind: str, title: str, detail: str) -> PartRow:
    return PartRow(Target(kind), "", title, (detail,), "", None, "", invites=True)


def _room_for_cards(report: Report) -> str:
    if report.rig.board is None:
        return "slots are not known yet: no motherboard"
    free = len(free_slots(report))
    return {0: "no free slot on this board", 1: "1 free slot"}.get(free, f"{free} free slots")


def _filled(report: Report, target: Target) -> PartRow:
    key = target.key or target.kind
    part = report.rig.part(key) if target.kind != "bridges" else _bridge(report, target)
    worst = max((finding.severity for finding in report.about(key)), default=None)
    status = "no findings" if worst is None else _status(report, key)
    line = next((line for line in report.facts.cost.lines if line.key == key), None)
    currency = report.facts.cost.currency
    price = show_money(whole(line.cents), currency) if line and line.cents is not None else "no price"
    if part is None:
        unknown = chosen_part(report.build, target) or key
        return PartRow(
            target, key, unknown, ("unknown part: not in the catalog",), "", Severity.WARNING, "unknown part"
        )
    details, dispensable = _details(report, key, part), _dispensable(part)
    title = _title(report.rig, key, part)
    short = title.replace(f"{part.vendor} ", "", 1)
    return PartRow(target, key, title, details, price, worst, status, dispensable=dispensable, short=short)


def _bridge(report: Report, target: Target) -> Part | None:
    chosen = chosen_part(report.build, target)
    return next((bridge for bridge in report.rig.bridges if bridge.id == chosen), None)


def _status(report: Report, key: str) -> str:
    found = report.about(key)
    return "; ".join(f"{finding.severity.title}: {finding.title}" for finding in found)


def _title(rig: Rig, key: str, part: Part) -> str:
    card = rig.card(key)
    if card is not None:
        return brief(card.label)
    if isinstance(part, MemoryKit):
        kits = rig.memory.kits if rig.memory else 1
        return f"{part.modules * kits} × {part.module_gib} GB {part.type}-{part.speed_mts}"
    supplies = len(rig.psus)
    return f"PSU {key.rsplit('-', 1)[-1]} · {part.title}" if isinstance(part, Psu) and supplies > 1 else part.title


def whole(cents: int) -> int:
    """Rounded to the dollar, euro or pound: lists are read at a glance, the breakdown has the cents."""
    return round(cents / 100) * 100


def brief(name: str) -> str:
    """A card's name as people say it; the picker has the whole."""
    for long, short in (("GeForce ", ""), ("Radeon ", ""), ("Founders Edition", "FE"), ("Workstation Edition", "WS")):
        name = name.replace(long, short)
    return name


def _details(report: Report, key: str, part: Part) -> tuple[str, ...]:
    """The telling facts, the most telling first."""
    card = report.rig.card(key)
    if card is not None:
        return _known(*_card_words(card))
    if isinstance(part, Cpu):
        lanes = part.slot_lanes or part.pcie_lanes
        return _known(part.socket, f"{lanes} PCIe {part.pcie_gen}.0 lanes", f"{part.cores} cores")
    if isinstance(part, Board):
        return _known(part.form_factor, _slot_words(part))
    if isinstance(part, MemoryKit):
        memory = report.rig.memory
        return _known(f"{memory.total_gib} GiB" if memory else "", part.form, "ECC" if part.ecc else "")
    spot = report.build.placement(key).slot
    return _known(*_plain_words(part), spot or ("not placed" if isinstance(part, Drive) else ""))


def _dispensable(part: Part) -> tuple[str, ...]:
    if isinstance(part, Card):
        length = show_mm(part.length_mm) if part.length_mm else ""
        return length, f"{part.slots_occupied:g} slots" if part.slots_occupied else ""
    if isinstance(part, Psu):
        return (part.grade.title(),)
    return (part.kind,) if isinstance(part, Case | CpuCooler) else ()


def _card_words(card: RigCard) -> tuple[str, ...]:
    slots = f"{card.card.slots_occupied:g} slots" if card.card.slots_occupied else ""
    length = show_mm(card.card.length_mm) if card.card.length_mm else ""
    place = card.slot_name or (f"bay {card.bay}" if card.bay else "not placed")
    limit = f"limit {card.limit_w} W" if card.limit_w is not None else ""
    return f"{card.vram_gib:g} GB", slots, length, limit, place + (" · riser" if card.riser else "")


def _slot_words(board: Board) -> str:
    """x16 + x8 + x4: what each slot has alone."""
    widths = [f"x{slot.lanes}" if slot.lanes is not None else "x?" for slot in board.slots]
    same = len(set(widths)) == 1 and len(widths) > 2
    return f"{len(widths)} slots {widths[0]}" if same else " + ".join(widths[:5]) + (" …" if len(widths) > 5 else "")


def _plain_words(part: Part) -> tuple[str, ...]:
    if isinstance(part, Psu):
        pins = f"{part.sixteen_pin} × 16-pin" if part.sixteen_pin is not None else ""
        eights = f"{part.pcie_8pin} × 8-pin" if part.pcie_8pin is not None else ""
        return f"{part.watts:,} W", part.grade.title() if part.grade != "none" else "", pins, eights
    if isinstance(part, Case):
        rows = f"{part.expansion_slots} slots" if part.expansion_slots is not None else ""
        return part.kind, rows, f"GPU to {show_mm(part.max_gpu_length_mm)}" if part.max_gpu_length_mm else ""
    if isinstance(part, CpuCooler):
        height = show_mm(part.height_mm) if part.height_mm else f"{part.radiator_mm} mm" if part.radiator_mm else ""
        return part.kind, height, f"rated {part.rated_w} W" if part.rated_w else ""
    if isinstance(part, Drive):
        return f"{part.capacity_gb / 1000:g} TB", f"PCIe {part.gen}.0 x{part.lanes}" if part.gen else part.kind.upper()
    return ()


def _known(*words: str) -> tuple[str, ...]:
    return tuple(word for word in words if word)
