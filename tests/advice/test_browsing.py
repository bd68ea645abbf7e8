"""Looking through parts: the search, the facets and what fits combine, and an empty list says why."""

import pytest

from planner.advice.browsing import FITTING, SEARCH, Browser
from planner.advice.candidates import Candidates
from planner.advice.choosing import Target
from planner.catalog.facets import Range
from planner.domain import edits
from planner.domain.policy import Policy
from tests.ui.fake_reports import judge
from tests.ui.fakes import CATALOG, make_build

GPU, SUPPLY = Target("gpus", "gpu-2"), Target("psus", "psu-1")
LARGE = edits.swap(make_build(), "psus", "psu-1", "volta-1600")


def browser(target, build=LARGE, judged=True):
    report = judge(build, CATALOG, Policy())
    candidates = Candidates(report, CATALOG, target, lambda b: judge(b, CATALOG, Policy()))
    made = Browser(candidates)
    if judged:
        for part in made.everything:
            candidates.standing(part.id)
    return made


def ids(made):
    return [record.id for record in made.shown().records]


@pytest.fixture
def cards():
    return browser(GPU)


def test_everything_that_fits_is_there_at_first(cards):
    assert len(ids(cards)) == len(CATALOG.cards)
    assert cards.shown().words == "3 of 3 shown"


def test_what_is_typed_and_what_is_asked_combine(cards):
    cards.typed = "fe"
    assert ids(cards) == ["rtx-5090-fe", "rtx-4090-fe"]
    cards.wish("vram", frozenset((24.0, 16.0)))
    assert ids(cards) == ["rtx-4090-fe"]
    cards.wish("length", Range(high=200))
    assert ids(cards) == []
    cards.wish("length", None)
    cards.wish("vram", frozenset())  # an empty choice takes it back
    assert (ids(cards), cards.wishes) == (["rtx-5090-fe", "rtx-4090-fe"], {})


def test_hits_say_what_matched_only_while_something_is_typed(cards):
    assert cards.hits() == {}
    cards.typed = " a4000 "
    assert set(cards.hits()) == {"rtx-a4000"}


def test_misfits_are_hidden_counted_and_told():
    supplies = browser(SUPPLY)
    assert ids(supplies) == ["volta-1600"]
    assert supplies.shown().words == "1 of 2 shown · 1 hidden: they do not fit"
    supplies.typed = "v1000"
    assert supplies.empty_words().startswith(
        "No power supply that matches fits this build: power supply is too small (1)"
    )
    (way,) = supplies.ways_out()
    assert (way.what, way.count) == (FITTING, 1)
    supplies.take_back(FITTING)
    assert ids(supplies) == ["volta-1000"]


def test_what_is_chosen_stays_in_sight_though_it_does_not_fit():
    assert ids(browser(SUPPLY, make_build())) == ["volta-1000", "volta-1600"]


def test_what_no_choice_avoids_hides_nothing_and_is_told():
    """Two cards on a supply with one plug: the 5090 overloads it as well."""
    cards = browser(GPU, make_build())
    assert ids(cards) == ["rtx-4090-fe", "rtx-a4000"]
    assert "2 with an error that no choice here avoids" in cards.shown().words
    assert "no choice" not in browser(SUPPLY, make_build()).shown().words  # what is there now does not fit, and could


def test_what_is_not_worked_out_waits():
    supplies = browser(SUPPLY, judged=False)
    assert (ids(supplies), supplies.shown().waiting) == (["volta-1600"], 1)
    assert supplies.shown().words.endswith("checking 1 more…")
    supplies.only_fitting = False
    assert (len(ids(supplies)), supplies.shown().waiting) == (2, 0)


def test_ways_out_of_an_empty_list(cards):
    cards.typed = "a4000"
    cards.wish("vram", frozenset((24.0,)))
    cards.wish("cooler", frozenset(("blower",)))
    assert cards.empty_words() == "No GPU matches all of this."
    assert [(way.what, way.count) for way in cards.ways_out()] == [("vram", 1)]  # the search alone would not help
    cards.wish("cooler", None)
    assert {(way.what, way.count) for way in cards.ways_out()} == {("vram", 1), (SEARCH, 1)}
    assert "Remove VRAM: 24 GiB" in {way.text for way in cards.ways_out()}
    cards.take_back(SEARCH)
    assert ids(cards) == ["rtx-4090-fe"]
    cards.take_back("vram")
    assert len(ids(cards)) == 3


def test_a_search_that_finds_nothing(cards):
    cards.typed = "zzzz"
    assert cards.empty_words() == "No GPU matches “zzzz”."
    assert [way.what for way in cards.ways_out()] == [SEARCH]


def test_filters_alone_that_leave_nothing(cards):
    cards.wish("vram", frozenset((24.0,)))
    cards.wish("cooler", frozenset(("blower",)))
    assert cards.empty_words() == "No GPU matches all of this."
    assert {(way.what, way.count) for way in cards.ways_out()} == {("vram", 1), ("cooler", 1)}


def test_counts_leave_a_facets_own_wish_out(cards):
    cards.wish("vram", frozenset((24.0,)))
    assert [offer.count for offer in cards.offers("vram")] == [1, 1, 1]
    assert [offer.count for offer in cards.offers("cooler")] == [0, 1]  # blower, open air


@pytest.mark.parametrize(
    ("facet", "lines", "words"),
    [
        ("vram", [0, 2], "16 GiB, 32 GiB"),
        ("vram", [], ""),
        ("slots", [1], "up to 2 slots"),
        ("slots", [], ""),
    ],
)
def test_lines_are_marked(cards, facet, lines, words):
    cards.mark(facet, [0])
    cards.mark(facet, lines)
    assert (cards.wish_words(facet), cards.marked(facet)) == (words, lines)


def test_facets_that_tell_nothing_apart_are_not_offered(cards):
    offered = {facet.id for facet in cards.facets}
    assert "vram" in offered
    assert "maker" not in offered  # one maker only


def test_a_figure_that_is_not_known_is_left_out_and_told():
    lacking = CATALOG.cards["rtx-a4000"].model_copy(update={"length_mm": None})
    made = browser(GPU)
    made.everything = (*made.everything[:2], lacking)
    made.wish("length", Range(high=320))
    shown = made.shown()
    assert (len(shown.records), shown.unknown) == (2, 1)
    assert "1 left out: figure not known" in shown.words


def test_another_build_keeps_what_was_asked(cards):
    cards.typed, cards.only_fitting = "fe", False
    cards.wish("vram", frozenset((24.0,)))
    cards.use(browser(GPU, make_build()).candidates)
    assert ids(cards) == ["rtx-4090-fe"]
