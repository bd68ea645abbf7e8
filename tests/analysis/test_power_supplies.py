"""What supplies give and carry, and the limits of cards that keep them below their share."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.analysis.power import card_limit_for_share, power
from planner.analysis.wall import efficiency, rated_w
from tests.analysis.drawn import DESKTOP, DESKTOP_W, WATTS, drawn, rig_of
from tests.makers import make_circuit, make_psu, make_rig, make_rig_card, make_rig_psu


@pytest.mark.parametrize(
    ("psu", "excursion"),
    [
        ({"atx_version": "3.1"}, 1.8),
        ({"atx_version": "3.0", "watts": 451}, 1.8),
        ({"atx_version": "3.0", "watts": 450}, 1.45),
        ({"atx_version": "3.0", "sixteen_pin": 0}, 1.45),
        ({"atx_version": "3.0", "sixteen_pin": None}, 1.45),
        ({"atx_version": "2.4"}, 1.2),
        ({"atx_version": None}, 1.2),
    ],
)
def test_what_a_supply_grants_over_a_millisecond(psu, excursion):
    (supply,) = drawn({}, psu=psu).supplies
    assert supply.excursion == excursion
    assert supply.allowed_peak_w == pytest.approx(supply.rated_w * excursion)


@pytest.mark.parametrize(("volts", "rated"), [(120, 1500), (129, 1500), (130, 1600), (230, 1600)])
def test_rating_at_the_sites_voltage(volts, rated):
    psu = make_psu(low_line_watts=1500)
    assert rated_w(psu, make_circuit(volts=volts)) == rated
    assert rated_w(psu, None) == 1600


def test_each_supply_carries_its_own_cards_and_the_first_the_rest():
    cards = (make_rig_card(1, psu="psu-1"), make_rig_card(2, psu="psu-2"), make_rig_card(3, psu="psu-2"))
    result = power(make_rig(board=DESKTOP, cards=cards, psus=(make_rig_psu(1), make_rig_psu(2, watts=850))))
    assert result is not None
    assert [s.sustained_w for s in result.supplies] == [350 + 155 + DESKTOP_W, 700]
    assert sum(s.sustained_w for s in result.supplies) == result.sustained_w
    assert result.supply_w == 1600 + 850


def test_without_a_supply_the_wall_rests_on_a_default():
    rig = make_rig(board=DESKTOP, cards=(make_rig_card(1),), psus=())
    result = power(rig)
    assert result is not None
    assert (result.supplies, result.supply_w) == ((), 0)
    assert result.wall is not None and result.wall.least_w is not None
    assert result.wall.sustained_w == pytest.approx(result.sustained_w / 0.9)
    assert result.wall.least_w < result.sustained_w
    assert result.sustained_w == 350 + 155 + DESKTOP_W
    assert "power supply" in result.unknown


def test_typical_draw_counts_every_supply():
    cards = (make_rig_card(1, psu="psu-1"), make_rig_card(2, psu="psu-2", limit_w=200))
    result = power(make_rig(board=DESKTOP, cards=cards, psus=(make_rig_psu(1), make_rig_psu(2, watts=850))))
    assert result is not None and result.wall is not None
    first = 0.75 * 350 + 0.5 * 155 + DESKTOP_W
    assert result.wall.typical_w == pytest.approx(
        first / efficiency(make_psu(), 120, first) + 150 / efficiency(make_psu(watts=850), 120, 150)
    )


def test_share_and_what_is_left_of_a_supply():
    load = replace(drawn({}).supplies[0], sustained_w=400.0, rated_w=1600, least_w=None)
    assert (load.share, load.spare_w) == (0.25, 1200)
    assert [replace(load, sustained_w=w).surely_over for w in (1600, 1601)] == [False, True]
    assert [replace(load, sustained_w=2000, least_w=w).surely_over for w in (1600, 1601)] == [False, True]


def test_what_is_granted_is_in_the_steps():
    (supply,) = drawn({}).supplies
    assert [step.value for step in supply.steps if "Granted" in step.label] == [1600 * 1.8]


@pytest.mark.parametrize(
    ("psu", "why"),
    [
        ({"watts": 451}, "ATX 3.0 with a 16-pin plug"),
        ({"watts": 450}, "ATX 3.0, 450 W or less"),
        ({"watts": 450, "sixteen_pin": 0}, "ATX 3.0, 450 W or less"),
        ({"watts": 451, "sixteen_pin": 0}, "ATX 3.0 without a 16-pin plug"),
    ],
)
def test_why_a_supply_grants_so_much(psu, why):
    assert drawn({}, psu=psu).supplies[0].excursion_from == why


def test_the_arithmetic_of_a_supply_can_be_read():
    steps = drawn({}, psu={"low_line_watts": 1500}).supplies[0].steps
    assert any(f"350 + 155 + {DESKTOP_W}" in step.how for step in steps)
    assert any("at 120 V" in step.how for step in steps)
    assert any("as printed on it" in step.how for step in drawn({}, circuit=make_circuit(volts=230)).supplies[0].steps)


# Caps


@pytest.mark.parametrize(
    ("cards", "share", "limit"),
    [
        ([{}, {}, {}, {}], 0.8, int((1280 - 155 - DESKTOP_W) / 4)),
        ([{}, {"limit_w": 150}], 0.4, 640 - 155 - DESKTOP_W - 150),
        ([{}], 0.8, 350),
        ([{}], 0.1, None),
        ([{"chip": {"min_limit_w": 300}}], 0.3, None),
        ([], 0.8, None),
    ],
)
def test_cap_that_brings_a_supply_to_its_share(cards, share, limit):
    assert card_limit_for_share(drawn(*cards), "psu-1", share) == limit


def test_no_cap_for_a_supply_that_is_not_there():
    assert card_limit_for_share(drawn({}), "psu-9", 0.8) is None


@given(st.lists(WATTS, min_size=1, max_size=8), st.floats(0.3, 1.0))
def test_a_cap_holds_its_share(watts, share):
    rig = rig_of(*({"limit_w": w} for w in watts))
    before = power(rig)
    assert before is not None
    cap = card_limit_for_share(before, "psu-1", share)
    if cap is None:
        return
    after = power(replace(rig, cards=tuple(replace(c, limit_w=min(c.power_w, cap)) for c in rig.cards)))
    assert after is not None
    assert after.supplies[0].sustained_w <= 1600 * share + 1e-6


@pytest.mark.parametrize(
    ("lowest", "cap"), [((100, 200), 200), ((100, 201), None), ((201, 100), None), ((None, None), 200)]
)
def test_no_cap_below_what_a_card_takes(lowest, cap):
    """Room for 400 W on two cards of 350 W."""
    cards = [{"chip": {"min_limit_w": low}} for low in lowest]
    share = (400 + 155 + DESKTOP_W) / 1600
    assert card_limit_for_share(drawn(*cards), "psu-1", share) == cap


def test_a_card_at_the_cap_already_is_left_alone():
    cards = [{"limit_w": 200, "chip": {"min_limit_w": 250}}, {}]
    share = (400 + 155 + DESKTOP_W) / 1600
    assert card_limit_for_share(drawn(*cards), "psu-1", share) == 200


@pytest.mark.parametrize(("left_w", "cap"), [(0.5, None), (1.0, 1)])
def test_less_than_a_watt_is_no_cap(left_w, cap):
    assert card_limit_for_share(drawn({}), "psu-1", (155 + DESKTOP_W + left_w) / 1600) == cap
