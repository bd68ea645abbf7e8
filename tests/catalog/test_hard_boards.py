"""Boards whose lanes no formula reproduces, as they ship: the analysis gives what their manuals and makers say."""

from typing import Any

import pytest

from planner.analysis.lanes import Lanes, lanes
from planner.catalog.store import Catalog
from planner.domain.parts import Board
from tests.makers import make_cpu, make_drive, make_rig_of

DESIGNARE = "gigabyte-x99-designare-ex"
CARBON = "msi-mpg-x870e-carbon-wifi"
UNIFY = "msi-meg-b550-unify"
ROMED8 = "asrock-rack-romed8-2t"
CREATION = "msi-meg-x299-creation"
W790 = "asus-pro-ws-w790e-sage-se"
GODLIKE = "msi-meg-z390-godlike"
X570_UNIFY = "msi-meg-x570-unify"
PRO_X870 = "msi-pro-x870-p-wifi"
ACE_MAX = "msi-meg-x570s-ace-max"
STRIX_X670E = "asus-rog-strix-x670e-e-gaming-wifi"
Z890_EXTREME = "asus-rog-maximus-z890-extreme"
STRIX_B650E = "asus-rog-strix-b650e-e-gaming-wifi"
ROMED6U = "asrock-rack-romed6u-2l2t"
MU72 = "gigabyte-mu72-su0"
TOMAHAWK = "msi-x99a-tomahawk"


def solved(board: Board, plugged: str, **cpu: Any) -> Lanes:
    """Cards in the slots named and, after a bar, drives in the sockets named."""
    slots, _, drives = plugged.partition("|")
    stored = tuple(make_drive(n, board.connector(name)) for n, name in enumerate(drives.split(), 1))
    result = lanes(make_rig_of(board, *slots.split(), drives=stored, cpu=make_cpu(**cpu)))
    assert result is not None
    assert not result.unplaced
    return result


def widths(result: Lanes) -> dict[str, int]:
    return {link.slot: link.width for link in result.links}


def given(text: str) -> dict[str, int]:
    """Widths from a text such as: E1 16, E3 8."""
    return {name: int(lanes_) for name, lanes_ in (part.split() for part in text.split(", "))} if text else {}


