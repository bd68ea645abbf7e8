"""Lanes at the edges: modes that tie, feeds that lack something, seats that are taken, and the sentences for each."""

from typing import Any

import pytest

from planner.analysis.lane_paths import Way, ways
from planner.analysis.lanes import ConnectorState, Lanes, Link, preview
from planner.domain.parts import Board, Condition, LaneGroup, Root, Uplink
from planner.domain.parts.board import Feed
from planner.domain.rig import Rig
from planner.domain.units import pcie_gb_s
from tests import hard_boards
from tests.analysis.lanes_solved import result_of, solved, widths
from tests.makers import (
    CHIPSET_ROOT,
    CPU_ROOT,
    make_board,
    make_cpu,
    make_group,
    make_m2,
    make_rig,
    make_rig_card,
    make_riser,
    make_slot,
    rig_with,
)


def state(result: Lanes, connector: str) -> ConnectorState:
    return next(c for c in result.connectors if c.connector == connector)


def slots_board(*groups: LaneGroup, count: int = 3, **slot: Any) -> Board:
    """E1, E2 … at the CPU."""
    return make_board(*(make_slot(f"E{n}", n, **slot) for n in range(1, count + 1)), lane_groups=groups)


# Modes


@pytest.mark.parametrize(("slot_lanes", "expected"), [(16, {"E1": 16, "E2": 16}), (15, {"E1": 15})])
def test_only_a_processor_with_less_than_a_full_slot_cuts_a_group(slot_lanes, expected):
    board = slots_board(make_group("G", [{"E1": 16, "E2": 16}], lanes=32))
    assert widths(solved(board, "E1 E2", slot_lanes=slot_lanes)) == expected


def test_a_small_processor_leaves_the_slots_of_the_chipset_alone():
    group = make_group("PCH", [{"E1": 4, "E2": 4, "E3": 4}], root="chipset")
    board = slots_board(group, root="chipset")
    assert widths(solved(board, "E1 E2 E3", slot_lanes=8)) == {"E1": 4, "E2": 4, "E3": 4}


@pytest.mark.parametrize("modes", [[{"E1": 16}, {"E1": 16, "E2": 0}], [{"E1": 16, "E2": 0}, {"E1": 16}]])
def test_a_slot_that_no_mode_feeds_is_dead_and_no_conflict(modes):
    result = solved(slots_board(make_group("G", modes)), "E1 E2")
    assert (result.dead, result.conflicts, widths(result)) == (("gpu-2",), (), {"E1": 16})
    assert state(result, "E2").note == "no lanes with this processor"


@pytest.mark.parametrize("sockets", [1, 2])
def test_a_group_for_two_processors_needs_both(sockets):
    board = make_board(
        make_slot("E1", 1),
        sockets=sockets,
        lane_groups=(make_group("G", [{"E1": 8}], condition=Condition(sockets_filled=2)),),
    )
    assert widths(solved(board, "E1")) == ({} if sockets == 1 else {"E1": 8})


@pytest.mark.parametrize(("default", "m2"), [(0, 0), (1, 4), (2, 0), (5, 0)])
def test_between_equal_modes_the_default_is_kept(default, m2):
    """A default that the group does not have counts as the first."""
    group = make_group("G", [{"E1": 16, "M2": 0}, {"E1": 16, "M2": 4}], default=default)
    board = make_board(make_slot("E1", 1), make_m2("M2", alternate=Feed(root="chipset", lanes=2, gen=3)))
    result = solved(board.replace(lane_groups=(group,)), "E1")
    assert dict(result.modes[0].widths)["M2"] == m2
    assert state(result, "M2").root == ("cpu" if m2 else "chipset")


def test_among_modes_that_starve_the_same_slot_the_widest_wins():
    modes = [{"E1": 0, "E2": 8, "E3": 8}, {"E2": 4, "E3": 4}, {"E1": 16}]
    result = solved(slots_board(make_group("G", modes)), "E1 E2 E3")
    assert widths(result) == {"E2": 8, "E3": 8}
    assert result.conflicts[0].starved == ("gpu-1",)


