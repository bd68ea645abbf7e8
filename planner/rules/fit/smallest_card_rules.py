"""Tensor parallel over cards of unequal memory."""

from collections.abc import Iterator

from planner.analysis.memory import Memory
from planner.domain.findings import Severity
from planner.domain.units import gib, show_gib
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_PLAN, Subject, on_memory
from planner.rules.words import count, short

MUCH_LOST = 0.85


def check(subject: Subject[Memory]) -> Iterator[Verdict | Needs]:
    cards = subject.of.cards
    if subject.split not in ("tensor", "row") or len(cards) < 2:
        return
    smallest = min(cards, key=lambda share: share.usable)
    total, effective = sum(share.usable for share in cards), smallest.usable * len(cards)
    if total - effective < 0.02 * total:
        return
    yield Verdict(
        Severity.WARNING if effective < MUCH_LOST * total else Severity.INFO,
        f"Tensor parallel gives every card the same: {short(smallest.device)} with {show_gib(gib(smallest.usable))} "
        f"makes it {show_gib(gib(effective))} on {count(len(cards), 'card')} instead of {show_gib(gib(total))}.",
        parts=tuple(share.device for share in cards),
        value=total / effective,
        fixes=lambda: fixes.use_layer_split(subject.rig),
        steps=subject.of.steps,
    )


RULE = Rule(
    code="FIT-002",
    id="smallest-card-rules",
    area="Model fit",
    title="Smallest card limits all",
    why="The memory of the larger cards beyond that of the smallest stays empty.",
    fix="Split by layers, or use equal cards.",
    sources=("https://github.com/noonghunna/club-3090 docs/MULTI_CARD.md",),
    reads=on_memory,
    needs=A_PLAN,
    check=check,
)
