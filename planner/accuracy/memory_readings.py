"""Readings of real loads: engine logs, driver counters and self-reported totals."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from planner.accuracy.memory_rows import Fit, Row, Score, runs, whole
from planner.accuracy.names import Names
from planner.analysis.card_memory import bare_context_mib, context_mib
from planner.analysis.compute_buffer import Streamed, Work, compute_bytes
from planner.analysis.fit_pool import activation_bytes, padding_share
from planner.analysis.kv_cache import VALUE_BYTES, Cache, bytes_per_token, cache_bytes, layer_kinds, state_total
from planner.analysis.model_tensors import EMBEDDING, tensors
from planner.analysis.placement import Load, loads, proportional
from planner.analysis.quantisation import Format, for_engine
from planner.analysis.weights import Weights, weights
from planner.catalog.store import Catalog
from planner.domain.engine import Engine
from planner.domain.model import Model
from planner.domain.parts import Chip
from planner.domain.units import GIB, MIB

CARD = re.compile(r"^(?:CUDA|Vulkan|ROCm|GPU|RPC)(\d+)$")
RAM_DEVICES = ("CPU", "CPU_Mapped", "CPU_REPACK", "AMX", "Host")
CACHE_WORDS = {"auto": "f16", "": "f16", "fp16": "f16", "fp8_e5m2": "fp8", "int8": "fp8", "q8": "q8_0", "bf16": "bf16"}
SLOT_ROWS_SINCE, SLOT_ROWS_BUILD = "2026-06", 10_000
"""From then on llama.cpp's server reserves one row of logits per slot, not a whole micro-batch."""
LATENT_CACHE_BUILD = 5_100
"""Before it llama.cpp cached full keys and values of models with a latent (MLA)."""


@dataclass(frozen=True, slots=True)
class Run:
    """One load as its rows describe it."""

    rows: list[Row]
    model: Model
    engine: Engine
    kind: Format | None
    cards: int
    cache: Cache
    cache_known: bool
    overridden: bool
    """Some tensors were placed by hand."""
    whole: bool
    """Every layer on the cards."""

    @property
    def first(self) -> Row:
        return self.rows[0]

    @property
    def weights(self) -> Weights | None:
        return None if self.kind is None else weights(self.model, self.kind)

    @property
    def spread(self) -> tuple[int, ...]:
        return proportional(self.model.layers, [1.0] * max(1, self.cards))


def score_readings(rows: Iterator[Row], catalog: Catalog, score: Score) -> None:
    names = Names.shipped(catalog)
    for run_rows in runs(rows):
        for row in run_rows:
            if row["component"] in ("context_overhead", "bare_context"):
                _context(row, names, score)
        run = _run(run_rows, catalog)
        if isinstance(run, str):
            left = [row for row in run_rows if row["component"] not in ("context_overhead", "bare_context")]
            score.skipped[run] += len(left)
            continue
        for row in run_rows:
            _score(row, run, names, score)


def _run(rows: list[Row], catalog: Catalog) -> Run | str:
    first = rows[0]
    if first["reliability"] == "engine estimate":
        return "an estimate, not a reading"
    model = catalog.models.get(first["model_id"])
    engine = catalog.engines.get(first["engine"].replace("ik_llama.cpp", "ik-llama.cpp"))
    if model is None:
        return "model not stated or not in the catalog"
    if engine is None:
        return f"engine {first['engine']} not in the catalog"
    cache = _cache(first, engine)
    ngl = re.fullmatch(r"(\d+)/(\d+)", first["ngl"])
    cards = {row["device"] for row in rows if CARD.match(row["device"])}
    return Run(
        rows=rows,
        model=model,
        engine=engine,
        kind=_kind(first["quant"], engine),
        cards=max(len(cards), _count(first["gpus"])),
        cache=cache or Cache(0),
        cache_known=cache is not None,
        overridden="override" in first["notes"] or "offload" in first["notes"] or _keeps_tensors(rows, model),
        whole=ngl is None or ngl[1] == ngl[2],
    )


def _keeps_tensors(rows: list[Row], model: Model) -> bool:
    """More weights in RAM than token tables could be: some tensors were left there."""
    in_ram = [float(row["mib"]) for row in rows if row["component"] == "weights" and row["device"] in RAM_DEVICES]
    tables = 2 * sum(tensor.count for tensor in tensors(model) if tensor.layer == EMBEDDING) / MIB
    return sum(in_ram) > tables + 64


def _kind(quant: str, engine: Engine) -> Format | None:
    if " or " in quant:
        return None
    name = re.sub(r"^gguf-(ud-)?", lambda found: "UD-" if found[1] else "", quant, flags=re.IGNORECASE)
    return for_engine(name, engine.formats) if name else None


def _count(gpus: str) -> int:
    found = re.match(r"(\d+)x? ", gpus)
    return int(found[1]) if found else 1


def _cache(row: Row, engine: Engine) -> Cache | None:
    tokens = whole(row["n_ctx"])
    keys, _, values = row["cache_type"].partition("/")
    keys = CACHE_WORDS.get(keys, keys)
    values = CACHE_WORDS.get(values, values) if values else keys
    if tokens is None or keys not in VALUE_BYTES or values not in VALUE_BYTES:
        return None
    return Cache(
        tokens=tokens,
        slots=1,
        key_bytes=VALUE_BYTES[keys],
        value_bytes=VALUE_BYTES[values],
        micro_batch=whole(row["ubatch"]) or 512,
        whole_window=not engine.window_cache or row["engine"] == "ik_llama.cpp",
    )


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
    if component == "total":
        _total(row, run, names, score)
        return
    said = f"no estimate for {component}" if rule is None else rule(row, run, score)
    if said:
        score.skipped[said] += 1


