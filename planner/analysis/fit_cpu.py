"""No card at all: weights, cache and buffers of llama.cpp and its kin lie in system RAM, and the CPU does the work."""

from planner.analysis.card_memory import SYSTEM_RAM_GIB, CardMemory
from planner.analysis.compute_buffer import Work, compute_bytes
from planner.analysis.fit_draft import draft_shares
from planner.analysis.fit_task import Layout, Task
from planner.analysis.kv_cache import Cache, kv_bytes, layer_kinds, state_total
from planner.analysis.memory_result import RAM, Share
from planner.domain.rig import RigMemory
from planner.domain.units import GIB
from planner.domain.workload import HostSystem


def ram_as_device(memory: RigMemory, host: HostSystem) -> CardMemory:
    """The one device of such a build: what is installed, less what the operating system keeps."""
    return CardMemory(
        key=RAM,
        label="System RAM",
        usable=memory.total_gib * GIB,
        hidden=0.0,
        desktop=SYSTEM_RAM_GIB[host] * GIB,
        context=0.0,
        sm_count=None,
        reported=False,
    )


class CpuPlan:
    """One device, so nothing is shared out. The compute buffer is the one a single card would need."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self._work = Work(logits_rows=task.logits_rows, fused=task.engine.fused_experts)

    def layout(self, context: int) -> Layout:
        task, ram, cache = self.task, self.task.cards[0], self.task.cache(context)
        share = Share(
            device=ram.key,
            label=ram.label,
            weights=task.weights.file,
            kv=self._kv(cache),
            compute=compute_bytes(task.model, cache, self._work, 0, True),
            context=0.0,
            reserved=ram.reserved,
            usable=ram.usable,
            draft=draft_shares(task.draft, (1.0,), cache)[0].total if task.draft else 0.0,
            images=task.images,
        )
        return Layout((share,), (task.model.layers,))

    def keeps_margin(self, context: int) -> bool:
        return self.layout(context).least_free >= self.task.margin

    def _kv(self, cache: Cache) -> float:
        """Cache and recurrent state of all layers."""
        model = self.task.model
        cached = sum(count * kv_bytes(kind, cache) for kind, count in layer_kinds(model).counted())
        return cached + state_total(model, cache.slots)
