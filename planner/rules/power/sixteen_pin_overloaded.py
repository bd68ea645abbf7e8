"""What a 16-pin plug grants against what the card draws."""

from collections.abc import Iterator

from planner.analysis.power import Power
from planner.domain.findings import Severity
from planner.domain.parts import SIXTEEN_PIN, Psu
from planner.domain.rig import RigCard
from planner.domain.units import show_w
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD_OR_CPU, Subject, on_power
from planner.rules.words import card_name

MARGIN_PERCENT = 90
ADAPTER_W = 450


def check(subject: Subject[Power]) -> Iterator[Verdict | Needs]:
    adapted = {lead.to for lead in subject.of.leads if lead.adapter}
    for card in subject.rig.cards:
        plugs = sum(card.card.plugs.get(kind, 0) for kind in SIXTEEN_PIN)
        supply = subject.rig.part(card.psu) if card.psu else None
        if not plugs or not isinstance(supply, Psu):
            continue
        if card.key in adapted:
            if card.power_w >= ADAPTER_W:
                yield _on_adapter(subject, card)
        elif supply.sixteen_pin_w is None:
            if supply.sixteen_pin != 0:
                yield Needs(f"rating of the 16-pin plugs of {supply.title}")
        else:
            yield from _native(subject, card, supply, plugs * supply.sixteen_pin_w)


def _native(subject: Subject[Power], card: RigCard, supply: Psu, granted_w: int) -> Iterator[Verdict]:
    name, key = card_name(subject.rig, card.key), card.psu or ""
    if card.power_w > granted_w:
        yield Verdict(
            Severity.ERROR,
            f"{name} runs at {show_w(card.power_w)}, the 16-pin plug of {supply.title} grants {show_w(granted_w)}.",
            parts=(key, card.key),
            value=card.power_w / granted_w,
            fixes=lambda: fixes.cap_cards(subject.rig, (card.key,), granted_w),
            rests_on=((key, "sixteen_pin_w"),),
        )
    elif card.power_w * 100 > granted_w * MARGIN_PERCENT:
        yield Verdict(
            Severity.INFO,
            f"{name} draws {show_w(card.power_w)} through a plug made for {show_w(granted_w)}. Push it in until it "
            "clicks and leave 35 mm straight before the first bend.",
            parts=(key, card.key),
            value=card.power_w / granted_w,
            fixes=lambda: fixes.cap_cards(subject.rig, (card.key,), granted_w * MARGIN_PERCENT // 100),
            title="16-pin plug near its limit",
        )


def _on_adapter(subject: Subject[Power], card: RigCard) -> Verdict:
    return Verdict(
        Severity.INFO,
        f"{card_name(subject.rig, card.key)} draws {show_w(card.power_w)} through an adapter. A native 16-pin cable "
        "has one joint less, and joints are what overheats.",
        parts=(card.psu or "", card.key),
        value=card.power_w / ADAPTER_W,
        title="High draw through an adapter",
    )


RULE = Rule(
    code="PWR-005",
    id="sixteen-pin-overloaded",
    area="Power",
    title="16-pin plug is overloaded",
    why="At 600 W this plug has next to no reserve per pin. A pin that sits badly passes its current to the others, "
    "which then overheat: this is how plugs have melted.",
    fix="Use a native cable of the full grade, seat it fully, and cap the card at nine tenths of what the plug grants.",
    sources=(
        "https://community.microcenter.com/discussion/12020/nvidia-rtx-4090-power-requirements-compatibility-guide",
        "Intel, ATX Version 3.0 Multi Rail Desktop Platform Power Supply Design Guide: 12VHPWR sense lines",
    ),
    reads=on_power,
    needs=A_CARD_OR_CPU,
    check=check,
    folds_into=("PWR-003",),
)
