"""Memory channels without a module."""

from collections.abc import Iterator

from planner.analysis.host_memory import channels_of
from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import Subject, on_rig
from planner.rules.words import count


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    channels = channels_of(subject.rig)
    memory = subject.rig.memory
    if channels is None or memory is None:
        yield Needs("processor and system memory")
    elif memory.modules < channels:
        share = 100 * memory.modules / channels
        yield Verdict(
            Severity.WARNING if subject.offloads or subject.workload is None else Severity.INFO,
            f"{count(memory.modules, 'module')} for {channels} channels: about {share:.0f} % of the memory bandwidth. "
            f"{_meaning(subject)}",
            parts=("memory",),
            value=channels - memory.modules,
        )


def _meaning(subject: Subject[Rig]) -> str:
    if subject.offloads or subject.workload is None:
        return "Layers in system memory are worked at that speed."
    return "A model that sits in VRAM does not notice."


RULE = Rule(
    code="MEM-002",
    id="channels-empty",
    area="Memory",
    title="Memory channels are empty",
    why="Each empty channel takes its part of the bandwidth away: EPYC with two or four of eight modules was measured "
    "at 28 and 54 %.",
    fix="Use one module per channel.",
    sources=(
        "https://www.thomas-krenn.com/en/wiki/Optimization_of_AMD_EPYC_7002_Rome_and_7003_Milan_working_memory_performance",
    ),
    reads=on_rig,
    needs="",
    check=check,
)
