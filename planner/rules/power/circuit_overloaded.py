"""Draw at the wall against the breaker and what it bears for hours."""

from collections.abc import Iterator

from planner.analysis.power import Power, Wall
from planner.domain.findings import Severity
from planner.domain.units import show_w
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD_OR_CPU, Subject, on_power

NEAR_PERCENT = 80


def check(subject: Subject[Power]) -> Iterator[Verdict | Needs]:
    wall = subject.of.wall
    if wall is None:
        yield Needs("the wall circuit the machine will hang on")
        return
    severity = _severity(wall)
    if severity is not None:
        yield _verdict(subject, wall, severity)


def _severity(wall: Wall) -> Severity | None:
    if wall.sustained_w > wall.limit_w or wall.typical_w > wall.continuous_w:
        return Severity.ERROR
    if wall.sustained_w > wall.continuous_w:
        return Severity.WARNING
    return Severity.INFO if wall.sustained_w * 100 > wall.continuous_w * NEAR_PERCENT else None


def _verdict(subject: Subject[Power], wall: Wall, severity: Severity) -> Verdict:
    other = subject.rig.build.site.other_load_w
    beside = f", {show_w(other)} of other things included" if other else ""
    amps = wall.sustained_w / wall.volts
    cards, limit = tuple(card.key for card in subject.rig.cards), _limit_for(subject, wall)
    return Verdict(
        severity,
        f"Up to {show_w(wall.sustained_w)} at the wall ({amps:.1f} A at {wall.volts} V{beside}) and about "
        f"{show_w(wall.typical_w)} while generating; {wall.circuit} bears {show_w(wall.continuous_w)} for hours and "
        f"{show_w(wall.limit_w)} at most.",
        parts=tuple(supply.key for supply in subject.rig.psus) or cards,
        where="circuit",
        value=wall.sustained_w / wall.continuous_w,
        fixes=lambda: (
            (*fixes.cap_cards(subject.rig, cards, limit), *fixes.larger_circuit(subject.rig, wall))
            if severity > Severity.INFO
            else ()
        ),
        steps=wall.steps,
        assumed=wall.least_w is not None and wall.least_w <= wall.limit_w,
        title="" if severity > Severity.INFO else "Wall circuit has little to spare",
    )


def _limit_for(subject: Subject[Power], wall: Wall) -> int:
    """Watts per card, in tens, that bring the draw at the wall down to what the circuit bears for hours."""
    cards = [load for load in subject.of.loads if load.key.startswith("gpu-")]
    over_w = max(0.0, wall.sustained_w - wall.continuous_w) * wall.efficiency
    return int((subject.of.gpu_w - over_w) / len(cards) // 10 * 10) if cards else 0


RULE = Rule(
    code="PWR-008",
    id="circuit-overloaded",
    area="Power",
    title="Wall circuit is overloaded",
    why="The breaker trips in the middle of a job. Worse, outlets and extension leads heat up and fail before it does.",
    fix="Lower the power limits, use a larger or a 240 V circuit, or feed two supplies from two circuits.",
    sources=(
        "https://www.thefpsreview.com/2020/10/22/puget-systems-tests-four-blower-style-geforce-rtx-3090-cards-in-a-single-workstation-1717-watt-peak-power-draw/",
        "https://findcrypto.net/ethereum/ethereum-power-draw-instructions/",
        "National Electrical Code 210.20: continuous loads at 80 % of the breaker",
    ),
    reads=on_power,
    needs=A_CARD_OR_CPU,
    check=check,
)
