"""Every reason a link can be narrow or slow, and who sits where."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.analysis.lanes import Lanes, Link, lanes, preview
from planner.domain.parts import Root, Uplink
from tests import hard_boards
from tests.analysis.lanes_solved import result_of, solved, widths
from tests.makers import (
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


def one_link(**changes: Any) -> Link:
    """One card in one slot; `slot`, `cpu`, `chip` and `riser` as changes."""
    slot = make_slot("S1", 1, **changes.pop("slot", {}))
    cpu = make_cpu(**changes.pop("cpu", {}))
    riser = make_riser(**changes.pop("riser")) if "riser" in changes else None
    card = make_rig_card(1, slot, riser=riser, chip=changes.pop("chip", {}))
    result = result_of(make_rig(board=make_board(slot), cpu=cpu, cards=(card,)))
    assert not changes
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
    result = result_of(rig)
    assert widths(result) == {"PCIE_1": 16}
    assert "processor: lanes of slot PCIE_4 depend on it" in result.unknown


def test_a_link_in_numbers():
    """A card of 4.0 in a slot of 5.0."""
    board = make_board(make_slot("S1", 1, gen=5))
    (link,) = solved(board, "S1").links
    assert (link.gen, link.slot_gen, link.card_gen, link.numa_node) == (4, 5, 4, None)
    assert link.root == "cpu"
    assert [step.value for step in link.steps if "one way" in step.label] == pytest.approx([link.gb_s])


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
    return result_of(make_rig(board=made, cards=cards))


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
    result = result_of(make_rig(board=board, cards=cards))
    assert [(link.width, link.root_kind) for link in result.links] == [(16, "switch")] * 2
    assert result.links[0].path_gb_s == pytest.approx(8 * 1.969)
    assert result.pairs[0].kind == "switch"
    assert result.pairs[0].gb_s == pytest.approx(31.504 * 0.85)


def test_two_cards_in_one_slot_are_named():
    board = make_board(make_slot("S1"))
    result = solved(board, "S1 S1")
    assert result.doubled == (("gpu-2", "gpu-1"),)
    assert result.unplaced == ("gpu-2",)


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
