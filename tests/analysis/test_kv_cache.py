"""The cache, to the byte."""

import pytest

from planner.analysis.kv_cache import Cache, bytes_per_token, cache_bytes, state_total
from planner.domain.units import MIB
from tests.makers import make_model

STATED = [  # model, tokens, slots, what llama.cpp printed in MiB
    ("llama-3.1-70b", 4096, 1, 1280.0),
    ("qwen3-235b-a22b", 32768, 1, 6016.0),
    ("glm-4-32b-0414", 32768, 1, 1952.0),
    ("gemma-2-9b", 16384, 1, 1820.62),
    ("command-r-35b-v01", 4096, 1, 5120.0),
]


@pytest.mark.parametrize(("model_id", "tokens", "slots", "mib"), STATED[:3] + STATED[4:])
def test_as_llama_cpp_states_it(catalog, model_id, tokens, slots, mib):
    assert cache_bytes(catalog.models[model_id], Cache(tokens, slots)) / MIB == pytest.approx(mib, abs=0.01)


def test_a_latent_is_kept_once(catalog):
    model = catalog.models["deepseek-v2-lite"]
    assert cache_bytes(model, Cache(32768)) / MIB == 972


def test_windows_stop_growing(catalog):
    model = catalog.models["gemma-3-27b"]
    short, long, longer = (cache_bytes(model, Cache(n)) for n in (2048, 32768, 65536))
    assert longer - long == bytes_per_token(model, 2, 2) * 32768
    assert long - short < bytes_per_token(model, 2, 2) * 65536
    assert cache_bytes(model, Cache(32768, whole_window=True)) > 4 * long


@pytest.mark.parametrize(("tokens", "padded"), [(256, 256), (257, 512), (8192, 8192)])
def test_pages_of_256(tokens, padded):
    assert cache_bytes(make_model(), Cache(tokens)) == padded * 32 * 8 * 128 * 2 * 2


def test_slots_divide_the_tokens():
    model = make_model()
    assert cache_bytes(model, Cache(4 * 8192, slots=4)) == 4 * cache_bytes(model, Cache(8192))
    assert cache_bytes(model, Cache(4 * 100, slots=4)) == 4 * cache_bytes(model, Cache(256))


@pytest.mark.parametrize(("key_bytes", "share"), [(34 / 32, 34 / 64), (18 / 32, 18 / 64)])
def test_quantised_caches(key_bytes, share):
    model = make_model()
    small = cache_bytes(model, Cache(8192, key_bytes=key_bytes, value_bytes=key_bytes))
    assert small == share * cache_bytes(model, Cache(8192))


@pytest.mark.parametrize(("model_id", "slots", "mib"), [("qwen3.5-35b-a3b", 1, 62.81), ("qwen3.5-35b-a3b", 4, 251.25)])
def test_recurrent_state(catalog, model_id, slots, mib):
    assert state_total(catalog.models[model_id], slots) / MIB == pytest.approx(mib, abs=0.01)


def test_attention_keeps_no_state():
    assert state_total(make_model(), 8) == 0
