"""Two cards where only one has room."""

from collections.abc import Iterator

from planner.analysis.space import Gap, Space
from planner.domain.findings import Severity
from planner.domain.units import show_mm
from planner.rules.boards import Once, more_air, roomier_board
from planner.rules.missing import rows_and_sizes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_space
from planner.rules.words import card_name, count, short

TOLERANCE_MM = 2.0
"""Data sheets err by that much, and builders have fitted such pairs by touch."""


def check(subject: Subject[Space]) -> Iterator[Verdict | Needs]:
    yield from rows_and_sizes(subject.of)
    told = set()
    boards = Once(lambda: roomier_board(subject.rig, subject.policy.min_gap_mm))
    for gap in subject.of.collisions:
        if gap.neighbour and (gap.rows or _in_bay(subject, gap)):
            told.add(frozenset((gap.gpu, gap.neighbour)))
            yield _collision(subject, gap, gap.neighbour, boards)
    for key, above in subject.of.occupied_under_card:
        if frozenset((key, above)) not in told:
            yield _slot_covered(subject, key, above, boards)


def _collision(subject: Subject[Space], gap: Gap, neighbour: str, boards: Once) -> Verdict:
    rig, room = subject.rig, subject.of.card(gap.gpu)
    thick = f"is {show_mm(room.thickness_mm)} thick" if room and room.thickness_mm else "is too thick"
    doubtful = gap.gap_mm >= -TOLERANCE_MM
    tail = " Measure both cards: data sheets can be off by that much." if doubtful else ""
    return Verdict(
        Severity.WARNING if doubtful else Severity.ERROR,
        f"{card_name(rig, gap.gpu)} {thick}, and {short(neighbour)} {_apart(subject, gap)}: "
        f"{show_mm(-gap.gap_mm)} are missing.{tail}",
        parts=(gap.gpu, neighbour),
        value=-gap.gap_mm,
        fixes=lambda: more_air(subject, gap.gpu, neighbour) + boards(),
        steps=gap.steps,
        rests_on=((gap.gpu, "thickness_mm" if room and room.thickness_from == "measured" else "slots_occupied"),),
    )


def _in_bay(subject: Subject[Space], gap: Gap) -> bool:
    """Cards in one slot without bays have a rule of their own."""
    card = subject.rig.card(gap.gpu)
    return card is not None and card.bay is not None


def _apart(subject: Subject[Space], gap: Gap) -> str:
    if not _in_bay(subject, gap):
        return f"sits {count(gap.rows, 'slot')} further down"
    return f"sits {count(gap.rows, 'bay')} further on" if gap.rows else "is meant for the same bay"


def _slot_covered(subject: Subject[Space], key: str, above: str, boards: Once) -> Verdict:
    card = subject.rig.card(key)
    slot = card.slot_name if card else ""
    return Verdict(
        Severity.ERROR,
        f"{card_name(subject.rig, above)} covers {slot}, the slot of {short(key)}: nothing can be plugged in there.",
        parts=(above, key),
        where=slot or "",
        fixes=lambda: more_air(subject, above, key) + boards(),
    )


RULE = Rule(
    code="MEC-001",
    id="cards-collide",
    area="Mechanical",
    title="Cards collide",
    why="The lower card cannot be plugged in.",
    fix="Move a card to a slot further away, put it on a riser, choose a thinner card, or a board with wider spacing.",
    sources=(
        "https://arsenalpc.com/whats-better-than-one-geforce-rtx-5090",
        "ATX specification: 20.32 mm between slots",
    ),
    reads=on_space,
    needs=A_BOARD,
    check=check,
    folds_into=("THR-001", "THR-002"),
)
