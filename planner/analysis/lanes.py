"""Link width and speed of every card and drive once shared lanes are split among what is plugged in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from planner.analysis.lane_modes import Feed, Setting, Wiring, alone_width, feed, feeds, settle, tables_for, wire
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
RATE_SOURCE = "PCI Express base specification: rate after line coding"


def lanes(rig: Rig) -> Lanes | None:
    """None without a board. Without a CPU the condition-free groups hold and `unknown` says so."""
    if rig.board is None:
        return None
    wiring, seating = wire(rig.board, rig.cpu), seat_all(rig)
    keys_at = seating.keys_at
    setting = settle(wiring, frozenset(keys_at), seating.cards_at)
    fed = feeds(setting)
    climbs = ways(rig.board, rig.cpu)
    linked = _links(setting, fed, seating, climbs)
    bridging = bridge_cards(rig.bridges, [s.card for s in seating.seats])
    cpu_unknown = () if rig.cpu else ("processor: its lanes and PCIe generation",)
    sockets = rig.board.sockets
    return Lanes(
        links=linked.links,
        connectors=tuple(_state(setting, c, fed[c.id], keys_at) for c in rig.board.connectors),
        modes=_modes(setting),
        conflicts=_conflicts(setting, keys_at),
        pairs=pair_paths({c.key: c for c in rig.cards}, linked.links, climbs, bridging),
        dead=linked.dead,
        unplaced=tuple(sorted((*seating.unplaced, *linked.unserved), key=key_order)),
        narrowed_by=_narrowed_by(setting, fed, keys_at, linked.links),
        cpu_lanes_used=_cpu_lanes_used(wiring, fed, keys_at),
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


def _links(setting: Setting, fed: Mapping[str, Feed], seating: Seating, climbs: Mapping[str, Way]) -> _Linked:
    links: list[Link] = []
    dead, unserved, unknown = [], [], []
    behind = _behind(fed, seating, climbs)
    for at in seating.seats:
        has = fed[at.connector.id]
        unknown += _lacking(setting.wiring, at.connector, has)
        if has.width == 0:
            if at.connector.id not in setting.starved:
                dead.append(at.card.key)
            continue
        if has.width is None or has.gen is None:
            continue
        width, unsure = port_width(setting.wiring.board, at, has.width)
        unknown += [unsure] if unsure else []
        if width == 0:
            unserved.append(at.card.key)
            continue
        way = climbs.get(has.root or "")
        links.append(_link(setting, at, has, width, _uplink(at, has, seating, way, behind)))
    return _Linked(tuple(links), tuple(dead), tuple(unserved), tuple(unknown))


@dataclass(frozen=True, slots=True)
class _Uplink:
    """What a card shares above its own link."""

    gb_s: float | None
    shared_with: tuple[str, ...]
    cpu: str | None
    """The CPU it ends at."""
    steps: tuple[Step, ...]


def _behind(fed: Mapping[str, Feed], seating: Seating, climbs: Mapping[str, Way]) -> dict[str, list[str]]:
    """Chipset or switch -> keys of cards and drives whose traffic passes it."""
    behind: dict[str, list[str]] = {}
    places = [(at.card.key, at.connector.id) for at in seating.seats]
    for key, name in [*places, *((drive.key, connector.id) for drive, connector in seating.drives)]:
        way = climbs.get(fed[name].root or "")
        for passed in way.roots if way else ():
            behind.setdefault(passed, []).append(key)
    return behind


def _uplink(at: Seat, has: Feed, seating: Seating, way: Way | None, behind: Mapping[str, list[str]]) -> _Uplink:
    riser, cpu = at.card.riser, way.cpu if way else None
    board_gb_s = way.gb_s if way else None
    if is_switch(riser) and riser is not None:
        own = pcie_gb_s(min(has.gen or 1, riser.gen), has.width or 1)
        if board_gb_s is None or own <= board_gb_s:
            others = (s.card.key for s in seating.seats if s.connector.id == at.connector.id)
            step = Step(f"Uplink of {riser.title}, one way", own, "GB/s", f"{at.connector.id}, x{has.width}")
            return _Uplink(own, tuple(key for key in others if key != at.card.key), cpu, (step,))
    if way is None or board_gb_s is None or way.narrowest is None:
        return _Uplink(None, (), cpu, ())
    sharing = tuple(key for key in behind[way.narrowest] if key != at.card.key)
    step = Step(f"Uplink of {way.narrowest}, one way", board_gb_s, "GB/s", "shared by all behind it")
    return _Uplink(board_gb_s, sharing, cpu, (step,))


def _lacking(wiring: Wiring, connector: Connector, fed: Feed) -> list[str]:
    name = f"{'slot ' if connector.kind == 'slot' else ''}{connector.id}"
    if connector.id in wiring.undecided:
        if wiring.cpu is None:
            return [f"processor: lanes of {name} depend on it"]
        which = f"{wiring.cpu.pcie_lanes} lanes" if wiring.cpu.family else "unknown family"
        return [f"lanes of {name} with a processor of {which}"]
    lacking = {"lanes": fed.width is None, "generation": fed.gen is None, "feed": fed.root not in wiring.root_kinds}
    return [f"{what} of {name}" for what, missing in lacking.items() if missing]


def _link(setting: Setting, at: Seat, fed: Feed, port: int, uplink: _Uplink) -> Link:
    card, wiring = at.card, setting.wiring
    width, gen = min(port, card.chip.pcie_lanes), min(fed.gen or 1, card.chip.pcie_gen)
    gen = min(gen, card.riser.gen) if card.riser else gen
    alone = alone_width(setting, at.connector.id) or fed.width or width
    switch = is_switch(card.riser)
    gb_s = pcie_gb_s(gen, width)
    return Link(
        gpu=card.key,
        slot=at.connector.id,
        width=width,
        gen=gen,
        root=f"switch at {at.connector.id}" if switch else fed.root or UNKNOWN,
        root_kind="switch" if switch else wiring.root_kinds.get(fed.root or "", UNKNOWN),
        gb_s=gb_s,
        slot_width=alone,
        card_width=card.chip.pcie_lanes,
        slot_gen=fed.board_gen or gen,
        card_gen=card.chip.pcie_gen,
        limited_by=_limited_by(setting, at, fed, port, alone),
        uplink_gb_s=uplink.gb_s,
        uplink_shared_with=uplink.shared_with,
        numa_node=uplink.cpu if wiring.board.sockets > 1 else None,
        riser=card.riser.title if card.riser else None,
        steps=(*_link_steps(at, fed, port, (width, gen)), *uplink.steps),
    )


def _link_steps(at: Seat, fed: Feed, port: int, got: tuple[int, int]) -> tuple[Step, ...]:
    width, gen = got
    lane_gb_s = GB_S_PER_LANE[gen]
    rate = f"{width} lanes × {lane_gb_s:g} GB/s"
    return (
        Step("Lanes", width, "", _how_wide(at, fed, port)),
        Step("PCIe generation", gen, "", _how_fast(at, fed)),
        Step(f"PCIe {gen}.0, {width} lanes, one way", lane_gb_s * width, "GB/s", rate, RATE_SOURCE),
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


def _limited_by(setting: Setting, at: Seat, fed: Feed, port: int, alone: int) -> tuple[str, ...]:
    """In words, what keeps a link below the card's own width and generation."""
    said = []
    if port < at.card.chip.pcie_lanes:
        said.append(_narrow_because(setting, at, fed, port, alone))
    riser = at.card.riser
    gen = min(fed.gen or 1, riser.gen) if riser else fed.gen or 1
    if gen < at.card.chip.pcie_gen:
        if riser and riser.gen < (fed.gen or 1):
            said.append(f"{riser.title} is rated for PCIe {gen}.0")
        elif fed.gen != fed.board_gen:
            said.append(f"the processor has PCIe {gen}.0")
        else:
            said.append(f"{at.connector.id} is PCIe {gen}.0")
    return tuple(said)


