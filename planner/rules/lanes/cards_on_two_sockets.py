"""Cards that reach each other across two processors."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes
from planner.domain.findings import Severity
from planner.rules import fixes
from planner.rules.missing import links_of_cards
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes
from planner.rules.words import cards_listed


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    yield from links_of_cards(subject)
    across = {key for pair in subject.of.pairs if pair.kind == "sockets" for key in (pair.a, pair.b)}
    keys = tuple(card.key for card in subject.rig.cards if card.key in across)
    if not keys:
        return
    nodes = {link.gpu: link.numa_node for link in subject.of.links}
    sides = ", ".join(f"{cards_listed((key,))} on {nodes.get(key) or 'unknown'}" for key in keys)
    yield Verdict(
        Severity.WARNING if subject.in_lockstep else Severity.INFO,
        f"{sides}: between them lies the link of the two processors. Bind the engine to one processor's memory, and "
        "keep cards that work in step on one side.",
        parts=keys,
        fixes=lambda: fixes.use_layer_split(subject.rig) if subject.in_lockstep else (),
    )


RULE = Rule(
    code="PCI-014",
    id="cards-on-two-sockets",
    area="PCIe",
    title="Cards sit on two processors",
    why="Copies across the link of two sockets are slower and arrive late, and many boards do not allow direct ones "
    "at all.",
    fix="Move the cards to slots of one processor, and set one NUMA node per socket.",
    sources=("https://github.com/noonghunna/club-3090 docs/PCIE_P2P.md",),
    reads=on_lanes,
    needs=A_BOARD,
    check=check,
)
