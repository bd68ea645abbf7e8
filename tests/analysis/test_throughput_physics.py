"""Laws that any speed estimate must keep, whatever its constants."""

from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.decode import decode_time
from planner.analysis.power_derate import decode_derate
from planner.analysis.prefill import matrix_rate, prefill_time
from planner.analysis.speed_case import SpeedCase
from planner.analysis.speed_range import band
from planner.analysis.speed_steps import decode_steps
from tests.analysis.speeds import CALIBRATION, CONSTANTS, LARGE, MIXTURE, decode, large, mixture, prefill
from tests.makers import make_card_speed, make_speed_case, make_work


@pytest.mark.parametrize("engine", ["cuda", "vllm", "exl", "ollama", "localscore", "tensorrt"])
@pytest.mark.parametrize("bits", ["16", "8", "4", "low"])
def test_never_above_bandwidth(engine, bits):
    case = make_speed_case(engine=engine, bits=bits)
    assert decode(case) < case.cards[0].memory_gb_s * 1e9 / case.rest_bytes


@pytest.mark.parametrize("bits", ["16", "4"])
def test_never_above_the_matrix_rate(bits):
    case = make_speed_case(bits=bits, prompt=8192.0)
    assert prefill(case) < 142.3e12 / (2 * case.work.params_read)


@pytest.mark.parametrize("split", ["layer", "tensor"])
def test_more_context_is_never_faster(split):
    speeds = [decode(large(split=split, depth=float(depth))) for depth in (0, 1000, 8000, 32000, 131072)]
    assert speeds == sorted(speeds, reverse=True)
    prompts = [prefill(large(split=split, prompt=512.0, prompt_depth=float(depth))) for depth in (0, 8000, 65536)]
    assert prompts == sorted(prompts, reverse=True)


@pytest.mark.parametrize("family", ["ampere", "ada", "blackwell"])
def test_power_cap_curve_never_rises_as_power_falls(family):
    cards = [make_card_speed(family=family, limit_w=float(w)) for w in range(350, 99, -10)]
    shares = [decode_derate(card, CONSTANTS) for card in cards]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == 1.0
    prompts = [prefill(make_speed_case(card=card)) for card in cards]
    assert prompts == sorted(prompts, reverse=True)


@pytest.mark.parametrize(
    ("width", "count", "kernels", "odd"),
    [
        (768, 2, "integer", False),
        (768, 8, "integer", True),
        (704, 1, "integer", False),
        (704, 2, "integer", True),
        (704, 2, "narrow", False),
        (704, 2, "", False),
    ],
)
def test_slices_of_experts_that_fit_no_fast_kernel_cost_time(width, count, kernels, odd):
    case = mixture(count, work=replace(MIXTURE, expert_width=width), kernels=kernels)
    even = replace(case, work=replace(MIXTURE, expert_width=1024))
    assert case.odd_experts is odd
    assert (decode(case) < decode(even)) is odd
    steps = decode_steps(case, decode_time(case, CONSTANTS), CALIBRATION)
    assert any("no multiple of 64" in step.how for step in steps) is odd


def test_narrowing_what_meets_the_experts_takes_time():
    assert decode(mixture(kernels="narrow")) < decode(mixture())
    assert decode(large(engine="vllm", kernels="narrow")) == decode(large(engine="vllm"))


def test_few_readers_slow_long_contexts_and_less_so_with_more_heads():
    def slowed(**changes: Any) -> float:
        work = replace(LARGE, **changes)
        cases = (
            make_speed_case(2, work=work, rest_bytes=41.9e9, split="tensor", engine="vllm", depth=65536.0, backend=name)
            for name in ("sglang", "")
        )
        found = [decode_time(case, CONSTANTS).cache_s for case in cases]
        return found[0] / found[1]

    assert slowed(head_width=128) < 2
    assert slowed(head_width=512, kv_heads=2) > 2 * slowed(head_width=512, kv_heads=8)


def test_launches_cost_more_on_amd_cards_under_engines_made_for_nvidia():
    amd = make_card_speed(family="rdna4")
    cases = [large(card=card, split="tensor", engine="vllm") for card in (make_card_speed(), amd)]
    assert decode_time(cases[1], CONSTANTS).overhead_s > 1.3 * decode_time(cases[0], CONSTANTS).overhead_s


@pytest.mark.parametrize("count", [1, 4])
def test_more_users_get_more_together(count):
    users = (1, 2, 4, 8, 16, 32, 64, 128)
    for together in (
        [n * decode(large(count, split="tensor", engine="vllm", users=float(n))) for n in users],
        [n * decode(mixture(count, users=float(n))) for n in users],
    ):
        assert together == sorted(together)


