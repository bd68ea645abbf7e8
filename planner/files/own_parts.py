"""The user's own parts: JSON files in the user's folder that add to or override the shipped catalog."""

import csv
import io
from pathlib import Path

from planner import places
from planner.catalog.store import KINDS
from planner.domain.base import Record
from planner.domain.model import FileSize
from planner.files import atomic
from planner.files.problem import FileProblem


def save_part(kind: str, record: Record, folder: Path | None = None) -> Path:
    """Write one record; an own part of the same id is replaced. Returns the file."""
    if kind not in KINDS:
        raise ValueError(f"{kind} is not a kind of part")
    name = getattr(record, "id")  # noqa: B009  # every kind has one; Record itself does not
    path = (folder or places.user_parts()) / kind / f"{name}.json"
    _write(path, record.model_dump_json(indent=1, exclude_defaults=True).encode())
    return path


def save_size(size: FileSize, folder: Path | None = None) -> Path:
    """Remember the size of a model file the user has."""
    path = (folder or places.user_parts()) / "file_sizes" / f"{size.model}-{size.quant}.csv"
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
