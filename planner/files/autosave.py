"""The copy kept while working, and what is offered after a process that did not end cleanly."""

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from planner import places
from planner.catalog.store import Catalog
from planner.domain.build import Build
from planner.files import atomic, buildfile
from planner.files.problem import FileProblem

SUFFIX = ".autosave"


@dataclass(frozen=True, slots=True)
class Recovery:
    """Unsaved work found at the start."""

    copy: Path
    original: Path | None
    """The file it belongs to; None for a build that was never saved."""
    build: Build
    catalog: Catalog


def folder() -> Path:
    return places.state() / "autosave"


def copy_of(original: Path | None, process: int | None = None) -> Path:
    """Named by the whole path, so that two files of one name do not meet; by the process when unsaved."""
    name = str(original.resolve()) if original else f"unsaved-{process or os.getpid()}"
    return folder() / f"{hashlib.sha256(name.encode()).hexdigest()[:20]}{SUFFIX}"


def keep(build: Build, catalog: Catalog, original: Path | None) -> None:
    """Write the copy; a failure is raised as `FileProblem` and the last copy stays."""
    place = copy_of(original)
    head = {"original": str(original.resolve()) if original else None, "process": os.getpid()}
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise FileProblem(place, f"cannot be kept: {atomic.reason(e)}.") from e
    atomic.write(place, json.dumps(head).encode() + b"\n" + buildfile.dump(build, catalog))


def discard(original: Path | None) -> None:
    """After a clean save, or the user's word."""
    with suppress(OSError):  # a copy too many is offered once more, and does no harm
        copy_of(original).unlink(missing_ok=True)


def found(catalog: Catalog) -> list[Recovery]:
    """Copies of processes that are gone. One that cannot be read is left where it is and not offered."""
    left = []
    for copy in sorted(folder().glob(f"*{SUFFIX}"), key=_modified, reverse=True):
        try:
            head, body = copy.read_bytes().split(b"\n", 1)
            plain = json.loads(head)
            if _alive(int(plain["process"])):
                continue
            opened = buildfile.parse(body, copy, catalog)
            original = Path(plain["original"]) if plain.get("original") else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, FileProblem):
            continue
        left.append(Recovery(copy, original, opened.build, opened.catalog))
    return left


def _modified(path: Path) -> float:
    """0 for one that is gone meanwhile."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0


def _alive(process: int) -> bool:
    if process == os.getpid() or os.name != "posix":
        return process == os.getpid()
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
