"""Heat per card and in the case, and intakes blocked by neighbours. An estimate, and said to be one."""

from dataclasses import dataclass

from planner.analysis.power import Power
from planner.analysis.space import Space
from planner.domain.rig import Rig
from planner.domain.steps import Step


@dataclass(frozen=True, slots=True)
class CardHeat:
    gpu: str
    heat_w: float
    cooler: str
    intake_gap_mm: float | None
    blocked: bool | None
    """True below 10 mm for an open-air cooler; None where the gap is not known."""
    hotter_c: float | None
    """Estimated rise over the same card alone."""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Thermal:
    cards: tuple[CardHeat, ...]
    case_heat_w: float
    """Sustained heat that stays in the case: blowers put most of theirs outside."""
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
    raise NotImplementedError
