"""The slowest way between cards that work in step."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes, PairPath
from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.domain.units import show_gb_s, show_link
from planner.rules import fixes
from planner.rules.missing import links_of_cards
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes
from planner.rules.words import card_name, short

ENOUGH_GB_S = 12.0
"""Practical: 4.0 x8 and 3.0 x16 reach 13.4."""
SLOW_GB_S = 6.0
USELESS_GB_S = 1.5
SMALL_ACTIVE = 5_000_000_000
"""Models that use so few weights per token send little."""


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    if subject.split not in ("tensor", "row"):
        return
    yield from links_of_cards(subject)
    if subject.of.unplaced:
        yield Needs("a slot for every card")
    slowest = subject.of.slowest_pair()
    if slowest is not None and slowest.gb_s < ENOUGH_GB_S:
        yield _verdict(subject, slowest)


def _severity(subject: Subject[Lanes], gb_s: float) -> Severity:
    if not subject.in_lockstep:
        return Severity.WARNING if gb_s < USELESS_GB_S else Severity.INFO
    if gb_s < USELESS_GB_S:
        return Severity.ERROR
    model = subject.rig.model
    sparse = model is not None and model.params_active is not None and model.params_active <= SMALL_ACTIVE
    return Severity.INFO if sparse and gb_s >= SLOW_GB_S else Severity.WARNING


def _verdict(subject: Subject[Lanes], pair: PairPath) -> Verdict:
    links = [link for key in (pair.a, pair.b) if (link := subject.of.link(key))]
    worst = min(links, key=lambda link: link.path_gb_s, default=None)
    slow = f" {card_name(subject.rig, worst.gpu)} has {show_link(worst.gen, worst.width)}." if worst else ""
    return Verdict(
        _severity(subject, pair.gb_s),
        f"{short(pair.a)} and {short(pair.b)} exchange results at {show_gb_s(pair.gb_s)} in practice, "
        f"{ENOUGH_GB_S:g} GB/s wanted.{slow} {_loss(pair.gb_s)}",
        parts=(worst.gpu,) if worst else (pair.a, pair.b),
        where="link",
        value=-pair.gb_s,
        fixes=lambda: _fixes(subject, worst.gpu if worst else pair.b),
        steps=worst.steps if worst else (),
    )


def _loss(gb_s: float) -> str:
    if gb_s >= SLOW_GB_S:
        return "Measured: about 15 % slower generating, up to 30 % slower on long prompts."
    if gb_s >= USELESS_GB_S:
        return "Measured at such rates: a third slower generating, and prompts read several times slower."
    return "Cards would wait for each other most of the time: slower than one card alone."


def _fixes(subject: Subject[Lanes], key: str) -> fixes.Fixes:
    def cures(rig: Rig) -> bool:
        return fixes.pairs_reach(rig, ENOUGH_GB_S) and fixes.sits_well(rig, subject.policy.min_gap_mm)

    return fixes.use_layer_split(subject.rig) + fixes.move_card(subject.rig, key, cures)


RULE = Rule(
    code="PCI-003",
    id="tensor-parallel-link-slow",
    area="PCIe",
    title="Link is slow for cards that work in step",
    why="With tensor parallel all cards exchange results twice in every layer and go at the pace of the slowest way. "
    "Generating is ruled by the delay, reading a long prompt by the bandwidth.",
    fix="Split by layers, use fewer cards in one group, or move the card to a slot with more lanes.",
    sources=(
        "https://github.com/noonghunna/club-3090/issues/126",
        "https://github.com/noonghunna/club-3090/issues/178",
        "https://github.com/noonghunna/club-3090/issues/294",
    ),
    reads=on_lanes,
    needs=A_BOARD,
    check=check,
    folds_into=("PCI-005", "PCI-006"),
)
