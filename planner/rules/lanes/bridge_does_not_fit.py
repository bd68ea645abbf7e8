"""NVLink bridges that no pair of cards can take."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes
from planner.domain.findings import Severity
from planner.domain.parts import OPEN_AIR, Bridge
from planner.domain.rig import Rig
from planner.domain.units import SLOT_PITCH_MM, show_mm
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes
from planner.rules.words import cards_listed

CHOKED_MM = 10.0


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    links = subject.of
    keys = [chosen.key for chosen in subject.rig.build.parts.bridges]
    for number, bridge in enumerate(subject.rig.bridges):
        key = keys[number] if number < len(keys) else bridge.id
        pair = next(((a, b) for name, a, b in links.bridged if name == bridge.id), None)
        if pair is not None:
            yield from _choked(subject, bridge, key, pair)
        elif bridge.id in links.idle_bridges:
            yield _idle(subject.rig, bridge, key)
        else:
            yield Needs(f"rows of the cards for {bridge.title}")


def _choked(subject: Subject[Lanes], bridge: Bridge, key: str, pair: tuple[str, str]) -> Iterator[Verdict]:
    """It fits, and holds open coolers so close that the upper card has no air."""
    room = subject.facts.space
    gap = next((g for g in room.gaps if {g.gpu, g.neighbour} == set(pair)), None) if room else None
    upper = subject.rig.card(gap.gpu) if gap else None
    if gap is None or upper is None or upper.card.cooler not in OPEN_AIR or gap.gap_mm >= CHOKED_MM:
        return
    yield Verdict(
        Severity.WARNING,
        f"{bridge.title} holds {cards_listed(pair)} {bridge.pitch_slots} slots apart, which leaves "
        f"{show_mm(max(0.0, gap.gap_mm))} of air between these coolers. A bridge that spans more slots, or a blower as "
        "the upper card, would let it breathe.",
        parts=(key, *pair),
        where="air",
        value=-gap.gap_mm,
        steps=gap.steps,
        title="NVLink bridge leaves no air between the cards",
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
