"""Ways out that can be pressed: parts picked from the shelf, limits, places, changes of the workload.

A fix is offered only when it cures what it stands beside. Each function returns the fixes it found, which may be none.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from planner.analysis.lanes import ConnectorState, lanes, preview
from planner.analysis.power import Power, Wall, card_limit_for_share, power
from planner.analysis.space import space
from planner.analysis.wall import rated_w
from planner.domain import edits
from planner.domain.findings import Fix
from planner.domain.parts import OPEN_AIR, Board, Card, Case, MemoryKit, Part, Psu
from planner.domain.rig import Rig
from planner.domain.units import pcie_gb_s, show_link
from planner.rules.words import cards_listed

Fixes = tuple[Fix, ...]
TakesCase = Callable[[Case], bool]


def by_price(part: Part) -> tuple[bool, int]:
    """Sort key: known prices first, cheapest first."""
    return part.price is None, part.price.cents if part.price else 0


# Supplies


def larger_supply(rig: Rig, draw: Power, key: str, share: float, one_cable_per_plug: bool = False) -> Fixes:
    """The smallest supply that runs at `share` of its rating at most, has every plug this one should have, and, where
    there is one, rides out the peaks."""
    load = next((supply for supply in draw.supplies if supply.psu == key), None)
    if load is None:
        return ()
    wanted = {plug.kind: plug.needed for plug in draw.plugs if plug.psu == key}
    fitting = [
        psu
        for psu in rig.shelf.psus
        if psu_goes_in(rig, key, psu)
        and _has_plugs(psu, wanted)
        and load.sustained_w <= share * rated_w(psu, rig.circuit)
        if not one_cable_per_plug or (psu.pcie_8pin_cables or 0) >= wanted.get("8-pin", 0)
    ]
    fitting.sort(key=lambda psu: (psu.watts, not psu.atx3, by_price(psu)))
    best = next((psu for psu in fitting if _rides_peaks(rig, key, psu)), fitting[0] if fitting else None)
    if best is None:
        return ()
    return (Fix(f"Use {best.title} ({best.watts} W)", partial(edits.swap, field="psus", key=key, part=best.id)),)


def _rides_peaks(rig: Rig, key: str, psu: Psu) -> bool:
    after = power(replace(rig, psus=tuple(replace(p, psu=psu) if p.key == key else p for p in rig.psus)))
    load = next((s for s in after.supplies if s.psu == key), None) if after else None
    return load is not None and load.peak_w <= load.allowed_peak_w


def psu_goes_in(rig: Rig, key: str, psu: Psu) -> bool:
    """Same form factor as the one it replaces, short enough for the case, made for these mains."""
    now = rig.part(key)
    if psu.oem or (isinstance(now, Psu) and (psu.id == now.id or psu.form_factor != now.form_factor)):
        return False
    if rig.circuit and psu.mains_v and not psu.mains_v[0] <= rig.circuit.volts <= psu.mains_v[1]:
        return False
    room = rig.case.max_psu_length_mm if rig.case else None
    return room is None or psu.length_mm is None or psu.length_mm <= room


def _has_plugs(psu: Psu, wanted: dict[str, int]) -> bool:
    """Known to have them: a supply whose plugs nobody counted is not offered."""
    has = {"16-pin": psu.sixteen_pin, "8-pin": psu.pcie_8pin, "6-pin": psu.pcie_8pin, "eps": psu.eps_8pin}
    return all((has.get(kind) or 0) >= number for kind, number in wanted.items() if number)


# Cards


def other_cooler(rig: Rig, key: str, min_gap_mm: float) -> Fixes:
    """The cheapest card with the same chip that leaves air below itself: a thinner one, or a blower."""
    now = rig.card(key)
    if now is None:
        return ()
    for card in sorted(rig.shelf.cards, key=by_price):
        same = card.chip == now.card.chip and card.id != now.card.id and card.vram_gib == now.card.vram_gib
        if same and card.cooler in ("blower", *OPEN_AIR) and _breathes(rig, key, card, min_gap_mm):
            label = f"Use {card.title} as {cards_listed((key,))}"
            return (Fix(label, partial(edits.swap, field="gpus", key=key, part=card.id)),)
    return ()


def _breathes(rig: Rig, key: str, card: Card, min_gap_mm: float) -> bool:
    room = space(replace(rig, cards=tuple(replace(c, card=card) if c.key == key else c for c in rig.cards)))
    gap = room.gap_below(key) if room else None
    if room is None or gap is None or any(fit.spare_mm < 0 for fit in room.fits if fit.key == key):
        return False
    return gap.gap_mm >= min(gap.wants_mm, min_gap_mm) and key not in dict(room.occupied_under_card).values()


# Power limits


def lower_limits(rig: Rig, draw: Power, key: str, share: float) -> Fixes:
    """Cap the cards on one supply so that it runs at `share` of its rating."""
    watts = card_limit_for_share(draw, key, share)
    cards = tuple(card.key for card in rig.cards if card.psu == key)
    return cap_cards(rig, cards, watts - watts % 5) if watts is not None else ()


def cap_cards(rig: Rig, keys: tuple[str, ...], watts: int) -> Fixes:
    """Limit cards to `watts`, unless a card does not go that low or nothing would change."""
    cards = [card for card in rig.cards if card.key in keys]
    too_low = any(card.chip.min_limit_w is not None and watts < card.chip.min_limit_w for card in cards)
    if not cards or too_low or all(card.power_w <= watts for card in cards):
        return ()
    several = "each" if len(cards) > 1 else ""
    label = f"Limit {cards_listed(card.key for card in cards)} to {watts} W {several}".rstrip()
    return (Fix(label, partial(edits.limit_power, keys=tuple(card.key for card in cards), watts=watts)),)


def limit_to(label: str, keys: tuple[str, ...], watts: int) -> Fix:
    return Fix(label, partial(edits.limit_power, keys=keys, watts=watts))


# Wall circuits


def larger_circuit(rig: Rig, wall: Wall) -> Fixes:
    """The smallest circuit of the same country that bears the sustained draw for hours."""
    now = rig.circuit
    fitting = [
        circuit
        for circuit in rig.shelf.circuits
        if now and circuit.country == now.country and circuit.continuous_w >= wall.sustained_w and circuit.id != now.id
    ]
    best = min(fitting, key=lambda circuit: circuit.continuous_w, default=None)
    if best is None:
        return ()
    return (Fix(f"Use a circuit of {best.amps:g} A at {best.volts} V", partial(edits.set_site, circuit=best.id)),)


# Parts of which a build has one


def cheapest(parts: Iterable[Part], kind: str, cures: Callable[[Any], bool]) -> Fixes:
    """The cheapest part of the shelf that cures, as a board, a case or a processor."""
    best = next((part for part in sorted(parts, key=by_price) if cures(part)), None)
    if best is None:
        return ()
    return (Fix(f"Use {best.title}", partial(edits.choose, kind=kind, part=best.id)),)


def larger_case(rig: Rig, cures: TakesCase) -> Fixes:
    """The cheapest case that cures and takes the board and all that stands in it."""
    return cheapest(rig.shelf.cases, "case", lambda case: takes_all(rig, case, cures))


def takes_all(rig: Rig, case: Case, cures: TakesCase) -> bool:
    if rig.case is None or case.id == rig.case.id or case.kind == "rack" or not cures(case):
        return False
    after = space(replace(rig, case=case))
    if after is None or after.board_fits_case is not True or any(fit.spare_mm < 0 for fit in after.fits):
        return False
    rows = after.last_row_used is None or after.case_rows is None or after.last_row_used <= after.case_rows
    return rows and (case.open or case.psu_count >= len(rig.psus))


# Places


def moved(rig: Rig, key: str, slot: str) -> Rig:
    """The rig as it stands once a card was put in a free slot."""
    connector = rig.board.connector(slot) if rig.board else None
    cards = tuple(replace(c, slot=connector, slot_name=slot) if c.key == key else c for c in rig.cards)
    return replace(rig, build=edits.move_to_slot(rig.build, key, slot), cards=cards)


def free_slots(rig: Rig, key: str) -> list[ConnectorState]:
    """Slots a card fits into and nothing sits in or over, the fastest first, as they would run with it."""
    now = space(rig)
    covered = {slot for slot, by in now.covered if by != key} if now else set()
    long_enough = {slot.id for slot in rig.board.slots if slot.takes_a_card} if rig.board else set()
    free = [s for s in preview(rig, key) if s.connector in long_enough - covered and not s.occupied_by and s.width]
    return sorted(free, key=lambda s: -(pcie_gb_s(s.gen, s.width) if s.gen and s.width else 0))


def move_card(rig: Rig, key: str, cures: Callable[[Rig], bool]) -> Fixes:
    """The fastest free slot that cures, where there is one."""
    for slot in free_slots(rig, key):
        if cures(moved(rig, key, slot.connector)):
            link = f" ({show_link(slot.gen, slot.width)})" if slot.gen and slot.width else ""
            label = f"Move {cards_listed((key,))} to {slot.connector}{link}"
            return (Fix(label, partial(edits.move_to_slot, key=key, slot=slot.connector)),)
    return ()


def sits_well(rig: Rig, min_gap_mm: float) -> bool:
    """Whether all cards have their room, their air and live links. The room first: it is quicker to work out."""
    room = space(rig)
    if room is None or room.collisions or room.occupied_under_card or room.board_fits_case is False:
        return False
    if room.case_rows is not None and room.last_row_used is not None and room.last_row_used > room.case_rows:
        return False
    if any(fit.spare_mm < 0 for fit in room.fits):
        return False
    if any(gap.gap_mm < min(gap.wants_mm, min_gap_mm) for gap in room.gaps if gap.neighbour):
        return False
    links = lanes(rig)
    return links is not None and not links.dead and not links.conflicts and not links.unplaced


def on_cpu_lanes(rig: Rig, key: str) -> bool:
    found = lanes(rig)
    link = found.link(key) if found else None
    return link is not None and link.root_kind == "cpu"


def has_lanes(rig: Rig, key: str, width: int) -> bool:
    found = lanes(rig)
    link = found.link(key) if found else None
    return link is not None and link.width >= width


def pairs_reach(rig: Rig, gb_s: float) -> bool:
    """Whether every pair of cards exchanges at `gb_s` or more, in practice."""
    found = lanes(rig)
    slowest = found.slowest_pair() if found else None
    return found is not None and len(found.links) == len(rig.cards) and slowest is not None and slowest.gb_s >= gb_s


# System memory


def more_memory(rig: Rig, wanted_gib: float) -> Fixes:
    """One module per channel where that reaches it, more of the kit in use before another one."""
    now, board = rig.memory, rig.board
    if now is None or board is None:
        return ()
    choices = [(kit, kits) for kit in rig.shelf.memory if (kits := _kits(kit, now.kit, board, wanted_gib))]
    channels = board.memory.channels
    best = min(
        choices,
        key=lambda c: (c[0].modules * c[1] > channels, c[0].id != now.kit.id, by_price(c[0]), c[0].modules * c[1]),
        default=None,
    )
    if best is None:
        return ()
    kit, kits = best
    total = kit.modules * kit.module_gib * kits
    times = f"{kits} × " if kits > 1 else ""
    edit = partial(edits.choose_memory, kit=kit.id, kits=kits)
    return (Fix(f"Use {times}{kit.title} ({total} GiB)", edit),)


def _kits(kit: MemoryKit, now: MemoryKit, board: Board, wanted_gib: float) -> int:
    """How many kits of the same kind of module, no slower, reach the amount; 0 where the board cannot hold them."""
    same = kit.type == now.type and kit.form == now.form and kit.ecc == now.ecc and kit.speed_mts >= now.speed_mts
    kits = math.ceil(wanted_gib / (kit.modules * kit.module_gib))
    too_much = board.memory.max_gib is not None and kits * kit.modules * kit.module_gib > board.memory.max_gib
    return kits if same and kits * kit.modules <= board.memory.slots and not too_much else 0


# Workload


def change_workload(label: str, **changes: Any) -> Fixes:
    return (Fix(label, partial(edits.set_workload, **changes)),)


def use_layer_split(rig: Rig) -> Fixes:
    """Offered only where the engine can do it."""
    if rig.engine is not None and "layer" not in rig.engine.splits:
        return ()
    return change_workload("Split by layers instead", split="layer")
