"""What people type finds the part they mean: in any order, abbreviated, with figures, and with slips of the keys."""

import pytest

from planner.catalog.finder import Finder, chunks, marks
from planner.catalog.slips import near, slips, swapped
from planner.catalog.store import Catalog
from tests.makers import make_card, make_chip, make_kit, make_psu

MEANT = [
    # names, and words in another order
    ("4090 suprim", "cards", "msi-rtx-4090-suprim-x"),
    ("suprim 4090", "cards", "msi-rtx-4090-suprim-x"),
    ("3090 founders", "cards", "nvidia-rtx-3090-founders-edition"),
    ("rtx pro 6000", "cards", "nvidia-rtx-pro-6000-blackwell-workstation-edition"),
    ("pro 6000 max-q", "cards", "nvidia-rtx-pro-6000-blackwell-max-q-workstation-edition"),
    ("waterforce 4090", "cards", "gigabyte-rtx-4090-aorus-xtreme-waterforce"),
    ("strix 3090", "cards", "asus-rtx-3090-rog-strix"),
    ("mi50 32", "cards", "amd-instinct-mi50-32gb"),
    ("p40", "cards", "nvidia-tesla-p40"),
    ("b580", "cards", "intel-arc-b580-limited-edition"),
    ("l40s", "cards", "nvidia-l40s"),
    ("a6000", "cards", "nvidia-rtx-a6000"),
    ("7900xtx nitro", "cards", "sapphire-rx-7900-xtx-nitro-plus-vapor-x"),
    ("romed8", "boards", "asrock-rack-romed8-2t"),
    ("x870e proart", "boards", "asus-proart-x870e-creator-wifi"),
    ("trx50 sage", "boards", "asus-pro-ws-trx50-sage-wifi"),
    ("hero x670e", "boards", "asus-rog-crosshair-x670e-hero"),
    ("hx1500", "psus", "corsair-hx1500i-2022"),
    ("hx 1500", "psus", "corsair-hx1500i-2022"),
    ("ax1600i", "psus", "corsair-ax1600i"),
    ("rm1000x", "psus", "corsair-rm1000x-atx-3.1"),
    ("dark power 13", "psus", "be-quiet-dark-power-13-1000"),
    ("1600 p2", "psus", "evga-supernova-1600-p2"),
    ("epyc 7302", "cpus", "amd-epyc-7302"),
    ("7302p", "cpus", "amd-epyc-7302p"),
    ("9950x", "cpus", "amd-ryzen-9-9950x"),
    ("14900k", "cpus", "intel-core-i9-14900k"),
    ("meshify 2 xl", "cases", "fractal-design-meshify-2-xl"),
    ("torrent", "cases", "fractal-design-torrent"),
    ("define 7", "cases", "fractal-design-define-7"),
    ("enthoo pro 2", "cases", "phanteks-enthoo-pro-2"),
    ("open frame 8 gpu", "cases", "generic-open-frame-8-gpu"),
    ("nh-u14s", "coolers", "noctua-nh-u14s"),
    ("nhd15", "coolers", "noctua-nh-d15"),
    ("u14s tr4", "coolers", "noctua-nh-u14s-tr4-sp3"),
    ("990 pro 4tb", "drives", "samsung-990-pro-4tb"),
    ("rdimm 8x64gb 6400", "memory", "generic-ddr5-6400-rdimm-8x64gb"),
    ("llama 3.1 70b", "models", "llama-3.1-70b"),
    ("qwen3 30b", "models", "qwen3-30b-a3b"),
    ("deepseek v3", "models", "deepseek-v3"),
    ("gpt oss 120", "models", "gpt-oss-120b"),
    ("rtx pro 6000", "chips", "rtx-pro-6000-blackwell"),
    ("3080 ti", "chips", "rtx-3080-ti"),
    ("5060 ti 16", "chips", "rtx-5060-ti-16gb"),
    ("7900xtx", "chips", "rx-7900-xtx"),
    # abbreviations
    ("4090 fe", "cards", "nvidia-rtx-4090-founders-edition"),
    ("4090fe", "cards", "nvidia-rtx-4090-founders-edition"),
    ("fe 3090", "cards", "nvidia-rtx-3090-founders-edition"),
    ("tuf 4090", "cards", "asus-rtx-4090-tuf-gaming"),
    ("4090 aio", "cards", "msi-rtx-4090-suprim-liquid-x"),
    ("tr 7960x", "cpus", "amd-threadripper-7960x"),
    ("aio 420", "coolers", "arctic-liquid-freezer-iii-420"),
    # figures, and words for what the name does not say
    ("4090 48gb", "cards", "generic-rtx-4090-48gb-blower"),
    ("48 gb blower", "cards", "generic-rtx-4090-48gb-blower"),
    ("96gb", "cards", "nvidia-rtx-pro-6000-blackwell-workstation-edition"),
    ("blower 3090", "cards", "asus-rtx-3090-turbo"),
    ("titanium 1600w thor", "psus", "asus-rog-thor-1600t3"),
    ("3 kw", "psus", "corsair-ws3000"),
    ("2x24", "memory", "generic-ddr5-5600-udimm-2x24gb"),
    ("2 x 24 cudimm", "memory", "generic-ddr5-6400-cudimm-2x24gb"),
    ("a6000 3 slot", "bridges", "nvlink3-a6000-3slot"),
    # slips
    ("suprm 4090", "cards", "msi-rtx-4090-suprim-x"),
    ("foudners 4090", "cards", "nvidia-rtx-4090-founders-edition"),
    ("4900 fe", "cards", "nvidia-rtx-4090-founders-edition"),
    ("trubo 3090 asus", "cards", "asus-rtx-3090-turbo"),
    ("asrok romed8", "boards", "asrock-rack-romed8-2t"),
    ("romde8", "boards", "asrock-rack-romed8-2t"),
    ("tachi x670e", "boards", "asrock-x670e-taichi"),
    ("seasonnic px 1600", "psus", "seasonic-prime-px-1600-2022"),
    ("7960x threadriper", "cpus", "amd-threadripper-7960x"),
    ("meshfy 2", "cases", "fractal-design-meshify-2"),
    ("fractl torrent", "cases", "fractal-design-torrent"),
    ("noctau nh d15", "coolers", "noctua-nh-d15"),
    ("peerless assasin", "coolers", "thermalright-peerless-assassin-120"),
    # the wrong maker
    ("asus 4090 suprim", "cards", "msi-rtx-4090-suprim-x"),
    ("nvidia 4090 suprim", "cards", "msi-rtx-4090-suprim-x"),
]  # fmt: skip


