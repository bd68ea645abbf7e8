"""Readings of real loads: engine logs, driver counters and self-reported totals."""

import re
from collections.abc import Iterator

from planner.accuracy.memory_beside import BESIDE, score_beside
from planner.accuracy.memory_rows import Row, Score, runs, whole
from planner.accuracy.memory_run import CACHE_WORDS, CARD, Run, described, held, misnamed
from planner.accuracy.memory_totals import score_total
from planner.accuracy.names import Names
from planner.analysis.card_memory import OTHER_CARD_DESKTOP_MIB, bare_context_mib, context_mib
from planner.analysis.compute_buffer import Streamed, Work, compute_bytes
from planner.analysis.fit_pool import activation_bytes, padding_share
from planner.analysis.kv_cache import VALUE_BYTES, bytes_per_token, cache_bytes, layer_kinds, state_total
from planner.catalog.store import Catalog
from planner.domain.parts import Chip
from planner.domain.units import GIB, MIB

SLOT_ROWS_SINCE, SLOT_ROWS_BUILD = "2026-06", 10_000
"""From then on llama.cpp's server reserves one row of logits per slot, not a whole micro-batch."""
LATENT_CACHE_BUILD = 5_100
"""Before it llama.cpp cached full keys and values of models with a latent (MLA)."""


def score_readings(rows: Iterator[Row], catalog: Catalog, score: Score) -> None:
    names = Names.shipped(catalog)
    for run_rows in runs(rows):
        for row in run_rows:
            if row["component"] in ("context_overhead", "bare_context"):
                _context(row, names, score)
        run = described(run_rows, catalog)
        if isinstance(run, str):
            left = [row for row in run_rows if row["component"] not in ("context_overhead", "bare_context")]
            score.skipped[run] += len(left)
            continue
        for row in run_rows:
            _score(row, run, names, score)


def _score(row: Row, run: Run, names: Names, score: Score) -> None:
    component = row["component"]
    rule = {
        "kv": _kv,
        "kv_total": _kv,
        "rs": _state,
        "rs_total": _state,
        "weights": _weights,
        "compute": _compute,
        "kv_tokens": _tokens,
        "activation": _activation,
        "kv_pool": _pool,
    }.get(component)
    if component in ("context_overhead", "bare_context"):
        return
    if component in BESIDE:
        score_beside(row, run, score)
        return
    if component == "total":
        score_total(row, run, _chip(row["gpus"], names), score)
        return
    said = f"no estimate for {component}" if rule is None else rule(row, run, score)
    if said:
        score.skipped[said] += 1


def _place(row: Row) -> int | None:
    found = CARD.match(row["device"])
    return int(found[1]) if found else None


def _kv(row: Row, run: Run, score: Score) -> str:
    if not run.cache_known:
        return "context or cache type not stated"
    if run.engine.id not in ("llama.cpp", "ollama", "ik-llama.cpp"):
        return "cache of a pool engine is a share, not a need"
    if run.model.attention.kv_lora_rank and run.engine.id == "ik-llama.cpp":
        return "ik_llama.cpp's own MLA caches"
    if run.model.attention.kv_lora_rank and (_build(row["version"]) or LATENT_CACHE_BUILD) < LATENT_CACHE_BUILD:
        return "cache of an engine before the latent one"
    if run.model.layer_kinds:
        return "KV and state of a hybrid in one figure"
    place = _place(row)
    if row["device"] == "all":
        score.add(row["id"], "kv", float(row["mib"]), cache_bytes(run.model, run.cache), row["engine"])
        return ""
    if place is None or not run.whole:
        return "cache of layers in RAM"
    if place >= run.cards:
        return "device not known"
    if run.cards > 1 and (run.overridden or not _alike(run)):
        return "split set by hand"
    score.add(row["id"], "kv per card", float(row["mib"]), held(run)[place].kv(run.cache), row["engine"])
    return ""


def _alike(run: Run) -> bool:
    """Equal cards, each with a share of the cache."""
    seen = [row for row in run.rows if row["component"] == "kv" and _place(row) is not None]
    return len(seen) == run.cards and "+" not in run.first["gpus"]


