"""Card heights and their plugs against the side panel."""

from collections.abc import Iterator

from planner.analysis.space import Fit, Space
from planner.domain.findings import Severity
from planner.domain.parts import Case
from planner.domain.units import show_mm
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_space
from planner.rules.words import card_name

PLUG_MM = 20.0
"""The plug alone: with less no panel closes. The rest of what is wanted is room for the bend."""
EASY_MM = 10.0


def check(subject: Subject[Space]) -> Iterator[Verdict | Needs]:
    if subject.rig.case is None:
        yield Needs("a case")
    for unknown in subject.of.unknown:
        if unknown.startswith("height "):
            yield Needs(unknown)
    for key in dict.fromkeys(fit.key for fit in subject.of.fits):
        fits = {fit.what: fit for fit in subject.of.fits if fit.key == key}
        bare, with_plug = fits.get("height"), fits.get("height with plug")
        fit = with_plug or bare
        room = subject.of.card(key)
        if fit is not None and room is not None and room.height_mm is not None:
            severity = _severity(fit, room.height_mm, sixteen_pin=with_plug is None)
            if severity is not None:
                yield _verdict(subject, fit, room.height_mm, severity)


def _severity(fit: Fit, height_mm: float, sixteen_pin: bool) -> Severity | None:
    """A 16-pin plug must not be bent over its edge; older plugs bear it."""
    if fit.has_mm < height_mm or (sixteen_pin and fit.needs_mm > height_mm and fit.has_mm < height_mm + PLUG_MM):
        return Severity.ERROR
    if fit.spare_mm < 0:
        return Severity.WARNING
    return Severity.INFO if fit.needs_mm > height_mm and fit.spare_mm < EASY_MM else None


def _verdict(subject: Subject[Space], fit: Fit, height_mm: float, severity: Severity) -> Verdict:
    with_plug = f" ({show_mm(fit.needs_mm)} with plug and bend)" if fit.needs_mm > height_mm else ""
    case = subject.rig.case.title if subject.rig.case else "the case"
    return Verdict(
        severity,
        f"{card_name(subject.rig, fit.key)} stands {show_mm(height_mm)} high{with_plug}; {case} has "
        f"{show_mm(fit.has_mm)} up to the side panel.",
        parts=(fit.key, "case"),
        value=-fit.spare_mm,
        fixes=lambda: fixes.larger_case(subject.rig, _wider(fit.needs_mm)) if severity > Severity.INFO else (),
        steps=fit.steps,
        rests_on=(("case", "max_gpu_height_mm"), (fit.key, "height_mm")),
        title="" if severity == Severity.ERROR else "Little room for the power plug",
    )


def _wider(needs_mm: float) -> fixes.TakesCase:
    def takes(case: Case) -> bool:
        return case.open or (case.max_gpu_height_mm is not None and case.max_gpu_height_mm >= needs_mm)

    return takes


RULE = Rule(
    code="MEC-004",
    id="card-too-high",
    area="Mechanical",
    title="Card and plug hit the side panel",
    why="The plug sits on the card's upper edge. A panel that presses on it bends the cable where it must stay "
    "straight, which is how 16-pin plugs come to overheat.",
    fix="Choose a wider case, or a card that is lower or has its plug at the end.",
    sources=(
        "https://community.microcenter.com/discussion/12020/nvidia-rtx-4090-power-requirements-compatibility-guide",
        "https://smallformfactor.net/forum/threads/gpu-height-clearance.127",
    ),
    reads=on_space,
    needs=A_BOARD,
    check=check,
)
