"""Search forgives typing; a name that may mean several parts is an error that lists them."""

from dataclasses import dataclass

import pytest

from planner.catalog.search import Doubtful, match, search, words


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
def test_search_forgives_typing(typed, first):
    assert search(OTHERS, typed)[0].id == first


def test_every_typed_word_must_be_there():
    assert search(OTHERS, "4090 romed8") == []


def test_words_part_letters_from_digits():
    assert words("HX1500i ATX 3.1") == ("hx", "1500", "i", "atx", "3.1")


MEANT = [
    ("4090 suprim", "cards", "msi-rtx-4090-suprim-x"),
    ("suprim 4090", "cards", "msi-rtx-4090-suprim-x"),
    ("4090 fe", "cards", "nvidia-rtx-4090-founders-edition"),
    ("3090 founders", "cards", "nvidia-rtx-3090-founders-edition"),
    ("rtx pro 6000", "cards", "nvidia-rtx-pro-6000-blackwell-workstation-edition"),
    ("pro 6000 max-q", "cards", "nvidia-rtx-pro-6000-blackwell-max-q-workstation-edition"),
    ("rtx pro 6000", "chips", "rtx-pro-6000-blackwell"),
    ("4090", "chips", "rtx-4090"),
    ("3080 ti", "chips", "rtx-3080-ti"),
    ("4070 super", "chips", "rtx-4070-super"),
    ("5060 ti 16", "chips", "rtx-5060-ti-16gb"),
    ("a6000", "chips", "rtx-a6000"),
    ("7900xtx", "chips", "rx-7900-xtx"),
    ("p40", "chips", "tesla-p40"),
    ("mi50", "chips", "instinct-mi50"),
    ("b580", "chips", "arc-b580"),
    ("romed8", "boards", "asrock-rack-romed8-2t"),
    ("x870e proart", "boards", "asus-proart-x870e-creator-wifi"),
    ("ax1600i", "psus", "corsair-ax1600i"),
    ("rm1000x", "psus", "corsair-rm1000x-atx-3.1"),
    ("epyc 7302", "cpus", "amd-epyc-7302"),
    ("9950x", "cpus", "amd-ryzen-9-9950x"),
    ("tr 7960x", "cpus", "amd-threadripper-7960x"),
    ("meshify 2 xl", "cases", "fractal-design-meshify-2-xl"),
    ("torrent", "cases", "fractal-design-torrent"),
    ("define 7", "cases", "fractal-design-define-7"),
    ("nh-u14s", "coolers", "noctua-nh-u14s"),
    ("llama 3.1 70b", "models", "llama-3.1-70b"),
    ("qwen3 30b", "models", "qwen3-30b-a3b"),
    ("deepseek v3", "models", "deepseek-v3"),
    ("gpt oss 120", "models", "gpt-oss-120b"),
]


@pytest.mark.parametrize(("typed", "kind", "first"), MEANT)
def test_the_part_that_is_meant_comes_first(catalog, typed, kind, first):
    assert search(getattr(catalog, kind).values(), typed)[0].id == first


@pytest.mark.parametrize(
    ("typed", "kind", "all_hold"),
    [("hx1500", "psus", "HX1500i"), ("5060 ti 16", "cards", "5060 Ti"), ("h12ssl", "boards", "H12SSL")],
)
def test_all_that_is_found_is_of_that_line(catalog, typed, kind, all_hold):
    found = search(getattr(catalog, kind).values(), typed)
    assert found
    assert all(all_hold in record.name for record in found)
