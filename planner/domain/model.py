"""A language model's architecture, layer by layer where layers differ.

Counts are of weights or tokens; nothing here depends on a quantisation or an inference engine.
"""

from typing import Literal

from pydantic import Field

from planner.domain.base import Evidence, PartId, Record


class Every(Record):
    """Layers `offset`, `offset + every`, …"""

    every: int = Field(ge=1)
    offset: int = Field(ge=0)


class Indexer(Record):
    """The small scorer of sparse attention."""

    heads: int
    head_dim: int
    layers: tuple[int, ...] | None = None
    """Layers that own an index and its cache; None where all do."""
    top_k: int | None = None


class Attention(Record):
    kind: Literal["mha", "gqa", "mqa", "swa", "mla", "hybrid", "compressed_mla"]
    window: int | None = None
    global_layers: Every | tuple[int, ...] | None = None
    """Layers that see the whole context; None where all do."""
    global_head_dim: int | None = None
    global_kv_heads: int | None = None
    global_k_eq_v: bool = False
    swa_heads: int | None = None
    swa_kv_heads: int | None = None
    v_head_dim: int | None = None
    kv_lora_rank: int | None = None
    q_lora_rank: int | None = None
    qk_rope_head_dim: int | None = None
    qk_nope_head_dim: int | None = None
    kv_shared_layers: int = 0
    """Last layers that reuse an earlier layer's cache."""
    kv_layers: int | None = None
    linear: str | None = None
    indexer: Indexer | None = None
    output_groups: int | None = None
    output_lora_rank: int | None = None
    compress_ratios: tuple[int, ...] | None = None
    window_style: str | None = None


class Experts(Record):
    experts: int = Field(ge=2)
    active: int = Field(ge=1)
    expert_intermediate: int = Field(ge=1)
    shared: int = 0
    shared_intermediate: int | None = None
    shared_gate: bool = False
    dense_intermediate: int | None = None
    first_dense_layers: int = 0
    moe_every: Every | None = None
    plus_dense: bool = False
    plus_norms: int | None = None
    router_bias: bool = False
    router_extra: int | None = None
    hash_layers: int = 0
    expert_bias: bool = False
    ffn: Literal["gated", "plain"] = "gated"
    latent: int | None = None


class StateSpace(Record):
    """Recurrent blocks: gated DeltaNet, Mamba, lightning and KDA attention, short convolutions."""

    kind: str
    conv: int
    k_heads: int | None = None
    k_dim: int | None = None
    v_heads: int | None = None
    v_dim: int | None = None
    n_heads: int | None = None
    head_dim: int | None = None
    n_groups: int | None = None
    d_state: int | None = None
    expand: int | None = None
    dt_rank: int | None = None


class Details(Record):
    """Traits that change a tensor count or a buffer."""

    qkv_bias: bool = False
    o_bias: bool = False
    head_bias: bool = False
    norm_bias: bool = False
    ffn_bias: bool = False
    qk_norm: str | None = None
    attn_output_gate: bool = False
    norms_per_layer: int = 2
    per_layer_input: int | None = None
    per_layer_vocab: int | None = None
    altup: int | None = None
    laurel: int | None = None
    extra_per_layer: int = 0
    extra_total: int = 0
    wide_from: int | None = None
    ffn: Literal["gated", "plain"] = "gated"
    fused_qkv: bool = False
    hyper_connections: int | None = None
    sinks: bool = False
    swa_sinks: bool = False
    head_gate: bool = False
    blocks: tuple[tuple[int, int], ...] | None = None
    """Per layer: KV heads and feed-forward width (0 where absent)."""


class NextToken(Record):
    """Blocks that predict further tokens (MTP); engines leave them out unless speculation is on."""

    layers: int = 1
    kind: Literal["block", "deepseek_v4", "window_dense", "single_kind"] = "block"
    own_embed: bool = False
    """A token table and a head of its own."""
    own_head: bool = False
    counted: bool = False
    """Whether the published total counts it."""
    in_gguf: bool = False
    """Whether GGUF files carry it; llama.cpp then leaves it on disk unless asked."""


class Model(Record):
    id: PartId
    name: str
    family: str
    hf_repo: str
    formula: Literal["dense", "single_kind_layers", "deepseek_v4", "decilm"] = "dense"
    params_total: int = Field(gt=0)
    params_text: int | None = None
    """What a text GGUF holds, where the published total counts vision or speech towers."""
    params_active: int | None = None
    params_encoders: int = Field(default=0, ge=0)
    """Image and audio towers, which vLLM and ExLlamaV3 load in 16 bit beside the text model."""
    projector_mib: float | None = None
    """The projector file (mmproj, 16 bit) as llama.cpp states its size at load, where a log was found."""
    image_buffer_mib: float | None = None
    """What the projector works in, with flash attention, as llama.cpp states it for its warm-up image."""
    layers: int = Field(gt=0, le=1024)
    hidden: int = Field(gt=0)
    intermediate: int = Field(ge=0)
    heads: int = Field(gt=0)
    kv_heads: int = Field(ge=0)
    head_dim: int = Field(gt=0)
    vocab: int = Field(gt=0)
    tied: bool
    """One matrix for the token table and the head."""
    head_in_gguf: bool = False
    """A tied model whose GGUF files hold the head a second time all the same."""
    max_context: int = Field(gt=0)
    attention: Attention
    moe: Experts | None = None
    ssm: StateSpace | None = None
    layer_kinds: str | None = None
    """One letter a layer: A attention, D DeltaNet, M Mamba-2, m Mamba-1, K KDA, L lightning, C convolution; F and E
    blocks of feed-forward and experts alone."""
    details: Details = Details()
    mtp: NextToken | None = None
    licence: str = ""
    released: str = ""
    evidence: Evidence

    def __hash__(self) -> int:
        """Equal models share an id, so what is worked out for a model can be kept under it."""
        return hash(self.id)

    @property
    def mtp_layers(self) -> int:
        return self.mtp.layers if self.mtp else 0

    @property
    def text_params(self) -> int:
        return self.params_text or self.params_total


class FileSize(Record):
    """A published file, so that a known size beats a rule."""

    model: PartId
    quant: str
    publisher: str
    size_bytes: int | None = None
    size_gib: float | None = None
    resolution_gib: float = 0
    source: str = ""
