"""What fits where."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.facts import Facts
from planner.analysis.space import space
from planner.domain.base import Confidence, Evidence, FieldEvidence
from planner.domain.build import Placement
from planner.domain.parts import Case as Case_
from planner.domain.rig import Shelf
from planner.rules import RULES
from planner.rules.rule import judge
from tests.makers import (
    SEEN,
    make_board,
    make_card,
    make_case,
    make_cooler,
    make_cpu,
    make_memory,
    make_rig_card,
    make_rig_psu,
    make_riser,
    make_slot,
)
from tests.rules.cases import (
    ERROR,
    FROM_MEMORY,
    INFO,
    WARNING,
    Case,
    check,
    edge,
    facts_of,
    fires,
    needs,
    rig_with,
    said,
    silent,
    ways_out,
    with_shelf,
)

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


def in_bays(*bays: int, **card: Any) -> Facts:
    """Cards of 40 mm on risers in a frame whose bays are 61 mm apart."""
    frame = make_case(kind="open frame", gpu_bays=6, bay_pitch_mm=61.0)
    rig = rig_with(tuple(range(1, 7, 3))[: len(bays)], card, case=frame)
    cards = tuple(replace(c, riser=make_riser(), bay=bay) for c, bay in zip(rig.cards, bays, strict=True))
    return facts_of(replace(rig, cards=cards))


def cooled(**changes: Any) -> Facts:
    cooler = make_cooler(**({"sockets": ("SP3",)} | changes))
    return facts_of(rig_with((1,), case=make_case(), cooler=cooler))


def uncased(case: Case_ | None = None, **changes: Any) -> Facts:
    cooler = make_cooler(**({"sockets": ("SP3",)} | changes))
    return facts_of(rig_with((1,), cooler=cooler, case=case))


def without_case(row: int, rows: int) -> Facts:
    """A two-slot card in this row of a Mini-ITX board whose slots reach so far."""
    board = make_board(*(make_slot(f"PCIE{n}", n) for n in range(1, rows + 1)), form_factor="Mini-ITX")
    card = make_rig_card(1, board.connector(f"PCIE{row}"), psu="psu-1")
    return facts_of(replace(rig_with((), board=board), cards=(card,)))


def large(slots: float | None, length_mm: float | None) -> Facts:
    """A card of unknown weight."""
    return in_case(card={"slots_occupied": slots, "length_mm": length_mm})


DOUBTFUL_SIZES = {
    "evidence": Evidence(
        confidence=Confidence.HIGH,
        sources=("https://example.org",),
        seen_on=SEEN,
        fields={"board_sizes": FieldEvidence(confidence=Confidence.LOW)},
    )
}


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
    silent("MEC-001", "two in one slot, which is told elsewhere", lambda: stacked(40, rows=(1, 1))),
    fires("MEC-001", ERROR, "two blowers in one bay", lambda: in_bays(1, 1, cooler="blower")),
    *edge("MEC-001", "bay", lambda bay: in_bays(1, bay), (2, None), (1, ERROR)),
    needs("MEC-001", "thickness not known", lambda: stacked(None)),
    *edge("MEC-001", "mm", stacked, (61.4, None), (61.5, WARNING)),
    *edge("MEC-001", "beyond what a data sheet errs", stacked, (62.9, WARNING), (63.0, ERROR)),
    *edge("MEC-001", "2 mm", stacked, (62.96, WARNING), (62.97, ERROR)),
    fires("MEC-002", ERROR, "row 7 and three slots", lambda: lowest(7)),
    fires("MEC-002", WARNING, "no case yet", lambda: stacked(60, rows=(7,))),
    silent("MEC-002", "row 1", lambda: lowest(1)),
    needs("MEC-002", "no case, within the board", lambda: stacked(40, rows=(1,))),
    *edge("MEC-002", "row", lowest, (6, None), (7, ERROR)),
    *edge("MEC-002", "mm above the shroud", above_floor, (5.0, None), (4.9, WARNING)),
    *edge("MEC-002", "touching the shroud", above_floor, (0.0, WARNING), (-1.0, ERROR)),
    needs("MEC-002", "no case, board of nine, slot 7", lambda: without_case(6, 9)),
    fires("MEC-002", WARNING, "no case, board of nine, slot 8", lambda: without_case(7, 9)),
    needs("MEC-002", "no case, board of four, slot 4", lambda: without_case(3, 4)),
    fires("MEC-002", WARNING, "no case, board of four, slot 5", lambda: without_case(4, 4)),
    fires("MEC-003", ERROR, "380 mm in 360 mm", lambda: in_case(card={"length_mm": 380.0})),
    silent("MEC-003", "280 mm in 360 mm", in_case),
    fires("MEC-003", ERROR, "radiator at the front", lambda: with_radiator("front", 340.0)),
    silent("MEC-003", "radiator at the top", lambda: with_radiator("top", 340.0)),
    fires("MEC-003", INFO, "radiator anywhere", lambda: with_radiator(None, 340.0)),
    *edge("MEC-003", "radiator", lambda mm: with_radiator(None, mm), (330.0, None), (330.1, INFO)),
    needs("MEC-003", "length not known", lambda: in_case(card={"length_mm": None})),
    needs("MEC-003", "no case", lambda: stacked(40)),
    *edge("MEC-003", "mm", lambda mm: in_case(card={"length_mm": mm}), (360.0, WARNING), (360.1, ERROR)),
    *edge("MEC-003", "to get it in", lambda mm: in_case(card={"length_mm": mm}), (355.0, None), (355.1, WARNING)),
    fires("MEC-004", ERROR, "higher than the case", lambda: in_case(card={"height_mm": 190.0})),
    silent("MEC-004", "low card", in_case),
    needs("MEC-004", "height not known", lambda: in_case(card={"height_mm": None})),
    needs("MEC-004", "no case", lambda: stacked(40)),
    *edge("MEC-004", "8-pin plug", lambda mm: in_case(card={"height_mm": mm}), (145.0, INFO), (145.1, WARNING)),
    *edge("MEC-004", "bare", lambda mm: in_case(card={"height_mm": mm}), (180.0, WARNING), (180.1, ERROR)),
    *edge("MEC-004", "no plug", lambda mm: in_case(card={"height_mm": mm, "plugs": {}}), (180.0, None), (180.1, ERROR)),
    *edge("MEC-004", "easy", lambda mm: in_case(card={"height_mm": mm}), (135.0, None), (135.1, INFO)),
    *edge(
        "MEC-004",
        "16-pin plug alone",
        lambda mm: in_case(card={"height_mm": mm, "plugs": {"12v_2x6": 1}}),
        (160.0, WARNING),
        (160.1, ERROR),
    ),
    fires("MEC-005", ERROR, "E-ATX in an ATX case", lambda: on_board("E-ATX", 330)),
    fires(
        "MEC-005", WARNING, "E-ATX in a case whose list is doubtful", lambda: on_board("E-ATX", 330, **DOUBTFUL_SIZES)
    ),
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
    *edge("MEC-007", "slots", lambda slots: large(slots, 300.0), (2.69, None), (2.7, INFO)),
    *edge("MEC-007", "mm", lambda mm: large(2.7, mm), (299.0, None), (300.0, INFO)),
    silent("MEC-007", "size not known", lambda: large(None, None)),
    fires("MEC-008", ERROR, "another socket", lambda: cooled(sockets=("AM5",))),
    fires("MEC-008", WARNING, "too weak", lambda: cooled(rated_w=95)),
    *edge("MEC-008", "W", lambda watts: cooled(rated_w=watts), (155, None), (154, WARNING)),
    needs("MEC-008", "air cooler, no case", lambda: uncased(height_mm=160.0)),
    silent("MEC-008", "liquid cooler, no case", lambda: uncased(kind="liquid", height_mm=None)),
    silent("MEC-008", "air cooler on a frame", lambda: uncased(case=make_case(kind="open frame"), height_mm=None)),
    needs("MEC-008", "height not known", lambda: uncased(case=make_case(), height_mm=None)),
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
    facts = with_shelf(facts, psus=(make_rig_psu().psu,))
    finding = said("MEC-001", facts)
    assert [fix.label for fix in finding.fixes] == ["Move GPU 2 to PCIE6 (4.0 x16)"]
    assert finding.fixes[0].edit(facts.rig.build).placement("gpu-2").slot == "PCIE6"


def test_a_thinner_card_is_offered():
    thin = make_card(id="thin", name="Thin", thickness_mm=40.0)
    facts = stacked(70, rows=(4, 7))
    facts = with_shelf(facts, cards=(thin,))
    finding = said("MEC-001", facts)
    assert "Use Maker Thin as GPU 1" in [fix.label for fix in finding.fixes]


def test_another_board_is_offered_where_no_slot_helps():
    """Two slots three apart; on the other board they are four apart."""
    narrow = make_board(make_slot("A", 1), make_slot("B", 4))
    wide = make_board(make_slot("X", 1), make_slot("Y", 5), id="wide", name="Wide")
    cards = tuple(
        make_rig_card(n, slot, psu="psu-1", card={"thickness_mm": 61.0}) for n, slot in enumerate(narrow.slots, 1)
    )
    rig = replace(rig_with(board=narrow, shelf=Shelf(boards=(narrow, wide))), cards=cards)
    finding = said("THR-001", facts_of(rig))
    assert finding.fixes[0].label == "Use Maker Wide (4.0 x16, 4.0 x16)"
    after = finding.fixes[0].edit(rig.build)
    assert after.parts.board == "wide"
    assert (after.placement("gpu-1").slot, after.placement("gpu-2").slot) == ("X", "Y")


def test_a_case_is_offered_that_takes_the_card():
    long = make_case(id="long", name="Long", max_gpu_length_mm=420.0)
    small = make_case(id="small", name="Small", max_gpu_length_mm=420.0, board_sizes=("Mini-ITX",))
    rig = rig_with((1,), {"length_mm": 380.0}, case=make_case(), shelf=Shelf(cases=(small, long)))
    finding = said("MEC-003", facts_of(rig))
    assert [fix.label for fix in finding.fixes] == ["Use Maker Long"]


def test_the_gap_is_that_of_the_analysis():
    room = space(stacked(61).rig)
    assert room is not None and [gap.gap_mm for gap in room.gaps if gap.neighbour] == [0.0]


# Messages, measures and ways out


def offers(rule: str, facts: Facts, **case: Any) -> bool:
    """Whether a case with these figures is a way out: a button that reads so."""
    other = make_case(id="other", name="Other", **case)
    return "Use Maker Other" in ways_out(rule, with_shelf(facts, cases=(other,)))


LONG = {"length_mm": 380.0}
HIGH = {"height_mm": 190.0}
ROOMY = {"max_gpu_height_mm": 300.0}
OTHER_CASES: tuple[tuple[str, Callable[[], Facts], dict[str, Any], dict[str, Any]], ...] = (
    ("MEC-002", lambda: lowest(7), {"expansion_slots": 9}, {"expansion_slots": 8}),
    ("MEC-002", lambda: lowest(7), {"expansion_slots": 9}, {"expansion_slots": None}),
    ("MEC-002", lambda: above_floor(-1.0), {"expansion_slots": 9}, {"expansion_slots": 8}),
    ("MEC-003", lambda: in_case(card=LONG), {"max_gpu_length_mm": 385.0}, {"max_gpu_length_mm": 384.9}),
    ("MEC-003", lambda: in_case(card=LONG), {"max_gpu_length_mm": 385.0}, {"max_gpu_length_mm": None}),
    ("MEC-004", lambda: in_case(card=HIGH), {"max_gpu_height_mm": 225.0}, {"max_gpu_height_mm": 224.9}),
    ("MEC-004", lambda: in_case(card=HIGH), {"kind": "open frame", **ROOMY}, {"max_gpu_height_mm": None}),
    ("MEC-005", lambda: on_board("E-ATX", 330), {"board_sizes": ("E-ATX",)}, {"board_sizes": ("ATX",)}),
    ("MEC-008", lambda: cooled(height_mm=171.0), {"max_cooler_height_mm": 171.0}, {"max_cooler_height_mm": 170.9}),
    ("MEC-008", lambda: cooled(height_mm=171.0), {"max_cooler_height_mm": 171.0}, {"max_cooler_height_mm": None}),
    ("MEC-008", lambda: cooled(height_mm=171.0), {"kind": "open frame", "max_cooler_height_mm": None}, {}),
    ("MEC-010", lambda: facts_of(rig_with(case=make_case(), psus=TWO_SUPPLIES)), {"psu_count": 2}, {}),
    ("MEC-010", lambda: facts_of(rig_with(case=make_case(), psus=TWO_SUPPLIES)), {"kind": "open frame"}, {}),
)


@pytest.mark.parametrize(("rule", "facts", "cures", "fails"), OTHER_CASES)
def test_only_a_case_that_cures_is_offered(rule, facts, cures, fails):
    assert offers(rule, facts(), **cures)
    assert not offers(rule, facts(), **fails)


def test_a_remark_asks_for_no_other_case():
    assert not offers("MEC-003", with_radiator(None, 340.0), max_gpu_length_mm=420.0)
    assert not offers("MEC-004", in_case(card={"height_mm": 140.0}), max_gpu_height_mm=250.0)
    assert offers("MEC-004", in_case(card={"height_mm": 150.0}), max_gpu_height_mm=250.0)


def test_height_in_words():
    bare = said("MEC-004", in_case(card={"height_mm": 190.0, "plugs": {}}))
    assert "with plug" not in bare.message
    assert bare.title == "Card and plug hit the side panel"
    assert "(185 mm with plug and bend)" in said("MEC-004", in_case(card={"height_mm": 150.0})).message
    assert said("MEC-004", in_case(card={"height_mm": 150.0})).title == "Little room for the power plug"


@pytest.mark.parametrize(
    ("board_rows", "row", "said_of"), [(4, 4, "end at slot 4: this one must have 5"), (9, 7, "end at slot 7")]
)
def test_without_a_case_the_usual_ones_for_the_board_are_named(board_rows, row, said_of):
    assert said_of in said("MEC-002", without_case(row, board_rows)).message


def test_how_much_is_too_much():
    assert said("MEC-002", lowest(7)).value == 1
    assert said("MEC-008", cooled(rated_w=95)).value == 155 - 95
    assert said("MEC-010", facts_of(rig_with(case=make_case(), psus=TWO_SUPPLIES))).value == 1
    rig = in_case((1, 4)).rig
    cards = tuple(replace(c, card=c.card.replace(mass_kg=kg)) for c, kg in zip(rig.cards, (1.6, 2.1), strict=True))
    assert said("MEC-007", facts_of(replace(rig, cards=cards))).value == 2.1


@pytest.mark.parametrize(("ppt_w", "needs_w"), [(230, 230), (None, 155)])
def test_a_cooler_must_bear_the_package_power(ppt_w, needs_w):
    facts = cooled(rated_w=100)
    cpu = make_cpu(ppt_w=ppt_w, tdp_w=155)
    assert said("MEC-008", facts_of(replace(facts.rig, cpu=cpu))).value == needs_w - 100


@pytest.mark.parametrize(
    ("cpu", "offered"),
    [({}, True), ({"socket": "AM5"}, False), ({"memory_type": "DDR5"}, False)],
)
def test_a_processor_is_offered_that_fits_socket_and_memory(cpu, offered):
    other = make_cpu(id="other", name="Other", **cpu)
    rig = rig_with(cpu=make_cpu(socket="AM5"), memory=make_memory(), shelf=Shelf(cpus=(other,)))
    assert ways_out("MEC-009", facts_of(rig)) == (["Use Maker Other"] if offered else [])


def test_it_is_the_lowest_card_that_lies_over_the_edge_and_overhangs():
    assert said("MEC-006", stacked(40, rows=(1, 6))).parts == ("gpu-2", "board")
    assert said("MEC-002", in_case((1, 7), {"thickness_mm": 60.0})).parts == ("gpu-2", "case")


def test_a_riser_cannot_be_plugged_in_under_a_card():
    rig = stacked(61, rows=(1, 2)).rig
    on_riser = replace(rig.cards[1], riser=make_riser(), bay=1)
    facts = facts_of(replace(rig, cards=(rig.cards[0], on_riser)))
    finding = said("MEC-001", facts)
    assert (finding.parts, finding.where) == (("gpu-1", "gpu-2"), "PCIE2")
    assert ways_out("MEC-001", facts) == ["Move GPU 2 to PCIE4 (4.0 x16)"]


@pytest.mark.parametrize(
    ("size", "field"),
    [
        ({"thickness_mm": 70.0, "slots_occupied": 3.5}, "thickness_mm"),
        ({"thickness_mm": None, "slots_occupied": 3.5}, "slots_occupied"),
    ],
)
def test_a_collision_rests_on_the_size_it_was_worked_out_from(size, field):
    finding = said("MEC-001", facts_of(rig_with((1, 4), size | {"evidence": FROM_MEMORY})))
    assert finding.capped == f"{field} of gpu-1 is known from memory only"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (lambda: stacked(70), "GPU 2 sits 3 slots further down: 9 mm are missing"),
        (lambda: in_bays(1, 1), "GPU 2 is meant for the same bay: 40 mm are missing"),
        (lambda: in_bays(1, 2, thickness_mm=70.0), "GPU 2 sits 1 bay further on: 9 mm are missing"),
    ],
)
def test_a_collision_says_where_the_other_card_is(facts, words):
    assert words in said("MEC-001", facts()).message
