"""Loads, supplies, plugs and the wall, with the edge on both sides."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.analysis.plugs import adapter_takes
from planner.analysis.power import Power, card_limit_for_share, power
from planner.analysis.wall import at_the_wall, efficiency, rated_w, without_supply
from planner.domain.rig import Rig
from tests.makers import (
    make_board,
    make_build,
    make_circuit,
    make_cooler,
    make_cpu,
    make_drive,
    make_memory,
    make_psu,
    make_rig,
    make_rig_card,
    make_rig_psu,
    make_workload,
)

DESKTOP = make_board(memory={"type": "DDR5", "channels": 2, "slots": 4})
DESKTOP_W = 50 + 4 * 3
"""Board and fans."""


def rig_of(*cards: dict[str, Any], psu: dict[str, Any] | None = None, **changes: Any) -> Rig:
    """Cards on psu-1, a CPU of 155 W, a desktop board."""
    made = tuple(make_rig_card(n, psu="psu-1", **card) for n, card in enumerate(cards, 1))
    fields: dict[str, Any] = {"board": DESKTOP, "cards": made, "psus": (make_rig_psu(**(psu or {})),)}
    return make_rig(**(fields | changes))


def drawn(*cards: dict[str, Any], **changes: Any) -> Power:
    result = power(rig_of(*cards, **changes))
    assert result is not None
    return result


def plugged(plugs: dict[str, int], watts: int = 350) -> dict[str, Any]:
    return {"card": {"plugs": plugs, "tgp_w": watts}}


def test_without_cards_and_cpu_there_is_nothing_to_say():
    assert power(make_rig(cpu=None)) is None


# Loads


def test_sustained_is_the_sum_of_the_lines():
    result = drawn({}, {"limit_w": 250})
    assert [load.sustained_w for load in result.loads] == [350, 250, 155, DESKTOP_W]
    assert result.sustained_w == 350 + 250 + 155 + DESKTOP_W
    assert result.gpu_w == 600


def test_typical_is_what_generating_draws():
    assert drawn({}).typical_w == 0.75 * 350 + 0.5 * 155 + DESKTOP_W


@pytest.mark.parametrize(
    ("changes", "rest_w"),
    [
        ({}, DESKTOP_W),
        ({"board": None}, DESKTOP_W),
        ({"board": make_board()}, 90 + 12),
        ({"memory": make_memory(4, form="UDIMM")}, DESKTOP_W + 4 * 3),
        ({"memory": make_memory(4)}, DESKTOP_W + 4 * 6),
        ({"drives": (make_drive(1), make_drive(2, active_w=5.5))}, DESKTOP_W + 8 + 5.5),
        ({"drives": (make_drive(1, kind="sata"),)}, DESKTOP_W + 5),
        ({"cooler": make_cooler(kind="liquid")}, DESKTOP_W + 20),
    ],
)
def test_rest_of_the_machine_is_assumed(changes, rest_w):
    rest = drawn(**changes).loads[-1]
    assert (rest.key, rest.sustained_w, rest.assumed) == ("rest", rest_w, True)


@pytest.mark.parametrize(
    ("cpu", "watts", "assumed"),
    [
        ({"ppt_w": 230, "tdp_w": 170}, 230, False),
        ({"ppt_w": None, "tdp_w": 105, "socket": "AM4"}, 142, True),
        ({"ppt_w": None, "tdp_w": 125, "socket": "LGA1700"}, 125, True),
    ],
)
def test_processor_draws_its_package_power(cpu, watts, assumed):
    load = drawn(cpu=make_cpu(**cpu)).loads[0]
    assert (load.sustained_w, load.assumed) == (watts, assumed)


def test_both_sockets_are_counted():
    assert drawn(board=make_board(sockets=2)).loads[0].sustained_w == 2 * 155


# Peaks


@pytest.mark.parametrize(
    ("chip", "ratio"),
    [
        ({"family": "ampere"}, 1.7),
        ({"family": "ada"}, 1.5),
        ({"family": "blackwell"}, 1.57),
        ({"family": "rdna3"}, 1.6),
        ({"family": "ampere", "transient_ratio": 2.0}, 2.0),
    ],
)
def test_peak_of_one_card(chip, ratio):
    result = drawn({"chip": chip})
    assert result.loads[0].peak_w == pytest.approx(350 * ratio)
    assert result.peak_w == pytest.approx(350 * ratio + 155 + DESKTOP_W)


@pytest.mark.parametrize(("split", "together"), [("tensor", 2 * 0.7 * 350), ("layer", math.hypot(245, 245))])
def test_peaks_coincide_only_in_step(split, together):
    result = drawn({}, {}, workload=make_workload(split=split))
    assert result.peaks_coincide is (split == "tensor")
    assert result.peak_w - result.sustained_w == pytest.approx(together)


# Supplies


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


# Plugs


def plug(result: Power, kind: str) -> tuple[int, int | None, int]:
    found = next(p for p in result.plugs if p.kind == kind)
    return found.needed, found.has, found.missing


@pytest.mark.parametrize(("watts", "eights"), [(300, 2), (301, 3), (450, 3), (451, 4), (600, 4)])
def test_adapters_by_watts(watts, eights):
    assert adapter_takes(watts) == eights


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


# Wall


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


WATTS = st.integers(50, 600)


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


# Properties


@given(st.lists(WATTS, max_size=8), WATTS, st.sampled_from(("layer", "tensor")))
def test_another_card_never_draws_less(watts, more, split):
    cards = [{"limit_w": w} for w in watts]
    without = drawn(*cards, workload=make_workload(split=split))
    with_it = drawn(*cards, {"limit_w": more}, workload=make_workload(split=split))
    assert with_it.sustained_w == without.sustained_w + more
    assert with_it.typical_w > without.typical_w
    assert with_it.peak_w > without.peak_w
    assert without.peak_w >= without.sustained_w


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


# Figures of the tables, and sums


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


def test_typical_draw_counts_every_supply():
    cards = (make_rig_card(1, psu="psu-1"), make_rig_card(2, psu="psu-2", limit_w=200))
    result = power(make_rig(board=DESKTOP, cards=cards, psus=(make_rig_psu(1), make_rig_psu(2, watts=850))))
    assert result is not None and result.wall is not None
    first = 0.75 * 350 + 0.5 * 155 + DESKTOP_W
    assert result.wall.typical_w == pytest.approx(
        first / efficiency(make_psu(), 120, first) + 150 / efficiency(make_psu(watts=850), 120, 150)
    )


@pytest.mark.parametrize(
    ("board", "rest_w", "least_w"),
    [
        ({"channels": 2}, 50 + 12, 40),
        ({"channels": 3}, 90 + 12, 80),
        ({"channels": 2, "bmc": True}, 90 + 12, 80),
        ({"channels": 2, "sockets": 2}, 90 + 12, 80),
    ],
)
def test_server_boards_draw_more(board, rest_w, least_w):
    memory = {"type": "DDR5", "channels": board["channels"], "slots": 4}
    fields = {key: value for key, value in board.items() if key != "channels"}
    rest = drawn(board=make_board(memory=memory, **fields)).loads[-1]
    assert (rest.sustained_w, rest.certain_w) == (rest_w, least_w)


def test_a_u2_drive_draws_more():
    assert drawn(drives=(make_drive(1, kind="u2"),)).loads[-1].sustained_w == DESKTOP_W + 12


def test_two_guessed_processors_draw_at_least_their_tdp():
    load = drawn(board=make_board(sockets=2), cpu=make_cpu(ppt_w=None, tdp_w=105, socket="AM4")).loads[0]
    assert (load.sustained_w, load.certain_w) == (2 * 142, 2 * 105)
    assert load.label.startswith("2 × ")
    alone = drawn(board=None).loads[0]
    assert (alone.sustained_w, alone.label) == (155, "Maker CPU")


def test_share_and_what_is_left_of_a_supply():
    load = replace(drawn({}).supplies[0], sustained_w=400.0, rated_w=1600, least_w=None)
    assert (load.share, load.spare_w) == (0.25, 1200)
    assert [replace(load, sustained_w=w).surely_over for w in (1600, 1601)] == [False, True]
    assert [replace(load, sustained_w=2000, least_w=w).surely_over for w in (1600, 1601)] == [False, True]


def test_one_card_is_in_step_with_nothing():
    assert drawn({}, workload=make_workload(split="tensor")).peaks_coincide is False


def test_what_is_granted_is_in_the_steps():
    (supply,) = drawn({}).supplies
    assert [step.value for step in supply.steps if "Granted" in step.label] == [1600 * 1.8]


def test_known_plugs_are_not_asked_for():
    assert not [text for text in drawn({}).unknown if "plugs" in text]


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


@pytest.mark.parametrize(("known", "asked"), [(True, False), (False, True)])
def test_plugs_are_asked_for_before_a_supply_is_chosen(known, asked):
    result = drawn({"card": {"plugs_known": known}}, psus=())
    assert ("power plugs of gpu-1" in result.unknown) is asked


def test_the_arithmetic_of_a_supply_can_be_read():
    steps = drawn({}, psu={"low_line_watts": 1500}).supplies[0].steps
    assert any(f"350 + 155 + {DESKTOP_W}" in step.how for step in steps)
    assert any("at 120 V" in step.how for step in steps)
    assert any("as printed on it" in step.how for step in drawn({}, circuit=make_circuit(volts=230)).supplies[0].steps)


def test_the_arithmetic_of_two_processors_can_be_read():
    hows = [step.how for step in drawn(board=make_board(sockets=2)).steps]
    assert any(how.startswith("2 × 155 W (") for how in hows)
    assert not any(how.startswith("1 × 155 W (") for how in [step.how for step in drawn().steps])


@pytest.mark.parametrize(("left_w", "cap"), [(0.5, None), (1.0, 1)])
def test_less_than_a_watt_is_no_cap(left_w, cap):
    assert card_limit_for_share(drawn({}), "psu-1", (155 + DESKTOP_W + left_w) / 1600) == cap
