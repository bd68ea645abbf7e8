"""What fits where."""

from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.facts import Facts
from planner.analysis.space import space
from planner.domain.build import Placement
from planner.domain.rig import Shelf
from planner.rules import RULES
from planner.rules.rule import judge
from tests.makers import (
    make_board,
    make_card,
    make_case,
    make_cooler,
    make_cpu,
    make_rig_card,
    make_rig_psu,
    make_slot,
)
from tests.rules.cases import ERROR, INFO, WARNING, Case, check, edge, facts_of, fires, judged, needs, rig_with, silent

TWO_SUPPLIES = (make_rig_psu(1), make_rig_psu(2))


def stacked(thickness_mm: float | None, rows: tuple[int, ...] = (1, 4), **changes: Any) -> Facts:
    """Open-air cards of this thickness, three slots apart."""
    card = {"thickness_mm": thickness_mm, "slots_occupied": None} | changes.pop("card", {})
    return facts_of(rig_with(rows, card, **changes))


def in_case(rows: tuple[int, ...] = (1,), card: dict[str, Any] | None = None, **case: Any) -> Facts:
    return facts_of(rig_with(rows, card, case=make_case(**case)))


def lowest(row: int, **case: Any) -> Facts:
    """A three-slot card in this row of an eight-slot case."""
    return in_case((row,), {"thickness_mm": 60.0}, **case)


def above_floor(mm: float) -> Facts:
    """A 40 mm card in the last of eight rows: 20.32 mm and what the shroud leaves."""
    board = make_board(*(make_slot(f"PCIE{row}", row) for row in range(1, 9)))
    card = make_rig_card(1, board.connector("PCIE7"), psu="psu-1")
    case = make_case(shroud_below_last_row_mm=mm + 40.0 - 2 * 20.32)
    return facts_of(replace(rig_with((), board=board, case=case), cards=(card,)))


def cooled(**changes: Any) -> Facts:
    cooler = make_cooler(**({"sockets": ("SP3",)} | changes))
    return facts_of(rig_with((1,), case=make_case(), cooler=cooler))


def on_board(form_factor: str, width_mm: float | None = None, **case: Any) -> Facts:
    board = make_board(form_factor=form_factor, width_mm=width_mm)
    return facts_of(rig_with((1,), board=board, case=make_case(**case)))


def with_radiator(mount: Any, length_mm: float) -> Facts:
    """In a case of 360 mm."""
    cooler = make_cooler(kind="liquid", height_mm=None, radiator_mm=360)
    rig = in_case(card={"length_mm": length_mm}).rig
    build = rig.build.replace(placements={"cooler": Placement(mount=mount)})
    return facts_of(replace(rig, cooler=cooler, build=build))


