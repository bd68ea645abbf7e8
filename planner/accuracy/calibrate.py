"""Fit the constants of the speed estimates on the shipped measurements. Run by hand; needs numpy, the planner does not.

    python -m planner.accuracy.calibrate [--write] [--rounds 12]

Every row is predicted by the very functions the planner uses. The constants are positive and fitted as logarithms,
each drawn weakly to a starting point (catalog/calibration/starting_points.json); effects of one family or chip are
drawn to 1, so that little data changes little. What all readings of one source share (its prompts, its way of timing)
is fitted beside them and then dropped, so that one table does not bend the constants. Rows far off count less (soft
L1). Each (card, count, model, quantisation, engine, split) has one vote. Bands and errors come from rows the fit had
not seen: a fifth of the cards, of the models and of the sources left out in turn.
"""

import argparse
import hashlib
import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from planner import places
from planner.accuracy.cases import Skipped, case_of
from planner.accuracy.held_out import write_held_out
from planner.accuracy.names import Names
from planner.accuracy.throughput import decode_gap, prefill_gap, quantile
from planner.accuracy.timing import decode_seconds, prefill_seconds
from planner.analysis.speed_case import SpeedCase
from planner.analysis.speed_range import WIDE, WIDE_SPECULATIVE, situation
from planner.catalog.load import load_catalog
from planner.domain.calibration import Calibration
from planner.domain.measurement import Measurement

FOLDS = 5
SOFT = 0.05
"""Residuals beyond this (as a logarithm) count less and less."""
PULL = 0.15
"""Weight of a starting point against one vote."""
HABIT = 0.08
"""Spread of what the readings of one source share, as a logarithm."""
SETTLED = 1e-5
"""The fit ends when a step betters it by a smaller share."""
QUALITY = {"A": 1.0, "B": 0.7, "C": 0.3}
FEWEST_VOTES = 8
"""For a band of its own."""
TAIL = 0.11
"""Share of held-out rows beyond each end of a band. A whole source left out is a harder test than a new build is, so
bands that hold 78 % of these rows hold somewhat more in use."""
STEP = 1e-4
STALE = 0.03
"""Slopes are taken again once a constant they are for has moved by this much, as a logarithm."""
WAYS: Mapping[str, Callable[[Measurement], str]] = {
    "card": lambda row: row.chip or (row.gpu if row.count else row.cpu),
    "model": lambda row: row.model,
    "source": lambda row: row.source,
}


@dataclass(frozen=True, slots=True)
class Point:
    """One measured speed."""

    row: Measurement
    case: SpeedCase
    kind: str
    seconds: float
    weight: float

    @property
    def vote(self) -> tuple[object, ...]:
        r = self.row
        cpu = r.cpu if r.count == 0 else ""
        return (self.kind, r.gpu, r.count, r.model, r.quant, r.engine, r.split, cpu, self.drafted)

    @property
    def drafted(self) -> bool:
        """Decode with speculation, which is judged by itself."""
        return self.kind == "decode" and self.case.draft is not None


@dataclass(frozen=True, slots=True)
class Held:
    """A row predicted by a fit that had not seen it."""

    point: Point
    way: str
    log_ratio: float
    """ln(measured speed / estimate)."""


class Recorder(dict[str, float]):
    """Constants that remember which of them were asked for, and effects (default 1) that do not exist yet."""

    def __init__(self, values: Mapping[str, float]) -> None:
        super().__init__(values)
        self.asked: dict[str, None] = {}

    def __getitem__(self, name: str) -> float:
        self.asked[name] = None
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        if name in self or default == 1.0:
            self.asked[name] = None
        return super().get(name, default)


def seconds_of(point: Point, constants: Mapping[str, float]) -> float:
    """Per token: of one user's decode, or of a prompt."""
    if point.kind == "decode":
        return decode_seconds(point.row, point.case, constants)
    return prefill_seconds(point.row, point.case, constants)


def points_of(rows: Iterable[Measurement], names: Names) -> list[Point]:
    found: list[Point] = []
    for row in rows:
        case = case_of(row, names)
        if isinstance(case, Skipped):
            continue
        weight = QUALITY[row.quality]
        if row.decode_tok_s and not decode_gap(row):
            found.append(Point(row, case, "decode", case.users / row.decode_tok_s, weight))
        rated = all(card.tflops for card in case.cards)
        if row.prefill_tok_s and rated and not prefill_gap(row, case):
            found.append(Point(row, case, "prefill", 1 / row.prefill_tok_s, weight))
    votes = Counter(point.vote for point in found)
    return [Point(p.row, p.case, p.kind, p.seconds, p.weight / math.sqrt(votes[p.vote])) for p in found]


