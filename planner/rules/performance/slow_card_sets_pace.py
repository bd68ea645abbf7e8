"""Cards of different speed that work in step."""

from collections.abc import Iterator

from planner.analysis.lanes import Link
from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.domain.units import PRACTICAL_SHARE, show_gb_s
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards
from planner.rules.words import card_name, short

RATIO = 1.3
ENOUGH_GB_S = 12.0


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
    else:
        yield from _by_link(subject)


def _by_link(subject: Subject[Rig]) -> Iterator[Verdict]:
    """Cards of one speed, one of them behind a link too slow for work in step: the others wait for it."""
    links = subject.facts.lanes.links if subject.facts.lanes else ()
    slow, fast = min(links, key=_path, default=None), max(links, key=_path, default=None)
    if slow is None or fast is None or _path(slow) >= ENOUGH_GB_S or _path(fast) <= _path(slow) * RATIO:
        return
    yield Verdict(
        Severity.WARNING,
        f"{card_name(subject.rig, slow.gpu)} is reached at {show_gb_s(_path(slow))} in practice, "
        f"{card_name(subject.rig, fast.gpu)} at {show_gb_s(_path(fast))}: in step, both go at the slower one's pace.",
        parts=(slow.gpu,),
        where="link",
        value=_path(fast) / _path(slow),
        fixes=lambda: fixes.use_layer_split(subject.rig),
        steps=slow.steps,
    )


def _path(link: Link) -> float:
    return link.path_gb_s * PRACTICAL_SHARE


RULE = Rule(
    code="PRF-004",
    id="slow-card-sets-pace",
    area="Performance",
    title="Slowest card sets the pace",
    why="Tensor parallel gives all cards equal work. A 5090 beside a 3090 Ti was measured at the speed of two 3090s, "
    "drawing 77 W.",
    fix="Split by layers, or let the fast card work alone.",
    sources=(
        "https://github.com/noonghunna/club-3090/issues/761",
        "https://github.com/noonghunna/club-3090 BENCHMARKS.md",
    ),
    reads=on_cards,
    needs=A_CARD,
    check=check,
    folds_into=("PCI-003",),
)
