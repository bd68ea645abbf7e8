"""The lowest card against the end of the board, of the case, and of the frame's bays."""

from collections.abc import Iterator

from planner.analysis.space import Space
from planner.domain.findings import Severity
from planner.domain.parts import Case
from planner.domain.units import show_mm
from planner.rules import fixes
from planner.rules.missing import rows_and_sizes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_space
from planner.rules.words import card_name

SHROUD_MM = 5.0
USUAL_SLOTS = 7
"""Of an ATX case."""


def check(subject: Subject[Space]) -> Iterator[Verdict | Needs]:
    room = subject.of
    yield from rows_and_sizes(room)
    for key in room.beyond_bays:
        yield _no_bay(subject, key)
    lowest = next((c.gpu for c in room.cards if room.last_row_used and room.last_row_used in c.rows), None)
    if lowest is None or room.last_row_used is None:
        return
    if room.case_rows is None:
        yield from _without_case(subject, lowest, room.last_row_used)
    elif room.last_row_used > room.case_rows:
        yield _overhang(subject, lowest, room.last_row_used, room.case_rows)
    else:
        yield from _shroud(subject, lowest)


def _without_case(subject: Subject[Space], lowest: str, last_row: int) -> Iterator[Verdict | Needs]:
    usual = min(subject.of.board_rows, USUAL_SLOTS)
    if last_row > usual:
        yield Verdict(
            Severity.WARNING,
            f"{card_name(subject.rig, lowest)} reaches into slot {last_row}, and most cases for a board of this size "
            f"end at slot {usual}: this one must have {last_row}.",
            parts=(lowest,),
            value=last_row,
        )
    yield Needs("expansion slots of the case")


def _overhang(subject: Subject[Space], lowest: str, last_row: int, case_rows: int) -> Verdict:
    return Verdict(
        Severity.ERROR,
        f"{card_name(subject.rig, lowest)} reaches into slot {last_row}; the case ends at slot {case_rows}.",
        parts=(lowest, "case"),
        value=last_row - case_rows,
        fixes=lambda: fixes.larger_case(subject.rig, lambda case: _takes(case, last_row)),
        rests_on=(("case", "expansion_slots"),),
    )


def _takes(case: Case, rows: int) -> bool:
    return case.expansion_slots is not None and case.expansion_slots >= rows


def _shroud(subject: Subject[Space], lowest: str) -> Iterator[Verdict]:
    below = subject.of.gap_below(lowest)
    if below is not None and below.neighbour is None and below.gap_mm < SHROUD_MM:
        yield Verdict(
            Severity.ERROR if below.gap_mm < 0 else Severity.WARNING,
            f"{card_name(subject.rig, lowest)} ends {show_mm(below.gap_mm)} above the floor or shroud of the case.",
            parts=(lowest, "case"),
            where="floor",
            value=-below.gap_mm,
            fixes=lambda: fixes.larger_case(
                subject.rig, lambda case: _takes(case, (subject.of.last_row_used or 0) + 1)
            ),
            steps=below.steps,
            rests_on=(("case", "shroud_below_last_row_mm"),),
        )


def _no_bay(subject: Subject[Space], key: str) -> Verdict:
    card = subject.rig.card(key)
    return Verdict(
        Severity.ERROR,
        f"{card_name(subject.rig, key)} is meant for bay {card.bay if card else ''}, which this frame does not have.",
        parts=(key, "case"),
        where="bay",
        title="Frame has too few places",
    )


RULE = Rule(
    code="MEC-002",
    id="last-card-overhangs",
    area="Mechanical",
    title="Lowest card reaches below the case's slots",
    why="A thick card in the last slot needs a free place below the board; without it the bracket has no opening and "
    "the fans hit the supply's cover.",
    fix="Choose a case with more slots than the board, or move the card up.",
    sources=("https://mbreview.com/news/motherboard-review-database/5806/gigabyte-trx40-aorus-xtreme-3",),
    reads=on_space,
    needs=A_BOARD,
    check=check,
)
