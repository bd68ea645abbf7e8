"""Machines one does not want to sit beside."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards
from planner.rules.words import cards_listed

SEVERAL = 3


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    rig = subject.rig
    blowers = tuple(card.key for card in rig.cards if card.card.cooler == "blower")
    ducted = tuple(card.key for card in rig.cards if card.card.cooler == "passive")
    if len(blowers) >= SEVERAL:
        yield Verdict(
            Severity.INFO,
            f"{cards_listed(blowers)} are blowers: four of them were measured at about 55 dB, like a vacuum cleaner in "
            "the next room.",
            parts=blowers,
            value=len(blowers),
        )
    elif ducted:
        yield Verdict(
            Severity.INFO,
            f"{cards_listed(ducted)} {'needs' if len(ducted) == 1 else 'need'} server fans, which reach 70 to 80 dB at "
            "full speed.",
            parts=ducted,
            value=len(ducted),
        )


RULE = Rule(
    code="THR-010",
    id="loud",
    area="Thermal",
    title="The machine will be loud",
    why="At such levels nobody works in the same room.",
    fix="Put it into another room, cap the cards, or use cards with large open coolers.",
    sources=("Four blower cards at full fan speed, measured by a system builder: about 55 dB",),
    reads=on_cards,
    needs=A_CARD,
    check=check,
    folds_into=("THR-002",),
)
