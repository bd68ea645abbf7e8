"""An inference engine: what it can split, load and cache, and what it costs per card. Data, not behaviour."""

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
    url: str = ""
    evidence: Evidence
