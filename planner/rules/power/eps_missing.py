"""Processor power plugs the board wants against those of the supply."""

from collections.abc import Iterator

from planner.analysis.power import PlugNeed, Power
from planner.domain.findings import Severity
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD_OR_CPU, Subject, on_power
from planner.rules.words import count, part_name


def check(subject: Subject[Power]) -> Iterator[Verdict | Needs]:
    if not subject.of.supplies:
        yield Needs("a power supply")
    for plug in subject.of.plugs:
        if plug.kind != "eps" or not plug.needed:
            continue
        if plug.has is None:
            yield Needs(f"number of EPS plugs of {part_name(subject.rig, plug.psu)}")
        elif plug.missing:
            yield _verdict(subject, plug)


def _verdict(subject: Subject[Power], plug: PlugNeed) -> Verdict:
    share = 1 - subject.policy.spare_percent / 100
    return Verdict(
        Severity.ERROR,
        f"{count(plug.needed, 'EPS plug')} wanted (board and cards with EPS sockets), "
        f"{part_name(subject.rig, plug.psu)} has {plug.has}.",
        parts=(plug.psu, "board", *plug.cards),
        value=plug.missing,
        fixes=lambda: fixes.larger_supply(subject.rig, subject.of, plug.psu, share),
        rests_on=((plug.psu, "eps_8pin"), ("board", "eps_required")),
    )


RULE = Rule(
    code="PWR-015",
    id="eps-missing",
    area="Power",
    title="Processor power plugs are missing",
    why="A board with an empty EPS socket may not start, or switches off when processor and slots draw together. "
    "Graphics plugs do not fit: their wires are the other way round.",
    fix="Use a supply with enough EPS cables.",
    sources=("EPS12V Power Supply Design Guide: 8-pin processor connector",),
    reads=on_power,
    needs=A_CARD_OR_CPU,
    check=check,
)
