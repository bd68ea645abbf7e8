"""Lanes on the boards that are hard to get right, and every reason a link can be narrow."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.analysis.lanes import Lanes, Link, lanes, preview
from planner.domain.parts import Board, Condition, Root, Uplink
from tests import hard_boards
from tests.makers import (
    CPU_ROOT,
    make_board,
    make_bridge,
    make_cpu,
    make_group,
    make_m2,
    make_rig,
    make_rig_card,
    make_rig_of,
    make_riser,
    make_slot,
    rig_with,
)


def solved(board: Board, slots: str = "", drives: str = "", **cpu: Any) -> Lanes:
    result = lanes(rig_with(board, slots, drives, **cpu))
    assert result is not None
    return result


def widths(result: Lanes) -> dict[str, int]:
    return {link.slot: link.width for link in result.links}


def state(result: Lanes, connector: str) -> tuple[int | None, int | None, str | None]:
    found = next(c for c in result.connectors if c.connector == connector)
    return found.width, found.gen, found.root_kind


def test_without_a_board_there_is_nothing_to_say():
    assert lanes(make_rig(board=None)) is None


# The hardest boards


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


# Every reason for a narrow or slow link


def one_link(**changes: Any) -> Link:
    """One card in one slot; `slot`, `cpu`, `chip` and `riser` as changes."""
    slot = make_slot("S1", 1, **changes.pop("slot", {}))
    cpu = make_cpu(**changes.pop("cpu", {}))
    riser = make_riser(**changes.pop("riser")) if "riser" in changes else None
    card = make_rig_card(1, slot, riser=riser, chip=changes.pop("chip", {}))
    result = lanes(make_rig(board=make_board(slot), cpu=cpu, cards=(card,)))
    assert result is not None and not changes
    return result.links[0]


@pytest.mark.parametrize(
    ("changes", "got", "because"),
    [
        ({}, (16, 4), ()),
        ({"slot": {"lanes": 8}}, (8, 4), ("S1 has x8",)),
        ({"slot": {"mechanical": 4}}, (4, 4), ("S1 has x4",)),
        ({"slot": {"gen": 3}}, (16, 3), ("S1 is PCIe 3.0",)),
        ({"chip": {"pcie_lanes": 8}}, (8, 4), ()),
        ({"cpu": {"pcie_gen": 3}}, (16, 3), ("the processor has PCIe 3.0",)),
        ({"cpu": {"slot_lanes": 8}}, (8, 4), ("the processor has 8 lanes for slots",)),
        ({"cpu": {"slot_lanes": 16}}, (16, 4), ()),
        ({"riser": {"lanes": 1, "gen": 2, "kind": "usb_mining"}}, (1, 2), ("Maker Riser carries x1", None)),
        ({"riser": {"gen": 3}}, (16, 3), ("Maker Riser is rated for PCIe 3.0",)),
        ({"slot": {"root": "chipset"}, "cpu": {"pcie_gen": 3}}, (16, 4), ()),
    ],
)
def test_link_is_the_least_of_all_on_the_way(changes, got, because):
    link = one_link(**changes)
    assert (link.width, link.gen) == got
    assert len(link.limited_by) == len(because)
    assert all(text is None or text == said for text, said in zip(because, link.limited_by, strict=True))


def test_bandwidth_carries_its_arithmetic():
    link = one_link()
    assert link.gb_s == pytest.approx(31.504)
    assert [step.how for step in link.steps][-1] == "16 lanes × 1.969 GB/s"


@pytest.mark.parametrize(("slot_lanes", "expected", "dead"), [(16, {"E1": 8, "E2": 8}, ()), (8, {"E1": 8}, ("gpu-2",))])
def test_an_apu_loses_the_second_slot(slot_lanes, expected, dead):
    board = make_board(
        make_slot("E1"), make_slot("E2"), lane_groups=(make_group("PEG", [{"E1": 16, "E2": 0}, {"E1": 8, "E2": 8}]),)
    )
    result = solved(board, "E1 E2", slot_lanes=slot_lanes)
    assert (widths(result), result.dead) == (expected, dead)


def test_chipset_slots_share_its_uplink_with_drives():
    board = make_board(make_slot("E3", lanes=4, root="chipset"), make_m2("M2_4", root="chipset"))
    (link,) = solved(board, "E3", "M2_4").links
    assert (link.root_kind, link.uplink_shared_with) == ("chipset", ("drive-1",))
    assert link.uplink_gb_s == pytest.approx(4 * 1.969)


def test_an_uplink_is_no_faster_than_the_processor_above_it():
    board = make_board(make_slot("E3", lanes=4, root="chipset"))
    assert solved(board, "E3", pcie_gen=3).links[0].uplink_gb_s == pytest.approx(4 * 0.985)


def test_lanes_nobody_verified_are_asked_for():
    result = solved(make_board(make_slot("S1", lanes=None)), "S1")
    assert (result.links, result.unknown) == ((), ("lanes of slot S1",))


def test_without_a_processor_groups_without_condition_hold():
    rig = replace(rig_with(hard_boards.x99_designare_ex(), "PCIE_1 PCIE_4"), cpu=None)
    result = lanes(rig)
    assert result is not None
    assert widths(result) == {"PCIE_1": 16}
    assert "processor: lanes of slot PCIE_4 depend on it" in result.unknown


# Seats


def test_a_card_needs_an_adapter_for_an_m2_socket():
    board = make_board(make_m2("M2_1"))
    bare = make_rig_card(1, board.connector("M2_1"))
    adapted = replace(bare, riser=make_riser(kind="m2_adapter", lanes=4))
    refused, taken = (lanes(make_rig(board=board, cards=(card,))) for card in (bare, adapted))
    assert refused is not None and taken is not None
    assert refused.unplaced == ("gpu-1",)
    assert widths(taken) == {"M2_1": 4}


def split_pair(slot_lanes: int = 16, **board: Any) -> Lanes:
    splitter = make_riser(kind="splitter", ports=2, lanes=8, needs_split="x8/x8")
    made = make_board(make_slot("S1", lanes=slot_lanes), **board)
    cards = tuple(make_rig_card(n, made.connector("S1"), riser=splitter) for n in (1, 2))
    result = lanes(make_rig(board=made, cards=cards))
    assert result is not None
    return result


def test_a_splitter_gives_each_card_its_part():
    result = split_pair(bifurcation={"S1": ("x8/x8",)})
    assert [link.width for link in result.links] == [8, 8]
    assert not result.unknown


@pytest.mark.parametrize(
    ("board", "slot_lanes"),
    [({"bifurcation": {"S1": ("x4/x4/x4/x4",)}}, 16), ({"bifurcation": {"S1": ("x8/x8",)}}, 8)],
)
def test_a_split_the_slot_does_not_make_leaves_one_card(board, slot_lanes):
    result = split_pair(slot_lanes, **board)
    assert [link.gpu for link in result.links] == ["gpu-1"]
    assert result.unplaced == ("gpu-2",)


def test_a_split_nobody_verified_is_asked_for():
    assert split_pair().unknown == ("bifurcation of S1: Maker Riser needs it split",)


def test_cards_behind_a_switch_riser_share_the_slot():
    switch = make_riser(kind="switch", ports=2, lanes=16)
    board = make_board(make_slot("S1", lanes=8))
    cards = tuple(make_rig_card(n, board.connector("S1"), riser=switch, chip={"p2p": True}) for n in (1, 2))
    result = lanes(make_rig(board=board, cards=cards))
    assert result is not None
    assert [(link.width, link.root_kind) for link in result.links] == [(16, "switch")] * 2
    assert result.links[0].path_gb_s == pytest.approx(8 * 1.969)
    assert result.pairs[0].kind == "switch"
    assert result.pairs[0].gb_s == pytest.approx(31.504 * 0.85)


def test_two_cards_in_one_slot_are_named():
    board = make_board(make_slot("S1"))
    result = solved(board, "S1 S1")
    assert result.doubled == (("gpu-2", "gpu-1"),)
    assert result.unplaced == ("gpu-2",)


# Pairs and bridges


def two_sockets() -> Board:
    roots = (Root(id="cpu0", kind="cpu", gen=3), Root(id="cpu1", kind="cpu", gen=3))
    return make_board(make_slot("S1", 1, root="cpu0"), make_slot("S2", 3, root="cpu1"), roots=roots, sockets=2)


def test_cards_on_two_sockets():
    result = solved(two_sockets(), "S1 S2")
    assert result.pairs[0].kind == "sockets"
    assert [link.numa_node for link in result.links] == ["cpu0", "cpu1"]
    assert result.assumed == ("all 2 sockets hold the chosen processor",)


def test_a_pair_moves_at_its_slower_link():
    board = make_board(make_slot("S1", 1), make_slot("S2", 4, lanes=4, root="chipset"))
    (pair,) = solved(board, "S1 S2").pairs
    assert pair.kind == "chipset"
    assert pair.gb_s == pytest.approx(4 * 1.969 * 0.85)


@pytest.mark.parametrize(("rows", "bridged"), [((1, 5), True), ((1, 4), False), ((2, 6), True)])
def test_a_bridge_spans_exactly_its_distance(rows, bridged):
    board = make_board(*(make_slot(f"S{row}", row) for row in rows))
    result = lanes(make_rig_of(board, *(f"S{row}" for row in rows), bridges=(make_bridge(),)))
    assert result is not None
    assert (result.pairs[0].kind == "nvlink") is bridged
    assert bool(result.idle_bridges) is not bridged
    if bridged:
        assert result.pairs[0].gb_s == 56.0


def test_a_bridge_over_unknown_rows_is_not_judged():
    board = make_board(make_slot("S1", 1), make_slot("S2", None))
    result = lanes(make_rig_of(board, "S1", "S2", bridges=(make_bridge(),)))
    assert result is not None
    assert not result.idle_bridges and not result.bridged
    assert "distance of gpu-1 and gpu-2" in result.unknown[0]


# Preview


def test_preview_shows_each_slot_and_whose_lanes_it_takes():
    board = hard_boards.x870e_carbon()
    rig = rig_with(board, "E1 E3")
    shown = {state.connector: state for state in preview(rig, "gpu-2")}
    assert set(shown) == {"E1", "E2", "E3"}
    assert (shown["E2"].width, shown["E2"].note) == (4, "gpu-1 falls from x16 to x8")
    assert (shown["E1"].width, shown["E1"].occupied_by) == (16, "gpu-1")
    assert (shown["E3"].width, shown["E3"].gen, shown["E3"].root_kind) == (4, 4, "chipset")


# Properties

SLOTS = ("E1", "E2", "E3", "E5")


@given(st.lists(st.sampled_from(SLOTS), unique=True, min_size=1), st.sampled_from((16, 28, 44)), st.randoms())
def test_order_of_cards_never_matters(slots, cpu_lanes, random):
    rig = rig_with(hard_boards.x299_creation(), " ".join(slots), "M2_3", pcie_lanes=cpu_lanes, pcie_gen=3)
    mixed = list(rig.cards)
    random.shuffle(mixed)
    assert lanes(rig) == lanes(replace(rig, cards=tuple(mixed)))


@given(st.lists(st.sampled_from(SLOTS), unique=True, min_size=2), st.sampled_from((16, 28, 44)))
def test_another_card_never_widens_a_link_of_the_first_slots(slots, cpu_lanes):
    """The slot first in order is served first, so what comes later can only take."""
    board, first = hard_boards.x299_creation(), min(slots, key=SLOTS.index)
    alone = widths(solved(board, first, pcie_lanes=cpu_lanes, pcie_gen=3)).get(first, 0)
    crowded = widths(solved(board, " ".join(slots), pcie_lanes=cpu_lanes, pcie_gen=3)).get(first, 0)
    assert crowded <= alone


def test_deep_uplinks_end_at_the_narrowest():
    roots = (
        CPU_ROOT,
        Root(id="chipset", kind="chipset", gen=4, uplink=Uplink(parent="cpu", lanes=4, gen=4)),
        Root(id="plx", kind="switch", gen=4, uplink=Uplink(parent="chipset", lanes=8, gen=3)),
    )
    board = make_board(make_slot("S1", root="plx"), make_m2("M2", root="chipset"), roots=roots)
    (link,) = solved(board, "S1", "M2").links
    assert link.uplink_gb_s == pytest.approx(min(4 * 1.969, 8 * 0.985))


# Which way two cards talk


SWITCH = Root(id="plx", kind="switch", gen=4, uplink=Uplink(parent="cpu", lanes=16, gen=4))
SWITCHED = make_board(
    make_slot("A", 1, root="plx"),
    make_slot("B", 2, lanes=8, root="plx"),
    make_slot("C", 3),
    make_slot("D", 4),
    roots=(Root(id="cpu", kind="cpu", gen=5), SWITCH),
)


@pytest.mark.parametrize(
    ("slots", "p2p", "kind", "lanes_shared"),
    [
        ("A B", True, "switch", 8),
        ("A B", False, "switch", 8),
        ("A C", True, "cpu", 16),
        ("C D", True, "cpu", 16),
        ("B C", True, "cpu", 8),
    ],
)
def test_which_way_a_pair_talks(slots, p2p, kind, lanes_shared):
    """Direct below one switch: the narrower of the two links, not the wider."""
    rig = rig_with(SWITCHED, slots)
    result = lanes(replace(rig, cards=tuple(replace(c, chip=c.chip.replace(p2p=p2p)) for c in rig.cards)))
    assert result is not None
    (pair,) = result.pairs
    assert (pair.kind, pair.p2p) == (kind, p2p)
    if p2p:
        assert pair.gb_s == pytest.approx(lanes_shared * 31.504 / 16 * 0.85)


@pytest.mark.parametrize(
    ("chips", "p2p"),
    [
        (({"p2p": True}, {"p2p": True}), True),
        (({"p2p": True}, {"p2p": False}), False),
        (({"p2p": True}, {"p2p": True, "id": "another"}), None),
        (({"p2p": True}, {"p2p": None}), None),
        (({"p2p": None}, {"p2p": None}), None),
    ],
)
def test_peer_to_peer_is_known_for_two_of_a_kind(chips, p2p):
    rig = rig_with(SWITCHED, "C D")
    cards = tuple(replace(c, chip=c.chip.replace(**chip)) for c, chip in zip(rig.cards, chips, strict=True))
    result = lanes(replace(rig, cards=cards))
    assert result is not None
    assert result.pairs[0].p2p is p2p


@pytest.mark.parametrize(("bridge_gb_s", "gb_s"), [(100.0, 56.0), (40.0, 40.0)])
def test_a_bridge_is_as_fast_as_the_slower_of_card_and_bridge(bridge_gb_s, gb_s):
    board = make_board()
    result = lanes(make_rig_of(board, "PCIE1", "PCIE5", bridges=(make_bridge(gb_s=bridge_gb_s),)))
    assert result is not None
    assert result.pairs[0].gb_s == gb_s


@pytest.mark.parametrize(("chips", "joined"), [(("rtx-3090",), True), ((), True), (("rtx-a6000",), False)])
def test_a_bridge_joins_the_chips_it_is_made_for(chips, joined):
    result = lanes(make_rig_of(make_board(), "PCIE1", "PCIE5", bridges=(make_bridge(chips=chips),)))
    assert result is not None
    assert bool(result.bridged) is joined


def test_a_card_takes_one_bridge():
    """Three cards, four slots apart each: the second bridge finds only one card left."""
    board = make_board(*(make_slot(f"S{row}", row) for row in (1, 5, 9)))
    bridges = (make_bridge(), make_bridge(id="second"))
    result = lanes(make_rig_of(board, "S1", "S5", "S9", bridges=bridges))
    assert result is not None
    assert result.bridged == (("bridge", "gpu-1", "gpu-2"),)
    assert result.idle_bridges == ("second",)


def test_the_distance_of_a_card_on_a_riser_is_not_known():
    rig = make_rig_of(make_board(), "PCIE1", "PCIE5", bridges=(make_bridge(),))
    for held in ({"riser": make_riser()}, {"bay": 1}):
        result = lanes(replace(rig, cards=(rig.cards[0], replace(rig.cards[1], **held))))
        assert result is not None
        assert not result.bridged and not result.idle_bridges


def test_links_and_the_slowest_pair_are_found():
    result = solved(SWITCHED, "B C D")
    assert [link.slot for gpu in ("gpu-1", "gpu-3") if (link := result.link(gpu))] == ["B", "D"]
    slowest = result.slowest_pair()
    assert slowest is not None
    assert slowest.gb_s == min(pair.gb_s for pair in result.pairs) < max(pair.gb_s for pair in result.pairs)


@pytest.mark.parametrize(
    ("sockets", "cpu", "lanes_there", "assumed"),
    [
        (1, make_cpu(), 128, ()),
        (2, make_cpu(), 256, ("all 2 sockets hold the chosen processor",)),
        (2, None, None, ()),
    ],
)
def test_every_socket_is_taken_to_hold_the_processor(sockets, cpu, lanes_there, assumed):
    result = lanes(make_rig_of(make_board(sockets=sockets), "PCIE1", cpu=cpu))
    assert result is not None
    assert (result.cpu_lanes, result.assumed) == (lanes_there, assumed)


def test_a_link_in_numbers():
    """A card of 4.0 in a slot of 5.0."""
    board = make_board(make_slot("S1", 1, gen=5))
    (link,) = solved(board, "S1").links
    assert (link.gen, link.slot_gen, link.card_gen, link.numa_node) == (4, 5, 4, None)
    assert link.root == "cpu"
    assert [step.value for step in link.steps if "one way" in step.label] == pytest.approx([link.gb_s])
