"""What each layer of a model is: attention over all or over a window, its heads, or a recurrent block."""

from dataclasses import dataclass
from functools import lru_cache

from planner.domain.model import Every, Model

ATTENTION = "A"


@dataclass(frozen=True, slots=True)
class Layer:
    """Heads and widths of one layer's attention; `cached` is False where the layer keeps no keys and values."""

    index: int
    kind: str
    """A attention, D DeltaNet, M Mamba-2, m Mamba-1, K KDA, L lightning, C convolution, F feed-forward, E experts."""
    window: int | None
    """Tokens seen, None for the whole context."""
    heads: int
    kv_heads: int
    k_dim: int
    v_dim: int
    shared_projection: bool
    """Keys and values come from one matrix."""
    cached: bool
    indexed: bool
    """Owns the index of sparse attention."""


@lru_cache(maxsize=512)
def layers(model: Model) -> tuple[Layer, ...]:
    return tuple(_layer(model, index) for index in range(model.layers))


def _layer(model: Model, index: int) -> Layer:
    attention = model.attention
    kind = model.layer_kinds[index] if model.layer_kinds else ATTENTION
    is_global = sees_all(model, index)
    heads, kv_heads, head_dim, shared = model.heads, model.kv_heads, model.head_dim, False
    if attention.global_head_dim and is_global:
        head_dim, shared = attention.global_head_dim, attention.global_k_eq_v
        kv_heads = attention.global_kv_heads or kv_heads
    if not is_global:
        heads, kv_heads = attention.swa_heads or heads, attention.swa_kv_heads or kv_heads
    if model.details.blocks:
        kv_heads = model.details.blocks[index][0]
    indexer = attention.indexer
    return Layer(
        index=index,
        kind=kind,
        window=_window(model, is_global),
        heads=heads,
        kv_heads=kv_heads,
        k_dim=head_dim,
        v_dim=attention.v_head_dim or head_dim,
        shared_projection=shared,
        cached=kind == ATTENTION and kv_heads > 0 and index < model.layers - attention.kv_shared_layers,
        indexed=indexer is not None and (indexer.layers is None or index in indexer.layers),
    )


def sees_all(model: Model, index: int) -> bool:
    where = model.attention.global_layers
    if isinstance(where, Every):
        return index % where.every == where.offset
    return not where or index in where


def _window(model: Model, is_global: bool) -> int | None:
    """A window without any global layer (the first Mistral) is ignored by the engines, which cache everything."""
    if is_global or model.attention.kind != "swa":
        return None
    return model.attention.window


def has_experts(model: Model, index: int) -> bool:
    """Whether the feed-forward part of this layer is a mixture of experts."""
    moe = model.moe
    if moe is None:
        return False
    if model.formula == "single_kind_layers":
        return model.layer_kinds is not None and model.layer_kinds[index] == "E"
    if index < moe.first_dense_layers:
        return False
    return moe.moe_every is None or index % moe.moe_every.every == moe.moe_every.offset
