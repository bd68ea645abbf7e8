"""The lanes of a board with so many cards and drives."""

from typing import Any

from planner.analysis.lanes import Lanes, lanes
from planner.domain.parts import Board
from planner.domain.rig import Rig
from tests.makers import rig_with


def result_of(rig: Rig) -> Lanes:
    result = lanes(rig)
    assert result is not None
    return result


def solved(board: Board, slots: str = "", drives: str = "", **cpu: Any) -> Lanes:
    return result_of(rig_with(board, slots, drives, **cpu))


def widths(result: Lanes) -> dict[str, int]:
    return {link.slot: link.width for link in result.links}
