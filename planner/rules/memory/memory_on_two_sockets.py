"""Boards with two processors: memory has a near and a far side."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import Subject, on_rig


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    board = subject.rig.board
    if board is None:
        yield Needs("a motherboard")
    elif board.sockets > 1:
        yield Verdict(
            Severity.INFO,
            f"{board.title} has {board.sockets} sockets: set one NUMA node per socket (NPS1) and bind the engine to "
            "the side its cards hang on (numactl --cpunodebind --membind).",
            parts=("board",),
        )


RULE = Rule(
    code="MEM-006",
    id="memory-on-two-sockets",
    area="Memory",
    title="Memory has a near and a far side",
    why="An engine that runs on one processor and reads memory of the other loses a good part of its speed.",
    fix="Bind the engine to one side.",
    sources=("https://github.com/noonghunna/club-3090 docs/HARDWARE.md",),
    reads=on_rig,
    needs="",
    check=check,
)
