"""TOML and CSV files -> catalog. Every problem is listed with its file and field; what is sound still loads.

Authors write TOML; what is loaded are JSON texts made from it, kept in the user's cache under a digest of every
file's path, size and time, so that it can never be stale. Records are validated at each load, from the cache too.
"""

import csv
import gc
import hashlib
import io
import json
import os
import tomllib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
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
    own: bool = False
    """Of the user's own folder: the part is left out."""

    def __str__(self) -> str:
        whose = "own parts, " if self.own else ""
        where = f"{self.file}, {self.field}" if self.field else self.file
        return f"{whose}{where}: {self.text}"


def load_catalog(folder: Path | None = None, own: Path | None = None) -> Catalog:
    """The shipped catalog and, over it, the user's own parts (if `own` names their folder). Problems are left out;
    `read_catalog` lists them."""
    return read_catalog(folder, own)[0]


def read_catalog(folder: Path | None = None, own: Path | None = None) -> tuple[Catalog, tuple[Problem, ...]]:
    with _collector_paused():
        return _read_catalog(folder or places.catalog(), own)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Records hold no cycles: looking for some among the thousands being made takes a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_catalog(folder: Path, own: Path | None) -> tuple[Catalog, tuple[Problem, ...]]:
    plain, problems = _cached(folder)
    catalog, found = _validated(plain)
    problems += found
    if own is not None and own.is_dir():
        own_plain, own_problems = _compile(own, MAX_OWN_BYTES)
        own_catalog, own_found = _validated(own_plain)
        catalog = catalog.with_own(own_catalog)
        problems += [replace(problem, own=True) for problem in own_problems + own_found]
    return catalog, tuple(problems)


# ------------------------------------------------------------------ files to plain records


@dataclass(frozen=True, slots=True)
class _Plain:
    """What the files say, as JSON texts: records are validated from them without a detour over Python values."""

    head: bytes
    """The catalog's own version, and the constants of the estimates."""
    records: Mapping[str, bytes]
    """Kind or table -> a list of records."""
    files: Mapping[str, bytes]
    """Kind or table -> the file of each record."""


_LISTS = (*KINDS, *TABLES)


def _cached(folder: Path) -> tuple[_Plain, list[Problem]]:
    """From the cache where it fits the files as they are now; else from the files."""
    cached = places.cache() / f"catalog-{_digest(folder)}.json"
    try:
        return _from_lines(cached.read_bytes()), []
    except (OSError, ValueError):
        pass
    plain, problems = _compile(folder, MAX_FILE_BYTES)
    if not problems:
        _keep(cached, _to_lines(plain))
    return plain, problems


def _to_lines(plain: _Plain) -> bytes:
    """One JSON text a line, under the checksum of all of them."""
    body = b"\n".join([plain.head, *(text[name] for name in _LISTS for text in (plain.records, plain.files))])
    return b"%08x\n%b" % (zlib.crc32(body), body)


def _from_lines(data: bytes) -> _Plain:
    """ValueError for what is not whole."""
    check, _, body = data.partition(b"\n")
    lines = body.split(b"\n")
    if check != b"%08x" % zlib.crc32(body) or len(lines) != 1 + 2 * len(_LISTS):
        raise ValueError("the cache is damaged")
    return _Plain(lines[0], dict(zip(_LISTS, lines[1::2], strict=True)), dict(zip(_LISTS, lines[2::2], strict=True)))


def _digest(folder: Path) -> str:
    """Of every file's path, size and times, and of this module's own (the way files are read may change too)."""
    seen = hashlib.sha256(" ".join(_LISTS).encode())
    for stamp in (*sorted(_stamps(str(folder))), _stamp(__file__, os.stat(__file__))):
        seen.update(f"{stamp}\n".encode())
    return seen.hexdigest()[:24]


