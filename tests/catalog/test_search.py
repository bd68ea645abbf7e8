"""A written name means one record; one that may mean several is an error that lists them."""

from dataclasses import dataclass

import pytest

from planner.catalog.search import Doubtful, match, run_together, words


@dataclass(frozen=True)
class Thing:
    id: str
    name: str
    vendor: str = ""


CHIPS = [
    Thing("rtx-4090", "GeForce RTX 4090", "NVIDIA"),
    Thing("rtx-4090-d", "GeForce RTX 4090 D", "NVIDIA"),
    Thing("rtx-4060-ti-16gb", "GeForce RTX 4060 Ti 16 GB", "NVIDIA"),
    Thing("rtx-4060-ti-8gb", "GeForce RTX 4060 Ti 8 GB", "NVIDIA"),
    Thing("rtx-a6000", "RTX A6000", "NVIDIA"),
]
OTHERS = [
    Thing("asrockrack-romed8-2t", "ROMED8-2T", "ASRock Rack"),
    Thing("corsair-hx1500i", "HX1500i", "Corsair"),
    Thing("msi-4090-suprim-x", "GeForce RTX 4090 SUPRIM X", "MSI"),
    Thing("gigabyte-4090", "GeForce RTX 4090 GAMING OC", "Gigabyte"),
]


@pytest.mark.parametrize("typed", ["RTX 4090", "rtx-4090", "4090", "GeForce RTX 4090", "nvidia geforce rtx 4090"])
def test_a_chip_is_found_by_the_names_people_use(typed):
    assert match(CHIPS, typed, "GPU").id == "rtx-4090"


def test_a_doubtful_name_lists_the_candidates():
    with pytest.raises(Doubtful) as caught:
        match(CHIPS, "4060 ti", "GPU")
    assert "16 GB" in str(caught.value)
    assert "8 GB" in str(caught.value)


def test_an_unknown_name_says_what_is_close():
    with pytest.raises(Doubtful) as caught:
        match(CHIPS, "rtx a6010", "GPU")
    assert "RTX A6000" in str(caught.value)


def test_nothing_close_is_said_plainly():
    with pytest.raises(Doubtful, match="no GPU is called"):
        match(CHIPS, "zzzzzz", "GPU")


@pytest.mark.parametrize(
    ("typed", "first"),
    [("4090 suprim", "msi-4090-suprim-x"), ("romed8", "asrockrack-romed8-2t"), ("hx1500", "corsair-hx1500i")],
)
def test_part_of_a_name_is_enough_where_only_one_has_it(typed, first):
    assert match(OTHERS, typed, "part").id == first


def test_every_word_must_be_there():
    with pytest.raises(Doubtful):
        match(OTHERS, "4090 romed8", "part")


def test_slips_are_not_forgiven_where_a_name_decides():
    with pytest.raises(Doubtful):
        match(OTHERS, "romde8", "part")


def test_words_part_letters_from_digits():
    assert words("HX1500i ATX 3.1") == ("hx", "1500", "i", "atx", "3.1")


def test_run_together():
    assert run_together("E-ATX") == "eatx"
