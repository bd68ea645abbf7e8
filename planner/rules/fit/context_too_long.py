"""The context asked for against the largest that fits, and against the model's own."""

from collections.abc import Iterator

from planner.analysis.memory import Memory, Refused
from planner.domain.findings import Severity
from planner.domain.units import show_tokens
from planner.rules import fixes
from planner.rules.fit.device_names import device_parts
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_PLAN, Subject, on_plan

NEAR = 0.8


def check(subject: Subject[Memory | Refused]) -> Iterator[Verdict | Needs]:
    fit, workload, model = subject.of, subject.workload, subject.rig.model
    if workload is None or model is None:
        return
    if workload.context > model.max_context:
        yield _beyond_model(subject, model.max_context, refused=isinstance(fit, Refused) and fit.rule == "context")
    if not isinstance(fit, Memory) or not fit.max_context:
        return
    keys = device_parts(fit)
    value = workload.context / fit.max_context
    if not fit.fits and workload.context > fit.max_context:
        yield Verdict(
            Severity.ERROR,
            f"{show_tokens(workload.context)} tokens of context asked for, {show_tokens(fit.max_context)} fit.",
            parts=keys,
            value=value,
            fixes=lambda: fixes.change_workload(
                f"Reserve {show_tokens(fit.max_context)} tokens of context", context=fit.max_context
            ),
            steps=fit.steps,
            title="" if fit.cards else "Context is too long for system memory",
        )
    elif fit.fits and workload.context > NEAR * fit.max_context and fit.max_context < model.max_context:
        yield Verdict(
            Severity.INFO,
            f"{show_tokens(workload.context)} tokens of context asked for; {show_tokens(fit.max_context)} is the most "
            "that keeps the margin.",
            parts=keys,
            value=value,
            steps=fit.steps,
            title="Close to the largest context",
        )


def _beyond_model(subject: Subject[Memory | Refused], most: int, refused: bool) -> Verdict:
    workload, model = subject.workload, subject.rig.model
    asked = show_tokens(workload.context) if workload else ""
    name = model.name if model else "the model"
    return Verdict(
        Severity.ERROR if refused else Severity.WARNING,
        f"{asked} tokens of context asked for; {name} is made for {show_tokens(most)}. Beyond that it needs rope "
        "scaling and answers worse.",
        parts=tuple(card.key for card in subject.rig.cards),
        where="model",
        value=workload.context / most if workload else None,
        fixes=lambda: fixes.change_workload(f"Reserve {show_tokens(most)} tokens of context", context=most),
        title="Context beyond what the model is made for",
    )


RULE = Rule(
    code="FIT-003",
    id="context-too-long",
    area="Model fit",
    title="Context is too long for the cards",
    why="The KV cache grows with every token of context and user; what does not fit is refused at start.",
    fix="Reserve less context, or keep the cache in eight bits.",
    sources=("https://github.com/noonghunna/club-3090/issues/46",),
    reads=on_plan,
    needs=A_PLAN,
    check=check,
    folds_into=("FIT-001",),
)
