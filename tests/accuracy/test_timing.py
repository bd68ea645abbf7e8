"""What a row's figures were timed over."""

import math
from dataclasses import replace

import pytest

from planner.accuracy.timing import LOCALSCORE_PROMPTS, prefill_seconds
from planner.analysis.prefill import prefill_time
from planner.domain.measurement import Measurement
from tests.makers import make_calibration, make_card_speed, make_speed_case

CONSTANTS = make_calibration().constants


def row(engine: str) -> Measurement:
    return Measurement(
        id="r", source="s", url="u", date="2026", gpu="g", count=1, engine=engine, split="none", model="m",
        quant="Q4_K_M", quality="A",
    )  # fmt: skip


def speed(prompt: int) -> float:
    found = prefill_time(make_speed_case(prompt=float(prompt)), CONSTANTS)
    assert found is not None
    return 1 / found.total_s


def test_localscore_states_the_mean_speed_of_its_nine_tests():
    tests = [1024, 4096, 2048, 2048, 1024, 1280, 384, 64, 16]
    mean = sum(speed(prompt) for prompt in tests) / 9
    assert 1 / prefill_seconds(row("llamafile (LocalScore)"), make_speed_case(), CONSTANTS) == pytest.approx(mean)
    assert sum(LOCALSCORE_PROMPTS.values()) == 9
    assert mean < 0.9 * speed(1024)


def test_other_sources_time_one_prompt():
    found = prefill_seconds(row("llama.cpp"), make_speed_case(prompt=512.0), CONSTANTS)
    assert 1 / found == pytest.approx(speed(512))


@pytest.mark.parametrize("engine", ["llama.cpp", "llamafile (LocalScore)"])
def test_a_card_of_unknown_matrix_rate_has_no_prompt_speed(engine):
    card = replace(make_card_speed(), tflops=None)
    assert math.isnan(prefill_seconds(row(engine), make_speed_case(card=card), CONSTANTS))
