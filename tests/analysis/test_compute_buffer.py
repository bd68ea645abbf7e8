"""Compute buffers as llama.cpp states them for loads without weights."""

import pytest

from planner.analysis.compute_buffer import Streamed, Work, compute_bytes, host_bytes
from planner.analysis.kv_cache import Cache, layer_kinds
from planner.analysis.placement import loads, proportional
from planner.domain.units import MIB
from tests.makers import make_model

STATED = [  # model, tokens, micro-batch, rows of logits, MiB
    ("llama-3.3-70b", 4096, 512, 1, 220.01),
    ("llama-3.3-70b", 4096, 512, 512, 266.5),
    ("llama-3.3-70b", 4096, 2048, 1, 880.04),
    ("gemma-4-31b", 16384, 512, 1, 196.52),
    ("gemma-3n-e4b", 65536, 512, 1, 214.52),
    ("gemma-4-e2b", 16384, 2048, 1, 528.07),
]


@pytest.mark.parametrize("stated", STATED)
def test_as_llama_cpp_states_it(catalog, stated):
    model_id, tokens, batch, rows, mib = stated
    value = compute_bytes(catalog.models[model_id], Cache(tokens, micro_batch=batch), Work(rows), 0, True)
    assert value / MIB == pytest.approx(mib, rel=0.002)


def test_straight_in_the_micro_batch():
    one, four = (compute_bytes(make_model(), Cache(8192, micro_batch=n), Work(1), 0, False) for n in (512, 2048))
    assert four == 4 * one


def test_a_pipeline_keeps_copies(catalog):
    model, cache = catalog.models["qwen3.5-35b-a3b"], Cache(16384)
    alone, first, second = (
        compute_bytes(model, cache, Work(1, cards), place, place == 1) for cards, place in ((1, 0), (2, 0), (2, 1))
    )
    assert first / MIB == pytest.approx(148.06, rel=0.03)
    assert second / MIB == pytest.approx(164.06, rel=0.03)
    assert alone < first < second


SHARED_OUT = [  # model, cards, place, rows of logits, MiB at 16,384 tokens
    ("llama-3.1-8b", 2, 1, 512, 386.55),
    ("gemma-4-31b", 4, 2, 1, 317.07),
    ("qwen3-next-80b-a3b", 2, 1, 512, 404.80),
    ("gemma-4-e2b", 2, 0, 1, 263.57),
    ("gemma-4-e2b", 2, 1, 1, 776.01),
    ("gemma-4-e2b", 4, 1, 1, 192.07),
    ("gemma-4-e2b", 4, 2, 1, 480.01),
    ("gemma-3n-e4b", 4, 3, 1, 714.04),
]


@pytest.mark.parametrize("stated", SHARED_OUT)
def test_on_each_of_several_cards(catalog, stated):
    """Layers that read a cache on another card have it copied over, one view a layer."""
    model_id, cards, place, rows, mib = stated
    model, cache = catalog.models[model_id], Cache(16384)
    held = loads(proportional(model.layers, [1.0] * cards), cards, (0.0,) * model.layers, 0.0, layer_kinds(model))
    part = held[place].part(cache)
    value = compute_bytes(model, cache, Work(rows, cards), place, place == cards - 1, part=part)
    assert value / MIB == pytest.approx(mib, rel=0.02)


EXPERTS = [  # model, experts on the card, first layers on the card, MiB at 16,384 tokens
    ("mixtral-8x7b", True, True, 208.01),
    ("mixtral-8x7b", False, True, 56.01),
    ("qwen3-235b-a22b", True, True, 184.01),
    ("qwen3-235b-a22b", False, True, 112.01),
    ("qwen3-235b-a22b", True, False, 200.03),
    ("minimax-m2", True, True, 112.01),
    ("minimax-m2", False, True, 88.01),
    ("minimax-m2", True, False, 166.03),
    ("hunyuan-a13b", True, True, 184.01),
    ("ling-flash-2.0", True, True, 145.51),
    ("qwen3.5-122b-a10b", True, True, 130.02),
    ("olmoe-1b-7b", True, True, 76.01),
    ("glm-4.5", False, True, 140.01),
    ("gpt-oss-120b", False, True, 58.51),
    ("qwen3.5-397b-a17b", False, True, 144.00),
    ("qwen3-next-80b-a3b", False, True, 104.03),
    ("nemotron-3-nano-30b-a3b", False, True, 89.78),
    ("llama-3.3-70b", True, False, 216.01),
]


