"""Motherboards: roots, connectors, and the enumerated ways their lanes are shared.

M.2, U.2, OCuLink and SATA banks are connectors like slots, so sharing needs no special case. A lane group lists every
legal assignment of widths; no formula reproduces what boards do.
"""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from planner.domain.base import Record
from planner.domain.parts.part import Part

ConnectorKind = Literal["slot", "m2", "u2", "oculink", "slimsas", "mcio", "sata"]
Selector = Literal["auto_presence", "bios_setting", "jumper", "cable", "fixed"]


class Uplink(Record):
    parent: str
    lanes: int = Field(gt=0, le=32)
    gen: int = Field(ge=1, le=6)


class Root(Record):
    """Where lanes come from: a CPU, the chipset, or a switch (these two hang on an uplink that all below share)."""

    id: str
    kind: Literal["cpu", "chipset", "switch"]
    gen: int = Field(ge=1, le=6)
    uplink: Uplink | None = None


class Feed(Record):
    """A second way a connector can be fed, chosen in the BIOS."""

    root: str
    lanes: int
    gen: int


class Connector(Record):
    id: str
    """As printed on the board and in its manual."""
    kind: ConnectorKind
    row: int | None = Field(default=None, ge=1, le=12)
    """Expansion-slot row counted from the CPU, pitch 20.32 mm; None where not verified."""
    mechanical: int | None = Field(default=None, ge=1, le=16)
    """Length of the slot in lanes."""
    open_ended: bool = False
    gen: int | None = Field(default=None, ge=1, le=6)
    lanes: int | None = Field(default=None, ge=0, le=16)
    """Lanes wired (the widest mode); None where not verified."""
    root: str | None = None
    alternate: Feed | None = None
    note: str = ""

    @property
    def takes_a_card(self) -> bool:
        """A graphics card's edge is x16: a shorter slot takes it only when its end is open."""
        return self.kind == "slot" and (self.open_ended or self.mechanical is None or self.mechanical >= 16)


class Condition(Record):
    """All that is given must hold for the group to exist."""

    cpu_lanes: tuple[int, ...] = ()
    cpu_families: tuple[str, ...] = ()
    sockets_filled: int | None = None


class Mode(Record):
    widths: Mapping[str, int]
    """Connector -> lanes; 0 is dead. The sum may be less than the group's lanes."""
    gens: Mapping[str, int] = Field(default_factory=dict)
    setting: str = ""
    """What to set (jumper or BIOS) to get this mode."""


class LaneGroup(Record):
    id: str
    root: str
    lanes: int = Field(gt=0, le=128)
    gen: int | None = Field(default=None, ge=1, le=6)
    selector: Selector
    modes: tuple[Mode, ...] = Field(min_length=1)
    default: int = 0
    condition: Condition | None = None

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for mode in self.modes for name in mode.widths))


class MemoryBank(Record):
    type: Literal["DDR3", "DDR4", "DDR5"]
    channels: int = Field(ge=1, le=24)
    slots: int = Field(ge=1, le=48)
    max_gib: int | None = None
    registered: bool | None = None
    """True: RDIMM only; False: UDIMM only; None: not known."""


class Board(Part):
    socket: str
    sockets: int = Field(default=1, ge=1, le=2)
    chipset: str
    form_factor: str
    width_mm: float | None = None
    """Across, from the slots' bracket side to the front of the case."""
    memory: MemoryBank
    roots: tuple[Root, ...]
    connectors: tuple[Connector, ...]
    lane_groups: tuple[LaneGroup, ...] = ()
    reservations: Mapping[str, int] = Field(default_factory=dict)
    """CPU lanes spoken for: controller -> lanes."""
    bifurcation: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Connector -> splits the BIOS offers, such as x8/x8."""
    gpu_power_inputs: int | None = None
    """Auxiliary power plugs for the slots."""
    above_4g: bool | None = None
    eps_required: int = 1
    bmc: bool = False
    notes: tuple[str, ...] = ()

    def connector(self, name: str) -> Connector | None:
        return next((c for c in self.connectors if c.id == name), None)

    def root(self, name: str) -> Root | None:
        return next((r for r in self.roots if r.id == name), None)

    @property
    def slots(self) -> tuple[Connector, ...]:
        return tuple(c for c in self.connectors if c.kind == "slot")
