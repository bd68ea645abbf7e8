"""Plugs and leads, adapters and their cables."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.analysis.plugs import adapter_takes
from planner.analysis.power import Power, power
from tests.analysis.drawn import DESKTOP, WATTS, drawn, plugged, rig_of
from tests.makers import make_drive, make_rig, make_rig_psu


@pytest.mark.parametrize(("watts", "eights"), [(300, 2), (301, 3), (450, 3), (451, 4), (600, 4)])
def test_adapters_by_watts(watts, eights):
    assert adapter_takes(watts) == eights


def plug(result: Power, kind: str) -> tuple[int, int | None, int]:
    found = next(p for p in result.plugs if p.kind == kind)
    return found.needed, found.has, found.missing


@pytest.mark.parametrize(
    ("has", "needed_missing", "last_ok"), [(4, (4, 4, 0), True), (3, (4, 3, 1), False), (None, (4, None, 0), None)]
)
def test_eight_pins(has, needed_missing, last_ok):
    result = drawn({}, {}, psu={"pcie_8pin": has})
    assert plug(result, "8-pin") == needed_missing
    assert [lead.ok for lead in result.leads if lead.to == "gpu-2"] == [last_ok]


def test_native_leads_go_to_the_hungriest_card():
    small, large = plugged({"12v_2x6": 1}, 300), plugged({"12v_2x6": 1}, 600)
    result = drawn(small, large, psu={"sixteen_pin": 1, "pcie_8pin": 2})
    leads = {lead.to: (lead.kind, lead.count, lead.adapter, lead.ok) for lead in result.leads if lead.to != "board"}
    assert leads == {"gpu-2": ("16-pin", 1, False, True), "gpu-1": ("8-pin", 2, True, True)}
    assert plug(result, "16-pin") == (2, 1, 1)
    assert plug(result, "8-pin") == (2, 2, 0)
    assert result.supplies[0].sixteen_pin_short == 1


def test_a_cap_does_not_make_an_adapter_smaller():
    card = plugged({"12vhpwr": 1}, 450) | {"limit_w": 250}
    result = drawn(card, psu={"sixteen_pin": 0, "pcie_8pin": 3})
    assert plug(result, "8-pin") == (3, 3, 0)


@pytest.mark.parametrize(("eights", "ok"), [(5, True), (4, False)])
def test_an_adapter_takes_only_what_other_cards_leave(eights, ok):
    result = drawn(plugged({"12vhpwr": 1}, 450), {}, psu={"sixteen_pin": 0, "pcie_8pin": eights})
    lead = next(lead for lead in result.leads if lead.to == "gpu-1")
    assert (lead.adapter, lead.ok) == (ok, ok)
    assert plug(result, "8-pin")[2] == 0
    assert plug(result, "16-pin") == (1, 0, 1)


def test_unknown_native_leads_stay_unknown():
    result = drawn(plugged({"12vhpwr": 1}), psu={"sixteen_pin": None})
    assert plug(result, "16-pin") == (1, None, 0)
    assert [lead.ok for lead in result.leads if lead.to == "gpu-1"] == [None]


@pytest.mark.parametrize(("has", "missing"), [(3, 0), (2, 1)])
def test_six_pins_take_what_eight_pins_leave(has, missing):
    result = drawn(plugged({"pcie_8pin": 2, "pcie_6pin": 1}), psu={"pcie_8pin": has})
    assert plug(result, "6-pin") == (1, has - 2, missing)


def test_nvidias_twelve_pin_takes_two_eight_pins():
    assert plug(drawn(plugged({"nvidia_12pin": 1})), "8-pin")[0] == 2


@pytest.mark.parametrize(("has", "missing"), [(3, 0), (2, 1)])
def test_eps_plugs_of_board_and_cards(has, missing):
    result = drawn(
        plugged({"eps_8pin": 1}),
        board=DESKTOP.replace(eps_required=2),
        psu={"eps_8pin": has},
    )
    assert plug(result, "eps") == (3, has, missing)


def test_the_board_hangs_on_the_first_supply():
    result = power(make_rig(psus=(make_rig_psu(2), make_rig_psu(1))))
    assert result is not None
    assert [lead.psu for lead in result.leads if lead.to == "board"] == ["psu-1"]


def test_plugs_nobody_published_are_asked_for():
    assert "power plugs of gpu-1" in drawn({"card": {"plugs": {}, "plugs_known": False}}).unknown


def test_known_plugs_are_not_asked_for():
    assert not [text for text in drawn({}).unknown if "plugs" in text]


@pytest.mark.parametrize(("known", "asked"), [(True, False), (False, True)])
def test_plugs_are_asked_for_before_a_supply_is_chosen(known, asked):
    result = drawn({"card": {"plugs_known": known}}, psus=())
    assert ("power plugs of gpu-1" in result.unknown) is asked


# Cables of adapters


@pytest.mark.parametrize(
    ("cables", "taken", "short"),
    [(None, 0, 0), (4, 0, 0), (3, 0, 0), (2, 0, 1), (0, 0, 3), (5, 2, 0), (4, 2, 1), (1, 2, 3)],
)
def test_an_adapter_wants_a_cable_for_each_plug(cables, taken, short):
    """450 W take three; the second card's own plugs come first."""
    cards = [plugged({"12vhpwr": 1}, 450), *([plugged({"pcie_8pin": taken})] if taken else [])]
    result = drawn(*cards, psu={"sixteen_pin": 0, "pcie_8pin": 9, "pcie_8pin_cables": cables})
    lead = next(lead for lead in result.leads if lead.to == "gpu-1")
    assert (lead.kind, lead.count, lead.cables_short) == ("8-pin", 3, short)


