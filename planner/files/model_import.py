"""A model's record from files the user has: a GGUF file's header, or a Hugging Face `config.json`. No network.

What a file lacks is named, and nothing is imported. A shape this version cannot work out is refused, not guessed.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from planner.analysis.model_tensors import parameters
from planner.domain.base import Confidence, Evidence
from planner.domain.model import FileSize, Model
from planner.files import model_config, model_gguf
from planner.files.model_gguf import Described
from planner.files.problem import FileProblem

MAX_WEIGHTS = 2**44
MAX_EXTENT = 2**20
"""No model's width, vocabulary or context step comes near; guards the arithmetic against damaged files."""
DIFFERENCE = 0.01
"""How far the weights worked out may be from the file's own."""


@dataclass(frozen=True, slots=True)
class Imported:
    model: Model
    size: FileSize | None
    """The file itself, for a GGUF: a known size beats a rule."""
    notes: tuple[str, ...]


def import_model(path: Path) -> Imported:
    """From a GGUF file or a `config.json`. `FileProblem` names what is missing."""
    suffix = path.suffix.lower()
    if suffix != ".json" and not begins_as_gguf(path):
        raise FileProblem(path, "is neither a GGUF file nor a config.json.")
    told = model_config.describe(path) if suffix == ".json" else model_gguf.describe(path)
    model = _model(path, told)
    return Imported(model, _size(path, told, model), told.notes)


def begins_as_gguf(path: Path) -> bool:
    """By its name or by its first bytes."""
    if path.suffix.lower() == ".gguf":
        return True
    try:
        with path.open("rb") as file:
            return file.read(4) == b"GGUF"
    except OSError as e:
        raise FileProblem(path, f"cannot be read: {(e.strerror or str(e)).lower()}.") from e


def _model(path: Path, told: Described) -> Model:
    evidence = Evidence(
        confidence=Confidence.HIGH, sources=(path.name,), seen_on=date.today(), note="imported from a file"
    )
    head = {"id": slug(told.record["name"]), "params_total": 1, "evidence": evidence.model_dump(mode="json")}
    try:
        model = Model.model_validate_json(json.dumps({**told.record, **head}))
    except ValidationError as e:
        first = e.errors(include_url=False)[0]
        field = ".".join(str(step) for step in first["loc"])
        raise FileProblem(path, f"gives an impossible “{field}”: {first['msg']}. Nothing was imported.") from e
    if _too_large(model):
        raise FileProblem(path, "describes a model larger than any there is. Nothing was imported.")
    worked_out = parameters(model)
    if told.weights is not None and abs(worked_out - told.weights) > DIFFERENCE * told.weights:
        raise FileProblem(
            path,
            f"holds {told.weights / 1e9:,.2f} billion weights, but its description adds up to {worked_out / 1e9:,.2f}: "
            "layers of a kind this version does not know. Nothing was imported.",
        )
    return model.replace(params_total=worked_out)


def _too_large(model: Model) -> bool:
    moe = model.moe
    extents = [model.hidden, model.intermediate, model.heads, model.kv_heads, model.head_dim, model.max_context // 256]
    extents += [
        model.vocab // 16,
        *((moe.experts, moe.expert_intermediate, moe.shared_intermediate or 0) if moe else ()),
    ]
    return max(extents) > MAX_EXTENT or parameters(model) > MAX_WEIGHTS


def _size(path: Path, told: Described, model: Model) -> FileSize | None:
    if told.label is None or told.size_bytes is None:
        return None
    return FileSize(
        model=model.id, quant=told.label, publisher="own file", size_bytes=told.size_bytes, source=path.name
    )


def slug(title: str) -> str:
    """An id of the user's own, made from a name."""
    words = re.sub(r"[^a-z0-9.]+", "-", title.lower()).strip("-.")[:60]
    return f"own-{words or 'part'}"