CASES: tuple[Case, ...] = (
    fires("MEC-001", ERROR, "70 mm in three slots", lambda: stacked(70)),
    fires("MEC-001", ERROR, "slot under the card above", lambda: stacked(61, rows=(1, 2))),
    silent("MEC-001", "two slots in three", lambda: stacked(40)),
    silent("MEC-001", "three-slot cards touch", lambda: stacked(61)),
    silent("MEC-001", "blowers of 40 mm in every second slot", lambda: stacked(40, rows=(1, 3, 5, 7))),
    needs("MEC-001", "thickness not known", lambda: stacked(None)),
    *edge("MEC-001", "mm", stacked, (61.4, None), (61.5, WARNING)),
    *edge("MEC-001", "beyond what a data sheet errs", stacked, (62.9, WARNING), (63.0, ERROR)),
    fires("MEC-002", ERROR, "row 7 and three slots", lambda: lowest(7)),
    fires("MEC-002", WARNING, "no case yet", lambda: stacked(60, rows=(7,))),
    silent("MEC-002", "row 1", lambda: lowest(1)),
    needs("MEC-002", "no case, within the board", lambda: stacked(40, rows=(1,))),
    *edge("MEC-002", "row", lowest, (6, None), (7, ERROR)),
    *edge("MEC-002", "mm above the shroud", above_floor, (5.0, None), (4.9, WARNING)),
    fires("MEC-003", ERROR, "380 mm in 360 mm", lambda: in_case(card={"length_mm": 380.0})),
    silent("MEC-003", "280 mm in 360 mm", in_case),
    fires("MEC-003", ERROR, "radiator at the front", lambda: with_radiator("front", 340.0)),
    silent("MEC-003", "radiator at the top", lambda: with_radiator("top", 340.0)),
    fires("MEC-003", INFO, "radiator anywhere", lambda: with_radiator(None, 340.0)),
    needs("MEC-003", "length not known", lambda: in_case(card={"length_mm": None})),
    needs("MEC-003", "no case", lambda: stacked(40)),
    *edge("MEC-003", "mm", lambda mm: in_case(card={"length_mm": mm}), (360.0, WARNING), (360.1, ERROR)),
    *edge("MEC-003", "to get it in", lambda mm: in_case(card={"length_mm": mm}), (355.0, None), (355.1, WARNING)),
    fires("MEC-004", ERROR, "higher than the case", lambda: in_case(card={"height_mm": 190.0})),
    silent("MEC-004", "low card", in_case),
    needs("MEC-004", "height not known", lambda: in_case(card={"height_mm": None})),
    needs("MEC-004", "no case", lambda: stacked(40)),
    *edge("MEC-004", "8-pin plug", lambda mm: in_case(card={"height_mm": mm}), (145.0, INFO), (145.1, WARNING)),
    *edge("MEC-004", "easy", lambda mm: in_case(card={"height_mm": mm}), (135.0, None), (135.1, INFO)),
    *edge(
        "MEC-004",
        "16-pin plug alone",
        lambda mm: in_case(card={"height_mm": mm, "plugs": {"12v_2x6": 1}}),
        (160.0, WARNING),
        (160.1, ERROR),
    ),
    fires("MEC-005", ERROR, "E-ATX in an ATX case", lambda: on_board("E-ATX", 330)),
    fires("MEC-005", INFO, "E-ATX where it fits", lambda: on_board("E-ATX", 330, board_sizes=("E-ATX",))),
    silent("MEC-005", "ATX", in_case),
    needs("MEC-005", "no case", lambda: stacked(40)),
    *edge(
        "MEC-005",
        "wide",
        lambda mm: on_board("E-ATX", mm, board_sizes=("E-ATX",)),
        (260, None),
        (261, INFO),
    ),
    fires("MEC-006", INFO, "slot 2 under a card", lambda: stacked(40, rows=(1,))),
    fires("MEC-006", WARNING, "over the lower edge", lambda: stacked(60, rows=(5,))),
    silent("MEC-006", "thin card", lambda: stacked(20, rows=(1,))),
    *edge("MEC-006", "last row", lambda row: stacked(40, rows=(row,)), (5, INFO), (6, WARNING)),
    fires("MEC-007", INFO, "2 kg", lambda: in_case(card={"mass_kg": 2.0})),
    fires("MEC-007", INFO, "large by its size", lambda: in_case(card={"slots_occupied": 3.0, "length_mm": 313.0})),
    silent("MEC-007", "1 kg", lambda: in_case(card={"mass_kg": 1.0})),
    silent("MEC-007", "open frame", lambda: in_case(card={"mass_kg": 2.0}, kind="open frame")),
    *edge("MEC-007", "kg", lambda kg: in_case(card={"mass_kg": kg}), (1.5, None), (1.51, INFO)),
    fires("MEC-008", ERROR, "another socket", lambda: cooled(sockets=("AM5",))),
    fires("MEC-008", WARNING, "too weak", lambda: cooled(rated_w=95)),
    silent("MEC-008", "fits", cooled),
    needs("MEC-008", "no cooler", in_case),
    *edge("MEC-008", "mm", lambda mm: cooled(height_mm=mm), (170.0, None), (170.1, ERROR)),
    fires("MEC-009", ERROR, "AM5 in SP3", lambda: facts_of(rig_with(cpu=make_cpu(socket="AM5")))),
    silent("MEC-009", "SP3 in SP3", in_case),
    needs("MEC-009", "no processor", lambda: facts_of(rig_with(cpu=None))),
    fires("MEC-010", ERROR, "two in a case for one", lambda: facts_of(rig_with(case=make_case(), psus=TWO_SUPPLIES))),
    silent("MEC-010", "one that fits", in_case),
    needs("MEC-010", "no case", lambda: stacked(40)),
    *edge(
        "MEC-010",
        "mm",
        lambda mm: facts_of(rig_with((1,), case=make_case(), psus=(make_rig_psu(length_mm=mm),))),
        (200.0, None),
        (200.1, ERROR),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    check(case)


def test_touching_cards_get_one_message_that_names_the_gap():
    found = judge(RULES, stacked(61))
    about_pair = [f for f in found.findings if set(f.parts) == {"gpu-1", "gpu-2"} and f.rule[:3] in ("MEC", "THR")]
    gap = next(f for f in about_pair if f.rule == "THR-001")
    assert gap.title == "No gap between cards"
    assert "0 mm" in gap.message and "60.96 mm" in gap.message
    assert not [f for f in found.findings if f.rule == "MEC-001"]


def test_a_collision_speaks_for_the_air_that_is_missing_too():
    found = judge(RULES, stacked(70))
    collision = next(f for f in found.findings if f.rule == "MEC-001")
    assert "THR-001" in collision.also
    assert not [f for f in found.findings if f.rule == "THR-001"]
    assert "THR-001" not in found.passed


def test_a_collision_is_cured_by_the_slot_offered():
    facts = stacked(70, rows=(1, 4))
    facts = replace(facts, rig=replace(facts.rig, shelf=Shelf(psus=(make_rig_psu().psu,))))
    finding = judged(fires("MEC-001", ERROR, "", lambda: facts)).findings[0]
    assert [fix.label for fix in finding.fixes] == ["Move GPU 2 to PCIE6 (4.0 x16)"]
    assert finding.fixes[0].edit(facts.rig.build).placement("gpu-2").slot == "PCIE6"


def test_a_thinner_card_is_offered():
    thin = make_card(id="thin", name="Thin", thickness_mm=40.0)
    facts = stacked(70, rows=(4, 7))
    facts = replace(facts, rig=replace(facts.rig, shelf=Shelf(cards=(thin,))))
    finding = judged(fires("MEC-001", ERROR, "", lambda: facts)).findings[0]
    assert "Use Maker Thin as GPU 1" in [fix.label for fix in finding.fixes]


def test_another_board_is_offered_where_no_slot_helps():
    """Two slots three apart; on the other board they are four apart."""
    narrow = make_board(make_slot("A", 1), make_slot("B", 4))
    wide = make_board(make_slot("X", 1), make_slot("Y", 5), id="wide", name="Wide")
    cards = tuple(
        make_rig_card(n, slot, psu="psu-1", card={"thickness_mm": 61.0}) for n, slot in enumerate(narrow.slots, 1)
    )
    rig = replace(rig_with(board=narrow, shelf=Shelf(boards=(narrow, wide))), cards=cards)
    finding = judged(fires("THR-001", WARNING, "", lambda: facts_of(rig))).findings[0]
    assert finding.fixes[0].label == "Use Maker Wide (4.0 x16, 4.0 x16)"
    after = finding.fixes[0].edit(rig.build)
    assert after.parts.board == "wide"
    assert (after.placement("gpu-1").slot, after.placement("gpu-2").slot) == ("X", "Y")


def test_a_case_is_offered_that_takes_the_card():
    long = make_case(id="long", name="Long", max_gpu_length_mm=420.0)
    small = make_case(id="small", name="Small", max_gpu_length_mm=420.0, board_sizes=("Mini-ITX",))
    rig = rig_with((1,), {"length_mm": 380.0}, case=make_case(), shelf=Shelf(cases=(small, long)))
    finding = judged(fires("MEC-003", ERROR, "", lambda: facts_of(rig))).findings[0]
    assert [fix.label for fix in finding.fixes] == ["Use Maker Long"]


def test_the_gap_is_that_of_the_analysis():
    room = space(stacked(61).rig)
    assert room is not None and [gap.gap_mm for gap in room.gaps if gap.neighbour] == [0.0]
