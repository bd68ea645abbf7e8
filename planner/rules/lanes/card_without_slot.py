"""Cards that sit nowhere yet, or where they cannot."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes
from planner.domain.findings import Fix, Severity
from planner.domain.parts import Connector
from planner.domain.rig import RigCard
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes
from planner.rules.words import card_name, count, listed, short

SLOT_EDGED = ("riser", "splitter")
"""Risers that go into the slot with an edge of their own, as long as a card's."""


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    for key in subject.of.unplaced:
        if key.startswith("gpu-"):
            yield _verdict(subject, key)
    for card in subject.rig.cards:
        edge = card.riser is None or card.riser.kind in SLOT_EDGED
        if card.slot is not None and card.slot.kind == "slot" and edge and not card.slot.takes_a_card:
            yield _too_short(subject, card, card.slot)


def _too_short(subject: Subject[Lanes], card: RigCard, slot: Connector) -> Verdict:
    """Whether a short slot's end is open is rarely recorded: never more than a warning."""
    return Verdict(
        Severity.WARNING,
        f"{slot.id} is an x{slot.mechanical} slot, as far as is known with a closed end. "
        f"{'The riser of ' if card.riser else ''}{card_name(subject.rig, card.key)} has an x16 edge and goes in only "
        "where the end is open.",
        parts=(card.key,),
        where=slot.id,
        fixes=lambda: _put_in(subject, card.key),
        title="Slot is too short for the card",
    )


def _verdict(subject: Subject[Lanes], key: str) -> Verdict:
    free = [slot.connector for slot in fixes.free_slots(subject.rig, key)]
    waiting = sum(other.startswith("gpu-") for other in subject.of.unplaced)
    return Verdict(
        Severity.WARNING if len(free) >= waiting else Severity.ERROR,
        f"{card_name(subject.rig, key)} {_where(subject, key)}. {_free(subject, free)}",
        parts=(key,),
        fixes=lambda: _put_in(subject, key),
    )


def _where(subject: Subject[Lanes], key: str) -> str:
    holder = next((other for card, other in subject.of.doubled if card == key), None)
    card = subject.rig.card(key)
    if holder is not None:
        return f"shares a slot with {short(holder)}, which takes a splitter"
    if card and card.slot_name and card.slot is None:
        return f"is meant for {card.slot_name}, a slot this board does not have"
    if card and card.slot_name:
        return f"cannot be plugged into {card.slot_name} as it is"
    return "has no slot yet"


def _free(subject: Subject[Lanes], free: list[str]) -> str:
    board = subject.rig.board
    slots = sum(slot.takes_a_card for slot in board.slots) if board else 0
    if free:
        return f"Free: {listed(free)}."
    name = board.title if board else "The board"
    return f"{name} has {count(slots, 'slot')} for {count(len(subject.rig.cards), 'card')}, and none is left."


def _put_in(subject: Subject[Lanes], key: str) -> fixes.Fixes:
    """Where it sits well if there is such a slot, else the fastest free one."""
    well = fixes.move_card(subject.rig, key, lambda rig: fixes.sits_well(rig, subject.policy.min_gap_mm))
    found = well or fixes.move_card(subject.rig, key, lambda rig: True)
    return tuple(Fix(fix.label.replace("Move", "Put").replace(" to ", " in "), fix.edit) for fix in found)


RULE = Rule(
    code="PCI-016",
    id="card-without-slot",
    area="PCIe",
    title="Card has no slot",
    why="Lanes, gaps and heat are worked out for cards in slots: nothing is known about this one.",
    fix="Put the card into a free slot, on a riser, or choose a board with more slots.",
    sources=("PCI Express Card Electromechanical Specification: connector sizes",),
    reads=on_lanes,
    needs=A_BOARD,
    check=check,
)