@pytest.mark.parametrize(
    ("board", "plugged", "cpu", "expected"),
    [
        # A switch below the processor: the slots behind it halve only when a socket behind it is used.
        (DESIGNARE, "PCIE_1", 40, "PCIE_1 16"),
        (DESIGNARE, "PCIE_1 PCIE_7", 40, "PCIE_1 8, PCIE_7 8"),
        (DESIGNARE, "PCIE_1 PCIE_4 PCIE_6", 40, "PCIE_1 16, PCIE_4 16, PCIE_6 16"),
        (DESIGNARE, "PCIE_4 PCIE_6 | M.2", 40, "PCIE_4 8, PCIE_6 8"),
        (DESIGNARE, "PCIE_4 PCIE_6", 28, "PCIE_4 16, PCIE_6 16"),
        (DESIGNARE, "PCIE_4 PCIE_5 | U.2", 28, "PCIE_4 8, PCIE_5 4"),
        # The second slot never has more than four lanes.
        (CARBON, "PCI_E1", 28, "PCI_E1 16"),
        (CARBON, "PCI_E1 PCI_E2", 28, "PCI_E1 8, PCI_E2 4"),
        (CARBON, "PCI_E1 | M.2_2", 28, "PCI_E1 8"),
        (CARBON, "PCI_E1 PCI_E2 | M.2_2", 28, "PCI_E1 8, PCI_E2 4"),
        (CARBON, "PCI_E1 PCI_E3 | M.2_1", 28, "PCI_E1 16, PCI_E3 4"),
        # Two M.2 sockets fed by the chipset as delivered, or by the processor at the first slot's cost.
        (UNIFY, "PCI_E1", 24, "PCI_E1 16"),
        (UNIFY, "PCI_E1 | M2_2", 24, "PCI_E1 16"),
        (UNIFY, "PCI_E1 PCI_E2 | M2_2", 24, "PCI_E1 8, PCI_E2 1"),
        (UNIFY, "PCI_E1 PCI_E4", 24, "PCI_E1 16, PCI_E4 4"),
        # Two jumpers route one slot's sixteen lanes.
        (ROMED8, "PCIE7 PCIE2", 128, "PCIE7 16, PCIE2 16"),
        (ROMED8, "PCIE2 | M2_1", 128, "PCIE2 8"),
        (ROMED8, "PCIE2 | M2_2", 128, "PCIE2 16"),
        (ROMED8, "PCIE7 PCIE5 PCIE3 PCIE1 | OCU1", 128, "PCIE7 16, PCIE5 16, PCIE3 16, PCIE1 16"),
        # A table for each class of processor, an M.2 socket in each.
        (CREATION, "PCI_E1 PCI_E2 PCI_E3 PCI_E5 | M2_3", 44, "PCI_E1 8, PCI_E2 8, PCI_E3 16, PCI_E5 8"),
        (CREATION, "PCI_E1 PCI_E3 PCI_E5 | M2_3", 44, "PCI_E1 16, PCI_E3 16, PCI_E5 8"),
        (CREATION, "PCI_E1 PCI_E2 PCI_E3 PCI_E5", 28, "PCI_E1 8, PCI_E2 8, PCI_E3 8, PCI_E5 4"),
        (CREATION, "PCI_E1 PCI_E3 | M2_3", 28, "PCI_E1 16, PCI_E3 8"),
        (CREATION, "PCI_E1 PCI_E3 | M2_3", 16, "PCI_E1 8, PCI_E3 4"),
        (CREATION, "PCI_E1 PCI_E3 PCI_E5", 16, "PCI_E1 8, PCI_E3 4, PCI_E5 4"),
        # Four full links whatever else is plugged in: the block diagram shares nothing.
        (ROMED6U, "PCIE7 PCIE6 PCIE5 PCIE4 | M2_1 M2_2", 128, "PCIE7 16, PCIE6 16, PCIE5 16, PCIE4 16"),
        # An x8 slot takes half of the x16 slot on the same port, and of no other.
        (MU72, "Slot2 Slot4 Slot6 Slot7", 64, "Slot2 16, Slot4 16, Slot6 16, Slot7 16"),
        (MU72, "Slot2 Slot3 Slot4 Slot7", 64, "Slot2 16, Slot3 8, Slot4 8, Slot7 16"),
        # The last slot halves the first; with 28 lanes the middle one has eight in any case.
        (TOMAHAWK, "row2 row5", 40, "row2 16, row5 16"),
        (TOMAHAWK, "row2 row5 row7", 40, "row2 8, row5 16, row7 8"),
        (TOMAHAWK, "row2 row5", 28, "row2 16, row5 8"),
        (TOMAHAWK, "row2 row5 row7", 28, "row2 8, row5 8, row7 8"),
    ],
)
def test_widths_as_the_manual_says(catalog: Catalog, board, plugged, cpu, expected):
    result = solved(catalog.boards[board], plugged, pcie_lanes=cpu)
    assert widths(result) == given(expected)
    assert not result.conflicts


@pytest.mark.parametrize(("cpu_lanes", "uplink_lanes"), [(40, 16), (28, 8)])
def test_the_switch_has_half_the_uplink_with_28_lanes(catalog: Catalog, cpu_lanes, uplink_lanes):
    link, _ = solved(catalog.boards[DESIGNARE], "PCIE_4 PCIE_6", pcie_lanes=cpu_lanes, pcie_gen=3).links
    assert (link.width, link.root_kind, link.uplink_shared_with) == (16, "switch", ("gpu-2",))
    assert link.uplink_gb_s == pytest.approx(uplink_lanes * 0.985)


@pytest.mark.parametrize(
    ("board", "plugged", "cpu", "offenders"),
    [
        (UNIFY, "PCI_E1 PCI_E4 | M2_4", 24, ("drive-1",)),
        (ROMED8, "PCIE2 | OCU1", 128, ("drive-1",)),
        (CREATION, "PCI_E1 PCI_E5 | M2_3", 28, ("drive-1",)),
        (X570_UNIFY, "PCI_E2 PCI_E4", 24, ("gpu-2",)),
        ("asrock-x399-taichi", "PCIE1 PCIE4 | M2_1 U.2", 64, ("drive-2",)),
        ("gigabyte-z690-aorus-master", "PCIEX4_1 | M2C_SB", 20, ("drive-1",)),
        (Z890_EXTREME, "PCIEX16(G5)_1 PCIEX16(G5)_2 | M.2_3 M.2_4", 24, ("drive-2",)),
    ],
)
def test_what_excludes_each_other(catalog: Catalog, board, plugged, cpu, offenders):
    (conflict,) = solved(catalog.boards[board], plugged, pcie_lanes=cpu).conflicts
    assert conflict.offenders == offenders


