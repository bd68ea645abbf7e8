"""What the wall gives: efficiency, losses and circuits."""

from dataclasses import replace

import pytest

from planner.analysis.power import power
from planner.analysis.wall import at_the_wall, efficiency, without_supply
from tests.analysis.drawn import DESKTOP, drawn
from tests.makers import make_build, make_circuit, make_psu, make_rig, make_rig_card, make_rig_psu


@pytest.mark.parametrize(
    ("grade", "volts", "load", "expected"),
    [
        ("gold", 120, 0.10, 0.87),
        ("gold", 120, 0.20, 0.87),
        ("gold", 120, 0.35, 0.885),
        ("gold", 120, 0.50, 0.90),
        ("gold", 120, 0.75, 0.885),
        ("gold", 120, 1.00, 0.87),
        ("gold", 120, 1.20, 0.87),
        ("gold", 230, 0.50, 0.92),
        ("platinum", 120, 0.50, 0.92),
        ("titanium", 230, 0.50, 0.96),
        ("none", 230, 0.50, 0.80),
    ],
)
def test_efficiency_between_the_test_points(grade, volts, load, expected):
    assert efficiency(make_psu(grade=grade), volts, load * 1600) == pytest.approx(expected)


def test_the_wall_sees_what_the_supply_loses_and_what_else_hangs_there():
    build = make_build(site={"other_load_w": 100})
    result = drawn({}, build=build)
    wall = result.wall
    assert wall is not None
    assert wall.sustained_w == pytest.approx(result.sustained_w / wall.efficiency + 100)
    assert (wall.limit_w, wall.continuous_w) == (1800, 1440)
    assert wall.typical_w < wall.sustained_w


def test_without_a_circuit_the_wall_is_not_known():
    result = drawn({}, circuit=None)
    assert result.wall is None
    assert "wall circuit" in result.unknown


GRADES = [
    ("none", (0.80, 0.80, 0.80), (0.80, 0.80, 0.80)),
    ("white", (0.80, 0.80, 0.80), (0.82, 0.85, 0.82)),
    ("bronze", (0.82, 0.85, 0.82), (0.85, 0.88, 0.85)),
    ("silver", (0.85, 0.88, 0.85), (0.87, 0.90, 0.87)),
    ("gold", (0.87, 0.90, 0.87), (0.90, 0.92, 0.89)),
    ("platinum", (0.90, 0.92, 0.89), (0.92, 0.94, 0.90)),
    ("titanium", (0.92, 0.94, 0.90), (0.94, 0.96, 0.94)),
]


@pytest.mark.parametrize(("grade", "low", "high"), GRADES)
def test_efficiency_at_the_test_points(grade, low, high):
    """80 PLUS at 115 V and at 230 V (EU), a fifth, half and the whole of the rating."""
    psu = make_psu(grade=grade)
    for volts, points in ((129, low), (130, high)):
        assert [efficiency(psu, volts, 1600 * share) for share in (0.2, 0.5, 1.0)] == pytest.approx(list(points))


def test_the_wall_in_numbers():
    """A supply of 1600 W gives 800 W sustained, 320 W typically; 100 W of other things hang beside it."""
    load = drawn({}).supplies[0]
    load = replace(load, sustained_w=800.0)
    wall = at_the_wall(make_circuit(), [(make_psu(), load, 320.0)], 100, 700)
    assert wall.sustained_w == pytest.approx(800 / 0.9 + 100)
    assert wall.typical_w == pytest.approx(320 / 0.87 + 100)
    assert wall.efficiency == pytest.approx(0.9)
    assert wall.least_w is None
    assert "gold" in wall.efficiency_from
    assert [step.value for step in wall.steps] == pytest.approx(
        [90, wall.sustained_w, wall.typical_w, wall.limit_w, wall.continuous_w]
    )
    assert [step.assumed for step in wall.steps] == [False] * 5


def test_the_wall_of_a_supply_without_a_grade_is_assumed():
    load = replace(drawn({}).supplies[0], sustained_w=800.0)
    wall = at_the_wall(make_circuit(), [(make_psu(grade="none"), load, 320.0)], 100, 700)
    assert wall.sustained_w == pytest.approx(800 / 0.8 + 100)
    assert wall.least_w == 700 + 100
    assert "no grade" in wall.efficiency_from
    assert wall.steps[0].assumed


def test_the_wall_without_a_supply_in_numbers():
    loads = drawn({}).loads
    wall = without_supply(make_circuit(), loads, 100)
    assert wall.sustained_w == pytest.approx(sum(load.sustained_w for load in loads) / 0.9 + 100)
    assert wall.typical_w == pytest.approx(sum(load.typical_w for load in loads) / 0.9 + 100)
    assert wall.least_w == sum(load.certain_w for load in loads) + 100
    assert [step.value for step in wall.steps] == pytest.approx([90, wall.sustained_w, wall.typical_w])


def test_an_idle_supply_has_no_losses():
    load = replace(drawn({}).supplies[0], sustained_w=0.0)
    assert at_the_wall(make_circuit(), [(make_psu(), load, 0.0)], 0).efficiency == 1.0


@pytest.mark.parametrize(
    ("circuits", "on_second", "fullest"),
    [(1, 350, 1.0), (2, 350, None), (3, 350, None), (2, 10, None)],
)
def test_two_supplies_on_circuits_of_their_own(circuits, on_second, fullest):
    """The limits grow as far as the fuller circuit allows, wherever the load sits."""
    cards = (make_rig_card(1, psu="psu-1"), make_rig_card(2, psu="psu-2", limit_w=on_second))
    build = make_build(site={"circuits": circuits})
    result = power(make_rig(board=DESKTOP, cards=cards, psus=(make_rig_psu(1), make_rig_psu(2)), build=build))
    assert result is not None and result.wall is not None
    walls = [load.sustained_w / efficiency(make_psu(), 120, load.sustained_w) for load in result.supplies]
    share = fullest or sum(walls) / max(walls)
    assert result.wall.limit_w == pytest.approx(1800 * share)
    assert result.wall.continuous_w == pytest.approx(1440 * share)
    assert result.wall.circuit.startswith("2 × ") is (fullest is None)
