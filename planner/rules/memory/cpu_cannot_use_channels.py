"""Processors whose few chiplets cannot draw what their channels carry."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.parts import Cpu
from planner.domain.rig import Rig, RigMemory
from planner.domain.units import show_gb_s
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import Subject, on_rig

FAR_BELOW = 0.70
CCD_GB_S = {4: 23.0, 5: 40.0}
"""What one chiplet draws, by PCIe generation of the processor: Zen 2 and 3, Zen 4 and 5."""


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    cpu, memory = subject.rig.cpu, subject.rig.memory
    if cpu is None or memory is None:
        yield Needs("processor and system memory")
        return
    reached = _reached(cpu)
    if reached is None:
        if cpu.memory_channels > 2:
            yield Needs(f"chiplets or measured memory bandwidth of {cpu.title}")
        return
    peak = _peak_gb_s(cpu, memory)
    if reached < peak * FAR_BELOW:
        yield _verdict(subject, cpu, reached, peak)


def _peak_gb_s(cpu: Cpu, memory: RigMemory) -> float:
    filled = min(cpu.memory_channels, memory.modules)
    speed = min(memory.kit.speed_mts, cpu.memory_mts or memory.kit.speed_mts)
    return filled * speed * 8 / 1000


def _reached(cpu: Cpu) -> float | None:
    if cpu.measured_memory_gb_s is not None:
        return cpu.measured_memory_gb_s
    return cpu.ccds * CCD_GB_S[cpu.pcie_gen] if cpu.ccds and cpu.pcie_gen in CCD_GB_S else None


def _verdict(subject: Subject[Rig], cpu: Cpu, reached: float, peak: float) -> Verdict:
    matters = subject.offloads or subject.workload is None
    by = "measured" if cpu.measured_memory_gb_s is not None else f"{cpu.ccds} chiplets"
    return Verdict(
        Severity.WARNING if matters else Severity.INFO,
        f"{cpu.title} draws about {show_gb_s(reached)} ({by}) of the {show_gb_s(peak)} its memory carries: plan layers "
        "in system memory on the lower figure.",
        parts=("cpu", "memory"),
        value=peak / reached,
        assumed=cpu.measured_memory_gb_s is None,
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
        "https://www.servethehome.com/amd-epyc-7002-rome-cpus-with-half-memory-bandwidth/",
        "https://github.com/noonghunna/club-3090/issues/1125",
        "https://github.com/noonghunna/club-3090/issues/1106",
    ),
    reads=on_rig,
    needs="",
    check=check,
)
