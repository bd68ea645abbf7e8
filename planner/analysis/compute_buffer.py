"""llama.cpp's working memory: the largest set of activations alive at once, masks, logits, and copies for the pipeline.

Counted per token of a micro-batch in 32-bit values; fitted to the engine's own buffer sizes (llama.cpp 0c1e57098).
"""

from dataclasses import dataclass
from functools import lru_cache

from planner.analysis.kv_cache import Cache, padded
from planner.domain.model import Experts, Model

COPIES = 4
"""Input copies of pipeline parallelism, when several cards hold every layer."""


@dataclass(frozen=True, slots=True)
class Work:
    """What the engine reserves for: how many rows of logits, on how many cards, with flash attention or not."""

    logits_rows: int
    cards: int = 1
    flash: bool = True
    experts: bool = True
    """Whether the cards work on the experts; False where these are worked on in RAM."""


@lru_cache(maxsize=1024)
def live_values(model: Model, experts: bool = True, piped: bool = False) -> int:
    """Most 32-bit values alive at once per token, with flash attention; `piped`: as one of several cards."""
    details, moe, hidden = model.details, model.moe, model.hidden
    width = _dense_width(model)
    queries = model.heads * (model.attention.global_head_dim or model.head_dim)
    if details.per_layer_input:
        return 3 * width + details.per_layer_input * model.layers + (9 * hidden if details.altup else 3 * queries)
    if model.formula == "deepseek_v4":
        return 3 * queries + 7 * hidden // 2
    found = [_attention_values(model, queries)]
    if moe is None or moe.first_dense_layers or moe.plus_dense or moe.moe_every:
        dense = (moe.dense_intermediate if moe else None) or width
        beside = model.heads * model.head_dim if piped else queries
        found.append(3 * dense + 2 * hidden + (0 if model.layer_kinds else beside))
    if moe is not None and experts:
        found.append(_expert_values(model, moe))
    elif moe is not None:
        found.append(found[0] + 2 * hidden)
    apart = 2 * hidden if piped and moe is not None and moe.first_dense_layers else 0
    return max(found) + apart


def _dense_width(model: Model) -> int:
    if model.details.blocks:
        return max(width for _, width in model.details.blocks)
    return model.intermediate * (2 if model.details.wide_from is not None else 1)


