"""Changes of the workload that make a model fit, each tried before it is offered."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from planner.analysis.memory import Fit, Memory, memory, quick_fit
from planner.domain.rig import Rig
from planner.domain.units import show_tokens
from planner.domain.workload import KvType, Workload
from planner.rules.fixes import Fixes, change_workload

LADDERS: tuple[tuple[str, ...], ...] = (
    ("F16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "IQ4_XS", "Q3_K_M", "IQ3_XXS", "Q2_K"),
    ("BF16", "FP8", "AWQ-4bit"),
    ("EXL2-8.0bpw", "EXL2-6.0bpw", "EXL2-5.0bpw", "EXL2-4.0bpw", "EXL2-3.0bpw"),
    ("EXL3-8.0bpw", "EXL3-6.0bpw", "EXL3-5.0bpw", "EXL3-4.0bpw", "EXL3-3.0bpw"),
)
"""Quantisations of one kind, largest first."""
SMALLER_CACHE: tuple[KvType, ...] = ("q8_0", "fp8")
LEAST_CONTEXT = 4096
MOST = 4


def ways_to_fit(rig: Rig, margin_gib: float) -> Fixes:
    """Best first: what costs least quality. At most four."""
    found: Fixes = ()
    for fix in _ways(rig, margin_gib):
        found += fix
        if len(found) == MOST:
            break
    return found


def _ways(rig: Rig, margin_gib: float) -> Iterator[Fixes]:
    workload = rig.workload
    if workload is None:
        return
    yield _smaller_cache(rig, workload, margin_gib)
    yield _less_context(rig, workload, margin_gib)
    yield _layer_split(rig, workload, margin_gib)
    yield _smaller_quant(rig, workload, margin_gib)
    yield _experts_in_ram(rig, workload, margin_gib)


def fits_with(rig: Rig, margin_gib: float, **changes: Any) -> Fit | None:
    """The fit after these changes of the workload, or None where it is refused or too large."""
    if rig.workload is None:
        return None
    size = None if "quant" in changes else rig.file_size
    after = quick_fit(replace(rig, workload=rig.workload.replace(**changes), file_size=size), margin_gib)
    return after if isinstance(after, Fit) and after.fits and not after.tight else None


def _smaller_cache(rig: Rig, workload: Workload, margin_gib: float) -> Fixes:
    offered = rig.engine.kv_types if rig.engine else ()
    for kind in SMALLER_CACHE:
        if workload.kv_type in ("f32", "f16", "bf16") and kind in offered and fits_with(rig, margin_gib, kv_type=kind):
            return change_workload(f"Keep the KV cache in {kind}", kv_type=kind)
    return ()


def _less_context(rig: Rig, workload: Workload, margin_gib: float) -> Fixes:
    now = memory(rig, margin_gib)
    most = now.max_context if isinstance(now, Memory) else 0
    if not LEAST_CONTEXT <= most < workload.context:
        return ()
    prompt = min(workload.prompt, most)
    return change_workload(f"Reserve {show_tokens(most)} tokens of context", context=most, prompt=prompt)


def _layer_split(rig: Rig, workload: Workload, margin_gib: float) -> Fixes:
    """Uneven cards hold more when layers are dealt out by what each can take."""
    if workload.split in ("tensor", "none") and len(rig.cards) > 1 and fits_with(rig, margin_gib, split="layer"):
        return change_workload("Split by layers", split="layer")
    return ()


def _smaller_quant(rig: Rig, workload: Workload, margin_gib: float) -> Fixes:
    """The next smaller one of the same kind that fits."""
    ladder = next((steps for steps in LADDERS if workload.quant in steps), _ladder_of(workload.quant))
    now = quick_fit(rig, margin_gib)
    bits = now.bits_per_weight if isinstance(now, Fit) else 0.0
    for quant in ladder[ladder.index(workload.quant) + 1 :] if workload.quant in ladder else ladder:
        after = fits_with(rig, margin_gib, quant=quant)
        if after is not None and (not bits or after.bits_per_weight < bits):
            return change_workload(f"Use {quant}", quant=quant)
    return ()


def _ladder_of(quant: str) -> tuple[str, ...]:
    """For a label that is on no ladder: the one of its family, GGUF otherwise."""
    family = quant.upper().split("-")[0]
    return next((steps for steps in LADDERS if steps[0].upper().startswith(family)), LADDERS[0])


def _experts_in_ram(rig: Rig, workload: Workload, margin_gib: float) -> Fixes:
    """Fewest layers whose experts must leave the cards, found by halving."""
    if rig.model is None or rig.model.moe is None or rig.engine is None or not rig.engine.offload:
        return ()
    if rig.memory is None or not rig.cards:
        return ()
    low, high = workload.offload_experts, rig.model.layers
    if not fits_with(rig, margin_gib, offload_experts=high):
        return ()
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fits_with(rig, margin_gib, offload_experts=middle) else (middle, high)
    return change_workload(f"Keep the experts of {high} layers in system memory", offload_experts=high)