@dataclass(frozen=True)
class Starts:
    constants: Mapping[str, tuple[float, float]]
    """Name -> start, spread as a logarithm; spread 0 keeps it."""
    effects: Mapping[str, float]
    """Beginning of a name -> spread around 1."""

    @classmethod
    def read(cls, path: Path) -> "Starts":
        raw = json.loads(path.read_text("utf-8"))
        return cls({n: (v, s) for n, (v, s) in raw["constants"].items()}, raw["effects"])

    def of(self, name: str) -> tuple[float, float]:
        if name in self.constants:
            return self.constants[name]
        spread = next((s for begin, s in self.effects.items() if name.startswith(begin + " ")), 0.0)
        return 1.0, spread


def fit(points: Sequence[Point], starts: Starts, rounds: int) -> dict[str, float]:
    """Levenberg-Marquardt on the logarithms; each row's slopes are taken only for the constants it asks for."""
    import numpy as np

    values = {name: start for name, (start, _) in starts.constants.items()}
    uses = [[n for n in _asked(point, values) if starts.of(n)[1] > 0] for point in points]
    names = sorted({n for use in uses for n in use})
    place = {name: i for i, name in enumerate(names)}
    places_of = [np.array([place[n] for n in use], dtype=int) for use in uses]
    taken_at = [np.full(len(use), math.inf) for use in uses]
    habits = _habits(points)
    start = np.array([math.log(starts.of(n)[0]) for n in names] + [0.0] * habits.shape[1])
    pull = np.array([PULL / starts.of(n)[1] for n in names] + [PULL / HABIT] * habits.shape[1])
    logs, damping, cost = start.copy(), 1e-2, math.inf
    best, step = start.copy(), np.zeros(len(start))
    slopes = np.hstack([np.zeros((len(points), len(names))), habits])
    weights = np.array([point.weight for point in points])
    for _ in range(rounds):
        values |= {n: math.exp(v) for n, v in zip(names, logs[: len(names)], strict=True)}
        errors = np.array([_error(point, values) for point in points]) + habits @ logs[len(names) :]
        strayed = (logs - start) * pull
        now = _cost(errors, weights) + float(strayed @ strayed)
        if now >= cost:  # a step too far: half of it, from where it began
            step, damping = step / 2, damping * 3
            logs = best + step
            continue
        settled = cost - now < SETTLED * now
        best, cost, damping = logs.copy(), now, damping / 3
        if settled:
            break
        for i, point in enumerate(points):
            now_at = logs[places_of[i]]
            if np.any(np.abs(now_at - taken_at[i]) > STALE):
                slopes[i, places_of[i]], taken_at[i] = _slopes(point, values, uses[i]), now_at
        softened = 1 / np.sqrt(1 + (errors / SOFT) ** 2)
        scale = weights * np.sqrt(softened)
        j = np.vstack([slopes * scale[:, None], np.diag(pull)])
        gram = j.T @ j
        right = j.T @ np.concatenate([errors * scale, strayed])
        step = -np.clip(np.linalg.solve(gram + damping * np.diag(np.diag(gram)), right), -0.5, 0.5)
        logs = best + step
    return values | {n: math.exp(v) for n, v in zip(names, best[: len(names)], strict=True)}


