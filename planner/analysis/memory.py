"""What the model needs and how it spreads over cards and system RAM: the model fit, with how it was worked out."""

from planner.analysis.fit import MARGIN_GIB, Planned, planned, quick_fit
from planner.analysis.fit_task import Task, image_buffer_mib, projector_bytes
from planner.analysis.kv_cache import VALUE_BYTES, bytes_per_token
from planner.analysis.memory_result import Fit, Memory, Refused, Share
from planner.analysis.memory_steps import Told, steps, why_tightest
from planner.analysis.model_tensors import next_token_parameters
from planner.domain.rig import Rig
from planner.domain.units import MIB, show_tokens

__all__ = ["MARGIN_GIB", "Fit", "Memory", "Refused", "Share", "memory", "quick_fit"]

CPU_BUFFER = "how the CPU's compute buffer differs from a card's, which is taken here"


def memory(rig: Rig, margin_gib: float = MARGIN_GIB) -> Memory | Refused | None:
    """None without a workload whose model and engine are known, or without a card or else a CPU with memory."""
    found = planned(rig, margin_gib)
    return _told(found) if isinstance(found, Planned) else found


def _told(found: Planned) -> Memory:
    task = found.task
    context = task.workload.context
    layout = found.plan.layout(context)
    judged = found.judged(layout)
    used = judged.shares[: task.used]
    tightest = min(used, key=lambda share: share.free)
    kv_byte = VALUE_BYTES[task.workload.kv_type]
    return Memory(
        **{name: getattr(judged, name) for name in Fit.__dataclass_fields__},
        why=why_tightest(tightest, used),
        kv_bytes_per_token=bytes_per_token(task.model, kv_byte, kv_byte),
        max_context=found.max_context(context, layout.least_free),
        steps=steps(task, found.told, judged.shares),
        not_modelled=_not_modelled(task),
        error_percent=_error_percent(task, found.told),
        overbooked=_overbooked(task),
    )


def _overbooked(task: Task) -> tuple[str, ...]:
    """Only engines with a pool claim a share."""
    if task.engine.memory != "pool":
        return ()
    left = 1 - task.memory_share
    return tuple(c.key for c in task.cards[: task.used] if c.desktop + c.context > (c.usable - c.hidden) * left)


def _not_modelled(task: Task) -> tuple[str, ...]:
    """What a user could run into beside these figures."""
    said = [] if task.draft else [_speculation(task)]
    said.append(CPU_BUFFER if task.on_cpu else "0 to 165 MiB more while a prompt is read")
    if task.engine.fused_experts and not task.on_cpu:
        said.append(_own_buffers(task))
    if task.model.params_encoders and not task.encoders and not task.images:
        size, work = projector_bytes(task.model) / MIB, image_buffer_mib(task.model)
        said.append(f"reading images: {size:,.0f} MiB for the projector and about {work:,.0f} MiB to work in")
    if task.workload.context > task.model.max_context:
        said.append(
            f"{task.model.name} is made for {show_tokens(task.model.max_context)} of context; more needs rope scaling"
        )
    if not task.on_cpu and any(card.sm_count is None for card in task.cards):
        said.append("the driver context of cards whose processor count is not known (500 MiB assumed)")
    return tuple(said)


def _own_buffers(task: Task) -> str:
    """Where public load logs of ik_llama.cpp leave the estimate."""
    if task.model.attention.kv_lora_rank:
        return (
            f"{task.engine.name}'s attention over a latent: 1 to 8 GiB a card in logs of DeepSeek-R1 (-mla 3 -amb 512)"
        )
    return f"up to a third more working memory on the first card where {task.engine.name} keeps experts in RAM"


def _speculation(task: Task) -> str:
    """Readings of next-token drafts: 130 to 560 MiB of buffers, one layer's cache in 16 bit, their weights."""
    block = next_token_parameters(task.model)
    if not block:
        return "a draft model: its weights, its cache and 130 to 560 MiB of buffers"
    size = block * task.weights.bits_per_weight / 8 / MIB
    return f"next-token speculation: about {size:,.0f} MiB of weights, its cache, and 130 to 560 MiB of buffers"


def _error_percent(task: Task, told: Told) -> float:
    """From measured loads: 3 % where the engine states its buffers, more where the mixture is chosen model by model."""
    if task.engine.memory != "buffers" or task.engine.id == "ik-llama.cpp" or task.on_cpu:
        return 8.0
    uneven = told.kind.label.startswith("UD-") or task.model.layer_kinds is not None
    return 8.0 if uneven and told.weights_from.startswith("worked out tensor by tensor for") else 3.0
