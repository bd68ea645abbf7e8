"""Link width and speed of every card and drive once shared lanes are split among what is plugged in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from planner.analysis.lane_modes import Feed, Setting, Wiring, alone_width, feed, settle, tables_for, wire
from planner.analysis.lane_paths import Way, bridge_cards, pair_paths, ways
from planner.analysis.lane_results import ChosenMode, ConnectorState, Lanes, Link, PairPath, SharingConflict
from planner.analysis.lane_seats import Seat, Seating, fits, is_switch, key_order, port_width, seat, seat_all
from planner.domain.parts import Connector
from planner.domain.rig import Rig, RigCard
from planner.domain.steps import Step
from planner.domain.units import GB_S_PER_LANE, pcie_gb_s

__all__ = [
    "ChosenMode",
    "ConnectorState",
    "Lanes",
    "Link",
    "PairPath",
    "SharingConflict",
    "lanes",
    "preview",
]

UNKNOWN = "unknown"


def lanes(rig: Rig) -> Lanes | None:
    """None without a board. Without a CPU the condition-free groups hold and `unknown` says so."""
    if rig.board is None:
        return None
    wiring, seating = wire(rig.board, rig.cpu), seat_all(rig)
    keys_at = seating.keys_at
    setting = settle(wiring, frozenset(keys_at), seating.cards_at)
    climbs = ways(rig.board, rig.cpu)
    linked = _links(rig, setting, seating, climbs)
    bridging = bridge_cards(rig.bridges, [s.card for s in seating.seats])
    cpu_unknown = () if rig.cpu else ("processor: its lanes and PCIe generation",)
    sockets = rig.board.sockets
    return Lanes(
        links=linked.links,
        connectors=_states(setting, keys_at),
        modes=_modes(setting),
        conflicts=_conflicts(setting, keys_at),
        pairs=pair_paths({c.key: c for c in rig.cards}, linked.links, climbs, bridging),
        dead=linked.dead,
        unplaced=tuple(sorted((*seating.unplaced, *linked.unserved), key=key_order)),
        narrowed_by=_narrowed_by(setting, keys_at, linked.links),
        cpu_lanes_used=_cpu_lanes_used(setting, keys_at),
        cpu_lanes=rig.cpu.pcie_lanes * sockets if rig.cpu else None,
        unknown=tuple(dict.fromkeys((*cpu_unknown, *linked.unknown, *bridging.unknown))),
        doubled=seating.doubled,
        bridged=bridging.bridged,
        idle_bridges=bridging.idle,
        assumed=(f"all {sockets} sockets hold the chosen processor",) if sockets > 1 and rig.cpu else (),
    )


@dataclass(frozen=True, slots=True)
class _Linked:
    links: tuple[Link, ...]
    dead: tuple[str, ...]
    unserved: tuple[str, ...]
    """Behind an output of a splitter that gets no lanes."""
    unknown: tuple[str, ...]


def _links(rig: Rig, setting: Setting, seating: Seating, climbs: Mapping[str, Way]) -> _Linked:
    links: list[Link] = []
    dead, unserved, unknown = [], [], []
    for at in seating.seats:
        fed = feed(setting, at.connector.id)
        lacking = _lacking(setting.wiring, at.connector, fed)
        unknown += lacking
        if fed.width == 0:
            if at.connector.id not in setting.starved:
                dead.append(at.card.key)
            continue
        if fed.width is None or fed.gen is None:
            continue
        width, unsure = port_width(setting.wiring.board, at, fed.width)
        unknown += [unsure] if unsure else []
        if width == 0:
            unserved.append(at.card.key)
            continue
        links.append(_link(setting, seating, at, fed, width))
    shared = _with_uplinks(rig, links, setting, seating, climbs)
    return _Linked(shared, tuple(dead), tuple(unserved), tuple(unknown))


def _lacking(wiring: Wiring, connector: Connector, fed: Feed) -> list[str]:
    name = f"{'slot ' if connector.kind == 'slot' else ''}{connector.id}"
    if connector.id in wiring.undecided:
        which = "family of the processor" if wiring.cpu else "processor"
        return [f"{which}: lanes of {name} depend on it"]
    lacking = {"lanes": fed.width is None, "generation": fed.gen is None, "feed": fed.root not in wiring.root_kinds}
    return [f"{what} of {name}" for what, missing in lacking.items() if missing]


def _link(setting: Setting, seating: Seating, at: Seat, fed: Feed, port: int) -> Link:
    card, wiring = at.card, setting.wiring
    width, gen = min(port, card.chip.pcie_lanes), min(fed.gen or 1, card.chip.pcie_gen)
    gen = min(gen, card.riser.gen) if card.riser else gen
    alone = alone_width(setting, at.connector.id)
    switch = is_switch(card.riser)
    root = f"switch at {at.connector.id}" if switch else fed.root or UNKNOWN
    gb_s = pcie_gb_s(gen, width)
    uplink = None
    if switch and card.riser:
        uplink = pcie_gb_s(min(fed.gen or 1, card.riser.gen), fed.width or 1)
    others = [s.card.key for s in seating.seats if s.connector.id == at.connector.id and s.card.key != card.key]
    return Link(
        gpu=card.key,
        slot=at.connector.id,
        width=width,
        gen=gen,
        root=root,
        root_kind="switch" if switch else wiring.root_kinds.get(fed.root or "", UNKNOWN),
        gb_s=gb_s,
        slot_width=alone if alone is not None else width,
        card_width=card.chip.pcie_lanes,
        slot_gen=fed.board_gen or gen,
        card_gen=card.chip.pcie_gen,
        limited_by=_limited_by(setting, at, fed, port, (width, gen)),
        uplink_gb_s=uplink,
        uplink_shared_with=tuple(others) if switch else (),
        riser=card.riser.title if card.riser else None,
        steps=(
            Step("Lanes", width, "", _how_wide(at, fed, port)),
            Step("PCIe generation", gen, "", _how_fast(at, fed)),
            Step(
                f"PCIe {gen}.0, {width} lanes, one way",
                gb_s,
                "GB/s",
                f"{width} lanes × {GB_S_PER_LANE[gen]:g} GB/s",
                "PCI Express base specification: rate after line coding",
            ),
        ),
    )


def _how_wide(at: Seat, fed: Feed, port: int) -> str:
    parts = [f"slot x{fed.width}", f"card x{at.card.chip.pcie_lanes}"]
    if at.card.riser:
        parts.append(f"{at.card.riser.title} x{port}")
    return f"least of {', '.join(parts)}"


def _how_fast(at: Seat, fed: Feed) -> str:
    parts = [f"slot {fed.board_gen}.0", f"card {at.card.chip.pcie_gen}.0"]
    if fed.gen != fed.board_gen:
        parts.append(f"processor {fed.gen}.0")
    if at.card.riser:
        parts.append(f"riser {at.card.riser.gen}.0")
    return f"least of {', '.join(parts)}"


def _limited_by(setting: Setting, at: Seat, fed: Feed, port: int, got: tuple[int, int]) -> tuple[str, ...]:
    """In words, what keeps a link below the card's own width and generation."""
    card, name = at.card, at.connector.id
    said = []
    if got[0] < card.chip.pcie_lanes:
        alone = alone_width(setting, name)
        if card.riser and port < (fed.width or 0):
            said.append(f"{card.riser.title} carries x{port}")
        elif alone is not None and fed.width is not None and fed.width < alone:
            said.append(f"{name} shares its lanes: x{fed.width} of x{alone}")
        elif setting.wiring.slot_lanes(fed.root) == fed.width:
            said.append(f"the processor has {fed.width} lanes for slots")
        else:
            said.append(f"{name} has x{fed.width}")
    if got[1] < card.chip.pcie_gen:
        if card.riser and card.riser.gen == got[1]:
            said.append(f"{card.riser.title} is rated for PCIe {got[1]}.0")
        elif fed.gen == got[1] and fed.gen != fed.board_gen:
            said.append(f"the processor has PCIe {got[1]}.0")
        else:
            said.append(f"{name} is PCIe {got[1]}.0")
    return tuple(said)


