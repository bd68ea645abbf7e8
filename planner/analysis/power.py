"""Sustained draw and peaks, per supply, per plug and at the wall. Watts."""

from collections.abc import Sequence

from planner.analysis.lane_seats import key_order
from planner.analysis.plugs import CablePlan, plan
from planner.analysis.power_loads import card_loads, cpu_load, peak_w, ratio_step, rest_load
from planner.analysis.power_results import Lead, Load, PlugNeed, Power, SupplyLoad, Wall
from planner.analysis.wall import at_the_wall, low_line, rated_w, spread, without_supply
from planner.domain.parts import Psu
from planner.domain.rig import Rig, RigCard, RigPsu
from planner.domain.steps import Step

__all__ = ["Lead", "Load", "PlugNeed", "Power", "SupplyLoad", "Wall", "card_limit_for_share", "power"]

EXCURSION_ATX3, EXCURSION_ATX3_PLAIN, EXCURSION_OLD = 1.8, 1.45, 1.2
"""What a supply grants over 1 ms: ATX 3 with a 16-pin plug and above 450 W, ATX 3 otherwise, and older or unknown."""
ATX3_FULL_ABOVE_W = 450
ATX3_SOURCE = "Intel, ATX Version 3.0 Multi Rail Desktop Platform Power Supply Design Guide: excursion table"


def power(rig: Rig) -> Power | None:
    """None when neither a card nor a CPU is chosen. Without a supply there are loads and no supplies."""
    if not rig.cards and rig.cpu is None:
        return None
    cards = sorted(rig.cards, key=lambda c: key_order(c.key))
    chosen = sorted(rig.psus, key=lambda p: key_order(p.key))
    first = chosen[0].key if chosen else None
    loads, steps = _loads(rig, cards, first)
    coincide = len(cards) > 1 and rig.workload is not None and rig.workload.split == "tensor"
    plans = {
        p.key: plan(p, [c for c in cards if c.psu == p.key], rig.board if p.key == first else None) for p in chosen
    }
    supplies = tuple(_supply(rig, p, loads, coincide=coincide, cables=plans[p.key]) for p in chosen)
    wall = _wall(rig, chosen, supplies, loads)
    sustained = sum(load.sustained_w for load in loads)
    peak = peak_w(loads, coincide)
    together = "peaks coincide: tensor parallel" if coincide else "peaks add as squares"
    steps += [Step("Sustained", sustained, "W", "sum of the lines above"), Step("Peak over 1 ms", peak, "W", together)]
    return Power(
        loads=tuple(loads),
        sustained_w=sustained,
        typical_w=sum(load.typical_w for load in loads),
        peak_w=peak,
        supply_w=sum(supply.rated_w for supply in supplies),
        supplies=supplies,
        plugs=tuple(need for p in plans.values() for need in p.plugs),
        leads=tuple(lead for p in plans.values() for lead in p.leads),
        wall=wall,
        peaks_coincide=coincide,
        steps=tuple(steps),
        unknown=_unknown(rig, cards, plans),
    )


def _loads(rig: Rig, cards: list[RigCard], first: str | None) -> tuple[list[Load], list[Step]]:
    gpus, gpu_steps = card_loads(cards)
    cpus, cpu_steps = cpu_load(rig, first)
    rest, rest_steps = rest_load(rig, first)
    return [*gpus, *cpus, rest], [*gpu_steps, *cpu_steps, *rest_steps]


