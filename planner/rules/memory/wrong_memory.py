"""Modules the board or the processor does not take."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.parts import Board, Cpu, MemoryKit
from planner.domain.rig import Rig, RigMemory
from planner.domain.units import show_gib
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import Subject, on_rig
from planner.rules.words import count

REGISTERED = ("RDIMM", "LRDIMM")


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    rig = subject.rig
    if rig.memory is None or rig.board is None:
        yield Needs("motherboard and system memory")
        return
    yield from _kind(rig.board, rig.memory.kit)
    yield from _amount(rig.board, rig.memory)
    if rig.cpu is not None:
        yield from _processor(rig.cpu, rig.memory)


def _kind(board: Board, kit: MemoryKit) -> Iterator[Verdict | Needs]:
    if kit.type != board.memory.type:
        yield _no(f"{kit.title} is {kit.type}; {board.title} takes {board.memory.type}.", "type")
    elif board.memory.registered is None:
        if kit.form in REGISTERED:
            yield Needs(f"whether {board.title} takes registered modules")
    elif board.memory.registered != (kit.form in REGISTERED):
        wanted = "registered modules (RDIMM)" if board.memory.registered else "unregistered modules (UDIMM)"
        yield _no(f"{kit.title} is {kit.form}; {board.title} takes {wanted}.", "form")


def _amount(board: Board, memory: RigMemory) -> Iterator[Verdict]:
    if memory.modules > board.memory.slots:
        slots = count(board.memory.slots, "memory slot")
        yield _no(f"{memory.modules} modules; {board.title} has {slots}.", "slots")
    elif board.memory.max_gib is not None and memory.total_gib > board.memory.max_gib:
        most = show_gib(board.memory.max_gib)
        yield _no(f"{show_gib(memory.total_gib)} chosen; {board.title} takes {most} at most.", "amount")


def _processor(cpu: Cpu, memory: RigMemory) -> Iterator[Verdict]:
    if memory.kit.type not in cpu.memory_type:
        yield _no(f"{memory.kit.title} is {memory.kit.type}; {cpu.title} takes {cpu.memory_type}.", "cpu type", "cpu")
    elif cpu.memory_max_gib is not None and memory.total_gib > cpu.memory_max_gib:
        yield Verdict(
            Severity.WARNING,
            f"{show_gib(memory.total_gib)} chosen; {cpu.title} is specified for {show_gib(cpu.memory_max_gib)}. Larger "
            "modules often work once they exist: look at the board's support list.",
            parts=("memory", "cpu"),
            where="cpu amount",
            value=memory.total_gib,
            title="More memory than the processor is specified for",
        )


def _no(message: str, where: str, other: str = "board") -> Verdict:
    return Verdict(
        Severity.ERROR,
        message,
        parts=("memory", other),
        where=where,
        rests_on=((other, "memory" if other == "board" else "memory_type"),),
    )


RULE = Rule(
    code="MEM-007",
    id="wrong-memory",
    area="Memory",
    title="Memory modules do not suit the board",
    why="They do not go in, or the board does not start.",
    fix="Choose modules of the type, form and number the board takes.",
    sources=("JEDEC: DDR4 and DDR5 module keys; registered and unregistered modules do not mix",),
    reads=on_rig,
    needs="",
    check=check,
)
