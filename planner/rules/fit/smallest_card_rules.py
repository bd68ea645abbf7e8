"""Tensor parallel over cards of unequal memory."""

from collections.abc import Iterator

from planner.analysis.memory import Memory, Share
from planner.domain.findings import Severity
from planner.domain.units import gib, show_gib
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_PLAN, Subject, on_memory
from planner.rules.words import count, short

MUCH_LOST = 0.85


def check(subject: Subject[Memory]) -> Iterator[Verdict | Needs]:
    cards = subject.of.cards
    if subject.split == "none" or len(cards) < 2:
        return
    smallest = min(cards, key=lambda share: share.usable)
    total, effective = sum(share.usable for share in cards), smallest.usable * len(cards)
    if total - effective < 0.02 * total:
        return
    if subject.split == "layer":
        yield from _by_layers(subject, smallest, total)
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


def _by_layers(subject: Subject[Memory], smallest: Share, total: float) -> Iterator[Verdict]:
    """Layers are dealt out whole, so what is left of a small card is often less than one layer."""
    fit = subject.of
    if fit.fits and not fit.tight:
        return
    yield Verdict(
        Severity.WARNING,
        f"{show_gib(gib(total))} on {count(len(fit.cards), 'card')}, {show_gib(gib(smallest.usable))} of it on "
        f"{short(smallest.device)}: whole layers with their cache go to each card, and with "
        f"{show_gib(gib(fit.weights_bytes))} of weights there is no room to even it out.",
        parts=tuple(share.device for share in fit.cards),
        value=total / smallest.usable,
        steps=fit.steps,
        title="Unequal cards leave no room to share out",
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
    folds_into=("FIT-001",),
)
