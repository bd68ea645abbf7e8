"""Cards of different speed that work in step."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.domain.units import show_gb_s
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards
from planner.rules.words import card_name, short

RATIO = 1.3


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    if not subject.in_lockstep:
        return
    rig = subject.rig
    slow = min(rig.cards, key=lambda card: card.chip.memory_gb_s)
    fast = max(rig.cards, key=lambda card: card.chip.memory_gb_s)
    ratio = fast.chip.memory_gb_s / slow.chip.memory_gb_s
    if ratio > RATIO:
        yield Verdict(
            Severity.WARNING,
            f"{card_name(rig, slow.key)} reads its memory at {show_gb_s(slow.chip.memory_gb_s)}, "
            f"{card_name(rig, fast.key)} at {show_gb_s(fast.chip.memory_gb_s)}: in step, {short(fast.key)} waits and "
            f"works at {100 / ratio:.0f} %.",
            parts=tuple(card.key for card in rig.cards),
            value=ratio,
            fixes=lambda: fixes.use_layer_split(rig),
        )


RULE = Rule(
    code="PRF-004",
    id="slow-card-sets-pace",
    area="Performance",
    title="Slowest card sets the pace",
    why="Tensor parallel gives all cards equal work. A 5090 beside a 3090 Ti was measured at the speed of two 3090s, "
    "drawing 77 W.",
    fix="Split by layers, or let the fast card work alone.",
    sources=("https://github.com/noonghunna/club-3090/issues/761",),
    reads=on_cards,
    needs=A_CARD,
    check=check,
)
