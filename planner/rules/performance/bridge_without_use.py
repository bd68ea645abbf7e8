"""An NVLink bridge that this workload does not use."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    if not subject.rig.bridges or subject.workload is None:
        return
    keys = tuple(chosen.key for chosen in subject.rig.build.parts.bridges)
    if subject.split in ("tensor", "row"):
        yield _gain(keys)
        return
    yield Verdict(
        Severity.INFO,
        "With this split the cards exchange a few kilobytes per token: the NVLink bridge brings nothing here. It is "
        "worth its price for tensor parallel with long prompts.",
        parts=keys or tuple(card.key for card in subject.rig.cards),
    )


def _gain(keys: tuple[str, ...]) -> Verdict:
    return Verdict(
        Severity.INFO,
        "The NVLink bridge carries the exchanges: 3 to 15 % more tokens were measured on pairs, and prompts read up to "
        "half faster. Nothing depends on it.",
        parts=keys,
        title="What NVLink is worth here",
    )


RULE = Rule(
    code="PRF-008",
    id="bridge-without-use",
    area="Performance",
    title="NVLink brings nothing for this split",
    why="Generating gained 3 to 15 % with tensor parallel in measured pairs, and prompts up to half; layer split gains "
    "nothing.",
    fix="Use tensor parallel, or save the bridge.",
    sources=("https://github.com/noonghunna/club-3090/issues/77",),
    reads=on_cards,
    needs=A_CARD,
    check=check,
)
