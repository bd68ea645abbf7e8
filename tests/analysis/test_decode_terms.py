"""What a token costs beyond reading weights: launches by kind of layer, barriers of cores, unpacking, old caches."""

from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.decode import cache_share, decode_time, overhead_s, reach
from planner.analysis.model_work import model_work
from planner.analysis.speed_case import HostSpeed, SpeedCase, inline_ecc, is_plain
from tests.makers import make_calibration, make_card_speed, make_speed_case, make_work

CONSTANTS = make_calibration().constants


def overhead(**work: int) -> float:
    return overhead_s(make_speed_case(work=make_work(**work)), CONSTANTS)


def test_layers_of_experts_and_recurrent_layers_are_more_launches_each():
    dense, some, all_of_them = (overhead(moe_layers=layers) for layers in (0, 16, 32))
    assert dense < some < all_of_them
    assert all_of_them - some == pytest.approx(some - dense)
    assert dense < overhead(recurrent_layers=16) < overhead(recurrent_layers=32)


def test_experts_took_more_launches_before_they_were_fused():
    now = make_speed_case(work=make_work(moe_layers=32))
    assert overhead_s(replace(now, fused_experts=False), CONSTANTS) > overhead_s(now, CONSTANTS)


def test_recurrent_layers_were_more_launches_in_earlier_builds():
    now = make_speed_case(work=make_work(recurrent_layers=32))
    assert overhead_s(replace(now, earlier=True), CONSTANTS) > overhead_s(now, CONSTANTS)
    dense = make_speed_case()
    assert overhead_s(replace(dense, earlier=True), CONSTANTS) == overhead_s(dense, CONSTANTS)


def test_layers_with_a_latent_cache_are_more_launches_in_llamacpp_only():
    latent = make_work(latent=True)
    assert overhead_s(make_speed_case(work=latent), CONSTANTS) > overhead_s(make_speed_case(), CONSTANTS)
    native = make_speed_case(engine="vllm")
    assert overhead_s(replace(native, work=latent), CONSTANTS) == overhead_s(native, CONSTANTS)


def test_kernels_of_earlier_builds_read_slower_where_both_were_timed():
    case = make_speed_case()
    slower = {**CONSTANTS, "eta earlier cuda nv-gddr": 0.9, "eta earlier exl nv-gddr": 0.9}
    now, before = (reach(replace(case, earlier=earlier), case.cards[0], slower) for earlier in (False, True))
    assert before == pytest.approx(0.9 * now)
    old_only = replace(case, engine="exl", earlier=True)
    assert reach(old_only, case.cards[0], slower) == reach(replace(old_only, earlier=False), case.cards[0], slower)


@pytest.mark.parametrize(("backend", "constant"), [("ik", "eta ik nv-gddr"), ("vulkan", "eta vulkan nv-gddr")])
def test_other_kernels_of_llamacpp_reach_another_share(backend, constant):
    case = make_speed_case(backend=backend)
    tuned = {**CONSTANTS, constant: 0.5}
    assert reach(case, case.cards[0], tuned) == pytest.approx(
        0.5 * reach(case, case.cards[0], {**tuned, constant: 1.0})
    )


def test_launches_through_vulkan_cost_their_own():
    case = make_speed_case(backend="vulkan")
    cheap, dear = ({**CONSTANTS, f"overhead vulkan {case.cards[0].family}": cost} for cost in (0.5, 1.0))
    assert overhead_s(case, cheap) < overhead_s(case, dear)


def test_the_catalog_tells_kinds_of_layers(catalog):
    mixed = model_work(catalog.models["qwen3.6-35b-a3b"])
    assert mixed.recurrent_layers == 0.75 * mixed.layers
    assert mixed.moe_layers == mixed.layers
    dense = model_work(catalog.models["llama-3-8b"])
    assert (dense.recurrent_layers, dense.moe_layers) == (0, 0)
    assert dense.inner_width == 14336
    assert mixed.inner_width == mixed.expert_width * mixed.active


def on_cpu(cores: int, rest_bytes: float = 0.8e9) -> SpeedCase:
    host = HostSpeed(ram_gb_s=460.0, cores=cores)
    return make_speed_case(0, engine="cpu", rest_bytes=rest_bytes, host=host, work=make_work(layers=16))


def test_many_cores_wait_for_one_another_after_every_step():
    few, many = (decode_time(on_cpu(cores), CONSTANTS).overhead_s for cores in (16, 128))
    assert many > 3 * few


def apple(tflops: float, **changes: Any) -> SpeedCase:
    card = make_card_speed(chip="m", family="apple-m1m2", memory_gb_s=400.0, tflops=tflops)
    return make_speed_case(card=card, engine="metal", **changes)


