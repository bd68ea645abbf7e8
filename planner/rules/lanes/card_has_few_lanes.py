"""Cards wired for eight lanes, in slots that make less of them."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes, Link
from planner.domain.findings import Severity
from planner.domain.units import show_gb_s, show_link
from planner.rules import fixes
from planner.rules.missing import links_of_cards
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes
from planner.rules.words import card_name

FULL = 16


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    yield from links_of_cards(subject)
    for link in subject.of.links:
        if link.card_width < FULL and (link.gen < link.card_gen or 1 < link.width < link.card_width):
            yield _verdict(subject, link)


def _verdict(subject: Subject[Lanes], link: Link) -> Verdict:
    halved = subject.in_lockstep and link.width < link.card_width
    return Verdict(
        Severity.WARNING if halved else Severity.INFO,
        f"{card_name(subject.rig, link.gpu)} is itself wired for {show_link(link.card_gen, link.card_width)} and gets "
        f"{show_link(link.gen, link.width)} in {link.slot}: {show_gb_s(link.gb_s)}.",
        parts=(link.gpu,),
        where=link.slot,
        value=-link.gb_s,
        fixes=lambda: fixes.use_layer_split(subject.rig) if halved else (),
        steps=link.steps,
    )


RULE = Rule(
    code="PCI-015",
    id="card-has-few-lanes",
    area="PCIe",
    title="Card with few lanes in a slow slot",
    why="Cards of the middle class use eight lanes of a new generation. In an older or narrower slot that leaves a "
    "quarter of what a large card would have.",
    fix="Give such a card the newest slot with eight lanes.",
    sources=("Data sheets: GeForce RTX 4060 Ti and 5060 Ti have PCIe x8",),
    reads=on_lanes,
    needs=A_BOARD,
    check=check,
    folds_into=("PCI-002", "PCI-003", "PCI-006"),
)