@pytest.mark.parametrize("stated", EXPERTS)
def test_experts_and_layers_in_ram(catalog, stated):
    model_id, experts, first, mib = stated
    work = Work(1, experts=experts, first=first)
    assert compute_bytes(catalog.models[model_id], Cache(16384), work, 0, True) / MIB == pytest.approx(mib, rel=0.03)


BORROWED = [("gemma-4-e2b", 174.5), ("gemma-4-e4b", 241.5), ("gemma-3n-e4b", 199.5)]
"""MiB with the last nine layers and the output on the card, the rest with its caches in RAM."""


@pytest.mark.parametrize(("model_id", "mib"), BORROWED)
def test_layers_that_read_a_cache_in_ram(catalog, model_id, mib):
    model, cache = catalog.models[model_id], Cache(16384)
    spread = proportional(model.layers, [1.0], model.layers - 9)
    part = loads(spread, 1, (0.0,) * model.layers, 0.0, layer_kinds(model))[0].part(cache)
    value = compute_bytes(model, cache, Work(1, first=False), 0, True, part=part)
    assert value / MIB == pytest.approx(mib, rel=0.06)


INDEXED = [  # tokens, cards, place, MiB of DeepSeek V3.2
    (4096, 1, 0, 619.07),
    (16384, 1, 0, 643.07),
    (131072, 1, 0, 1123.07),
    (8192, 2, 0, 638.29),
    (65536, 2, 1, 1250.29),
    (131072, 2, 0, 1854.29),
]


@pytest.mark.parametrize("stated", INDEXED)
def test_sparse_attention_holds_its_scores(catalog, stated):
    tokens, cards, place, mib = stated
    work, last = Work(1, cards), place == cards - 1
    value = compute_bytes(catalog.models["deepseek-v3.2"], Cache(tokens), work, place, last)
    assert value / MIB == pytest.approx(mib, rel=0.025)


STREAMED = [  # model, cards that hold layers with experts in RAM, MiB with Q8_0 experts and op offload
    ("qwen3-30b-a3b", 1, 280.01),
    ("qwen3-30b-a3b", 2, 412.25),
    ("glm-4.5-air", 1, 890.01),
    ("glm-4.5-air", 2, 1504.25),
]


@pytest.mark.parametrize("stated", STREAMED)
def test_prompts_bring_experts_from_ram_to_the_first_card(catalog, stated):
    model_id, copies, mib = stated
    model = catalog.models[model_id]
    matrix = model.moe.experts * model.moe.expert_intermediate * model.hidden * 34 / 32
    work, streamed = Work(1, experts=False), Streamed(matrix, copies=copies)
    value = compute_bytes(model, Cache(16384), work, 0, False, streamed=streamed)
    assert value / MIB == pytest.approx(mib, rel=0.02)


def test_layers_in_ram_bring_their_cache(catalog):
    """Llama 2 13B has a head of keys for every head of queries: 320 MiB of cache a layer at 16,384 tokens."""
    model = catalog.models["llama-2-13b"]
    matrix, cache = 5120 * 13824 * 34 / 32, 16384 * 5120 * 2 * 2
    streamed = Streamed(matrix, cache)
    value = compute_bytes(model, Cache(16384), Work(1, first=False), 0, True, streamed=streamed)
    assert value / MIB == pytest.approx(376.56, rel=0.02)


FUSED = [  # model, micro-batch, tokens, holds the output, MiB in load logs of ik_llama.cpp
    ("qwen3-235b-a22b-2507", 4096, 4096, False, 992.06),
    ("qwen3-235b-a22b-2507", 4096, 4096, True, 2502.0),
    ("glm-4.6", 4096, 4096, False, 1216.02),
    ("glm-4.5-air", 4096, 65536, True, 2432.0),
    ("glm-4-32b-0414", 512, 32768, True, 308.0),
]


@pytest.mark.parametrize("stated", FUSED)
def test_experts_in_one_step_and_logits_of_the_whole_batch(catalog, stated):
    model_id, batch, tokens, last, mib = stated
    cache, work = Cache(tokens, micro_batch=batch), Work(batch, fused=True)
    assert compute_bytes(catalog.models[model_id], cache, work, 0, last) / MIB == pytest.approx(mib, rel=0.11)


def test_scores_are_held_without_flash_attention():
    model, cache = make_model(), Cache(65536)
    assert compute_bytes(model, cache, Work(1, flash=False), 0, True) > 65536 * 512 * 32 * 4


def test_host_buffer(catalog):
    assert host_bytes(catalog.models["llama-3.3-70b"], Cache(4096), Work(1)) / MIB == pytest.approx(36.01, abs=0.02)
