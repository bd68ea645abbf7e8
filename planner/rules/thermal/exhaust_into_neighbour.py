"""Flow-through coolers under another card or an air cooler."""

from collections.abc import Iterator

from planner.analysis.space import Gap, Space
from planner.domain.findings import Severity
from planner.domain.units import show_mm
from planner.rules.missing import rows_and_sizes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_space
from planner.rules.words import card_name, cards_listed, short

FAR_MM = 40.0
"""Two slots of air between them: the exhaust spreads."""


def check(subject: Subject[Space]) -> Iterator[Verdict | Needs]:
    if len(subject.rig.cards) > 1 and any(card.card.cooler == "flow_through" for card in subject.rig.cards):
        yield from rows_and_sizes(subject.of)
    heated = [gap for gap in subject.of.gaps if _takes_exhaust(subject, gap)]
    if heated and subject.rig.case is not None and subject.rig.case.open:
        yield _in_the_open(subject, heated)
        return
    for gap in heated:
        yield Verdict(
            Severity.WARNING,
            f"{card_name(subject.rig, str(gap.neighbour))} blows through its fins towards the processor, into the fans "
            f"of {short(gap.gpu)} above it.",
            parts=(str(gap.neighbour), gap.gpu),
            value=-gap.gap_mm,
            steps=gap.steps,
        )


def _takes_exhaust(subject: Subject[Space], gap: Gap) -> bool:
    lower = subject.rig.card(gap.neighbour) if gap.neighbour else None
    return lower is not None and lower.card.cooler == "flow_through" and gap.gap_mm < FAR_MM


def _in_the_open(subject: Subject[Space], heated: list[Gap]) -> Verdict:
    """No walls keep the heat between the cards: one note for all of them."""
    keys = tuple(dict.fromkeys(key for gap in heated for key in (gap.gpu, gap.neighbour) if key))
    smallest = min(gap.gap_mm for gap in heated)
    return Verdict(
        Severity.INFO,
        f"{cards_listed(keys)} stand {show_mm(smallest)} apart or little more, and part of their heat goes through the "
        "fins to the next card. In an open frame most of it drifts off; expect the cards in the middle to be warmest.",
        parts=keys,
        value=-smallest,
        steps=tuple(step for gap in heated for step in gap.steps),
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
