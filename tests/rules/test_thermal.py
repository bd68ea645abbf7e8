"""Air, heat and noise."""

from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.facts import Facts
from planner.domain.parts import Case as Case_
from planner.domain.policy import Policy
from planner.domain.units import SLOT_PITCH_MM
from planner.rules import RULES
from planner.rules.rule import judge
from tests.makers import make_board, make_case, make_rig_card, make_slot
from tests.rules.cases import (
    ERROR,
    INFO,
    WARNING,
    Case,
    check,
    edge,
    facts_of,
    fires,
    judged,
    needs,
    rig_with,
    said,
    silent,
    ways_out,
    with_shelf,
)

THREE_SLOTS = 3 * SLOT_PITCH_MM
NO_FLOOR = make_case(shroud_below_last_row_mm=None)
LOW_BOARD = make_board(form_factor="Mini-ITX")


def gap(mm: float | None, **card: Any) -> Facts:
    """Two cards three slots apart with this much air between them."""
    thick = None if mm is None else THREE_SLOTS - mm
    return facts_of(rig_with((1, 4), {"thickness_mm": thick, "slots_occupied": None} | card))


def in_a_frame(mm: float, wider_mm: float = 0.0) -> Facts:
    """Three flow-through cards in an open frame; the second pair has more air between its cards."""
    thick = THREE_SLOTS - mm
    cards = [{"thickness_mm": t, "slots_occupied": None, "cooler": "flow_through"} for t in (thick, thick - wider_mm)]
    return uneven(*cards, cards[0], rows=(1, 4, 7), case=make_case(kind="open frame"))


def blowers(mm: float, rows: tuple[int, ...] = (1, 3), tgp_w: int = 300) -> Facts:
    thick = (rows[1] - rows[0]) * SLOT_PITCH_MM - mm
    return facts_of(rig_with(rows, {"thickness_mm": thick, "cooler": "blower", "tgp_w": tgp_w}))


def rowless(cooler: str, count: int = 2, **chip: Any) -> Facts:
    """Cards on a board whose rows nobody verified."""
    board = make_board(make_slot("A"), make_slot("B"))
    made: dict[str, Any] = {"psu": "psu-1", "card": {"cooler": cooler}, "chip": chip}
    cards = tuple(make_rig_card(n, slot, **made) for n, slot in enumerate(board.slots[:count], 1))
    return facts_of(replace(rig_with(board=board), cards=cards))


def uneven(*cards: dict[str, Any], rows: tuple[int, ...] = (1, 3, 5, 7), case: Case_ | None = None) -> Facts:
    """Cards that differ, each given by what changes it; `limit_w` is its power limit."""
    board = make_board()
    made = tuple(
        make_rig_card(n, board.connector(f"PCIE{row}"), psu="psu-1", card=card, limit_w=card.pop("limit_w", None))
        for n, (row, card) in enumerate(zip(rows, [dict(c) for c in cards], strict=False), 1)
    )
    return facts_of(replace(rig_with(case=case), cards=made))


def one(cooler: str, kind: str = "mid tower", **card: Any) -> Facts:
    return facts_of(rig_with((1,), {"cooler": cooler} | card, case=make_case(kind=kind)))


def below(mm: float, cooler: str = "open_air") -> Facts:
    """The lowest card, this far above the shroud."""
    board = make_board(make_slot("PCIE7", 7))
    room = 2 * SLOT_PITCH_MM
    card = {"thickness_mm": 40.0, "cooler": cooler}
    case = make_case(shroud_below_last_row_mm=mm + 40.0 - room)
    rig = rig_with((7,), card, board=board, case=case)
    return facts_of(rig)


def case_heat(watts: float, limit_w: float | None = 400.0, **case: Any) -> Facts:
    facts = facts_of(rig_with((1, 5), case=make_case(**case)))
    assert facts.thermal is not None
    return replace(facts, thermal=replace(facts.thermal, case_heat_w=watts, case_limit_w=limit_w))


