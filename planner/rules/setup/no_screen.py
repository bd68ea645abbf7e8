"""A machine on which all cards compute and nothing shows a picture."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    cpu, board = subject.rig.cpu, subject.rig.board
    if cpu is None or board is None:
        yield Needs("a processor and a motherboard")
    elif board.bmc or cpu.igpu:
        return
    elif cpu.igpu is None:
        yield Needs(f"whether {cpu.title} has graphics of its own")
    else:
        yield Verdict(
            Severity.INFO,
            f"{cpu.title} has no graphics and {board.title} no remote console: for BIOS and repairs a screen must hang "
            "on one of the cards. Keep a cable there; some boards want a dummy plug to start without a screen.",
            parts=("cpu", "board"),
        )


RULE = Rule(
    code="BIO-010",
    id="no-screen",
    area="Setup",
    title="No picture without a compute card",
    why="When the cards do not come up there is no other way to see why.",
    fix="A processor with graphics, a board with a remote console, or a small card for the screen.",
    sources=("General practice of headless machines",),
    reads=on_cards,
    needs=A_CARD,
    check=check,
)
