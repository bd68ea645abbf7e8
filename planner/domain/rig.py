"""A build with its parts in hand. What is not chosen is None; what is chosen but not in the catalog is listed."""

from dataclasses import dataclass

from planner.domain.base import Confidence
from planner.domain.build import Build
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
    Connector,
    Cpu,
    CpuCooler,
    Drive,
    MemoryKit,
    Part,
    Psu,
    Riser,
)
from planner.domain.workload import Workload


@dataclass(frozen=True, slots=True)
class RigCard:
    """One card in the build."""

    key: str
    card: Card
    chip: Chip
    slot: Connector | None
    """None: not placed, or placed in a slot the board does not have."""
    slot_name: str | None
    riser: Riser | None
    bay: int | None
    psu: str | None
    """Key of the supply that feeds it, resolved: the named one, else the first; None without a supply."""
    limit_w: int | None
    """The user's cap, as asked for."""

    @property
    def power_w(self) -> int:
        """Sustained board power: the cap where one is set, else stock."""
        return self.limit_w if self.limit_w is not None else self.card.tgp_w

    @property
    def vram_gib(self) -> float:
        return self.card.vram_gib or self.chip.vram_gib

    @property
    def label(self) -> str:
        """GPU 2 · RTX 4090 FE: as lists show it."""
        return f"{self.key.replace('gpu-', 'GPU ')} · {self.card.name}"


@dataclass(frozen=True, slots=True)
class RigPsu:
    key: str
    psu: Psu


@dataclass(frozen=True, slots=True)
class RigDrive:
    key: str
    drive: Drive
    slot: Connector | None
    slot_name: str | None


@dataclass(frozen=True, slots=True)
class RigMemory:
    kit: MemoryKit
    kits: int

    @property
    def modules(self) -> int:
        return self.kit.modules * self.kits

    @property
    def total_gib(self) -> int:
        return self.modules * self.kit.module_gib


@dataclass(frozen=True, slots=True)
class Shelf:
    """Parts a fix may offer; rules pick from it and look nothing up."""

    psus: tuple[Psu, ...] = ()
    boards: tuple[Board, ...] = ()
    cases: tuple[Case, ...] = ()
    cards: tuple[Card, ...] = ()
    memory: tuple[MemoryKit, ...] = ()
    cpus: tuple[Cpu, ...] = ()
    circuits: tuple[Circuit, ...] = ()


EMPTY_SHELF = Shelf()


@dataclass(frozen=True, slots=True)
class OwnSpeed:
    """A speed the user timed on this machine, with the model it ran."""

    row: Measurement
    model: Model
    file_size: FileSize | None = None
    engine: Engine | None = None


@dataclass(frozen=True, slots=True)
class Rig:
    build: Build
    board: Board | None = None
    cpu: Cpu | None = None
    cooler: CpuCooler | None = None
    memory: RigMemory | None = None
    case: Case | None = None
    cards: tuple[RigCard, ...] = ()
    psus: tuple[RigPsu, ...] = ()
    drives: tuple[RigDrive, ...] = ()
    bridges: tuple[Bridge, ...] = ()
    circuit: Circuit | None = None
    workload: Workload | None = None
    model: Model | None = None
    engine: Engine | None = None
    draft: Model | None = None
    """What drafts tokens, where the workload asks for it."""
    missing: tuple[str, ...] = ()
    """Part ids the build names and nobody knows."""
    replaced: tuple[str, ...] = ()
    """Part ids taken from the file's snapshot because the catalog lacks them."""
    file_size: FileSize | None = None
    """A published file of this model and quantisation, where one is listed."""
    calibration: Calibration | None = None
    measurements: tuple[Measurement, ...] = ()
    """Published speeds on the chips of this build, and the user's own (`own`)."""
    own_speeds: tuple[OwnSpeed, ...] = ()
    """The user's own with the models they ran, where those are known."""
    shelf: Shelf = EMPTY_SHELF

    @property
    def computes(self) -> bool:
        """Whether it has what runs a model: a card, or a CPU with memory where no card is even named."""
        alone = self.cpu is not None and self.memory is not None and not self.build.parts.gpus
        return bool(self.cards) or alone

    def card(self, key: str) -> RigCard | None:
        return next((c for c in self.cards if c.key == key), None)

    def part(self, key: str) -> Part | None:
        """The part behind a key of the build: gpu-1, psu-2, board, cpu, case, cooler, memory, drive-1."""
        named: dict[str, Part | None] = {
            "board": self.board,
            "cpu": self.cpu,
            "case": self.case,
            "cooler": self.cooler,
            "memory": self.memory.kit if self.memory else None,
        }
        several = {c.key: c.card for c in self.cards} | {p.key: p.psu for p in self.psus}
        return named.get(key) or several.get(key) or {d.key: d.drive for d in self.drives}.get(key)

    def confidence(self, key: str, field_name: str) -> Confidence:
        """How sure a field of a part is; a field its card does not have is its chip's."""
        card = self.card(key)
        part = card.chip if card and field_name not in Card.model_fields else self.part(key)
        return Confidence.HIGH if part is None else part.confidence_of(field_name)
