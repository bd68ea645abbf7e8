"""Equal cards are estimated once: what makes two of a kind, and that it changes no figure."""

from dataclasses import replace

import pytest

from planner.analysis.decode import decode_time
from planner.analysis.prefill import prefill_time
from tests.makers import make_calibration, make_card_speed, make_speed_case

CONSTANTS = make_calibration().constants
CARD = make_card_speed()


def test_names_and_slots_make_no_kind():
    other = replace(CARD, label="GPU 2 · RTX 3090 Turbo", link_gb_s=7.9)
    case = make_speed_case(cards=(CARD, other), split="layer", shares=(0.6, 0.4))
    assert case.kinds == (CARD,)
    assert case.kind_shares == (1.0,)


@pytest.mark.parametrize(
    "changes",
    [
        {"chip": "rtx-3090-ti"},
        {"family": "ada"},
        {"memory_gb_s": 935.0},
        {"tflops": None},
        {"stock_w": 351.0},
        {"limit_w": 349.0},
        {"inline_ecc": True},
        {"label": "GPU 2 · RTX 3090 Laptop"},
    ],
)
def test_what_sets_the_pace_makes_a_kind(changes):
    other = replace(CARD, **changes)
    case = make_speed_case(cards=(CARD, other, CARD), split="layer", shares=(0.5, 0.3, 0.2))
    assert case.kinds == (CARD, other)
    assert case.kind_shares == pytest.approx((0.7, 0.3))


def test_without_cards_there_is_no_kind():
    assert make_speed_case(cards=(), split="none").kinds == ()


def test_a_share_for_each_card():
    with pytest.raises(ValueError, match="shorter"):
        make_speed_case(cards=(CARD, CARD), split="layer", shares=(1.0,))


@pytest.mark.parametrize("split", ["layer", "tensor"])
def test_figures_are_those_of_cards_taken_one_by_one(split):
    """Watts too few to matter make four kinds of four cards."""
    slower = make_card_speed(chip="rtx-3080", memory_gb_s=760.0, tflops=119.0, stock_w=320.0, limit_w=250.0)
    alike = make_speed_case(cards=(CARD, slower, CARD, slower), split=split)
    apart = replace(alike, cards=tuple(replace(c, stock_w=c.stock_w + i * 1e-9) for i, c in enumerate(alike.cards)))
    assert (len(alike.kinds), len(apart.kinds)) == (2, 4)
    for time_of in (decode_time, prefill_time):
        together, one_by_one = time_of(alike, CONSTANTS), time_of(apart, CONSTANTS)
        assert together is not None
        assert one_by_one is not None
        assert together.total_s == pytest.approx(one_by_one.total_s, rel=1e-9)
