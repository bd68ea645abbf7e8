"""Longest context, most users, best quantisation, and the ways to make a model fit."""

from dataclasses import replace

import pytest

from planner.advice.answers import best_quant, largest_context, least_in_ram, most_users, ways_to_fit, with_cards
from planner.advice.quality import LADDERS, MEASURED, quality
from planner.analysis.memory import Fit, memory, quick_fit
from tests.makers import make_calibration, make_memory, make_rig, make_rig_card, make_workload


def rig_of(catalog, model="llama-3.3-70b", count=2, chip="rtx-3090", engine="llama.cpp", **asked):
    cards = tuple(replace(make_rig_card(n), chip=catalog.chips[chip]) for n in range(1, count + 1))
    asked = {"quant": "Q4_K_M", "context": 8192} | asked
    return make_rig(
        cards=cards,
        memory=make_memory(),
        workload=make_workload(model=model, engine=engine, **asked),
        model=catalog.models[model],
        engine=catalog.engines[engine],
        calibration=catalog.calibration or make_calibration(),
    )


def keeps_margin(rig, **changes):
    found = quick_fit(replace(rig, workload=rig.workload.replace(**changes)))
    return isinstance(found, Fit) and found.fits and not found.tight


@pytest.mark.parametrize("split", ["layer", "row", "tensor"])
def test_the_largest_context_fits_and_one_step_more_does_not(catalog, split):
    rig = rig_of(catalog, split=split)
    most = largest_context(rig)
    assert 0 < most < rig.model.max_context
    assert keeps_margin(rig, context=most)
    assert not keeps_margin(rig, context=most + 256)


def test_the_largest_context_is_the_memory_result_s(catalog):
    rig = rig_of(catalog)
    assert largest_context(rig) == memory(rig).max_context


@pytest.mark.parametrize(("engine", "quant"), [("llama.cpp", "Q4_K_M"), ("vllm", "AWQ-4bit")])
def test_so_many_users_fit_and_one_more_does_not(catalog, engine, quant):
    rig = rig_of(catalog, model="qwen3-32b", engine=engine, quant=quant, split="tensor")
    most = most_users(rig, 4096)
    assert most > 1
    assert keeps_margin(rig, users=most, context=4096)
    assert not keeps_margin(rig, users=most + 1, context=4096)


def test_no_user_fits_where_the_weights_do_not(catalog):
    assert most_users(rig_of(catalog, count=1)) == 0


def test_without_a_workload_nothing_is_said(catalog):
    rig = replace(rig_of(catalog), workload=None)
    assert largest_context(rig) is None and most_users(rig) is None and best_quant(rig) is None


def test_the_best_quantisation_is_the_largest_that_fits(catalog):
    rig = rig_of(catalog)
    best = best_quant(rig)
    above = LADDERS[0][LADDERS[0].index(best.quant) - 1]
    assert keeps_margin(rig, quant=best.quant) and not keeps_margin(rig, quant=above)
    assert best.decode is not None and best.quality == quality(best.quant)


def test_no_quantisation_fits_a_model_far_too_large(catalog):
    assert best_quant(rig_of(catalog, model="deepseek-v3", count=1)) is None


def test_nothing_is_offered_where_it_fits(catalog):
    assert ways_to_fit(rig_of(catalog, context=4096)) == ()


def test_every_way_keeps_the_margin_and_its_changes_do_what_it_says(catalog):
    rig = rig_of(catalog, quant="Q8_0", host="windows")
    ways = ways_to_fit(rig)
    assert {way.kind for way in ways} >= {"quant", "layers"}
    for way in ways:
        assert way.fit.fits and not way.fit.tight, way.label
        if way.changes:
            assert keeps_margin(rig, **way.changes), way.label


def test_a_smaller_cache_is_offered_where_the_cache_is_what_is_too_much(catalog):
    rig = rig_of(catalog, context=20480)
    ways = {way.kind: way for way in ways_to_fit(rig)}
    assert ways["kv"].changes == {"kv_type": "q8_0"} and ways["kv"].quality
    assert ways["context"].changes["context"] < 20480 and not ways["context"].quality
    assert ways["card"].fit.fits and not ways["card"].changes


def test_experts_rather_than_layers_leave_the_cards_of_an_expert_model(catalog):
    rig = rig_of(catalog, model="gpt-oss-120b", quant="MXFP4", count=1)
    kinds = [way.kind for way in ways_to_fit(rig)]
    assert "experts" in kinds and "layers" not in kinds


@pytest.mark.parametrize(
    ("model", "quant", "field"),
    [("gpt-oss-120b", "MXFP4", "offload_experts"), ("llama-3.3-70b", "Q8_0", "offload_layers")],
)
def test_the_fewest_layers_in_ram_are_found(catalog, model, quant, field):
    rig = rig_of(catalog, model=model, quant=quant, count=1)
    least = least_in_ram(rig, field)
    assert least and keeps_margin(rig, **{field: least}) and not keeps_margin(rig, **{field: least - 1})


def test_nothing_is_moved_to_ram_that_is_not_known(catalog):
    rig = replace(rig_of(catalog, model="gpt-oss-120b", quant="MXFP4", count=1), memory=None)
    assert least_in_ram(rig, "offload_experts") is None


def test_an_engine_that_does_not_shift_layers_is_told_the_split(catalog):
    offers = [
        (rig, way)
        for context in range(8192, 16384, 512)
        for rig in [rig_of(catalog, engine="ik-llama.cpp", context=context, host="linux-desktop")]
        for way in ways_to_fit(rig)
        if way.kind == "ratio"
    ]
    assert offers, "somewhere between fitting and not fitting a split by hand is what is lacking"
    assert all(sum(count for _, count in way.fit.layers_per_device) == rig.model.layers for rig, way in offers)


def test_a_card_more_or_less(catalog):
    rig = rig_of(catalog)
    assert [card.key for card in with_cards(rig, 1).cards] == ["gpu-1", "gpu-2", "gpu-3"]
    assert [card.key for card in with_cards(rig, -1).cards] == ["gpu-1"]
    assert with_cards(rig, -2) is None
    assert with_cards(rig_of(catalog, count=1, split="none"), 1).workload.split == "layer"


def test_words_of_quality_follow_what_was_measured():
    assert quality("Q8_0").words == "next to no loss"
    assert quality("UD-Q4_K_M") == quality("Q4_K_M") == quality("Q4_K_L")
    assert quality("IQ1_S").words == "severe loss"
    assert quality("EXL3-4.0bpw") is None
    ordered = sorted(MEASURED.values(), key=lambda pair: pair[1])
    assert [pair for pair in MEASURED.values()] == ordered, "the table stands in order of divergence"
