"""Every tensor of a model: the sum is its parameter count, the length of the rows decides how each is quantised."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from planner.analysis.model_layers import ATTENTION, Layer, has_experts, layers
from planner.domain.model import Experts, Model, StateSpace

EMBEDDING = -1
"""The `layer` of token tables; the output has the number after the last layer."""

Shape = tuple[str, int, int]
"""Role, length of a row, number of weights."""


@dataclass(frozen=True, slots=True)
class Tensor:
    layer: int
    role: str
    """q k v qkv o gate up down (with _exps or _shared for experts), embed, layer_embed, output, other; vector, router
    and conv stay in 32 bit, small16 in 16 bit."""
    row: int
    count: int


@lru_cache(maxsize=512)
def tensors(model: Model) -> tuple[Tensor, ...]:
    found = [Tensor(EMBEDDING, *shape) for shape in _tables(model)]
    for layer in layers(model):
        found += [Tensor(layer.index, *shape) for shape in _layer(model, layer)]
    found += [Tensor(model.layers, *shape) for shape in _head(model)]
    return tuple(tensor for tensor in found if tensor.count)


def parameters(model: Model) -> int:
    """Weights of the language model without vision towers and next-token blocks."""
    return sum(tensor.count for tensor in tensors(model))


def routed_parameters(model: Model) -> int:
    return sum(tensor.count for tensor in tensors(model) if tensor.role.endswith("_exps"))


def active_parameters(model: Model) -> int:
    """Weights read for one token: no look-up tables (a tied one is read as head), of the experts only the active."""
    tables = sum(t.count for t in tensors(model) if t.layer == EMBEDDING and t.role.endswith("embed"))
    read = parameters(model) - tables + (model.vocab * model.hidden if model.tied else 0)
    if model.moe is None:
        return read
    return int(read - routed_parameters(model) * (1 - model.moe.active / model.moe.experts))


def next_token_parameters(model: Model) -> int:
    """Weights of the blocks that predict further tokens (MTP)."""
    block = model.mtp
    if block is None:
        return 0
    hidden, vocab = model.hidden, model.vocab
    merge = 2 * hidden * hidden + 3 * hidden
    if block.kind == "deepseek_v4":
        body = (
            _total(_compressed_attention(model, 0)) + _total(_norms(model)) + _total(_expert_block(model, model.layers))
        )
        return body + merge + _total(_stream_mixer(model))
    if block.kind == "window_dense":
        window = next(layer for layer in layers(model) if layer.window)
        body = _total(_attention(model, window)) + _total(_norms(model)) + _total(_dense(model, model.intermediate))
        return block.layers * (body + merge + (vocab * hidden if block.own_head else 0))
    first = next(layer for layer in layers(model) if layer.kind == ATTENTION)
    body = _total(_any_attention(model, first, index=True)) + _total(_norms(model, both=True))
    body += _total(_expert_block(model, model.layers)) if model.moe else _total(_dense(model, model.intermediate))
    return body + merge + (2 * vocab * hidden if block.own_embed else 0)


def _total(shapes: Iterator[Shape]) -> int:
    return sum(count for _, _, count in shapes)


def _tables(model: Model) -> Iterator[Shape]:
    hidden, details = model.hidden, model.details
    yield "embed", hidden, model.vocab * hidden
    if details.per_layer_input:
        wide = details.per_layer_input * model.layers
        yield "layer_embed", wide, (details.per_layer_vocab or model.vocab) * wide
        yield "small16", hidden, hidden * wide
        yield "vector", 1, details.per_layer_input
    if details.altup:
        yield "small16", hidden, 2 * (details.altup - 1) * hidden * hidden


def _head(model: Model) -> Iterator[Shape]:
    hidden = model.hidden
    yield "vector", 1, hidden * (2 if model.details.norm_bias else 1) + model.details.extra_total
    if model.details.hyper_connections:
        yield from _stream_mixer(model)
    if not model.tied:
        yield "output", hidden, model.vocab * hidden
    if model.details.head_bias:
        yield "vector", 1, model.vocab


def _stream_mixer(model: Model) -> Iterator[Shape]:
    streams = model.details.hyper_connections or 0
    yield "router", streams * model.hidden, streams * model.hidden * streams
    yield "vector", 1, streams + 1


def _layer(model: Model, layer: Layer) -> Iterator[Shape]:
    if model.formula == "decilm":
        yield from _searched_layer(model, layer)
        return
    yield from _mixing(model, layer)
    yield from _norms(model)
    if model.formula == "single_kind_layers":
        if layer.kind == "F":
            yield from _dense(model, model.intermediate)
        elif layer.kind == "E":
            yield from _expert_block(model, layer.index)
        return
    if has_experts(model, layer.index):
        yield from _expert_block(model, layer.index)
    else:
        yield from _dense(model, _dense_width(model, layer.index))
    yield from _layer_extras(model)


def _searched_layer(model: Model, layer: Layer) -> Iterator[Shape]:
    """A layer of an architecture search: attention or feed-forward may be absent, each has one norm."""
    _, width = (model.details.blocks or ())[layer.index]
    if layer.kv_heads:
        yield from _attention(model, layer)
        yield "vector", 1, model.hidden
    if width:
        yield from _dense(model, width)
        yield "vector", 1, model.hidden


def _mixing(model: Model, layer: Layer) -> Iterator[Shape]:
    """The part of a layer that mixes tokens."""
    if layer.kind == ATTENTION:
        yield from _any_attention(model, layer, layer.indexed)
    elif layer.kind == "L":
        wide = model.heads * model.head_dim
        yield from (("qkv", model.hidden, 3 * model.hidden * wide), ("other", model.hidden, model.hidden * wide))
        yield from (("o", wide, wide * model.hidden), ("vector", 1, wide))
    elif model.ssm and layer.kind in RECURRENT:
        yield from RECURRENT[layer.kind](model, model.ssm)


def _any_attention(model: Model, layer: Layer, index: bool) -> Iterator[Shape]:
    if model.formula == "deepseek_v4":
        yield from _compressed_attention(model, (model.attention.compress_ratios or ())[layer.index])
    elif model.attention.kv_lora_rank:
        yield from _latent_attention(model, index)
    else:
        yield from _attention(model, layer)


def _attention(model: Model, layer: Layer) -> Iterator[Shape]:
    hidden, details = model.hidden, model.details
    heads, kv, dim = layer.heads, layer.kv_heads, layer.k_dim
    if details.fused_qkv:
        yield "qkv", hidden, hidden * (heads + 2 * kv) * dim
    else:
        yield "q", hidden, hidden * heads * dim * (2 if details.attn_output_gate else 1)
        yield "k", hidden, hidden * kv * dim
        yield "v", hidden, 0 if layer.shared_projection else hidden * kv * layer.v_dim
    yield "o", heads * layer.v_dim, heads * layer.v_dim * hidden
    if details.head_gate:
        yield "other", hidden, hidden * heads
    biases = (heads + 2 * kv) * dim if details.qkv_bias else 0
    biases += hidden if details.o_bias else 0
    sinks = heads if details.sinks or (details.swa_sinks and layer.window) else 0
    norms = {"head": 2 * dim, "full": (heads + kv) * dim}.get(details.qk_norm or "", 0)
    yield "vector", 1, biases + sinks + norms


def _latent_attention(model: Model, index: bool) -> Iterator[Shape]:
    """MLA: keys and values of all heads from one short latent per token."""
    hidden, heads, a = model.hidden, model.heads, model.attention
    nope, rope, value = a.qk_nope_head_dim or 0, a.qk_rope_head_dim or 0, a.v_head_dim or 0
    rank, q_rank = a.kv_lora_rank or 0, a.q_lora_rank
    if q_rank:
        yield "other", hidden, hidden * q_rank
        yield "other", q_rank, q_rank * heads * (nope + rope)
    else:
        yield "q", hidden, hidden * heads * (nope + rope)
    yield "other", hidden, hidden * (rank + rope)
    yield "k_b", nope, nope * rank * heads
    yield "v_b", rank, rank * value * heads
    yield "o", heads * value, heads * value * hidden
    yield "vector", 1, rank + (q_rank or 0)
    if a.indexer and index:
        yield "other", q_rank or hidden, (q_rank or hidden) * a.indexer.heads * a.indexer.head_dim
        yield "other", hidden, hidden * (a.indexer.head_dim + a.indexer.heads)
        yield "vector", 1, 2 * a.indexer.head_dim


def _compressed_attention(model: Model, ratio: int) -> Iterator[Shape]:
    """DeepSeek-V4: low-rank queries, one shared key, grouped low-rank output, compressors, mixed residual streams."""
    hidden, heads, dim, a = model.hidden, model.heads, model.head_dim, model.attention
    q_rank, groups, out_rank = a.q_lora_rank or 0, a.output_groups or 1, a.output_lora_rank or 0
    streams = model.details.hyper_connections or 0
    mixes = (2 + streams) * streams
    yield "other", hidden, hidden * q_rank
    yield "other", q_rank, q_rank * heads * dim
    yield "other", hidden, hidden * dim
    yield "o", heads * dim // groups, heads * dim * out_rank
    yield "other", groups * out_rank, groups * out_rank * hidden
    yield "router", streams * hidden, 2 * streams * hidden * mixes
    yield "vector", 1, heads + q_rank + dim + 2 * (mixes + 3)
    if not ratio:
        return
    wide = 2 * dim if ratio == 4 else dim
    yield "other", hidden, 2 * hidden * wide
    yield "router", wide, wide * ratio
    yield "vector", 1, dim
    if ratio == 4 and a.indexer:
        index_heads, index_dim = a.indexer.heads, a.indexer.head_dim
        yield "other", hidden, hidden * index_heads
        yield "other", q_rank, q_rank * index_heads * index_dim
        yield "other", hidden, 4 * hidden * index_dim
        yield "router", 2 * index_dim, 2 * index_dim * 4
        yield "vector", 1, index_dim


def _deltanet(model: Model, ssm: StateSpace) -> Iterator[Shape]:
    hidden, v_heads = model.hidden, ssm.v_heads or 0
    keys, values = (ssm.k_heads or 0) * (ssm.k_dim or 0), v_heads * (ssm.v_dim or 0)
    yield "qkv", hidden, hidden * (2 * keys + values)
    yield "attn_gate", hidden, hidden * values
    yield "ssm_ab", hidden, 2 * hidden * v_heads
    yield "ssm_out", values, values * hidden
    yield "conv", ssm.conv, ssm.conv * (2 * keys + values)
    yield "vector", 1, 2 * v_heads + (ssm.v_dim or 0)


def _mamba2(model: Model, ssm: StateSpace) -> Iterator[Shape]:
    hidden, heads = model.hidden, ssm.n_heads or 0
    inner = heads * (ssm.head_dim or 0)
    state = 2 * (ssm.n_groups or 0) * (ssm.d_state or 0)
    yield "other", hidden, hidden * (2 * inner + state + heads)
    yield "ssm_out", inner, inner * hidden
    yield "conv", ssm.conv, ssm.conv * (inner + state)
    yield "vector", 1, inner + state + 3 * heads + inner


def _mamba1(model: Model, ssm: StateSpace) -> Iterator[Shape]:
    hidden, state, rank = model.hidden, ssm.d_state or 0, ssm.dt_rank or 0
    inner = (ssm.expand or 1) * hidden
    yield "other", hidden, 2 * hidden * inner
    yield "other", inner, inner * (rank + 2 * state)
    yield "other", rank, rank * inner
    yield "ssm_out", inner, inner * hidden
    yield "conv", ssm.conv, ssm.conv * inner + inner * state
    yield "vector", 1, 3 * inner + rank + 2 * state


def _kda(model: Model, ssm: StateSpace) -> Iterator[Shape]:
    hidden, heads, dim = model.hidden, ssm.n_heads or 0, ssm.head_dim or 0
    wide = heads * dim
    yield from (("q", hidden, hidden * wide), ("k", hidden, hidden * wide), ("v", hidden, hidden * wide))
    yield "other", hidden, 2 * hidden * dim + hidden * heads
    yield "other", dim, 2 * dim * wide
    yield "o", wide, wide * hidden
    yield "conv", ssm.conv, 3 * wide * ssm.conv
    yield "vector", 1, wide + heads + dim


def _short_convolution(model: Model, ssm: StateSpace) -> Iterator[Shape]:
    hidden = model.hidden
    yield from (("other", hidden, 3 * hidden * hidden), ("ssm_out", hidden, hidden * hidden))
    yield "conv", ssm.conv, hidden * ssm.conv


RECURRENT = {"D": _deltanet, "M": _mamba2, "m": _mamba1, "K": _kda, "C": _short_convolution}


def _norms(model: Model, both: bool = False) -> Iterator[Shape]:
    each = 2 if both else 1 if model.formula == "single_kind_layers" else model.details.norms_per_layer
    yield "vector", 1, each * model.hidden * (2 if model.details.norm_bias else 1)


def _dense_width(model: Model, index: int) -> int:
    width = (model.moe.dense_intermediate if model.moe else None) or model.intermediate
    wide_from = model.details.wide_from
    return width * 2 if wide_from is not None and index >= wide_from else width


def _dense(model: Model, width: int) -> Iterator[Shape]:
    hidden, gated = model.hidden, model.details.ffn == "gated"
    if gated:
        yield "gate", hidden, hidden * width
    yield "up", hidden, hidden * width
    yield "down", width, hidden * width
    if model.details.ffn_bias:
        yield "vector", 1, width * (2 if gated else 1) + hidden


def _expert_block(model: Model, index: int) -> Iterator[Shape]:
    """`index` is the layer's; the layer count stands for a next-token block."""
    moe = model.moe
    if moe is None:
        return
    hidden, inside = model.hidden, moe.latent or model.hidden
    width, gated = moe.expert_intermediate, moe.ffn == "gated"
    matrix = moe.experts * inside * width
    yield "router", hidden, hidden * moe.experts
    if gated:
        yield "gate_exps", inside, matrix
    yield "up_exps", inside, matrix
    yield "down_exps", width, matrix
    if moe.expert_bias:
        yield "vector_exps", 1, moe.experts * (2 * width + hidden)
    if moe.latent:
        yield from (("other", hidden, hidden * moe.latent), ("other", moe.latent, hidden * moe.latent))
    yield "vector", 1, moe.experts if moe.router_bias else 0
    yield from _shared_experts(model, moe, gated)
    yield "vector", 1, moe.router_extra or 0
    if moe.plus_dense:
        yield from _dense(model, model.intermediate)
        yield "vector", 1, (moe.plus_norms or 0) * hidden
    if model.formula == "deepseek_v4":
        hashed = index < moe.hash_layers
        yield ("router", 1, moe.active * model.vocab) if hashed else ("vector", 1, moe.experts)


def _shared_experts(model: Model, moe: Experts, gated: bool) -> Iterator[Shape]:
    hidden, width = model.hidden, moe.shared_intermediate
    if not width:
        return
    if gated:
        yield "gate_shared", hidden, hidden * width
    yield "up_shared", hidden, hidden * width
    yield "down_shared", width, hidden * width
    yield "vector", 1, hidden if moe.shared_gate else 0


def _layer_extras(model: Model) -> Iterator[Shape]:
    hidden, details = model.hidden, model.details
    yield "vector", 1, details.extra_per_layer
    if details.per_layer_input:
        wide = details.per_layer_input
        yield from (("other", hidden, hidden * wide), ("other", wide, hidden * wide), ("vector", 1, hidden))
    if details.altup:
        n = details.altup
        yield from (("small16", hidden, hidden * n + n * n + n**3), ("vector", 1, 2 * hidden))
    if details.laurel:
        yield from (("small16", hidden, 2 * hidden * details.laurel), ("vector", 1, hidden))