@pytest.fixture(scope="module")
def finders(catalog):
    kinds = {kind for _, kind, _ in MEANT}
    return {kind: Finder(kind, getattr(catalog, kind).values(), catalog) for kind in kinds}


@pytest.mark.parametrize(("typed", "kind", "first"), MEANT)
def test_the_part_that_is_meant_comes_first(finders, typed, kind, first):
    assert finders[kind].find(typed).hits[0].record.id == first


ALL_OF = [
    ("FE", "cards", lambda card: "founders edition" in card.name.lower()),
    ("1600w", "psus", lambda psu: psu.watts == 1600),
    ("1.6 kW", "psus", lambda psu: psu.watts == 1600),
    ("24 GiB blower", "cards", lambda card: card.cooler == "blower" or "blower" in card.name.lower()),
    ("am5", "boards", lambda board: board.socket == "AM5"),
    ("eatx sp3", "boards", lambda board: (board.form_factor, board.socket) == ("E-ATX", "SP3")),
    ("am5 16 cores", "cpus", lambda cpu: (cpu.socket, cpu.cores) == ("AM5", 16)),
    ("genoa", "cpus", lambda cpu: cpu.family == "genoa"),
    ("h12ssl", "boards", lambda board: "h12ssl" in board.name.lower()),
]


@pytest.mark.parametrize(("typed", "kind", "holds"), ALL_OF)
def test_all_that_is_found_is_of_that_sort(finders, typed, kind, holds):
    found = finders[kind].find(typed)
    assert len(found.hits) > 1
    assert all(holds(hit.record) for hit in found.hits)


def test_a_figure_means_the_whole_kit_before_one_module(finders):
    sizes = [hit.record.modules * hit.record.module_gib for hit in finders["memory"].find("64gb ddr5").hits]
    assert sizes[0] == 64
    assert sizes == sorted(sizes, key=lambda gib: gib != 64)


def test_among_equals_the_fastest_card_comes_first(finders):
    assert finders["cards"].find("FE").hits[0].record.id == "nvidia-rtx-5090-founders-edition"


def ids(found):
    return [hit.record.id for hit in found.hits]


