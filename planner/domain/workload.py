"""What is asked of the machine: apart from the parts, so that one build is judged under several workloads."""

from typing import Literal

from pydantic import Field

from planner.domain.base import PartId, Record

SplitMode = Literal["none", "layer", "row", "tensor"]
KvType = Literal["f32", "f16", "bf16", "fp8", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0"]
HostSystem = Literal["linux-headless", "linux-desktop", "windows", "wsl2"]

SPLIT_WORDS: dict[str, str] = {
    "none": "one card",
    "layer": "layer split",
    "row": "row split",
    "tensor": "tensor parallel",
}


class Workload(Record):
    model: PartId
    quant: str = Field(min_length=1, max_length=40)
    """GGUF label such as Q4_K_M, or another format's name: AWQ-4bit, FP8, EXL2-4.0bpw, F16."""
    context: int = Field(default=8192, ge=256, le=16_777_216)
    """Tokens of context reserved for each user."""
    prompt: int = Field(default=1024, ge=1, le=16_777_216)
    """Tokens of the prompt whose reading is timed."""
    users: int = Field(default=1, ge=1, le=4096)
    engine: PartId = "llama.cpp"
    split: SplitMode = "layer"
    kv_type: KvType = "f16"
    host: HostSystem = "linux-headless"
    offload_layers: int = Field(default=0, ge=0, le=1000)
    """Layers kept in system RAM."""
    offload_experts: int = Field(default=0, ge=0, le=1000)
    """Layers whose experts are kept in system RAM."""
    memory_share: float | None = Field(default=None, gt=0, le=1)
    """Share of each card an engine with a pool may take; None is the engine's default."""
    extra_gib: float = Field(default=0, ge=0, le=1024)
    """Held on each card beside the model: a draft model, an image encoder, another program."""
    micro_batch: int = Field(default=512, ge=1, le=65536)
    draft: PartId | None = None
    """Model that drafts tokens for this one to check; its own id stands for its next-token block."""
    draft_quant: str = Field(default="Q8_0", min_length=1, max_length=40)
    acceptance: float | None = Field(default=None, ge=0, le=1)
    """Share of drafted tokens expected to be kept, as engines print it; None is what is usual."""
    images: bool = False
    """Whether images are read too: llama.cpp then loads a projector beside the model."""
