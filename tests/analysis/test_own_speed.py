"""What the user timed on this machine draws its estimates, by as much as it is like what is asked."""

from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.memory import memory
from planner.analysis.own_speed import NARROWEST, corrections
from planner.analysis.throughput import Throughput, throughput
from planner.catalog.resolve import resolve
from planner.catalog.store import Catalog
from planner.domain import edits
from planner.domain.build import Build
from planner.domain.measurement import Measurement
from planner.domain.rig import Rig
from tests.makers import make_calibration, make_rig, make_rig_card, make_workload


def rig(catalog: Catalog, *rows: Measurement, **work: Any) -> Rig:
    asked = {"model": "llama-3.1-8b", "quant": "Q4_K_M", "split": "none"} | work
    build = edits.add_measured(Build(workloads=(make_workload(**asked),)), rows)
    resolved = resolve(build, catalog)
    return replace(
        make_rig(cards=(make_rig_card(1, chip=catalog.chips["rtx-3090"]),)),
        build=build,
        workload=resolved.workload,
        model=resolved.model,
        draft=resolved.draft,
        engine=resolved.engine,
        file_size=resolved.file_size,
        calibration=make_calibration(),
        measurements=resolved.measurements,
        own_speeds=resolved.own_speeds,
    )


def speed(catalog: Catalog, *rows: Measurement, **work: Any) -> Throughput:
    asked = rig(catalog, *rows, **work)
    found = throughput(asked, None, memory(asked))
    assert found is not None
    return found


def timed(decode: float | None, **changes: Any) -> Measurement:
    plain: dict[str, Any] = {
        "id": "own-1", "source": "mine", "url": "", "date": "2026-11-23", "gpu": "rtx-3090", "chip": "rtx-3090",
        "count": 1, "engine": "llama.cpp", "split": "none", "model": "llama-3.1-8b", "quant": "Q4_K_M", "quality": "A",
        "depth": 1024, "generated": 256, "decode_tok_s": decode, "own": True,
    }  # fmt: skip
    return Measurement.model_validate(plain | changes)


def test_a_run_of_the_same_moves_the_estimate_most_of_the_way(catalog):
    plain = speed(catalog)
    found = speed(catalog, timed(plain.decode_tok_s.value * 0.8))
    assert found.decode_tok_s.value == pytest.approx(plain.decode_tok_s.value * 0.8**0.8, rel=0.01)
    assert found.prefill_tok_s == plain.prefill_tok_s
    assert found.sure == "measured on this machine"


def test_the_range_narrows_but_not_to_nothing(catalog):
    plain = speed(catalog).decode_tok_s
    runs = tuple(timed(plain.value, id=f"own-{n}") for n in range(50))
    once, often = speed(catalog, runs[0]).decode_tok_s, speed(catalog, *runs).decode_tok_s
    width = [(r.high - r.low) / r.value for r in (plain, once, often)]
    assert width == sorted(width, reverse=True) and width[0] > 1.5 * width[1]
    assert width[2] >= 2 * NARROWEST - 1e-9


def test_another_engine_says_less_and_another_chip_nothing(catalog):
    plain = speed(catalog).decode_tok_s.value
    same = speed(catalog, timed(plain * 0.7)).decode_tok_s.value
    other = speed(catalog, timed(plain * 0.7, engine="ollama")).decode_tok_s.value
    assert same < other
    elsewhere = speed(catalog, timed(plain * 0.7, chip="rtx-4090"))
    assert elsewhere.decode_tok_s.value == plain
    assert "machine" not in elsewhere.sure


def test_another_model_of_the_same_machine_is_drawn_too(catalog):
    plain = speed(catalog, model="gemma-3-12b")
    found = speed(catalog, timed(speed(catalog).decode_tok_s.value * 0.8), model="gemma-3-12b")
    assert 0.80 < found.decode_tok_s.value / plain.decode_tok_s.value < 0.90