def test_chips_without_matrix_units_read_weights_faster_with_more_cores():
    slow, fast = (decode_time(apple(tflops), CONSTANTS).weights_s for tflops in (7.8, 10.6))
    assert slow > 1.05 * fast
    plain = decode_time(apple(7.8, plain=True), CONSTANTS).weights_s
    assert plain < slow


def test_full_weights_need_no_unpacking():
    slow, fast = (decode_time(apple(tflops, bits="16"), CONSTANTS).weights_s for tflops in (7.8, 10.6))
    assert slow == fast


def test_matrix_cards_unpack_behind_their_reads():
    slow, fast = (make_speed_case(card=make_card_speed(tflops=tflops)) for tflops in (70.0, 140.0))
    assert decode_time(slow, CONSTANTS).weights_s == decode_time(fast, CONSTANTS).weights_s


def test_a_laptop_reads_slower_than_the_same_chip_on_a_board():
    case = make_speed_case()
    laptop = replace(case.cards[0], label="RTX 3080 Laptop GPU")
    assert reach(case, laptop, CONSTANTS) < reach(case, case.cards[0], CONSTANTS)


def test_check_bits_in_the_same_memory_are_read_along(catalog):
    case = make_speed_case()
    guarded = replace(case.cards[0], inline_ecc=True)
    assert reach(case, guarded, CONSTANTS) < reach(case, case.cards[0], CONSTANTS)
    marked = {name for name in ("l40s", "a40-pcie", "rtx-a6000", "rtx-3090", "a100-pcie-80gb", "radeon-pro-v620",
              "rtx-pro-6000-blackwell-server") if inline_ecc(catalog.chips[name])}  # fmt: skip
    assert marked == {"l40s", "a40-pcie"}


def test_experts_take_longer_where_the_tokens_of_many_users_are_narrowed():
    work = make_work(moe=True, moe_layers=32, experts=128, active=8)
    fields: dict[str, Any] = {"work": work, "routed_bytes": 16e9, "engine": "vllm"}
    read = {
        (users, kernels): decode_time(make_speed_case(users=users, kernels=kernels, **fields), CONSTANTS).weights_s
        for users in (1.0, 8.0) for kernels in ("", "narrow", "integer")
    }  # fmt: skip
    assert read[1.0, "narrow"] == read[1.0, ""]
    assert read[8.0, "narrow"] > 1.05 * read[8.0, ""]
    assert read[8.0, "integer"] == read[8.0, ""]
    dense = make_speed_case(users=8.0, engine="vllm")
    assert decode_time(replace(dense, kernels="narrow"), CONSTANTS).weights_s == decode_time(dense, CONSTANTS).weights_s


@pytest.mark.parametrize(
    ("quant", "plain"),
    [("Q4_0", True), ("Q8_0", True), ("Q5_1", True), ("mxfp4", True), ("Q4_K_M", False), ("IQ4_XS", False),
     ("Q6_K", False), ("BF16", False)],
)  # fmt: skip
def test_plain_formats(quant, plain):
    assert is_plain(quant) is plain


def test_caches_without_fused_attention_are_read_at_another_share_on_other_chips():
    case = replace(make_speed_case(), fused=False)
    metal = replace(apple(10.6), fused=False)
    assert cache_share(metal, metal.cards[0], CONSTANTS) < cache_share(case, case.cards[0], CONSTANTS)


@pytest.mark.parametrize(
    ("family", "longer"), [("pascal", 1.0), ("turing-16", 2.0), ("maxwell", None), ("pascal-hbm", None)]
)
def test_unpacking_goes_by_integer_rate_and_by_bytes_at_a_time(family, longer):
    """Half the 16-bit rate where that is doubled; one byte at a time before compute capability 6.1."""

    def unpacking(family: str) -> float:
        card = make_card_speed(chip="c", family=family, memory_gb_s=300.0, tflops=10.0)
        case = make_speed_case(card=card, engine="cuda", bits="4")
        return decode_time(case, CONSTANTS).weights_s - decode_time(replace(case, bits="16"), CONSTANTS).weights_s * (
            reach(replace(case, bits="16"), card, CONSTANTS) / reach(case, card, CONSTANTS)
        )

    if longer is None:
        longer = CONSTANTS["unpack_no_dp4a"] * (2.0 if family == "pascal-hbm" else 1.0)
    assert unpacking(family) / unpacking("pascal") == pytest.approx(longer)


def test_no_kernel_reads_all_of_the_rated_bandwidth():
    case = make_speed_case()
    best = {**CONSTANTS, "eta most": 0.95, f"eta chip {case.cards[0].chip}": 9.0}
    assert reach(case, case.cards[0], best) == 0.95
