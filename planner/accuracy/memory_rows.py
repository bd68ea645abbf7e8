"""One reading and what we would have said: shared by the three kinds of memory tables."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from planner.domain.units import MIB

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scored:
    """`component` names what was measured, `group` the kind of case it is."""

    id: str
    component: str
    measured_mib: float
    value_mib: float
    group: str = ""

    @property
    def off_mib(self) -> float:
        return abs(self.value_mib - self.measured_mib)

    @property
    def off_percent(self) -> float:
        return 100 * self.off_mib / self.measured_mib


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a load that ran, or failed, was called right."""

    id: str
    ran: bool
    said: bool


@dataclass(slots=True)
class Score:
    """What a table yields."""

    rows: list[Scored] = field(default_factory=list)
    fits: list[Fit] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)

    def add(self, row_id: str, component: str, measured_mib: float, value_bytes: float, group: str = "") -> None:
        if measured_mib > 0:
            self.rows.append(Scored(row_id, component, measured_mib, value_bytes / MIB, group))


def whole(text: str | None) -> int | None:
    """A count, or None where the cell is empty or holds words."""
    try:
        return int(float(text)) if text else None
    except ValueError:
        return None


def runs(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Rows of one load together, in the order of the table."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.get("run", ""), []).append(row)
    yield from found.values()