def test_a_slot_in_two_groups_gets_the_lesser():
    board = slots_board(make_group("A", [{"E1": 16}]), make_group("B", [{"E1": 4, "E2": 4}]))
    assert widths(solved(board, "E1")) == {"E1": 4}


@pytest.mark.parametrize(("offered", "width"), [(4, 2), (1, 1)])
def test_a_second_feed_is_no_wider_than_it_is(offered, width):
    board = make_board(
        make_slot("E1", 1),
        make_m2("M2", alternate=Feed(root="chipset", lanes=2, gen=3)),
        lane_groups=(
            make_group("PEG", [{"E1": 16}, {"E1": 8, "M2": 4}]),
            make_group("PCH", [{"M2": offered}], root="chipset"),
        ),
    )
    result = solved(board, "E1", "M2")
    assert (state(result, "M2").width, state(result, "M2").gen) == (width, 3)
    assert state(result, "M2").note == "fed by chipset; the BIOS can feed it from cpu instead"


def test_a_root_the_board_does_not_list_is_asked_for():
    result = solved(make_board(make_slot("S1", 1, root="nowhere")), "S1")
    assert (result.links[0].root_kind, result.unknown) == ("unknown", ("feed of slot S1",))


# What a connector says


def test_what_a_dead_connector_says():
    result = solved(hard_boards.b550_unify(), "E1 E4", "M2_4", pcie_gen=4)
    assert (state(result, "M2_4").width, state(result, "M2_4").note) == (0, "lanes are taken by E4")
    few = solved(hard_boards.x299_creation(), "E1 E2", "", pcie_lanes=16, pcie_gen=3)
    assert (state(few, "E2").width, state(few, "E2").note) == (0, "no lanes with this processor")
    assert few.cpu_lanes_used == 8


def test_a_connector_that_lives_says_what_its_record_says():
    board = make_board(*(make_slot(f"S{n}", n, lanes=n, note="behind the battery") for n in (1, 2)))
    assert {c.note for c in solved(board, "S1").connectors} == {"behind the battery"}


def test_a_connector_names_those_it_shares_with():
    result = solved(hard_boards.x870e_carbon(), "E1")
    assert (state(result, "E1").shares_with, state(result, "E3").shares_with) == (("E2", "M2_2"), ())


def test_only_those_whose_absence_helps_have_narrowed_a_link():
    group = make_group("G", [{"E1": 16, "E2": 0, "E3": 4}, {"E1": 8, "E2": 8, "E3": 4}], lanes=20)
    assert solved(slots_board(group), "E1 E2 E3").narrowed_by == (("gpu-1", "gpu-2"),)


def test_all_have_narrowed_a_link_where_no_single_absence_helps():
    narrowed = solved(hard_boards.x870e_carbon(), "E1 E2", "M2_2").narrowed_by
    assert narrowed == (("gpu-1", "gpu-2"), ("gpu-1", "drive-1"))


# What a link says


def link_of(slot: dict[str, Any], riser: dict[str, Any] | None = None, **cpu: Any) -> Link:
    board = make_board(make_slot("S1", 1, **slot))
    card = make_rig_card(1, board.connector("S1"), riser=None if riser is None else make_riser(**riser))
    return result_of(make_rig(board=board, cpu=make_cpu(**cpu), cards=(card,))).links[0]


@pytest.mark.parametrize(
    ("slot", "riser", "cpu_gen", "how"),
    [
        ({"gen": 5}, None, 5, "least of slot 5.0, card 4.0"),
        ({"gen": 5}, None, 3, "least of slot 5.0, card 4.0, processor 3.0"),
        ({"gen": 4}, {"gen": 3}, 5, "least of slot 4.0, card 4.0, riser 3.0"),
    ],
)
def test_how_fast_a_link_is(slot, riser, cpu_gen, how):
    assert link_of(slot, riser, pcie_gen=cpu_gen).steps[1].how == how


