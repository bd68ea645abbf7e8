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
    first: bool = True
    """Whether the first layer is on a card; False where layers are kept in RAM."""
    fused: bool = False
    """Experts in one step, as ik_llama.cpp works on them."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """What the first card copies over from RAM to read a prompt there (op offload, on by default): work on layers or
    experts kept in RAM is done on the card once 32 tokens are read together.

    ggml-org/llama.cpp ggml/src/ggml-backend.cpp and ggml/src/ggml-cuda/ggml-cuda.cu."""

    matrix: float
    """Bytes of the largest matrix in RAM."""
    cache: float = 0.0
    """Bytes of the largest layer's cache in RAM."""
    copies: int = 1
    """Two where layers of another card have their experts in RAM: the next comes before the last one is freed."""


@lru_cache(maxsize=1024)
def live_values(
    model: Model, experts: bool = True, piped: bool = False, first: bool = True, fused: bool = False
) -> int:
    """Most 32-bit values alive at once per token, with flash attention; `piped`: as one of several cards. Without the
    `first` layers a card never holds the queries of the layer before beside a feed-forward block."""
    details, moe, hidden = model.details, model.moe, model.hidden
    width = _dense_width(model)
    queries = model.heads * (model.attention.global_head_dim or model.head_dim)
    if details.per_layer_input:
        beside = 9 * hidden if details.altup else 3 * queries
        return 3 * width + details.per_layer_input * model.layers + (beside if first else 0)
    if model.formula == "deepseek_v4":
        return 3 * queries + 7 * hidden // 2
    found = [_attention_values(model, queries, piped, first), _mamba_values(model)]
    if moe is None or moe.plus_dense or moe.moe_every or (moe.first_dense_layers and first):
        dense = (moe.dense_intermediate if moe else None) or width
        beside = model.heads * model.head_dim if piped else queries
        fresh = not first and not model.attention.global_head_dim
        found.append(3 * dense + 2 * hidden + (0 if model.layer_kinds or fresh else beside))
    if moe is not None and fused:
        found.append(_fused_values(model, moe, queries))
    elif moe is not None and experts:
        found.append(_expert_values(model, moe, first) + (hidden if piped and moe.first_dense_layers else 0))
    elif moe is not None:
        found.append(_returned_values(model, moe, queries))
    return max(found)


def _dense_width(model: Model) -> int:
    if model.details.blocks:
        return max(width for _, width in model.details.blocks)
    return model.intermediate * (2 if model.details.wide_from is not None else 1)


