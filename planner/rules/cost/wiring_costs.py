"""A larger circuit, where this one does not do."""

from collections.abc import Iterator

from planner.analysis.power import Power
from planner.domain.findings import Severity
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD_OR_CPU, Subject, on_power


def check(subject: Subject[Power]) -> Iterator[Verdict | Needs]:
    wall = subject.of.wall
    if wall is None:
        yield Needs("the wall circuit the machine will hang on")
    elif wall.sustained_w > wall.continuous_w:
        yield Verdict(
            Severity.INFO,
            "Plan for an electrician: a new 20 A circuit costs about 150 to 300 US dollars, one of 240 V somewhat "
            "more.",
            parts=tuple(supply.key for supply in subject.rig.psus),
            where="circuit",
        )


RULE = Rule(
    code="CST-003",
    id="wiring-costs",
    area="Cost",
    title="A new circuit costs money",
    why="It belongs in the budget when the machine needs it.",
    fix="Cap the cards, or have a circuit laid.",
    sources=("https://github.com/thomkav/local-llm-hardware-purchasing",),
    reads=on_power,
    needs=A_CARD_OR_CPU,
    check=check,
    folds_into=("PWR-008",),
)
