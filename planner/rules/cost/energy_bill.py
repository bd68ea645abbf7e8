"""What the electricity costs."""

from collections.abc import Iterator

from planner.analysis.cost import Cost
from planner.domain.findings import Severity
from planner.domain.units import show_money
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import Subject, on_cost


def check(subject: Subject[Cost]) -> Iterator[Verdict | Needs]:
    cents, site = subject.of.energy_cents_month, subject.rig.build.site
    if cents is None:
        yield Needs("a power supply and a circuit")
    elif cents > 0:
        typical = subject.facts.power.wall.typical_w if subject.facts.power and subject.facts.power.wall else None
        draw = f" at about {typical:,.0f} W" if typical else ""
        yield Verdict(
            Severity.INFO,
            f"About {show_money(round(cents), site.currency)} a month for {site.hours_per_day:g} hours a day{draw}, at "
            f"{site.energy_cents_per_kwh:g} cents per kWh.",
            parts=(),
            where="energy",
            value=cents,
            steps=subject.of.steps,
        )


RULE = Rule(
    code="CST-001",
    id="energy-bill",
    area="Cost",
    title="Running cost",
    why="Over a few years electricity can cost as much as a card.",
    fix="Cap the cards, and let the machine sleep when nobody asks it anything.",
    sources=("https://github.com/thomkav/local-llm-hardware-purchasing",),
    reads=on_cost,
    needs="",
    check=check,
)
