"""The board's size against those the case takes."""

from collections.abc import Iterator

from planner.analysis.board_sizes import board_fits
from planner.analysis.space import Space
from planner.domain.base import Confidence
from planner.domain.findings import Severity
from planner.domain.parts import Board, Case
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_space

DEEP_MM = 260.0
"""Wider boards than this hide the cable holes of many cases."""


def check(subject: Subject[Space]) -> Iterator[Verdict | Needs]:
    board, case = subject.rig.board, subject.rig.case
    if board is None or case is None:
        yield Needs("a case")
    elif subject.of.board_fits_case is None:
        yield Needs(f"board sizes {case.title} takes")
    elif not subject.of.board_fits_case:
        yield _too_big(subject, board, case)
    elif _deep(board) and not case.open:
        yield _hides_holes(board)


def _deep(board: Board) -> bool:
    name = board.form_factor.lower().replace("-", "").replace(" ", "")
    return (board.width_mm or 0) > DEEP_MM or (board.width_mm is None and name.startswith(("eatx", "ssieeb", "xlatx")))


def _too_big(subject: Subject[Space], board: Board, case: Case) -> Verdict:
    def takes(other: Case) -> bool:
        return board_fits(board.form_factor, board.width_mm, other.board_sizes)[0] is True

    said = f"{board.title} is {board.form_factor}; {case.title} takes {', '.join(case.board_sizes)}"
    doubtful = subject.rig.confidence("case", "board_sizes") == Confidence.LOW
    return Verdict(
        Severity.WARNING if doubtful else Severity.ERROR,
        f"{said} in the source of this record, which may be incomplete: look at the maker's page."
        if doubtful
        else f"{said}.",
        parts=("board", "case"),
        fixes=lambda: fixes.larger_case(subject.rig, takes),
        rests_on=(("board", "form_factor"), ("case", "board_sizes")),
    )


def _hides_holes(board: Board) -> Verdict:
    return Verdict(
        Severity.INFO,
        f"{board.title} ({board.form_factor}) is wider than ATX: it may cover the case's cable holes and stand-offs. "
        "Lay the cables before the board.",
        parts=("board", "case"),
        where="holes",
        title="Wide board covers cable holes",
    )


RULE = Rule(
    code="MEC-005",
    id="board-too-big",
    area="Mechanical",
    title="Board does not fit the case",
    why="It cannot be screwed down, or stands on stand-offs that touch it where they must not.",
    fix="Choose a case for this board size, or a smaller board.",
    sources=("ATX specification; SSI EEB and CEB specifications: board sizes and mounting holes",),
    reads=on_space,
    needs=A_BOARD,
    check=check,
)
