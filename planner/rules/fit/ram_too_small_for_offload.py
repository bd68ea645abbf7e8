"""What is kept in system memory against what is installed."""

from collections.abc import Iterator

from planner.analysis.memory import Memory
from planner.domain.findings import Severity
from planner.domain.units import GIB, gib, show_gib
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_PLAN, Subject, on_memory


def check(subject: Subject[Memory]) -> Iterator[Verdict | Needs]:
    if not subject.offloads:
        return
    memory = subject.rig.memory
    if memory is None:
        yield Needs("system memory")
        return
    wanted, has = subject.of.ram_bytes, memory.total_gib * GIB
    short = wanted > has
    yield Verdict(
        Severity.ERROR if short else Severity.INFO,
        f"{show_gib(gib(wanted))} wanted in system memory, buffers and the system included; "
        f"{show_gib(memory.total_gib)} installed.",
        parts=("memory",),
        value=wanted / has,
        fixes=lambda: fixes.more_memory(subject.rig, gib(wanted)) if short else (),
        steps=subject.of.steps,
        title="" if short else "Part of the model lies in system memory",
    )


RULE = Rule(
    code="FIT-009",
    id="ram-too-small-for-offload",
    area="Model fit",
    title="Too little system memory for the offloaded part",
    why="What does not fit is read from the drive for every token, a hundred times slower, or the engine is ended by "
    "the system.",
    fix="Install more memory, or keep fewer layers there.",
    sources=("https://github.com/ollama/ollama/issues/17557",),
    reads=on_memory,
    needs=A_PLAN,
    check=check,
)
