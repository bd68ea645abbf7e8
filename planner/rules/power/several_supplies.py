"""Two or more supplies in one machine."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import Subject, on_rig
from planner.rules.words import listed, short


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    rig = subject.rig
    if len(rig.psus) < 2:
        return
    yield Verdict(
        Severity.INFO,
        f"{len(rig.psus)} supplies: {'; '.join(_feeds(rig, supply.key) for supply in rig.psus)}. Start them together "
        "with a sync cable, join their grounds through the case, and never split the plugs of one card between them.",
        parts=tuple(supply.key for supply in rig.psus),
    )
    for card in rig.cards:
        if card.riser is not None and card.riser.powers_slot and card.psu is not None:
            yield Verdict(
                Severity.INFO,
                f"The riser of {short(card.key)} feeds its slot: plug it into {short(card.psu)}, like the card.",
                parts=(card.psu, card.key),
                where="riser",
                title="Riser and card need the same supply",
            )


def _feeds(rig: Rig, key: str) -> str:
    fed = [short(card.key) for card in rig.cards if card.psu == key]
    if rig.psus[0].key == key:
        fed.insert(0, "the board")
    return f"{short(key)} feeds {listed(fed) or 'nothing yet'}"


RULE = Rule(
    code="PWR-009",
    id="several-supplies",
    area="Power",
    title="Wiring of several supplies",
    why="A card fed by a supply that starts later, or by two at once, can fail to appear, hang or be damaged.",
    fix="One supply per card with its riser, a sync cable, a common ground, and circuits that bear both.",
    sources=(
        "https://github.com/sgl-project/sglang/issues/5146",
        "https://github.com/vllm-project/vllm/issues/14452",
    ),
    reads=on_rig,
    needs="",
    check=check,
)