def room_heat(watts: float) -> Facts:
    facts = case_heat(300)
    assert facts.thermal is not None
    return replace(facts, thermal=replace(facts.thermal, room_heat_w=watts))


def small(tgp_w: int, limits: tuple[int | None, int | None] = (None, None), **changes: Any) -> Facts:
    rig = rig_with((1, 4), {"tgp_w": tgp_w}, **({"case": make_case(kind="small")} | changes))
    cards = tuple(replace(card, limit_w=limit) for card, limit in zip(rig.cards, limits, strict=True))
    return facts_of(replace(rig, cards=cards))


def founders(watts: int, **case: Any) -> Facts:
    card = {"cooler": "flow_through", "thickness_mm": 57.0, "length_mm": 313.0}
    return facts_of(rig_with((1,), card, limit_w=watts, case=make_case(**case)))


CASES: tuple[Case, ...] = (
    fires("THR-001", WARNING, "touching", lambda: gap(0)),
    fires("THR-001", WARNING, "cooler nobody describes", lambda: gap(0, cooler="unknown")),
    silent("THR-001", "blowers", lambda: gap(0, cooler="blower")),
    silent("THR-001", "one card", lambda: one("open_air")),
    needs("THR-001", "thickness not known", lambda: gap(None)),
    *edge("THR-001", "mm of air", gap, (20.0, None), (19.9, INFO)),
    *edge("THR-001", "mm to choke", gap, (10.0, INFO), (9.9, WARNING)),
    fires("THR-002", INFO, "two without a gap", lambda: blowers(0.6)),
    fires("THR-002", INFO, "four of 350 W, as a system builder measured them", lambda: blowers(0.6, (1, 3, 5, 7), 350)),
    silent("THR-002", "open fans", lambda: gap(0)),
    needs("THR-002", "row not known", lambda: rowless("blower")),
    silent("THR-002", "one blower, row not known", lambda: rowless("blower", 1)),
    *edge("THR-002", "mm", blowers, (10.0, None), (9.9, INFO)),
    fires("THR-003", WARNING, "in a tower", lambda: one("passive")),
    silent("THR-003", "in a rack", lambda: one("passive", kind="rack")),
    silent("THR-003", "with fans", lambda: one("open_air")),
    fires("THR-004", WARNING, "two in a row", lambda: gap(20, cooler="flow_through")),
    silent("THR-004", "open air", lambda: gap(20)),
    needs("THR-004", "row not known", lambda: rowless("flow_through")),
    silent("THR-004", "one card, row not known", lambda: rowless("flow_through", 1)),
    silent("THR-004", "open air, row not known", lambda: rowless("open_air")),
    *edge("THR-004", "mm", lambda mm: gap(mm, cooler="flow_through"), (40.0, None), (39.9, WARNING)),
    *edge("THR-004", "mm in an open frame", in_a_frame, (40.0, None), (39.9, INFO)),
    fires("THR-005", WARNING, "against the shroud", lambda: below(3)),
    silent("THR-005", "blower", lambda: below(3, "blower")),
    needs(
        "THR-005", "height not known", lambda: facts_of(rig_with((7,), case=make_case(shroud_below_last_row_mm=None)))
    ),
    needs("THR-005", "no case", lambda: facts_of(rig_with((7,)))),
    *edge("THR-005", "mm", below, (25.0, None), (24.9, WARNING)),
    fires("THR-006", WARNING, "900 W", lambda: case_heat(900)),
    silent("THR-006", "open frame", lambda: case_heat(2000, None, kind="open frame")),
    needs("THR-006", "nothing known of the case", lambda: case_heat(600, None)),
    fires("THR-006", WARNING, "more than any tower bears", lambda: case_heat(701, None)),
    needs("THR-006", "what a tower may bear", lambda: case_heat(700, None)),
    *edge("THR-006", "watts", case_heat, (400, None), (401, WARNING)),
    fires("THR-007", WARNING, "3090 close to a card", lambda: gap(5)),
    fires("THR-007", WARNING, "maker's own card alone in a case", lambda: founders(350)),
    silent("THR-007", "maker's own card in a frame", lambda: founders(350, kind="open frame")),
    *edge("THR-007", "watts, alone", founders, (280, None), (281, WARNING)),
    silent("THR-007", "another chip", lambda: facts_of(rig_with((1, 3), chip={"name": "GeForce RTX 3090 Ti"}))),
    needs("THR-007", "row not known", lambda: rowless("open_air")),
    silent("THR-007", "one card, row not known", lambda: rowless("open_air", 1)),
    silent("THR-007", "another chip, row not known", lambda: rowless("open_air", name="GeForce RTX 4090")),
    *edge("THR-007", "watts", lambda watts: facts_of(rig_with((1, 3), limit_w=watts)), (280, INFO), (281, WARNING)),
    *edge("THR-007", "mm", gap, (15.0, None), (14.9, WARNING)),
    fires("THR-008", WARNING, "700 W", lambda: small(350)),
    fires("THR-008", WARNING, "small board in any closed case", lambda: small(350, case=make_case(), board=LOW_BOARD)),
    silent("THR-008", "mid tower", lambda: small(350, case=make_case())),
    *edge("THR-008", "watts per card", small, (250, None), (251, WARNING)),
    *edge("THR-008", "watts", lambda w: small(250, limits=(250, w)), (250, None), (251, WARNING)),
    fires("THR-009", INFO, "1400 W", lambda: room_heat(1400)),
    silent("THR-009", "400 W", lambda: room_heat(400)),
    *edge("THR-009", "watts", room_heat, (1000, None), (1001, INFO)),
    fires("THR-010", INFO, "three blowers", lambda: blowers(0.6, (1, 3, 5))),
    fires("THR-010", INFO, "server card", lambda: one("passive")),
    silent("THR-010", "open fans", lambda: gap(20)),
    *edge("THR-010", "blowers", lambda n: blowers(0.6, (1, 3, 5)[:n]), (2, None), (3, INFO)),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    check(case)


def test_policy_moves_the_gap_wanted():
    facts = replace(gap(25), policy=Policy(min_gap_mm=30))
    assert said("THR-001", facts).severity == INFO


def test_three_choked_cards_are_grave_but_the_ground_is_ours():
    """Field reports ask for an error; they give no threshold, so it stays a warning and says why."""
    facts = facts_of(rig_with((1, 3, 5), {"thickness_mm": 40.0}))
    found = judged("THR-001", facts).findings
    assert [f.severity for f in found] == [WARNING, WARNING]
    assert all(f.capped for f in found)


def test_heat_rests_on_our_figure_for_the_case():
    finding = said("THR-006", case_heat(900))
    assert finding.severity == WARNING and finding.capped
    assert finding.severity < ERROR


def test_exhaust_into_a_choked_card_is_told_once():
    found = judge(RULES, gap(0, cooler="flow_through"))
    assert [f.also for f in found.findings if f.rule == "THR-001"] == [("THR-004", "THR-007")]


def test_warm_neighbours_in_a_frame_are_one_note():
    """With the smallest distance, and every card named once."""
    found = [f for f in judge(RULES, in_a_frame(20.5, 9.0)).findings if f.rule == "THR-004"]
    assert [(f.parts, f.value) for f in found] == [(("gpu-1", "gpu-2", "gpu-3"), -20.5)]
    assert "GPU 1, GPU 2 and GPU 3 stand 20.5 mm apart" in found[0].message


# Messages, measures and ways out

BLOWER = {"cooler": "blower", "thickness_mm": 40.0}


@pytest.mark.parametrize(
    ("facts", "labels"),
    [
        (lambda: blowers(0.6, (1, 3, 5), 250), []),
        (lambda: blowers(0.6, (1, 3, 5), 251), ["Limit GPU 1, GPU 2 and GPU 3 to 250 W each"]),
        (lambda: blowers(0.6, (1, 3), 300), []),
    ],
)
def test_a_stack_of_hot_blowers_is_capped(facts, labels):
    assert ways_out("THR-002", facts()) == labels


def test_blowers_in_numbers():
    """The hottest and the narrowest gap are named."""
    finding = said("THR-002", uneven({**BLOWER, "tgp_w": 300}, {**BLOWER, "thickness_mm": 38.0, "tgp_w": 260}, BLOWER))
    assert finding.value == 3 * 350
    assert "0.6 mm apart at up to 350 W" in finding.message


def test_two_choked_gaps_make_a_stack():
    """A gap of exactly 10 mm is not choked."""
    narrow, at_edge = {"thickness_mm": 35.64}, {"thickness_mm": 30.64}
    assert said("THR-001", uneven(narrow, at_edge, {})).capped == ""
    assert said("THR-001", uneven(narrow, narrow, {})).capped != ""


@pytest.mark.parametrize(("mm", "words"), [(0.9, "No gap between cards"), (1.0, "Too little"), (1.5, "Too little")])
def test_below_a_millimetre_there_is_no_gap(mm, words):
    finding = said("THR-001", gap(mm))
    no_gap = words.startswith("No gap")
    assert (finding.title == "No gap between cards") is no_gap
    assert ("No gap between the cards" in finding.message) is no_gap
    assert "sits 3 slots (60.96 mm) above GPU 2" in finding.message


def test_more_air_is_offered_where_cards_touch_but_not_where_they_collide():
    def rows(mm: float) -> Facts:
        return with_shelf(gap(mm))

    assert ways_out("THR-001", rows(0)) == ["Move GPU 2 to PCIE5 (4.0 x16)"]
    assert ways_out("THR-001", rows(-5)) == []


def test_a_bearable_limit_is_offered_against_the_heat():
    """350 W × 400 / 600 = 233 W, in tens; at less than half of stock the speed is gone."""
    frame = make_case(id="frame", name="Frame", kind="open frame")
    assert ways_out("THR-006", case_heat(600)) == ["Limit GPU 1 and GPU 2 to 230 W each"]
    assert ways_out("THR-006", with_shelf(case_heat(2000), cases=(frame,))) == ["Use Maker Frame"]


@pytest.mark.parametrize(
    ("stock_w", "limit_w", "heat_w", "offered"),
    [(340, 340, 800, True), (340, 340, 801, False), (600, 340, 800, False), (340, 300, 800, True)],
)
def test_half_of_the_largest_stock_power_is_the_least_offered(stock_w, limit_w, heat_w, offered):
    facts = uneven({"tgp_w": 340}, {"tgp_w": stock_w, "limit_w": limit_w}, rows=(1, 5), case=make_case())
    assert facts.thermal is not None
    facts = replace(facts, thermal=replace(facts.thermal, case_heat_w=heat_w, case_limit_w=400.0))
    assert ("Limit GPU 1 and GPU 2 to 170 W each" in ways_out("THR-006", facts)) is offered


def test_far_more_heat_than_a_case_bears_would_be_an_error_if_our_figure_were_sure():
    assert said("THR-006", case_heat(600)).capped == ""
    assert said("THR-006", case_heat(601)).capped != ""
    assert said("THR-006", case_heat(600)).value == 1.5
    assert said("THR-006", case_heat(770, None)).value == 1.1


def test_what_memory_beside_and_behind_cards_bears():
    assert ways_out("THR-008", small(350)) == ["Limit GPU 1 and GPU 2 to 260 W each"]
    close, closer = {"thickness_mm": 30.64}, {"thickness_mm": 35.64}
    finding = said("THR-007", uneven(close, closer, {}))
    assert finding.value == -5.0
    assert "5 mm from the card above" in finding.message


def test_a_collision_is_told_once_and_is_no_stack():
    findings = judged("THR-001", gap(-5)).findings
    assert [(finding.parts, finding.capped) for finding in findings] == [(("gpu-1", "gpu-2"), "")]