def test_tokens_of_one_step_choose_experts_somewhat_alike():
    alone = MIXTURE.experts_touched(1)
    assert alone == pytest.approx(8 / 128)
    assert MIXTURE.experts_touched(16) < 1 - (1 - 8 / 128) ** 16
    assert MIXTURE.experts_touched(1e4) == pytest.approx(1.0)


def test_small_tiles_slow_the_prompt_of_a_mixture():
    speeds = [
        prefill(make_speed_case(work=MIXTURE, rest_bytes=1e9, routed_bytes=16e9, prompt=4096.0, micro_batch=batch))
        for batch in (128, 512, 2048)
    ]
    assert speeds == sorted(speeds)
    assert speeds[2] > 1.2 * speeds[1]


def reach(case: SpeedCase) -> float:
    """Share of the card's matrix rate."""
    card = case.cards[0]
    rate = matrix_rate(case, card, CONSTANTS)
    assert rate is not None and card.tflops is not None
    return rate / card.tflops / 1e12


def test_small_matrices_fill_a_fast_card_less():
    narrow = make_work(hidden=2048)
    slow, fast = (make_card_speed(tflops=tflops, stock_w=2.5 * tflops) for tflops in (50.0, 500.0))
    lost = [reach(make_speed_case(card=card, work=narrow)) / reach(make_speed_case(card=card)) for card in (slow, fast)]
    assert lost[1] < lost[0] < 1


def test_weights_of_few_bits_take_longer_to_take_apart_where_kernels_multiply_them_as_they_are():
    assert reach(make_speed_case(bits="low")) < reach(make_speed_case(bits="4"))
    assert reach(make_speed_case(bits="low", engine="exl")) == reach(make_speed_case(bits="4", engine="exl"))


def test_a_laptop_holds_less_of_its_rating():
    laptop = make_card_speed(label="RTX 3080 Laptop GPU")
    assert reach(make_speed_case(card=laptop)) < reach(make_speed_case())


def test_kernels_of_before_mid_2024_are_slower_on_quantised_weights_and_on_no_others():
    now, before = make_speed_case(), make_speed_case(engine="cuda-2023", era="2025")
    assert reach(before) < reach(now)
    assert reach(replace(before, bits="16")) / reach(replace(now, bits="16")) > reach(before) / reach(now)


def test_full_weights_lose_more_on_vulkan_than_quantised_ones():
    card = make_card_speed(family="rdna4", chip="rx-9070-xt", tflops=194.6)
    case = make_speed_case(card=card, engine="amd")
    lost = [reach(replace(case, bits=bits, backend="vulkan")) / reach(replace(case, bits=bits)) for bits in ("16", "4")]
    assert lost[0] < lost[1]


@pytest.mark.parametrize(("way", "share"), [({"engine": "vllm"}, 0.3), ({"backend": "ik"}, 0.3), ({}, 1.0)])
def test_a_latent_is_unfolded_for_prompts_by_vllm_and_ik_llama(way, share):
    def attention_s(unfolded: float) -> float:
        case = make_speed_case(work=make_work(latent=True, unfolded=unfolded), prompt_depth=8192.0)
        found = prefill_time(replace(case, **way), CONSTANTS)
        assert found
        return found.attention_s

    assert attention_s(0.3) == pytest.approx(share * attention_s(1.0))


@pytest.mark.parametrize("users", [2, 16, 128, 1024])
def test_many_users_stay_below_bandwidth_and_matrix_rate(users):
    case = make_speed_case(users=float(users), engine="vllm")
    together = users * decode(case)
    assert together < users * case.cards[0].memory_gb_s * 1e9 / case.rest_bytes
    assert together < (case.cards[0].tflops or 0) * 1e12 / (2 * case.work.params_read)
    assert together > (users - 1) / users * decode(make_speed_case(engine="vllm"))


def test_launches_cost_more_under_windows():
    assert decode(make_speed_case(windows=True)) <= decode(make_speed_case())


def test_a_mixture_reads_its_active_experts_and_more_with_more_users():
    case = make_speed_case(work=MIXTURE, rest_bytes=1e9, routed_bytes=16e9)
    assert case.bytes_read() == pytest.approx(1e9 + 16e9 * 8 / 128)
    assert case.bytes_read(1.0001) == pytest.approx(case.bytes_read(), rel=1e-3)
    assert 1e9 + 16e9 > case.bytes_read(64) > 5 * case.bytes_read() / 2


def test_bands_hold_the_estimate_and_grow_where_kernels_are_young():
    plain, young = make_speed_case(), make_speed_case(card=make_card_speed(family="xe2"))
    low, high = band(plain, "decode", CALIBRATION)
    assert 0.5 < low < 1 < high < 2
    young_low, young_high = band(young, "decode", CALIBRATION)
    assert young_high / young_low > high / low
