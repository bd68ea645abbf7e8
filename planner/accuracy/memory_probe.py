"""Buffer sizes that llama.cpp itself states for a load without weights (one row per buffer)."""

from collections.abc import Iterator

from planner.accuracy.memory_rows import Row, Score, runs, whole
from planner.analysis.compute_buffer import Part, Work, compute_bytes, host_bytes
from planner.analysis.kv_cache import VALUE_BYTES, Cache, cache_bytes, layer_kinds, state_total
from planner.analysis.placement import loads, proportional
from planner.catalog.store import Catalog
from planner.domain.model import Model


def score_probe(rows: Iterator[Row], catalog: Catalog, score: Score) -> None:
    for run in runs(rows):
        model = catalog.models.get(run[0]["model_id"])
        if model is None:
            score.skipped["model not in the catalog"] += len(run)
            continue
        _score_run(run, model, score)


def _score_run(run: list[Row], model: Model, score: Score) -> None:
    first = run[0]
    cache = _cache(first)
    sums = {name: sum(float(row["mib"]) for row in run if row["component"] == name) for name in ("kv", "rs")}
    score.add(first["run"], "kv", sums["kv"], cache_bytes(model, cache))
    score.add(first["run"], "recurrent state", sums["rs"], state_total(model, cache.slots))
    for row in run:
        if row["component"] == "compute":
            component, value = _compute(row, model, cache)
            score.add(f"{row['run']} {row['device']}", component, float(row["mib"]), value, _group(row))
        elif row["component"] == "output":
            score.add(f"{row['run']} output", "output buffer", float(row["mib"]), cache.slots * model.vocab * 4)


def _cache(row: Row) -> Cache:
    return Cache(
        tokens=int(row["n_ctx"]),
        slots=int(row["parallel"]),
        key_bytes=VALUE_BYTES[row["cache_k"]],
        value_bytes=VALUE_BYTES[row["cache_v"]],
        micro_batch=int(row["ubatch"]),
        unified=row["kv_unified"] == "1",
        whole_window=row["swa_full"] == "1",
    )


def _compute(row: Row, model: Model, cache: Cache) -> tuple[str, float]:
    """The pseudo-cards of these runs work on no expert that stays in RAM."""
    in_ram = bool(row["ot"]) or row["ngl"] != "999"
    cards = 1 if in_ram else int(row["ndev"])
    flash = row["flash_attn"] == "1"
    rows = int(row["n_outputs_max"]) or cache.micro_batch
    work = Work(rows, cards, flash, experts=not row["ot"], first=row["ngl"] == "999")
    if row["device"] == "host":
        works = row["ngl"] != "999" or (bool(row["ot"]) and model.moe is not None)
        return "compute host", host_bytes(model, cache, work, works)
    place = whole(row["device"].removeprefix("GPU")) or 0
    component = "compute, flash attention" if flash else "compute, no flash attention"
    kept = max(0, model.layers + 1 - int(row["ngl"]))
    last, part = in_ram or place == cards - 1, _part(model, cache, cards, place, kept)
    return component, compute_bytes(model, cache, work, place, last, part=part)


def _part(model: Model, cache: Cache, cards: int, place: int, kept: int) -> Part | None:
    """Equal pseudo-cards share the layers evenly."""
    if place >= cards:
        return None
    devices = proportional(model.layers, [1.0] * cards, kept)
    return loads(devices, cards, (0.0,) * model.layers, 0.0, layer_kinds(model))[place].part(cache)


def _group(row: Row) -> str:
    if row["ot"] or row["ngl"] != "999":
        return "part in RAM"
    return "one card" if row["ndev"] == "1" else "several cards"
