"""Ways out that can be pressed: parts picked from the shelf, limits, places, changes of the workload.

A fix is offered only when it cures what it stands beside. Each function returns the fixes it found, which may be none.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from planner.analysis.power import Power, Wall, card_limit_for_share
from planner.domain import edits
from planner.domain.findings import Fix
from planner.domain.parts import Part, Psu
from planner.domain.rig import Rig
from planner.rules.words import cards_listed

Fixes = tuple[Fix, ...]


def by_price(part: Part) -> tuple[bool, int]:
    """Sort key: known prices first, cheapest first."""
    return part.price is None, part.price.cents if part.price else 0


# Supplies


def larger_supply(rig: Rig, power: Power, key: str, share: float, one_cable_per_plug: bool = False) -> Fixes:
    """The smallest supply that runs at `share` of its rating at most and has every plug this one should have."""
    load = next((supply for supply in power.supplies if supply.psu == key), None)
    if load is None:
        return ()
    wanted = {plug.kind: plug.needed for plug in power.plugs if plug.psu == key}
    fitting = [
        psu
        for psu in rig.shelf.psus
        if psu_goes_in(rig, key, psu) and _has_plugs(psu, wanted) and load.sustained_w <= share * rated_w(rig, psu)
        if not one_cable_per_plug or (psu.pcie_8pin_cables or 0) >= wanted.get("8-pin", 0)
    ]
    best = min(fitting, key=lambda psu: (psu.watts, not psu.atx3, by_price(psu)), default=None)
    if best is None:
        return ()
    return (Fix(f"Use {best.title} ({best.watts} W)", partial(edits.swap, field="psus", key=key, part=best.id)),)


def rated_w(rig: Rig, psu: Psu) -> int:
    """What a supply gives on this build's circuit."""
    low_line = rig.circuit is not None and rig.circuit.volts < 180
    return psu.low_line_watts if low_line and psu.low_line_watts is not None else psu.watts


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


# Power limits


def lower_limits(rig: Rig, power: Power, key: str, share: float) -> Fixes:
    """Cap the cards on one supply so that it runs at `share` of its rating."""
    watts = card_limit_for_share(power, key, share)
    cards = tuple(card.key for card in rig.cards if card.psu == key)
    return cap_cards(rig, cards, watts) if watts is not None else ()


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
        if now and circuit.country == now.country and circuit.continuous_w >= wall.sustained_w
    ]
    best = min(fitting, key=lambda circuit: circuit.continuous_w, default=None)
    if best is None:
        return ()
    return (Fix(f"Use a circuit of {best.amps:g} A at {best.volts} V", partial(edits.set_site, circuit=best.id)),)


# Parts of which a build has one


def cheapest(parts: Iterable[Part], kind: str, cures: Callable[[Any], bool]) -> Fixes:
    """The cheapest part of the shelf that cures, as a board, a case or a processor."""
    best = min((part for part in parts if cures(part)), key=by_price, default=None)
    if best is None:
        return ()
    return (Fix(f"Use {best.title}", partial(edits.choose, kind=kind, part=best.id)),)


# Workload


def change_workload(label: str, **changes: Any) -> Fixes:
    return (Fix(label, partial(edits.set_workload, **changes)),)


def use_layer_split(rig: Rig) -> Fixes:
    """Offered only where the engine can do it."""
    if rig.engine is not None and "layer" not in rig.engine.splits:
        return ()
    return change_workload("Split by layers instead", split="layer")
