"""One model on one set of cards, as every memory model sees it, and what each device takes."""

from dataclasses import dataclass
from typing import Protocol

from planner.analysis.card_memory import CardMemory
from planner.analysis.kv_cache import VALUE_BYTES, Cache
from planner.analysis.memory_result import Share
from planner.analysis.weights import Weights
from planner.domain.engine import Engine
from planner.domain.model import Model
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

    @property
    def in_ram(self) -> int:
        """First layers kept in RAM."""
        return min(self.workload.offload_layers, self.model.layers)

    @property
    def encoders(self) -> float:
        """Bytes of image and audio towers the engine loads; llama.cpp takes them from a file of their own, if asked."""
        return 0.0 if self.engine.memory == "buffers" else 2.0 * self.model.params_encoders

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


@dataclass(frozen=True, slots=True)
class Layout:
    """What every device takes at one context. RAM comes last."""

    shares: tuple[Share, ...]
    layers: tuple[int, ...]
    shifted: bool = False

    @property
    def least_free(self) -> float:
        return min(share.free for share in self.shares if share.device != "ram")


class Plan(Protocol):
    def layout(self, context: int) -> Layout: ...

    def keeps_margin(self, context: int) -> bool: ...
