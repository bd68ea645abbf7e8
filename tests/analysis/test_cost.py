"""Prices, what has none, and energy."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.analysis.cost import Cost, cost
from planner.analysis.power import power
from planner.domain.rig import Rig
from tests.makers import (
    make_board,
    make_bridge,
    make_build,
    make_cpu,
    make_memory,
    make_price,
    make_rig,
    make_rig_card,
    make_rig_psu,
    make_riser,
)


def priced(cents: int | None, currency: str = "USD") -> dict[str, Any]:
    return {"price": None if cents is None else make_price(cents, currency)}


def rig_of(*cents: int | None, **changes: Any) -> Rig:
    """Cards at these prices; board, processor and supply at 100 dollars each."""
    fields: dict[str, Any] = {
        "board": make_board(**priced(10_000)),
        "cpu": make_cpu(**priced(10_000)),
        "psus": (make_rig_psu(**priced(10_000)),),
        "cards": tuple(make_rig_card(n, card=priced(c), psu="psu-1") for n, c in enumerate(cents, 1)),
    }
    return make_rig(**(fields | changes))


def paid(rig: Rig) -> Cost:
    return cost(rig, power(rig))


def test_total_is_the_sum_of_the_lines():
    result = paid(rig_of(80_000, 70_000))
    assert result.total_cents == 180_000
    assert (result.unpriced, result.currency) == ((), "USD")
    assert [line.key for line in result.lines] == ["cpu", "board", "gpu-1", "gpu-2", "psu-1"]


def test_a_part_without_price_is_left_out_and_named():
    result = paid(rig_of(80_000, None))
    assert result.total_cents == 110_000
    assert result.unpriced == ("Maker RTX 3090 Two Slot",)
    assert result.cents_per_vram_gib is None


def test_another_currency_is_not_added():
    rig = rig_of(80_000, cpu=make_cpu(**priced(50_000, "EUR")))
    result = paid(rig)
    assert result.total_cents == 100_000
    assert result.unpriced == ("Maker CPU",)
    assert "€500, not converted" in result.lines[0].price_note


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ({"memory": make_memory(8, **priced(5_000))}, 40_000),
        ({"bridges": (make_bridge(**priced(8_000)), make_bridge(**priced(8_000)))}, 16_000),
        ({"board": make_board(sockets=2, **priced(10_000))}, 10_000),
    ],
)
def test_parts_there_are_several_of(changes, total):
    assert paid(rig_of(**changes)).total_cents == 30_000 + total


@pytest.mark.parametrize(("ports", "total"), [(2, 5_000), (1, 10_000)])
def test_a_splitter_is_bought_once(ports, total):
    riser, slot = make_riser(ports=ports, **priced(5_000)), make_board().connector("PCIE1")
    cards = tuple(make_rig_card(n, slot, riser=riser, card=priced(0)) for n in (1, 2))
    assert paid(rig_of(cards=cards)).total_cents == 30_000 + total


def test_price_per_gib_of_vram():
    assert paid(rig_of(80_000, 70_000)).cents_per_vram_gib == pytest.approx(180_000 / 48)


def test_energy_a_month():
    site = {"hours_per_day": 10.0, "energy_cents_per_kwh": 20.0, "other_load_w": 300}
    rig = rig_of(80_000, build=make_build(site=site))
    drawn = power(rig)
    assert drawn is not None and drawn.wall is not None
    kwh = (drawn.wall.typical_w - 300) / 1000 * 10 * 30.4
    assert cost(rig, drawn).energy_cents_month == pytest.approx(kwh * 20)


def test_without_power_there_is_no_energy():
    assert cost(rig_of(80_000), None).energy_cents_month is None


def test_without_parts_nothing_costs():
    result = cost(Rig(build=make_build()), None)
    assert (result.lines, result.total_cents, result.cents_per_vram_gib) == ((), 0, None)


@given(st.lists(st.integers(0, 1_000_000), max_size=8), st.randoms())
def test_order_of_parts_never_matters(cents, random):
    rig = rig_of(*cents)
    mixed = list(rig.cards)
    random.shuffle(mixed)
    assert paid(rig) == paid(replace(rig, cards=tuple(mixed)))
