"""TOML and CSV files -> catalog. Every problem is listed with its file and field; what is sound still loads.

Authors write TOML; what is loaded is one JSON text made from it, kept in the user's cache under a digest of every
file's path, size and time, so that it can never be stale. Records are validated at each load, from the cache too.
"""

import csv
import hashlib
import json
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from planner import places
from planner.catalog.store import KINDS, Catalog
from planner.domain.base import Record
from planner.domain.calibration import Calibration
from planner.domain.measurement import Measurement
from planner.domain.model import FileSize

MAX_FILE_BYTES = 4 * 2**20
MAX_OWN_BYTES = 256 * 2**10
"""For a user's own files: tomllib needs seconds for a few thousand dotted names."""
TABLES: Mapping[str, type[Record]] = {"measurements": Measurement, "file_sizes": FileSize}
"""Field of `Catalog` -> record, read from CSV files."""


@dataclass(frozen=True, slots=True)
class Problem:
    file: str
    field: str
    text: str

    def __str__(self) -> str:
        where = f"{self.file}, {self.field}" if self.field else self.file
        return f"{where}: {self.text}"


def load_catalog(folder: Path | None = None, own: Path | None = None) -> Catalog:
    """The shipped catalog and, over it, the user's own parts (if `own` names their folder). Problems are left out;
    `read_catalog` lists them."""
    return read_catalog(folder, own)[0]


def read_catalog(folder: Path | None = None, own: Path | None = None) -> tuple[Catalog, tuple[Problem, ...]]:
    folder = folder or places.catalog()
    raw, problems = _raw(folder)
    catalog, found = _validated(raw)
    problems += found
    if own is not None and own.is_dir():
        own_raw, own_problems = _compile(own, MAX_OWN_BYTES)
        own_catalog, own_found = _validated(own_raw)
        catalog, problems = catalog.with_own(own_catalog), problems + own_problems + own_found
    return catalog, tuple(problems)


# ------------------------------------------------------------------ files to plain records


def _raw(folder: Path) -> tuple[dict[str, Any], list[Problem]]:
    """From the cache where it fits the files as they are now; else from the files."""
    cached = places.cache() / f"catalog-{_digest(folder)}.json"
    try:
        return json.loads(cached.read_bytes()), []
    except (OSError, ValueError):
        pass
    raw, problems = _compile(folder, MAX_FILE_BYTES)
    if not problems:
        _keep(cached, raw)
    return raw, problems


def _digest(folder: Path) -> str:
    """Of every file's path, size and time, and of this module's own (the way files are read may change too)."""
    seen = hashlib.sha256()
    for path in (*sorted(_files(folder)), Path(__file__)):
        stat = path.stat()
        seen.update(f"{path}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return seen.hexdigest()[:24]


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name) for name in names if name.endswith((".toml", ".csv", ".json")))


def _keep(cached: Path, raw: dict[str, Any]) -> None:
    """A cache that cannot be written is only slower."""
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        for old in cached.parent.glob("catalog-*.json"):
            old.unlink(missing_ok=True)
        scratch = cached.with_suffix(f".{os.getpid()}.tmp")
        scratch.write_text(json.dumps(raw), encoding="utf-8")
        scratch.replace(cached)
    except OSError:
        return


def _compile(folder: Path, max_bytes: int) -> tuple[dict[str, Any], list[Problem]]:
    """{kind: [[file, record], …], tables: …} as JSON can hold it (dates as text)."""
    raw: dict[str, Any] = {}
    problems: list[Problem] = []
    for kind in KINDS:
        raw[kind] = []
        for path in sorted(p for p in (folder / kind).glob("**/*") if p.suffix in _READERS):
            name = str(path.relative_to(folder))
            try:
                raw[kind] += [[name, part] for part in _parts(_READERS[path.suffix](path, max_bytes))]
            except ValueError as e:
                problems.append(Problem(name, "", str(e)))
    for table in TABLES:
        raw[table] = [
            [str(path.relative_to(folder)), row]
            for path in sorted((folder / table).glob("*.csv"))
            for row in _rows(path)
        ]
    try:
        head = folder / "catalog.toml"
        raw["head"] = _toml(head, max_bytes) if head.exists() else {}
        fitted = folder / "calibration" / "throughput.json"
        raw["calibration"] = json.loads(fitted.read_text("utf-8")) if fitted.exists() else None
    except ValueError as e:
        problems.append(Problem("catalog.toml or calibration", "", str(e)))
    return raw, problems


