"""Cards without fans of their own."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.domain.units import show_w
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards
from planner.rules.words import card_name


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    case = subject.rig.case
    for card in subject.rig.cards:
        if card.card.cooler != "passive" or (case is not None and case.kind == "rack"):
            continue
        yield Verdict(
            Severity.WARNING,
            f"{card_name(subject.rig, card.key)} has no fan: it needs a duct and a fan with static pressure that "
            f"carries off {show_w(card.power_w)}, as in a server. Ordinary case fans do not push air through its fins.",
            parts=(card.key,),
            value=card.power_w,
            rests_on=((card.key, "cooler"),),
        )


RULE = Rule(
    code="THR-003",
    id="passive-card-uncooled",
    area="Thermal",
    title="Card needs a duct with a fan",
    why="Without forced air such a card reaches its limit within minutes and slows down or switches off. In a "
    "workstation tower a 600 W server card held about 500 W.",
    fix="Mount a duct with a strong fan, use a server case, or choose a card with fans.",
    sources=("https://github.com/local-inference-lab/rtx6kpro hardware/blackwell-power-limit-sweep.md",),
    reads=on_cards,
    needs=A_CARD,
    check=check,
)
