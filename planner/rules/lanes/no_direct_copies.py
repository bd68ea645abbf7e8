"""Tensor parallel on cards that cannot copy to each other directly."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes
from planner.domain.findings import Severity
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes
from planner.rules.words import cards_listed


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    if not subject.in_lockstep:
        return
    without = {key for pair in subject.of.pairs if pair.p2p is False for key in (pair.a, pair.b)}
    keys = tuple(card.key for card in subject.rig.cards if card.key in without)
    if not keys:
        return
    yield Verdict(
        Severity.INFO,
        f"With the stock driver {cards_listed(keys)} exchange results through system memory: these cards have no "
        "peer-to-peer over PCIe. Estimates here count with that. An unofficial driver adds about a tenth on pairs of "
        "one model, needs Resizable BAR, iommu=pt and ACS off, and has produced wrong results: check the text it "
        "generates.",
        parts=keys,
    )


RULE = Rule(
    code="PCI-011",
    id="no-direct-copies",
    area="PCIe",
    title="Cards copy through system memory",
    why="Every exchange costs about 15 µs instead of 1 µs. It is part of the estimate, not a fault.",
    fix="Nothing to do. Do not plan on an unofficial driver's gain.",
    sources=(
        "https://github.com/noonghunna/club-3090/issues/294",
        "https://github.com/noonghunna/club-3090/issues/922",
        "https://github.com/tinygrad/open-gpu-kernel-modules/issues/28",
    ),
    reads=on_lanes,
    needs=A_BOARD,
    check=check,
)
