"""What the circuit, the UPS and the slots bear."""

from dataclasses import replace

import pytest

from planner.analysis.facts import Facts
from planner.analysis.power import power
from tests.makers import make_board, make_circuit
from tests.rules.cases import (
    ERROR,
    INFO,
    WARNING,
    Case,
    changed,
    check,
    edge,
    facts_of,
    fires,
    needs,
    rig_with,
    said,
    silent,
    ways_out,
    with_shelf,
)


def behind_ups(draw_w: float, ups_w: int | None = 1000, other_load_w: int = 0) -> Facts:
    """On the usual circuit."""
    facts = at_wall(draw_w)
    site = facts.rig.build.site.replace(ups_w=ups_w, other_load_w=other_load_w)
    return changed(facts, build=facts.rig.build.replace(site=site))


def at_wall(sustained_w: float, typical_w: float = 700.0, least_w: float | None = None) -> Facts:
    """Drawn at a socket of 1800 W, 1440 W of them for hours."""
    rig = rig_with()
    drawn = power(rig)
    assert drawn is not None and drawn.wall is not None
    wall = replace(drawn.wall, sustained_w=sustained_w, typical_w=typical_w, least_w=least_w, efficiency=0.9)
    return facts_of(rig, power=replace(drawn, wall=wall))


def four(inputs: int | None, rows: int = 4) -> Facts:
    return facts_of(rig_with(tuple(range(1, rows + 1)), board=make_board(gpu_power_inputs=inputs)))


CASES: tuple[Case, ...] = (
    fires("PWR-013", WARNING, "more than it bears", lambda: behind_ups(1200)),
    silent("PWR-013", "no UPS", lambda: behind_ups(1200, None)),
    silent("PWR-013", "the rest hangs elsewhere", lambda: behind_ups(900, other_load_w=100)),
    *edge("PWR-013", "share", behind_ups, (800, None), (800.1, INFO)),
    *edge("PWR-013", "rating", behind_ups, (1000, INFO), (1000.1, WARNING)),
    fires("PWR-008", ERROR, "more than the breaker", lambda: at_wall(1900)),
    fires("PWR-008", ERROR, "typical draw above what it bears for hours", lambda: at_wall(1700, typical_w=1450)),
    silent("PWR-008", "half of it", lambda: at_wall(700)),
    needs("PWR-008", "no circuit", lambda: facts_of(rig_with(circuit=None))),
    *edge("PWR-008", "four fifths", at_wall, (1152, None), (1152.1, INFO)),
    *edge("PWR-008", "for hours", at_wall, (1440, INFO), (1440.1, WARNING)),
    *edge("PWR-008", "breaker", at_wall, (1800, WARNING), (1800.1, ERROR)),
    *edge("PWR-008", "typical, for hours", lambda w: at_wall(1000, typical_w=w), (1440.0, None), (1440.1, ERROR)),
    *edge("PWR-008", "by our defaults only", lambda w: at_wall(1900, least_w=w), (1800, WARNING), (1800.1, ERROR)),
    fires("PWR-010", WARNING, "four cards, no plug", lambda: four(0)),
    fires("PWR-010", INFO, "four cards, a plug to connect", lambda: four(1)),
    silent("PWR-010", "two cards", lambda: four(0, rows=2)),
    needs("PWR-010", "not known", lambda: four(None)),
    *edge("PWR-010", "cards", lambda rows: four(0, rows), (3, None), (4, WARNING)),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    check(case)


def test_overloaded_circuit_in_numbers():
    finding = said("PWR-008", at_wall(1900))
    assert "15.8 A at 120 V" in finding.message
    assert finding.value == pytest.approx(1900 / 1440)
    assert finding.parts == ("psu-1",)
    assert finding.title == "Wall circuit is overloaded"
    assert said("PWR-008", at_wall(1200)).title == "Wall circuit has little to spare"


def test_circuit_finding_is_about_the_cards_where_there_is_no_supply():
    facts = at_wall(1900)
    assert said("PWR-008", changed(facts, psus=())).parts == ("gpu-1", "gpu-2")


@pytest.mark.parametrize(
    ("sustained_w", "typical_w", "labels"),
    [
        (1600, 700, ["Limit GPU 1 and GPU 2 to 270 W each"]),  # (700 − 0.9 × 160) / 2 = 278
        (1440.1, 700, ["Limit GPU 1 and GPU 2 to 340 W each"]),
        (1400, 1450, []),  # the limits are not what is too high
    ],
)
def test_cards_are_capped_to_what_the_circuit_bears_for_hours(sustained_w, typical_w, labels):
    assert ways_out("PWR-008", at_wall(sustained_w, typical_w)) == labels


def test_a_larger_circuit_is_offered_from_a_warning_on():
    larger = make_circuit(id="us-20a", amps=20.0)
    offered = "Use a circuit of 20 A at 120 V"
    assert offered in ways_out("PWR-008", with_shelf(at_wall(1500), circuits=(larger,)))
    assert ways_out("PWR-008", with_shelf(at_wall(1440), circuits=(larger,))) == []


def test_slots_and_ups_in_numbers():
    assert "4 cards may draw 300 W through the slots (75 W each)" in said("PWR-010", four(0)).message
    assert said("PWR-013", behind_ups(1300, other_load_w=100)).value == 1.2
