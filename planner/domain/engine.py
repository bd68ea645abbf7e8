"""An inference engine: what it can split, load and cache, and what it costs per card. Data, not behaviour."""

from typing import Literal

from pydantic import Field

from planner.domain.base import Evidence, PartId, Record
from planner.domain.workload import KvType, SplitMode


class Engine(Record):
    id: PartId
    name: str
    splits: tuple[SplitMode, ...]
    formats: tuple[str, ...]
    """gguf, exl2, exl3, awq, gptq, fp8, nvfp4, mxfp4, bf16."""
    kv_types: tuple[KvType, ...]
    mixed_cards: bool
    needs_head_divisibility: bool
    """Tensor parallel only over counts that divide the heads."""
    offload: bool
    memory: Literal["buffers", "pool", "exllama"] = "buffers"
    """How it takes memory: buffers of the size needed (llama.cpp), a pool that takes a share of the card (vLLM),
    or weights, cache and a fixed overhead (ExLlama)."""
    memory_share: float = Field(default=1.0, gt=0, le=1)
    """Share of a card's memory it may take (gpu-memory-utilization, mem-fraction-static)."""
    overhead_mib: float | None = None
    """Driver context, kernels and buffers per card, where the engine's own figure is known."""
    tensor_overhead_mib: float = 0
    """More per card under tensor parallelism."""
    graphs_mib: float = 0
    """Captured CUDA graphs per card."""
    batch_tokens: int = 512
    """Tokens of a prompt read at once, by default."""
    window_cache: bool = True
    """Whether layers with a window cache only that window."""
    whole_logits: bool = False
    """Reserves a row of logits for every token of a micro-batch, not one a user."""
    fused_experts: bool = False
    """Gate and up of the experts in one step, and their results added up without a copy."""
    middle_stages_first: bool = False
    """Layers that the pipeline stages do not divide go to the middle ones, not to the last."""
    rebalances: bool = False
    """Shifts layers between cards when an even split does not fit."""
    strict_context: bool = False
    """Refuses a context above the model's own."""
    no_tensor: tuple[str, ...] = ()
    """Families and models whose architecture its tensor split does not know."""
    vendors: tuple[str, ...] = ()
    """Makers whose chips it runs on; empty where that is open."""
    least_compute_capability: float = 0.0
    """Of NVIDIA chips, for its present version; 0 where it asks for none."""
    url: str = ""
    evidence: Evidence
