"""Speeds from a whole rig: against a measurement, and what an estimate says about itself."""

from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.memory import memory
from planner.analysis.throughput import Throughput, throughput
from planner.bare import Bare, PcieLink, estimate
from planner.catalog.store import Catalog
from planner.domain.workload import Workload
from tests.makers import make_calibration, make_drive, make_rig, make_rig_card, make_workload


def speed(catalog: Catalog, chip: str = "rtx-4090", count: int = 2, **changes: Any) -> Throughput:
    asked = {"model": "llama-3.1-70b", "quant": "Q4_K_M"} | changes.pop("work", {})
    found = estimate(Bare(catalog.chips[chip], count, Workload.model_validate(asked), **changes), catalog).throughput
    assert found is not None
    return found


def test_two_4090_and_a_70b_come_near_the_measured_speed(catalog):
    # 19.06 tok/s: XiongjieDai/GPU-Benchmarks-on-LLM-Inference, layer split; llama.cpp of before CUDA graphs, so that
    # today's is expected to be somewhat faster
    found = speed(catalog)
    assert found.decode_tok_s.value == pytest.approx(19.06, rel=0.15)
    assert found.decode_tok_s.low < 19.06 < found.decode_tok_s.high


def test_the_depth_and_the_assumed_link_are_stated(catalog):
    found = speed(catalog, work={"prompt": 3000})
    assert found.depth == 3128
    assert found.decode_steps[0].value == 3128
    assert "PCIe 4.0 x16" in found.assumed[0]
    assert speed(catalog, link=PcieLink(4, 8)).assumed == ()


def test_steps_add_up_to_the_decode_speed(catalog):
    found = speed(catalog)
    total_ms = sum(float(step.value) for step in found.decode_steps if step.unit == "ms")
    assert 1000 / total_ms == pytest.approx(found.decode_tok_s.value, rel=1e-6)


def test_first_token_waits_for_the_prompt(catalog):
    short, long = speed(catalog, work={"prompt": 512}), speed(catalog, work={"prompt": 4096})
    assert long.ttft_s.value > 4 * short.ttft_s.value
    assert long.ttft_s.low < long.ttft_s.value < long.ttft_s.high


def test_more_users_get_less_each_and_more_together(catalog):
    one, eight = (
        speed(catalog, "rtx-pro-6000-blackwell", 1),
        speed(catalog, "rtx-pro-6000-blackwell", 1, work={"users": 8}),
    )
    assert eight.decode_tok_s.value < one.decode_tok_s.value
    assert eight.decode_sum_tok_s.value > one.decode_sum_tok_s.value
    assert eight.decode_sum_tok_s.value == pytest.approx(8 * eight.decode_tok_s.value)


def test_nothing_is_said_without_constants_or_a_fit(catalog):
    assert throughput(make_rig(), None, None) is None
    too_big = estimate(
        Bare(catalog.chips["rtx-4090"], 1, Workload(model="llama-3.1-70b", quant="Q8_0", split="none")), catalog
    )
    assert too_big.throughput is None


def test_an_unknown_family_is_said_to_be_extrapolated_and_wide(catalog):
    known = speed(catalog)
    strange = catalog.chips["rtx-4090"].replace(family="quantum", architecture="Quantum")
    found = speed(replace(catalog, chips={**catalog.chips, "rtx-4090": strange}))
    assert found.sure == "extrapolated"
    assert found.decode_tok_s.low / found.decode_tok_s.value < known.decode_tok_s.low / known.decode_tok_s.value


def loading(catalog: Catalog, read_gb_s: float) -> float:
    rig = make_rig(
        cards=tuple(make_rig_card(n, chip=catalog.chips["rtx-4090"]) for n in (1, 2)),
        workload=make_workload(model="llama-3.1-70b", quant="Q4_K_M"),
        model=catalog.models["llama-3.1-70b"],
        engine=catalog.engines["llama.cpp"],
        calibration=make_calibration(),
    )
    drive = make_drive()
    rig = replace(rig, drives=(replace(drive, drive=drive.drive.replace(read_gb_s=read_gb_s)),))
    found = throughput(rig, None, memory(rig))
    assert found is not None and found.load_s is not None
    return found.load_s


def test_loading_waits_for_the_drive_or_for_the_links(catalog):
    assert loading(catalog, 0.5) == pytest.approx(2 * loading(catalog, 1.0))
    assert loading(catalog, 1000.0) == pytest.approx(42.5 / (31.5 * 0.85), rel=0.05)
