"""Every part of a kind in one place of a build: what the rules would say with it that they do not say without.

Bound to one report and the catalog it was judged by: when the build becomes another, another `Candidates` is made, so
that nothing here can be out of date.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from planner.advice.choosing import Judge, Target, offered, putting, taken_out
from planner.advice.difference import difference
from planner.catalog.store import Catalog
from planner.domain.findings import Finding, NotChecked, Severity
from planner.evaluate import Report
from planner.rules import RULES

NO_MATTER_OF_FIT = ("Cost", "Performance", "Setup")
"""Areas whose open questions say nothing about whether a part can be used."""
COUNTERPARTS = {
    "cpu": ("board",),
    "board": ("cpu", "case"),
    "gpus": ("board", "psus", "case"),
    "memory": ("board", "cpu"),
    "psus": ("gpus",),
    "case": ("board", "gpus"),
    "cooler": ("cpu", "case"),
    "drives": ("board",),
    "bridges": ("gpus",),
}
"""Kind -> kinds it has to go with: while one of them is not chosen, nobody can say that a part fits."""
_NAMED = {
    "cpu": "a processor", "board": "a motherboard", "gpus": "a graphics card", "psus": "a power supply",
    "case": "a case",
}  # fmt: skip
"""As rules name what they lack."""
NOISE = 0.01
"""Share of a finding's value that makes it no worse."""
_AREA = {rule.code: rule.area for rule in RULES}


class Level(IntEnum):
    """How a part does, best first."""

    FITS = 0
    OPEN = 1
    """Nothing against it, but something could not be checked."""
    WARNS = 2
    FAILS = 3


@dataclass(frozen=True, slots=True)
class Said:
    """A finding the part brings, without what hangs on the report."""

    severity: Severity
    key: str
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How one part would do."""

    errors: tuple[Said, ...] = ()
    warnings: tuple[Said, ...] = ()
    needs: tuple[str, ...] = ()
    """What would have to be known to check the rest."""

    @property
    def level(self) -> Level:
        if self.errors:
            return Level.FAILS
        return Level.WARNS if self.warnings else Level.OPEN if self.needs else Level.FITS

    @property
    def words(self) -> str:
        """In one line, the gravest first."""
        found = [_counted(self.errors, "Error"), _counted(self.warnings, "Warning")]
        found = [text for text in found if text][:1]
        if self.needs and not self.errors:
            need = "; ".join(self.needs)
            found = [*found, f"not checked, need: {need}"] if found else [f"Not checked, need: {need}"]
        return " · ".join(found) or "Fits"

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it, a line each."""
        said = [f"{one.severity.title}: {one.title}. {one.message}" for one in (*self.errors, *self.warnings)]
        return (*said, *(f"Not checked, need: {need}" for need in self.needs)) or (
            "Fits: no rule has anything against it",
        )

    @property
    def order(self) -> tuple[int, int, int]:
        """Best first."""
        return self.level, len(self.errors) + len(self.warnings), len(self.needs)


