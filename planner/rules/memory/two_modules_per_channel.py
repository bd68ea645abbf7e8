"""More modules than channels run slower than their label says."""

from collections.abc import Iterator

from planner.analysis.host_memory import channels_of
from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import Subject, on_rig


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    rig = subject.rig
    channels = channels_of(rig)
    if channels is None or rig.memory is None or rig.cpu is None:
        yield Needs("processor and system memory")
        return
    if rig.memory.modules <= channels:
        return
    rated, label = rig.cpu.memory_mts_2dpc, rig.memory.kit.speed_mts
    if rated is None:
        yield _slower(rig.memory.modules, channels)
        yield Needs(f"memory speed of {rig.cpu.title} with two modules per channel")
    elif rated < label:
        yield Verdict(
            Severity.WARNING if subject.offloads else Severity.INFO,
            f"{rig.memory.modules} modules on {channels} channels: {rig.cpu.title} is rated for {rated} MT/s then, not "
            f"the {label} MT/s of the kit."
            + ("" if subject.offloads else " A model that sits in VRAM does not notice."),
            parts=("memory", "cpu"),
            value=label - rated,
            rests_on=(("cpu", "memory_mts_2dpc"),),
        )


def _slower(modules: int, channels: int) -> Verdict:
    return Verdict(
        Severity.INFO,
        f"{modules} modules on {channels} channels: two on a channel run slower than one, by how much with this "
        "processor is not known.",
        parts=("memory",),
        where="unknown",
        value=modules - channels,
    )


RULE = Rule(
    code="MEM-003",
    id="two-modules-per-channel",
    area="Memory",
    title="Two modules per channel run slower",
    why="The second module on a channel costs a third of the speed on some platforms, and training the memory takes "
    "minutes at start.",
    fix="Use one larger module per channel.",
    sources=("AMD specifications: Ryzen 7000, DDR5-5200 with one module per channel, DDR5-3600 with two",),
    reads=on_rig,
    needs="",
    check=check,
)
