"""Models whose KV cache is not the usual one: said, since many calculators get them wrong."""

from collections.abc import Iterator

from planner.analysis.memory import Memory
from planner.domain.findings import Severity
from planner.domain.model import Model
from planner.domain.units import gib, show_gib, show_tokens
from planner.rules.fit.device_names import device_parts
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_PLAN, Subject, on_memory

KINDS = {
    "swa": "some layers see a window only and cache no more than that",
    "mla": "all heads share one compressed entry per token",
    "compressed_mla": "all heads share one compressed entry, and most layers keep only some tokens",
    "hybrid": "only its attention layers cache; the others keep a state of fixed size",
}
LONG = 32_768


def check(subject: Subject[Memory]) -> Iterator[Verdict | Needs]:
    model, workload = subject.rig.model, subject.workload
    if model is None or workload is None or workload.context < LONG:
        return
    kind = _kind(model)
    if kind is None:
        return
    fit = subject.of
    yield Verdict(
        Severity.INFO,
        f"{show_gib(gib(fit.kv_bytes))} of KV cache for {show_tokens(workload.context)} tokens of {model.name}: "
        f"{KINDS[kind]}. Reckoned as if all {model.layers} layers cached everything, it would look far larger.",
        parts=device_parts(fit),
        steps=fit.steps,
    )


def _kind(model: Model) -> str | None:
    if model.attention.kind in KINDS:
        return model.attention.kind
    return "hybrid" if model.layer_kinds is not None else None


RULE = Rule(
    code="FIT-004",
    id="cache-grows-in-some-layers",
    area="Model fit",
    title="KV cache smaller than it looks",
    why="A sum that takes all layers alike would reject plans that run.",
    fix="Nothing to do.",
    sources=("https://github.com/noonghunna/club-3090 BENCHMARKS.md",),
    reads=on_memory,
    needs=A_PLAN,
    check=check,
)
