"""Tensor parallel over a number of cards that does not divide the heads."""

from collections.abc import Iterator

from planner.analysis.memory import Memory, Refused
from planner.domain.findings import Severity
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_PLAN, Subject, on_plan


def check(subject: Subject[Memory | Refused]) -> Iterator[Verdict | Needs]:
    plan = subject.of
    if isinstance(plan, Refused) and plan.rule == "heads":
        cards = len(subject.rig.cards)
        yield Verdict(
            Severity.ERROR,
            f"{plan.reason} {_instead(cards)}",
            parts=tuple(card.key for card in subject.rig.cards),
            fixes=lambda: fixes.use_layer_split(subject.rig),
        )


def _instead(cards: int) -> str:
    """Powers of two divide nearly every model."""
    whole = 1 << (cards.bit_length() - 1)
    pipeline = f"tensor parallel over 2 in {cards // 2} pipeline stages, or " if cards % 2 == 0 and cards > 2 else ""
    return f"Use {pipeline}{whole if whole < cards else cards // 2} cards and leave the rest for another instance."


RULE = Rule(
    code="FIT-005",
    id="heads-do-not-divide",
    area="Model fit",
    title="Cards do not divide the model's heads",
    why="The engine refuses to start.",
    fix="Use a number of cards that divides the heads, pipeline stages, or layer split.",
    sources=(
        "https://github.com/noonghunna/club-3090/issues/127",
        "https://github.com/noonghunna/club-3090/issues/707",
    ),
    reads=on_plan,
    needs=A_PLAN,
    check=check,
)