@pytest.mark.parametrize("factor", [0.2, 4.0])
def test_a_run_too_far_off_is_not_believed(catalog, factor):
    plain = speed(catalog).decode_tok_s.value
    assert speed(catalog, timed(plain * factor)).decode_tok_s.value == plain


def test_steps_name_the_correction_and_still_lead_to_the_speed(catalog):
    found = speed(catalog, timed(100.0, prefill_tok_s=3000.0, prompt=1024))
    mine = next(step for step in found.decode_steps if step.label == "Your measurements")
    total_ms = sum(float(step.value) for step in found.decode_steps if step.unit == "ms")
    assert 1000 / total_ms * float(mine.value) == pytest.approx(found.decode_tok_s.value)
    assert any(step.label == "Your measurements" for step in found.prefill_steps)


BLOCK = {"model": "qwen3.6-27b", "draft": "qwen3.6-27b"}


def drafted(rate: float, **changes: Any) -> Measurement:
    return timed(rate, model="qwen3.6-27b", **({"speculative": "mtp n=3"} | changes))


def test_a_run_with_speculation_is_compared_with_speculation(catalog):
    """Its gain is in both, so that it is not counted twice."""
    plain = speed(catalog, **BLOCK).decode_tok_s.value
    assert speed(catalog, drafted(plain), **BLOCK).decode_tok_s.value == pytest.approx(plain, rel=0.02)
    slower = speed(catalog, drafted(plain * 0.8), **BLOCK)
    assert slower.decode_tok_s.value == pytest.approx(plain * 0.8**0.8, rel=0.02)
    assert slower.sure == "measured on this machine"


def test_a_run_with_speculation_says_nothing_about_the_plain_speed(catalog):
    plain = speed(catalog, model="qwen3.6-27b")
    found = speed(catalog, drafted(plain.decode_tok_s.value * 1.6), model="qwen3.6-27b")
    assert found.decode_tok_s == plain.decode_tok_s


def test_runs_without_speculation_say_less_about_it_however_many(catalog):
    before, base = speed(catalog, **BLOCK), speed(catalog, model="qwen3.6-27b").decode_tok_s.value
    one, *_ = runs = tuple(drafted(base * 0.8, speculative="", id=f"own-{n}") for n in range(20))
    once, often = speed(catalog, one, **BLOCK), speed(catalog, *runs, **BLOCK)
    drawn = once.decode_tok_s.value / before.decode_tok_s.value
    assert 0.8 < drawn < 0.95
    assert often.decode_tok_s.value / before.decode_tok_s.value == pytest.approx(drawn, rel=0.02)
    assert often.sure == "drawn to your measurements"


def test_a_run_with_an_unmodelled_speculation_is_not_used(catalog):
    asked = rig(catalog, drafted(60.0, speculative="eagle3 n=3"), **BLOCK)
    assert corrections(asked, None) == ()


def test_a_model_nobody_knows_is_kept_and_unused(catalog):
    asked = rig(catalog, timed(50.0, model="my-own-tune"))
    assert asked.measurements[0].model == "my-own-tune"
    assert corrections(asked, None) == ()


def test_measurements_are_edits_of_the_build():
    build = edits.add_measured(Build(), (timed(50.0, own=False),))
    assert build.measured[0].own
    assert edits.add_measured(build, (timed(60.0),)).measured[0].decode_tok_s == 60.0
    assert edits.forget_measured(build, ("own-1",)) == Build()
    assert Build.model_validate_json(build.model_dump_json()) == build


def test_a_run_of_another_model_alone_is_no_measurement_of_this_one(catalog):
    found = speed(catalog, timed(90.0, model="qwen2.5-7b"))
    assert found.sure == "drawn to your measurements"


@pytest.mark.parametrize("share", [0.6, 0.8, 1.2])
def test_more_users_are_never_faster_each_after_a_run_of_one(catalog, share):
    measured = timed(speed(catalog).decode_tok_s.value * share)
    each = [speed(catalog, measured, users=users).decode_tok_s.value for users in (1, 2, 4, 8)]
    assert each == sorted(each, reverse=True)
