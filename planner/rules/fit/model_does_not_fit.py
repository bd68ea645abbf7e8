"""Weights, cache and buffers against the memory of the cards."""

from collections.abc import Iterator

from planner.analysis.memory import Memory, Share
from planner.analysis.memory_result import RAM
from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.domain.units import GIB, gib, show_gib, show_tokens
from planner.rules.fit.device_names import device_name, device_parts
from planner.rules.fit.ways_to_fit import ways_to_fit
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_PLAN, Subject, on_memory
from planner.rules.words import count

COMFORT = 1.5
"""Free memory, in margins, up to which a remark is worth making."""
SPILL_GIB = 0.3
"""With less left a load fails or spills."""


def check(subject: Subject[Memory]) -> Iterator[Verdict | Needs]:
    fit = subject.of
    tight = next((share for share in fit.devices if share.device == fit.tightest), None)
    if tight is None:
        return
    if not fit.fits and not _only_ram_is_short(fit, tight):
        yield _does_not_fit(subject, tight)
    elif fit.tight or tight.free < fit.margin_bytes:
        yield _tight(subject, tight, Severity.WARNING)
    elif tight.free < fit.margin_bytes * COMFORT:
        yield _tight(subject, tight, Severity.INFO)


def _only_ram_is_short(fit: Memory, tight: Share) -> bool:
    """System memory has a rule of its own."""
    ram = next((share for share in fit.shares if share.device == "ram"), None)
    return ram is not None and ram.free < 0 and tight.free >= SPILL_GIB * GIB


def _does_not_fit(subject: Subject[Memory], tight: Share) -> Verdict:
    fit = subject.of
    return Verdict(
        Severity.ERROR if fit.cards else Severity.WARNING,  # without cards the build may just not be done yet
        f"{_needs(fit)}; {device_name(subject.rig, tight.device)} lacks {show_gib(gib(fit.over_bytes))} (known to "
        f"within {fit.error_percent:.0f} %). {_what_would(fit)}",
        parts=device_parts(fit),
        value=fit.over_bytes,
        fixes=lambda: ways_to_fit(subject.rig, subject.policy.margin_gib),
        steps=fit.steps,
        title="" if fit.cards else "Model does not fit system memory",
    )


def _needs(fit: Memory) -> str:
    used = sum(share.used for share in fit.devices)
    usable = sum(share.usable for share in fit.devices)
    cards = count(len(fit.cards), "card") if fit.cards else "system memory"
    return (
        f"{show_gib(gib(used))} wanted on {show_gib(gib(usable))} of {cards}: weights "
        f"{show_gib(gib(fit.weights_bytes))}, KV cache {show_gib(gib(fit.kv_bytes))}"
    )


def _on(rig: Rig, tight: Share) -> str:
    return f"{'in' if tight.device == RAM else 'on'} {device_name(rig, tight.device)}"


def _what_would(fit: Memory) -> str:
    if fit.max_context:
        return f"The largest context that fits is {show_tokens(fit.max_context)} tokens."
    return "No context is short enough to fit."


def _tight(subject: Subject[Memory], tight: Share, severity: Severity) -> Verdict:
    fit = subject.of
    return Verdict(
        severity,
        f"{show_gib(gib(tight.free))} left {_on(subject.rig, tight)}, "
        f"{show_gib(gib(fit.margin_bytes))} wanted. {_what_would(fit) if severity == Severity.WARNING else fit.why}",
        parts=device_parts(fit),
        value=-tight.free,
        fixes=lambda: ways_to_fit(subject.rig, subject.policy.margin_gib) if severity == Severity.WARNING else (),
        steps=fit.steps,
        title="Model fits with little to spare",
    )


RULE = Rule(
    code="FIT-001",
    id="model-does-not-fit",
    area="Model fit",
    title="Model does not fit the cards",
    why="The engine stops while loading, or spills into system memory and becomes many times slower. With little left "
    "it loads and fails at the first long prompt, or after a driver or engine update.",
    fix="Choose a smaller quantisation, less context, a smaller KV cache type, more cards, or keep part of it in "
    "system memory.",
    sources=(
        "https://github.com/noonghunna/club-3090 docs/KV_MATH.md",
        "https://github.com/ggml-org/llama.cpp src/llama-kv-cache.cpp",
    ),
    reads=on_memory,
    needs=A_PLAN,
    check=check,
)