def test_a_setting_of_jumpers_is_named(catalog: Catalog):
    def setting(plugged: str) -> str:
        (mode,) = solved(catalog.boards[ROMED8], plugged).modes
        return mode.setting

    assert setting("PCIE2") == "PE8_SEL 1-2, PE16_SEL 1-2"
    assert setting("PCIE2 | M2_1") == "PE8_SEL 1-2, PE16_SEL 2-3"
    assert setting("PCIE1 | OCU1 M2_1") == "PE8_SEL 2-3, PE16_SEL 2-3"


@pytest.mark.parametrize(
    ("family", "dead", "alive"),
    [
        ("xeon w-3400", (), {"_1": 16, "_2": 16, "_3": 16, "_4": 16, "_5": 16, "_6": 8, "_7": 16}),
        ("xeon w-3500", (), {"_1": 16, "_2": 16, "_3": 16, "_4": 16, "_5": 16, "_6": 8, "_7": 16}),
        ("xeon w-2400", ("gpu-2", "gpu-4", "gpu-6"), {"_1": 16, "_3": 16, "_5": 16, "_7": 16}),
        ("xeon w-2500", ("gpu-2", "gpu-4", "gpu-6"), {"_1": 16, "_3": 16, "_5": 16, "_7": 16}),
    ],
)
def test_the_processor_family_decides_which_slots_live(catalog: Catalog, family, dead, alive):
    slots = " ".join(f"PCIEX16(G5)_{n}" for n in range(1, 8))
    result = solved(catalog.boards[W790], slots, family=family)
    assert result.dead == dead
    assert widths(result) == {f"PCIEX16(G5){end}": lanes_ for end, lanes_ in alive.items()}


def test_the_second_slot_is_dead_with_the_smallest_processor(catalog: Catalog):
    result = solved(catalog.boards[CREATION], "PCI_E1 PCI_E2", pcie_lanes=16)
    assert (widths(result), result.dead) == ({"PCI_E1": 8}, ("gpu-2",))


# What makers say of single boards: slots, cards and the widths they get


