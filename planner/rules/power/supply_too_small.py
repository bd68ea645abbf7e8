"""A supply's sustained load against its rating."""

from collections.abc import Iterator

from planner.analysis.power import Power, SupplyLoad
from planner.domain.findings import Severity
from planner.domain.units import show_w
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD_OR_CPU, Subject, on_power
from planner.rules.words import part_name

TIGHT_PERCENT = 90


def check(subject: Subject[Power]) -> Iterator[Verdict | Needs]:
    if not subject.of.supplies:
        yield Needs("a power supply")
    for supply in subject.of.supplies:
        severity = _severity(supply, subject.policy.spare_percent)
        if severity is not None:
            yield _verdict(subject, supply, severity)


def _severity(supply: SupplyLoad, spare_percent: float) -> Severity | None:
    if supply.sustained_w > supply.rated_w:
        return Severity.ERROR
    if supply.sustained_w * 100 >= supply.rated_w * TIGHT_PERCENT:
        return Severity.WARNING
    return Severity.INFO if supply.sustained_w * 100 > supply.rated_w * (100 - spare_percent) else None


def _verdict(subject: Subject[Power], supply: SupplyLoad, severity: Severity) -> Verdict:
    share = 1 - subject.policy.spare_percent / 100
    rig, power = subject.rig, subject.of
    over = severity == Severity.ERROR
    percent = 100 * supply.sustained_w / supply.rated_w
    name, rated = part_name(rig, supply.psu), show_w(supply.rated_w)
    drawn = f"Sustained {show_w(supply.sustained_w)} at the limits set"
    message = (
        f"{drawn}; {name} gives {rated} and would run at {percent:.0f} %."
        if over
        else f"{drawn}, {percent:.0f} % of the {rated} of {name}: {show_w(supply.spare_w)} left, "
        f"{subject.policy.spare_percent:g} % wanted."
    )
    return Verdict(
        severity,
        message,
        parts=(supply.psu,),
        value=supply.sustained_w / supply.rated_w,
        fixes=lambda: (
            fixes.larger_supply(rig, power, supply.psu, share) + fixes.lower_limits(rig, power, supply.psu, share)
        ),
        steps=supply.steps or power.steps,
        rests_on=(
            (supply.psu, "watts"),
            *((card.key, "tgp_w") for card in rig.cards if card.psu == supply.psu and card.limit_w is None),
        ),
        assumed=over and not supply.surely_over,
        title="" if over else "Power supply has little to spare",
    )


RULE = Rule(
    code="PWR-001",
    id="supply-too-small",
    area="Power",
    title="Power supply is too small",
    why="Above its rating a supply switches off under load. Close to it, it is loud, ages fast and has nothing left "
    "for load peaks. Generating tokens draws less than the limits; reading a long prompt does not.",
    fix="Choose a larger supply, add a second one, or lower the cards' power limits.",
    sources=(
        "https://www.pugetsystems.com/labs/hpc/quad-rtx3090-gpu-wattage-limited-maxq-tensorflow-performance-1974/",
        "https://github.com/noonghunna/club-3090 docs/HARDWARE.md",
        "https://www.thefpsreview.com/2020/10/22/puget-systems-tests-four-blower-style-geforce-rtx-3090-cards-in-a-single-workstation-1717-watt-peak-power-draw/",
    ),
    reads=on_power,
    needs=A_CARD_OR_CPU,
    check=check,
)
