"""The user's own parts: JSON files in the user's folder that add to or override the shipped catalog."""

import csv
import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from planner import places
from planner.catalog.store import KINDS, Catalog
from planner.domain.base import PartId, Record
from planner.domain.model import FileSize
from planner.files import atomic
from planner.files.problem import FileProblem

R = TypeVar("R", bound=Record)


def save_part(kind: str, record: Record, folder: Path | None = None, *, whole: bool = False) -> Path:
    """Write one record; an own part of the same id is replaced. Returns the file.

    `whole` writes what is not known too, as null, for someone who will fill it in by hand.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind} is not a kind of part")
    name = getattr(record, "id")  # noqa: B009  # every kind has one; Record itself does not
    path = part_file(kind, name, folder)
    _write(path, record.model_dump_json(indent=1, exclude_defaults=not whole).encode() + b"\n")
    return path


def part_file(kind: str, name: str, folder: Path | None = None) -> Path:
    return (folder or places.user_parts()) / kind / f"{name}.json"


def copied(record: R, new_id: str) -> R:
    """The same part under another id, with a note that says so. ValueError with a sentence for an impossible id."""
    try:
        TypeAdapter(PartId).validate_python(new_id)
    except ValidationError as e:
        raise ValueError(
            f"“{new_id}” cannot be an id: use up to 80 small letters, digits, dots and hyphens, a letter or digit first"
        ) from e
    plain: dict[str, Any] = json.loads(record.model_dump_json())
    evidence = plain["evidence"]
    evidence["note"] = f"copied from {plain['id']} on {date.today().isoformat()}. {evidence.get('note', '')}".strip()
    return type(record).model_validate_json(json.dumps(plain | {"id": new_id, "name": f"{plain['name']} (copy)"}))


def copy_part(catalog: Catalog, known_id: str, new_id: str, folder: Path | None = None) -> Path:
    """A part of the catalog as a file of the user's own, to be edited there. ValueError with a sentence."""
    found = [(kind, getattr(catalog, kind)[known_id]) for kind in KINDS if known_id in getattr(catalog, kind)]
    if not found:
        raise ValueError(f"no part has the id “{known_id}”")
    kind, record = found[0]
    if any(new_id in getattr(catalog, other) for other in KINDS):
        raise ValueError(f"the id “{new_id}” is taken; choose another")
    if part_file(kind, new_id, folder).exists():
        raise ValueError(f"{part_file(kind, new_id, folder)} is there already; choose another id")
    return save_part(kind, copied(record, new_id), folder, whole=True)


def save_size(size: FileSize, folder: Path | None = None) -> Path:
    """Remember the size of a model file the user has."""
    name = re.sub(r"[^\w.-]", "-", f"{size.model}-{size.quant}")
    path = (folder or places.user_parts()) / "file_sizes" / f"{name}.csv"
    row = size.model_dump(mode="json", exclude_none=True)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row))
    writer.writeheader()
    writer.writerow(row)
    _write(path, text.getvalue().encode())
    return path


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise FileProblem(path, f"cannot be saved: {(e.strerror or str(e)).lower()}.") from e
    atomic.write(path, data)
