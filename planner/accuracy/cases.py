"""A measurement -> the situation an estimate works on, or the reason why it cannot be modelled. Never reads a speed."""

import re
from dataclasses import dataclass, replace

from planner.accuracy.names import Names
from planner.analysis.draft_case import block_step, model_step
from planner.analysis.model_work import model_work
from planner.analysis.rig_speed import KV_BYTES, sized_weights, split_weights, weight_parts
from planner.analysis.speed_case import (
    LLAMA_CHUNK,
    NATIVE,
    NATIVE_CHUNK,
    CardSpeed,
    DraftSpeed,
    HostSpeed,
    SpeedCase,
    bits_class,
    engine_class,
    is_plain,
    kernels_of,
    unpacking_of,
)
from planner.analysis.weights import Weights
from planner.domain.drafted import Drafted, read_drafted
from planner.domain.measurement import Measurement
from planner.domain.model import FileSize, Model
from planner.domain.units import GIB, PRACTICAL_SHARE, pcie_gb_s

USUAL_ANSWER = 128
LOCALSCORE_PROMPT = 1024
LOCALSCORE_DEPTH = 1837
"""It states the mean of nine tests, from 1,024 tokens + 16 to 16 + 1,536; the middles of their answers lie here."""
GRAPHS_SINCE = "2024-06"
"""llama.cpp builds of before this month pay more per token: no CUDA graphs."""
VLLM_GRAPHS_SINCE = "2024"
"""vLLM launches the kernels of a step as one CUDA graph since; before, each one from Python."""
FUSED_SINCE = "2025-08"
"""llama.cpp turns fused attention on by itself since."""
IK_UNPACKS_SINCE = "2025-06"
"""ik_llama.cpp brings codebook formats into its common layout as well since (its requests 515 to 534)."""
FUSED_EXPERTS_SINCE = "2025-11"
SLOWER_PROMPTS_UNTIL = "2024-03"
ATTENTION_SINCE = "2026-02"
"""llama.cpp's attention over long prompts on AMD cards was made several times as fast around then; builds of which
only the year is known count as later."""
KERNELS_SINCE = "2026-07"
"""Kernels for one token, recurrent layers above all, were made faster around then in every engine."""
OUTPUT_LAYER = 1
"""llama.cpp counts the output as one layer more: `-ngl` of all but the last leaves one ordinary layer in RAM."""
MAIN_CONTEXT = 512
"""What llama.cpp's `main` kept by default until 2024: when it is full, the older half is dropped."""
SET_APART = ("OUTLIER CLASS", "anomalous", "pathological", "VRAM too small", "too small", "bad PCIe", "time-bounded")
QUANT_SYNONYMS = {
    "bf16/f16": "BF16",
    "q4f16_1": "Q4_0",
    "exl2 4-bit": "EXL2-4.0bpw",
    "exl2/gptq-4bit": "GPTQ-4bit",
    "q4": "Q4_K_M",
}
CACHE_FORMATS = {"fp8": 1.0, "f16/f16": 2.0, "": 2.0} | KV_BYTES
GEFORCE = ("RTX 20", "RTX 30", "RTX 40", "RTX 50", "GeForce")
WORKSTATION = ("RTX 2000", "RTX 3000", "RTX 3500", "RTX 4000", "RTX 4500", "RTX 5000", "RTX 5880", "Ada")
GGUF_ENGINES = ("llama", "ollama", "ik_llama", "lm studio", "beellama", "ktransformers")


@dataclass(frozen=True, slots=True)
class Skipped:
    reason: str


def case_of(row: Measurement, names: Names) -> SpeedCase | Skipped:
    model = names.model(row.model)
    if model is None:
        return Skipped("model not in the catalog")
    set_apart = _set_apart(row)
    if set_apart:
        return Skipped(set_apart)
    cards = _cards(row, names)
    if cards is None:
        return Skipped("card not known")
    kv_bytes = CACHE_FORMATS.get(row.kv_cache.lower())
    if kv_bytes is None:
        return Skipped("cache format not modelled")
    parts = _weights(row, model, names)
    if parts is None:
        return Skipped("format not known and no file size stated")
    kept = _in_ram(row, model)
    host = names.host(row.cpu, row.ram)
    if kept is None:
        return Skipped("share kept in system RAM not stated")
    if (not cards or any(kept)) and host is None:
        return Skipped("memory bandwidth of the host not known")
    case = _case(row, model, cards, parts=parts, kept=kept, host=host, kv_bytes=kv_bytes)
    case = replace(case, shares=_shares(row, case, names))
    drafted = read_drafted(row.speculative)
    return _with_draft(case, row, drafted, model, names) if drafted else case


