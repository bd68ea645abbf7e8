"""Keys and values per layer, and the recurrent state of layers that keep a summary instead."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from planner.analysis.model_layers import ATTENTION, Layer, layers
from planner.domain.model import Model

VALUE_BYTES: dict[str, float] = {
    "f32": 4, "f16": 2, "bf16": 2, "fp8": 1, "q8_0": 34 / 32, "q6": 26 / 32, "q5_1": 24 / 32, "q5_0": 22 / 32,
    "q4_1": 20 / 32, "q4_0": 18 / 32, "iq4_nl": 18 / 32,
}  # fmt: skip
PAGE = 256
"""llama.cpp pads every cache to this many tokens."""


@dataclass(frozen=True, slots=True)
class Cache:
    """What is cached: `tokens` in all, shared out over `slots` unless they are unified."""

    tokens: int
    slots: int = 1
    key_bytes: float = 2.0
    value_bytes: float = 2.0
    micro_batch: int = 512
    unified: bool = False
    whole_window: bool = False
    """Windows are cached in full (--swa-full, and engines that know no window)."""
    page: int = PAGE

    @property
    def stream_tokens(self) -> int:
        """Length of one stream, padded."""
        return padded(self.tokens if self.one_stream else self.tokens // self.slots, self.page)

    @property
    def streams(self) -> int:
        return 1 if self.unified else self.slots

    @property
    def one_stream(self) -> bool:
        return self.unified or self.slots == 1


def padded(count: int, page: int) -> int:
    return -(-count // page) * page


@dataclass(frozen=True, slots=True)
class LayerKind:
    """What decides the cache of a layer; layers of one kind need the same."""

    window: int | None
    key_width: int
    """Values per token kept as keys, all heads; with MLA the latent."""
    value_width: int
    index_width: int
    """Of sparse attention's index."""
    ratio: int | None
    """DeepSeek-V4: tokens per compressed entry, 0 for none; None for every other model."""
    state_bytes: int
    """Recurrent state per slot."""


@dataclass(frozen=True, slots=True)
class LayerKinds:
    """The distinct kinds of a model, and for each layer the number of its kind."""

    distinct: tuple[LayerKind, ...]
    numbers: tuple[int, ...]
    lenders: tuple[tuple[int, int], ...] = ()
    """(layer, layer whose cache it reads) where that is another one."""

    def counted(self) -> tuple[tuple[LayerKind, int], ...]:
        return tuple((kind, self.numbers.count(n)) for n, kind in enumerate(self.distinct))


@lru_cache(maxsize=512)
def layer_kinds(model: Model) -> LayerKinds:
    every = [_kind(model, layer) for layer in layers(model)]
    distinct = tuple(dict.fromkeys(every))
    return LayerKinds(distinct, tuple(distinct.index(kind) for kind in every), tuple(_lenders(model)))


def _lenders(model: Model) -> Iterator[tuple[int, int]]:
    """The last layers of some models keep no cache and read the last one of their own sort, window or whole context."""
    own = model.layers - model.attention.kv_shared_layers
    every = layers(model)
    last = {layer.window: layer.index for layer in every[:own]}
    for layer in every[own:]:
        if layer.window in last:
            yield layer.index, last[layer.window]


def _kind(model: Model, layer: Layer) -> LayerKind:
    attention = model.attention
    index = attention.indexer.head_dim if attention.indexer else 0
    state = state_bytes(model, layer)
    if model.formula == "deepseek_v4":
        ratio = (attention.compress_ratios or ())[layer.index]
        return LayerKind(attention.window, model.head_dim, 0, index if ratio == 4 else 0, ratio, state)
    if not layer.cached:
        return LayerKind(None, 0, 0, 0, None, state)
    if attention.kv_lora_rank:
        latent = attention.kv_lora_rank + (attention.qk_rope_head_dim or 0)
        return LayerKind(None, latent, 0, index if layer.indexed else 0, None, state)
    return LayerKind(layer.window, layer.kv_heads * layer.k_dim, layer.kv_heads * layer.v_dim, 0, None, state)


