"""Prompts with weights in RAM: large chunks are copied to the card, small ones stay with the CPU."""

from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.offload import SMALLEST_COPIED, prompt_path
from planner.analysis.prefill import prefill_time
from planner.analysis.speed_case import HostSpeed, SpeedCase
from tests.makers import make_calibration, make_speed_case, make_work

CONSTANTS = make_calibration().constants
HOST = HostSpeed(ram_gb_s=90.0, cores=16)


def mixture(**changes: Any) -> SpeedCase:
    """128 experts of which 4 work on a token, all in RAM."""
    work = make_work(
        params=117e9, params_read=5.1e9, routed_read=3.6e9, routed_total=115e9, experts=128, active=4, moe=True
    )
    case = make_speed_case(work=work, rest_bytes=1.5e9, routed_bytes=61e9, experts_in_ram=1.0, host=HOST, prompt=8192.0)
    return replace(case, **changes)


def test_a_chunk_of_twice_the_size_copies_the_same_weights_for_twice_the_tokens():
    small, large = (prompt_path(mixture(micro_batch=size), CONSTANTS)[1] for size in (2048, 4096))
    assert small == pytest.approx(2 * large, rel=0.01)


def test_the_card_does_all_products_of_what_is_copied_to_it():
    share, seconds = prompt_path(mixture(), CONSTANTS)
    assert share == 1.0 and seconds > 0
    assert prompt_path(mixture(experts_in_ram=0.0), CONSTANTS) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("backend", "prompt", "copied"),
    [("", SMALLEST_COPIED - 1, False), ("", SMALLEST_COPIED, True), ("ik", 512, False), ("ik", 1024, True)],
)
def test_small_chunks_stay_with_the_cpu(backend, prompt, copied):
    share, _ = prompt_path(mixture(backend=backend, prompt=float(prompt), micro_batch=4096), CONSTANTS)
    assert (share == 1.0) is copied


def test_a_wider_link_hurries_the_copies():
    narrow = mixture()
    wide = replace(narrow, cards=tuple(replace(card, link_gb_s=2 * card.link_gb_s) for card in narrow.cards))
    assert prompt_path(narrow, CONSTANTS)[1] == pytest.approx(2 * prompt_path(wide, CONSTANTS)[1])


def test_whole_layers_in_ram_keep_their_attention_there():
    short, deep = (
        make_speed_case(layers_in_ram=0.5, host=HOST, prompt=512.0, prompt_depth=depth) for depth in (0.0, 8192.0)
    )
    assert prompt_path(deep, CONSTANTS)[1] > 1.5 * prompt_path(short, CONSTANTS)[1]


def test_without_cards_the_cpu_does_it_all():
    case = make_speed_case(0, engine="cpu", host=HOST)
    share, seconds = prompt_path(case, CONSTANTS)
    found = prefill_time(case, CONSTANTS)
    assert share == 0.0 and found is not None and found.total_s == seconds > 0
