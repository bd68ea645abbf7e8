"""One model on one set of cards, worked out for as many contexts as are wanted. Bytes inside, GiB shown."""

from dataclasses import dataclass

from planner.analysis.card_memory import SYSTEM_RAM_GIB, CardMemory, card_memory
from planner.analysis.fit_buffers import BufferPlan
from planner.analysis.fit_cpu import CpuPlan, ram_as_device
from planner.analysis.fit_draft import Draft, chosen
from planner.analysis.fit_pool import PoolPlan
from planner.analysis.fit_task import Layout, Plan, Task
from planner.analysis.gguf_publishers import recipe
from planner.analysis.memory_result import Fit, Refused, Share
from planner.analysis.memory_steps import Told
from planner.analysis.placement import largest_that
from planner.analysis.quantisation import Format, for_engine
from planner.analysis.refusal import refusal
from planner.analysis.weights import Weights, loaded_bytes, weights
from planner.domain.model import FileSize, Model
from planner.domain.rig import Rig, RigCard
from planner.domain.units import GIB, MIB
from planner.domain.workload import Workload

MARGIN_GIB = 1.0
LEAST_FREE = 300 * MIB
"""Below this a load fails or spills in practice, whatever the arithmetic says."""
CONTEXT_STEP = 256


@dataclass(frozen=True, slots=True)
class Planned:
    """All that does not change with the context."""

    rig: Rig
    task: Task
    plan: Plan
    told: Told

    def at(self, context: int) -> Fit:
        return self.judged(self.plan.layout(context))

    def brief(self, context: int) -> tuple[bool, float]:
        """Whether it loads, and what is then free on the fullest card beyond the margin; else, negative, what lacks."""
        shares, room = self._rooms(self.plan.layout(context))
        short = min(*room, 0.0)
        if short:
            return False, min(short, sum(room[: self.task.used]))
        return True, min([share.free for share in shares[: self.task.used]]) - self.task.margin

    def _rooms(self, layout: Layout) -> tuple[tuple[Share, ...], list[float]]:
        """Every device, and what is free on it beyond what loads need in practice."""
        shares = _with_ram(layout, self.rig, self.task.workload)
        return shares, [share.free - (0.0 if share.device == "ram" else self.told.floor) for share in shares]

    def judged(self, layout: Layout) -> Fit:
        task, told, workload = self.task, self.told, self.task.workload
        shares, room = self._rooms(layout)
        tightest = min(shares[: task.used], key=lambda share: share.free)
        short = min(*room, 0.0)
        return Fit(
            fits=short == 0,
            tight=short == 0 and tightest.free < task.margin,
            over_bytes=abs(short),
            total_over_bytes=max(0.0, -sum(room[: task.used])),
            margin_bytes=task.margin,
            tightest=tightest.device,
            shares=shares,
            weights_bytes=task.weights.file,
            weights_from=told.weights_from,
            kv_bytes=sum([share.kv for share in shares]),
            bits_per_weight=task.weights.bits_per_weight,
            layers_per_device=_layers(layout),
            ram_bytes=layout.shares[-1].used + (0.0 if task.on_cpu else SYSTEM_RAM_GIB[workload.host] * GIB),
            format=told.kind.family,
            shifted=layout.shifted,
        )

    def max_context(self, here: int, free_here: float) -> int:
        """Largest one that keeps the margin, 0 when none does. Room grows nearly straight with context, so two points
        tell where to look; one of them, `here`, is known."""
        plan, task = self.plan, self.task
        most = task.model.max_context // CONTEXT_STEP
        first, spare = plan.layout(CONTEXT_STEP).least_free - task.margin, free_here - task.margin
        per_step = (first - spare) / (here / CONTEXT_STEP - 1) if here > CONTEXT_STEP else 0.0
        guess = most if per_step <= 0 else 1 + int(max(0.0, min(first / per_step, float(most))))
        return CONTEXT_STEP * largest_that(lambda n: plan.keeps_margin(n * CONTEXT_STEP), most, guess)