def _place(row: Row) -> int | None:
    found = CARD.match(row["device"])
    return int(found[1]) if found else None


def _held(run: Run) -> tuple[Load, ...]:
    sizes = run.weights
    layers = sizes.layers if sizes else (0.0,) * run.model.layers
    return loads(run.spread, run.cards, layers, sizes.output if sizes else 0.0, layer_kinds(run.model))


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
    score.add(row["id"], "kv per card", float(row["mib"]), _held(run)[place].kv(run.cache), row["engine"])
    return ""


def _alike(run: Run) -> bool:
    """Equal cards, each with a share of the cache."""
    seen = [row for row in run.rows if row["component"] == "kv" and _place(row) is not None]
    return len(seen) == run.cards and "+" not in run.first["gpus"]


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
    if run.engine.memory == "pool":
        cards = 1 if row["device"] == "all" else run.cards
        held = sizes.file + padding_share(run.model) * sum(sizes.experts)
        score.add(row["id"], "weights", float(row["mib"]), held / cards, row["engine"])
        return ""
    place = _place(row)
    if place is None or run.overridden or not run.whole or place >= run.cards:
        return "weights in RAM or placed by hand"
    if run.cards > 1 and not _alike(run):
        return "split set by hand"
    component = "weights" if run.cards == 1 else "weights per card"
    score.add(row["id"], component, float(row["mib"]), _held(run)[place].weights, row["engine"])
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
    other = run.engine.id == "ik-llama.cpp"
    pipelined = 1 if run.overridden or other else run.cards
    work = Work(slots if _one_row_per_slot(row["version"]) else run.cache.micro_batch, pipelined, flash)
    streamed = None
    if run.overridden and place == 0 and run.weights is not None:
        streamed = Streamed(max(run.weights.largest))
    last, position = place == run.cards - 1, place if pipelined > 1 else 0
    value = compute_bytes(run.model, run.cache, work, position, last, streamed=streamed)
    component = "compute, flash attention" if flash else "compute, no flash attention"
    score.add(row["id"], "compute, ik_llama.cpp" if other else component, float(row["mib"]), value, row["engine"])
    return ""


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
    held = run.weights.file + padding_share(run.model) * sum(run.weights.experts)
    outside = (run.engine.overhead_mib or 0) + (run.engine.tensor_overhead_mib if run.cards > 1 else 0)
    left = float(share[1]) * _card_bytes(row) - held / run.cards - activation - outside * MIB
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
    value = context_mib(count) if loaded else bare_context_mib(count)
    score.add(row["id"], "driver context" if loaded else "bare context", float(row["mib"]), value * MIB)


def _chip(gpus: str, names: Names) -> Chip | None:
    return names.chip(re.sub(r"^\d+x\s*|\(.*?\)|Blackwell", "", gpus).replace("NVIDIA GeForce ", "").strip())


def _total(row: Row, run: Run, names: Names, score: Score) -> None:
    sizes = run.weights
    if run.engine.memory == "pool":
        score.skipped["total of a pool engine is its share of the card"] += 1
        return
    if sizes is None or not run.cache_known or not run.whole or run.overridden:
        score.skipped["total without quantisation, context or with a part in RAM"] += 1
        return
    if re.search(r"spec-(?!none)|spec-decode", row["source"] + row["notes"]):
        score.skipped["total beside a draft"] += 1
        return
    if "slots unknown" in row["notes"] and (whole(row["parallel"]) or 1) > 1:
        score.skipped["total of several users whose slots are not known"] += 1
        return
    chip = _chip(row["gpus"], names)
    copies = _copies(row, run)
    value = _need(run, sizes, chip) * copies
    if float(row["mib"]) * MIB < 0.75 * sizes.on_cards:
        score.skipped["total below three quarters of the weights: partly in RAM"] += 1
        return
    told = row["reliability"] == "self-reported"
    score.add(row["id"], "total, self-reported" if told else "total", float(row["mib"]), value)
    if chip is not None and not told:
        room = copies * run.cards * (chip.usable_mib or chip.vram_gib * 1024) * MIB
        score.fits.append(Fit(row["id"], ran=True, said=value <= room))


def _copies(row: Row, run: Run) -> int:
    """A sum over all cards of a machine named after its cards, such as 4x3090, counts every copy it serves."""
    machine = re.search(r"/(\d)x\d{4}", row["source"])
    if machine is None or "over all cards" not in row["notes"]:
        return 1
    return max(1, int(machine[1]) // run.cards)


def _need(run: Run, sizes: Weights, chip: Chip | None) -> float:
    """Of all cards together."""
    work = Work(1, run.cards, run.first["flash_attn"] != "0")
    held, need = _held(run), 0.0
    overhead = run.engine.overhead_mib
    for place in range(run.cards):
        compute = 0.0
        if run.engine.memory == "buffers":
            part = held[place].part(run.cache)
            compute = compute_bytes(run.model, run.cache, work, place, place == run.cards - 1, part=part)
        context = (overhead if overhead is not None else context_mib(chip.sm_count if chip else None)) * MIB
        need += held[place].weights + held[place].kv(run.cache) + compute + context
    return need
