"""Build files: JSON with the choices, and a snapshot of the facts of every part they name."""

import json
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydantic_core
from pydantic import ValidationError

from planner.catalog.store import KINDS, Catalog
from planner.domain.build import Build
from planner.files import atomic
from planner.files.migrations import VERSION, migrated
from planner.files.problem import FileProblem

FORMAT = "slotwise-build"
SUFFIX = ".slotwise"
MAX_BYTES = 2 * 2**20
OWN_KEYS = ("format", "version", "own_parts")


@dataclass(frozen=True)
class Opened:
    """A build as read, with the catalog it is to be judged by and what the user should know."""

    build: Build
    catalog: Catalog
    """The given one, and under ids it lacks the parts of the file's snapshot."""
    version: int
    """As found in the file, before migration."""
    borrowed: tuple[str, ...]
    """Part ids taken from the snapshot: the catalog does not have them."""
    missing: tuple[str, ...]
    """Part ids neither the catalog nor the snapshot knows; kept, and shown as unknown."""
    newer: tuple[str, ...]
    """Part ids whose figures differ from the snapshot: the catalog's are used."""

    @property
    def notes(self) -> tuple[str, ...]:
        """As sentences for the user."""
        said = []
        if self.missing:
            said.append(f"Unknown parts, kept but not judged: {', '.join(self.missing)}.")
        if self.borrowed:
            said.append(f"Not in this catalog, taken from the file: {', '.join(self.borrowed)}.")
        if self.newer:
            said.append(f"The catalog has newer figures, and they are used, for: {', '.join(self.newer)}.")
        return tuple(said)


def save(path: Path, build: Build, catalog: Catalog) -> None:
    """Write the build; `FileProblem` leaves an existing file as it was."""
    data = dump(build, catalog)
    try:
        parse(data, path, catalog)
    except FileProblem as e:
        raise AssertionError(f"a build that cannot be read back: {e}") from e
    atomic.write(path, data)


def dump(build: Build, catalog: Catalog) -> bytes:
    head = {"format": FORMAT, "version": VERSION}
    body = build.model_dump(mode="json", exclude_defaults=False)
    plain = head | body | {"own_parts": _snapshot(build, catalog)}
    return (json.dumps(plain, indent=1, ensure_ascii=False) + "\n").encode()