def _even(run: Run) -> bool:
    """Whether the caches of the cards stand for as many layers each as an even split gives them."""
    seen = {_place(row): float(row["mib"]) for row in run.rows if row["component"] == "kv"}
    layers, total = [load.layers for load in held(run)[: run.cards]], sum(seen.values())
    if run.model.layer_kinds or not total:
        return True
    return all(abs(seen.get(place, 0.0) / total * sum(layers) - mine) < 0.5 for place, mine in enumerate(layers))


def _state(row: Row, run: Run, score: Score) -> str:
    slots = whole(run.first["parallel"]) or 1
    if row["device"] != "all":
        return "state of a part of the layers"
    if "draft" in row["notes"] or "MTP" in row["notes"]:
        return "state kept for a draft"
    score.add(row["id"], "recurrent state", float(row["mib"]), state_total(run.model, slots), row["engine"])
    return ""


def _weights(row: Row, run: Run, score: Score) -> str:
    sizes = run.weights
    if sizes is None:
        return "quantisation not stated or its mixture not known"
    if misnamed(run):
        return "the log's own file size contradicts the label in the table"
    if run.engine.memory == "pool":
        cards = 1 if row["device"] == "all" else run.cards
        padded = sizes.file + padding_share(run.model) * sum(sizes.experts)
        score.add(row["id"], "weights", float(row["mib"]), padded / cards, row["engine"])
        return ""
    place = _place(row)
    if place is None or run.overridden or not run.whole or place >= run.cards:
        return "weights in RAM or placed by hand"
    if "-sm row" in row["source"]:
        return "rows of every matrix over all cards, in buffers of their own"
    if run.cards > 1 and not (_alike(run) and _even(run)):
        return "split set by hand"
    component = "weights" if run.cards == 1 else "weights per card"
    score.add(row["id"], component, float(row["mib"]), held(run)[place].weights, row["engine"])
    return ""


def _compute(row: Row, run: Run, score: Score) -> str:
    place = _place(row)
    if not run.cache_known or place is None or place >= run.cards:
        return "compute buffer in RAM, or context not stated"
    if run.engine.id not in ("llama.cpp", "ollama", "ik-llama.cpp"):
        return "compute buffer of another engine"
    if not run.whole:
        return "compute buffer with layers in RAM"
    flash = row["flash_attn"] == "1"
    slots = whole(run.first["parallel"]) or 1
    other = run.engine.fused_experts
    pipelined = 1 if run.overridden or other else run.cards
    if other and run.model.attention.kv_lora_rank:
        return "ik_llama.cpp's own working buffers of models with a latent"
    rows = slots if _one_row_per_slot(row["version"]) and not other else run.cache.micro_batch
    work = Work(rows, pipelined, flash, fused=other)
    streamed = None
    if run.overridden and place == 0 and run.weights is not None and _from_ram(run.first["notes"]):
        streamed = Streamed(max(run.weights.largest))
    last, position = place == run.cards - 1, place if pipelined > 1 else 0
    value = compute_bytes(run.model, run.cache, work, position, last, streamed=streamed)
    component = "compute, flash attention" if flash else "compute, no flash attention"
    score.add(row["id"], "compute, ik_llama.cpp" if other else component, float(row["mib"]), value, row["engine"])
    return ""


def _from_ram(notes: str) -> bool:
    """Whether the tensors placed by hand, if the log counts them, are in RAM and not on cards."""
    return "overrides" not in notes or "CPU" in notes


def _one_row_per_slot(version: str) -> bool:
    build = _build(version)
    if build is not None:
        return build >= SLOT_ROWS_BUILD
    return version[:4] == "2026" and (version[4:5] != "-" or version >= SLOT_ROWS_SINCE)


def _build(version: str) -> int | None:
    found = re.match(r"b?(\d{4,5})\b(?!-\d)", version)
    return int(found[1]) if found and not re.match(r"20[23]\d", version) else None


