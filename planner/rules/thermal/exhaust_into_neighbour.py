"""Flow-through coolers under another card or an air cooler."""

from collections.abc import Iterator

from planner.analysis.space import Space
from planner.domain.findings import Severity
from planner.rules.missing import rows_and_sizes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_space
from planner.rules.words import card_name, short

FAR_MM = 40.0
"""Two slots of air between them: the exhaust spreads."""


def check(subject: Subject[Space]) -> Iterator[Verdict | Needs]:
    if len(subject.rig.cards) > 1 and any(card.card.cooler == "flow_through" for card in subject.rig.cards):
        yield from rows_and_sizes(subject.of)
    for gap in subject.of.gaps:
        lower = subject.rig.card(gap.neighbour) if gap.neighbour else None
        if lower is not None and lower.card.cooler == "flow_through" and gap.gap_mm < FAR_MM:
            yield Verdict(
                Severity.WARNING,
                f"{card_name(subject.rig, lower.key)} blows through its fins towards the processor, into the fans of "
                f"{short(gap.gpu)} above it.",
                parts=(lower.key, gap.gpu),
                value=-gap.gap_mm,
                steps=gap.steps,
            )


RULE = Rule(
    code="THR-004",
    id="exhaust-into-neighbour",
    area="Thermal",
    title="Card blows its heat into the next one",
    why="Flow-through coolers send about half their heat up through the card. The next card takes it in and runs "
    "hotter.",
    fix="Leave two slots between them, add exhaust fans at the top, or put this card uppermost.",
    sources=("https://techpowerup.com/review/nvidia-geforce-rtx-5090-founders-edition-unboxing/3.html",),
    reads=on_space,
    needs=A_BOARD,
    check=check,
    folds_into=("MEC-001", "THR-001"),
)
