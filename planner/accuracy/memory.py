"""Error of the memory estimates on published files, on buffers the engine states, and on readings of real loads.

The three kinds of tables are told apart by their header. A prediction never sees the measured value.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from planner.accuracy.memory_probe import score_probe
from planner.accuracy.memory_readings import score_readings
from planner.accuracy.memory_rows import Fit, Row, Score, Scored
from planner.accuracy.memory_sizes import score_sizes
from planner.catalog.store import Catalog

KINDS = (
    ("sizes", score_sizes, ("model_id", "quant", "size_gib", "bytes")),
    ("probe", score_probe, ("run", "model_id", "n_ctx", "ubatch", "component", "mib", "n_outputs_max")),
    ("readings", score_readings, ("run", "engine", "model_id", "quant", "component", "mib", "reliability")),
)
"""Name, scorer, columns that tell it."""


def score_memory(catalog: Catalog, data: Path | Iterable[Row] | None = None, by: Sequence[str] = ()) -> dict[str, Any]:
    """`data` is a CSV file, a folder of such, or the rows of one; without it, the sizes in the catalog. `by` may name
    `group`."""
    score = Score()
    for rows in _tables(catalog, data):
        if rows:
            _scorer(rows[0])(iter(rows), catalog, score)
    return {
        "groups": _groups(score.rows, by),
        "fit": _fit(score.fits),
        "skipped": dict(score.skipped.most_common()),
        "rows": [_row(item) for item in score.rows],
    }


def _tables(catalog: Catalog, data: Path | Iterable[Row] | None) -> Iterator[list[Row]]:
    if data is None:
        yield [_of_catalog(number, size) for number, size in enumerate(catalog.file_sizes, start=1)]
    elif not isinstance(data, Path):
        yield list(data)
    elif not data.is_dir():
        yield _read(data)
    else:
        files = sorted(data.glob("*.csv"))
        if not files:
            raise ValueError("holds no CSV file")
        for path in files:  # ids are told apart by the table they stand in
            yield [{**row, "id": f"{path.stem} {row['id']}"} if "id" in row else row for row in _read(path)]


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: value or "" for name, value in row.items() if name} for row in csv.DictReader(file)]


def _of_catalog(number: int, size: Any) -> Row:
    return {
        "id": str(number),
        "model_id": size.model,
        "quant": size.quant,
        "repo": size.publisher,
        "size_gib": str(size.size_gib or ""),
        "bytes": str(size.size_bytes or ""),
        "resolution_gib": str(size.resolution_gib),
    }


def _scorer(row: Row) -> Any:
    for _, scorer, columns in KINDS:
        if all(name in row for name in columns):
            return scorer
    wanted = "; or ".join(", ".join(columns) for _, _, columns in KINDS)
    raise ValueError(f"is no table of memory readings we know: it needs the columns {wanted}")


def _groups(rows: Sequence[Scored], by: Sequence[str]) -> dict[str, Any]:
    found: dict[str, list[Scored]] = defaultdict(list)
    for item in rows:
        found[item.component].append(item)
        if item.group:
            found[f"{item.component}, {item.group}"].append(item)
    return {name: figures(items) for name, items in sorted(found.items())}


def figures(items: Sequence[Scored]) -> dict[str, float]:
    percent = sorted(item.off_percent for item in items)
    mib = sorted(item.off_mib for item in items)
    return {
        "rows": len(items),
        "median_pct": round(median(percent), 3),
        "p95_pct": round(_quantile(percent, 0.95), 3),
        "median_mib": round(median(mib), 3),
        "p95_mib": round(_quantile(mib, 0.95), 3),
        "bias_pct": round(median(100 * (item.value_mib / item.measured_mib - 1) for item in items), 3),
    }


def _quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of them do not exceed."""
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1))]


def _fit(fits: Sequence[Fit]) -> Mapping[str, int]:
    return {
        "rows": len(fits),
        "said_fits_and_failed": sum(fit.said and not fit.ran for fit in fits),
        "said_does_not_fit_and_ran": sum(fit.ran and not fit.said for fit in fits),
    }


def _row(item: Scored) -> dict[str, object]:
    return {
        "id": item.id,
        "component": item.component,
        "measured_mib": round(item.measured_mib, 3),
        "value_mib": round(item.value_mib, 3),
    }
