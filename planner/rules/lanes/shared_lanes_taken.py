"""M.2 sockets, SATA ports and other slots that take lanes from a card, or would."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes, Link, SharingConflict
from planner.domain.findings import Severity
from planner.domain.units import show_link
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes
from planner.rules.words import card_name, listed, part_name, short

FEW = 4


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    for conflict in subject.of.conflicts:
        yield _starved(subject, conflict)
    told: set[str] = set()
    for link in subject.of.links:
        takers = tuple(
            other for card, other in subject.of.narrowed_by if card == link.gpu and not other.startswith("gpu-")
        )
        if takers:
            told.add(link.gpu)
            yield _narrowed(subject, link, takers)
    yield from _keep_empty(subject, told)


def _starved(subject: Subject[Lanes], conflict: SharingConflict) -> Verdict:
    names = listed(part_name(subject.rig, key) for key in conflict.starved)
    slots = {card.slot_name for card in subject.rig.cards}
    a_card = any(key.startswith("gpu-") for key in conflict.starved) or bool(slots & set(conflict.connectors))
    # Which one loses is the board's choice: where a card shares the lanes, it may be the card.
    return Verdict(
        Severity.ERROR if a_card else Severity.WARNING,
        f"{names} would have no lanes: {listed(conflict.connectors)} share them, and the board has no mode that feeds "
        f"all of what is plugged in. Move {listed(short(key) for key in conflict.offenders)} to a connector that does "
        "not share.",
        parts=(*conflict.starved, *(key for key in conflict.offenders if key not in conflict.starved)),
        where=conflict.group,
        title="Shared lanes leave a connector dead",
    )


def _narrowed(subject: Subject[Lanes], link: Link, takers: tuple[str, ...]) -> Verdict:
    return Verdict(
        Severity.WARNING if link.width < FEW or (subject.in_lockstep and link.width == FEW) else Severity.INFO,
        f"{listed(short(key) for key in takers)} {'takes' if len(takers) == 1 else 'take'} lanes from {link.slot}: "
        f"{card_name(subject.rig, link.gpu)} gets {show_link(link.gen, link.width)} instead of x{link.slot_width}.",
        parts=(link.gpu, *takers),
        where=link.slot,
        value=link.slot_width - link.width,
        steps=link.steps,
    )


def _keep_empty(subject: Subject[Lanes], told: set[str]) -> Iterator[Verdict]:
    """Empty connectors that would narrow the slots of cards."""
    states = {state.connector: state for state in subject.of.connectors}
    sharing: dict[str, list[Link]] = {}
    for link in subject.of.links:
        for name in states[link.slot].shares_with if link.slot in states and link.gpu not in told else ():
            if name in states and not states[name].occupied_by and states[name].kind != "slot":
                sharing.setdefault(name, []).append(link)
    if sharing:
        links = {link.gpu: link for found in sharing.values() for link in found}
        slots = listed(dict.fromkeys(f"{link.slot} ({short(link.gpu)})" for link in links.values()))
        yield Verdict(
            Severity.INFO,
            f"Leave {listed(sharing)} empty: {'it shares' if len(sharing) == 1 else 'they share'} lanes with {slots}.",
            parts=tuple(links),
            where="leave empty",
            title="Connectors to leave empty",
        )


RULE = Rule(
    code="PCI-006",
    id="shared-lanes-taken",
    area="PCIe",
    title="Something else takes the card's lanes",
    why="A drive in the wrong socket halves a slot or switches it off, and the card simply does not appear.",
    fix="Use sockets that share with no card; the board's manual and this plan name them.",
    sources=(
        "https://www.manualowl.com/m/MSI/B450-A-PRO/Manual/631865?page=29",
        "https://www.easymanua.ls/msi/meg-x570s-ace-max/manual?p=36",
        "https://hardwaredealz.com/forum/threads/x870e-mainboard-kaufberatung.79072/post-644787",
    ),
    reads=on_lanes,
    needs=A_BOARD,
    check=check,
)
