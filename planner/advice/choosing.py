"""What can be chosen in a build, and the build a choice makes: rows, pickers and menus share it."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

from planner.advice.placing import add_drive, placing_card, reseating
from planner.catalog.store import Catalog
from planner.domain import edits
from planner.domain.build import Build
from planner.domain.parts import Part
from planner.evaluate import Report

FIELDS = {
    "cpu": "cpus",
    "board": "boards",
    "gpus": "cards",
    "memory": "memory",
    "psus": "psus",
    "case": "cases",
    "cooler": "coolers",
    "drives": "drives",
    "bridges": "bridges",
}
"""Field of a build's parts, in buying order -> field of the catalog."""

NOUNS = {
    "cpu": "processor",
    "board": "motherboard",
    "gpus": "GPU",
    "memory": "memory kit",
    "psus": "power supply",
    "case": "case or frame",
    "cooler": "CPU cooler",
    "drives": "drive",
    "bridges": "NVLink bridge",
}

Judge = Callable[[Build], Report]


@dataclass(frozen=True, slots=True)
class Target:
    """What is being chosen: the one part of a kind, an instance to swap, or (without a key) one more."""

    kind: str
    key: str | None = None

    @property
    def several(self) -> bool:
        return self.kind in edits.MANY_KINDS

    @property
    def adds(self) -> bool:
        return self.several and self.key is None

    def title(self) -> str:
        noun = NOUNS[self.kind]
        return f"Add {article(noun)} {noun}" if self.adds else f"Choose {article(noun)} {noun}"


def article(noun: str) -> str:
    return "an" if noun[0] in "aeio" or noun.startswith("NV") else "a"


def offered(catalog: Catalog, kind: str) -> Mapping[str, Part]:
    found: Mapping[str, Part] = getattr(catalog, FIELDS[kind])
    return found


def chosen_part(build: Build, target: Target) -> str | None:
    """Id of what is there now."""
    value = getattr(build.parts, target.kind)
    if target.several:
        return next((chosen.part for chosen in value if chosen.key == target.key), None)
    part: str | None = value.kit if target.kind == "memory" and value else value
    return part


def putting(
    report: Report, catalog: Catalog, target: Target, part: str, judge: Judge
) -> Generator[None, None, tuple[Build, Report]]:
    """The build with this part chosen, and its report; stops after each judgement but the last, since several slots
    may have to be tried."""
    build = report.build
    if target.kind == "gpus" and target.adds:
        return (yield from placing_card(report, part, judge))
    if target.kind == "board":
        return (yield from reseating(edits.choose(build, "board", part), judge))
    changed = _put(report, catalog, target, part) if target.several else _choose(build, target, part)
    return changed, judge(changed)


def put(report: Report, catalog: Catalog, target: Target, part: str, judge: Judge) -> Build:
    """The build with this part chosen."""
    pieces = putting(report, catalog, target, part, judge)
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            changed: Build = end.value[0]
            return changed


def _choose(build: Build, target: Target, part: str) -> Build:
    if target.kind == "memory":
        return edits.choose_memory(build, part, build.parts.memory.kits if build.parts.memory else 1)
    return edits.choose(build, target.kind, part)


def _put(report: Report, catalog: Catalog, target: Target, part: str) -> Build:
    if target.key is not None:
        return edits.swap(report.build, target.kind, target.key, part)
    if target.kind == "drives" and part in catalog.drives:
        return add_drive(report, part, catalog.drives[part].kind)
    return edits.add(report.build, target.kind, part)


def taken_out(build: Build, target: Target) -> Build:
    if target.kind == "memory":
        return edits.choose_memory(build, None)
    if not target.several:
        return edits.choose(build, target.kind, None)
    return edits.remove(build, target.kind, target.key) if target.key else build


def verb(target: Target, part: Any) -> str:
    """For the history: what undo would take back."""
    return f"Add {part.title}" if target.adds else f"Use {part.title}"
