"""The fit of the constants: it finds what made the data, and leaves alone what the data say nothing about."""

import math
from dataclasses import replace

import pytest

from planner.accuracy.calibrate import Point, Starts, _habits, fit, seconds_of
from planner.domain.measurement import Measurement
from tests.makers import make_calibration, make_card_speed, make_speed_case, make_work

pytest.importorskip("numpy")
TRUTH = dict(make_calibration().constants) | {"eta nv-gddr 4-8": 0.7, "t0_ms cuda": 1.5, "eta family ampere 4": 1.0}


def point(layers: int, gb: float, factor: float = 1.0, source: str = "s") -> Point:
    row = Measurement(
        id=f"{layers}", source=source, url="u", date="2026", gpu="g", count=1, engine="llama.cpp", split="none",
        model="m", quant="Q4_K_M", quality="A",
    )  # fmt: skip
    case = make_speed_case(card=make_card_speed(chip="c"), work=make_work(layers=layers), rest_bytes=gb * 1e9)
    return Point(row, case, "decode", seconds_of(Point(row, case, "decode", 1.0, 1.0), TRUTH) * factor, 1.0)


def starts() -> Starts:
    constants = {name: (value, 0.0) for name, value in TRUTH.items()}
    return Starts(constants | {"eta nv-gddr 4-8": (0.85, 1.0), "t0_ms cuda": (0.5, 1.0)}, {})


POINTS = [(layers, gb) for layers in (16, 32, 64) for gb in (0.8, 4.6, 18.0)]


def test_the_constants_behind_the_data_are_found():
    found = fit([point(layers, gb) for layers, gb in POINTS], starts(), 20)
    assert found["eta nv-gddr 4-8"] == pytest.approx(0.7, rel=0.02)
    assert found["t0_ms cuda"] == pytest.approx(1.5, rel=0.10)


def test_one_wild_row_hardly_moves_them():
    points = [point(layers, gb) for layers, gb in POINTS]
    found = fit([*points, point(32, 4.6, factor=3.0)], starts(), 20)
    assert found["eta nv-gddr 4-8"] == pytest.approx(0.7, rel=0.05)


def test_what_no_row_asks_for_stays_where_it_started():
    found = fit([point(layers, gb) for layers, gb in POINTS], starts(), 5)
    assert found["reduce_us nvlink"] == TRUTH["reduce_us nvlink"]
    assert all(math.isfinite(value) and value > 0 for value in found.values())


def test_a_large_table_bends_the_constants_less_where_its_habit_is_told_apart():
    sound = [point(layers, gb, source=source) for layers, gb in POINTS * 3 for source in ("a", "b")]
    table = [point(layers, gb, 1.15, source="table") for layers, gb in POINTS * 2]
    told_apart = fit(sound + table, starts(), 20)["eta nv-gddr 4-8"]
    as_one = [replace(p, row=p.row.model_copy(update={"source": "a"})) for p in sound + table]
    assert abs(told_apart - 0.7) < 0.8 * abs(fit(as_one, starts(), 20)["eta nv-gddr 4-8"] - 0.7)


def test_habits_are_told_against_the_source_that_timed_an_engine_most():
    alone = [point(layers, gb, 1.15) for layers, gb in POINTS]
    assert _habits(alone).shape == (len(POINTS), 0)
    others = _habits([*alone, point(32, 4.6, source="other")])
    assert others.shape == (len(POINTS) + 1, 1)
    assert others[:, 0].tolist() == [0.0] * len(POINTS) + [1.0]
