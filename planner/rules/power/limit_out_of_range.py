"""Power limits the card's firmware would refuse."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig, RigCard
from planner.domain.units import show_w
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards
from planner.rules.words import card_name


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    for card in subject.rig.cards:
        if card.limit_w is None:
            continue
        low, high = card.chip.min_limit_w, _highest(card)
        if low is not None and card.limit_w < low:
            yield _verdict(subject.rig, card, "min_limit_w", f"below its lowest, {show_w(low)}", low)
        elif high is not None and card.limit_w > high:
            yield _verdict(subject.rig, card, "max_limit_w", f"above its highest, {show_w(high)}", high)
        elif low is None and card.limit_w < card.card.tgp_w:
            yield Needs(f"lowest power limit of {card.chip.title}")


def _highest(card: RigCard) -> int | None:
    known = card.card.max_limit_w or card.chip.max_limit_w
    return max(known, card.card.tgp_w) if known else None


def _verdict(rig: Rig, card: RigCard, field: str, relation: str, nearest: int) -> Verdict:
    limit = card.limit_w or 0
    label = f"Limit {card.key.replace('gpu-', 'GPU ')} to {nearest} W"
    return Verdict(
        Severity.ERROR,
        f"The limit of {show_w(limit)} for {card_name(rig, card.key)} is {relation}: the driver refuses it.",
        parts=(card.key,),
        value=abs(limit - nearest),
        fixes=lambda: (fixes.limit_to(label, (card.key,), nearest),),
        rests_on=((card.key, field),),
    )


RULE = Rule(
    code="PWR-011",
    id="limit-out-of-range",
    area="Power",
    title="Power limit out of range",
    why="The card keeps its old limit, so the sums for supply, heat and circuit do not hold.",
    fix="Stay in the card's range. To draw less than its lowest limit, lock the GPU clock instead.",
    sources=(
        "https://github.com/olafkfreund/nixos_config/pull/1396",
        "https://github.com/local-inference-lab/rtx6kpro hardware/blackwell-power-limit-sweep.md",
    ),
    reads=on_cards,
    needs=A_CARD,
    check=check,
)
