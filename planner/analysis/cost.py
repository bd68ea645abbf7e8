"""What it costs to buy and to run."""

from dataclasses import dataclass

from planner.analysis.power import Power
from planner.domain.rig import Rig
from planner.domain.steps import Step


@dataclass(frozen=True, slots=True)
class Line:
    key: str
    label: str
    cents: int | None
    """None: no price known."""
    price_note: str
    """launch or street, currency, date, source."""


@dataclass(frozen=True, slots=True)
class Cost:
    lines: tuple[Line, ...]
    total_cents: int
    currency: str
    unpriced: tuple[str, ...]
    """Labels of parts without a price in this currency: the total leaves them out."""
    energy_cents_month: float | None
    """At typical draw, the site's hours a day, 30.4 days."""
    cents_per_vram_gib: float | None
    steps: tuple[Step, ...]


def cost(rig: Rig, power: Power | None) -> Cost:
    raise NotImplementedError
