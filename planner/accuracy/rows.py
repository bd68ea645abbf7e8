"""A table of measurements as collectors keep it -> measurements."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from planner.domain.measurement import Measurement

COLUMNS = ("id", "gpu", "engine", "model", "quant", "decode_tps", "prefill_tps")
MAX_DEPTH_ROWS = 100_000
_RENAMED = {
    "source": "source_title",
    "url": "source_url_or_repo_path",
    "count": "gpu_count",
    "split": "split_mode",
    "file_gib": "model_size_gib",
    "depth": "context_or_depth",
    "prompt": "prompt_tokens",
    "generated": "gen_tokens",
    "users": "batch_or_concurrency",
    "decode_tok_s": "decode_tps",
    "prefill_tok_s": "prefill_tps",
    "speculative": "spec_decode",
    "ram": "ram_desc",
    "system": "os",
}
"""Field of `Measurement` -> column, where they differ."""
_WHOLE = ("count", "depth", "prompt", "generated", "users")
_YES_NO = {"nvlink": ("y", "n"), "fused": ("1", "0")}


def read_rows(path: Path) -> Iterator[tuple[str, Measurement | str]]:
    """(id, measurement or what is wrong with the row). ValueError when the table lacks a needed column."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"has no column `{missing[0]}`; a table of measured speeds needs {', '.join(COLUMNS)}")
        for number, row in enumerate(reader, start=2):
            yield row.get("id") or f"line {number}", measurement(row)


def measurement(row: Mapping[str, str]) -> Measurement | str:
    values: dict[str, object] = {}
    for name in Measurement.model_fields:
        text = (row.get(_RENAMED.get(name, name)) or "").strip()
        if text:
            values[name] = _value(name, text)
    values.setdefault("split", "none")
    values.setdefault("count", 1)
    values.setdefault("quality", "B")
    for name in ("source", "url", "date", "gpu", "engine", "model", "quant"):
        values.setdefault(name, "")
    values.pop("chip", None)
    try:
        return Measurement.model_validate(values, strict=False)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return f"{first['loc'][0] if first['loc'] else 'row'}: {first['msg']}"


def _value(name: str, text: str) -> object:
    if name in _YES_NO:
        yes, no = _YES_NO[name]
        return True if text == yes else False if text == no else None
    if name in _WHOLE:
        try:
            return round(float(text))
        except ValueError:
            return text
    return text
