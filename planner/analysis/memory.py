"""What the model needs and how it spreads over cards and system RAM: the model fit. Bytes inside, GiB shown."""

from planner.analysis.card_memory import SYSTEM_RAM_GIB, CardMemory, card_memory
from planner.analysis.fit_buffers import BufferPlan
from planner.analysis.fit_pool import PoolPlan
from planner.analysis.fit_task import Layout, Plan, Task
from planner.analysis.gguf_publishers import recipe
from planner.analysis.kv_cache import VALUE_BYTES, bytes_per_token
from planner.analysis.memory_result import Memory, Refused, Share
from planner.analysis.memory_steps import Told, steps, why_tightest
from planner.analysis.placement import largest_that
from planner.analysis.quantisation import Format, for_engine
from planner.analysis.refusal import refusal
from planner.analysis.weights import Weights, loaded_bytes, weights
from planner.domain.model import FileSize, Model
from planner.domain.rig import Rig, RigCard
from planner.domain.units import GIB, MIB, show_tokens
from planner.domain.workload import Workload

__all__ = ["Memory", "Refused", "Share", "memory"]

MARGIN_GIB = 1.0
LEAST_FREE = 300 * MIB
"""Below this a load fails or spills in practice, whatever the arithmetic says."""
CONTEXT_STEP = 256


def memory(rig: Rig, margin_gib: float = MARGIN_GIB) -> Memory | Refused | None:
    """None without a workload whose model and engine are known, or without a card."""
    workload, model, engine = rig.workload, rig.model, rig.engine
    if workload is None or model is None or engine is None or not rig.cards:
        return None
    refused = refusal(workload, model, engine, rig.cards)
    kind = for_engine(workload.quant, engine.formats)
    if refused is not None or kind is None:
        return refused
    sizes, from_where = _known_weights(model, kind, rig.file_size)
    margin = margin_gib * GIB if engine.memory != "pool" else min(margin_gib * GIB, LEAST_FREE)
    floor = min(LEAST_FREE, margin) if engine.memory != "pool" else 0.0
    task = Task(model, engine, workload, sizes, _cards(rig.cards, workload), margin)
    plan: Plan = PoolPlan(task) if engine.memory == "pool" else BufferPlan(task)
    return _told(rig, task, plan, Told(kind, from_where, floor))


def _cards(placed: tuple[RigCard, ...], workload: Workload) -> tuple[CardMemory, ...]:
    """Where one card does all the work, the largest comes first."""
    found = tuple(card_memory(card, workload.host, place == 0) for place, card in enumerate(placed))
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


def _told(rig: Rig, task: Task, plan: Plan, told: Told) -> Memory:
    workload, model = task.workload, task.model
    layout = plan.layout(workload.context)
    shares = _with_ram(layout, rig, workload)
    cards = [share for share in shares if share.device != "ram"]
    worst = min(shares, key=lambda share: share.free - (0.0 if share.device == "ram" else told.floor))
    tightest = min(cards[: task.used], key=lambda share: share.free)
    short = min(worst.free - (0.0 if worst.device == "ram" else told.floor), 0.0)
    total = sum(share.free - told.floor for share in cards[: task.used])
    kv_byte = VALUE_BYTES[workload.kv_type]
    return Memory(
        fits=short == 0,
        tight=short == 0 and tightest.free < task.margin,
        over_bytes=abs(short),
        total_over_bytes=max(0.0, -total),
        margin_bytes=task.margin,
        tightest=tightest.device,
        why=why_tightest(tightest, tuple(cards[: task.used])),
        shares=shares,
        weights_bytes=task.weights.file,
        weights_from=told.weights_from,
        kv_bytes=sum(share.kv for share in shares),
        kv_bytes_per_token=bytes_per_token(model, kv_byte, kv_byte),
        bits_per_weight=task.weights.bits_per_weight,
        max_context=_max_context(plan, task, layout),
        layers_per_device=_layers(layout),
        ram_bytes=_ram_need(layout, workload),
        steps=steps(task, told, shares),
        not_modelled=_not_modelled(task),
        error_percent=_error_percent(task, told),
        format=told.kind.family,
        shifted=layout.shifted,
    )


def _max_context(plan: Plan, task: Task, layout: Layout) -> int:
    """Room grows nearly straight with context, so two points tell where to look."""
    most, here = task.model.max_context // CONTEXT_STEP, task.workload.context / CONTEXT_STEP
    first, spare = plan.layout(CONTEXT_STEP).least_free - task.margin, layout.least_free - task.margin
    per_step = (first - spare) / (here - 1) if here > 1 else 0.0
    guess = most if per_step <= 0 else 1 + int(max(0.0, min(first / per_step, float(most))))
    return CONTEXT_STEP * largest_that(lambda n: plan.keeps_margin(n * CONTEXT_STEP), most, guess)


def _with_ram(layout: Layout, rig: Rig, workload: Workload) -> tuple[Share, ...]:
    """Without a known amount of RAM its share is left out: nothing to compare with."""
    cards, ram = layout.shares[:-1], layout.shares[-1]
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


def _ram_need(layout: Layout, workload: Workload) -> float:
    return layout.shares[-1].used + SYSTEM_RAM_GIB[workload.host] * GIB


def _layers(layout: Layout) -> tuple[tuple[str, int], ...]:
    held = zip((share.device for share in layout.shares), layout.layers, strict=True)
    return tuple((device, count) for device, count in held if count or device != "ram")


def _not_modelled(task: Task) -> tuple[str, ...]:
    """What a user could run into beside these figures."""
    said = ["a draft model or next-token speculation", "0 to 165 MiB more while a prompt is read"]
    if task.model.params_encoders and not task.encoders:
        size = 2 * task.model.params_encoders / MIB
        said.append(f"reading images: about {size:,.0f} MiB for the encoder, and 250 to 1,000 MiB to work in")
    if task.workload.context > task.model.max_context:
        said.append(
            f"{task.model.name} is made for {show_tokens(task.model.max_context)} of context; more needs rope scaling"
        )
    if any(card.sm_count is None for card in task.cards):
        said.append("the driver context of cards whose processor count is not known (500 MiB assumed)")
    return tuple(said)


def _error_percent(task: Task, told: Told) -> float:
    """From measured loads: 3 % where the engine states its buffers, more where the mixture is chosen model by model."""
    if task.engine.memory != "buffers":
        return 8.0
    uneven = told.kind.label.startswith("UD-") or task.model.layer_kinds is not None
    return 8.0 if uneven and told.weights_from.startswith("worked out tensor by tensor for") else 3.0
