"""A BIOS in its compatibility mode, with cards that need what this mode switches off."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards
from planner.rules.words import count

LARGE_GIB = 16
MANY = 4


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    cards = subject.rig.cards
    if subject.rig.build.setup.csm is not True:
        return
    grave = len(cards) >= MANY or any(c.chip.segment == "datacenter" and c.vram_gib >= LARGE_GIB for c in cards)
    yield Verdict(
        Severity.ERROR if grave else Severity.WARNING,
        f"CSM is on with {count(len(cards), 'card')}. Switch it and every legacy option off: with any of them on, "
        "Above 4G decoding and Resizable BAR have no effect, whatever their own menu says.",
        parts=tuple(card.key for card in cards),
        value=len(cards),
    )


RULE = Rule(
    code="BIO-003",
    id="compatibility-mode",
    area="Setup",
    title="BIOS starts in its compatibility mode",
    why="The machine stops at the next card (POST code d4), or cards are missing. A disk that was installed in this "
    "mode does not start without it.",
    fix="Switch CSM off before the system is installed.",
    sources=("https://github.com/miyconst/Mi899/issues/39",),
    reads=on_cards,
    needs=A_CARD,
    check=check,
    folds_into=("BIO-001",),
)
