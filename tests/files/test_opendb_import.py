"""Records of BuildCores OpenDB become parts of ours; what they do not say stays unknown."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.catalog.known import unknown
from planner.files.opendb_import import MARKS, import_opendb, is_opendb
from planner.files.part_import import import_file
from planner.files.problem import FileProblem

HEAD = {"opendb_id": "0c1c-test", "general_product_information": {"manufacturer_url": "https://example.org/part"}}


def named(name: str, maker: str) -> dict[str, Any]:
    return HEAD | {"metadata": {"name": name, "manufacturer": maker, "part_numbers": []}}


CARD = named("MSI GeForce RTX 4090 SUPRIM X 24G", "MSI") | {
    "chipset_manufacturer": "NVIDIA",
    "chipset": "GeForce RTX 4090",
    "memory": 24,
    "interface": "PCIe 4.0 x16",
    "length": 336,
    "tdp": 450,
    "total_slot_width": 3.5,
    "case_expansion_slot_width": 3,
    "cooling": "3 Fans",
    "power_connectors": {"pcie_6_pin": 0, "pcie_8_pin": 0, "pcie_12VHPWR": 1, "pcie_12V_2x6": 0},
}
PSU = named("Corsair RM1000x ATX 3.1 1000W", "Corsair") | {
    "wattage": 1000,
    "form_factor": "ATX",
    "efficiency_rating": "80+ Gold",
    "length": 160,
    "connectors": {"atx_24_pin": 1, "eps_8_pin": 2, "pcie_12vhpwr": 1, "pcie_6_plus_2_pin": 4},
}
CASE = named("Fractal Design Torrent", "Fractal Design") | {
    "form_factor": "ATX Mid Tower",
    "supported_motherboard_form_factors": ["EATX", "ATX", "Micro ATX", "Mini-ITX"],
    "expansion_slots": 7,
    "max_video_card_length": 461,
    "max_cpu_cooler_height": 188,
}
CPU = named("AMD Ryzen 9 9900X", "AMD") | {
    "cores": {"total": 12, "threads": 24},
    "socket": "AM5",
    "coreFamily": "Granite Ridge",
    "specifications": {
        "integratedGraphics": {"model": "AMD Radeon Graphics"},
        "memory": {"types": ["DDR5"], "channels": 2, "maxSupport": 192},
        "tdp": 120,
        "ppt": 162,
    },
}
COOLER = named("Noctua NH-D15", "Noctua") | {
    "height": 165,
    "cpu_sockets": ["AM5", "LGA 1700", "TR4"],
    "water_cooled": False,
    "radiator_size": None,
}
RAM = named("G.Skill Ripjaws S5 64GB", "G.SKILL") | {
    "modules": {"quantity": 2, "capacity_gb": 32},
    "ram_type": "DDR5",
    "form_factor": "288-pin DIMM",
    "speed": 6000,
    "ecc": "Non-ECC",
    "registered": "Unbuffered",
}
DRIVE = named("Samsung 990 Pro 2TB", "Samsung") | {"capacity": 2000, "nvme": True, "interface": "M.2 PCIe 4.0 x4"}
BOARD = named("ASUS TUF GAMING X870-TEST", "ASUS") | {
    "socket": "AM5",
    "form_factor": "ATX",
    "chipset": "AMD X870",
    "memory": {"max": 256, "ram_type": "DDR5", "slots": 4},
    "pcie_slots": [{"gen": "4.0", "quantity": 1, "lanes": 16}, {"gen": "4.0", "quantity": 2, "lanes": 1}],
    "m2_slots": [{"size": "2280", "interface": "PCIe 5.0 x4"}, {"size": "22110", "interface": "PCIe 5.0 x4"}],
}
RECORDS = {
    "GPU": CARD,
    "PSU": PSU,
    "PCCase": CASE,
    "CPU": CPU,
    "CPUCooler": COOLER,
    "RAM": RAM,
    "Storage": DRIVE,
    "Motherboard": BOARD,
}


@pytest.fixture
def imported(tmp_path, catalog):
    return lambda record: import_opendb(tmp_path / "part.json", record, catalog)


def test_every_kind_of_theirs_is_imported(imported):
    assert set(RECORDS) == set(MARKS)
    for theirs, record in RECORDS.items():
        part = imported(record).part
        assert part.evidence.confidence.word == "medium"
        assert any("BuildCores OpenDB (ODC-By 1.0)" in s and f"/{theirs}/" in s for s in part.evidence.sources)
        assert "https://example.org/part" in part.evidence.sources
        assert part.id.startswith("own-")


def test_a_card_with_its_chip(imported):
    card = imported(CARD).part
    assert (card.chip, card.length_mm, card.slots_occupied, card.bracket_slots) == ("rtx-4090", 336, 3.5, 3)
    assert (card.plugs, card.plugs_known, card.tgp_w, card.cooler) == ({"12vhpwr": 1}, True, 450, "open_air")
    assert card.name == "GeForce RTX 4090 SUPRIM X 24G"
    assert {"height_mm", "thickness_mm", "mass_kg", "price"} <= set(unknown(card))


def test_plugs_nobody_counted_are_not_known(imported):
    none = {"pcie_6_pin": 0, "pcie_8_pin": 0, "pcie_12VHPWR": 0, "pcie_12V_2x6": 0}
    card = imported(CARD | {"power_connectors": none}).part
    assert not card.plugs_known
    assert "plugs" in unknown(card)


@pytest.mark.parametrize(("width", "word"), [(3, "low"), (3.5, "medium")])
def test_whole_slot_widths_may_be_rounded(imported, width, word):
    assert imported(CARD | {"total_slot_width": width}).part.confidence_of("slots_occupied").word == word


@pytest.mark.parametrize("width", [0, 43, None])
def test_a_width_no_card_has_is_not_known(imported, width):
    assert imported(CARD | {"total_slot_width": width}).part.slots_occupied is None


def test_power_of_the_chip_where_the_record_has_none(imported, catalog):
    card = imported(CARD | {"tdp": 0}).part
    assert card.tgp_w == catalog.chips["rtx-4090"].tgp_w
    assert card.confidence_of("tgp_w").word == "low"


@pytest.mark.parametrize(
    ("chip", "memory", "found"),
    [
        ("GeForce RTX 4060 Ti", 16, "rtx-4060-ti-16gb"),
        ("GeForce RTX 4060 Ti 8 GB", 8, "rtx-4060-ti-8gb"),
        ("GeForce RTX 3080 10 GB", 10, "rtx-3080"),
        ("GeForce RTX 3080 12 GB", 12, "rtx-3080-12gb"),
        ("RTX 4000 Ada", 20, "rtx-4000-ada"),
        ("RTX 4000 SFF Ada", 20, "rtx-4000-sff-ada"),
        ("Radeon RX 9060 XT 16 GB", 16, "rx-9060-xt-16gb"),
        ("RTX PRO 4500 Blackwell Workstation Edition", 32, "rtx-pro-4500-blackwell"),
    ],
)
def test_chips_are_found_by_name_and_memory(imported, chip, memory, found):
    assert imported(CARD | {"chipset": chip, "memory": memory}).part.chip == found


def test_a_chip_the_catalog_lacks_is_said(imported):
    with pytest.raises(FileProblem, match=r"“GeForce GTX 285” with 1 GB, which the catalog does not have"):
        imported(CARD | {"chipset": "GeForce GTX 285", "memory": 1})


def test_a_chip_that_may_be_several_lists_them(imported):
    with pytest.raises(FileProblem, match=r"may be .*5060 Ti 8 GB or .*5060 Ti 16 GB|may be .*16 GB or .*8 GB"):
        imported(CARD | {"chipset": "GeForce RTX 5060 Ti", "memory": 0})


def test_a_supply(imported):
    psu = imported(PSU).part
    assert (psu.watts, psu.grade, psu.atx_version, psu.length_mm) == (1000, "gold", "3.1", 160)
    assert (psu.pcie_8pin, psu.sixteen_pin, psu.eps_8pin) == (4, 1, 2)


def test_counts_of_nothing_are_not_known(imported):
    empty = {"eps_8_pin": 0, "pcie_12vhpwr": 0, "pcie_6_plus_2_pin": 0}
    psu = imported(PSU | {"connectors": empty, "length": None}).part
    assert (psu.pcie_8pin, psu.sixteen_pin, psu.eps_8pin, psu.length_mm) == (None, None, None, None)


def test_a_case(imported):
    case = imported(CASE).part
    assert (case.kind, case.expansion_slots, case.max_gpu_length_mm) == ("mid tower", 7, 461)
    assert case.board_sizes == ("E-ATX", "ATX", "Micro ATX", "Mini-ITX")
    assert case.confidence_of("board_sizes").word == "medium"


def test_a_list_of_sizes_that_stops_early_is_doubted(imported):
    case = imported(CASE | {"supported_motherboard_form_factors": ["ATX"]}).part
    assert case.confidence_of("board_sizes").word == "low"


def test_lanes_of_a_processor_come_from_its_family(imported):
    cpu = imported(CPU).part
    assert (cpu.pcie_lanes, cpu.pcie_gen, cpu.ppt_w, cpu.ecc) == (28, 5, 162, None)
    assert cpu.confidence_of("pcie_lanes").word == "low"
    assert cpu.confidence_of("cores").word == "medium"


def test_a_processor_of_an_unknown_family_is_refused(imported):
    with pytest.raises(FileProblem, match=r"PCIe lanes.*kaveri, FM2\+\) are not there"):
        imported(CPU | {"coreFamily": "Kaveri", "socket": "FM2+"})


def test_a_cooler(imported):
    cooler = imported(COOLER).part
    assert (cooler.kind, cooler.height_mm, cooler.sockets) == ("air", 165, ("AM5", "LGA1700", "sTR4"))
    assert imported(COOLER | {"water_cooled": True, "radiator_size": 360}).part.radiator_mm == 360
    with pytest.raises(FileProblem, match="air or water"):
        imported(COOLER | {"water_cooled": None})


def test_memory(imported):
    kit = imported(RAM).part
    assert (kit.modules, kit.module_gib, kit.type, kit.form, kit.speed_mts) == (2, 32, "DDR5", "UDIMM", 6000)
    assert imported(RAM | {"registered": "Registered"}).part.form == "RDIMM"
    assert imported(RAM | {"registered": None}).part.confidence_of("form").word == "low"
    with pytest.raises(FileProblem, match="laptops"):
        imported(RAM | {"form_factor": "262-pin SO-DIMM"})
    with pytest.raises(FileProblem, match="DDR2"):
        imported(RAM | {"ram_type": "DDR2"})


def test_a_drive(imported):
    drive = imported(DRIVE).part
    assert (drive.kind, drive.capacity_gb, drive.gen, drive.lanes) == ("nvme", 2000, 4, 4)
    assert imported(DRIVE | {"nvme": False, "interface": "SATA 6.0 Gb/s"}).part.kind == "sata"
    with pytest.raises(FileProblem, match="SAS"):
        imported(DRIVE | {"nvme": False, "interface": "SAS 12.0 Gb/s"})


def test_of_a_board_only_lengths_are_believed(imported):
    found = imported(BOARD)
    assert [(slot.mechanical, slot.gen, slot.lanes, slot.row) for slot in found.part.slots] == [
        (16, None, None, None),
        (1, None, None, None),
        (1, None, None, None),
    ]
    assert found.part.connectors == found.part.slots
    assert "M.2 sockets are left out" in found.notes[0]
    assert found.part.confidence_of("connectors").word == "low"


def test_a_board_of_an_unknown_chipset_is_refused(imported):
    with pytest.raises(FileProblem, match="“nForce4” and socket AM5"):
        imported(BOARD | {"chipset": "nForce4"})


@pytest.mark.parametrize("part", ["name", "manufacturer"])
def test_a_record_without_a_name_is_refused(imported, part):
    about = {key: value for key, value in PSU["metadata"].items() if key != part}
    with pytest.raises(FileProblem, match=f"metadata.{part}"):
        imported(PSU | {"metadata": about})


def test_other_kinds_are_refused(imported):
    assert is_opendb(named("Chair", "Maker"))
    with pytest.raises(FileProblem, match="no place for"):
        imported(named("Chair", "Maker"))


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=5),
    st.just({}),
    st.just([3, {}]),
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(theirs=st.sampled_from(sorted(RECORDS)), data=st.data(), value=VALUES)
def test_values_of_any_kind_are_imported_or_refused(imported, theirs, data, value):
    record = RECORDS[theirs]
    name = data.draw(st.sampled_from(sorted(record)))
    inner = record[name]
    if isinstance(inner, dict) and inner and data.draw(st.booleans()):
        value = inner | {data.draw(st.sampled_from(sorted(inner))): value}
    try:
        found = imported(record | {name: value})
    except FileProblem as problem:
        assert "part.json" in str(problem)
    else:
        assert found.part.name


# ------------------------------------------------------------------ from a file into the user's folder


def test_a_file_is_told_apart_by_what_it_holds(tmp_path, catalog):
    path = tmp_path / "anything.json"
    path.write_text(json.dumps(PSU), encoding="utf-8")
    kept = import_file(path, catalog, tmp_path / "own")
    assert (kept.kind, kept.files[0].parent.name, kept.files[0].exists()) == ("psus", "psus", True)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"[]", "one object"),
        (b"{}", "neither a model's"),
        (b"\x00\x01", "neither a GGUF file nor JSON"),
        (b"GGUF", "cut off"),
    ],
)
def test_other_files_are_refused(tmp_path, catalog, data, says):
    path = tmp_path / "file.bin"
    path.write_bytes(data)
    with pytest.raises(FileProblem, match=says):
        import_file(path, catalog, tmp_path / "own")
    assert not (tmp_path / "own").exists()


def test_a_file_that_is_not_there(tmp_path, catalog):
    with pytest.raises(FileProblem, match="cannot be read"):
        import_file(tmp_path / "none.json", catalog)
