"""Who sits in which connector: cards straight in slots, on risers and splitters, and drives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.domain.parts import Board, Connector, Riser
from planner.domain.rig import Rig, RigCard, RigDrive

TAKES: Mapping[str, frozenset[str]] = {
    "slot": frozenset({"riser", "splitter", "slimsas", "mcio", "oculink", "usb_mining", "switch", "external"}),
    "m2": frozenset({"m2_adapter", "oculink", "external"}),
    "oculink": frozenset({"oculink", "external"}),
    "slimsas": frozenset({"slimsas"}),
    "mcio": frozenset({"mcio"}),
}
"""Kind of connector -> kinds of riser that plug into it; a card itself plugs into slots only."""


def key_order(key: str) -> tuple[str, int]:
    """gpu-2 before gpu-10, whatever the order parts were chosen in."""
    stem, _, number = key.rpartition("-")
    return (stem, int(number)) if number.isdigit() else (key, 0)


@dataclass(frozen=True, slots=True)
class Seat:
    card: RigCard
    connector: Connector
    port: int
    """Which output of a splitter or switch; 0 for a card that has the connector to itself."""


@dataclass(frozen=True, slots=True)
class Seating:
    seats: tuple[Seat, ...]
    drives: tuple[tuple[RigDrive, Connector], ...]
    unplaced: tuple[str, ...]
    doubled: tuple[tuple[str, str], ...]

    @property
    def keys_at(self) -> dict[str, tuple[str, ...]]:
        """Connector -> keys of what sits there."""
        found: dict[str, tuple[str, ...]] = {}
        for seat in self.seats:
            found[seat.connector.id] = (*found.get(seat.connector.id, ()), seat.card.key)
        for drive, connector in self.drives:
            found[connector.id] = (*found.get(connector.id, ()), drive.key)
        return found

    @property
    def cards_at(self) -> frozenset[str]:
        return frozenset(seat.connector.id for seat in self.seats)


def seat_all(rig: Rig) -> Seating:
    return seat(sorted(rig.cards, key=lambda c: key_order(c.key)), sorted(rig.drives, key=lambda d: key_order(d.key)))


def seat(cards: Iterable[RigCard], drives: Iterable[RigDrive]) -> Seating:
    seats: dict[str, list[Seat]] = {}
    unplaced: list[str] = []
    doubled: list[tuple[str, str]] = []
    for card in cards:
        if card.slot is None or not fits(card.slot, card.riser):
            unplaced.append(card.key)
            continue
        here = seats.setdefault(card.slot.id, [])
        if here and not _shares(card, here):
            unplaced.append(card.key)
            doubled.append((card.key, here[0].card.key))
            continue
        here.append(Seat(card, card.slot, len(here)))
    taken: dict[str, str] = {}
    stored = []
    for drive in drives:
        if drive.slot is None:
            continue
        holder = seats[drive.slot.id][0].card.key if seats.get(drive.slot.id) else taken.get(drive.slot.id)
        if holder is not None and drive.slot.kind != "sata":
            doubled.append((drive.key, holder))
            continue
        taken[drive.slot.id] = drive.key
        stored.append((drive, drive.slot))
    in_order = sorted((s for found in seats.values() for s in found), key=lambda s: key_order(s.card.key))
    return Seating(tuple(in_order), tuple(stored), tuple(unplaced), tuple(doubled))


def fits(connector: Connector, riser: Riser | None) -> bool:
    if riser is None:
        return connector.kind == "slot"
    return riser.kind in TAKES.get(connector.kind, frozenset())


def _shares(card: RigCard, here: list[Seat]) -> bool:
    """Cards share a slot only through one splitter or switch with a free output."""
    first = here[0].card.riser
    return first is not None and card.riser is not None and card.riser.id == first.id and len(here) < first.ports


def is_switch(riser: Riser | None) -> bool:
    return riser is not None and riser.kind == "switch" and riser.ports > 1


def port_width(board: Board, at: Seat, slot_width: int) -> tuple[int, str]:
    """Lanes that reach the card through its riser, and a text on what is not known about the split (or none).

    A passive splitter wires its outputs to fixed lanes of the slot, so a slot that runs narrower loses the last
    outputs first; without the split in the BIOS only the first output works.
    """
    riser = at.card.riser
    if riser is None or is_switch(riser):
        return slot_width if riser is None else riser.lanes, ""
    if riser.ports == 1:
        return min(slot_width, riser.lanes), ""
    parts = split_parts(riser)
    offered = board.bifurcation.get(at.connector.id)
    if offered is not None and riser.needs_split is not None and riser.needs_split not in offered:
        return (min(slot_width, parts[0]) if at.port == 0 else 0), ""
    unknown = "" if offered is not None else f"bifurcation of {at.connector.id}: {riser.title} needs it split"
    return max(0, min(parts[at.port], slot_width - sum(parts[: at.port]))), unknown


def split_parts(riser: Riser) -> list[int]:
    """Lanes of each output: from x8/x8 where the record says so, else all alike."""
    if riser.needs_split:
        parts = [int(part.strip().lstrip("x")) for part in riser.needs_split.split("/") if part.strip("x ").isdigit()]
        if len(parts) >= riser.ports:
            return parts
    return [riser.lanes] * riser.ports
