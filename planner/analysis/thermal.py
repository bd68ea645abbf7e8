"""Heat per card and in the case, and intakes blocked by neighbours. An estimate, and said to be one."""

from collections.abc import Mapping
from dataclasses import dataclass

from planner.analysis.lane_seats import key_order
from planner.analysis.power import Power
from planner.analysis.space import Gap, Space
from planner.analysis.wall import GUESSED_EFFICIENCY
from planner.domain.parts import OPEN_AIR, Case
from planner.domain.rig import Rig, RigCard
from planner.domain.steps import Step
from planner.domain.units import BTU_PER_HOUR_PER_W

TOUCHING_C = 13.0
"""Rise of an open-air card whose fans touch the next one: two RTX 3090 at 280 W each went to 88 and 91 °C."""
FREE_MM = 20.0
"""Air that makes the rise go away; between this and touching the estimate is a straight line."""
BLOCKED_MM = 10.0
TOUCHING_SOURCE = "https://github.com/noonghunna/club-3090/issues/178"
FREE_SOURCE = "https://www.zotac.com/eu/faq/sli-nvlink-spacing-recommendations"
REAR_SHARE: Mapping[str, float] = {"blower": 0.8, "liquid": 1.0, "hybrid": 0.7}
"""Share of a card's heat that leaves the case at once: through the bracket, or through a radiator in its wall."""
CASE_W: Mapping[str, float] = {"small": 250, "mid tower": 400, "full tower": 500, "super tower": 600}
"""Heat of cards that a case of the class carries off with an open front."""
STRONG_CASE_W: Mapping[str, float] = {"mid tower": 650, "full tower": 650, "super tower": 700}
"""The same with three 140 mm fans or more drawing in at the front."""
CLOSED_SHARE = 0.75
OURS = "our default"


@dataclass(frozen=True, slots=True)
class CardHeat:
    gpu: str
    heat_w: float
    cooler: str
    intake_gap_mm: float | None
    """None where it is not known, and where the fans look into the open."""
    blocked: bool | None
    """True below 10 mm for an open-air cooler; None where the gap is not known."""
    hotter_c: float | None
    """Estimated rise over the same card alone."""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Thermal:
    cards: tuple[CardHeat, ...]
    case_heat_w: float
    """Sustained heat of the cards that stays in the case: blowers put most of theirs outside."""
    case_limit_w: float | None
    """What the case's airflow class carries off; None for an open frame or an unknown case."""
    case_limit_from: str
    room_heat_w: float
    """Typical draw at the wall: all of it ends in the room."""
    room_btu_h: float
    steps: tuple[Step, ...]
    unknown: tuple[str, ...] = ()

    def card(self, gpu: str) -> CardHeat | None:
        return next((c for c in self.cards if c.gpu == gpu), None)


def thermal(rig: Rig, space: Space | None, power: Power | None) -> Thermal | None:
    """None without cards or power."""
    if not rig.cards or power is None:
        return None
    cards = sorted(rig.cards, key=lambda c: key_order(c.key))
    heats = tuple(_card_heat(card, space) for card in cards)
    inside = sum(card.power_w * (1 - REAR_SHARE.get(card.card.cooler, 0.0)) for card in cards)
    limit, limit_from = _case_limit(rig.case)
    room, room_step = _room_heat(rig, power)
    stays = " + ".join(_stays(card) for card in cards)
    steps = [Step("Heat of the cards that stays in the case", inside, "W", stays, OURS, _any_rear(cards)), room_step]
    if limit is not None:
        steps.insert(1, Step("Heat the case carries off", limit, "W", limit_from, OURS, True))
    btu = room * BTU_PER_HOUR_PER_W
    steps.append(Step("Heat in the room", btu, "BTU/h", f"{room:.0f} W × {BTU_PER_HOUR_PER_W}"))
    return Thermal(
        cards=heats,
        case_heat_w=inside,
        case_limit_w=limit,
        case_limit_from=limit_from,
        room_heat_w=room,
        room_btu_h=btu,
        steps=tuple(steps),
        unknown=_unknown(rig.case, cards, heats),
    )


def _any_rear(cards: list[RigCard]) -> bool:
    return any(card.card.cooler in REAR_SHARE for card in cards)


