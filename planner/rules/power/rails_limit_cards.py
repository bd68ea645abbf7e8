"""A supply that splits its 12 V into rails trips long before its rating."""

from collections.abc import Iterator

from planner.analysis.power import Power
from planner.domain.findings import Severity
from planner.domain.rig import RigCard, RigPsu
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD_OR_CPU, Subject, on_power
from planner.rules.words import cards_listed, count, verb

ONE_RAIL_W = 480
"""40 A at 12 V: what a common rail bears."""


def check(subject: Subject[Power]) -> Iterator[Verdict | Needs]:
    for supply in subject.rig.psus:
        cards = [card for card in subject.rig.cards if card.psu == supply.key]
        if len(cards) < 2 and not any(card.power_w > ONE_RAIL_W for card in cards):
            continue
        if supply.psu.rails == "unknown":
            yield Needs(f"whether {supply.psu.title} has one 12 V rail or several")
        elif supply.psu.rails != "single":
            yield _verdict(supply, cards)


def _verdict(supply: RigPsu, cards: list[RigCard]) -> Verdict:
    switch = (
        " Switch it to single rail before the first load."
        if supply.psu.rails == "switchable"
        else " Spread the cables over its rails."
    )
    keys = tuple(card.key for card in cards)
    return Verdict(
        Severity.WARNING,
        f"{supply.psu.title} limits the current of each 12 V rail, and {cards_listed(keys)} "
        f"{verb(len(keys), 'hangs', 'hang')} on it ({count(len(keys), 'card')}).{switch}",
        parts=(supply.key, *keys),
        value=sum(card.power_w for card in cards),
        rests_on=((supply.key, "rails"),),
    )


RULE = Rule(
    code="PWR-006",
    id="rails-limit-cards",
    area="Power",
    title="Supply splits its 12 V into rails",
    why="Each rail has its own overcurrent cut-off. Two cards on one rail trip it although the supply has watts to "
    "spare, and the machine goes dark under load.",
    fix="Set the supply to single rail where it can be switched, or give each card another rail.",
    sources=(
        "https://github.com/noonghunna/club-3090/issues/1019",
        "https://github.com/NVIDIA/cudf/issues/10336",
    ),
    reads=on_power,
    needs=A_CARD_OR_CPU,
    check=check,
)