def _toml(path: Path, max_bytes: int) -> dict[str, Any]:
    """As people write it; dates become text. ValueError with a sentence for what cannot be read."""
    try:
        read: dict[str, Any] = json.loads(json.dumps(tomllib.loads(_text(path, max_bytes)), default=str))
    except RecursionError as e:
        raise ValueError("is nested too deeply") from e
    except tomllib.TOMLDecodeError as e:
        raise ValueError(f"is not TOML: {e}") from e
    return read


def _json(path: Path, max_bytes: int) -> dict[str, Any]:
    """As the program writes imported parts."""
    try:
        read = json.loads(_text(path, max_bytes))
    except RecursionError as e:
        raise ValueError("is nested too deeply") from e
    except json.JSONDecodeError as e:
        raise ValueError(f"is not JSON: {e}") from e
    if not isinstance(read, dict):
        raise ValueError("should hold one record")
    return read


def _text(path: Path, max_bytes: int) -> str:
    size = path.stat().st_size
    if size > max_bytes:
        raise ValueError(f"is {size:,} bytes; a catalog file may have {max_bytes:,}")
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as e:
        raise ValueError(f"is not UTF-8 text (byte {e.start})") from e


_READERS: Mapping[str, Callable[[Path, int], dict[str, Any]]] = {".toml": _toml, ".json": _json}


def _parts(read: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One record, or a family: `[defaults]` under every `[[part]]`."""
    if "part" not in read:
        yield read
        return
    extra = set(read) - {"part", "defaults"}
    if extra:
        raise ValueError(f"has `{min(extra)}` beside its parts; put it under [defaults] or [[part]]")
    for part in read["part"]:
        yield _merged(read.get("defaults", {}), part)


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merged(merged[key], value) if both and key == "evidence" else value
    return merged


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """CSV rows; an empty cell is a missing field."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {name: value for name, value in row.items() if value != ""}


# ------------------------------------------------------------------ plain records to the catalog


def _validated(raw: dict[str, Any]) -> tuple[Catalog, list[Problem]]:
    problems: list[Problem] = []
    fields: dict[str, Any] = {}
    for kind, record in KINDS.items():
        fields[kind] = _by_id(_records(record, raw.get(kind, ()), problems, strict=True), problems)
    for table, record in TABLES.items():
        fields[table] = tuple(found for _, found in _records(record, raw.get(table, ()), problems, strict=False))
    fields["calibration"] = _calibration(raw.get("calibration"), problems)
    head = raw.get("head") or {}
    return Catalog(**fields, version=str(head.get("version", "")), dated=str(head.get("dated", ""))), problems


def _records(record: type[Any], named: Any, problems: list[Problem], *, strict: bool) -> list[tuple[str, Any]]:
    """All at once, which is quick; one by one only when something is wrong, to say what."""
    files = [file for file, _ in named]
    plain = [part for _, part in named]
    try:
        every: TypeAdapter[list[Any]] = TypeAdapter(list[record])  # type: ignore[valid-type]
        return list(zip(files, every.validate_json(json.dumps(plain), strict=strict), strict=True))
    except ValidationError:
        pass
    sound: list[tuple[str, Any]] = []
    for file, part in named:
        try:
            sound.append((file, record.model_validate_json(json.dumps(part), strict=strict)))
        except ValidationError as e:
            problems += _sentences(file, str(part.get("id", "")), e)
    return sound


def _sentences(file: str, part: str, error: ValidationError) -> Iterator[Problem]:
    for item in error.errors(include_url=False):
        path = ".".join(str(step) for step in item["loc"])
        yield Problem(file, f"{part}: {path}" if part else path, f"{item['msg']} (found {item['input']!r:.60})")


def _by_id(records: list[tuple[str, Any]], problems: list[Problem]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for file, record in records:
        if record.id in found:
            problems.append(Problem(file, f"{record.id}: id", "is used twice; ids are never shared"))
        else:
            found[record.id] = record
    return found


def _calibration(raw: Any, problems: list[Problem]) -> Calibration | None:
    if raw is None:
        return None
    try:
        return Calibration.model_validate_json(json.dumps(raw))
    except ValidationError as e:
        problems += _sentences("calibration/throughput.json", "", e)
        return None
