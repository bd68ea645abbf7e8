"""Cards behind a PCIe switch."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes, Link
from planner.domain.findings import Severity
from planner.domain.units import show_gb_s
from planner.rules.missing import links_of_cards
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes
from planner.rules.words import cards_listed


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    yield from links_of_cards(subject)
    switches: dict[str, list[Link]] = {}
    for link in subject.of.links:
        if link.root_kind == "switch":
            switches.setdefault(link.root, []).append(link)
    for name, links in switches.items():
        if len(links) > 1:
            yield _verdict(subject, name, links, len(switches) > 1)


def _verdict(subject: Subject[Lanes], name: str, links: list[Link], several: bool) -> Verdict:
    keys = tuple(link.gpu for link in links)
    consumer = any(card.chip.segment == "consumer" for card in subject.rig.cards if card.key in keys)
    uplink = next((link.uplink_gb_s for link in links if link.uplink_gb_s), None)
    shares = f" and share its uplink of {show_gb_s(uplink)}" if uplink else ""
    suffers = subject.in_lockstep and (consumer or several)
    meaning = (
        "Without peer-to-peer all traffic between them goes up to the processor and back through that uplink."
        if consumer
        else "They copy to each other directly, which is the best case for cards that work in step."
    )
    return Verdict(
        Severity.WARNING if suffers else Severity.INFO,
        f"{cards_listed(keys)} sit behind {name}{shares}. {meaning}",
        parts=keys,
        where=name,
        value=len(keys),
    )


RULE = Rule(
    code="PCI-013",
    id="switch-slows-cards",
    area="PCIe",
    title="Cards share a PCIe switch",
    why="A switch helps cards that can copy to each other, and slows those that cannot. Traffic between several "
    "switches has collapsed on some hosts.",
    fix="Keep a group of cards that work in step behind one switch, switch ACS off, and check Resizable BAR.",
    sources=(
        "https://github.com/aikitoria/open-gpu-kernel-modules/issues/9",
        "https://github.com/local-inference-lab/rtx6kpro hardware pages",
    ),
    reads=on_lanes,
    needs=A_BOARD,
    check=check,
)
