"""Memory that is wanted only once a long prompt is read."""

from collections.abc import Iterator

from planner.analysis.memory import Memory
from planner.domain.findings import Severity
from planner.domain.units import GIB, gib, show_gib, show_tokens
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_PLAN, Subject, on_memory
from planner.rules.words import card_name

PEAK_GIB = 1.5
CLOSE_GIB = 2.0
"""The estimate is not surer than the half GiB beyond."""
LONG_PROMPT = 16_384


def check(subject: Subject[Memory]) -> Iterator[Verdict | Needs]:
    fit, workload, engine = subject.of, subject.workload, subject.rig.engine
    tight = next((share for share in fit.cards if share.device == fit.tightest), None)
    if tight is None or workload is None or engine is None or not fit.fits or engine.memory == "buffers":
        return
    if tight.free >= CLOSE_GIB * GIB or workload.context < LONG_PROMPT:
        return
    yield Verdict(
        Severity.WARNING if tight.free < PEAK_GIB * GIB else Severity.INFO,
        f"{show_gib(gib(tight.free))} left on {card_name(subject.rig, tight.device)}. {engine.name} wants 0.5 to "
        f"{PEAK_GIB:g} GiB more while it reads a prompt of up to {show_tokens(workload.context)} tokens, and drivers "
        "differ by as much. Try the longest prompt before you rely on it, or lower its memory share by 0.03.",
        parts=(tight.device,),
        value=-tight.free,
        steps=fit.steps,
    )


RULE = Rule(
    code="FIT-006",
    id="prompt-may-not-fit",
    area="Model fit",
    title="Longest prompt may not fit",
    why="Such a plan starts, answers short questions, and fails at the first long one, or after an update of driver or "
    "engine.",
    fix="Keep 1.5 GiB free, reserve less context, or read prompts in smaller pieces.",
    sources=(
        "https://github.com/noonghunna/club-3090 docs/CLIFFS.md",
        "https://github.com/noonghunna/club-3090/issues/149",
        "https://github.com/ollama/ollama/issues/11744",
    ),
    reads=on_memory,
    needs=A_PLAN,
    check=check,
    folds_into=("FIT-001",),
)
