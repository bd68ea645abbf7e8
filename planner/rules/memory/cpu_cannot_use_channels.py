"""Processors whose few chiplets cannot draw what their channels carry."""

from collections.abc import Iterator

from planner.analysis.host_memory import LINK_SOURCE, MEASURED, HostMemory, host_memory
from planner.domain.findings import Severity
from planner.domain.parts import Cpu
from planner.domain.rig import Rig
from planner.domain.units import show_gb_s
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import Subject, on_rig

FAR_BELOW = 0.70
DESKTOP_CHANNELS = 2


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    cpu, memory = subject.rig.cpu, host_memory(subject.rig)
    if cpu is None or memory is None:
        yield Needs("processor and system memory")
        return
    few = cpu.memory_channels <= DESKTOP_CHANNELS
    if memory.ceiling_gb_s is None:
        if not few:
            yield Needs(f"chiplets or measured memory bandwidth of {cpu.title}")
    elif memory.ceiling_gb_s < memory.peak_gb_s * FAR_BELOW and (subject.offloads or not few):
        yield _verdict(subject, cpu, memory, memory.ceiling_gb_s)


def _verdict(subject: Subject[Rig], cpu: Cpu, memory: HostMemory, drawn_gb_s: float) -> Verdict:
    matters = subject.offloads or subject.workload is None
    return Verdict(
        Severity.WARNING if matters else Severity.INFO,
        f"{cpu.title} draws about {show_gb_s(drawn_gb_s)} ({memory.drawn_by}) of the {show_gb_s(memory.peak_gb_s)} its "
        "memory carries: plan layers in system memory on the lower figure.",
        parts=("cpu", "memory"),
        value=memory.peak_gb_s / drawn_gb_s,
        assumed=memory.drawn_by != MEASURED,
    )


RULE = Rule(
    code="MEM-005",
    id="cpu-cannot-use-channels",
    area="Memory",
    title="Processor cannot use all its memory bandwidth",
    why="Memory is reached through links of the chiplets. Small models of a family have two or four of them and stop "
    "at half of what eight channels carry.",
    fix="Choose a processor with more chiplets, or plan with what it reaches.",
    sources=(
        LINK_SOURCE,
        "https://www.servethehome.com/amd-epyc-7002-rome-cpus-with-half-memory-bandwidth/",
        "https://github.com/noonghunna/club-3090/issues/1125",
        "https://github.com/noonghunna/club-3090/issues/1106",
    ),
    reads=on_rig,
    needs="",
    check=check,
)