def cells(kind: LayerKind, cache: Cache) -> int:
    """Cached positions of a layer over all streams."""
    stream = cache.stream_tokens
    if kind.window is None or cache.whole_window:
        return stream * (cache.slots if kind.ratio is not None else cache.streams)
    slots_seen = cache.slots if cache.unified and kind.ratio is None else 1
    seen = padded(min(stream, kind.window * slots_seen + cache.micro_batch), cache.page)
    return min(stream, seen) * (cache.slots if kind.ratio is not None else cache.streams)


def kv_bytes(kind: LayerKind, cache: Cache) -> float:
    """Keys, values and index of one layer, without its recurrent state."""
    if not kind.key_width:
        return 0.0
    kept = cells(kind, cache)
    size = kept * (kind.key_width * cache.key_bytes + kind.value_width * cache.value_bytes)
    if kind.ratio is None:
        return size + kept * kind.index_width * cache.key_bytes
    if not kind.ratio:
        return size
    entries = padded(max(1, -(-cache.stream_tokens // kind.ratio)), cache.page) * cache.slots
    return size + entries * (kind.key_width + kind.index_width) * cache.key_bytes


def cache_bytes(model: Model, cache: Cache) -> float:
    return sum(n * kv_bytes(kind, cache) for kind, n in layer_kinds(model).counted())


def state_total(model: Model, slots: int) -> int:
    return slots * sum(n * kind.state_bytes for kind, n in layer_kinds(model).counted())


def bytes_per_token(model: Model, key_bytes: float, value_bytes: float) -> float:
    """What one more token of context costs once windows are full."""
    growing = [(kind, n) for kind, n in layer_kinds(model).counted() if kind.window is None or kind.ratio]
    return sum(n * _token_bytes(kind, key_bytes, value_bytes) for kind, n in growing)


def _token_bytes(kind: LayerKind, key_bytes: float, value_bytes: float) -> float:
    if kind.ratio:
        return (kind.key_width + kind.index_width) * key_bytes / kind.ratio
    return (kind.key_width + kind.index_width) * key_bytes + kind.value_width * value_bytes


def state_bytes(model: Model, layer: Layer) -> int:
    """32-bit recurrent state of a layer for one sequence, whatever the context."""
    ssm = model.ssm
    if model.formula == "deepseek_v4":
        return _compressor_bytes(model, layer.index)
    if layer.kind in (ATTENTION, "E", "F", "-"):
        return 0
    if layer.kind == "L":
        return 4 * model.heads * model.head_dim**2
    if ssm is None:
        return 0
    past, wide = ssm.conv - 1, (ssm.n_heads or 0) * (ssm.head_dim or 0)
    if layer.kind == "D":
        keys, values = (ssm.k_heads or 0) * (ssm.k_dim or 0), (ssm.v_heads or 0) * (ssm.v_dim or 0)
        return 4 * (past * (2 * keys + values) + values * (ssm.k_dim or 0))
    if layer.kind == "M":
        return 4 * (past * (wide + 2 * (ssm.n_groups or 0) * (ssm.d_state or 0)) + wide * (ssm.d_state or 0))
    if layer.kind == "m":
        return 4 * (ssm.expand or 1) * model.hidden * (past + (ssm.d_state or 0))
    if layer.kind == "K":
        return 4 * wide * (3 * past + (ssm.head_dim or 0))
    return 4 * past * model.hidden


def _compressor_bytes(model: Model, index: int) -> int:
    """Keys and scores of the block that is being filled."""
    ratio = (model.attention.compress_ratios or ())[index]
    overlap = 2 if ratio == 4 else 1
    indexer = model.attention.indexer
    width = model.head_dim + (indexer.head_dim if indexer and ratio == 4 else 0)
    return 8 * overlap * ratio * overlap * width