def _with_uplinks(
    rig: Rig, links: list[Link], setting: Setting, seating: Seating, climbs: Mapping[str, Way]
) -> tuple[Link, ...]:
    """Each link with the narrowest uplink above it and who else hangs on that."""
    behind: dict[str, list[str]] = {}
    root_of = {at.card.key: feed(setting, at.connector.id).root for at in seating.seats}
    root_of |= {drive.key: feed(setting, connector.id).root for drive, connector in seating.drives}
    for key, root in root_of.items():
        for passed in climbs[root].roots if root is not None and root in climbs else ():
            behind.setdefault(passed, []).append(key)
    found = []
    for link in links:
        way = climbs.get(root_of[link.gpu] or "")
        numa = way.cpu if way and rig.board and rig.board.sockets > 1 else None
        if way is None or way.gb_s is None or way.narrowest is None:
            found.append(replace(link, numa_node=numa) if numa else link)
            continue
        if link.uplink_gb_s is not None and link.uplink_gb_s <= way.gb_s:
            found.append(replace(link, numa_node=numa))
            continue
        sharing = tuple(key for key in behind[way.narrowest] if key != link.gpu)
        step = Step(f"Uplink of {way.narrowest}, one way", way.gb_s, "GB/s", "shared by all behind it")
        found.append(
            replace(link, uplink_gb_s=way.gb_s, uplink_shared_with=sharing, numa_node=numa, steps=(*link.steps, step))
        )
    return tuple(found)


