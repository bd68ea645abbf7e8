"""Curves: what one thing does to fit and speed, and the reason where it ends."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from planner.advice.point import Point
from planner.advice.sweeps import (
    Machine,
    build_sweep,
    cards_sweep,
    context_sweep,
    power_limits,
    power_sweep,
    quant_for,
    split_sweep,
    users_sweep,
)
from planner.catalog.store import Catalog
from tests.makers import make_calibration, make_rig, make_rig_card, make_workload


def machine(catalog: Catalog, chip: str = "rtx-4090", count: int = 2, **work: Any) -> Machine:
    asked = {"model": "llama-3.1-70b", "quant": "Q4_K_M"} | work
    made = make_workload(**asked)
    return Machine(
        make_rig(
            cards=tuple(replace(make_rig_card(n), chip=catalog.chips[chip]) for n in range(1, count + 1)),
            workload=made,
            model=catalog.models[made.model],
            engine=catalog.engines["llama.cpp"],
            calibration=make_calibration(),
        )
    )


def decodes(found: Iterator[Point]) -> list[float]:
    return [p.decode.value for p in found if p.decode]


def test_a_longer_context_is_slower_until_it_no_longer_fits(catalog):
    found = list(context_sweep(machine(catalog)))
    speeds = decodes(iter(found))
    assert speeds == sorted(speeds, reverse=True)
    assert found[0].fits and found[-1].fits is False
    assert found[-1].why_not.startswith("Needs ")
    assert [p.used_gib for p in found] == sorted(p.used_gib or 0 for p in found)


def test_more_users_get_less_each_and_more_together(catalog):
    found = [p for p in users_sweep(machine(catalog, "rtx-pro-6000-blackwell", context=2048)) if p.decode]
    each = [p.decode.value for p in found if p.decode]
    together = [p.decode_sum.value for p in found if p.decode_sum]
    assert len(found) > 4
    assert each == sorted(each, reverse=True)
    assert together == sorted(together)


def test_more_watts_are_never_slower(catalog):
    asked = machine(catalog, "rtx-3090")
    speeds = decodes(power_sweep(asked))
    assert len(speeds) == len(power_limits(asked.rig.cards)) > 5
    assert speeds == sorted(speeds)
    assert power_limits(()) == ()


def test_one_to_eight_cards(catalog):
    found = list(cards_sweep(machine(catalog)))
    assert [p.label for p in found][:2] == ["1 card", "2 cards"]
    assert found[0].fits is False and all(p.fits for p in found[1:])
    layer = decodes(iter(found))
    assert layer == sorted(layer, reverse=True)


def test_tensor_parallel_gains_with_cards_and_layer_split_does_not(catalog):
    asked = machine(catalog, "rtx-pro-6000-blackwell", quant="FP8", engine="vllm", split="tensor")
    asked = replace(asked, rig=replace(asked.rig, engine=catalog.engines["vllm"]))
    speeds = decodes(cards_sweep(asked, (1, 2, 4, 8)))
    assert speeds == sorted(speeds)


def test_splits_and_engines_side_by_side(catalog):
    found = list(split_sweep(machine(catalog), {name: catalog.engines[name] for name in ("llama.cpp", "vllm")}))
    labels = [p.label for p in found]
    assert "llama.cpp, layer split" in labels and "vLLM, tensor parallel, AWQ-4bit" in labels
    refused = [p for p in found if p.fits is None or not p.fits]
    assert all(p.why_not for p in refused)
    assert any(p.decode for p in found)


def test_builds_side_by_side_under_one_workload(catalog):
    ours, theirs = machine(catalog, "rtx-4090"), replace(machine(catalog, "rtx-3090"), name="Two used cards")
    found = list(build_sweep((ours, theirs), ours.rig.workload))
    assert found[1].label == "Two used cards"
    assert found[0].decode and found[1].decode and found[0].decode.value > found[1].decode.value


def test_every_comparison_counts_the_draft(catalog):
    """Cards, splits, users and builds: where the own block drafts, every point is as fast as with it."""
    plain = machine(catalog, model="qwen3.6-27b")
    work = make_workload(model="qwen3.6-27b", quant="Q4_K_M", draft="qwen3.6-27b")
    drafting = replace(plain, rig=replace(plain.rig, workload=work, draft=plain.rig.model))
    llama = {"llama.cpp": catalog.engines["llama.cpp"]}
    for sweep in (cards_sweep, context_sweep, lambda one: split_sweep(one, llama)):
        pairs = list(zip(decodes(sweep(plain)), decodes(sweep(drafting)), strict=False))
        assert pairs and all(with_it > without for without, with_it in pairs)
    beside = list(build_sweep((drafting, plain), work))
    assert beside[0].decode == beside[1].decode


@pytest.mark.parametrize("sweep", [context_sweep, users_sweep, power_sweep, cards_sweep])
def test_nothing_asked_or_no_cards_gives_no_points_of_speed(sweep):
    assert [p for p in sweep(Machine(make_rig())) if p.decode] == []


def test_a_curve_is_quick(catalog):
    asked = machine(catalog)
    list(context_sweep(asked))
    start = time.process_time()
    found = [p for _ in range(5) for p in (*context_sweep(asked), *users_sweep(asked), *power_sweep(asked))]
    assert (time.process_time() - start) / len(found) < 0.003


@pytest.mark.parametrize(
    ("engine", "quant", "taken"),
    [
        ("vllm", "Q4_K_M", "AWQ-4bit"),
        ("vllm", "Q8_0", "FP8"),
        ("exllamav3", "Q6_K", "EXL3-6.0bpw"),
        ("llama.cpp", "Q5_K_M", "Q5_K_M"),
        ("ollama", "Q4_K_M", "Q4_K_M"),
    ],
)
def test_an_engine_takes_its_own_quantisation_of_as_many_bits(catalog, engine, quant, taken):
    assert quant_for(machine(catalog, quant=quant).rig, catalog.engines[engine]) == taken