@pytest.mark.parametrize(
    ("board", "plugged", "expected"),
    [
        (X570_UNIFY, "PCI_E1", "PCI_E1 16"),
        (X570_UNIFY, "PCI_E1 PCI_E3", "PCI_E1 8, PCI_E3 8"),
        (X570_UNIFY, "PCI_E1 PCI_E3 PCI_E5", "PCI_E1 8, PCI_E3 8, PCI_E5 4"),
        ("msi-meg-b550-unify-x", "PCI_E1 | M2_2", "PCI_E1 16"),
        ("msi-meg-b550-unify-x", "PCI_E1 PCI_E2 | M2_2", "PCI_E1 8, PCI_E2 1"),
        ("msi-meg-b550-unify-x", "PCI_E4", "PCI_E4 4"),
        (GODLIKE, "PCI_E1 PCI_E4", "PCI_E1 8, PCI_E4 8"),
        (GODLIKE, "PCI_E1 PCI_E4 PCI_E5", "PCI_E1 8, PCI_E4 8, PCI_E5 4"),
        (GODLIKE, "PCI_E1 PCI_E2 PCI_E4 PCI_E5", "PCI_E1 8, PCI_E2 4, PCI_E4 4, PCI_E5 4"),
        (PRO_X870, "PCI_E1 PCI_E2 PCI_E3 PCI_E4", "PCI_E1 16, PCI_E2 1, PCI_E3 1, PCI_E4 4"),
        (PRO_X870, "PCI_E1 PCI_E4 | M2_3", "PCI_E1 16, PCI_E4 2"),
        ("asus-rog-crosshair-x870e-hero", "PCIEX16_1 PCIEX16_2", "PCIEX16_1 8, PCIEX16_2 8"),
        ("asus-rog-crosshair-x870e-hero", "PCIEX16_1 | M.2_2 M.2_3", "PCIEX16_1 8"),
        ("asus-rog-crosshair-x870e-hero", "PCIEX16_1 | M.2_1 M.2_4 M.2_5", "PCIEX16_1 16"),
        ("gigabyte-x570-aorus-xtreme", "PCIEX16 PCIEX8", "PCIEX16 8, PCIEX8 8"),
        (ACE_MAX, "PCI_E1 PCI_E4", "PCI_E1 16, PCI_E4 8"),
        (ACE_MAX, "PCI_E4 | M2_3", "PCI_E4 4"),
        ("gigabyte-x570-aorus-xtreme", "PCIEX16 PCIEX4", "PCIEX16 16, PCIEX4 4"),
        ("asus-proart-x870e-creator-wifi", "PCIEX16(G5)_1 PCIEX16(G5)_2", "PCIEX16(G5)_1 8, PCIEX16(G5)_2 8"),
        ("asus-rog-crosshair-x670e-hero", "PCIEX16_1 PCIEX16_2 | M.2_1 M.2_2", "PCIEX16_1 8, PCIEX16_2 8"),
        ("asus-rog-crosshair-x670e-extreme", "PCIEX16_1 PCIEX16_2 | M.2_1", "PCIEX16_1 8, PCIEX16_2 8"),
        ("asus-rog-crosshair-x670e-extreme", "PCIEX16_1 PCIEX16_2 | M.2_2", "PCIEX16_1 8, PCIEX16_2 4"),
        (STRIX_X670E, "PCIEX16_1 PCIEX16_2", "PCIEX16_1 8, PCIEX16_2 4"),
        (STRIX_X670E, "PCIEX16_1 | M.2_3", "PCIEX16_1 8"),
        (STRIX_X670E, "PCIEX16_1 | M.2_1 M.2_2", "PCIEX16_1 16"),
        ("msi-meg-x670e-ace", "PCI_E1 PCI_E3", "PCI_E1 16, PCI_E3 4"),
        ("msi-meg-x670e-ace", "PCI_E1 PCI_E2 PCI_E3", "PCI_E1 8, PCI_E2 8, PCI_E3 4"),
        ("msi-mpg-x670e-carbon-wifi", "PCI_E1 PCI_E2", "PCI_E1 8, PCI_E2 8"),
        (STRIX_B650E, "PCIEX16_1 PCIEX16_2 PCIEX16_3", "PCIEX16_1 8, PCIEX16_2 4, PCIEX16_3 4"),
        (STRIX_B650E, "PCIEX16_1 | M.2_3", "PCIEX16_1 8"),
        (STRIX_B650E, "PCIEX16_1 PCIEX16_3 | M.2_1 M.2_2 M.2_4", "PCIEX16_1 16, PCIEX16_3 4"),
        ("asus-rog-strix-b650e-f-gaming-wifi", "PCIEX16_1 PCIEX16_2 | M.2_1 M.2_2 M.2_3", "PCIEX16_1 16, PCIEX16_2 4"),
        ("asus-prime-x670e-pro-wifi", "PCIEX16_1 PCIEX16_2 | M.2_1 M.2_3", "PCIEX16_1 16, PCIEX16_2 4"),
        ("gigabyte-x870e-aorus-master", "PCIEX16 PCIEX4_1", "PCIEX16 16, PCIEX4_1 4"),
        ("gigabyte-x870e-aorus-master", "PCIEX16 PCIEX4_1 | M2B_CPU", "PCIEX16 8, PCIEX4_1 4"),
        ("gigabyte-z690-aorus-master", "PCIEX16 PCIEX4_1 PCIEX4_2", "PCIEX16 16, PCIEX4_1 4, PCIEX4_2 4"),
        (Z890_EXTREME, "PCIEX16(G5)_1 PCIEX16(G5)_2 | M.2_1 M.2_2", "PCIEX16(G5)_1 8, PCIEX16(G5)_2 8"),
        (Z890_EXTREME, "PCIEX16(G5)_1 PCIEX16(G5)_2 | M.2_3", "PCIEX16(G5)_1 8, PCIEX16(G5)_2 4"),
        (Z890_EXTREME, "PCIEX16(G5)_1 | M.2_3 M.2_4", "PCIEX16(G5)_1 8"),
        ("asus-rog-strix-z890-e-gaming-wifi", "PCIEX16(G5) PCIEX16(G4)", "PCIEX16(G5) 16, PCIEX16(G4) 4"),
        ("asus-rog-strix-z890-e-gaming-wifi", "PCIEX16(G5) | M.2_3 M.2_4", "PCIEX16(G5) 8"),
        ("asrock-rack-epc621d8a", "PCIE6 PCIE4", "PCIE6 16, PCIE4 16"),
        ("asrock-rack-epc621d8a", "PCIE6 PCIE5 PCIE4", "PCIE6 8, PCIE5 8, PCIE4 16"),
    ],
)
def test_widths_as_the_maker_says(catalog: Catalog, board, plugged, expected):
    result = solved(catalog.boards[board], plugged, pcie_lanes=24)
    assert widths(result) == given(expected)