@pytest.fixture
def few():
    chips = {chip.id: chip for chip in (make_chip(id="a", vram_gib=24.0), make_chip(id="b", vram_gib=48.0))}
    cards = [
        make_card(id="one", chip="a", vendor="MSI", name="RTX 9090 VENTUS", cooler="open_air"),
        make_card(id="two", chip="b", vendor="ASUS", name="RTX 9090 Turbo", cooler="blower"),
        make_card(id="three", chip="b", vendor="ASUS", name="RTX 9091 TUF", cooler="open_air"),
    ]
    return Finder("cards", cards, Catalog(chips=chips))


def test_a_hit_says_what_matched(few):
    (hit,) = few.find("asus 48gb blower").hits
    assert (hit.record.id, hit.terms, set(hit.facets)) == ("two", ("asus",), {"vram", "cooler"})
    assert few.find("9090 48gb").hits[0].terms == ("9090",)


def test_nothing_typed_shows_everything_in_its_order(few):
    assert ids(few.find("  ")) == ["one", "two", "three"]


def test_a_slip_is_told(few):
    found = few.find("vnetus")
    assert ids(found) == ["one"]
    assert found.read_as == (("vnetus", "ventus"),)
    assert found.remark == "“vnetus” read as “ventus”"


def test_words_that_no_part_has_together_are_told(few):
    found = few.find("tuf 9091 msi")
    assert (ids(found), found.ignored) == (["three"], ("msi",))
    assert "without “msi”" in found.remark


def test_what_is_nowhere_finds_nothing(few):
    found = few.find("zzzzzz")
    assert (found.hits, found.remark) == ((), "")


def test_a_word_typed_right_is_never_read_as_another(few):
    assert few.find("9091").read_as == ()
    assert ids(few.find("9091")) == ["three"]


def test_a_bare_number_means_a_figure_too():
    supplies = [make_psu(id="plain", name="Tower", watts=1300), make_psu(id="other", name="Tower II", watts=850)]
    assert ids(Finder("psus", supplies, Catalog()).find("1300")) == ["plain"]


def test_a_yes_is_found_by_the_name_of_its_facet():
    kits = [make_kit(id="with", ecc=True), make_kit(id="without", ecc=False)]
    assert ids(Finder("memory", kits, Catalog()).find("ecc")) == ["with"]


def test_search_does_not_depend_on_what_was_asked_before(few):
    fresh = ids(few.find("turbo"))
    for typed in ("t", "tu", "tur", "turb", "9090 turbo", "zz turbo"):
        few.find(typed)
    assert ids(few.find("turbo")) == fresh == ["two"]


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("RTX 4090™", ("rtx", "4090")),
        ("2 x 24", ("2x24",)),
        ("48 GiB", ("48gb",)),
        ("1.2 kW", ("1200w",)),
        ("3-slot", ("3slot",)),
        ("6000 MT/s", ("6000mts",)),
        ("E-ATX 3.1", ("eatx", "3.1")),
        ("a a", ("a",)),
        ("®", ()),
    ],
)
def test_what_is_looked_up(typed, taken):
    assert chunks(typed) == taken


@pytest.mark.parametrize(
    ("title", "terms", "marked"),
    [
        ("MSI GeForce RTX 4090 SUPRIM X", ("4090", "suprim"), ["4090", "SUPRIM"]),
        ("ROMED8-2T", ("romed82t",), ["ROMED8-2T"]),
        ("Corsair RM1000x (ATX 3.1)", ("atx3.1",), ["ATX 3.1"]),
        ("Radeon™ PRO", ("radeonpro",), ["Radeon™ PRO"]),
        ("Torrent", ("nowhere",), []),
    ],
)
def test_what_matched_is_marked_in_the_title(title, terms, marked):
    assert [title[begin:end] for begin, end in marks(title, terms)] == marked


@pytest.mark.parametrize(
    ("typed", "word", "distance"),
    [("suprm", "suprim", 1), ("foudners", "founders", 1), ("abcd", "abcd", 0), ("trio", "trinity", 2), ("ab", "ba", 1)],
)
def test_slips_are_counted(typed, word, distance):
    assert slips(typed, word, 1) == distance


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("abc", ()),  # three letters: every other word would be near
        ("gamign", ("gaming",)),
        ("4900", ("4090",)),
        ("4091", ()),  # another figure is another part
        ("romde8", ("romed8",)),
        ("found", ()),  # as typed
    ],
)
def test_the_nearest_words(typed, meant):
    assert near(typed, ("gaming", "4090", "romed", "found", "abd")) == meant


def test_only_neighbours_are_swapped():
    assert [swapped("4900", other) for other in ("4090", "9400", "4009", "4900")] == [True, True, False, False]