def _habits(points: Sequence[Point]) -> Any:
    """A column of ones for each source and kind, speculation apart. None for the source with the most votes on an
    engine: it is what the others of that engine are compared with."""
    import numpy as np

    votes: dict[tuple[str, ...], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for point in points:
        votes[_engine(point)][point.row.source] += point.weight**2
    usual = {engine: max(by, key=by.__getitem__) for engine, by in votes.items()}
    keys = [None if usual[_engine(p)] == p.row.source else (p.row.source, p.kind, p.drafted) for p in points]
    place = {key: i for i, key in enumerate(sorted({key for key in keys if key}))}
    found = np.zeros((len(points), len(place)))
    for i, key in enumerate(keys):
        if key:
            found[i, place[key]] = 1.0
    return found


def _engine(point: Point) -> tuple[str, ...]:
    return point.kind, point.case.engine, point.case.backend


def _cost(errors: Any, weights: Any) -> float:
    import numpy as np

    return float(np.sum(weights**2 * 2 * SOFT**2 * (np.sqrt(1 + (errors / SOFT) ** 2) - 1)))


def _asked(point: Point, values: Mapping[str, float]) -> tuple[str, ...]:
    recorder = Recorder(values)
    seconds_of(point, recorder)
    return tuple(recorder.asked)


def _error(point: Point, values: Mapping[str, float]) -> float:
    """Logarithm of estimate over measurement, as times."""
    return math.log(seconds_of(point, values) / point.seconds)


def _slopes(point: Point, values: dict[str, float], names: Sequence[str]) -> list[float]:
    """Of the error, along each constant's logarithm."""
    base, slopes = _error(point, values), []
    for name in names:
        kept = values.get(name)
        values[name] = (kept if kept is not None else 1.0) * math.exp(STEP)
        slopes.append((_error(point, values) - base) / STEP)
        if kept is None:
            del values[name]
        else:
            values[name] = kept
    return slopes


def held_out(points: Sequence[Point], starts: Starts, rounds: int) -> list[Held]:
    """Every row predicted three times: with its card, its model and its source unseen."""
    found: list[Held] = []
    for way, key in WAYS.items():
        for fold in range(FOLDS):
            unseen = [p for p in points if _fold(key(p.row)) == fold]
            constants = fit([p for p in points if _fold(key(p.row)) != fold], starts, rounds)
            found += [Held(p, way, math.log(seconds_of(p, constants) / p.seconds)) for p in unseen]
    return found


def _fold(key: str) -> int:
    return int(hashlib.md5(key.encode()).hexdigest(), 16) % FOLDS


def _vote_weights(held: Sequence[Held]) -> list[float]:
    votes = Counter((h.way, h.point.vote) for h in held)
    return [1 / votes[h.way, h.point.vote] for h in held]


def bands(held: Sequence[Held]) -> dict[str, tuple[float, float]]:
    """Per situation, the factors between which 80 % of the measurements lay."""
    groups: dict[str, list[Held]] = defaultdict(list)
    for item in held:
        for name in dict.fromkeys(situation(item.point.case, item.point.kind)):
            groups[name].append(item)
    found = {}
    for name, items in groups.items():
        if len({h.point.vote for h in items}) < FEWEST_VOTES:
            continue
        weights, logs = _vote_weights(items), [h.log_ratio for h in items]
        low, high = quantile(logs, weights, TAIL), quantile(logs, weights, 1 - TAIL)
        found[name] = (round(math.exp(min(low, -0.03)), 3), round(math.exp(max(high, 0.03)), 3))
    return found


def errors(held: Sequence[Held], spread: Mapping[str, tuple[float, float]]) -> dict[str, dict[str, float]]:
    """Per situation, all ways together and each; and the same for quality A."""
    groups: dict[str, list[Held]] = defaultdict(list)
    for item in held:
        names = situation(item.point.case, item.point.kind)
        whole = () if item.point.drafted else (item.point.kind,)
        for name in dict.fromkeys((*whole, *names[-2:], names[0])):
            groups[name].append(item)
            groups[f"{name} by {item.way}"].append(item)
            if item.point.row.quality == "A":
                groups[f"{name} quality A"].append(item)
    return {name: _figures(items, spread) for name, items in sorted(groups.items())}


def _figures(held: Sequence[Held], spread: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    weights = _vote_weights(held)
    signed = [(math.exp(-h.log_ratio) - 1) * 100 for h in held]
    inside = [_inside(h, spread) for h in held]
    return {
        "rows": len({(h.point.row.id, h.point.kind) for h in held}),
        "median_pct": round(quantile([abs(s) for s in signed], weights, 0.5), 1),
        "p90_pct": round(quantile([abs(s) for s in signed], weights, 0.9), 1),
        "bias_pct": round(quantile(signed, weights, 0.5), 1),
        "coverage_pct": round(100 * sum(w for w, yes in zip(weights, inside, strict=True) if yes) / sum(weights), 1),
    }


def _inside(held: Held, spread: Mapping[str, tuple[float, float]]) -> bool:
    names = situation(held.point.case, held.point.kind)
    unknown = WIDE_SPECULATIVE if held.point.drafted else WIDE
    low, high = next((spread[name] for name in names if name in spread), unknown)
    return math.log(low) <= held.log_ratio <= math.log(high)


def calibrate(rows: Iterable[Measurement], names: Names, starts: Starts, rounds: int) -> tuple[Calibration, list[Held]]:
    points = points_of(rows, names)
    held = held_out(points, starts, rounds)
    spread = bands(held)
    constants = fit(points, starts, rounds)
    found = Calibration(
        fitted_on=date.today().isoformat(),
        rows=len({p.row.id for p in points}),
        constants={name: float(f"{value:.4g}") for name, value in sorted(constants.items())},
        spread=dict(sorted(spread.items())),
        errors=errors(held, spread),
        notes="Written by planner.accuracy.calibrate. Errors are of rows whose card, model or source was left out.",
    )
    return found, held


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the constants of the speed estimates.")
    parser.add_argument("--write", action="store_true", help="write catalog/calibration/throughput.json")
    parser.add_argument("--rounds", type=int, default=12)
    args = parser.parse_args()
    catalog = load_catalog()
    folder = places.catalog() / "calibration"
    found, held = calibrate(
        catalog.measurements, Names.shipped(catalog), Starts.read(folder / "starting_points.json"), args.rounds
    )
    for name, figures in found.errors.items():
        print(f"{name:48s}", "  ".join(f"{k} {v:7.1f}" for k, v in figures.items()))
    if args.write:
        text = json.dumps(found.model_dump(mode="json"), indent=1, sort_keys=True)
        (folder / "throughput.json").write_text(text + "\n", encoding="utf-8")
        write_held_out(folder, ((h.point.row.id, h.point.kind, h.way, h.log_ratio) for h in held))


if __name__ == "__main__":
    main()
