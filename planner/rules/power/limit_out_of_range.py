"""Power limits the card's firmware would refuse."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig, RigCard
from planner.domain.units import show_w
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards
from planner.rules.words import card_name

NARROW_PERCENT = 50
"""Lowest limit over stock from which there is little to cap."""


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    for card in subject.rig.cards:
        if card.chip.form == "mobile":
            yield _fixed(subject.rig, card)
            continue
        if card.limit_w is None:
            yield from _narrow(subject.rig, card)
            continue
        low, high = card.chip.min_limit_w, _highest(card)
        if low is not None and card.limit_w < low:
            yield _verdict(subject.rig, card, "min_limit_w", f"below its lowest, {show_w(low)}", low)
        elif high is not None and card.limit_w > high:
            yield _verdict(subject.rig, card, "max_limit_w", f"above its highest, {show_w(high)}", high)
        elif low is None and card.limit_w < card.card.tgp_w:
            yield Needs(f"lowest power limit of {card.chip.title}")


def _fixed(rig: Rig, card: RigCard) -> Verdict:
    return Verdict(
        Severity.INFO if card.limit_w is None else Severity.ERROR,
        f"{card_name(rig, card.key)} is a laptop's chip: its limit of {show_w(card.card.tgp_w)} belongs to the "
        "laptop's controller, and nvidia-smi cannot set another.",
        parts=(card.key,),
        title="" if card.limit_w is not None else "Power limit cannot be set",
    )


def _narrow(rig: Rig, card: RigCard) -> Iterator[Verdict]:
    """Cards that cannot be capped far, said before a plan counts on it."""
    low = card.chip.min_limit_w
    if low is not None and low * 100 >= card.card.tgp_w * NARROW_PERCENT:
        yield Verdict(
            Severity.INFO,
            f"{card_name(rig, card.key)} takes no limit below {show_w(low)} of its {show_w(card.card.tgp_w)}. To draw "
            "less, lock its clock.",
            parts=(card.key,),
            value=low,
            title="Power limit has a high floor",
        )


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
    folds_into=("PWR-012",),
)
