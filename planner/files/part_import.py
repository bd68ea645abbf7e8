"""Any file a part or a model can be imported from, told apart by what it holds, and kept in the user's folder."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.catalog.store import Catalog
from planner.domain.base import Record
from planner.files import own_parts
from planner.files.model_import import begins_as_gguf, import_model
from planner.files.opendb_import import import_opendb, is_opendb
from planner.files.problem import FileProblem

MAX_JSON_BYTES = 2 * 2**20


@dataclass(frozen=True, slots=True)
class Kept:
    """What was imported, and where it is now."""

    kind: str
    record: Record
    files: tuple[Path, ...]
    notes: tuple[str, ...]


def import_file(path: Path, catalog: Catalog, folder: Path | None = None) -> Kept:
    """A GGUF file, a model's `config.json`, or a record of BuildCores OpenDB. `FileProblem` for anything else."""
    plain = None if begins_as_gguf(path) else _json(path)
    if plain is not None and is_opendb(plain):
        part = import_opendb(path, plain, catalog)
        return Kept(part.kind, part.part, (own_parts.save_part(part.kind, part.part, folder),), part.notes)
    if plain is not None and not {"model_type", "text_config", "num_hidden_layers"} & set(plain):
        raise FileProblem(path, "is JSON, but neither a model's config.json nor a record of BuildCores OpenDB.")
    found = import_model(path)
    files = [own_parts.save_part("models", found.model, folder)]
    if found.size is not None:
        files.append(own_parts.save_size(found.size, folder))
    return Kept("models", found.model, tuple(files), found.notes)


def _json(path: Path) -> Any:
    if path.stat().st_size > MAX_JSON_BYTES:
        raise FileProblem(path, f"is neither a GGUF file nor JSON of less than {MAX_JSON_BYTES // 2**20} MiB.")
    try:
        plain = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as e:
        raise FileProblem(path, f"is neither a GGUF file nor JSON ({e}). Nothing was imported.") from e
    if not isinstance(plain, dict):
        raise FileProblem(path, "is JSON, but should hold one object. Nothing was imported.")
    return plain