def load(path: Path, catalog: Catalog) -> Opened:
    """`FileProblem` with one sentence for anything that cannot be opened."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise FileProblem(path, "is a folder, not a build file.")
        if not stat.S_ISREG(found.st_mode):
            raise FileProblem(path, "is no ordinary file, so nothing was read from it.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as e:
        raise FileProblem(path, f"cannot be read: {atomic.reason(e)}. Check the name and its rights.") from e
    if len(data) > MAX_BYTES:
        size = max(found.st_size, len(data))
        raise FileProblem(
            path, f"is {size:,} bytes; a build file has at most {MAX_BYTES:,}. It is not a Slotwise build."
        )
    return parse(data, path, catalog)


def parse(data: bytes, path: Path, catalog: Catalog) -> Opened:
    plain, version = _headed(data, path)
    plain = migrated(plain, version)
    snapshot = plain.pop("own_parts", {})
    try:
        build = Build.model_validate_json(json.dumps({k: v for k, v in plain.items() if k not in OWN_KEYS}))
    except ValidationError as e:
        raise FileProblem(path, _sentence(e)) from e
    parts = _parts(snapshot, path)
    named = set(_named(build))
    wider = catalog.with_borrowed({kind: found.values() for kind, found in parts.items()})
    known = {part for kind in KINDS for part in getattr(wider, kind)}
    return Opened(
        build=build,
        catalog=wider,
        version=version,
        borrowed=tuple(sorted(named & wider.borrowed)),
        missing=tuple(sorted(named - known)),
        newer=tuple(_differing(parts, catalog)),
    )


# ------------------------------------------------------------------ reading


def _headed(data: bytes, path: Path) -> tuple[dict[str, Any], int]:
    """The file as plain data, and its format version."""
    if not data.strip():
        raise FileProblem(path, "is empty. Open a backup, or start from an example.")
    if not data.lstrip().startswith(b"{"):
        raise FileProblem(path, "is not a Slotwise build: it holds something else. Choose another file.")
    try:
        plain = pydantic_core.from_json(data, allow_inf_nan=False)
    except ValueError as e:
        raise FileProblem(path, f"is not a whole JSON text ({_place(e)}). It may be cut off; open a backup.") from e
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise FileProblem(path, f'is not a Slotwise build: the field "format" should be "{FORMAT}".')
    version = plain.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise FileProblem(path, 'has no usable "version": a whole number from 1 on is expected.')
    if version > VERSION:
        raise FileProblem(
            path,
            f"has format version {version}; this Slotwise reads up to {VERSION}. "
            "Open it with a newer Slotwise. The file was not touched.",
        )
    return {key: value for key, value in plain.items() if key not in ("format", "version")}, version


def _place(error: ValueError) -> str:
    return str(error).splitlines()[0].replace("EOF while parsing", "it ends inside")


def _sentence(error: ValidationError) -> str:
    items = error.errors(include_url=False)
    first = items[0]
    field = ".".join(str(step) for step in first["loc"]) or "the whole file"
    found = f"{first['input']!r}"
    found = found if len(found) <= 60 else found[:57] + "…"
    more = f" ({len(items) - 1} more such fields)" if len(items) > 1 else ""
    return f'field "{field}" is wrong: {_lower(first["msg"])}; found {found}{more}. Correct it, or open a backup.'


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


# ------------------------------------------------------------------ the snapshot


def _named(build: Build) -> Iterator[str]:
    """Every part id the build names."""
    p = build.parts
    singles = (p.cpu, p.board, p.case, p.cooler, p.memory.kit if p.memory else None, build.site.circuit)
    yield from (part for part in singles if part)
    yield from (chosen.part for chosen in (*p.gpus, *p.psus, *p.drives, *p.bridges))
    yield from (spot.riser for spot in build.placements.values() if spot.riser)
    yield from (w.model for w in build.workloads)
    yield from (w.draft for w in build.workloads if w.draft)


def _snapshot(build: Build, catalog: Catalog) -> dict[str, list[dict[str, Any]]]:
    """Facts of the named parts (and of the chips under the cards), by kind."""
    named = set(_named(build))
    named |= {card.chip for part in named if (card := catalog.cards.get(part))}
    found = {
        kind: [
            r.model_dump(mode="json", exclude_defaults=True)
            for id_, r in getattr(catalog, kind).items()
            if id_ in named
        ]
        for kind in KINDS
    }
    return {kind: records for kind, records in found.items() if records}


def _parts(snapshot: Any, path: Path) -> Mapping[str, dict[str, Any]]:
    """Records of the snapshot that can be read; what cannot is in the catalog, or is listed as missing."""
    if not isinstance(snapshot, dict) or not all(isinstance(records, list) for records in snapshot.values()):
        raise FileProblem(
            path, 'field "own_parts" should hold lists of parts by kind. Remove the field, or open a backup.'
        )
    read: dict[str, dict[str, Any]] = {}
    for kind, records in snapshot.items():
        for plain in records if kind in KINDS else ():
            try:
                record = KINDS[kind].model_validate_json(json.dumps(plain))  # type: ignore[attr-defined]
            except ValidationError:
                continue
            read.setdefault(kind, {})[record.id] = record
    return read


def _differing(parts: Mapping[str, dict[str, Any]], catalog: Catalog) -> Iterator[str]:
    for kind, records in parts.items():
        known = getattr(catalog, kind)
        yield from (part for part, record in records.items() if part in known and known[part] != record)
