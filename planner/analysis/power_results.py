"""What the power analysis finds out: loads, supplies, plugs, the cable plan and the wall. Watts."""

from dataclasses import dataclass

from planner.domain.steps import Step


@dataclass(frozen=True, slots=True)
class Load:
    key: str
    """gpu-1, cpu, or rest."""
    label: str
    psu: str | None
    sustained_w: float
    """At the limits."""
    typical_w: float
    """While generating tokens: what circuits, heat and cost are worked out from."""
    peak_w: float
    """Over 1 ms."""
    assumed: bool = False
    min_limit_w: int | None = None
    """The lowest limit a card takes, where known."""
    least_w: float | None = None
    """Where a default of ours is in it: what the part draws at the very least. None: sustained_w is a fact."""

    @property
    def certain_w(self) -> float:
        return self.sustained_w if self.least_w is None else self.least_w


@dataclass(frozen=True, slots=True)
class SupplyLoad:
    psu: str
    label: str
    rated_w: int
    """At this circuit's voltage."""
    sustained_w: float
    peak_w: float
    allowed_peak_w: float
    """Rating times what its ATX class grants over 1 ms."""
    excursion: float
    excursion_from: str
    sixteen_pin_short: int = 0
    """16-pin plugs wanted beyond the native leads: adapters or nothing."""
    steps: tuple[Step, ...] = ()
    least_w: float | None = None
    """Sustained draw with our defaults at their lowest: None where none of them is in it."""

    @property
    def surely_over(self) -> bool:
        """Above the rating whatever our defaults are."""
        return (self.sustained_w if self.least_w is None else self.least_w) > self.rated_w

    @property
    def share(self) -> float:
        """Sustained draw over rating."""
        return self.sustained_w / self.rated_w

    @property
    def spare_w(self) -> float:
        return self.rated_w - self.sustained_w


@dataclass(frozen=True, slots=True)
class PlugNeed:
    """One plug kind on one supply.

    For 16-pin, `needed` counts every such card and `has` the native leads; what adapters make up for stands in the
    leads. For 8-pin, `needed` includes what working adapters take up.
    """

    psu: str
    kind: str
    """16-pin, 8-pin, 6-pin, eps."""
    needed: int
    has: int | None
    """None: not known."""
    cards: tuple[str, ...]

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.has) if self.has is not None else 0


@dataclass(frozen=True, slots=True)
class Lead:
    """One line of the cable plan: from a supply to a part. An adapter is listed by the 8-pin plugs it takes."""

    psu: str
    to: str
    kind: str
    count: int
    adapter: bool
    ok: bool | None
    """False: the supply has none left; None: not known."""
    cables_short: int = 0
    """Cables an adapter lacks: that many of its plugs must share one with another."""


@dataclass(frozen=True, slots=True)
class Wall:
    circuit: str
    volts: int
    limit_w: float
    continuous_w: float
    sustained_w: float
    """At the wall with every part at its limit, other loads on the breaker included."""
    typical_w: float
    efficiency: float
    efficiency_from: str
    steps: tuple[Step, ...] = ()
    least_w: float | None = None
    """What is drawn at the very least where the efficiency is a default of ours: None where it is known."""


@dataclass(frozen=True, slots=True)
class Power:
    loads: tuple[Load, ...]
    sustained_w: float
    typical_w: float
    peak_w: float
    supply_w: int
    """All supplies together, at this voltage; 0 without one."""
    supplies: tuple[SupplyLoad, ...]
    plugs: tuple[PlugNeed, ...]
    leads: tuple[Lead, ...]
    wall: Wall | None
    peaks_coincide: bool
    """Tensor parallel keeps the cards in step, so their peaks add; otherwise they add as squares."""
    steps: tuple[Step, ...]
    unknown: tuple[str, ...] = ()

    @property
    def gpu_w(self) -> float:
        return sum(load.sustained_w for load in self.loads if load.key.startswith("gpu-"))
