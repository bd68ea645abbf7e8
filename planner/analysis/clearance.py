"""Lengths and heights against what the case takes."""

from collections.abc import Iterable, Iterator

from planner.analysis.space_results import Fit
from planner.domain.parts import SIXTEEN_PIN, Card, Case
from planner.domain.rig import Rig, RigCard
from planner.domain.steps import Step

PLUG_MM = 35
"""A power plug on the card's top edge and the first straight piece of its cable."""
RADIATOR_MM = 27
"""The thinnest that are sold, between the front fans and the cards."""
PLUG_SOURCE = "cable makers ask for 35 mm before the first bend"


def has_sixteen_pin(card: Card) -> bool:
    return any(card.plugs.get(kind) for kind in SIXTEEN_PIN)


def fits_in_case(rig: Rig, cards: Iterable[RigCard]) -> tuple[tuple[Fit, ...], tuple[str, ...]]:
    """Every clearance that can be worked out, and what the others lack."""
    if rig.case is None:
        return (), ("case",)
    said = list(_all(rig, rig.case, cards))
    return tuple(s for s in said if isinstance(s, Fit)), tuple(s for s in said if isinstance(s, str))


def _all(rig: Rig, case: Case, cards: Iterable[RigCard]) -> Iterator[Fit | str]:
    for card in cards:
        yield from _one(case, card.key, "length", card.card.length_mm, room_for_length(rig, case))
        if card.riser is None and card.bay is None:
            yield from _height(case, card)
    if rig.cooler is not None and rig.cooler.kind == "air":
        yield from _one(case, "cooler", "cooler height", rig.cooler.height_mm, case.max_cooler_height_mm)
    for supply in rig.psus:
        yield from _one(case, supply.key, "supply length", supply.psu.length_mm, case.max_psu_length_mm)


def room_for_length(rig: Rig, case: Case) -> float | None:
    """What the case takes, less a radiator mounted at the front."""
    cooler = rig.cooler
    if cooler is None or cooler.kind != "liquid" or rig.build.placement("cooler").mount != "front":
        return case.max_gpu_length_mm
    if case.max_gpu_length_radiator_mm is not None:
        return case.max_gpu_length_radiator_mm
    return None if case.max_gpu_length_mm is None else case.max_gpu_length_mm - RADIATOR_MM


def _one(case: Case, key: str, what: str, needs_mm: float | None, has_mm: float | None) -> Iterator[Fit | str]:
    if has_mm is None:
        if not case.open:
            yield f"{what} the case takes"
    elif needs_mm is None:
        yield f"{what} of {key}"
    else:
        steps = (Step(f"{what} of {key}", needs_mm, "mm"), Step("Room in the case", has_mm, "mm", source=case.title))
        yield Fit(key, what, needs_mm, has_mm, steps)


def _height(case: Case, card: RigCard) -> Iterator[Fit | str]:
    """With a 16-pin plug the plug counts as part of the card; for other plugs a second line says what they need."""
    tall, room = card.card.height_mm, case.max_gpu_height_mm
    if tall is None or room is None:
        yield from _one(case, card.key, "height", tall, room)
        return
    with_plug = Step("With plug and cable", tall + PLUG_MM, "mm", f"{tall:g} + {PLUG_MM} mm", PLUG_SOURCE)
    bare = Step(f"height of {card.key}", tall, "mm")
    has = Step("Room in the case", room, "mm", source=case.title)
    if has_sixteen_pin(card.card):
        yield Fit(card.key, "height", tall + PLUG_MM, room, (bare, with_plug, has))
        return
    yield Fit(card.key, "height", tall, room, (bare, has))
    if card.card.plugs:
        yield Fit(card.key, "height with plug", tall + PLUG_MM, room, (bare, with_plug, has))
