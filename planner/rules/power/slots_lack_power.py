"""Many cards draw their slot power through one board."""

from collections.abc import Iterator

from planner.analysis.facts import Facts
from planner.domain.findings import Severity
from planner.domain.parts import Board
from planner.domain.rig import Rig, RigCard
from planner.domain.units import show_w
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject

SLOT_W = 75
CARDS_WITHOUT_INPUT = 3


def reads(facts: Facts) -> Subject[Board] | None:
    return Subject(facts, facts.rig.board) if facts.rig.board else None


def check(subject: Subject[Board]) -> Iterator[Verdict | Needs]:
    board, rig = subject.of, subject.rig
    fed = [card for card in rig.cards if not (card.riser and card.riser.powers_slot)]
    if len(fed) <= CARDS_WITHOUT_INPUT:
        return
    if board.gpu_power_inputs is None:
        yield Needs(f"auxiliary power plugs of {board.title}")
    elif board.gpu_power_inputs:
        yield _plug_in(board, fed)
    else:
        yield _none_there(rig, board, fed)


def _draws(fed: list[RigCard]) -> str:
    return f"{len(fed)} cards may draw {show_w(SLOT_W * len(fed))} through the slots ({SLOT_W} W each)"


def _plug_in(board: Board, fed: list[RigCard]) -> Verdict:
    return Verdict(
        Severity.INFO,
        f"{_draws(fed)}. Connect the board's auxiliary plugs ({board.gpu_power_inputs}) to the supply.",
        parts=("board",),
        value=len(fed),
        title="Connect the board's slot power",
    )


def _none_there(rig: Rig, board: Board, fed: list[RigCard]) -> Verdict:
    return Verdict(
        Severity.WARNING,
        f"{_draws(fed)}, all of it through the 24-pin plug: {board.title} has no auxiliary plug for its slots.",
        parts=("board",),
        value=len(fed),
        rests_on=(("board", "gpu_power_inputs"),),
    )


RULE = Rule(
    code="PWR-010",
    id="slots-lack-power",
    area="Power",
    title="Slots draw too much through the board",
    why="The 24-pin plug has two 12 V wires. Several slots at their full 75 W overheat it.",
    fix="Use a board with an auxiliary plug for the slots, or risers with their own power.",
    sources=("PCI Express Card Electromechanical Specification: 75 W from an x16 slot",),
    reads=reads,
    needs=A_BOARD,
    check=check,
)
