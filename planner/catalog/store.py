"""The catalog: parts by kind and id. Frozen; a reload makes another one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
from planner.domain.rig import EMPTY_SHELF, Shelf

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Catalog:
    """Each mapping: id -> record, in catalog order."""

    chips: Mapping[str, Chip] = NOTHING
    cards: Mapping[str, Card] = NOTHING
    boards: Mapping[str, Board] = NOTHING
    cpus: Mapping[str, Cpu] = NOTHING
    coolers: Mapping[str, CpuCooler] = NOTHING
    memory: Mapping[str, MemoryKit] = NOTHING
    drives: Mapping[str, Drive] = NOTHING
    psus: Mapping[str, Psu] = NOTHING
    cases: Mapping[str, Case] = NOTHING
    risers: Mapping[str, Riser] = NOTHING
    bridges: Mapping[str, Bridge] = NOTHING
    circuits: Mapping[str, Circuit] = NOTHING
    models: Mapping[str, Model] = NOTHING
    engines: Mapping[str, Engine] = NOTHING
    measurements: tuple[Measurement, ...] = ()
    file_sizes: tuple[FileSize, ...] = ()
    calibration: Calibration | None = None
    version: str = ""
    dated: str = ""
    shelf: Shelf = field(default=EMPTY_SHELF)
    """Parts that fixes may offer."""
