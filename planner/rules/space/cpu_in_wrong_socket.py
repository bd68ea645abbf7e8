"""Processor and board for different sockets."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.parts import Cpu
from planner.domain.rig import Rig
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import Subject, on_rig


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    board, cpu = subject.rig.board, subject.rig.cpu
    if board is None or cpu is None:
        yield Needs("a processor and a motherboard")
    elif cpu.socket != board.socket:
        yield Verdict(
            Severity.ERROR,
            f"{cpu.title} is made for {cpu.socket}; {board.title} has {board.socket}.",
            parts=("cpu", "board"),
            fixes=lambda: _fixes(subject.rig, board.socket),
            rests_on=(("cpu", "socket"), ("board", "socket")),
        )


def _fixes(rig: Rig, socket: str) -> fixes.Fixes:
    memory_type = rig.memory.kit.type if rig.memory else ""

    def fits(cpu: Cpu) -> bool:
        return cpu.socket == socket and memory_type in cpu.memory_type

    return fixes.cheapest(rig.shelf.cpus, "cpu", fits)


RULE = Rule(
    code="MEC-009",
    id="cpu-in-wrong-socket",
    area="Mechanical",
    title="Processor does not fit the board",
    why="It cannot be put in.",
    fix="Choose processor and board for the same socket.",
    sources=("Makers' support lists: processors per board",),
    reads=on_rig,
    needs="",
    check=check,
)
