"""What a rule says about a build."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING

from planner.domain.base import Record
from planner.domain.steps import Step

if TYPE_CHECKING:
    from planner.domain.build import Build


class Severity(IntEnum):
    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """As written in files and JSON."""
        return self.name.lower()

    @property
    def title(self) -> str:
        """As shown to people: a remark is called a note."""
        return {1: "Note", 2: "Warning", 3: "Error"}[self.value]


@dataclass(frozen=True, slots=True)
class Fix:
    """A way out that can be pressed: one undoable edit."""

    label: str
    edit: "Callable[[Build], Build]"


class Accepted(Record):
    """The user's word that a finding is fine, and the value it had then."""

    key: str
    reason: str
    value: float | None = None
    on: date


@dataclass(frozen=True)
class Finding:
    rule: str
    """Stable code, such as PWR-001."""
    id: str
    """Name of the state flagged, such as `supply-too-small`: the rule's file name."""
    severity: Severity
    title: str
    message: str
    consequence: str
    parts: tuple[str, ...]
    """Keys in the build: gpu-2, psu-1, board, case."""
    where: str
    key: str
    """Rule, parts and place; never text, order or numbers, so that an acceptance survives."""
    value: float | None = None
    """What was measured, greater meaning worse; decides whether an acceptance still holds."""
    steps: tuple[Step, ...] = ()
    sources: tuple[str, ...] = ()
    accepted: Accepted | None = None
    capped: str = ""
    """Why the severity was lowered: names the fact that is known from memory only."""
    also: tuple[str, ...] = ()
    """Codes of rules with the same root cause and the same parts, for which this finding speaks."""
    find_fixes: Callable[[], tuple[Fix, ...]] = field(default=tuple, repr=False, compare=False)

    @cached_property
    def fixes(self) -> tuple[Fix, ...]:
        """Ways out, best first; worked out when first asked for."""
        return self.find_fixes()


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A rule that could not be judged; never a pass."""

    rule: str
    id: str
    title: str
    needs: tuple[str, ...]
