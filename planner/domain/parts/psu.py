"""Power supplies and the circuits in the wall."""

from typing import Literal

from pydantic import Field

from planner.domain.parts.part import Part

Grade = Literal["none", "white", "bronze", "silver", "gold", "platinum", "titanium"]


class Psu(Part):
    watts: int = Field(gt=0)
    low_line_watts: int | None = None
    """Rating between 100 and 127 V where it is less."""
    form_factor: str = "ATX"
    atx_version: str | None = None
    """2.x, 3.0 or 3.1; None where unknown (then no excursion is granted)."""
    grade: Grade = "none"
    length_mm: float | None = None
    pcie_8pin: int | None = None
    """6+2-pin plugs in all; None where unknown, and 0 only when truly none."""
    pcie_8pin_cables: int | None = None
    """Cables they hang on: a daisy chain has two plugs on one cable."""
    sixteen_pin: int | None = None
    """Native 12VHPWR or 12V-2x6 plugs."""
    sixteen_pin_w: int | None = None
    """What each grants: 150, 300, 450 or 600."""
    eps_8pin: int | None = None
    rails: Literal["single", "multi", "switchable", "unknown"] = "unknown"
    oem: bool = False
    mains_v: tuple[int, int] | None = None

    @property
    def atx3(self) -> bool:
        return bool(self.atx_version and self.atx_version.startswith("3"))


class Circuit(Part):
    """A wall circuit as a country wires it. Ids are like us-15a."""

    country: str
    volts: int = Field(ge=90, le=260)
    amps: float = Field(gt=0, le=64)
    continuous_share: float = Field(gt=0, le=1)
    """Share of the breaker that may be drawn for hours (0.8 in the US, Canada and Japan)."""

    @property
    def limit_w(self) -> float:
        return self.volts * self.amps

    @property
    def continuous_w(self) -> float:
        return self.volts * self.amps * self.continuous_share
