"""What to verify once several cards are in."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes
from planner.domain.findings import Severity
from planner.domain.units import show_link
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes
from planner.rules.words import listed, short


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    if len(subject.rig.cards) < 2:
        return
    expected = listed(f"{short(link.gpu)} {show_link(link.gen, link.width)}" for link in subject.of.links)
    yield Verdict(
        Severity.INFO,
        "Under load, compare with “nvidia-smi --query-gpu=index,pcie.link.gen.current,pcie.link.width.current "
        f"--format=csv”{': ' + expected if expected else ''}. Then run p2pBandwidthLatencyTest and look for AER lines "
        "in the kernel log.",
        parts=tuple(card.key for card in subject.rig.cards),
    )


RULE = Rule(
    code="BIO-011",
    id="check-links-after-building",
    area="Setup",
    title="Check the links after building",
    why="A link that comes up narrower than planned, or a board with a fault of its own, shows nowhere else: one "
    "healthy looking pair ran at a third of its speed.",
    fix="Run the commands under load: idle links show generation 1.",
    sources=("https://github.com/noonghunna/club-3090/issues/488",),
    reads=on_lanes,
    needs=A_BOARD,
    check=check,
)
