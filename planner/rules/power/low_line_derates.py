"""A supply that gives less, or does not run at all, on this voltage."""

from collections.abc import Iterator

from planner.analysis.power import Power, SupplyLoad
from planner.domain.findings import Severity
from planner.domain.parts import Circuit, Psu
from planner.domain.units import show_w
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD_OR_CPU, Subject, on_power

OFTEN_DERATED_W = 1500
LOW_LINE_V = 180
"""Below lie the mains of 100 to 127 V, above those of 200 to 240 V."""


def check(subject: Subject[Power]) -> Iterator[Verdict | Needs]:
    circuit = subject.rig.circuit
    if circuit is None:
        yield Needs("the wall circuit the machine will hang on")
        return
    for supply in subject.of.supplies:
        psu = subject.rig.part(supply.psu)
        if isinstance(psu, Psu):
            yield from _one(subject, supply, psu, circuit)


def _one(subject: Subject[Power], supply: SupplyLoad, psu: Psu, circuit: Circuit) -> Iterator[Verdict | Needs]:
    if psu.mains_v and circuit.volts < psu.mains_v[0]:
        yield _verdict(subject, supply, Severity.ERROR, f"{psu.title} needs at least {psu.mains_v[0]} V", "mains_v")
    elif circuit.volts >= LOW_LINE_V:
        return
    elif psu.low_line_watts is not None and psu.low_line_watts < psu.watts:
        short = supply.sustained_w > psu.low_line_watts
        gives = f"{psu.title} gives {show_w(psu.low_line_watts)} instead of {show_w(psu.watts)}"
        yield _verdict(subject, supply, Severity.WARNING if short else Severity.INFO, gives, "low_line_watts")
    elif psu.low_line_watts is None and psu.watts > OFTEN_DERATED_W:
        yield Needs(f"rating of {psu.title} below 200 V")


def _verdict(subject: Subject[Power], supply: SupplyLoad, severity: Severity, gives: str, field: str) -> Verdict:
    share = 1 - subject.policy.spare_percent / 100
    volts = subject.rig.circuit.volts if subject.rig.circuit else 0
    return Verdict(
        severity,
        f"On {volts} V {gives}; this build draws {show_w(supply.sustained_w)}.",
        parts=(supply.psu,),
        value=supply.sustained_w,
        fixes=lambda: (
            fixes.larger_supply(subject.rig, subject.of, supply.psu, share) if severity > Severity.INFO else ()
        ),
        rests_on=((supply.psu, field),),
    )


RULE = Rule(
    code="PWR-014",
    id="low-line-derates",
    area="Power",
    title="Supply gives less on this voltage",
    why="Most supplies above 1500 W reach their rating on 200 to 240 V only: on 100 to 127 V their input current "
    "would be too high.",
    fix="Use a 240 V circuit, or count with the lower rating.",
    sources=("Rating labels of supplies above 1500 W: separate figures for 100–127 V and 200–240 V",),
    reads=on_power,
    needs=A_CARD_OR_CPU,
    check=check,
    folds_into=("PWR-001",),
)
