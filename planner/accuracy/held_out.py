"""Errors of rows predicted with their card, their model or their source left out of the fit: written once, kept."""

import csv
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

WAYS = ("card", "model", "source")
FILE = "held_out.csv"
SCALE = 1000.0
"""Logarithms are kept as whole thousandths."""

HeldOut = Mapping[tuple[str, str], Mapping[str, float]]
"""(row, kind) -> what was left out -> ln(measured / estimate)."""


def read_held_out(folder: Path) -> HeldOut:
    path = folder / FILE
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["id"], row["kind"]): {way: int(row[way]) / SCALE for way in WAYS if row[way]}
            for row in csv.DictReader(file)
        }


def write_held_out(folder: Path, found: Iterable[tuple[str, str, str, float]]) -> None:
    """Of each: row, kind, what was left out, ln(measured / estimate)."""
    rows: dict[tuple[str, str], dict[str, int]] = {}
    for row, kind, way, log_ratio in found:
        rows.setdefault((row, kind), {})[way] = round(log_ratio * SCALE)
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("id", "kind", *WAYS))
        writer.writerows((*key, *(ways.get(way, "") for way in WAYS)) for key, ways in sorted(rows.items()))


def estimate(measured: float, log_ratio: float) -> float:
    return measured / math.exp(log_ratio)
