"""Cards that sit nowhere yet, or where they cannot."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes
from planner.domain.findings import Fix, Severity
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes
from planner.rules.words import card_name, count, listed, short


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    for key in subject.of.unplaced:
        if key.startswith("gpu-"):
            yield _verdict(subject, key)


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
    slots = sum(fixes.takes_a_card(slot) for slot in board.slots) if board else 0
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
