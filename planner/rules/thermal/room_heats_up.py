"""All the draw ends as heat in the room."""

from collections.abc import Iterator

from planner.analysis.thermal import Thermal
from planner.domain.findings import Severity
from planner.domain.units import show_w
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import Subject, on_thermal

HEATER_W = 1000


def check(subject: Subject[Thermal]) -> Iterator[Verdict | Needs]:
    heat = subject.of
    if heat.room_heat_w > HEATER_W:
        yield Verdict(
            Severity.INFO,
            f"While generating it heats the room with about {show_w(heat.room_heat_w)} ({heat.room_btu_h:,.0f} BTU/h), "
            "like a fan heater that never stops. Plan for ventilation or cooling of that size.",
            parts=tuple(card.key for card in subject.rig.cards),
            where="room",
            value=heat.room_heat_w,
            steps=heat.steps,
        )


RULE = Rule(
    code="THR-009",
    id="room-heats-up",
    area="Thermal",
    title="The room heats up",
    why="A closed room of 15 to 20 m³ warms by several degrees at 1 kW, and every degree there is one at the cards.",
    fix="Ventilate, cool, or let it work at night.",
    sources=("1 W of draw is 3.41 BTU/h of heat",),
    reads=on_thermal,
    needs="a graphics card",
    check=check,
)
