"""Where parts go: a card that is added, and what has lost its slot when the board became another."""

import pytest

from planner.advice.choosing import Target, put
from planner.catalog import examples
from planner.domain.policy import Policy
from planner.evaluate import evaluate
from tests.ui.fake_reports import judge
from tests.ui.fakes import CATALOG, make_build

BOARD = Target("board")


def chosen(catalog, build, part):
    return put(evaluate(build, catalog), catalog, BOARD, part, lambda b: evaluate(b, catalog))


@pytest.mark.parametrize(
    "part", ["asus-proart-x670e-creator-wifi", "asrock-rack-romed8-2t", "msi-mpg-x870e-carbon-wifi"]
)
def test_cards_and_drives_find_a_place_on_another_board(catalog, part):
    build = examples.example("dual-4090")
    after = chosen(catalog, build, part)
    board = catalog.boards[part]
    for key in ("gpu-1", "gpu-2", "drive-1"):
        slot = after.placement(key).slot
        assert slot is None or board.connector(slot) is not None, key
    assert after.placement("gpu-1").slot != after.placement("gpu-2").slot
    assert after.placement("gpu-1").slot is not None


def test_what_has_its_slot_on_the_new_board_stays(catalog):
    build = examples.example("dual-4090")
    assert chosen(catalog, build, build.parts.board).placements == build.placements


def test_the_card_that_finds_no_slot_stays_without(catalog):
    """One slot: the second card keeps the name of a slot the board lacks, and the rules say so."""
    report = judge(make_build(), CATALOG, Policy())
    after = put(report, CATALOG, BOARD, "plain-board", lambda b: judge(b, CATALOG, Policy()))
    assert after.placement("gpu-1").slot == "PCIEX16_1"
    assert after.placement("gpu-2").slot == "PCIEX16_2"


def test_what_was_never_placed_is_not_placed(catalog):
    build = examples.example("dual-4090")
    bare = build.replace(placements={key: spot for key, spot in build.placements.items() if key != "gpu-2"})
    assert chosen(catalog, bare, "asus-proart-x670e-creator-wifi").placement("gpu-2").slot is None


def test_a_board_is_one_step_of_history(session_of_example):
    session, part = session_of_example, "asus-proart-x670e-creator-wifi"
    before = session.build
    session.edit("Use it", put(session.report, session.catalog, BOARD, part, session.preview))
    session.undo()
    assert session.build == before


@pytest.fixture
def session_of_example(qapp, catalog):
    from planner.session.session import Session

    return Session(catalog, examples.example("dual-4090"))
