"""What one token asks of the machine: weights read, cache read, arithmetic. Counts only: no bytes and no engine."""

from dataclasses import dataclass
from functools import lru_cache

from planner.analysis.model_layers import Layer, has_experts, layers
from planner.analysis.model_tensors import active_parameters, parameters, routed_parameters
from planner.domain.model import Model

ALIKE = 0.93
"""Tokens of one step choose experts somewhat alike: n of them touch as many as n to this power at random would."""
RECURRENT = "DMmKL"
"""Kinds of layers that carry a state from token to token."""


@dataclass(frozen=True, slots=True)
class ModelWork:
    params: float
    """All weights of the language model."""
    params_read: float
    """Weights used for one token: no input table, active experts only."""
    routed_read: float
    """The part of `params_read` that belongs to routed experts, which may sit in system RAM."""
    routed_total: float
    experts: int
    active: int
    layers: int
    hidden: int
    moe: bool
    kv_elements: float
    """Cache elements per token of context in layers that see all of it."""
    window_elements: float
    """The same in sliding-window layers."""
    window: int
    query_width: float
    """Heads times head size, summed over layers that see the whole context."""
    window_query_width: float
    kv_heads: int = 8
    """Ways the cache can be cut for tensor parallel; 1 for a latent cache, which every card keeps whole."""
    latent: bool = False
    unfolded: float = 1.0
    """Mean width of a head's keys and values as a share of the latent they unfold from."""
    moe_layers: int = 0
    expert_width: int = 0
    """Inner width of one routed expert."""
    inner_width: float = 0.0
    """Width between the two halves of a feed-forward block; of all active experts, where it has them."""
    head_width: int = 128
    """Size of the heads that see the whole context."""
    recurrent_layers: int = 0
    """Layers that keep a fixed state in place of a cache: linear attention, Mamba, gated delta nets."""

    def cache_read(self, depth: float) -> float:
        """Cache elements one decoded token reads at this depth."""
        return self.kv_elements * depth + self.window_elements * min(depth, self.window)

    def scores_read(self, depth: float) -> float:
        """Cache elements re-read once per query head, as kernels without fused attention do."""
        return 2 * (self.query_width * depth + self.window_query_width * min(depth, self.window))

    def experts_touched(self, tokens: float) -> float:
        """Share of the routed experts that a step of this many tokens reads."""
        return 1 - (1 - self.active / self.experts) ** tokens**ALIKE if self.moe else 1.0

    def params_step(self, tokens: float) -> float:
        """Weights one step of this many tokens reads."""
        if not self.moe:
            return self.params_read
        return self.params_read - self.routed_read + self.routed_total * self.experts_touched(tokens)


@lru_cache(maxsize=512)
def model_work(model: Model) -> ModelWork:
    experts = model.moe.experts if model.moe else 1
    active = model.moe.active if model.moe else 1
    routed = float(routed_parameters(model)) if model.moe else 0.0
    attending = [layer for layer in layers(model) if layer.kind == "A" and layer.kv_heads]
    full = [layer for layer in attending if layer.window is None]
    windowed = [layer for layer in attending if layer.window is not None]
    return ModelWork(
        params=float(parameters(model)),
        params_read=float(active_parameters(model)),
        routed_read=routed * active / experts,
        routed_total=routed,
        experts=experts,
        active=active,
        layers=model.layers,
        hidden=model.hidden,
        moe=model.moe is not None,
        kv_elements=sum(_cached_elements(model, layer) for layer in full),
        window_elements=sum(_cached_elements(model, layer) for layer in windowed),
        window=max((layer.window or 0 for layer in windowed), default=0),
        query_width=sum(_query_width(model, layer) for layer in full),
        window_query_width=sum(_query_width(model, layer) for layer in windowed),
        kv_heads=1 if _latent(model) else min((layer.kv_heads for layer in attending), default=1),
        latent=_latent(model) > 0,
        unfolded=_unfolded(model, attending),
        expert_width=model.moe.expert_intermediate if model.moe else 0,
        inner_width=float(model.moe.expert_intermediate * active if model.moe else model.intermediate),
        head_width=max((layer.k_dim for layer in full), default=0),
        moe_layers=sum(has_experts(model, index) for index in range(model.layers)),
        recurrent_layers=sum(layer.kind in RECURRENT for layer in layers(model)),
    )


def _latent(model: Model) -> int:
    """Width of the latent that stands for keys and values (MLA); 0 for ordinary attention."""
    attention = model.attention
    return attention.kv_lora_rank + (attention.qk_rope_head_dim or 0) if attention.kv_lora_rank else 0


def _unfolded(model: Model, attending: list[Layer]) -> float:
    width = _latent(model)
    return (attending[0].k_dim + attending[0].v_dim) / 2 / width if width and attending else 1.0


def _compression(model: Model, layer: Layer) -> float:
    """How many tokens one cache entry stands for; 0 where only the window is kept."""
    ratios = model.attention.compress_ratios
    return float(ratios[layer.index]) if ratios else 1.0


def _cached_elements(model: Model, layer: Layer) -> float:
    if not layer.cached:
        return 0.0
    ratio = _compression(model, layer)
    if model.formula == "deepseek_v4":
        return layer.k_dim / ratio if ratio else 0.0
    return float(_latent(model) or layer.kv_heads * (layer.k_dim + layer.v_dim))


def _query_width(model: Model, layer: Layer) -> float:
    ratio = _compression(model, layer)
    width = layer.heads * (_latent(model) or layer.k_dim)
    return width / ratio if ratio else 0.0
