"""Blocked intakes, heat in the case and in the room."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.analysis.power import power
from planner.analysis.space import space
from planner.analysis.thermal import Thermal, thermal
from planner.domain.rig import Rig
from tests.makers import make_board, make_build, make_case, make_rig, make_rig_card, make_slot


def solved(rig: Rig) -> Thermal:
    result = thermal(rig, space(rig), power(rig))
    assert result is not None
    return result


def pair(gap_mm: float, case: Any = None, **card: Any) -> Thermal:
    """Two cards four rows apart with this much air between them."""
    board = make_board()
    fields = {"thickness_mm": 4 * 20.32 - gap_mm} | card
    cards = tuple(make_rig_card(n, board.connector(f"PCIE{row}"), card=fields) for n, row in ((1, 1), (2, 5)))
    return solved(make_rig(board=board, cards=cards, case=case))


def test_without_cards_there_is_no_heat():
    rig = make_rig()
    assert thermal(rig, space(rig), power(rig)) is None


def test_without_power_there_is_no_heat():
    rig = make_rig(cards=(make_rig_card(1),))
    assert thermal(rig, space(rig), None) is None


@pytest.mark.parametrize(
    ("gap", "blocked", "hotter"),
    [(0.0, True, 13.0), (9.9, True, 6.565), (10.0, False, 6.5), (20.0, False, 0), (40, False, 0)],
)
def test_an_open_air_card_with_too_little_air(gap, blocked, hotter):
    card = pair(gap).cards[0]
    assert card.blocked is blocked
    assert card.hotter_c == pytest.approx(hotter)
    assert card.steps[-1].assumed


@pytest.mark.parametrize("cooler", ["blower", "passive", "liquid"])
def test_nothing_is_estimated_for_other_coolers_close_by(cooler):
    card = pair(2.0, cooler=cooler).cards[0]
    assert (card.blocked, card.hotter_c) == (False, None)


def test_an_unknown_gap_is_asked_for():
    result = pair(5.0).cards[1]
    assert (result.intake_gap_mm, result.blocked, result.hotter_c) == (None, None, None)
    board = make_board(make_slot("S1", None))
    rig = make_rig(board=board, cards=(make_rig_card(1, board.connector("S1")),), case=make_case())
    assert "air in front of gpu-1" in solved(rig).unknown


@pytest.mark.parametrize(
    ("cooler", "stays"), [("open_air", 700), ("flow_through", 700), ("blower", 140), ("hybrid", 210), ("liquid", 0)]
)
def test_heat_that_stays_in_the_case(cooler, stays):
    assert pair(20.0, cooler=cooler).case_heat_w == pytest.approx(stays)


@pytest.mark.parametrize(
    ("case", "limit", "unknown"),
    [
        ({}, 400, None),
        ({"intake": "closed"}, 300, None),
        ({"fans": ("front 3x140",)}, 650, None),
        ({"fans": ("top 3x140",)}, 400, None),
        ({"fans": ("front 3x140",), "intake": "closed"}, 300, None),
        ({"kind": "small"}, 250, None),
        ({"kind": "full tower"}, 500, None),
        ({"kind": "super tower"}, 600, None),
        ({"kind": "full tower", "fans": ("front 3x140",)}, 650, None),
        ({"kind": "super tower", "fans": ("front 3x140",)}, 700, None),
        ({"intake": "unknown"}, None, "intake of the case"),
        ({"kind": "rack"}, None, "fans of the rack case"),
        ({"kind": "open frame"}, None, None),
    ],
)
def test_heat_a_case_carries_off(case, limit, unknown):
    result = pair(30.0, case=make_case(**case))
    assert result.case_limit_w == limit
    assert result.unknown == ((unknown,) if unknown else ())


def test_the_last_card_of_an_open_frame_breathes_freely():
    result = pair(5.0, case=make_case(kind="open frame", intake="unknown"))
    assert result.unknown == ()
    assert [(card.blocked, card.hotter_c) for card in result.cards] == [(True, 9.75), (False, 0.0)]


def test_the_room_gets_what_the_machine_draws_and_nothing_else():
    cards = (make_rig_card(1, psu="psu-1"),)
    rigs = [make_rig(cards=cards, build=make_build(site={"other_load_w": watts})) for watts in (0, 500)]
    alone, beside = (solved(rig) for rig in rigs)
    drawn = power(rigs[0])
    assert drawn is not None and drawn.wall is not None
    assert alone.room_heat_w == pytest.approx(drawn.wall.typical_w)
    assert beside.room_heat_w == pytest.approx(alone.room_heat_w)
    assert alone.room_btu_h == pytest.approx(alone.room_heat_w * 3.412)


def test_without_a_supply_the_losses_are_assumed():
    rig = make_rig(cards=(make_rig_card(1),), psus=())
    drawn, result = power(rig), solved(rig)
    assert drawn is not None
    assert result.room_heat_w == pytest.approx(drawn.typical_w / 0.9)
    assert any(step.label == "Heat in the room" and step.assumed for step in result.steps)


def test_the_room_without_a_wall_is_guessed():
    """No circuit, so no wall: nine tenths of what is drawn reach the parts."""
    rig = make_rig(cards=(make_rig_card(1, psu="psu-1"),), circuit=None)
    drawn = power(rig)
    assert drawn is not None and drawn.wall is None
    assert solved(rig).room_heat_w == pytest.approx(drawn.typical_w / 0.9)


def test_steps_read_in_order_and_agree():
    result = pair(20.0, case=make_case(kind="open frame", intake="unknown"))
    assert [card.steps[-1].value for card in result.cards] == [0.0, 0.0]
    closed = pair(20.0, case=make_case())
    assert [step.label for step in closed.steps][1] == "Heat the case carries off"
    assert [card.gpu for card in (closed.card("gpu-1"), closed.card("gpu-2")) if card] == ["gpu-1", "gpu-2"]


@given(st.floats(0, 60), st.floats(0, 20))
def test_more_air_never_makes_a_card_hotter(gap, more):
    near, far = pair(gap).cards[0], pair(gap + more).cards[0]
    assert near.hotter_c is not None and far.hotter_c is not None
    assert far.hotter_c <= near.hotter_c
    assert near.blocked or not far.blocked
