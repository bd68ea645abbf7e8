"""Laws that any speed estimate must keep, whatever its constants."""

from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.communication import decode_wait_s, pipeline_gain, prefill_wait_s, row_bytes
from planner.analysis.decode import decode_time
from planner.analysis.offload import ram_seconds
from planner.analysis.power_derate import decode_derate
from planner.analysis.prefill import matrix_rate, prefill_time
from planner.analysis.speed_case import (
    HostSpeed,
    SpeedCase,
    bits_class,
    engine_class,
    fast_cores,
    kernels_of,
    unpacking_of,
    vector_class,
)
from planner.analysis.speed_range import band
from planner.analysis.speed_steps import decode_steps, prefill_steps
from tests.makers import make_calibration, make_card_speed, make_cpu, make_speed_case, make_work

CALIBRATION = make_calibration()
CONSTANTS = CALIBRATION.constants
LARGE = make_work(
    params=70.55e9, params_read=69.5e9, layers=80, hidden=8192, kv_elements=163840.0, query_width=655360.0
)
MIXTURE = make_work(
    params=30.5e9, params_read=3.04e9, routed_read=1.81e9, routed_total=29e9, experts=128, active=8, moe=True,
    moe_layers=32, expert_width=768,
)  # fmt: skip


def decode(case: SpeedCase) -> float:
    return 1 / decode_time(case, CONSTANTS).total_s


def prefill(case: SpeedCase) -> float:
    found = prefill_time(case, CONSTANTS)
    assert found is not None
    return 1 / found.total_s


def large(count: int = 2, **changes: Any) -> SpeedCase:
    return make_speed_case(count, work=LARGE, rest_bytes=41.9e9, **changes)


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


@pytest.mark.parametrize("family", ["ampere", "ada", "blackwell"])
def test_power_cap_curve_never_rises_as_power_falls(family):
    cards = [make_card_speed(family=family, limit_w=float(w)) for w in range(350, 99, -10)]
    shares = [decode_derate(card, CONSTANTS) for card in cards]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == 1.0
    prompts = [prefill(make_speed_case(card=card)) for card in cards]
    assert prompts == sorted(prompts, reverse=True)


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


def mixture(count: int = 2, **changes: Any) -> SpeedCase:
    fields: dict[str, Any] = {"work": MIXTURE, "rest_bytes": 1e9, "routed_bytes": 16e9, "engine": "vllm"}
    return make_speed_case(count, **(fields | {"split": "tensor" if count > 1 else "none"} | changes))


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


@pytest.mark.parametrize(
    ("quant", "family", "kernels"),
    [
        ("NVFP4", "blackwell", "narrow"),
        ("NVFP4", "ampere", ""),
        ("NVFP4 (CARVE)", "blackwell", "narrow"),
        ("FP8", "ada", "narrow"),
        ("FP8", "ampere", ""),
        ("W8A8", "ampere", "narrow"),
        ("AWQ-4bit", "blackwell", "integer"),
        ("AutoRound-INT4", "ampere", "integer"),
        ("MXFP4", "blackwell", ""),
        ("BF16", "ada", ""),
    ],
)
def test_kernels_of_a_format_on_a_card(quant, family, kernels):
    assert kernels_of(quant, family) == kernels


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


def test_cutting_the_context_saves_reads_and_costs_exchanges():
    latent = replace(LARGE, kv_heads=1)
    whole = make_speed_case(8, work=latent, rest_bytes=41.9e9, split="tensor", engine="vllm", depth=131072.0)
    cut = replace(whole, context_ways=8)
    assert decode(cut) > decode(whole)
    assert decode(replace(cut, depth=0.0)) < decode(replace(whole, depth=0.0))


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


@pytest.mark.parametrize(("way", "share"), [({"engine": "vllm"}, 0.3), ({"backend": "ik"}, 0.3), ({}, 1.0)])
def test_a_latent_is_unfolded_for_prompts_by_vllm_and_ik_llama(way, share):
    def attention_s(unfolded: float) -> float:
        case = make_speed_case(work=make_work(latent=True, unfolded=unfolded), prompt_depth=8192.0)
        found = prefill_time(replace(case, **way), CONSTANTS)
        assert found
        return found.attention_s

    assert attention_s(0.3) == pytest.approx(share * attention_s(1.0))


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


def test_every_layer_moved_to_ram_costs_speed():
    host = HostSpeed(90.0, cores=16)
    speeds = [decode(make_speed_case(layers_in_ram=share, host=host)) for share in (0.0, 0.25, 0.5, 1.0)]
    assert speeds == sorted(speeds, reverse=True)
    assert speeds[-1] < 90e9 / 4.6e9


def test_cpu_alone_is_bound_by_its_memory():
    case = replace(make_speed_case(engine="cpu", host=HostSpeed(90.0, cores=16)), cards=())
    assert 0.3 * 90e9 / 4.6e9 < decode(case) < 90e9 / 4.6e9
    assert ram_seconds(case, CONSTANTS) > 0


def cpu_prefill(cores: int, vector: str) -> float:
    return prefill(replace(make_speed_case(engine="cpu", host=HostSpeed(90.0, cores=cores, vector=vector)), cards=()))


def test_a_cpu_reads_prompts_as_fast_as_its_cores_multiply():
    speeds = [cpu_prefill(8, vector) for vector in ("sse", "avx", "avx2", "avx2-new", "bf16", "bf16-full")]
    assert speeds == sorted(speeds)
    assert 1.5 * cpu_prefill(8, "avx2") < cpu_prefill(16, "avx2") <= 2.1 * cpu_prefill(8, "avx2")