def _narrow_because(setting: Setting, at: Seat, fed: Feed, port: int, alone: int) -> str:
    name, width = at.connector.id, fed.width or 0
    if at.card.riser and port < width:
        return f"{at.card.riser.title} carries x{port}"
    if width < alone:
        return f"{name} shares its lanes: x{width} of x{alone}"
    if setting.wiring.slot_lanes(fed.root) == width:
        return f"the processor has {width} lanes for slots"
    return f"{name} has x{width}"


def _state(setting: Setting, connector: Connector, fed: Feed, keys_at: Mapping[str, tuple[str, ...]]) -> ConnectorState:
    name = connector.id
    members = (m for table in tables_for(setting.wiring, name, setting.on_alternate) for m in table.names)
    return ConnectorState(
        connector=name,
        kind=connector.kind,
        row=connector.row,
        width=fed.width,
        gen=fed.gen,
        root=fed.root,
        root_kind=setting.wiring.root_kinds.get(fed.root or ""),
        occupied_by=keys_at[name][0] if name in keys_at else None,
        shares_with=tuple(dict.fromkeys(m for m in members if m != name)),
        note=_note(setting, connector, fed, keys_at),
    )


def _note(setting: Setting, connector: Connector, fed: Feed, keys_at: Mapping[str, tuple[str, ...]]) -> str:
    name, second = connector.id, connector.alternate
    if name in setting.wiring.undecided:
        return "depends on the processor"
    if fed.width == 0:
        return _dead_because(setting, name, keys_at)
    if second is None:
        return connector.note
    if name in setting.on_alternate:
        return f"fed by {second.root}; the BIOS can feed it from {connector.root} instead"
    return f"the BIOS can feed it from {second.root} instead, x{second.lanes} PCIe {second.gen}.0"