@pytest.mark.parametrize(("cables", "short"), [(6, 0), (5, 1), (4, 2), (2, 3)])
def test_a_second_adapter_gets_the_cables_the_first_leaves(cables, short):
    card = plugged({"12vhpwr": 1}, 450)
    result = drawn(card, card, psu={"sixteen_pin": 0, "pcie_8pin": 9, "pcie_8pin_cables": cables})
    assert next(lead for lead in result.leads if lead.to == "gpu-2").cables_short == short


def test_two_plugs_of_one_card_share_its_watts():
    """600 W through two plugs: an adapter of 300 W, two 8-pins, for each."""
    result = drawn(plugged({"12v_2x6": 2}, 600), psu={"sixteen_pin": 0, "pcie_8pin": 9})
    assert next(lead for lead in result.leads if lead.to == "gpu-1").count == 4


def test_no_native_lead_is_short_where_none_is_wanted_or_known():
    assert drawn({}).supplies[0].sixteen_pin_short == 0
    assert drawn(plugged({"12v_2x6": 1}), psu={"sixteen_pin": None}).supplies[0].sixteen_pin_short == 0


# Properties


CARDS = st.sampled_from(({"12vhpwr": 1}, {"pcie_8pin": 2}, {"pcie_8pin": 1, "pcie_6pin": 1}, {"eps_8pin": 1}, {}))


@given(st.lists(st.tuples(CARDS, WATTS), max_size=6), st.randoms())
def test_order_of_parts_never_matters(cards, random):
    rig = rig_of(*(plugged(plugs, watts) for plugs, watts in cards), drives=(make_drive(1), make_drive(2)))
    mixed, drives = list(rig.cards), list(rig.drives)
    random.shuffle(mixed)
    random.shuffle(drives)
    assert power(rig) == power(replace(rig, cards=tuple(mixed), drives=tuple(drives)))


@given(st.lists(st.tuples(CARDS, WATTS), max_size=6), st.integers(0, 3), st.integers(0, 12))
def test_no_plug_is_given_away_twice(cards, native, eights):
    result = drawn(*(plugged(p, w) for p, w in cards), psu={"sixteen_pin": native, "pcie_8pin": eights})
    given_out = {kind: 0 for kind in ("16-pin", "8-pin", "6-pin", "eps")}
    for lead in result.leads:
        given_out[lead.kind] += lead.count if lead.ok else 0
    assert given_out["16-pin"] <= native
    assert given_out["8-pin"] + given_out["6-pin"] <= eights
