"""What splits and links do to speed, whatever the constants."""

from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.communication import decode_wait_s, pipeline_gain, prefill_wait_s, row_bytes
from planner.analysis.decode import decode_time
from planner.analysis.prefill import prefill_time
from planner.analysis.speed_steps import prefill_steps
from tests.analysis.speeds import CONSTANTS, LARGE, decode, large, prefill
from tests.makers import make_card_speed, make_speed_case, make_work


@pytest.mark.parametrize("count", [2, 4, 8])
def test_layer_split_is_never_faster_than_one_card_that_could_hold_it(count):
    assert decode(large(count)) < decode(large(1))


def test_tensor_parallel_beats_layer_split_on_a_large_model():
    assert decode(large(2, split="tensor", engine="vllm")) > 1.3 * decode(large(2, split="layer"))


def test_link_width_hardly_matters_to_layer_split_decode_and_much_to_tensor_prefill():
    wide: dict[str, Any] = {"link_gb_s": 26.8}
    narrow: dict[str, Any] = {"link_gb_s": 6.7}
    assert decode(large(**narrow)) > 0.97 * decode(large(**wide))
    tensor: dict[str, Any] = {"split": "tensor", "engine": "vllm", "prompt": 4096.0}
    assert prefill(large(**tensor, **narrow)) < 0.85 * prefill(large(**tensor, **wide))


def test_nvlink_helps_prefill_more_than_decode():
    pcie: dict[str, Any] = {"split": "tensor", "engine": "vllm", "prompt": 4096.0, "link": "pcie", "link_gb_s": 13.4}
    bridged = pcie | {"link": "nvlink", "link_gb_s": 56.0}
    decode_gain = decode(large(**bridged)) / decode(large(**pcie))
    assert 1 < decode_gain < prefill(large(**bridged)) / prefill(large(**pcie))


def prompt_wait(count: int, **changes: Any) -> float:
    return prefill_wait_s(large(count, **({"split": "tensor", "engine": "vllm"} | changes)), CONSTANTS)


def test_copies_through_ram_crowd_the_host_more_than_copies_between_cards_crowd_their_root():
    growth = {link: prompt_wait(4, link=link) / prompt_wait(2, link=link) for link in ("nvlink", "pcie", "pcie-host")}
    assert growth["nvlink"] == pytest.approx(3 / 2)  # two thirds more bytes, and no one in the way
    assert growth["nvlink"] < growth["pcie"] < growth["pcie-host"]


def test_no_link_is_wide_enough_to_spare_the_host():
    assert prompt_wait(4, link="pcie", link_gb_s=1e6) < 0.01 * prompt_wait(4, link="pcie-host", link_gb_s=1e6)
    wide, narrow = (prompt_wait(4, link="pcie-host", link_gb_s=gb_s) for gb_s in (26.8, 6.7))
    assert 1 < narrow / wide < 4


def test_copies_of_many_users_crowd_the_host_as_prompts_do_and_those_of_one_hardly():
    def through_ram_s(count: int, users: float) -> float:
        waits = [
            decode_wait_s(large(count, split="tensor", engine="vllm", link=link, users=users), CONSTANTS)
            for link in ("pcie-host", "pcie")
        ]
        return waits[0] - waits[1]

    assert through_ram_s(4, 64.0) > 3 * through_ram_s(2, 64.0)
    assert through_ram_s(4, 1.0) < 0.1 * through_ram_s(4, 64.0)


@pytest.mark.parametrize(
    ("changes", "crowds"),
    [
        ({"link": "pcie-host"}, True),
        ({"link": "pcie-far"}, True),
        ({"link": "pcie"}, False),
        ({"link": "nvlink"}, False),
        ({"link": "pcie-host", "split": "layer"}, False),
        ({"link": "pcie-host", "engine": "cuda", "backend": "ik"}, False),
    ],
)
def test_steps_say_where_cards_crowd_the_host(catalog, changes, crowds):
    case = large(4, **({"split": "tensor", "engine": "vllm"} | changes))
    found = prefill_time(case, CONSTANTS)
    assert found
    said = [step.how for step in prefill_steps(case, found, catalog.calibration)]
    assert any("through system RAM" in how for how in said) is crowds


def test_parts_handed_straight_on_crowd_no_one():
    found = [prompt_wait(count, engine="cuda", backend="ik", link="pcie-host") for count in (2, 4)]
    assert found[1] == pytest.approx(3 / 2 * found[0])


def test_a_slow_card_paces_the_pair_in_tensor_parallel():
    slow = make_card_speed(memory_gb_s=400.0)
    mixed = replace(large(split="tensor"), cards=(make_card_speed(), slow))
    assert decode(mixed) == pytest.approx(decode(replace(mixed, cards=(slow, slow))))