class Candidates:
    """Worked out part by part, when somebody wants to see it."""

    def __init__(self, report: Report, catalog: Catalog, target: Target, judge: Judge) -> None:
        self.report, self.catalog, self.target = report, catalog, target
        self._judge = judge
        self._known: dict[str, Standing] = {}
        self._brought_by_all: frozenset[str] | None = None
        """Keys of errors that every part worked out so far brings; None before the first."""
        self._without: Report | None = None
        """The build with nothing in this place."""

    def __len__(self) -> int:
        """How many are worked out."""
        return len(self._known)

    def get(self, part: str) -> Standing | None:
        """None: not worked out yet."""
        return self._known.get(part)

    def working_out(self, parts: Iterable[str]) -> Iterator[None]:
        """In this order, stopping after each judgement; what is known already is passed over."""
        for part in parts:
            if part not in self._known:
                yield from self._working_out(part)

    def standing(self, part: str) -> Standing:
        """At once."""
        for _ in self.working_out([part]):
            pass
        return self._known[part]

    def fits(self, part: str) -> bool | None:
        """Whether it brings no error that another part in its place would not bring. What every part brings is no fault
        of this one, which is known only when all are worked out. None: not known yet."""
        standing = self._known.get(part)
        if standing is None or not standing.errors:
            return None if standing is None else True
        if {said.key for said in standing.errors} - (self._brought_by_all or frozenset()):
            return False
        return True if self.complete else None

    @property
    def complete(self) -> bool:
        return len(self._known) >= len(offered(self.catalog, self.target.kind))

    @cached_property
    def _absent(self) -> tuple[str, ...]:
        parts = self.report.build.parts
        return tuple(_NAMED[kind] for kind in COUNTERPARTS[self.target.kind] if not getattr(parts, kind))

    def _working_out(self, part: str) -> Iterator[None]:
        if self._without is None:
            build = taken_out(self.report.build, self.target)
            self._without = self.report if build == self.report.build else self._judge(build)
            yield
        _, after = yield from putting(self.report, self.catalog, self.target, part, self._judge)
        brought = _brought(self._without, self.report, after, self.target.key or self.target.kind)
        keys = _names(self.catalog, self.target, part, self.report, after)
        standing = Standing(
            errors=tuple(said for said in brought if said.severity == Severity.ERROR),
            warnings=tuple(said for said in brought if said.severity == Severity.WARNING),
            needs=tuple(dict.fromkeys((*self._absent, *_new_needs(self._without, after, keys)))),
        )
        self._known[part] = standing
        errors = frozenset(said.key for said in standing.errors)
        self._brought_by_all = errors if self._brought_by_all is None else self._brought_by_all & errors
        yield


def _brought(without: Report, now: Report, after: Report, place: str) -> tuple[Said, ...]:
    """Findings there are, or that are worse, only with the part. One that merely names it besides others it named
    before is not new; nor is one that is there now, does not name this place, and is made no worse."""
    bare = {finding.key: finding for finding in without.open_findings}
    standing = {finding.key: finding for finding in now.open_findings if place not in finding.parts}
    gone: dict[str, Severity] = {}
    for finding in difference(without, after).lost:
        gone[finding.rule] = max(finding.severity, gone.get(finding.rule, finding.severity))
    return tuple(
        Said(finding.severity, finding.key, finding.title, finding.message)
        for finding in after.open_findings
        if finding.severity > gone.get(finding.rule, Severity.INFO)
        and not _no_worse(finding, bare.get(finding.key))
        and not _no_worse(finding, standing.get(finding.key))
    )


def _no_worse(finding: Finding, before: Finding | None) -> bool:
    if before is None or finding.severity > before.severity:
        return False
    if finding.value is None or before.value is None:
        return True
    return finding.value <= before.value + abs(before.value) * NOISE


def _new_needs(without: Report, after: Report, names: tuple[str, ...]) -> tuple[str, ...]:
    """Questions that are open only with the part; where they name it, without its name."""
    before = {need for entry in without.not_checked for need in entry.needs}
    return tuple(
        dict.fromkeys(_unnamed(need, names) for need in _needs_of_fit(after.not_checked) if need not in before)
    )


def _needs_of_fit(entries: tuple[NotChecked, ...]) -> Iterator[str]:
    for entry in entries:
        if _AREA.get(entry.rule) not in NO_MATTER_OF_FIT:
            yield from entry.needs


def _names(catalog: Catalog, target: Target, part: str, before: Report, after: Report) -> tuple[str, ...]:
    """What the part is called in sentences."""
    title = offered(catalog, target.kind)[part].title
    keys = [target.key] if target.key else []
    if target.adds:
        had = {chosen.key for chosen in getattr(before.build.parts, target.kind)}
        keys = [chosen.key for chosen in getattr(after.build.parts, target.kind) if chosen.key not in had]
    return (title, *keys)


def _unnamed(need: str, names: tuple[str, ...]) -> str:
    for name in names:
        need = need.replace(f" of {name}", "").replace(name, "it")
    return need


def _counted(said: tuple[Said, ...], noun: str) -> str:
    if not said:
        return ""
    titles = "; ".join(dict.fromkeys(one.title for one in said))
    return f"{noun}: {titles}" if len(said) == 1 else f"{len(said)} {noun.lower()}s: {titles}"