def _stays(card: RigCard) -> str:
    rear = REAR_SHARE.get(card.card.cooler)
    return f"{card.power_w} W" if rear is None else f"{card.power_w} W × {1 - rear:.1g} ({card.card.cooler})"


def _card_heat(card: RigCard, space: Space | None) -> CardHeat:
    gap = space.gap_below(card.key) if space else None
    gap_mm = gap.gap_mm if gap else None
    if space is not None and card.key in space.free_ends:
        step = Step("Hotter than alone", 0.0, "°C", "its fans look into the open", FREE_SOURCE, True)
        return CardHeat(card.key, card.power_w, card.card.cooler, None, False, 0.0, (step,))
    hotter, steps = _hotter(card, gap)
    return CardHeat(
        gpu=card.key,
        heat_w=card.power_w,
        cooler=card.card.cooler,
        intake_gap_mm=gap_mm,
        blocked=None if gap_mm is None else card.card.cooler in OPEN_AIR and gap_mm < BLOCKED_MM,
        hotter_c=hotter,
        steps=steps,
    )


def _hotter(card: RigCard, gap: Gap | None) -> tuple[float | None, tuple[Step, ...]]:
    """An estimate from one measured pair; nothing is known of blowers and passive cards closer than that."""
    if gap is None:
        return None, ()
    if gap.gap_mm >= FREE_MM:
        return 0.0, (Step("Hotter than alone", 0.0, "°C", f"{FREE_MM:g} mm of air or more", FREE_SOURCE, True),)
    if card.card.cooler not in OPEN_AIR:
        return None, ()
    share = 1 - max(0.0, gap.gap_mm) / FREE_MM
    hotter = TOUCHING_C * share
    how = f"estimate: {TOUCHING_C:g} °C touching, none from {FREE_MM:g} mm; {gap.gap_mm:g} mm of air → × {share:.2f}"
    return hotter, (*gap.steps, Step("Hotter than alone", hotter, "°C", how, TOUCHING_SOURCE, True))


def _case_limit(case: Case | None) -> tuple[float | None, str]:
    if case is None:
        return None, "no case chosen"
    if case.open:
        return None, "open frame: the room's air reaches every card"
    if case.kind == "rack":
        return None, "rack case: depends on its fans"
    if case.intake == "unknown":
        return None, "intake of the case not known"
    strong = STRONG_CASE_W.get(case.kind) if case.intake != "closed" and _strong_front(case) else None
    if strong is not None:
        return strong, f"{case.kind}, {case.intake} front with three 140 mm fans"
    share = CLOSED_SHARE if case.intake == "closed" else 1.0
    return CASE_W[case.kind] * share, f"{case.kind}, {case.intake} front"


def _strong_front(case: Case) -> bool:
    """Mounts as the maker lists them, such as front 3x140 or 3x140 mm front."""
    large = ("3x140", "3 x 140", "3x 140", "2x180", "2 x 180", "3x180", "2x200", "2 x 200", "3x200")
    return any("front" in mount.lower() and any(text in mount.lower() for text in large) for mount in case.fans)


def _room_heat(rig: Rig, power: Power) -> tuple[float, Step]:
    if power.wall is None:
        room = power.typical_w / GUESSED_EFFICIENCY
        how = f"{power.typical_w:.0f} W ÷ {GUESSED_EFFICIENCY} efficiency"
        return room, Step("Heat in the room", room, "W", how, OURS, True)
    room = power.wall.typical_w - rig.build.site.other_load_w
    return room, Step("Heat in the room", room, "W", "typical draw of the machine at the wall", assumed=True)


def _unknown(case: Case | None, cards: list[RigCard], heats: tuple[CardHeat, ...]) -> tuple[str, ...]:
    said = [f"cooler of {card.key}" for card in cards if card.card.cooler == "unknown"]
    said += [f"air in front of {heat.gpu}" for heat in heats if heat.blocked is None]
    if case is None:
        said.append("case")
    elif case.kind == "rack":
        said.append("fans of the rack case")
    elif not case.open and case.intake == "unknown":
        said.append("intake of the case")
    return tuple(said)
