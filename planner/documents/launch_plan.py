"""What every writer of launch commands stands on: the plan with all its parts in hand, and how lines are put down."""

from dataclasses import dataclass

from planner.analysis.memory import Memory
from planner.analysis.quantisation import Format
from planner.domain.engine import Engine
from planner.domain.model import Model
from planner.domain.rig import Rig
from planner.domain.workload import Workload


@dataclass(frozen=True, slots=True)
class Command:
    """Lines to type, or the text of a file."""

    title: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class Launch:
    engine: str
    commands: tuple[Command, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoLaunch:
    """Why no command is given: one that cannot work would be worse than none."""

    engine: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What every engine's writer needs, all of it present."""

    rig: Rig
    work: Workload
    model: Model
    engine: Engine
    fit: Memory
    format: Format

    @property
    def cards(self) -> int:
        return len(self.rig.cards)

    @property
    def used_cards(self) -> int:
        return 1 if self.work.split == "none" else self.cards

    @property
    def mixed(self) -> bool:
        return len({(card.chip.id, card.vram_gib) for card in self.rig.cards}) > 1

    @property
    def nvidia(self) -> bool:
        return all(card.chip.vendor.upper() == "NVIDIA" for card in self.rig.cards)

    @property
    def stem(self) -> str:
        """Name of the model as files are called."""
        return self.model.hf_repo.rsplit("/", 1)[-1] or self.model.id


class NoCommand(Exception):
    """Carries the reason out of a writer."""


def shell(
    plan: Plan, program: str, flags: list[tuple[str, object]], environment: tuple[tuple[str, object], ...]
) -> tuple[str, ...]:
    """One flag a line, with the continuation mark of the shell that will read it."""
    windows = plan.work.host == "windows"
    mark = " `" if windows else " \\"
    if windows:
        before = [f"$env:{name}='{value}'" for name, value in environment]
        lines = [program, *(f"  {name} {value}" for name, value in flags)]
        return (*before, *(line + mark for line in lines[:-1]), lines[-1])
    lines = [f"{name}={value}" for name, value in environment]
    lines += [program, *(f"  {name} {value}" for name, value in flags)]
    return (*(line + mark for line in lines[:-1]), lines[-1])
