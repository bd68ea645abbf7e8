"""A build: choices only, never results. It is also what a build file holds."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from planner.domain.base import PartId, Record
from planner.domain.findings import Accepted
from planner.domain.measurement import Measurement
from planner.domain.workload import Workload

Key = Annotated[str, StringConstraints(pattern=r"^[a-z]+-[1-9][0-9]{0,2}$")]
"""Name of one instance in the build: gpu-1, psu-2, drive-1."""


class Chosen(Record):
    """One instance of a part that may occur several times."""

    key: Key
    part: PartId


class MemoryChoice(Record):
    kit: PartId
    kits: int = Field(default=1, ge=1, le=24)


class Parts(Record):
    cpu: PartId | None = None
    board: PartId | None = None
    gpus: tuple[Chosen, ...] = Field(default=(), max_length=32)
    memory: MemoryChoice | None = None
    psus: tuple[Chosen, ...] = Field(default=(), max_length=8)
    case: PartId | None = None
    cooler: PartId | None = None
    drives: tuple[Chosen, ...] = Field(default=(), max_length=32)
    bridges: tuple[Chosen, ...] = Field(default=(), max_length=8)


class Placement(Record):
    """Where an instance sits. What is None is not decided yet."""

    slot: str | None = None
    """Connector of the board."""
    bay: int | None = Field(default=None, ge=1, le=32)
    """Place in a frame, for a card on a riser."""
    riser: PartId | None = None
    psu: Key | None = None
    """Supply whose cables feed it; None means the first."""
    mount: Literal["front", "top", "side", "bottom", "rear"] | None = None
    """Where a liquid cooler's radiator goes."""


class Site(Record):
    """Where the machine will stand."""

    circuit: PartId | None = "us-15a"
    """None: not known."""
    other_load_w: int = Field(default=0, ge=0, le=10_000)
    """What else hangs on the same breaker."""
    circuits: int = Field(default=1, ge=1, le=8)
    """Circuits of this kind the supplies are spread over, in turn."""
    ups_w: int | None = Field(default=None, gt=0, le=100_000)
    """What an uninterruptible supply in front of the machine bears; None without one."""
    ambient_c: float = Field(default=24, ge=-20, le=60)
    energy_cents_per_kwh: float = Field(default=17, ge=0, le=500)
    hours_per_day: float = Field(default=8, ge=0, le=24)
    currency: str = Field(default="USD", min_length=3, max_length=3)


class Setup(Record):
    """How the machine is set up, as far as a rule asks for it."""

    csm: bool | None = None
    """Whether the BIOS starts in its compatibility mode; None is not decided."""
    virtual_machine: bool = False
    """The cards are handed to a guest."""
    unofficial_p2p: bool = False
    """A patched driver lets GeForce cards copy to each other directly."""


class Variant(Record):
    """Another set of choices kept in the same file."""

    name: str
    parts: Parts
    placements: Mapping[str, Placement] = Field(default_factory=dict)
    limits: Mapping[str, int] = Field(default_factory=dict)


class Build(Record):
    name: str = Field(default="New build", max_length=200)
    parts: Parts = Parts()
    placements: Mapping[str, Placement] = Field(default_factory=dict)
    """Instance key -> place."""
    limits: Mapping[str, int] = Field(default_factory=dict)
    """Card key -> power limit in watts; a card not named runs at stock."""
    workloads: tuple[Workload, ...] = Field(default=(), max_length=16)
    """The first is the one judged and shown."""
    site: Site = Site()
    setup: Setup = Setup()
    accepted: tuple[Accepted, ...] = Field(default=(), max_length=500)
    notes: str = Field(default="", max_length=100_000)
    measured: tuple[Measurement, ...] = Field(default=(), max_length=200)
    """What the user timed on this machine: estimates are drawn towards it."""
    variants: tuple[Variant, ...] = Field(default=(), max_length=32)

    @property
    def workload(self) -> Workload | None:
        return self.workloads[0] if self.workloads else None

    def placement(self, key: str) -> Placement:
        return self.placements.get(key) or Placement()

    def keys(self) -> tuple[str, ...]:
        p = self.parts
        return tuple(c.key for c in (*p.gpus, *p.psus, *p.drives, *p.bridges))
