"""Published GGUF files against the mixture rules. The file's own size is never looked at."""

from collections.abc import Iterator

from planner.accuracy.memory_rows import Row, Score, whole
from planner.analysis.gguf_publishers import recipe
from planner.analysis.quantisation import gguf_label
from planner.analysis.weights import gguf_file_bytes
from planner.catalog.store import Catalog
from planner.domain.model import Model
from planner.domain.units import GIB, MIB

COARSE_PERCENT = 1.0
"""Sizes printed with less resolution than this test nothing."""


def score_sizes(rows: Iterator[Row], catalog: Catalog, score: Score) -> None:
    for row in rows:
        model = catalog.models.get(row.get("model_id", ""))
        label = gguf_label(row.get("quant", ""))
        measured = _bytes(row)
        if model is None:
            score.skipped["model not in the catalog"] += 1
        elif label is None:
            score.skipped["no mixture rule for this label"] += 1
        elif measured is None or _half_step(row) * 100 > COARSE_PERCENT * measured:
            score.skipped["size printed too coarsely"] += 1
        else:
            header = row.get("kind") != "tensors"
            value = gguf_file_bytes(model, label, recipe(row.get("repo", ""), row.get("file", "")), header)
            component = "gguf file, dynamic mixture" if label.startswith("UD-") else "gguf file"
            score.add(row.get("id", ""), component, measured / MIB, value, _family(model))


def _bytes(row: Row) -> float | None:
    exact = whole(row.get("bytes"))
    if exact:
        return float(exact)
    try:
        return float(row.get("size_gib") or "") * GIB
    except ValueError:
        return None


def _half_step(row: Row) -> float:
    if whole(row.get("bytes")):
        return 0.0
    return float(row.get("resolution_gib") or 0) * GIB / 2


def _family(model: Model) -> str:
    if model.layer_kinds:
        return "hybrid"
    if model.family == "gpt-oss":
        return "gpt-oss"
    return "experts" if model.moe else "dense"
