"""Error of the speed estimates on measured rows. A prediction never sees the row's measured value."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Any

from planner.accuracy.cases import Skipped, case_of
from planner.accuracy.held_out import HeldOut, read_held_out
from planner.accuracy.held_out import estimate as held_estimate
from planner.accuracy.names import Names
from planner.accuracy.rows import read_rows
from planner.accuracy.timing import decode_seconds, prefill_seconds
from planner.analysis.speed_case import SpeedCase
from planner.analysis.speed_range import band, ranged
from planner.catalog.store import Catalog
from planner.domain.calibration import Calibration
from planner.domain.measurement import Measurement
from planner.domain.steps import Range

KINDS = ("decode", "prefill")
NO_FILTER: Mapping[str, str] = MappingProxyType({})
SHORTEST_PROMPT = 256
"""Prompts shorter than this time the launch, not the card."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One row and its estimate."""

    row: Measurement
    case: SpeedCase
    kind: str
    measured: float
    estimate: Range
    left_out: str = ""
    """What the fit behind this estimate had not seen: card, model or source; empty where it may have seen all."""

    @property
    def error(self) -> float:
        """Signed, in percent of the measured value."""
        return (self.estimate.value / self.measured - 1) * 100

    @property
    def inside(self) -> bool:
        return self.estimate.low <= self.measured <= self.estimate.high

    @property
    def vote(self) -> tuple[object, ...]:
        """Rows that share one vote, so that a large table of one machine does not decide."""
        r = self.row
        cpu = r.cpu if r.count == 0 else ""
        return (r.gpu, r.count, r.model, r.quant, r.engine, r.split, cpu, self.drafted, self.left_out)

    @property
    def drafted(self) -> bool:
        """Decode with speculation, which is judged by itself."""
        return self.kind == "decode" and self.case.draft is not None


def score_throughput(
    catalog: Catalog, data: Path | None = None, by: Sequence[str] = (), where: Mapping[str, str] = NO_FILTER
) -> dict[str, Any]:
    """Plain estimates of the rows of `data`. Without it, the shipped measurements, each predicted three times by fits
    that had not seen its card, its model or its source. `by`: fields of a row, such as engine, split, gpu, quality.
    `where`: field -> what its value has to match, with * and ?. ValueError for a field that rows do not have."""
    scored, skipped = scored_rows(catalog, data)
    scored = [s for s in scored if all(fnmatch(str(_field(s.row, name)), want) for name, want in where.items())]
    return {
        "cross_validated": data is None,
        "decode": _kind([s for s in scored if s.kind == "decode"], by),
        "prefill": _kind([s for s in scored if s.kind == "prefill"], by),
        "skipped": dict(skipped.most_common()),
        "rows": [_row(s) for s in scored],
    }


def scored_rows(catalog: Catalog, data: Path | None = None) -> tuple[list[Scored], Counter[str]]:
    """Every row with its estimate, and why others have none."""
    if catalog.calibration is None:
        raise ValueError("the catalog has no calibration of speeds")
    names = Names.shipped(catalog)
    if data:
        return score_rows(read_rows(data), names, catalog.calibration)
    plain, skipped = score_rows(((m.id, m) for m in catalog.measurements), names, catalog.calibration)
    return _held_out(plain, read_held_out(names.folder)), skipped


def score_rows(
    rows: Iterable[tuple[str, Measurement | str]], names: Names, calibration: Calibration
) -> tuple[list[Scored], Counter[str]]:
    scored: list[Scored] = []
    skipped: Counter[str] = Counter()
    for _, row in rows:
        if isinstance(row, str):
            skipped[f"row cannot be read: {row}"] += 1
            continue
        case = case_of(row, names)
        if isinstance(case, Skipped):
            skipped[case.reason] += 1
            continue
        found = list(_estimates(row, case, calibration, skipped))
        scored += found
    return scored, skipped


def _held_out(plain: Sequence[Scored], held: HeldOut) -> list[Scored]:
    """The same rows, with the estimates and ranges they had while left out."""
    found = []
    for item in plain:
        for way, log_ratio in held.get((item.row.id, item.kind), {}).items():
            value = held_estimate(item.measured, log_ratio)
            found.append(replace(item, estimate=item.estimate.scaled(value / item.estimate.value), left_out=way))
    return found


