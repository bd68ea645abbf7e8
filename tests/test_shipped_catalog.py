"""The catalog that ships: it loads whole, adds up, and holds what the examples need."""

import pytest

from planner.catalog import examples, integrity
from planner.catalog.load import read_catalog
from planner.catalog.resolve import resolve
from planner.domain.base import Confidence


def test_it_loads_without_a_problem():
    assert [str(problem) for problem in read_catalog()[1]] == []


def test_it_adds_up(catalog):
    assert list(integrity.problems(catalog)) == []


@pytest.mark.parametrize("name", examples.names())
def test_every_example_finds_its_parts(catalog, name):
    rig = resolve(examples.example(name), catalog)
    assert rig.missing == ()
    assert rig.board is not None
    assert all(card.slot is not None for card in rig.cards)


@pytest.mark.parametrize("name", examples.names())
def test_slots_the_examples_use_are_known_from_a_source(catalog, name):
    """Rows decide gaps; a row from memory would be a guess shown as fact."""
    board = resolve(examples.example(name), catalog).board
    assert board is not None
    assert board.confidence_of("connectors") >= Confidence.MEDIUM