def _states(setting: Setting, keys_at: Mapping[str, tuple[str, ...]]) -> tuple[ConnectorState, ...]:
    return tuple(_state(setting, connector, keys_at) for connector in setting.wiring.board.connectors)


def _state(setting: Setting, connector: Connector, keys_at: Mapping[str, tuple[str, ...]]) -> ConnectorState:
    wiring, name = setting.wiring, connector.id
    fed = feed(setting, name)
    members = (m for table in tables_for(wiring, name, setting.on_alternate) for m in table.group.members)
    return ConnectorState(
        connector=name,
        kind=connector.kind,
        row=connector.row,
        width=fed.width,
        gen=fed.gen,
        root=fed.root,
        root_kind=wiring.root_kinds.get(fed.root or ""),
        occupied_by=keys_at[name][0] if name in keys_at else None,
        shares_with=tuple(dict.fromkeys(m for m in members if m != name)),
        note=_note(setting, connector, fed, keys_at),
    )


def _note(setting: Setting, connector: Connector, fed: Feed, keys_at: Mapping[str, tuple[str, ...]]) -> str:
    wiring, name = setting.wiring, connector.id
    if name in wiring.dead:
        return "no lanes with this processor"
    if name in wiring.undecided:
        return "depends on the processor"
    if fed.width == 0:
        if not alone_width(setting, name):
            return "no lanes with this processor" if wiring.slot_lanes(fed.root) else "no lanes"
        takers = [m for table in tables_for(wiring, name, setting.on_alternate) for m in table.members & set(keys_at)]
        sharing = ", ".join(sorted({m for m in takers if m != name}))
        return f"lanes are taken by {sharing}" if sharing else "no lanes"
    if connector.alternate is not None:
        second = connector.alternate
        if name in setting.on_alternate:
            return f"fed by {second.root}; the BIOS can feed it from {connector.root} instead"
        return f"the BIOS can feed it from {second.root} instead, x{second.lanes} PCIe {second.gen}.0"
    return connector.note


def _modes(setting: Setting) -> tuple[ChosenMode, ...]:
    found = []
    for choice in setting.choices.values():
        group = choice.table.group
        mode = group.modes[choice.index]
        by_itself = group.selector in ("auto_presence", "fixed")
        text = mode.setting
        if not text and choice.index != group.default and not choice.starved:
            widths = ", ".join(f"{name} x{width}" for name, width in choice.widths.items() if width)
            text = f"{group.selector.replace('_', ' ')}: set for {widths}; see the manual"
        found.append(ChosenMode(group.id, tuple(choice.widths.items()), group.selector, "" if by_itself else text))
    return tuple(found)