def _estimates(row: Measurement, case: SpeedCase, calibration: Calibration, skipped: Counter[str]) -> Iterator[Scored]:
    if row.decode_tok_s and decode_gap(row):
        skipped[f"decode: {decode_gap(row)}"] += 1
    elif row.decode_tok_s:
        rate = case.users / decode_seconds(row, case, calibration.constants)
        estimate = ranged(rate, band(case, "decode", calibration))
        yield Scored(row, case, "decode", row.decode_tok_s, estimate)
    if row.prefill_tok_s:
        reason = prefill_gap(row, case)
        seconds = math.nan if reason else prefill_seconds(row, case, calibration.constants)
        if math.isnan(seconds):
            skipped[f"prefill: {reason or 'matrix rate of the card not known'}"] += 1
        else:
            estimate = ranged(1 / seconds, band(case, "prefill", calibration))
            yield Scored(row, case, "prefill", row.prefill_tok_s, estimate)


def decode_gap(row: Measurement) -> str:
    """Why this row's decode is not comparable; empty when it is."""
    few = re.search(r"decode (?:on|at only) \d+ threads", row.notes)
    return "fewer threads than keep the memory busy" if few else ""


def prefill_gap(row: Measurement, case: SpeedCase) -> str:
    """Why this row's prefill is not comparable; empty when it is."""
    if "TTFT is not prefill" in row.notes:
        return "time to first token, not prefill"
    if row.users > 1:
        return "prompts of many users"
    if "activations of 8 bits" in row.notes and case.kernels != "narrow":
        return "activations narrowed for weights of another format: kernels not modelled"
    if row.engine.startswith("ktrans"):
        return "prompt path of KTransformers not modelled"
    if "LocalScore" in row.engine:
        return ""
    if row.prompt is None:
        return "prompt length not stated"
    return "prompt too short to time" if case.prompt < SHORTEST_PROMPT else ""


def _kind(scored: Sequence[Scored], by: Sequence[str]) -> dict[str, Any]:
    groups: dict[str, list[Scored]] = defaultdict(list)
    for item in scored:
        groups[situation_name(item)].append(item)
        if by:
            groups["by " + ", ".join(f"{name}={_field(item.row, name)}" for name in by)].append(item)
    plain = [item for item in scored if not item.drafted]
    return {"all": figures(plain), "groups": {name: figures(items) for name, items in sorted(groups.items())}}


def situation_name(item: Scored) -> str:
    case = item.case
    if item.drafted:
        return "speculative decoding"
    if not case.cards:
        return "CPU only"
    if case.layers_in_ram or case.experts_in_ram:
        return "RAM offload"
    users = ", many users" if case.users > 1 else ""
    words = {"none": "one card", "layer": "layer split", "row": "row split", "tensor": "tensor parallel"}
    return words[case.split] + users


def _field(row: Measurement, name: str) -> object:
    aliases = {"gpu_count": "count", "split_mode": "split", "source_title": "source"}
    field = aliases.get(name, name)
    if field not in Measurement.model_fields:
        raise ValueError(f"rows have no `{name}`")
    return getattr(row, field)


def figures(scored: Sequence[Scored]) -> dict[str, float]:
    """Weighted so that every vote counts once."""
    if not scored:
        return {"rows": 0}
    per_vote: Mapping[tuple[object, ...], int] = Counter(item.vote for item in scored)
    weights = [1 / per_vote[item.vote] for item in scored]
    absolute = [abs(item.error) for item in scored]
    return {
        "rows": len({(item.row.id, item.kind) for item in scored}),
        "votes": len({vote[:-1] for vote in per_vote}),
        "median_pct": round(quantile(absolute, weights, 0.5), 2),
        "p90_pct": round(quantile(absolute, weights, 0.9), 2),
        "bias_pct": round(quantile([item.error for item in scored], weights, 0.5), 2),
        "coverage_pct": round(
            100 * sum(w for item, w in zip(scored, weights, strict=True) if item.inside) / sum(weights), 1
        ),
    }


def quantile(values: Sequence[float], weights: Sequence[float], share: float) -> float:
    """Weighted, by linear interpolation between the middles of the weights."""
    pairs = sorted(zip(values, weights, strict=True))
    if len(pairs) == 1 or (len(set(weights)) == 1 and share == 0.5):
        return median(values)
    total, below = sum(weights), 0.0
    last_at, last_value = 0.0, pairs[0][0]
    for value, weight in pairs:
        at = (below + weight / 2) / total
        if at >= share:
            span = at - last_at
            return value if span <= 0 else last_value + (value - last_value) * (share - last_at) / span
        below, last_at, last_value = below + weight, at, value
    return pairs[-1][0]


def _row(item: Scored) -> dict[str, object]:
    return {
        "id": item.row.id,
        "kind": item.kind,
        "measured": item.measured,
        "value": _digits(item.estimate.value),
        "low": _digits(item.estimate.low),
        "high": _digits(item.estimate.high),
    } | ({"left_out": item.left_out} if item.left_out else {})


def _digits(value: float) -> float:
    """Five significant digits."""
    return round(value, max(0, 4 - math.floor(math.log10(abs(value))))) if value else 0.0
