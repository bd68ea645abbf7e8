"""Blower cards side by side: they hold, loudly."""

from collections.abc import Iterator

from planner.analysis.space import Gap, Space
from planner.domain.findings import Severity
from planner.domain.units import show_mm, show_w
from planner.rules import fixes
from planner.rules.missing import rows_and_sizes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_space
from planner.rules.words import cards_listed

CLOSE_MM = 10.0
HOT_W = 250
STACK = 3


def check(subject: Subject[Space]) -> Iterator[Verdict | Needs]:
    if sum(card.card.cooler == "blower" for card in subject.rig.cards) > 1:
        yield from rows_and_sizes(subject.of)
    close = [gap for gap in subject.of.gaps if gap.neighbour and gap.gap_mm < CLOSE_MM and _blower(subject, gap)]
    if close:
        yield _verdict(subject, close)


def _blower(subject: Subject[Space], gap: Gap) -> bool:
    card = subject.rig.card(gap.gpu)
    return card is not None and card.card.cooler == "blower"


def _verdict(subject: Subject[Space], close: list[Gap]) -> Verdict:
    keys = tuple(dict.fromkeys(key for gap in close for key in (gap.gpu, gap.neighbour) if key))
    watts = max(card.power_w for card in subject.rig.cards if card.key in keys)
    stacked = len(keys) >= STACK and watts > HOT_W
    smallest = min(gap.gap_mm for gap in close)
    return Verdict(
        Severity.INFO,
        f"{cards_listed(keys)} are blowers {show_mm(smallest)} apart at up to {show_w(watts)}. They hold their speed "
        "when case fans run fast and the shroud lets air in beside the fan; expect full fan speed.",
        parts=keys,
        value=watts * len(keys),
        fixes=lambda: fixes.cap_cards(subject.rig, keys, HOT_W) if stacked else (),
        steps=tuple(step for gap in close for step in gap.steps),
    )


RULE = Rule(
    code="THR-002",
    id="blowers-stacked",
    area="Thermal",
    title="Blowers without a gap",
    why="Blowers push their heat out at the back and tolerate neighbours: tests show them near their top temperature "
    "with little throttling. Four at full power need strong front fans and are very loud.",
    fix="Strong front fans at full speed, a power limit, or a gap of 20 mm.",
    sources=(
        "https://github.com/system76/thelio/issues/40",
        "http://blog.zorinaq.com/?a=2011-m01",
        "https://www.thefpsreview.com/2020/10/22/puget-systems-tests-four-blower-style-geforce-rtx-3090-cards-in-a-single-workstation-1717-watt-peak-power-draw/",
    ),
    reads=on_space,
    needs=A_BOARD,
    check=check,
    folds_into=("MEC-001",),
)
