"""The catalog: parts by kind and id. Frozen; a reload makes another one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from planner.domain.calibration import Calibration
from planner.domain.engine import Engine
from planner.domain.measurement import Measurement
from planner.domain.model import FileSize, Model
from planner.domain.parts import (
    Board,
    Bridge,
    Card,
    Case,
    Chip,
    Circuit,
    Cpu,
    CpuCooler,
    Drive,
    MemoryKit,
    Psu,
    Riser,
)
from planner.domain.rig import Shelf

KINDS: Mapping[str, type] = MappingProxyType(
    {
        "chips": Chip,
        "cards": Card,
        "boards": Board,
        "cpus": Cpu,
        "coolers": CpuCooler,
        "memory": MemoryKit,
        "drives": Drive,
        "psus": Psu,
        "cases": Case,
        "risers": Riser,
        "bridges": Bridge,
        "circuits": Circuit,
        "models": Model,
        "engines": Engine,
    }
)
"""Folder of the catalog, and field of `Catalog` -> record."""


@dataclass(frozen=True)
class Catalog:
    """Each mapping: id -> record, in catalog order."""

    chips: Mapping[str, Chip] = field(default_factory=dict)
    cards: Mapping[str, Card] = field(default_factory=dict)
    boards: Mapping[str, Board] = field(default_factory=dict)
    cpus: Mapping[str, Cpu] = field(default_factory=dict)
    coolers: Mapping[str, CpuCooler] = field(default_factory=dict)
    memory: Mapping[str, MemoryKit] = field(default_factory=dict)
    drives: Mapping[str, Drive] = field(default_factory=dict)
    psus: Mapping[str, Psu] = field(default_factory=dict)
    cases: Mapping[str, Case] = field(default_factory=dict)
    risers: Mapping[str, Riser] = field(default_factory=dict)
    bridges: Mapping[str, Bridge] = field(default_factory=dict)
    circuits: Mapping[str, Circuit] = field(default_factory=dict)
    models: Mapping[str, Model] = field(default_factory=dict)
    engines: Mapping[str, Engine] = field(default_factory=dict)
    measurements: tuple[Measurement, ...] = ()
    file_sizes: tuple[FileSize, ...] = ()
    calibration: Calibration | None = None
    version: str = ""
    dated: str = ""
    borrowed: frozenset[str] = field(default=frozenset())
    """Ids that came from a build file's snapshot because the catalog lacks them."""

    @cached_property
    def shelf(self) -> Shelf:
        """Parts that fixes may offer."""
        return Shelf(
            psus=tuple(self.psus.values()),
            boards=tuple(self.boards.values()),
            cases=tuple(self.cases.values()),
            cards=tuple(self.cards.values()),
            memory=tuple(self.memory.values()),
            cpus=tuple(self.cpus.values()),
            circuits=tuple(self.circuits.values()),
        )

    @cached_property
    def measured_on(self) -> Mapping[str, tuple[Measurement, ...]]:
        """Chip id -> published speeds on it."""
        found: dict[str, list[Measurement]] = {}
        for row in self.measurements:
            if row.chip:
                found.setdefault(row.chip, []).append(row)
        return {chip: tuple(rows) for chip, rows in found.items()}

    @cached_property
    def size_of(self) -> Mapping[tuple[str, str], FileSize]:
        """(model, quantisation) -> the published file."""
        return {(size.model, size.quant): size for size in self.file_sizes}

    def with_borrowed(self, parts: Mapping[str, Iterable[Any]]) -> "Catalog":
        """This catalog with parts of a build file's snapshot added under the ids it lacks; its own always win."""
        added: set[str] = set()
        changes: dict[str, Any] = {}
        for kind, records in parts.items():
            known = getattr(self, kind)
            new = {record.id: record for record in records if record.id not in known}
            if new:
                changes[kind] = {**known, **new}
                added |= set(new)
        return replace(self, **(changes | {"borrowed": self.borrowed | added})) if added else self

    def with_own(self, other: "Catalog") -> "Catalog":
        """This catalog overridden by the user's own parts."""
        own: dict[str, Any] = {kind: {**getattr(self, kind), **getattr(other, kind)} for kind in KINDS}
        own["file_sizes"] = self.file_sizes + other.file_sizes
        own["measurements"] = self.measurements + other.measurements
        return replace(self, **own)
