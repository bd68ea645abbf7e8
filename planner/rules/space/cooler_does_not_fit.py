"""The processor's cooler: socket, height and what it can carry off."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.parts import Case, Cpu, CpuCooler
from planner.domain.rig import Rig
from planner.domain.units import show_mm, show_w
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import Subject, on_rig


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    rig = subject.rig
    if rig.cooler is None:
        yield Needs("a cooler for the processor")
        return
    if rig.cpu is None:
        yield Needs("a processor")
    else:
        yield from _socket(rig.cooler, rig.cpu)
        yield from _power(rig.cooler, rig.cpu)
    yield from _height(subject, rig.cooler)


def _socket(cooler: CpuCooler, cpu: Cpu) -> Iterator[Verdict | Needs]:
    if not cooler.sockets:
        yield Needs(f"sockets {cooler.title} fits")
    elif cpu.socket not in cooler.sockets:
        yield Verdict(
            Severity.ERROR,
            f"{cooler.title} fits {', '.join(cooler.sockets)}; {cpu.title} needs {cpu.socket}. Some makers sell "
            "another version or a mounting kit.",
            parts=("cooler", "cpu"),
            where="socket",
            rests_on=(("cooler", "sockets"),),
        )


def _power(cooler: CpuCooler, cpu: Cpu) -> Iterator[Verdict]:
    draws = cpu.ppt_w or cpu.tdp_w
    if cooler.rated_w is not None and cooler.rated_w < draws:
        yield Verdict(
            Severity.WARNING,
            f"{cooler.title} is rated for {show_w(cooler.rated_w)}; {cpu.title} may draw {show_w(draws)} for long.",
            parts=("cooler", "cpu"),
            where="power",
            value=draws - cooler.rated_w,
            title="Cooler is small for the processor",
        )


def _height(subject: Subject[Rig], cooler: CpuCooler) -> Iterator[Verdict | Needs]:
    room = subject.facts.space
    fit = next((f for f in room.fits if f.what == "cooler height"), None) if room else None
    if fit is None:
        if cooler.kind == "air" and not (subject.rig.case and subject.rig.case.open):
            yield Needs("height of the cooler, and what the case takes")
    elif fit.spare_mm < 0:
        needs_mm = fit.needs_mm

        def takes(case: Case) -> bool:
            return case.open or (case.max_cooler_height_mm is not None and case.max_cooler_height_mm >= needs_mm)

        yield Verdict(
            Severity.ERROR,
            f"{cooler.title} is {show_mm(fit.needs_mm)} high; the case takes {show_mm(fit.has_mm)}.",
            parts=("cooler", "case"),
            where="height",
            value=-fit.spare_mm,
            fixes=lambda: fixes.larger_case(subject.rig, takes),
            steps=fit.steps,
            rests_on=(("cooler", "height_mm"), ("case", "max_cooler_height_mm")),
        )


RULE = Rule(
    code="MEC-008",
    id="cooler-does-not-fit",
    area="Mechanical",
    title="Cooler does not fit",
    why="It cannot be mounted, or the panel does not close.",
    fix="Choose a cooler for this socket and height.",
    sources=("https://github.com/thomkav/local-llm-hardware-purchasing shopping/learning-build.md",),
    reads=on_rig,
    needs="",
    check=check,
)
