"""What the parts draw, sustained, typically and at their peaks."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.analysis.power import power
from tests.analysis.drawn import DESKTOP_W, WATTS, drawn
from tests.makers import make_board, make_cooler, make_cpu, make_drive, make_memory, make_rig, make_workload


def test_without_cards_and_cpu_there_is_nothing_to_say():
    assert power(make_rig(cpu=None)) is None


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


def test_the_arithmetic_of_two_processors_can_be_read():
    hows = [step.how for step in drawn(board=make_board(sockets=2)).steps]
    assert any(how.startswith("2 × 155 W (") for how in hows)
    assert not any(how.startswith("1 × 155 W (") for how in [step.how for step in drawn().steps])


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


def test_one_card_is_in_step_with_nothing():
    assert drawn({}, workload=make_workload(split="tensor")).peaks_coincide is False


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
