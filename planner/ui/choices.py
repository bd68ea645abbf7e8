"""What can be chosen in a build, and the edit a choice makes. No widgets: rows, pickers and menus share it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.advice.placing import add_card, add_drive
from planner.catalog.store import Catalog
from planner.domain import edits
from planner.domain.build import Build
from planner.domain.parts import Part
from planner.session.session import Session

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


def put(session: Session, target: Target, part: str) -> Build:
    """The build with this part chosen."""
    build = session.build
    if target.kind == "memory":
        return edits.choose_memory(build, part, build.parts.memory.kits if build.parts.memory else 1)
    if not target.several:
        return edits.choose(build, target.kind, part)
    if target.key is not None:
        return edits.swap(build, target.kind, target.key, part)
    if target.kind == "gpus":
        return add_card(session.report, part, session.preview)
    if target.kind == "drives" and part in session.catalog.drives:
        return add_drive(session.report, part, session.catalog.drives[part].kind)
    return edits.add(build, target.kind, part)


def taken_out(build: Build, target: Target) -> Build:
    if target.kind == "memory":
        return edits.choose_memory(build, None)
    if not target.several:
        return edits.choose(build, target.kind, None)
    return edits.remove(build, target.kind, target.key) if target.key else build


def verb(target: Target, part: Any) -> str:
    """For the history: what undo would take back."""
    return f"Add {part.title}" if target.adds else f"Use {part.title}"