@pytest.mark.parametrize(
    ("slot", "riser", "because"),
    [
        ({"gen": 3}, {"gen": 3}, "S1 is PCIe 3.0"),
        ({"gen": 4}, {"gen": 3}, "Maker Riser is rated for PCIe 3.0"),
        ({"lanes": 8}, {"lanes": 16}, "S1 has x8"),
        ({"lanes": 8}, {"lanes": 8}, "S1 has x8"),
        ({"lanes": 8}, {"lanes": 4}, "Maker Riser carries x4"),
    ],
)
def test_a_riser_is_named_only_where_it_is_worse_than_the_slot(slot, riser, because):
    link = link_of(slot, riser)
    assert link.limited_by == (because,)
    assert link.uplink_gb_s is None


# Seats


def behind_riser(count: int, slot: dict[str, Any], riser: dict[str, Any], slots: str = "", **board: Any) -> Lanes:
    """So many cards on one riser in S1, then one in each slot named."""
    made = make_board(make_slot("S1", 1, **slot), make_slot("S2", 3), **board)
    first = [make_rig_card(n, made.connector("S1"), riser=make_riser(**riser)) for n in range(1, count + 1)]
    rest = [make_rig_card(n, made.connector(name)) for n, name in enumerate(slots.split(), count + 1)]
    return result_of(make_rig(board=made, cards=(*first, *rest)))


THREE = {"kind": "splitter", "ports": 3, "lanes": 8, "needs_split": "x8/x4/x4"}
TWO = {"kind": "splitter", "ports": 2, "lanes": 8}


@pytest.mark.parametrize(
    ("count", "slot_lanes", "riser", "split", "expected"),
    [
        (3, 16, THREE, "x8/x4/x4", [8, 4, 4]),
        (3, 16, THREE, "x8/x8", [8]),
        (3, 4, THREE, "x8/x8", [4]),
        (2, 16, TWO, "x8/x8", [8, 8]),
        (3, 16, TWO, "x8/x8", [8, 8]),
    ],
)
def test_what_each_output_of_a_splitter_gets(count, slot_lanes, riser, split, expected):
    result = behind_riser(count, {"lanes": slot_lanes}, riser, bifurcation={"S1": (split,)})
    assert [link.width for link in result.links] == expected
    assert result.doubled == ((("gpu-3", "gpu-1"),) if riser is TWO and count == 3 else ())


@pytest.mark.parametrize(("slot_gen", "riser_gen", "gb_s"), [(4, 3, 8 * 0.985), (3, 4, 8 * 0.985), (4, 4, 8 * 1.969)])
def test_cards_behind_a_switch_riser_share_its_uplink_with_each_other(slot_gen, riser_gen, gb_s):
    switch = {"kind": "switch", "ports": 2, "lanes": 16, "gen": riser_gen}
    result = behind_riser(2, {"lanes": 8, "gen": slot_gen}, switch, "S2")
    assert [link.uplink_shared_with for link in result.links] == [("gpu-2",), ("gpu-1",), ()]
    assert result.links[0].uplink_gb_s == pytest.approx(gb_s)


@pytest.mark.parametrize(
    ("lanes_there", "label"), [(2, "Maker Riser"), (4, "Maker Riser"), (8, "chipset")], ids=["less", "same", "more"]
)
def test_of_two_uplinks_the_narrower_counts_and_the_nearer_of_equals(lanes_there, label):
    switch = {"kind": "switch", "ports": 2, "lanes": 16}
    result = behind_riser(2, {"lanes": lanes_there, "root": "chipset"}, switch)
    assert result.links[0].steps[-1].label == f"Uplink of {label}, one way"