def _stamps(folder: str) -> Iterator[tuple[str, int, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _stamps(entry.path)
            elif entry.name.endswith((".toml", ".csv", ".json")):
                yield _stamp(entry.path, entry.stat())


def _stamp(name: str, stat: os.stat_result) -> tuple[str, int, int, int]:
    """The second time is that of the last change of any kind: no tool can set it back."""
    return name, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _keep(cached: Path, data: bytes) -> None:
    """A cache that cannot be written is only slower."""
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        for old in cached.parent.glob("catalog-*.json"):
            old.unlink(missing_ok=True)
        scratch = cached.with_suffix(f".{os.getpid()}.tmp")
        scratch.write_bytes(data)
        scratch.replace(cached)
    except OSError:
        return


def _compile(folder: Path, max_bytes: int) -> tuple[_Plain, list[Problem]]:
    """Every file read; dates become text, since JSON has none."""
    problems: list[Problem] = []
    records: dict[str, bytes] = {}
    files: dict[str, bytes] = {}
    for name in _LISTS:
        paths = (folder / name).glob("*.csv" if name in TABLES else "**/*")
        found = list(_read_all(folder, sorted(p for p in paths if p.suffix in _READERS), max_bytes, problems))
        records[name] = json.dumps([record for _, record in found]).encode()
        files[name] = json.dumps([file for file, _ in found]).encode()
    return _Plain(json.dumps(_head(folder, max_bytes, problems)).encode(), records, files), problems


def _read_all(
    folder: Path, paths: list[Path], max_bytes: int, problems: list[Problem]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """File and record, in order; what cannot be read is a problem."""
    for path in paths:
        name = path.relative_to(folder).as_posix()
        try:
            yield from [(name, record) for record in _READERS[path.suffix](_text(path, max_bytes))]
        except OSError as e:
            problems.append(Problem(name, "", f"cannot be read: {(e.strerror or str(e)).lower()}"))
        except ValueError as e:
            problems.append(Problem(name, "", str(e)))


def _head(folder: Path, max_bytes: int, problems: list[Problem]) -> dict[str, Any]:
    found: dict[str, Any] = {"head": {}, "calibration": None}
    for name, place, read in (
        ("head", "catalog.toml", _toml),
        ("calibration", "calibration/throughput.json", _json),
    ):
        try:
            if (folder / place).exists():
                found[name] = read(_text(folder / place, max_bytes))
        except ValueError as e:
            problems.append(Problem(place, "", str(e)))
    return found


def _text(path: Path, max_bytes: int) -> str:
    size = path.stat().st_size
    if size > max_bytes:
        raise ValueError(f"is {size:,} bytes; a catalog file may have {max_bytes:,}")
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as e:
        raise ValueError(f"is not UTF-8 text (byte {e.start})") from e


def _toml(text: str) -> dict[str, Any]:
    """As people write it. ValueError with a sentence for what cannot be read."""
    try:
        read: dict[str, Any] = json.loads(json.dumps(tomllib.loads(text), default=str))
    except RecursionError as e:
        raise ValueError("is nested too deeply") from e
    except tomllib.TOMLDecodeError as e:
        raise ValueError(f"is not TOML: {e}") from e
    return read


def _json(text: str) -> dict[str, Any]:
    """As the program writes imported parts."""
    try:
        read = json.loads(text)
    except RecursionError as e:
        raise ValueError("is nested too deeply") from e
    except json.JSONDecodeError as e:
        raise ValueError(f"is not JSON: {e}") from e
    if not isinstance(read, dict):
        raise ValueError("should hold one record")
    return read


def _csv(text: str) -> Iterator[dict[str, Any]]:
    """Rows of a table; an empty cell is a missing field."""
    try:
        for row in csv.DictReader(io.StringIO(text, newline="")):
            yield {name or "cells beyond the last column": value for name, value in row.items() if value != ""}
    except csv.Error as e:
        raise ValueError(f"is not CSV: {e}") from e


def _parts(read: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One record, or a family: `[defaults]` under every `[[part]]`."""
    if "part" not in read:
        yield read
        return
    extra = set(read) - {"part", "defaults"}
    if extra:
        raise ValueError(f"has `{min(extra)}` beside its parts; put it under [defaults] or [[part]]")
    defaults, parts = read.get("defaults", {}), read["part"]
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in [defaults, *parts]):
        raise ValueError("should list its parts as [[part]] under one [defaults]")
    for part in parts:
        yield _merged(defaults, part)


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merged(merged[key], value) if both and key == "evidence" else value
    return merged


_READERS: Mapping[str, Callable[[str], Iterable[dict[str, Any]]]] = {
    ".toml": lambda text: _parts(_toml(text)),
    ".json": lambda text: _parts(_json(text)),
    ".csv": _csv,
}


# ------------------------------------------------------------------ plain records to the catalog


def _validated(plain: _Plain) -> tuple[Catalog, list[Problem]]:
    problems: list[Problem] = []
    fields: dict[str, Any] = {}
    for kind, record in KINDS.items():
        fields[kind] = _by_id(plain.files[kind], _records(kind, record, plain, problems), problems)
    for table, row in TABLES.items():
        fields[table] = tuple(found for _, found in _records(table, row, plain, problems))
    told = json.loads(plain.head)
    fields["calibration"] = _calibration(told["calibration"], problems)
    head = told["head"]
    return Catalog(**fields, version=str(head.get("version", "")), dated=str(head.get("dated", ""))), problems


def _records(name: str, record: type[Any], plain: _Plain, problems: list[Problem]) -> Iterable[tuple[int, Any]]:
    """Place in the list and record. All at once, which is quick; one by one only when something is wrong, to say what.
    Tables come from CSV, where every figure is text."""
    strict = name in KINDS
    try:
        return enumerate(_list_of(name).validate_json(plain.records[name], strict=strict))
    except ValidationError:
        pass
    sound: list[tuple[int, Any]] = []
    files = json.loads(plain.files[name])
    for place, part in enumerate(json.loads(plain.records[name])):
        try:
            sound.append((place, record.model_validate_json(json.dumps(part), strict=strict)))
        except ValidationError as e:
            problems += _sentences(files[place], str(part.get("id", "")), e)
    return sound


def _sentences(file: str, part: str, error: ValidationError) -> Iterator[Problem]:
    for item in error.errors(include_url=False):
        path = ".".join(str(step) for step in item["loc"])
        yield Problem(file, f"{part}: {path}" if part else path, f"{item['msg']} (found {item['input']!r:.60})")


@cache
def _list_of(name: str) -> TypeAdapter[list[Any]]:
    """Kept, because making one takes longer than reading what it reads."""
    record = KINDS.get(name) or TABLES[name]
    return TypeAdapter(list[record])  # type: ignore[valid-type]


def _by_id(files: bytes, records: Iterable[tuple[int, Any]], problems: list[Problem]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place, record in records:
        if record.id in found:
            problems.append(
                Problem(json.loads(files)[place], f"{record.id}: id", "is used twice; ids are never shared")
            )
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