def _dead_because(setting: Setting, name: str, keys_at: Mapping[str, tuple[str, ...]]) -> str:
    if name in setting.wiring.dead or not alone_width(setting, name):
        return "no lanes with this processor" if setting.wiring.cpu else "no lanes"
    tables = tables_for(setting.wiring, name, setting.on_alternate)
    takers = sorted({m for table in tables for m in table.members & set(keys_at)} - {name})
    return f"lanes are taken by {', '.join(takers)}"


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
    setting: Setting, fed: Mapping[str, Feed], keys_at: Mapping[str, tuple[str, ...]], links: tuple[Link, ...]
) -> tuple[tuple[str, str], ...]:
    found = []
    for link in links:
        here = fed[link.slot].width or 0
        if here >= link.slot_width:
            continue
        tables = tables_for(setting.wiring, link.slot, setting.on_alternate)
        rivals = sorted({n for t in tables for n in t.members & set(keys_at)} - {link.slot})
        without = {n: settle(setting.wiring, setting.occupied - {n}, setting.cards - {n}) for n in rivals}
        guilty = [n for n in rivals if (feed(without[n], link.slot).width or 0) > here]
        found += [(link.gpu, key) for n in guilty or rivals for key in keys_at[n]]
    return tuple(found)


def _cpu_lanes_used(wiring: Wiring, fed: Mapping[str, Feed], keys_at: Mapping[str, tuple[str, ...]]) -> int:
    """Lanes of what is plugged in straight at a CPU, uplinks of switches in use, and lanes spoken for on the board."""
    used = [fed[name] for name in keys_at]
    direct = sum(has.width or 0 for has in used if wiring.root_kinds.get(has.root or "") == "cpu")
    roots = {has.root for has in used}
    uplinks = sum(r.uplink.lanes for r in wiring.board.roots if r.kind == "switch" and r.uplink and r.id in roots)
    return direct + uplinks + sum(wiring.board.reservations.values())


def preview(rig: Rig, key: str) -> tuple[ConnectorState, ...]:
    """What each slot of the board would give the card `key` if it were moved there, everything else staying.

    A slot somebody sits in shows what the card would get in its stead; `note` says whose lanes it would take.
    """
    card = rig.card(key)
    if rig.board is None or card is None:
        return ()
    wiring = wire(rig.board, rig.cpu)
    others = sorted((c for c in rig.cards if c.key != key), key=lambda c: key_order(c.key))
    now = seat(others, rig.drives)
    before = settle(wiring, frozenset(now.keys_at), now.cards_at)
    return tuple(_previewed(rig, before, now, card, place) for place in rig.board.connectors if fits(place, card.riser))


def _previewed(rig: Rig, before: Setting, now: Seating, card: RigCard, place: Connector) -> ConnectorState:
    staying = [at.card for at in now.seats if at.connector.id != place.id]
    drives = [drive for drive, connector in now.drives if connector.id != place.id]
    moved = seat([*staying, replace(card, slot=place, slot_name=place.id)], drives)
    setting = settle(before.wiring, frozenset(moved.keys_at), moved.cards_at)
    state = _state(setting, place, feed(setting, place.id), moved.keys_at)
    width, gen, riser = state.width, state.gen, card.riser
    return replace(
        state,
        width=width and min(width, card.chip.pcie_lanes, riser.lanes if riser else width),
        gen=gen and min(gen, card.chip.pcie_gen, riser.gen if riser else gen),
        occupied_by=now.keys_at.get(place.id, (None,))[0],
        note=_taken_from(before, setting, moved, card.key) or state.note,
    )


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
