"""Layers on cards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.analysis.placement import filled, largest_that, levelled, proportional

SPLITS = [  # layers, shares, layers per card with the output counted as one (from load logs)
    (80, (1, 1), (41, 40)),
    (32, (1, 1), (17, 16)),
    (32, (1,) * 4, (9, 8, 8, 8)),
    (32, (1,) * 6, (6, 5, 6, 5, 6, 5)),
]


@pytest.mark.parametrize(("layers", "shares", "counts"), SPLITS)
def test_the_engines_own_split(layers, shares, counts):
    devices = proportional(layers, shares)
    assert tuple(devices.count(card) for card in range(len(shares))) == counts


def test_first_layers_stay_in_ram():
    devices = proportional(32, (1, 1), in_ram=10)
    assert devices[:10] == (-1,) * 10
    assert -1 not in devices[10:]


sizes = st.lists(st.integers(1, 100), min_size=1, max_size=24)
rooms = st.lists(st.integers(0, 600), min_size=1, max_size=5)


@given(sizes, rooms)
def test_filling_never_exceeds_a_room(sizes, rooms):
    devices = filled(sizes, rooms, 0)
    if devices is not None:
        for card, room in enumerate(rooms):
            assert sum(size for size, device in zip(sizes, devices, strict=False) if device == card) <= room
        assert list(devices) == sorted(devices)


@given(sizes, rooms)
def test_levelling_leaves_no_less_than_filling(sizes, rooms):
    by_filling, by_levelling = filled(sizes, rooms, 0), levelled(sizes, rooms, 0)
    if by_filling is not None:
        assert by_levelling is not None
        assert _least(sizes, rooms, by_levelling) >= 0


def _least(sizes, rooms, devices):
    held = [sum(s for s, d in zip(sizes, devices, strict=False) if d == card) for card in range(len(rooms))]
    return min(room - taken for room, taken in zip(rooms, held, strict=True))


@given(st.integers(1, 500), st.integers(0, 600), st.integers(-5, 700))
def test_the_largest_is_found_from_any_guess(most, edge, guess):
    assert largest_that(lambda n: n <= edge, most, guess) == min(edge, most)