def _with_draft(case: SpeedCase, row: Measurement, drafted: Drafted, model: Model, names: Names) -> SpeedCase | Skipped:
    if drafted.model:
        draft = names.model(drafted.model)
        parts = weight_parts(draft, drafted.quant, ("gguf",)) if draft else None
        if draft is None or parts is None:
            return Skipped("draft model not in the catalog")
        step, kind = model_step(case, draft, drafted.quant, parts), "model"
    else:
        sizes = _sizes(row, model, names)
        if model.mtp is None or sizes is None:
            return Skipped("model without a next-token block")
        bits = 16.0 if case.native else sizes.bits_per_weight
        step, kind = block_step(case, model, sizes.output, bits), "block"
    return replace(case, draft=DraftSpeed(kind, drafted.tokens, step, drafted.accepted, drafted.text))


def _case(
    row: Measurement,
    model: Model,
    cards: tuple[CardSpeed, ...],
    *,
    parts: tuple[float, float],
    kept: tuple[float, float],
    host: HostSpeed | None,
    kv_bytes: float,
) -> SpeedCase:
    backend = _backend(row)
    family = cards[0].family if cards else ""
    engine = _engine(row, family, backend) if cards else "cpu"
    split = row.split if row.split != "pipeline" else "layer"
    answer = min(row.generated or USUAL_ANSWER, 8192)
    localscore = "LocalScore" in row.engine
    prompt = LOCALSCORE_PROMPT if localscore else row.prompt or 512
    duplicated = row.engine.lower().startswith("ktrans")
    link, link_gb_s = _link(row, cards)
    return SpeedCase(
        cards=cards,
        work=model_work(model),
        rest_bytes=parts[0],
        routed_bytes=parts[1],
        bits=bits_class(row.quant),
        engine=engine,
        context_ways=_context_ways(row),
        kernels=kernels_of(row.quant, family) if engine in NATIVE else "",
        plain=is_plain(row.quant),
        unpacking=unpacking_of(row.quant, backend, early=row.date < IK_UNPACKS_SINCE),
        split=split if len(cards) > 1 else "none",
        link=link,
        link_gb_s=link_gb_s,
        depth=LOCALSCORE_DEPTH if localscore else _depth(row, answer),
        prompt=float(prompt),
        prompt_depth=float(row.depth) if "depth" in row.notes else 0.0,
        users=float(row.users),
        micro_batch=_chunk(row, engine, backend),
        kv_bytes=kv_bytes,
        fused=_fused(row, engine),
        fused_experts=row.date >= FUSED_EXPERTS_SINCE,
        backend=backend,
        era=_era(row),
        earlier=row.date < KERNELS_SINCE,
        windows=row.system.startswith("Windows"),
        layers_in_ram=kept[0],
        experts_in_ram=kept[1],
        host=replace(host, duplicated=duplicated) if host else None,
    )


def _depth(row: Measurement, answer: int) -> float:
    """Mean tokens in the cache while the answer is written."""
    if "./main" in row.notes and row.depth + answer > MAIN_CONTEXT:
        return MAIN_CONTEXT * 0.75
    return row.depth + answer / 2


def _engine(row: Measurement, family: str, backend: str) -> str:
    found = engine_class(row.engine, family, backend, old=_old(row))
    return "vllm-2024" if found == "vllm-2023" and row.date >= VLLM_GRAPHS_SINCE else found


def _context_ways(row: Measurement) -> int:
    stated = re.search(r"\bDCP=(\d+)", row.notes)
    return int(stated[1]) if stated else 1


def _backend(row: Measurement) -> str:
    if row.backend.lower().startswith("vulkan"):
        return "vulkan"
    if row.count == 0 and "LocalScore" in row.engine:
        return "llamafile"
    return "ik" if row.engine.startswith("ik_") else "sglang" if row.engine.startswith("sglang") else ""


def _era(row: Measurement) -> str:
    if row.date < SLOWER_PROMPTS_UNTIL:
        return "2023"
    return "2025" if row.date < ATTENTION_SINCE and row.date != ATTENTION_SINCE[:4] else ""


def _chunk(row: Measurement, engine: str, backend: str) -> int:
    """Benchmarks at depth read 2,048 tokens in one micro-batch where the back end gains by it."""
    stated = re.search(r"\bub (\d+)", row.notes)
    if stated:
        return int(stated[1])
    if engine in NATIVE or (row.prompt == NATIVE_CHUNK and "depth" in row.notes and backend != "vulkan"):
        return NATIVE_CHUNK
    return LLAMA_CHUNK


def _set_apart(row: Measurement) -> str:
    """Why this row says nothing about a sound build of ours; empty when it does."""
    if row.speculative and read_drafted(row.speculative) is None:
        return "speculation by n-grams, EAGLE or DFlash is not modelled"
    if row.quality == "C":
        return "quality C: doubted by those who collected it"
    if any(word in row.notes for word in SET_APART):
        return "set apart as an outlier by those who collected it"
    if "x1" in row.pcie.split() or "OpenBLAS" in row.notes or "-nkvo" in row.offload or "ser=" in row.notes:
        return "unusual set-up (x1 link, OpenBLAS, cache in RAM, fewer experts)"
    if "users share one context" in row.notes:
        return "one context shared by all users: its cache is read from the cards' own caches"
    if "cards used not stated" in row.notes:
        return "number of cards used not stated"
    if row.engine.lower().startswith("exllama (v1"):
        return "engine without constants"
    return ""