def test_a_switch_with_one_output_is_a_riser():
    (link,) = behind_riser(1, {"lanes": 8}, {"kind": "switch", "ports": 1, "lanes": 16}).links
    assert (link.width, link.root, link.uplink_gb_s) == (8, "cpu", None)


@pytest.mark.parametrize(
    ("slots", "drives", "doubled"),
    [
        ("S1", "S1", (("drive-1", "gpu-1"),)),
        ("", "M2 M2", (("drive-2", "drive-1"),)),
        ("", "SATA SATA", ()),
        ("S1", "M2", ()),
    ],
)
def test_a_drive_needs_a_place_of_its_own_but_in_a_bank_of_sata(slots, drives, doubled):
    board = make_board(make_slot("S1"), make_m2("M2"), make_m2("SATA", kind="sata"))
    assert solved(board, slots, drives).doubled == doubled


# Ways up to the CPU


def way_of(*roots: Root) -> Way:
    return ways(make_board(roots=(CPU_ROOT, *roots)), make_cpu(pcie_gen=3))["plx"]


def switch_below(parent: str, lanes_up: int = 1) -> Root:
    return Root(id="plx", kind="switch", gen=4, uplink=Uplink(parent=parent, lanes=lanes_up, gen=4))


def test_a_processor_slows_only_the_uplink_that_ends_at_it():
    wide = CHIPSET_ROOT.replace(uplink=Uplink(parent="cpu", lanes=16, gen=4))
    assert way_of(wide, switch_below("chipset")) == Way(("plx", "chipset"), "cpu", pcie_gb_s(4, 1), "plx")
    assert way_of(switch_below("cpu")) == Way(("plx",), "cpu", pcie_gb_s(3, 1), "plx")


def test_a_way_that_ends_nowhere_knows_what_it_has_passed():
    loose = CHIPSET_ROOT.replace(uplink=None)
    assert way_of(loose, switch_below("chipset")) == Way(("plx", "chipset"), None, pcie_gb_s(4, 1), "plx")
    assert way_of(switch_below("gone")) == Way(("plx",), None, pcie_gb_s(4, 1), "plx")
    assert way_of(switch_below("plx")) == Way(("plx",), None, pcie_gb_s(4, 1), "plx")


# Preview


def test_preview_of_what_is_not_there():
    rig = rig_with(make_board(), "PCIE1")
    assert preview(rig, "gpu-9") == ()
    assert preview(make_rig(board=None, cards=rig.cards), "gpu-1") == ()


def shown(rig: Rig, key: str) -> dict[str, ConnectorState]:
    return {state.connector: state for state in preview(rig, key)}


def test_preview_leaves_the_drives_where_they_are():
    states = shown(rig_with(hard_boards.x870e_carbon(), "E3", "M2_2"), "gpu-1")
    assert (states["E1"].width, states["E1"].gen) == (8, 4)


def test_preview_is_silent_where_nobody_loses_lanes():
    states = shown(rig_with(hard_boards.x870e_carbon(), "E1 E3"), "gpu-2")
    assert (states["E2"].note, states["E3"].note) == ("gpu-1 falls from x16 to x8", "")


@pytest.mark.parametrize(
    ("slot", "chip", "riser", "expected"),
    [
        ({"gen": 5}, {"pcie_lanes": 8}, None, (8, 4)),
        ({"gen": 3}, {}, None, (16, 3)),
        ({"gen": 5}, {}, {"lanes": 4, "gen": 3}, (4, 3)),
        ({"lanes": 0}, {}, None, (0, 4)),
        ({"lanes": None, "gen": None}, {}, None, (None, None)),
    ],
)
def test_preview_is_the_least_of_slot_card_and_riser(slot, chip, riser, expected):
    board = make_board(make_slot("S1", 1, **slot))
    card = make_rig_card(1, board.connector("S1"), chip=chip, riser=make_riser(**riser) if riser else None)
    (only,) = preview(make_rig(board=board, cards=(card,)), "gpu-1")
    assert (only.width, only.gen) == expected