def planned(rig: Rig, margin_gib: float = MARGIN_GIB) -> Planned | Refused | None:
    """None without a workload whose model and engine are known, or without a card or else a CPU with memory."""
    workload, model, engine = rig.workload, rig.model, rig.engine
    if workload is None or model is None or engine is None or not rig.computes:
        return None
    refused = refusal(workload, model, engine, rig.cards)
    kind = for_engine(workload.quant, engine.formats)
    if refused is not None or kind is None:
        return refused
    sizes, from_where = _known_weights(model, kind, rig.file_size)
    margin = margin_gib * GIB if engine.memory != "pool" else min(margin_gib * GIB, LEAST_FREE)
    floor = min(LEAST_FREE, margin) if engine.memory != "pool" else 0.0
    task = Task(model, engine, workload, sizes, _devices(rig, workload), margin, _draft(rig, sizes))
    return Planned(rig, task, _plan(task), Told(kind, from_where, floor))


def _plan(task: Task) -> Plan:
    if task.on_cpu:
        return CpuPlan(task)
    return PoolPlan(task) if task.engine.memory == "pool" else BufferPlan(task)


def _draft(rig: Rig, sizes: Weights) -> Draft | None:
    """None as well where the memory of this engine's speculation is not modelled."""
    if rig.engine is None or rig.engine.memory != "buffers":
        return None
    return chosen(rig, sizes.bits_per_weight)


def quick_fit(rig: Rig, margin_gib: float = MARGIN_GIB) -> Fit | Refused | None:
    """The verdict alone: several times as fast as `memory`, for curves, tables and searches."""
    found = planned(rig, margin_gib)
    return found.at(found.task.workload.context) if isinstance(found, Planned) else found


def _devices(rig: Rig, workload: Workload) -> tuple[CardMemory, ...]:
    if rig.cards or rig.memory is None:
        return _cards(rig.cards, workload)
    return (ram_as_device(rig.memory, workload.host),)


def _cards(placed: tuple[RigCard, ...], workload: Workload) -> tuple[CardMemory, ...]:
    """Where one card does all the work, the largest comes first."""
    found = tuple(card_memory(card, workload.host, place == 0, workload.extra_gib) for place, card in enumerate(placed))
    return tuple(sorted(found, key=lambda card: -card.free)) if workload.split == "none" else found


def _known_weights(model: Model, kind: Format, size: FileSize | None) -> tuple[Weights, str]:
    """Worked out tensor by tensor, and scaled to the published file where that says something else."""
    ruled = weights(model, kind)
    if size is None:
        return ruled, f"worked out tensor by tensor for {kind.label}"
    published = size.size_bytes if size.size_bytes is not None else (size.size_gib or 0) * GIB
    loaded = published if kind.family != "gguf" else loaded_bytes(model, published, recipe(size.publisher))
    source = f"published file of {size.publisher}"
    if abs(ruled.file - loaded) <= size.resolution_gib * GIB / 2:
        return ruled, f"worked out tensor by tensor; agrees with the {source}"
    return ruled.scaled_to(loaded), source


def _with_ram(layout: Layout, rig: Rig, workload: Workload) -> tuple[Share, ...]:
    """Without a known amount of RAM its share is left out: nothing to compare with. Where it is the only device, the
    layout has all of it."""
    cards, ram = layout.shares[:-1], layout.shares[-1]
    if not cards:
        return layout.shares
    if rig.memory is None:
        return cards
    installed = Share(
        device="ram",
        label="System RAM",
        weights=ram.weights,
        kv=ram.kv,
        compute=ram.compute,
        context=0.0,
        reserved=SYSTEM_RAM_GIB[workload.host] * GIB,
        usable=rig.memory.total_gib * GIB,
    )
    return (*cards, installed)


def _layers(layout: Layout) -> tuple[tuple[str, int], ...]:
    held = zip([share.device for share in layout.shares], layout.layers, strict=True)
    return tuple([(device, count) for device, count in held if count or device != "ram"])
