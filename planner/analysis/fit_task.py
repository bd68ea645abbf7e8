"""One model on one set of cards, as every memory model sees it, and what each device takes."""

from dataclasses import dataclass
from typing import Protocol

from planner.analysis.card_memory import CardMemory
from planner.analysis.fit_draft import Draft
from planner.analysis.kv_cache import VALUE_BYTES, Cache
from planner.analysis.memory_result import RAM, Share
from planner.analysis.weights import Weights
from planner.domain.engine import Engine
from planner.domain.model import Model
from planner.domain.units import MIB
from planner.domain.workload import Workload


@dataclass(frozen=True, slots=True)
class Task:
    model: Model
    engine: Engine
    workload: Workload
    weights: Weights
    cards: tuple[CardMemory, ...]
    margin: float
    """Bytes to keep free on each card."""
    draft: Draft | None = None

    @property
    def on_cpu(self) -> bool:
        """Without a card: system RAM is the one device."""
        return self.cards[0].key == RAM

    @property
    def in_ram(self) -> int:
        """First layers kept in RAM."""
        return min(self.workload.offload_layers, self.model.layers)

    @property
    def encoders(self) -> float:
        """Bytes of image and audio towers the engine loads; llama.cpp takes them from a file of their own, if asked."""
        return 0.0 if self.engine.memory == "buffers" else 2.0 * self.model.params_encoders

    @property
    def images(self) -> float:
        """Bytes of the projector that llama.cpp loads on the first card, and of its buffer; the others have theirs
        among the weights."""
        if not self.workload.images or self.engine.memory != "buffers" or not self.model.params_encoders:
            return 0.0
        return projector_bytes(self.model) + image_buffer_mib(self.model) * MIB

    @property
    def used(self) -> int:
        """Cards that work: all, or one."""
        return 1 if self.workload.split == "none" else len(self.cards)

    @property
    def memory_share(self) -> float:
        """Share of a card an engine with a pool takes: the user's, else its own default."""
        return self.workload.memory_share or self.engine.memory_share

    @property
    def batch(self) -> int:
        """Prompt tokens read at once."""
        return self.engine.batch_tokens if self.engine.memory == "pool" else self.workload.micro_batch

    @property
    def logits_rows(self) -> int:
        return self.workload.micro_batch if self.engine.whole_logits else self.workload.users

    def cache(self, context: int, page: int = 256) -> Cache:
        users = self.workload.users
        each = VALUE_BYTES[self.workload.kv_type]
        return Cache(
            tokens=context * users,
            slots=users,
            key_bytes=each,
            value_bytes=each,
            micro_batch=self.batch,
            whole_window=not self.engine.window_cache,
            page=page,
        )


IMAGE_BUFFER_MIB = 323
"""Where no log of the model was found: what Qwen3-VL's projector takes (gpustack/gguf-parser-go issue 44, where others
take 121 to 705 MiB; without flash attention all take more than 1 GiB)."""


def projector_bytes(model: Model) -> float:
    """As stated at load, else two bytes a weight: 1 to 4 % less than stated ones, whose tables are in 32 bit."""
    return model.projector_mib * MIB if model.projector_mib else 2.0 * model.params_encoders


def image_buffer_mib(model: Model) -> float:
    return model.image_buffer_mib or IMAGE_BUFFER_MIB


@dataclass(frozen=True, slots=True)
class Layout:
    """What every device takes at one context. RAM comes last; without cards it is the only one."""

    shares: tuple[Share, ...]
    layers: tuple[int, ...]
    shifted: bool = False

    @property
    def least_free(self) -> float:
        return min(share.free for share in self.shares[:-1] or self.shares)


class Plan(Protocol):
    def layout(self, context: int) -> Layout: ...

    def keeps_margin(self, context: int) -> bool: ...