def _supply(rig: Rig, supply: RigPsu, loads: list[Load], *, coincide: bool, cables: CablePlan) -> SupplyLoad:
    mine = [load for load in loads if load.psu == supply.key]
    rated, (excursion, why) = rated_w(supply.psu, rig.circuit), _excursion(supply.psu)
    sustained, peak = sum(load.sustained_w for load in mine), peak_w(mine, coincide)
    lines = " + ".join(f"{load.sustained_w:g}" for load in mine) or "nothing"
    rating = f"at {rig.circuit.volts} V" if rig.circuit and low_line(rig.circuit) else "as printed on it"
    return SupplyLoad(
        psu=supply.key,
        label=supply.psu.title,
        rated_w=rated,
        sustained_w=sustained,
        peak_w=peak,
        allowed_peak_w=rated * excursion,
        excursion=excursion,
        excursion_from=why,
        sixteen_pin_short=cables.sixteen_pin_short,
        least_w=sum(load.certain_w for load in mine),
        steps=(
            Step("Sustained", sustained, "W", lines),
            Step("Rating", rated, "W", rating, supply.psu.title),
            *(ratio_step(card) for load in mine if (card := rig.card(load.key))),
            Step("Peak over 1 ms", peak, "W", "peaks added" if coincide else "excess over sustained added as squares"),
            Step("Granted over 1 ms", rated * excursion, "W", f"{rated} W × {excursion} ({why})", ATX3_SOURCE),
        ),
    )


def _excursion(psu: Psu) -> tuple[float, str]:
    if not psu.atx3:
        return EXCURSION_OLD, "older than ATX 3.0" if psu.atx_version else "ATX version not known"
    if psu.sixteen_pin and psu.watts > ATX3_FULL_ABOVE_W:
        return EXCURSION_ATX3, f"ATX {psu.atx_version} with a 16-pin plug"
    if psu.watts <= ATX3_FULL_ABOVE_W:
        return EXCURSION_ATX3_PLAIN, f"ATX {psu.atx_version}, {ATX3_FULL_ABOVE_W} W or less"
    return EXCURSION_ATX3_PLAIN, f"ATX {psu.atx_version} without a 16-pin plug"


def _wall(rig: Rig, chosen: Sequence[RigPsu], supplies: Sequence[SupplyLoad], loads: list[Load]) -> Wall | None:
    if rig.circuit is None:
        return None
    if not supplies:
        return without_supply(rig.circuit, loads, rig.build.site.other_load_w)
    typical = [sum(load.typical_w for load in loads if load.psu == p.key) for p in chosen]
    each = [(p.psu, load, output) for p, load, output in zip(chosen, supplies, typical, strict=True)]
    least_w = sum(load.certain_w for load in loads)
    whole = at_the_wall(rig.circuit, each, rig.build.site.other_load_w, least_w)
    groups = [each[start :: rig.build.site.circuits] for start in range(min(rig.build.site.circuits, len(each)))]
    walls = [at_the_wall(rig.circuit, group, rig.build.site.other_load_w) for group in groups]
    return spread(whole, walls)


def _unknown(rig: Rig, cards: list[RigCard], plans: dict[str, CablePlan]) -> tuple[str, ...]:
    said = [text for p in plans.values() for text in p.unknown]
    if not rig.psus:
        said.append("power supply")
        said += [f"power plugs of {card.key}" for card in cards if not card.card.plugs_known]
    if rig.circuit is None:
        said.append("wall circuit")
    if rig.cpu is None:
        said.append("processor")
    return tuple(said)


def card_limit_for_share(power: Power, psu: str, share: float) -> int | None:
    """Watts each card on this supply may draw for it to run at `share` of its rating; None when no limit can do it.

    One cap for all: cards that draw less than it anyway leave their part to the others.
    """
    supply = next((s for s in power.supplies if s.psu == psu), None)
    cards = sorted(
        (load for load in power.loads if load.psu == psu and load.key.startswith("gpu-")), key=lambda c: c.sustained_w
    )
    if supply is None or not cards:
        return None
    left = supply.rated_w * share - sum(load.sustained_w for load in power.loads if load.psu == psu)
    left += sum(card.sustained_w for card in cards)
    cap = cards[-1].sustained_w
    for nth, card in enumerate(cards):
        even = left / (len(cards) - nth)
        if card.sustained_w > even:
            cap = even
            break
        left -= card.sustained_w
    limit = int(cap + 1e-9)
    lowest = max((card.min_limit_w or 0 for card in cards if card.sustained_w > limit), default=0)
    return limit if limit > 0 and limit >= lowest else None