def test_more_watts_for_each_core_hurry_prompts_and_unpacking():
    hosts = [HostSpeed(90.0, cores=16, watts=watts) for watts in (35.0, 160.0)]
    slow, fast = (replace(make_speed_case(engine="cpu", host=host), cards=()) for host in hosts)
    assert prefill(slow) < prefill(fast) < 2 * prefill(slow)
    assert decode(slow) < decode(fast)
    assert prefill(fast) == pytest.approx(cpu_prefill(16, "avx2"), rel=1e-6)  # ten watts each


def on_cpu(quant: str, backend: str = "") -> float:
    unpacking = unpacking_of(quant, backend, early=True)
    case = make_speed_case(engine="cpu", backend=backend, unpacking=unpacking, host=HostSpeed(90.0, cores=16))
    return prefill(replace(case, cards=()))


def test_cpu_kernels_care_for_the_format_where_they_do_not_bring_all_into_one_layout():
    speeds = [on_cpu(quant) for quant in ("IQ3_XXS", "Q4_K_M", "Q4_0")]
    assert speeds == sorted(speeds) and speeds[0] < 0.7 * speeds[1] < 0.6 * speeds[2]
    assert on_cpu("Q4_0", "ik") == on_cpu("BF16", "ik") == on_cpu("Q6_K", "ik") > on_cpu("IQ3_XXS", "ik")


@pytest.mark.parametrize(
    ("quant", "unpacking"),
    [
        ("BF16", "16"),
        ("F16", "16"),
        ("Q4_0", "repacked"),
        ("IQ4_NL", "repacked"),
        ("IQ4_XS", "quant"),
        ("Q4_K_M", "quant"),
        ("Q2_K_S", "quant"),
        ("IQ2_KS", "quant"),
        ("IQ3_K", "quant"),
        ("IQ2_XXS", "codebook"),
        ("UD-IQ1_S", "codebook"),
    ],
)
def test_what_cpu_kernels_make_of_a_format(quant, unpacking):
    assert unpacking_of(quant) == unpacking


@pytest.mark.parametrize(
    ("backend", "early", "unpacking"), [("ik", False, "quant"), ("ik", True, "codebook"), ("", False, "codebook")]
)
def test_ik_brings_codebooks_into_its_common_layout(backend, early, unpacking):
    assert unpacking_of("IQ2_XXS", backend, early) == unpacking


def test_attention_of_long_prompts_costs_a_cpu():
    case = replace(make_speed_case(engine="cpu", host=HostSpeed(90.0, cores=16)), cards=())
    short, deep = (prefill(replace(case, prompt=512.0, prompt_depth=depth)) for depth in (0.0, 16384.0))
    assert deep < 0.8 * short


@pytest.mark.parametrize(
    ("family", "cores", "threads", "fast", "vector"),
    [
        ("raphael", 16, 32, 16, "bf16"),
        ("granite ridge", 16, 32, 16, "bf16-full"),
        ("naples", 32, 64, 32, "avx"),
        ("vermeer", 16, 32, 16, "avx2-new"),
        ("raptor lake", 24, 32, 8, "avx2-new"),
        ("alder lake", 6, 12, 6, "avx2-new"),
        ("coffee lake", 8, 8, 8, "avx2"),
        ("arrow lake", 14, 14, 6, "avx2-new"),
        ("arrow lake", 24, 24, 8, "avx2-new"),
        ("sapphire rapids", 32, 64, 32, "bf16"),
    ],
)
def test_cores_that_read_prompts(family, cores, threads, fast, vector):
    cpu = make_cpu(family=family, cores=cores, threads=threads)
    assert (fast_cores(cpu), vector_class(cpu)) == (fast, vector)


def test_row_split_of_llamacpp_waits_more_than_tensor_parallel():
    assert decode(large(split="row")) < decode(large(split="tensor"))


@pytest.mark.parametrize(
    ("quant", "bits"),
    [
        ("F16", "16"),
        ("BF16/F16", "16"),
        ("Q8_0", "8"),
        ("FP8", "8"),
        ("EXL2-8.0bpw", "8"),
        ("Q6_K", "4"),
        ("Q4_K_M", "4"),
        ("AWQ-4bit", "4"),
        ("NVFP4", "4"),
        ("MXFP4", "4"),
        ("IQ4_XS", "4"),
        ("Q3_K_S", "low"),
        ("UD-Q2_K_XL", "low"),
        ("IQ2_XXS", "low"),
        ("EXL2-2.5bpw", "low"),
        ("EXL2-4.0bpw", "4"),
    ],
)
def test_bits_class(quant, bits):
    assert bits_class(quant) == bits


@pytest.mark.parametrize(
    ("engine", "family", "expected"),
    [
        ("llama.cpp", "ada", "cuda"),
        ("llama.cpp", "rdna3", "amd"),
        ("llama.cpp", "xe2", "sycl"),
        ("ik-llama.cpp", "ampere", "cuda"),
        ("ollama", "ada", "ollama"),
        ("ollama", "rdna3", "ollama-amd"),
        ("ollama", "apple-m3m4", "metal"),
        ("llamafile (LocalScore)", "pascal", "localscore"),
        ("llamafile (LocalScore)", "apple-m1m2", "localscore-metal"),
        ("sglang", "ampere", "vllm"),
        ("exllamav3", "ampere", "exl"),
        ("tensorrt-llm", "hopper", "tensorrt"),
    ],
)
def test_engine_class(engine, family, expected):
    assert engine_class(engine, family) == expected


def test_bands_hold_the_estimate_and_grow_where_kernels_are_young():
    plain, young = make_speed_case(), make_speed_case(card=make_card_speed(family="xe2"))
    low, high = band(plain, "decode", CALIBRATION)
    assert 0.5 < low < 1 < high < 2
    young_low, young_high = band(young, "decode", CALIBRATION)
    assert young_high / young_low > high / low