def _activation(row: Row, run: Run, score: Score) -> str:
    if not _rewritten_vllm(row):
        return "activation of another engine, or of vLLM before its rewrite"
    value = activation_bytes(run.model, run.engine.batch_tokens, _card_bytes(row), run.cards)
    score.add(row["id"], "activation", float(row["mib"]), value)
    return ""


def _pool(row: Row, run: Run, score: Score) -> str:
    """What the share of the card leaves; captured graphs are on top or inside, by version."""
    share = re.search(r"util ([\d.]+)", row["notes"])
    if not _rewritten_vllm(row) or share is None or not _card_bytes(row) or run.weights is None or run.cards > 2:
        return "pool without share, card or quantisation, or of an older engine"
    if "resident" in row["notes"]:
        return "pool beside a draft"
    activation = activation_bytes(run.model, run.engine.batch_tokens, _card_bytes(row), run.cards)
    padded = run.weights.file + padding_share(run.model) * sum(run.weights.experts)
    outside = (run.engine.overhead_mib or 0) + (run.engine.tensor_overhead_mib if run.cards > 1 else 0)
    left = float(share[1]) * _card_bytes(row) - padded / run.cards - activation - outside * MIB
    score.add(row["id"], "kv pool", float(row["mib"]), left)
    return ""


def _rewritten_vllm(row: Row) -> bool:
    return row["engine"] == "vllm" and (row["version"].startswith("0.") or row["version"] >= "2025-06")


def _card_bytes(row: Row) -> float:
    size = re.search(r"([\d.]+) GiB", row["gpus"])
    return float(size[1]) * GIB if size else 0.0


def _tokens(row: Row, run: Run, score: Score) -> str:
    """How many tokens a pool of the stated size holds: what one token costs."""
    if any(kind.window for kind in layer_kinds(run.model).distinct):
        return "pool of a model whose windows share it"
    pool = next((float(other["mib"]) for other in run.rows if other["component"] == "kv_pool"), None)
    if pool is None or not run.cache_known:
        keys = CACHE_WORDS.get(run.first["cache_type"], run.first["cache_type"])
        if pool is None or keys not in VALUE_BYTES:
            return "pool or cache type not stated"
    each = VALUE_BYTES[CACHE_WORDS.get(run.first["cache_type"], run.first["cache_type"])]
    heads = max(1, run.model.kv_heads)
    part = -(-heads // run.cards) / heads if not run.model.attention.kv_lora_rank else 1.0
    value = bytes_per_token(run.model, each, each) * part
    measured = pool * MIB / float(row["mib"])
    score.add(row["id"], "kv per token (in MiB)", measured / MIB, value, row["engine"])
    return ""


def _context(row: Row, names: Names, score: Score) -> None:
    """The driver's context of a headless card; where more than a gibibyte is unaccounted for, a desktop runs there."""
    sms = re.search(r"(\d+) SMs", row["notes"])
    chip = _chip(row["gpus"], names)
    count = int(sms[1]) if sms else chip.sm_count if chip else None
    if count is None or float(row["mib"]) > 1024 or not row["device"].startswith(("CUDA", "GPU")):
        score.skipped["context: processors not known, a desktop on the card, or not CUDA"] += 1
        return
    loaded = row["component"] == "context_overhead"
    value = context_mib(count) if loaded else bare_context_mib(count) + _idle_mib(row["notes"])
    score.add(row["id"], "driver context" if loaded else "bare context", float(row["mib"]), value * MIB)


def _idle_mib(notes: str) -> float:
    """What else was on the card, where the reading counts it."""
    if "any idle use" not in notes:
        return 0.0
    stated = re.search(r"idle (\d+) MiB", notes)
    return float(stated[1]) if stated else OTHER_CARD_DESKTOP_MIB


def _chip(gpus: str, names: Names) -> Chip | None:
    return names.chip(re.sub(r"^\d+x\s*|\(.*?\)|Blackwell", "", gpus).replace("NVIDIA GeForce ", "").strip())
