"""Card lengths against what the case takes."""

from collections.abc import Iterator

from planner.analysis.space import Fit, Space
from planner.domain.findings import Severity
from planner.domain.parts import Case
from planner.domain.units import show_mm
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_space
from planner.rules.words import card_name

TIGHT_MM = 5.0
RADIATOR_MM = 30.0
"""Depth of a radiator between the fans and the front."""


def check(subject: Subject[Space]) -> Iterator[Verdict | Needs]:
    if subject.rig.case is None:
        yield Needs("a case")
    for unknown in subject.of.unknown:
        if unknown.startswith("length "):
            yield Needs(unknown)
    for fit in subject.of.fits:
        if fit.what == "length":
            severity = _severity(subject, fit)
            if severity is not None:
                yield _verdict(subject, fit, severity)


def _severity(subject: Subject[Space], fit: Fit) -> Severity | None:
    if fit.spare_mm < 0:
        return Severity.ERROR
    if fit.spare_mm < TIGHT_MM:
        return Severity.WARNING
    cooler = subject.rig.cooler
    liquid = cooler is not None and cooler.kind == "liquid" and subject.rig.build.placement("cooler").mount is None
    return Severity.INFO if liquid and fit.spare_mm < RADIATOR_MM else None


def _verdict(subject: Subject[Space], fit: Fit, severity: Severity) -> Verdict:
    card, case = card_name(subject.rig, fit.key), subject.rig.case
    takes = f"{card} is {show_mm(fit.needs_mm)} long, {case.title if case else 'the case'} takes {show_mm(fit.has_mm)}"
    tail = {
        Severity.ERROR: f": {show_mm(-fit.spare_mm)} too long.",
        Severity.WARNING: f": {show_mm(fit.spare_mm)} to spare, {TIGHT_MM:g} mm wanted to get it in.",
        Severity.INFO: f". A radiator of {RADIATOR_MM:g} mm at the front would leave too little: mount it at the top.",
    }[severity]
    return Verdict(
        severity,
        takes + tail,
        parts=(fit.key, "case"),
        value=-fit.spare_mm,
        fixes=lambda: (
            fixes.larger_case(subject.rig, _longer(fit.needs_mm + TIGHT_MM)) if severity > Severity.INFO else ()
        ),
        steps=fit.steps,
        rests_on=(("case", "max_gpu_length_mm"), (fit.key, "length_mm")),
        title={Severity.ERROR: "", Severity.WARNING: "Card barely fits in length"}.get(severity, "Keep the front free"),
    )


def _longer(needs_mm: float) -> fixes.TakesCase:
    def takes(case: Case) -> bool:
        return case.open or (case.max_gpu_length_mm is not None and case.max_gpu_length_mm >= needs_mm)

    return takes


RULE = Rule(
    code="MEC-003",
    id="card-too-long",
    area="Mechanical",
    title="Card is too long for the case",
    why="It cannot be tilted past the front fans or the drive cage.",
    fix="Take out the drive cage, mount the radiator elsewhere, or choose a longer case.",
    sources=(
        "https://evezone.evetech.co.za/deep-dives/how-to-avoid-gpu-fitment-issues-when-choosing-a-case-with-420mm-clearance",
        "https://www.eteknix.com/nvidia-geforce-rtx-3090-pictured-inside-case/",
    ),
    reads=on_space,
    needs=A_BOARD,
    check=check,
)
