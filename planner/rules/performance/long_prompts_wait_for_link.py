"""Long prompts over a slow way between cards."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes
from planner.domain.findings import Severity
from planner.domain.units import show_gb_s, show_tokens
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes

LONG_PROMPT = 8192
ENOUGH_GB_S = 12.0


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    workload, slowest = subject.workload, subject.of.slowest_pair()
    if workload is None or not subject.in_lockstep or slowest is None or workload.prompt < LONG_PROMPT:
        return
    if slowest.gb_s < ENOUGH_GB_S:
        link = min((slowest.a, slowest.b), key=lambda key: _path(subject.of, key))
        yield Verdict(
            Severity.WARNING,
            f"A prompt of {show_tokens(workload.prompt)} tokens sends gigabytes between the cards in every layer's "
            f"turn; at {show_gb_s(slowest.gb_s)} reading it takes a third longer and more.",
            parts=(link,),
            where="prompt",
            value=-slowest.gb_s,
            fixes=lambda: fixes.use_layer_split(subject.rig),
        )


def _path(links: Lanes, key: str) -> float:
    link = links.link(key)
    return link.path_gb_s if link else 0.0


RULE = Rule(
    code="PRF-005",
    id="long-prompts-wait-for-link",
    area="Performance",
    title="Long prompts wait for the link",
    why="Reading a prompt is bound by bandwidth between cards: 8,000 tokens of a 70B model move about 21 GB.",
    fix="Split by layers for long prompts, or use slots with more lanes.",
    sources=("https://github.com/noonghunna/club-3090 docs/PCIE_P2P.md",),
    reads=on_lanes,
    needs=A_BOARD,
    check=check,
    folds_into=("PCI-003", "PCI-005"),
)
