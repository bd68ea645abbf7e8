"""NVLink bridges that no pair of cards can take."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes
from planner.domain.findings import Severity
from planner.domain.parts import Bridge
from planner.domain.rig import Rig
from planner.domain.units import SLOT_PITCH_MM, show_gb_s, show_mm
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes
from planner.rules.words import cards_listed


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    links = subject.of
    keys = [chosen.key for chosen in subject.rig.build.parts.bridges]
    for number, bridge in enumerate(subject.rig.bridges):
        key = keys[number] if number < len(keys) else bridge.id
        pair = next(((a, b) for name, a, b in links.bridged if name == bridge.id), None)
        if pair is not None:
            yield _fits(bridge, key, pair)
        elif bridge.id in links.idle_bridges:
            yield _idle(subject.rig, bridge, key)
        else:
            yield Needs(f"rows of the cards for {bridge.title}")


def _fits(bridge: Bridge, key: str, pair: tuple[str, str]) -> Verdict:
    return Verdict(
        Severity.INFO,
        f"{bridge.title} joins {cards_listed(pair)} at {show_gb_s(bridge.gb_s)} in each direction. It helps long "
        "prompts most; generating gains 3 to 15 % with tensor parallel, nothing with layer split.",
        parts=(key, *pair),
        title="NVLink bridge in place",
    )


def _idle(rig: Rig, bridge: Bridge, key: str) -> Verdict:
    linked = tuple(card.key for card in rig.cards if card.chip.id in bridge.chips)
    if len(linked) < 2:
        reason = "it needs two cards of one model with an NVLink connector"
    else:
        apart = show_mm(bridge.pitch_slots * SLOT_PITCH_MM)
        reason = f"it spans {bridge.pitch_slots} slots ({apart}), and no two such cards sit that far apart"
    return Verdict(Severity.ERROR, f"{bridge.title} fits nowhere: {reason}.", parts=(key, *linked))


RULE = Rule(
    code="PCI-012",
    id="bridge-does-not-fit",
    area="PCIe",
    title="NVLink bridge does not fit",
    why="A bridge is rigid: it fits one distance between the cards' slots, and only cards with the connector.",
    fix="Choose the bridge for the distance of the slots, or move a card.",
    sources=(
        "https://www.pugetsystems.com/labs/articles/NVIDIA-NVLink-2021-Update-and-Compatibility-Chart-2074/",
        "https://www.zotac.com/eu/faq/sli-nvlink-spacing-recommendations",
    ),
    reads=on_lanes,
    needs=A_BOARD,
    check=check,
)
