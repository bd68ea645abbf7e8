"""Lanes on the boards that are hard to get right."""

from dataclasses import replace

import pytest

from planner.analysis.lanes import Lanes, lanes
from planner.domain.parts import Condition
from tests import hard_boards
from tests.analysis.lanes_solved import solved, widths
from tests.makers import make_board, make_group, make_rig, make_slot, rig_with


def state(result: Lanes, connector: str) -> tuple[int | None, int | None, str | None]:
    found = next(c for c in result.connectors if c.connector == connector)
    return found.width, found.gen, found.root_kind


def test_without_a_board_there_is_nothing_to_say():
    assert lanes(make_rig(board=None)) is None


@pytest.mark.parametrize(
    ("slots", "drives", "expected"),
    [
        ("PCIE_1", "", {"PCIE_1": 16}),
        ("PCIE_1 PCIE_7", "", {"PCIE_1": 8, "PCIE_7": 8}),
        ("PCIE_4 PCIE_6", "", {"PCIE_4": 16, "PCIE_6": 16}),
        ("PCIE_4 PCIE_6", "M2", {"PCIE_4": 8, "PCIE_6": 8}),
        (
            "PCIE_1 PCIE_4 PCIE_5 PCIE_6 PCIE_7",
            "",
            {"PCIE_1": 8, "PCIE_4": 16, "PCIE_5": 4, "PCIE_6": 16, "PCIE_7": 8},
        ),
    ],
)
def test_x99_designare_widths(slots, drives, expected):
    assert widths(solved(hard_boards.x99_designare_ex(), slots, drives, pcie_lanes=40, pcie_gen=3)) == expected


@pytest.mark.parametrize(("cpu_lanes", "uplink_gb_s"), [(40, 16 * 0.985), (28, 8 * 0.985)])
def test_x99_designare_shares_its_switch_uplink(cpu_lanes, uplink_gb_s):
    result = solved(hard_boards.x99_designare_ex(), "PCIE_4 PCIE_6", "", pcie_lanes=cpu_lanes, pcie_gen=3)
    link = result.links[0]
    assert (link.width, link.root_kind) == (16, "switch")
    assert link.uplink_gb_s == pytest.approx(uplink_gb_s)
    assert link.uplink_shared_with == ("gpu-2",)
    assert result.cpu_lanes_used == (16 if cpu_lanes == 40 else 8)


def test_peers_below_one_switch_go_at_full_speed_only_with_peer_to_peer():
    rig = rig_with(hard_boards.x99_designare_ex(), "PCIE_4 PCIE_6", pcie_lanes=28, pcie_gen=3)
    without = lanes(rig)
    peers = lanes(replace(rig, cards=tuple(replace(c, chip=c.chip.replace(p2p=True)) for c in rig.cards)))
    assert without is not None and peers is not None
    assert without.pairs[0].gb_s == pytest.approx(8 * 0.985 * 0.85)
    assert peers.pairs[0].gb_s == pytest.approx(16 * 0.985 * 0.85)
    assert (without.pairs[0].kind, without.pairs[0].p2p, peers.pairs[0].p2p) == ("switch", False, True)


@pytest.mark.parametrize(
    ("slots", "drives", "expected"),
    [
        ("E1", "", {"E1": 16}),
        ("E1 E2", "", {"E1": 8, "E2": 4}),
        ("E1", "M2_2", {"E1": 8}),
        ("E1", "M2_1", {"E1": 16}),
        ("E1 E2", "M2_2", {"E1": 8, "E2": 4}),
        ("E1 E3", "", {"E1": 16, "E3": 4}),
    ],
)
def test_x870e_carbon_never_gives_two_times_eight(slots, drives, expected):
    assert widths(solved(hard_boards.x870e_carbon(), slots, drives)) == expected


def test_lanes_used_count_what_the_board_keeps_for_itself():
    assert solved(hard_boards.x870e_carbon(), "E1 E2", "M2_2").cpu_lanes_used == 8 + 4 + 4 + 4


def test_b550_unify_feeds_its_m2_from_the_chipset_as_delivered():
    result = solved(hard_boards.b550_unify(), "E1", "M2_2", pcie_gen=4)
    assert widths(result) == {"E1": 16}
    assert state(result, "M2_2") == (2, 3, "chipset")
    assert [mode.setting for mode in result.modes] == ["", "", ""]


def test_b550_unify_turns_the_feed_where_that_cures_a_conflict():
    result = solved(hard_boards.b550_unify(), "E1 E2", "M2_2", pcie_gen=4)
    assert not result.conflicts
    assert widths(result) == {"E1": 8, "E2": 1}
    assert state(result, "M2_2") == (4, 4, "cpu")
    assert result.modes[0].setting == "M2_2 from the CPU"
    assert result.narrowed_by == (("gpu-1", "drive-1"),)


def test_b550_unify_slot_and_m2_exclude_each_other():
    result = solved(hard_boards.b550_unify(), "E1 E4", "M2_4", pcie_gen=4)
    (conflict,) = result.conflicts
    assert (conflict.group, conflict.connectors) == ("PCH_A", ("E4", "M2_4"))
    assert conflict.offenders == ("drive-1",)


