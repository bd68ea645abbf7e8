"""What must hold of every fit, whatever the model: tried on many models, cards and demands."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.advice.quality import LADDERS
from planner.analysis.fit import Planned, planned
from planner.analysis.memory import Fit, memory, quick_fit
from planner.domain.units import GIB, MIB
from tests.makers import make_memory, make_rig, make_rig_card, make_workload

MODELS = (
    "llama-3.1-8b",
    "llama-3.3-70b",
    "gemma-3-27b",
    "gemma-4-e2b",
    "qwen3-30b-a3b",
    "qwen3.5-35b-a3b",
    "gpt-oss-120b",
    "deepseek-v2-lite",
    "nemotron-3-nano-30b-a3b",
)
CHIPS = ("rtx-3060-12gb", "rtx-3090", "rtx-4090", "rtx-5090", "rtx-pro-6000-blackwell")
CONTEXTS = st.integers(1, 128).map(lambda n: n * 1024)
often = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def rig_of(catalog, model, chips, engine="llama.cpp", **asked):
    cards = tuple(replace(make_rig_card(n), chip=catalog.chips[chip]) for n, chip in enumerate(chips, start=1))
    asked = {"quant": "Q4_K_M"} | asked
    return make_rig(
        cards=cards,
        memory=make_memory(),
        workload=make_workload(model=model, engine=engine, **asked),
        model=catalog.models[model],
        engine=catalog.engines[engine].replace(no_tensor=()),  # the arithmetic holds for every architecture
    )


def fit_of(catalog, model, chips, **asked) -> Fit:
    found = quick_fit(rig_of(catalog, model, chips, **asked))
    assert isinstance(found, Fit)
    return found


def need(fit: Fit) -> float:
    """Of all cards, without what the driver and the desktop keep."""
    return sum(share.used - share.reserved for share in fit.cards)


@often
@given(model=st.sampled_from(MODELS), context=CONTEXTS, users=st.integers(1, 8), more=st.integers(1, 64))
def test_more_context_never_needs_less(catalog, model, context, users, more):
    one, two = (
        fit_of(catalog, model, ("rtx-4090",), split="none", context=tokens, users=users)
        for tokens in (context, context + more * 1024)
    )
    assert need(one) <= need(two)
    assert two.over_bytes >= one.over_bytes


@often
@given(model=st.sampled_from(MODELS), context=CONTEXTS, users=st.integers(1, 16))
def test_more_users_never_need_less(catalog, model, context, users):
    one, two = (
        fit_of(catalog, model, ("rtx-4090",), split="none", context=context, users=n) for n in (users, users + 1)
    )
    assert need(one) <= need(two)


@pytest.mark.parametrize("model", MODELS)
def test_more_bits_never_need_less(catalog, model):
    found = [fit_of(catalog, model, ("rtx-4090",), split="none", quant=quant) for quant in LADDERS[0]]
    found.sort(key=lambda fit: fit.bits_per_weight)
    needs = [need(fit) for fit in found]
    assert needs == sorted(needs)


@often
@given(
    model=st.sampled_from(MODELS),
    chips=st.lists(st.sampled_from(CHIPS), min_size=2, max_size=6),
    context=CONTEXTS,
    split=st.sampled_from(["layer", "row", "tensor"]),
)
def test_a_split_loses_no_byte(catalog, model, chips, context, split):
    """Weights in all are those of one card; the cache is the same in all, or more where heads do not divide."""
    one = fit_of(catalog, model, chips[:1], split="none", context=context)
    many = fit_of(catalog, model, chips, split=split, context=context)
    weights = [sum(share.weights for share in fit.shares) for fit in (one, many)]
    caches = [sum(share.kv for share in fit.shares) for fit in (one, many)]
    assert weights[1] == pytest.approx(weights[0], rel=1e-9)
    assert caches[1] == pytest.approx(caches[0], rel=1e-9) or (split == "tensor" and caches[1] > caches[0])
    if split == "layer":
        assert sum(count for _, count in many.layers_per_device) == catalog.models[model].layers


@often
@given(
    model=st.sampled_from(MODELS),
    chip=st.sampled_from(CHIPS),
    count=st.integers(2, 6),
    context=CONTEXTS,
    split=st.sampled_from(["layer", "row", "tensor"]),
)
def test_several_cards_never_need_less_in_all_than_one(catalog, model, chip, *, count, context, split):
    one = fit_of(catalog, model, (chip,), split="none", context=context)
    many = fit_of(catalog, model, (chip,) * count, split=split, context=context)
    assert need(many) >= need(one) - MIB


@often
@given(
    model=st.sampled_from(MODELS),
    chips=st.lists(st.sampled_from(CHIPS), min_size=1, max_size=4),
    users=st.integers(1, 4),
    kv_type=st.sampled_from(["f16", "q8_0", "q4_0"]),
)
def test_the_largest_context_keeps_the_margin_and_one_step_more_does_not(catalog, model, chips, users, kv_type):
    rig = rig_of(catalog, model, chips, users=users, kv_type=kv_type, context=4096)
    full, found = memory(rig), planned(rig)
    assert isinstance(found, Planned)
    most, own = full.max_context, rig.model.max_context
    assert most % 256 == 0 and most <= own
    if most:
        assert found.plan.keeps_margin(most)
    if most + 256 <= own:
        assert not found.plan.keeps_margin(most + 256)


@often
@given(model=st.sampled_from(MODELS), chips=st.lists(st.sampled_from(CHIPS), min_size=1, max_size=4), context=CONTEXTS)
def test_the_fit_alone_says_what_the_whole_result_says(catalog, model, chips, context):
    rig = rig_of(catalog, model, chips, context=context)
    full, quick = memory(rig), quick_fit(rig)
    assert all(getattr(full, name) == getattr(quick, name) for name in Fit.__dataclass_fields__)


@often
@given(model=st.sampled_from(MODELS), chips=st.lists(st.sampled_from(CHIPS), min_size=1, max_size=3), context=CONTEXTS)
def test_what_does_not_fit_says_by_how_much(catalog, model, chips, context):
    """A card larger by just what is missing makes it fit, if one card was short."""
    fit = fit_of(catalog, model, chips, context=context)
    short = [share for share in fit.shares if share.free < (0 if share.device == "ram" else 300 * MIB)]
    assert fit.fits == (not short)
    assert (fit.over_bytes > 0) == (not fit.fits)
    assert fit.total_over_bytes <= sum(max(0.0, 300 * MIB - share.free) for share in fit.cards) + MIB


@pytest.mark.parametrize(("engine", "quant"), [("vllm", "AWQ-4bit"), ("exllamav3", "EXL3-4.0bpw")])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_other_engines_keep_to_the_same_laws(catalog, engine, quant, count):
    asked = {"engine": engine, "quant": quant, "split": "tensor" if count > 1 else "none"}
    one = fit_of(catalog, "llama-3.3-70b", ("rtx-pro-6000-blackwell",) * count, context=8192, **asked)
    two = fit_of(catalog, "llama-3.3-70b", ("rtx-pro-6000-blackwell",) * count, context=16384, **asked)
    assert need(one) < need(two)
    assert sum(share.weights for share in one.shares) >= 34 * GIB