def test_in_a_layer_split_each_card_reads_its_share():
    slow = make_card_speed(memory_gb_s=468.0)
    fast = replace(large(), cards=(make_card_speed(), slow), shares=(0.9, 0.1))
    assert decode(fast) > decode(replace(fast, shares=(0.5, 0.5)))


def test_cards_that_meet_only_in_ram_wait_longer():
    direct, through_ram = (large(split="tensor", engine="vllm", link=link) for link in ("pcie", "pcie-host"))
    assert decode(through_ram) < decode(direct)


def test_a_latent_cache_is_whole_on_every_card():
    latent = replace(LARGE, kv_heads=1)
    cut, whole = (
        make_speed_case(4, work=work, rest_bytes=41.9e9, split="tensor", engine="vllm", depth=65536.0)
        for work in (LARGE, latent)
    )
    found = [decode_time(case, CONSTANTS).cache_s for case in (cut, whole)]
    assert found[1] == pytest.approx(4 * found[0])


def test_an_all_reduce_grows_least_where_each_card_reaches_all_others():
    growth = {
        link: decode_wait_s(large(8, **way), CONSTANTS) / decode_wait_s(large(2, **way), CONSTANTS)
        for link in ("nvlink", "pcie")
        for way in ({"split": "tensor", "engine": "vllm", "link": link, "link_gb_s": 1e6},)
    }
    assert 1 < growth["nvlink"] < growth["pcie"] < 8 / 2


def test_cutting_the_context_saves_reads_and_costs_exchanges():
    latent = replace(LARGE, kv_heads=1)
    whole = make_speed_case(8, work=latent, rest_bytes=41.9e9, split="tensor", engine="vllm", depth=131072.0)
    cut = replace(whole, context_ways=8)
    assert decode(cut) > decode(whole)
    assert decode(replace(cut, depth=0.0)) < decode(replace(whole, depth=0.0))


def test_a_layer_split_gains_by_chunks_and_never_more_than_its_cards():
    gains = [pipeline_gain(make_speed_case(4, prompt=float(prompt)), CONSTANTS) for prompt in (512, 1024, 4096, 65536)]
    assert gains == sorted(gains)
    assert gains[-1] < 4
    assert pipeline_gain(large(4, prompt=65536.0), CONSTANTS) < gains[-1]


def test_builds_of_before_mid_2024_gained_less_on_large_models():
    now, before = (pipeline_gain(large(4, prompt=4096.0, engine=engine), CONSTANTS) for engine in ("cuda", "cuda-2023"))
    assert now > before


def test_vulkan_reads_chunk_after_chunk_before_2026():
    gains = {era: pipeline_gain(make_speed_case(4, prompt=4096.0, backend="vulkan", era=era), CONSTANTS)
             for era in ("", "2025")}  # fmt: skip
    assert gains["2025"] < 0.6 * gains[""]


def test_rows_all_pass_through_the_first_card():
    """What is multiplied goes to each other card; of the products, each sends its rows back."""
    work = make_work(layers=10, hidden=4096, inner_width=11008.0)
    sent, returned = (6 * 4096 + 11008) * 4, (5 * 4096 + 2 * 11008) * 4
    for count in (2, 3, 5):
        case = make_speed_case(count, work=work, bits="16", split="row", engine="cuda-2023")
        others = count - 1
        assert row_bytes(case) == pytest.approx(10 * others * (sent + returned / count))
        reach = CONSTANTS["prefill_link_reach row"] * case.link_gb_s * 1e9
        assert prefill_wait_s(case, CONSTANTS) == pytest.approx(row_bytes(case) / reach)


@pytest.mark.parametrize(
    ("engine", "family", "bits", "narrowed"),
    [("cuda-2023", "ampere", "4", False), ("cuda-2023", "pascal", "4", True), ("cuda-2023", "pascal", "16", False),
     ("cuda", "ampere", "4", True), ("cuda", "ampere", "16", False)],
)  # fmt: skip
def test_rows_of_quantised_weights_meet_narrowed_activations(engine, family, bits, narrowed):
    case = make_speed_case(2, card=make_card_speed(family=family), engine=engine, bits=bits, split="row")
    full = row_bytes(make_speed_case(2, engine="cuda", bits="16", split="row"))
    assert (row_bytes(case) < full) is narrowed


def test_row_split_of_llamacpp_waits_more_than_tensor_parallel():
    assert decode(large(split="row")) < decode(large(split="tensor"))