def _expert_values(model: Model, moe: Experts, first: bool) -> int:
    """The chosen experts of a token side by side: gate, up and their product; or what they return and it weighted."""
    hidden, active, width = model.hidden, moe.active, moe.expert_intermediate
    shared, inside, chosen = moe.shared_intermediate or 0, active * width, active * (moe.latent or hidden)
    alone = not shared and not moe.plus_dense
    outputs = model.heads * (model.attention.v_head_dim or model.head_dim)
    values = 2 * chosen + _beside_outputs(model, moe)
    if alone and width >= hidden / 2:
        values = 0
    elif alone:
        values += max(inside, inside + outputs - 2 * hidden)
    if not model.layer_kinds:
        values = max(values, (3 if moe.ffn == "gated" else 1) * inside + 2 * hidden + outputs)
    if shared:
        values = max(values, 3 * shared + 4 * hidden)
    if moe.expert_bias:
        values = max(values, 3 * inside + 7 * hidden // 2)
    if not first and alone and not model.layer_kinds:
        values = max(values, 2 * inside + 2 * chosen + hidden)
    return values


def _beside_outputs(model: Model, moe: Experts) -> int:
    """Beside what the experts return where a shared expert works too. The narrower the experts, the better the holes
    that gate and up leave are filled: read off 14 models, 5 % either way."""
    hidden = model.hidden
    if not moe.shared_intermediate or moe.plus_dense or model.formula == "single_kind_layers":
        return 2 * hidden
    more = 28 * moe.expert_intermediate - (6 if model.layer_kinds else 32 / 5) * hidden
    return int(max(-9 / 4 * hidden, min(3.0 * hidden, more)))


def _fused_values(model: Model, moe: Experts, queries: int) -> int:
    """ik_llama.cpp (-fmoe, its default): read off load logs of Qwen3-235B, GLM-4.5-Air and GLM-4.6, 10 % either way."""
    inside = moe.active * moe.expert_intermediate
    return moe.active * model.hidden + 2 * model.hidden + max(inside, queries) + min(inside, queries) // 2


def _returned_values(model: Model, moe: Experts, queries: int) -> int:
    """Experts worked on in RAM: what they return comes back beside the layer's own values."""
    hidden, shared = model.hidden, moe.shared_intermediate or 0
    gates = 2 if model.details.attn_output_gate else 1
    values = moe.active * (moe.latent or hidden) + 2 * hidden + gates * queries
    if model.formula == "single_kind_layers" or model.family == "Qwen 3-Next":
        values = moe.active * (moe.latent or hidden) + 2 * hidden + _projected_values(model)
    return max(values, 3 * shared + 4 * hidden if shared else 0)


def _mamba_values(model: Model) -> int:
    """A Mamba-2 block: projection, convolution, gates and result, read off Granite 4.0 H."""
    ssm = model.ssm
    if ssm is None or not ssm.d_state or not ssm.n_heads or model.formula == "single_kind_layers":
        return 0
    return 8 * ssm.n_heads * (ssm.head_dim or 0)


def _projected_values(model: Model) -> int:
    """What a recurrent layer projects and convolves; llama.cpp's graph of Qwen3-Next keeps both orders of it."""
    ssm = model.ssm
    if ssm is None:
        return 0
    if ssm.k_heads:
        return (
            2 * (2 * ssm.k_heads * (ssm.k_dim or 0) + (ssm.v_heads or 0) * (ssm.v_dim or 0))
            + model.heads * model.head_dim
        )
    inner, groups = (ssm.n_heads or 0) * (ssm.head_dim or 0), 2 * (ssm.n_groups or 0) * (ssm.d_state or 0)
    return 3 * inner + 2 * groups + (ssm.n_heads or 0)


def _streamed_values(model: Model, moe: Experts | None, width: int, queries: int) -> int:
    """Alive beside a matrix that was copied from RAM."""
    if moe is None:
        return 2 * width + 2 * model.hidden + queries
    inside = moe.active * moe.expert_intermediate
    return max(moe.active * (moe.latent or model.hidden) + inside, 2 * inside) + 2 * model.hidden + queries


def _attention_values(model: Model, queries: int, piped: bool, first: bool) -> int:
    a, hidden = model.attention, model.hidden
    if not a.kv_lora_rank:
        return queries * (4 if model.details.attn_output_gate else 3) + 2 * hidden
    rope, nope = a.qk_rope_head_dim or 0, a.qk_nope_head_dim or 0
    latent = model.heads * (a.kv_lora_rank + rope)
    values = 2 * latent + model.heads * (nope + rope) + 3 * hidden
    if not a.indexer or not first:
        return values
    apart = 2 * model.heads * (nope + rope) if piped else 0
    return max(4 * latent + 5 * hidden // 2 - apart, values)


SCORES_FIT = 16_384
"""Up to this context the scores of sparse attention's index fit beside what is alive at another time."""


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
        scores = context * batch * 4 if context > SCORES_FIT else 0
        return Masks(2 * size + scores, 2 * size)
    return Masks(size, size)


@dataclass(frozen=True, slots=True)
class Part:
    """What one card of a pipeline holds, as far as its buffer depends on it."""

    layers: int
    borrowed: float = 0.0
    """Cache bytes that its layers read on another card: each layer's view is copied over (shared-cache models)."""


def compute_bytes(
    model: Model,
    cache: Cache,
    work: Work,
    position: int,
    holds_output: bool,
    *,
    part: Part | None = None,
    streamed: Streamed | None = None,
) -> float:
    """Compute buffer of the card at `position` of the pipeline. Without `part` the layers are taken to be shared
    evenly."""
    batch, piped = min(cache.micro_batch, cache.tokens), work.cards > 1
    mask = masks(model, cache, work)
    size = batch * 4 * live_values(model, work.experts, piped, work.first, work.fused) + mask.device
    if part is not None and not work.first:
        size += part.borrowed
    if streamed is not None and streamed.matrix:
        brought = _brought_to_fused(model, batch, mask) if work.fused else _streamed_bytes(model, batch, streamed, mask)
        size = max(size, brought)
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


def _streamed_bytes(model: Model, batch: int, streamed: Streamed, mask: Masks) -> float:
    """The matrix and what is alive beside it; or a layer's cache beside queries and result."""
    queries = model.heads * (model.attention.global_head_dim or model.head_dim)
    alive = batch * 4 * _streamed_values(model, model.moe, _dense_width(model), queries)
    attending = streamed.cache + batch * 8 * (model.hidden + queries)
    twice = 2 * streamed.matrix + batch * 4 * model.hidden if streamed.copies > 1 else 0.0
    return max(mask.device + max(streamed.matrix + alive + streamed.cache / 2, attending), twice)


def _brought_to_fused(model: Model, batch: int, mask: Masks) -> float:
    """ik_llama.cpp copies experts from RAM once each of them has more than 32 tokens to read, outside this buffer for
    the most part: logs of Qwen3-235B are up to a third above."""
    moe = model.moe
    if moe is None or batch * moe.active <= 32 * moe.experts:
        return 0.0
    return batch * 8 * moe.active * (model.hidden + moe.expert_intermediate) + mask.device


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
    elif model.moe is not None and model.moe.shared_intermediate and not model.layer_kinds:
        beside += _experts_left(model, model.moe)
    return rows * model.vocab * 4 + beside * batch * model.hidden * 4 + kept


def _experts_left(model: Model, moe: Experts) -> int:
    """Rows of the last layer's experts beside the logits: all, where a larger first layer left no hole for them."""
    outputs, largest = 2 * (moe.active + 1) * model.hidden, live_values(model)
    dense = moe.first_dense_layers and _expert_values(model, moe, True) < largest < 2 * outputs
    return moe.active + 1 if dense else 1


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
