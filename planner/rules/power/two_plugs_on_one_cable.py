"""A card's 8-pin plugs have to share a cable."""

from collections.abc import Iterator

from planner.analysis.power import Power
from planner.domain.findings import Severity
from planner.domain.parts import Psu
from planner.domain.rig import RigCard, RigPsu
from planner.domain.units import show_w
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD_OR_CPU, Subject, on_power
from planner.rules.words import card_name

ONE_CABLE_W = 225
"""Slot 75 W and one 8-pin plug of 150 W."""
TOO_MUCH_W = 300


def check(subject: Subject[Power]) -> Iterator[Verdict | Needs]:
    for supply in subject.rig.psus:
        cards = [card for card in subject.rig.cards if card.psu == supply.key and _eight_pins(card) > 1]
        wanted = sum(plug.needed for plug in subject.of.plugs if plug.psu == supply.key and plug.kind == "8-pin")
        if not cards:
            continue
        if supply.psu.pcie_8pin_cables is None:
            yield Needs(f"number of 8-pin cables of {supply.psu.title}")
        elif wanted > supply.psu.pcie_8pin_cables:
            yield from (_verdict(subject, supply, card) for card in cards if card.power_w > ONE_CABLE_W)


def _eight_pins(card: RigCard) -> int:
    """Its own, and the two that the adapter of a 12-pin card takes."""
    return card.card.plugs.get("pcie_8pin", 0) + 2 * card.card.plugs.get("nvidia_12pin", 0)


def _verdict(subject: Subject[Power], supply: RigPsu, card: RigCard) -> Verdict:
    plugs, cables = _eight_pins(card), supply.psu.pcie_8pin_cables
    return Verdict(
        Severity.ERROR if card.power_w > TOO_MUCH_W and _pigtail_alone(card, supply.psu) else Severity.WARNING,
        f"{card_name(subject.rig, card.key)} takes {show_w(card.power_w)} through {plugs} 8-pin plugs, but "
        f"{supply.psu.title} has only {cables} such cables for all cards: two plugs share one cable made for 150 W.",
        parts=(supply.key, card.key),
        value=card.power_w,
        fixes=lambda: (
            fixes.larger_supply(
                subject.rig, subject.of, supply.key, 1 - subject.policy.spare_percent / 100, one_cable_per_plug=True
            )
            + fixes.cap_cards(subject.rig, (card.key,), ONE_CABLE_W)
        ),
        rests_on=((supply.key, "pcie_8pin_cables"),),
    )


def _pigtail_alone(card: RigCard, psu: Psu) -> bool:
    """The whole card hangs on one cable."""
    return psu.pcie_8pin_cables == 1


RULE = Rule(
    code="PWR-004",
    id="two-plugs-on-one-cable",
    area="Power",
    title="Two power plugs share one cable",
    why="Makers vouch for 150 W on one 8-pin cable. A second plug on the same cable doubles the current in the same "
    "wires and in the plug at the supply, which heats up and can melt.",
    fix="Give every 8-pin plug of the card its own cable from the supply.",
    sources=("https://silverstonetek.com/en/tech-talk/wh_pcie-connection?page=1",),
    reads=on_power,
    needs=A_CARD_OR_CPU,
    check=check,
)