@pytest.mark.parametrize(
    ("slots", "drives", "expected", "setting"),
    [
        ("PCIE1 PCIE2", "", {"PCIE1": 16, "PCIE2": 16}, "both jumpers to the slot"),
        ("PCIE1 PCIE2", "OCU1", {"PCIE1": 16, "PCIE2": 8}, "one jumper to the slot"),
        ("PCIE1", "M2_2", {"PCIE1": 16}, "jumper: set for OCU1 x4, OCU2 x4, M2_2 x4; see the manual"),
    ],
)
def test_romed8_names_its_jumpers(slots, drives, expected, setting):
    result = solved(hard_boards.romed8_2t(), slots, drives)
    assert widths(result) == expected
    assert result.modes[0].setting == setting


def test_romed8_second_slot_and_m2_are_in_conflict():
    result = solved(hard_boards.romed8_2t(), "PCIE2", "M2_2")
    assert [c.offenders for c in result.conflicts] == [("drive-1",)]
    assert widths(result) == {"PCIE2": 16}


@pytest.mark.parametrize(
    ("cpu_lanes", "slots", "drives", "expected"),
    [
        (44, "E1 E2 E3 E5", "M2_3", {"E1": 8, "E2": 8, "E3": 16, "E5": 8}),
        (44, "E1 E3 E5", "", {"E1": 16, "E3": 16, "E5": 8}),
        (28, "E1 E2 E3 E5", "", {"E1": 8, "E2": 8, "E3": 8, "E5": 4}),
        (28, "E1 E3", "M2_3", {"E1": 16, "E3": 8}),
        (28, "E1 E3 E5", "", {"E1": 16, "E3": 8, "E5": 4}),
        (16, "E1 E3", "M2_3", {"E1": 8, "E3": 4}),
    ],
)
def test_x299_creation_has_a_table_per_cpu(cpu_lanes, slots, drives, expected):
    result = solved(hard_boards.x299_creation(), slots, drives, pcie_lanes=cpu_lanes, pcie_gen=3)
    assert widths(result) == expected
    assert not result.conflicts


def test_x299_creation_with_28_lanes_has_either_the_last_slot_or_the_m2():
    result = solved(hard_boards.x299_creation(), "E1 E5", "M2_3", pcie_lanes=28, pcie_gen=3)
    assert [(c.group, c.offenders) for c in result.conflicts] == [("CPU28", ("drive-1",))]


def test_x299_creation_second_slot_is_dead_with_16_lanes():
    result = solved(hard_boards.x299_creation(), "E1 E2", "", pcie_lanes=16, pcie_gen=3)
    assert result.dead == ("gpu-2",)
    assert widths(result) == {"E1": 8}
    assert not result.conflicts


@pytest.mark.parametrize(
    ("family", "dead", "unknown"),
    [
        ("W-3400", (), ()),
        ("W-2400", ("gpu-2", "gpu-4", "gpu-6"), ()),
        ("", (), ("lanes of slot _1 with a processor of unknown family",)),
    ],
)
def test_w790e_sage_slots_hang_on_the_family(family, dead, unknown):
    result = solved(hard_boards.w790e_sage(), "_1 _2 _3 _4 _5 _6 _7", "", family=family)
    assert result.dead == dead
    assert result.unknown[:1] == unknown
    assert len(result.links) == (0 if unknown else 7 - len(dead))


@pytest.mark.parametrize(
    ("cpu_lanes", "links", "unknown", "dead"), [(48, 2, 0, 0), (44, 2, 0, 0), (40, 0, 2, 0), (12, 0, 0, 2)]
)
def test_a_processor_the_manual_does_not_list(cpu_lanes, links, unknown, dead):
    """More lanes than the largest class run as that class; between classes nobody knows; below them nothing runs."""
    result = solved(hard_boards.x299_creation(), "E1 E3", "", pcie_lanes=cpu_lanes, family="cascade lake-x")
    assert (len(result.links), len(result.unknown), len(result.dead)) == (links, unknown, dead)


@pytest.mark.parametrize(("tables", "dead", "unknown"), [((44,), 1, 0), ((44, 28), 0, 1)])
def test_a_slot_is_dead_only_if_no_table_for_this_processor_forgot_it(tables, dead, unknown):
    modes = {44: [{"S1": 16, "S2": 16}], 28: [{"S1": 16}]}
    groups = (make_group(f"CPU{n}", modes[n], lanes=n, condition=Condition(cpu_lanes=(n,))) for n in tables)
    board = make_board(make_slot("S1"), make_slot("S2"), lane_groups=tuple(groups))
    result = solved(board, "S2", pcie_lanes=28, family="x")
    assert (len(result.dead), len(result.unknown)) == (dead, unknown)


def test_w790e_sage_sixth_slot_has_eight_lanes():
    assert widths(solved(hard_boards.w790e_sage(), "_6 _7", "", family="W-3400")) == {"_6": 8, "_7": 16}
