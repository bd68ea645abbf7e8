"""Supplies against the case's places for them."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.parts import Case
from planner.domain.rig import Rig
from planner.domain.units import show_mm
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import Subject, on_rig
from planner.rules.words import count, part_name


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    rig = subject.rig
    if rig.case is None:
        yield Needs("a case")
        return
    yield from _too_long(subject)
    if len(rig.psus) > rig.case.psu_count and not rig.case.open:
        yield _too_many(subject, rig.case)


def _too_long(subject: Subject[Rig]) -> Iterator[Verdict]:
    room = subject.facts.space
    for fit in room.fits if room else ():
        if fit.what == "supply length" and fit.spare_mm < 0:
            yield Verdict(
                Severity.ERROR,
                f"{part_name(subject.rig, fit.key)} is {show_mm(fit.needs_mm)} long; the case takes "
                f"{show_mm(fit.has_mm)} next to its drive cage.",
                parts=(fit.key, "case"),
                value=-fit.spare_mm,
                steps=fit.steps,
                rests_on=((fit.key, "length_mm"), ("case", "max_psu_length_mm")),
            )


def _too_many(subject: Subject[Rig], case: Case) -> Verdict:
    wanted = len(subject.rig.psus)
    return Verdict(
        Severity.ERROR,
        f"{case.title} has {count(case.psu_count, 'place')} for supplies; the build has {wanted}.",
        parts=("case", *(supply.key for supply in subject.rig.psus)),
        where="count",
        value=wanted - case.psu_count,
        fixes=lambda: fixes.larger_case(subject.rig, lambda other: other.open or other.psu_count >= wanted),
        rests_on=(("case", "psu_count"),),
        title="Case has too few places for supplies",
    )


RULE = Rule(
    code="MEC-010",
    id="supply-does-not-fit-case",
    area="Mechanical",
    title="Supply does not fit the case",
    why="It cannot be screwed in, or its cables have no room to leave it.",
    fix="Choose a shorter supply, take out the drive cage, or choose another case.",
    sources=("Makers' data sheets: longest supply a case takes",),
    reads=on_rig,
    needs="",
    check=check,
)
