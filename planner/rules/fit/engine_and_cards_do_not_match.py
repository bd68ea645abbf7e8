"""Mixed cards, and what the engine cannot do with the cards there are."""

from collections.abc import Iterator

from planner.analysis.memory import Memory, Refused
from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_PLAN, Subject, on_plan
from planner.rules.words import listed


def check(subject: Subject[Memory | Refused]) -> Iterator[Verdict | Needs]:
    plan, keys = subject.of, tuple(card.key for card in subject.rig.cards)
    if isinstance(plan, Refused) and plan.rule == "cards":
        yield Verdict(
            Severity.WARNING,
            plan.reason,
            parts=("cpu",),
            where=plan.rule,
            title="Engine needs a card, and there is none",
        )
        return
    if isinstance(plan, Refused) and plan.rule in ("split", "mixed", "offload"):
        way_out = _without_offload() if plan.rule == "offload" else fixes.use_layer_split(subject.rig)
        yield Verdict(Severity.ERROR, plan.reason, parts=keys, where=plan.rule, fixes=lambda: way_out)
        return
    yield from _mixed(subject, keys)


def _without_offload() -> fixes.Fixes:
    return fixes.change_workload("Keep all of it on the cards", offload_layers=0, offload_experts=0)


def _mixed(subject: Subject[Memory | Refused], keys: tuple[str, ...]) -> Iterator[Verdict]:
    rig = subject.rig
    vendors = {card.chip.vendor for card in rig.cards}
    if subject.split == "none" or not _differ(rig):
        return
    names = listed(dict.fromkeys(card.chip.name for card in rig.cards))
    if len(vendors) > 1:
        severity, why = (
            Severity.WARNING,
            "two makers' cards need a backend both have, such as Vulkan, which is slower",
        )
    elif subject.split == "layer":
        severity, why = (
            Severity.INFO,
            "with layer split each takes its share; the slower ones set part of the pace",
        )
    else:
        severity, why = (
            Severity.WARNING,
            "cards in step have to be alike; most engines refuse or waste the rest",
        )
    yield Verdict(
        severity,
        f"{names}: {why}.",
        parts=keys,
        where="mixed",
        fixes=lambda: fixes.use_layer_split(rig) if severity == Severity.WARNING and subject.split != "layer" else (),
        title="Different cards together",
    )


def _differ(rig: Rig) -> bool:
    """In generation or memory; two models of one generation and size work together."""
    return len({(card.chip.architecture, card.vram_gib, card.chip.vendor) for card in rig.cards}) > 1


RULE = Rule(
    code="FIT-010",
    id="engine-and-cards-do-not-match",
    area="Model fit",
    title="Engine cannot use these cards like this",
    why="It does not start, or leaves part of the cards unused.",
    fix="Choose layer split in llama.cpp or ExLlama, or equal cards.",
    sources=(
        "https://github.com/noonghunna/club-3090/issues/707",
        "https://github.com/ollama/ollama/issues/11744",
    ),
    reads=on_plan,
    needs=A_PLAN,
    check=check,
)
