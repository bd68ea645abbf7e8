"""Quantisations and cache types that the engine refuses or the chip emulates."""

from collections.abc import Iterable, Iterator

from planner.analysis.memory import Memory, Refused
from planner.domain.findings import Severity
from planner.domain.rig import RigCard
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_PLAN, Subject, on_plan
from planner.rules.words import cards_listed, verb

NATIVE_FROM = {"fp8": 8.9, "nvfp4": 10.0, "mxfp4": 10.0}
"""Format -> compute capability from which the chip calculates in it; older ones unpack it first."""
CACHE_NATIVE_FROM = 8.9
FIRST_OF = {"gguf": "Q4_K_M", "awq": "AWQ-4bit", "exl2": "EXL2-4.0bpw", "exl3": "EXL3-4.0bpw", "bf16": "BF16"}


def check(subject: Subject[Memory | Refused]) -> Iterator[Verdict | Needs]:
    plan = subject.of
    if isinstance(plan, Refused):
        if plan.rule in ("format", "kv"):
            yield _refused(subject, plan)
        return
    yield from _emulated(subject, plan.format, NATIVE_FROM.get(plan.format), "weights")
    if subject.workload is not None and subject.workload.kv_type == "fp8":
        yield from _emulated(subject, "fp8", CACHE_NATIVE_FROM, "KV cache")


def _refused(subject: Subject[Memory | Refused], plan: Refused) -> Verdict:
    return Verdict(
        Severity.ERROR,
        plan.reason,
        parts=tuple(card.key for card in subject.rig.cards),
        where=plan.rule,
        fixes=lambda: _other_format(subject) if plan.rule == "format" else _other_cache(subject),
    )


def _other_format(subject: Subject[Memory | Refused]) -> fixes.Fixes:
    offered = subject.rig.engine.formats if subject.rig.engine else ()
    quant = next((FIRST_OF[kind] for kind in offered if kind in FIRST_OF), None)
    return fixes.change_workload(f"Use {quant}", quant=quant) if quant else ()


def _other_cache(subject: Subject[Memory | Refused]) -> fixes.Fixes:
    offered = subject.rig.engine.kv_types if subject.rig.engine else ()
    kind = next((wanted for wanted in ("q8_0", "fp8", "f16", "bf16") if wanted in offered), None)
    return fixes.change_workload(f"Keep the KV cache in {kind}", kv_type=kind) if kind else ()


def _emulated(
    subject: Subject[Memory | Refused], name: str, native_from: float | None, what: str
) -> Iterator[Verdict | Needs]:
    if native_from is None:
        return
    old = tuple(card.key for card in subject.rig.cards if _older(card, native_from))
    if old:
        yield Verdict(
            Severity.INFO,
            f"{cards_listed(old)} {verb(len(old), 'has', 'have')} no arithmetic in {name.upper()}: the {what} take as "
            "little memory, but are unpacked to 16 bits to be used. Generating hardly suffers, long prompts do; 4 or "
            "8 bit integer formats are made for these chips.",
            parts=old,
            where=what,
            title="Format is unpacked on this chip",
        )


def emulated(family: str, cards: Iterable[RigCard]) -> bool:
    """Whether some card has to unpack the format."""
    native_from = NATIVE_FROM.get(family)
    return native_from is not None and any(_older(card, native_from) for card in cards)


def _older(card: RigCard, native_from: float) -> bool:
    known = card.chip.compute_capability
    return known is not None and float(known) < native_from


RULE = Rule(
    code="FIT-008",
    id="format-not-supported",
    area="Model fit",
    title="Engine does not take this format",
    why="It does not load, or it runs without the speed the format promises.",
    fix="Choose a format that engine and chip both have.",
    sources=("https://docs.vllm.ai/en/latest/features/quantization/: supported hardware",),
    reads=on_plan,
    needs=A_PLAN,
    check=check,
)