def _expert_values(model: Model, moe: Experts) -> int:
    hidden, active, width = model.hidden, moe.active, moe.expert_intermediate
    shared = moe.shared_intermediate or 0
    alone = not shared and not moe.plus_dense and width < hidden / 2
    beside = 1 if moe.shared_gate and model.layer_kinds else 2
    values = 2 * active * (moe.latent or hidden) + beside * hidden + (active * width if alone else 0)
    if shared:
        values = max(values, 3 * shared + 4 * hidden)
    if moe.expert_bias:
        values = max(values, 3 * active * width + 7 * hidden // 2)
    return values


def _attention_values(model: Model, queries: int) -> int:
    a, hidden = model.attention, model.hidden
    if not a.kv_lora_rank:
        return queries * (4 if model.details.attn_output_gate else 3) + 2 * hidden
    rope, nope = a.qk_rope_head_dim or 0, a.qk_nope_head_dim or 0
    latent = model.heads * (a.kv_lora_rank + rope)
    if a.indexer:
        return max(4 * latent + 5 * hidden // 2, 2 * latent + model.heads * (nope + rope) + 3 * hidden)
    return 2 * latent + model.heads * (nope + rope) + 3 * hidden


@dataclass(frozen=True, slots=True)
class Masks:
    device: float
    """Masks and index scores on a card."""
    copied: float
    """The part each pipeline copy repeats, and system RAM holds."""


@lru_cache(maxsize=256)
def masks(model: Model, cache: Cache, work: Work) -> Masks:
    batch = min(cache.micro_batch, cache.tokens)
    entry = 2 if work.flash else 4
    context = padded(cache.tokens if cache.one_stream else cache.tokens // cache.slots, cache.page)
    attention = model.attention
    if model.formula == "deepseek_v4":
        scores = context * batch * 2 if context > 32768 else 0
        return Masks(context * batch + scores, context * batch + 2 * batch * 1024)
    size = context * batch * entry
    if attention.kind == "swa" and attention.global_layers and attention.window:
        seen = attention.window * (cache.slots if cache.unified else 1)
        size += (context if cache.whole_window else min(context, padded(seen + batch, cache.page))) * batch * entry
    if attention.indexer:
        return Masks(2 * size + context * batch * 4, 2 * size)
    return Masks(size, size)


@dataclass(frozen=True, slots=True)
class Part:
    """What one card of a pipeline holds, as far as its buffer depends on it."""

    layers: int
    borrowed: float = 0.0
    """Cache bytes that its layers read on another card: each layer's view is copied over (shared-cache models)."""


def compute_bytes(
    model: Model, cache: Cache, work: Work, position: int, holds_output: bool, *, part: Part | None = None
) -> float:
    """Compute buffer of the card at `position` of the pipeline, without what is streamed from RAM. Without `part` the
    layers are taken to be shared evenly."""
    batch, piped = min(cache.micro_batch, cache.tokens), work.cards > 1
    mask = masks(model, cache, work)
    size = batch * 4 * live_values(model, work.experts, piped) + mask.device
    if piped and position:
        size -= _layer_inputs(model, batch)
    if not work.flash:
        size = max(size, _scores_bytes(model, cache, batch) + mask.device)
    if holds_output:
        kept = 0.0 if piped and position else _layer_inputs(model, batch)
        size = max(size, _logits_bytes(model, batch, work, mask) + kept)
    if not piped:
        return size
    here = part or Part(-(-model.layers // work.cards))
    return size + _pipeline_bytes(model, batch, mask, position, holds_output=holds_output, part=here)


def _pipeline_bytes(model: Model, batch: int, mask: Masks, position: int, *, holds_output: bool, part: Part) -> float:
    """Copies that let one card read the next micro-batch while another works on the last."""
    row, details = batch * model.hidden * 4, model.details
    size = (COPIES - 1) * mask.copied + COPIES * part.borrowed
    if not details.per_layer_input:
        streams = (details.hyper_connections or 1) if position else 1
        return size + (8 if position else 4) * row * streams
    layers = model.layers if details.altup and not position else part.layers
    size += (4 if position else 8) * _layer_inputs(model, batch) * layers / model.layers
    streams = details.altup or 1
    if streams == 1:
        return size + 4 * row
    return size + (8 * streams if position else 4 + 4 * streams) * row + (4 * streams * row if holds_output else 0)


def _logits_bytes(model: Model, batch: int, work: Work, mask: Masks) -> float:
    rows, piped = min(work.logits_rows, batch), work.cards > 1
    per_layer = bool(model.details.per_layer_input)
    kept = mask.device if model.layer_kinds or rows < batch or piped or per_layer else 0.0
    beside = 2 if model.attention.kv_lora_rank or model.layer_kinds or model.moe else 1
    if per_layer:
        beside = 1
    elif piped and model.layer_kinds:
        beside = 3
    return rows * model.vocab * 4 + beside * batch * model.hidden * 4 + kept


def _scores_bytes(model: Model, cache: Cache, batch: int) -> float:
    """Without flash attention every head's scores over the whole context are held."""
    attention = model.attention
    queries = model.heads * max(model.head_dim, attention.global_head_dim or 0)
    values = live_values(model)
    if not attention.kv_lora_rank:
        gates = 3 if model.details.attn_output_gate else 2
        values = gates * queries + 2 * model.hidden + 2 * model.kv_heads * model.head_dim
    return cache.stream_tokens * batch * model.heads * 4 + batch * 4 * values


def _layer_inputs(model: Model, batch: int) -> float:
    """Per-layer embeddings of a micro-batch (Gemma 3n and 4 E-models)."""
    return batch * 4 * (model.details.per_layer_input or 0) * model.layers


def host_bytes(model: Model, cache: Cache, work: Work, works: bool = False) -> float:
    """Pinned buffer in system RAM: embedding rows of a micro-batch and the masks; activations where RAM `works` on
    layers or experts of its own."""
    batch = min(cache.micro_batch, cache.tokens)
    copies = COPIES if work.cards > 1 else 1
    mask = masks(model, cache, work).copied
    size = batch * model.hidden * 4 * (1 + copies) + mask * copies + _layer_inputs(model, batch)
    return max(size, mask + batch * 4 * live_values(model)) if works else size