@pytest.mark.parametrize(
    ("board", "slot", "root_kind", "gen"),
    [
        (X570_UNIFY, "PCI_E3", "cpu", 4),
        (X570_UNIFY, "PCI_E5", "chipset", 4),
        ("msi-meg-b550-unify-x", "PCI_E4", "chipset", 3),
        (GODLIKE, "PCI_E2", "cpu", 3),
        (GODLIKE, "PCI_E5", "chipset", 3),
        (PRO_X870, "PCI_E2", "chipset", 3),
        (PRO_X870, "PCI_E4", "chipset", 4),
        ("gigabyte-x570-aorus-xtreme", "PCIEX4", "chipset", 4),
        (ACE_MAX, "PCI_E4", "chipset", 4),
        ("msi-meg-x670e-ace", "PCI_E3", "cpu", 4),
        (STRIX_B650E, "PCIEX16_2", "cpu", 4),
        (STRIX_B650E, "PCIEX16_3", "chipset", 4),
        ("gigabyte-x870e-aorus-master", "PCIEX4_1", "chipset", 4),
    ],
)
def test_where_a_slot_gets_its_lanes(catalog: Catalog, board, slot, root_kind, gen):
    (link,) = solved(catalog.boards[board], slot).links
    assert (link.root_kind, link.gen) == (root_kind, gen)


@pytest.mark.parametrize(
    ("board", "slots"),
    [
        (X570_UNIFY, "PCI_E1 PCI_E3"),
        (ACE_MAX, "PCI_E1 PCI_E2"),
        ("gigabyte-x570-aorus-xtreme", "PCIEX16 PCIEX8"),
    ],
)
def test_a_processor_with_graphics_leaves_the_second_slot_dead(catalog: Catalog, board, slots):
    result = solved(catalog.boards[board], slots, slot_lanes=8)
    assert (list(widths(result).values()), result.dead) == ([8], ("gpu-2",))


@pytest.mark.parametrize(
    ("board", "rows"),
    [
        ("gigabyte-trx40-aorus-xtreme", [1, 3, 5, 7]),
        (ROMED8, list(range(1, 8))),
        (W790, list(range(1, 8))),
        ("asrock-x870e-taichi", [3, 7]),
        ("gigabyte-trx50-aero-d", [2, 5, 7]),
        ("gigabyte-mz33-ar1", [1, 2, 4, 5]),
        ("asus-proart-x670e-creator-wifi", [2, 5, 7]),
        ("asus-proart-z690-creator-wifi", [2, 5, 7]),
        ("asrock-x870e-taichi-lite", [3, 7]),
        ("gigabyte-x570-aorus-xtreme", [2, 5, 7]),
        ("asus-rog-crosshair-viii-dark-hero", [2, 5, 6, 7]),
        ("asus-rog-crosshair-x670e-extreme", [2, 6, 7]),
        ("asus-rog-maximus-z790-dark-hero", [2, 6, 7]),
    ],
)
def test_rows_of_boards_made_for_many_cards(catalog: Catalog, board, rows):
    assert sorted(slot.row for slot in catalog.boards[board].slots) == rows