def _cards(row: Measurement, names: Names) -> tuple[CardSpeed, ...] | None:
    """Empty for CPU only; None where a card is not known."""
    if row.gpu == "none" or row.count == 0:
        return ()
    if " + " in row.gpu:
        found = [names.card(name) for name in row.gpu.split(" + ")]
    else:
        found = [names.card(row.gpu)] * row.count
    known = tuple(card for card in found if card is not None)
    if len(known) < len(found) or not known:
        return None
    if row.power_limit_w:
        known = tuple(replace(card, limit_w=row.power_limit_w) for card in known)
    return known


def _shares(row: Measurement, case: SpeedCase, names: Names) -> tuple[float, ...]:
    """llama.cpp and its kin share layers by the cards' memory, unless the source says otherwise. Empty: equally."""
    if case.split != "layer" or case.native or " + " not in row.gpu or "even shares" in row.notes:
        return ()
    stated = re.search(r"\bsplit (\d+) to (\d+)", row.notes)
    if stated:
        held = [float(part) for part in stated.groups()]
    else:
        chips = [names.chip(name) for name in row.gpu.split(" + ")]
        held = [chip.vram_gib for chip in chips if chip is not None]
    return tuple(part / sum(held) for part in held) if len(held) == case.count else ()


def _weights(row: Measurement, model: Model, names: Names) -> tuple[float, float] | None:
    found = _sizes(row, model, names)
    return split_weights(found) if found else None


def _sizes(row: Measurement, model: Model, names: Names) -> Weights | None:
    """From the stated file size, else a published file of this name, else worked out from the format."""
    name = row.quant.split(" (")[0].strip()
    name = QUANT_SYNONYMS.get(name.lower(), name)
    gguf = row.engine.lower().startswith(GGUF_ENGINES)
    published = names.catalog.size_of.get((model.id, row.quant)) if gguf else None
    size = row.file_gib * GIB if row.file_gib else file_bytes(published)
    found = sized_weights(model, name, ("gguf",) if gguf else (), size)
    return found or (sized_weights(model, "Q4_K_M", ("gguf",), size) if size else None)


def file_bytes(published: FileSize | None) -> float | None:
    if published is None:
        return None
    return published.size_bytes or (published.size_gib * GIB if published.size_gib else None)


def _in_ram(row: Measurement, model: Model) -> tuple[float, float] | None:
    """Share of whole layers and of routed experts in system RAM; None where the source does not say."""
    text = row.offload
    if not text or row.count == 0 or row.gpu == "none":
        return (0.0, 0.0)
    found = re.fullmatch(r"n-cpu-moe (\d+)", text) or re.fullmatch(r"(\d+)/\d+ layers experts", text)
    if found:
        return (0.0, min(1.0, int(found[1]) / model.layers))
    found = re.fullmatch(r"ngl (\d+)(?:/(\d+))?", text)
    if found:
        behind = model.layers + OUTPUT_LAYER - int(found[1])
        return (min(1.0, max(0, behind) / model.layers), 0.0)
    return (0.0, 1.0) if text in ("experts CPU", "experts CPU (kt-kernel)") else None


def _old(row: Measurement) -> bool:
    return row.date < ("2025" if row.engine.startswith(("vllm", "sglang")) else GRAPHS_SINCE)


def _fused(row: Measurement, engine: str) -> bool:
    if row.fused or engine in NATIVE:
        return True
    return not row.engine.startswith("ollama") and row.date >= FUSED_SINCE


_WIDTH = re.compile(r"x(\d+)")
_GEN = re.compile(r"gen(\d)")


def _link(row: Measurement, cards: tuple[CardSpeed, ...]) -> tuple[str, float]:
    """Kind and practical GB/s between the cards."""
    if not cards:
        return "pcie", 25.0
    first = cards[0]
    if row.nvlink or (row.nvlink is None and "sxm" in first.chip and first.group == "nv-hbm"):
        return "nvlink", 50.0 if first.group == "nv-gddr" else 200.0
    if first.group == "cdna":
        return "fabric", 40.0
    gen, width = _GEN.search(row.pcie), [int(w) for w in _WIDTH.findall(row.pcie)]
    raw = pcie_gb_s(int(gen[1]), 16) if gen else first.link_gb_s
    raw *= (min(width) if width else 16) / 16
    return _pcie_kind(row, first), raw * PRACTICAL_SHARE


def _pcie_kind(row: Measurement, card: CardSpeed) -> str:
    """GeForce cards reach each other only with a patched driver, which the source then says."""
    if "PHB" in row.notes:
        return "pcie-far"
    if re.search(r"no-P2P|P2P (off|disabled)", row.notes):
        return "pcie-host"
    patched = "P2P" in row.notes
    return "pcie" if patched or not is_geforce(card.label) else "pcie-host"


def is_geforce(name: str) -> bool:
    return name.startswith(GEFORCE) and not any(word in name for word in WORKSTATION)
