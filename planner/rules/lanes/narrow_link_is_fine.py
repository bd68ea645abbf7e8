"""Four lanes or fewer under layer split: said so that nobody buys a board for it."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes
from planner.domain.findings import Severity
from planner.domain.units import show_link
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes
from planner.rules.words import listed, short

NARROW = 4


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    narrow = [link for link in subject.of.links if 1 < link.width <= NARROW]
    if subject.split != "layer" or not narrow:
        return
    named = listed(f"{short(link.gpu)} ({show_link(link.gen, link.width)})" for link in narrow)
    yield Verdict(
        Severity.INFO,
        f"{named}: with layer split a few kilobytes per token cross the slot, so generating does not suffer. Loading "
        "the model does.",
        parts=tuple(link.gpu for link in narrow),
    )


RULE = Rule(
    code="PCI-004",
    id="narrow-link-is-fine",
    area="PCIe",
    title="Narrow slot, no harm with layer split",
    why="Going from sixteen lanes to four of PCIe 3.0 cost 2 % in a measured three-card rig with layer split.",
    fix="Nothing to do, unless you change to tensor parallel.",
    sources=("https://github.com/ggml-org/llama.cpp/pull/4766",),
    reads=on_lanes,
    needs=A_BOARD,
    check=check,
    folds_into=("PCI-001", "PCI-002", "PCI-006"),
)
