"""Beyond a card's own link: uplinks it shares, NVLink bridges, and the slowest part of the way between two cards."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from planner.analysis.lane_results import Link, PairPath
from planner.domain.parts import Board, Bridge, Cpu
from planner.domain.rig import RigCard
from planner.domain.units import PRACTICAL_SHARE, pcie_gb_s


@dataclass(frozen=True, slots=True)
class Way:
    """From a root up to a CPU."""

    roots: tuple[str, ...]
    """Chipsets and switches passed, nearest first."""
    cpu: str | None
    gb_s: float | None
    """Raw, one direction, of the narrowest uplink; None straight at a CPU."""
    narrowest: str | None
    """The root whose uplink that is."""


def ways(board: Board, cpu: Cpu | None) -> Mapping[str, Way]:
    return {root.id: _way(board, cpu, root.id) for root in board.roots}


def _way(board: Board, cpu: Cpu | None, start: str) -> Way:
    roots: list[str] = []
    slowest: tuple[float, str] | None = None
    here = board.root(start)
    while here is not None and here.kind != "cpu" and here.id not in roots:
        roots.append(here.id)
        if here.uplink is None:
            return Way(tuple(roots), None, slowest[0] if slowest else None, slowest[1] if slowest else None)
        parent = board.root(here.uplink.parent)
        at_cpu = parent is not None and parent.kind == "cpu" and cpu is not None
        gen = min(here.uplink.gen, cpu.pcie_gen) if at_cpu and cpu is not None else here.uplink.gen
        gb_s = pcie_gb_s(gen, here.uplink.lanes)
        slowest = min(slowest, (gb_s, here.id)) if slowest else (gb_s, here.id)
        here = parent
    top = here.id if here is not None and here.kind == "cpu" else None
    return Way(tuple(roots), top, slowest[0] if slowest else None, slowest[1] if slowest else None)


@dataclass(frozen=True, slots=True)
class Bridging:
    pairs: Mapping[tuple[str, str], float]
    """Cards bridged -> GB/s, one direction."""
    bridged: tuple[tuple[str, str, str], ...]
    idle: tuple[str, ...]
    unknown: tuple[str, ...]


def bridge_cards(bridges: Iterable[Bridge], cards: Iterable[RigCard]) -> Bridging:
    """Each bridge goes to the first pair it fits: one chip with NVLink, exactly as far apart as the bridge spans."""
    pairs: dict[tuple[str, str], float] = {}
    taken: set[str] = set()
    bridged, idle, unknown = [], [], []
    linked = sorted((c for c in cards if c.chip.nvlink is not None), key=lambda c: (_row(c) or 99, c.key))
    for bridge in sorted(bridges, key=lambda b: (b.pitch_slots, b.id)):
        free = [card for card in linked if card.key not in taken and _takes(bridge, card)]
        fitting = ((a, b) for a, b in combinations(free, 2) if a.chip.id == b.chip.id)
        distances = [(a, b, _rows_apart(a, b)) for a, b in fitting]
        found = next(((a, b) for a, b, rows in distances if rows == bridge.pitch_slots), None)
        if found is None:
            unsure = [_unsure(bridge, a, b) for a, b, rows in distances if rows is None]
            unknown += unsure
            idle += [] if unsure else [bridge.id]
            continue
        a, b = found
        taken |= {a.key, b.key}
        own = a.chip.nvlink.gb_s if a.chip.nvlink else bridge.gb_s
        pairs[a.key, b.key] = min(own, bridge.gb_s)
        bridged.append((bridge.id, a.key, b.key))
    return Bridging(pairs, tuple(bridged), tuple(idle), tuple(unknown))


def _takes(bridge: Bridge, card: RigCard) -> bool:
    return not bridge.chips or card.chip.id in bridge.chips


def _row(card: RigCard) -> int | None:
    return card.slot.row if card.slot is not None and card.riser is None and card.bay is None else None


def _rows_apart(a: RigCard, b: RigCard) -> int | None:
    """Slot pitches between two cards that sit in the board; None where a row or a place on a riser is not known."""
    row_a, row_b = _row(a), _row(b)
    return None if row_a is None or row_b is None else abs(row_a - row_b)


def _unsure(bridge: Bridge, a: RigCard, b: RigCard) -> str:
    return f"distance of {a.key} and {b.key}: {bridge.title} spans {bridge.pitch_slots} slots"


def pair_paths(
    cards: Mapping[str, RigCard],
    links: Iterable[Link],
    climbs: Mapping[str, Way],
    bridging: Bridging,
) -> tuple[PairPath, ...]:
    found = []
    for a, b in combinations(links, 2):
        p2p = _p2p(cards[a.gpu], cards[b.gpu])
        nvlink = bridging.pairs.get((a.gpu, b.gpu)) or bridging.pairs.get((b.gpu, a.gpu))
        if nvlink:
            found.append(PairPath(a.gpu, b.gpu, nvlink, "nvlink", True))
            continue
        kind = _kind(a, b, climbs)
        # Below one switch, peer copies stay below it; without peer-to-peer they go up to the CPU's memory and back.
        direct = kind == "switch" and p2p is True
        raw = min(a.gb_s, b.gb_s) if direct else min(a.path_gb_s, b.path_gb_s)
        found.append(PairPath(a.gpu, b.gpu, raw * PRACTICAL_SHARE, kind, p2p))
    return tuple(found)


def _kind(a: Link, b: Link, climbs: Mapping[str, Way]) -> str:
    if a.root == b.root and a.root_kind == "switch":
        return "switch"
    if "chipset" in (a.root_kind, b.root_kind):
        return "chipset"
    top_a, top_b = _top(a, climbs), _top(b, climbs)
    return "sockets" if top_a and top_b and top_a != top_b else "cpu"


def _top(link: Link, climbs: Mapping[str, Way]) -> str | None:
    way = climbs.get(link.root)
    return way.cpu if way else link.numa_node


def _p2p(a: RigCard, b: RigCard) -> bool | None:
    """Over PCIe with the stock driver; between different chips nobody promises it."""
    if False in (a.chip.p2p, b.chip.p2p):
        return False
    return True if a.chip.p2p and b.chip.p2p and a.chip.id == b.chip.id else None