def _conflicts(setting: Setting, keys_at: Mapping[str, tuple[str, ...]]) -> tuple[SharingConflict, ...]:
    found = []
    for choice in setting.choices.values():
        if not choice.starved:
            continue
        plugged = sorted(choice.table.members & set(keys_at), key=lambda n: setting.wiring.order[n])
        starved = tuple(key for name in choice.starved for key in keys_at[name])
        # The mode was chosen to starve the cheapest set, so taking just these away leaves a legal mode.
        found.append(SharingConflict(choice.table.group.id, starved, tuple(plugged), starved))
    return tuple(found)


def _narrowed_by(
    setting: Setting, keys_at: Mapping[str, tuple[str, ...]], links: tuple[Link, ...]
) -> tuple[tuple[str, str], ...]:
    found = []
    for link in links:
        here = feed(setting, link.slot).width or 0
        if here >= link.slot_width:
            continue
        tables = tables_for(setting.wiring, link.slot, setting.on_alternate)
        rivals = sorted({n for t in tables for n in t.members & set(keys_at)} - {link.slot})
        without = {n: settle(setting.wiring, setting.occupied - {n}, setting.cards - {n}) for n in rivals}
        guilty = [n for n in rivals if (feed(without[n], link.slot).width or 0) > here]
        found += [(link.gpu, key) for n in guilty or rivals for key in keys_at[n]]
    return tuple(found)


def _cpu_lanes_used(setting: Setting, keys_at: Mapping[str, tuple[str, ...]]) -> int:
    """Lanes of what is plugged in straight at a CPU, uplinks of switches in use, and lanes spoken for on the board."""
    wiring = setting.wiring
    feeds = [feed(setting, name) for name in keys_at]
    direct = sum(fed.width or 0 for fed in feeds if wiring.root_kinds.get(fed.root or "") == "cpu")
    used = {fed.root for fed in feeds}
    uplinks = sum(r.uplink.lanes for r in wiring.board.roots if r.kind == "switch" and r.uplink and r.id in used)
    return direct + uplinks + sum(wiring.board.reservations.values())


def preview(rig: Rig, key: str) -> tuple[ConnectorState, ...]:
    """What each slot of the board would give the card `key` if it were moved there, everything else staying.

    A slot somebody sits in shows what the card would get in its stead; `note` says whose lanes it would take.
    """
    card = rig.card(key)
    if rig.board is None or card is None:
        return ()
    wiring = wire(rig.board, rig.cpu)
    others = [c for c in sorted(rig.cards, key=lambda c: key_order(c.key)) if c.key != key]
    places = [c for c in rig.board.connectors if fits(c, card.riser)]
    return tuple(_previewed(rig, wiring, card, others, place) for place in places)


def _previewed(rig: Rig, wiring: Wiring, card: RigCard, others: list[RigCard], place: Connector) -> ConnectorState:
    now = seat(others, rig.drives)
    tenant = now.keys_at.get(place.id, (None,))[0]
    staying = [c for c in others if c.slot is None or c.slot.id != place.id]
    drives = [d for d in rig.drives if d.slot is None or d.slot.id != place.id]
    moved = seat([*staying, replace(card, slot=place, slot_name=place.id)], drives)
    setting = settle(wiring, frozenset(moved.keys_at), moved.cards_at)
    state = _state(setting, place, moved.keys_at)
    width, gen = state.width, state.gen
    if width:
        riser_width = card.riser.lanes if card.riser else width
        width = min(width, card.chip.pcie_lanes, riser_width)
    if gen:
        gen = min(gen, card.chip.pcie_gen, card.riser.gen if card.riser else gen)
    before = settle(wiring, frozenset(now.keys_at), now.cards_at)
    note = _taken_from(before, setting, moved, card.key) or state.note
    return replace(state, width=width, gen=gen, occupied_by=tenant, note=note)


def _taken_from(before: Setting, after: Setting, moved: Seating, key: str) -> str:
    """Which of the other cards would have fewer lanes."""
    said = []
    for at in moved.seats:
        if at.card.key == key:
            continue
        had, has = feed(before, at.connector.id).width, feed(after, at.connector.id).width
        if had is not None and has is not None and has < had:
            said.append(f"{at.card.key} falls from x{had} to x{has}")
    return "; ".join(said)
