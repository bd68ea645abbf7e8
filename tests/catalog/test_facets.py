"""Facets narrow parts by what is known of them; what is not known is never shown as fitting."""

import pytest

from planner.catalog.facets import (
    BY_ID,
    FACETS,
    Offer,
    Option,
    Range,
    narrowed,
    offers,
    options,
    span,
    tells_apart,
    without_one,
)
from planner.catalog.store import Catalog
from tests.makers import make_card, make_case, make_chip, make_cpu, make_price, make_psu

SMALL = make_psu(id="small", watts=850, sixteen_pin=1, price=make_price(10000))
LARGE = make_psu(id="large", watts=1600, sixteen_pin=2)
UNCOUNTED = make_psu(id="uncounted", watts=1600, sixteen_pin=None)
PSUS = (SMALL, LARGE, UNCOUNTED)


def ids(records) -> list[str]:
    return [record.id for record in records]


@pytest.mark.parametrize(
    ("wishes", "kept", "unknown"),
    [
        ({}, ["small", "large", "uncounted"], []),
        ({"rating": Range(low=851)}, ["large", "uncounted"], []),
        ({"rating": Range(low=850, high=850)}, ["small"], []),
        ({"sixteen_pin": Range(low=2)}, ["large"], ["uncounted"]),
        ({"sixteen_pin": Range(low=2), "rating": Range(high=1000)}, [], []),
        ({"price": Range(high=100)}, ["small"], ["large", "uncounted"]),
        ({"grade": frozenset(("gold",))}, ["small", "large", "uncounted"], []),
        ({"grade": frozenset(("titanium",))}, [], []),
    ],
)
def test_parts_are_narrowed(wishes, kept, unknown):
    found = narrowed("psus", PSUS, wishes, Catalog())
    assert (ids(found.kept), ids(found.unknown)) == (kept, unknown)


def test_a_facet_the_kind_does_not_have():
    with pytest.raises(KeyError):
        narrowed("psus", PSUS, {"socket": Range()}, Catalog())


def test_offers_of_a_choice_are_counted_among_what_is_left():
    found = offers(BY_ID["psus"]["rating"], PSUS, [LARGE], Catalog())
    assert found == (
        Offer(Range(low=1000), "1,000 W or more", 1),
        Offer(Range(low=1200), "1,200 W or more", 1),
        Offer(Range(low=1300), "1,300 W or more", 1),
        Offer(Range(low=1500), "1,500 W or more", 1),
        Offer(Range(low=1600), "1,600 W or more", 1),
    )  # every supply has 850 W, none 2,000: no lines


def test_offers_stay_in_place_when_nothing_is_left_of_them():
    grades = offers(BY_ID["psus"]["grade"], (SMALL, make_psu(id="other", grade="titanium")), [SMALL], Catalog())
    assert grades == (Offer(frozenset(("gold",)), "Gold", 1), Offer(frozenset(("titanium",)), "Titanium", 0))


@pytest.mark.parametrize(
    ("facet", "parts", "tells"),
    [
        ("rating", PSUS, True),
        ("rating", (SMALL,), False),
        ("sixteen_pin", (SMALL, LARGE, UNCOUNTED), False),  # one step only
        ("grade", PSUS, False),
        ("grade", (SMALL, make_psu(id="other", grade="titanium")), True),
        ("price", (LARGE,), False),
    ],
)
def test_a_facet_tells_parts_apart_when_its_list_has_two_lines(facet, parts, tells):
    assert tells_apart(BY_ID["psus"][facet], parts, Catalog()) is tells
    assert (len(offers(BY_ID["psus"][facet], parts, (), Catalog())) > 1) is tells


def test_what_is_not_known_is_counted_in_no_line():
    assert [offer.count for offer in offers(BY_ID["psus"]["sixteen_pin"], PSUS, PSUS, Catalog())] == [1]


@pytest.mark.parametrize(
    ("wishes", "ways"),
    [
        ({"rating": Range(low=1600), "grade": frozenset(("titanium",))}, (("grade", 2),)),
        ({"rating": Range(low=1600), "sixteen_pin": Range(high=1)}, (("rating", 1), ("sixteen_pin", 2))),
        ({"rating": Range(low=5000)}, (("rating", 3),)),
        ({"rating": Range(low=5000), "grade": frozenset(("titanium",))}, ()),
    ],
)
def test_ways_out_of_an_empty_list(wishes, ways):
    assert dict(without_one("psus", PSUS, wishes, Catalog())) == dict(ways)


@pytest.mark.parametrize(
    ("facet", "wish", "text"),
    [
        (("cards", "vram"), frozenset((24.0, 8.0)), "8 GiB, 24 GiB"),
        (("cards", "length"), Range(high=300), "up to 300 mm"),
        (("psus", "rating"), Range(low=1200), "1,200 W or more"),
        (("psus", "price"), Range(low=100, high=300), "$100 to $300"),
        (("cards", "cooler"), frozenset(("open_air",)), "Open air"),
        (("psus", "price"), Range(), "any"),
    ],
)
def test_wishes_in_words(facet, wish, text):
    assert BY_ID[facet[0]][facet[1]].says_wish(wish) == text


def test_options_are_counted_and_in_order():
    chips = {chip.id: chip for chip in (make_chip(), make_chip(id="b", vram_gib=8.0))}
    cards = [make_card(), make_card(id="b", chip="b"), make_card(id="c", vram_gib=48.0), make_card(id="d", chip="gone")]
    found = options(BY_ID["cards"]["vram"], cards, Catalog(chips=chips))
    assert found == (Option(8.0, 1), Option(24.0, 1), Option(48.0, 1))


def test_a_part_with_several_values_fits_any_of_them():
    cpu = make_cpu(memory_type="DDR4 or DDR5")
    for name in ("DDR4", "DDR5"):
        assert narrowed("cpus", [cpu], {"memory": frozenset((name,))}, Catalog()).kept == (cpu,)
    assert options(BY_ID["cases"]["boards"], [make_case()], Catalog())[0] == Option("ATX", 1)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"plugs": {"12v_2x6": 1}}, "16-pin"),
        ({"plugs": {"pcie_8pin": 2}}, "8-pin and 6-pin"),
        ({"plugs": {}}, "none"),
        ({"plugs": {}, "plugs_known": False}, None),
    ],
)
def test_plugs_in_words(changes, says):
    assert BY_ID["cards"]["plugs"].value(make_card(**changes), Catalog()) == says


def test_spans():
    assert span(BY_ID["psus"]["rating"], PSUS, Catalog()) == (850, 1600)
    assert span(BY_ID["psus"]["price"], [LARGE], Catalog()) is None


@pytest.mark.parametrize("kind", sorted(FACETS))
def test_every_facet_tells_shipped_parts_apart(catalog, kind):
    records = list(getattr(catalog, kind).values())
    assert len(BY_ID[kind]) == len(FACETS[kind])
    for facet in FACETS[kind]:
        found = options(facet, records, catalog)
        if (kind, facet.id) not in {("memory", "price")}:
            assert len(found) > 1, facet.id
        if facet.kind == "range":
            assert all(isinstance(option.value, int | float) for option in found), facet.id
            assert span(facet, records, catalog) is not None
