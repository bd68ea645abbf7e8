"""One line of how a number was worked out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """`label` says what the figure is of, `how` the arithmetic with the numbers in it, `source` who says so."""

    label: str
    value: float | str
    unit: str = ""
    how: str = ""
    source: str = ""
    assumed: bool = False
    """True for a default of ours that no part record gave."""

    @property
    def shown(self) -> str:
        if isinstance(self.value, str):
            return self.value
        whole = abs(self.value) >= 1000 or float(self.value).is_integer()
        number = f"{self.value:,.0f}" if whole else f"{self.value:,.3g}"
        return f"{number} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Range:
    """An estimate with the band that holds 80 % of comparable measurements."""

    value: float
    low: float
    high: float

    def scaled(self, factor: float) -> "Range":
        return Range(self.value * factor, self.low * factor, self.high * factor)
