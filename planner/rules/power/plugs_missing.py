"""Power plugs the cards need against those the supply has."""

from collections.abc import Iterator

from planner.analysis.power import Lead, PlugNeed, Power
from planner.domain.findings import Severity
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD_OR_CPU, Subject, on_power
from planner.rules.words import card_name, cards_listed, count, part_name, verb


def check(subject: Subject[Power]) -> Iterator[Verdict | Needs]:
    power = subject.of
    if not power.supplies:
        yield Needs("a power supply")
    for card in subject.rig.cards:
        if not card.card.plugs_known:
            yield Needs(f"power plugs of {card.card.title}")
    for plug in power.plugs:
        if plug.kind == "eps" or not plug.needed:
            continue
        if plug.has is None:
            yield Needs(f"number of {plug.kind} plugs of {part_name(subject.rig, plug.psu)}")
        elif _short(power, plug):
            yield _missing(subject, plug)
    for lead in power.leads:
        if lead.adapter and lead.ok:
            yield _adapter(subject, lead)


def _short(power: Power, plug: PlugNeed) -> int:
    """Plugs missing once every adapter that works is counted."""
    adapted = {lead.to for lead in power.leads if lead.psu == plug.psu and lead.adapter and lead.ok}
    return max(0, plug.missing - len(adapted & set(plug.cards)))


def _missing(subject: Subject[Power], plug: PlugNeed) -> Verdict:
    share = 1 - subject.policy.spare_percent / 100
    missing = _short(subject.of, plug)
    return Verdict(
        Severity.ERROR,
        f"{cards_listed(plug.cards)} {verb(len(plug.cards), 'needs', 'need')} "
        f"{count(plug.needed, plug.kind + ' plug')}; {part_name(subject.rig, plug.psu)} has {plug.has}, and no adapter "
        f"fills the gap: {missing} missing.",
        parts=(plug.psu, *plug.cards),
        where=plug.kind,
        value=missing,
        fixes=lambda: fixes.larger_supply(subject.rig, subject.of, plug.psu, share),
        rests_on=((plug.psu, {"16-pin": "sixteen_pin"}.get(plug.kind, "pcie_8pin")),),
    )


def _adapter(subject: Subject[Power], lead: Lead) -> Verdict:
    """An adapter with a cable for each of its plugs is a remark; one that must double them up is not."""
    psu, native = part_name(subject.rig, lead.psu), _native(subject.of, lead.psu)
    has = f"{psu} has {count(native, '16-pin lead')}, so {card_name(subject.rig, lead.to)} is left without one."
    needs = f"An adapter for it takes {count(lead.count, '8-pin plug')}"
    if not lead.cables_short:
        return Verdict(
            Severity.INFO,
            f"{has} {needs}, each on a cable of its own.",
            parts=(lead.psu, lead.to),
            where="adapter",
            value=lead.count,
            title="16-pin lead missing, an adapter will do",
        )
    share = 1 - subject.policy.spare_percent / 100
    return Verdict(
        Severity.WARNING,
        f"{has} {needs}, each on a cable of its own; {count(lead.count - lead.cables_short, 'cable')} "
        f"{verb(lead.count - lead.cables_short, 'is', 'are')} free, so two plugs would pull 300 W through a cable "
        "made for 150 W.",
        parts=(lead.psu, lead.to),
        where="adapter",
        value=lead.count,
        fixes=lambda: fixes.larger_supply(subject.rig, subject.of, lead.psu, share),
        rests_on=((lead.psu, "pcie_8pin_cables"),),
        title="16-pin lead missing",
    )


def _native(power: Power, psu: str) -> int:
    return next((plug.has or 0 for plug in power.plugs if plug.psu == psu and plug.kind == "16-pin"), 0)


RULE = Rule(
    code="PWR-003",
    id="plugs-missing",
    area="Power",
    title="Power plugs are missing",
    why="A card without all its plugs does not start. Splitters and cables of other supplies are no way out: their "
    "pins are wired differently and can destroy the card.",
    fix="Use a supply with enough plugs, or a second supply.",
    sources=("https://arsenalpc.com/whats-better-than-one-geforce-rtx-5090",),
    reads=on_power,
    needs=A_CARD_OR_CPU,
    check=check,
)
