"""Where the drawing puts things: to scale, and honest about what is not known."""

from dataclasses import replace

import pytest

from planner.analysis.lanes import preview
from planner.analysis.space import Gap
from planner.domain import edits
from planner.domain.build import Build, Placement
from planner.domain.units import SLOT_PITCH_MM
from planner.ui.drawing import words
from planner.ui.drawing.items import Level
from planner.ui.drawing.layout import draw
from planner.ui.drawing.listing import HEADS, describe, table
from tests.ui import drawn


def drawing(build=None):
    return draw(drawn.report(build))


def test_cards_have_their_true_length_and_thickness():
    box = drawing().card("gpu-1").box
    assert (box.w, box.h) == (304.0, 61.0)


def test_rows_lie_a_slot_pitch_apart():
    shown = drawing()
    assert shown.card("gpu-2").box.y - shown.card("gpu-1").box.y == pytest.approx(3 * SLOT_PITCH_MM)
    middles = [y for _, y, _ in shown.rows]
    assert middles[1] - middles[0] == pytest.approx(SLOT_PITCH_MM)


def test_the_gap_is_the_air_that_is_drawn():
    shown = drawing(edits.swap(drawn.dual(), "gpus", "gpu-1", "rtx-5090-fe"))
    gap = shown.gaps[0]
    assert gap.box.h == pytest.approx(3 * SLOT_PITCH_MM - 40)
    assert gap.box.y == pytest.approx(shown.card("gpu-1").box.bottom)
    assert gap.box.bottom == pytest.approx(shown.card("gpu-2").box.y)


@pytest.mark.parametrize(
    ("gap_mm", "text", "level"),
    [
        (-20, "overlaps GPU 2 by 20 mm", Level.BAD),
        (-0.4, "gap 0 mm, wants 20 mm", Level.BAD),
        (9.9, "gap 9.9 mm, wants 20 mm", Level.BAD),
        (10, "gap 10 mm, wants 20 mm", Level.WARN),
        (19.9, "gap 19.9 mm, wants 20 mm", Level.WARN),
        (20, "gap 20 mm, enough", Level.OK),
    ],
)
def test_a_gap_says_what_it_is_and_what_is_wanted(gap_mm, text, level):
    said, _, colour = words.gap_label(Gap("gpu-1", "gpu-2", gap_mm, 3, 20))
    assert (said, colour) == (text, level)


def test_the_badge_shows_what_the_slot_has_and_what_the_card_gets():
    card = drawing().card("gpu-1")
    assert card.badge == "5.0 x16 → 4.0 x8 · CPU"
    assert card.badge_level == Level.WARN


def test_a_slot_under_a_card_names_the_card():
    slot = drawing().slot("PCIEX16_3")
    assert slot.covered_by == "gpu-2"
    assert "covered by GPU 2" in slot.text


def test_slots_without_a_row_are_listed_apart_and_never_placed():
    shown = drawing(drawn.dual(board="unknown-rows"))
    assert shown.rows == ()
    zone = next(zone for zone in shown.zones if zone.kind == "unknown")
    assert "Row not known" in zone.text
    assert [slot.row for slot in shown.slots] == [None] * 4
    for card in shown.cards:
        assert card.row is None
        assert card.place == "unknown row"
        assert zone.box.y < card.box.y < card.box.bottom < zone.box.bottom


def test_each_card_has_a_cable_and_a_missing_one_is_said():
    cables = {cable.to: cable for cable in drawing().cables}
    assert cables["gpu-1"].level == Level.OK
    assert cables["gpu-2"].level == Level.BAD
    assert cables["gpu-2"].text == "no 12V-2x6"
    supply = drawing().supplies[0]
    assert ("1 × 12V-2x6 short", Level.BAD) in supply.lines


@pytest.mark.parametrize(("longest", "over"), [(304.0, False), (303.0, True)])
def test_a_card_longer_than_the_case_allows_reaches_over(longest, over):
    tower = drawn.TOWER.replace(max_gpu_length_mm=longest)
    catalog = replace(drawn.CATALOG, cases={tower.id: tower})
    shown = draw(drawn.report(drawn.dual(), catalog))
    zones = [zone.text for zone in shown.zones if zone.kind == "over"]
    assert (zones == ["1 mm too long", "1 mm too long"]) is over


def test_cards_on_risers_hang_in_their_bays():
    shown = drawing(drawn.framed())
    taken = {bay.number: bay.taken_by for bay in shown.bays}
    assert (taken[1], taken[2], taken[4]) == ("gpu-1", "gpu-2", "gpu-3")
    assert shown.card("gpu-4").place == "riser"
    assert {riser.to for riser in shown.risers} == {"gpu-1", "gpu-2", "gpu-3"}
    for bay in shown.bays:
        card = shown.card(bay.taken_by or "")
        if card:
            assert bay.box.y <= card.box.y
            assert card.box.bottom <= bay.box.bottom


def test_cards_without_a_slot_wait_in_a_tray():
    build = edits.place(drawn.dual(), "gpu-2", Placement(slot="NOT-HERE"))
    shown = drawing(build)
    tray = next(zone for zone in shown.zones if zone.kind == "tray")
    card = shown.card("gpu-2")
    assert card.place == "unplaced"
    assert card.facts == "NOT-HERE is not on this board"
    assert tray.box.holds(card.box.x, card.box.y)
    assert tray.box.holds(card.box.right, card.box.bottom)


def test_everything_lies_inside_the_outline():
    for build in (drawn.dual(), drawn.framed(), drawn.dual(board="unknown-rows"), Build()):
        shown = drawing(build)
        boxes = [card.box for card in shown.cards] + [supply.box for supply in shown.supplies]
        boxes += [slot.band for slot in shown.slots] + [bay.box for bay in shown.bays]
        for box in boxes:
            assert box.x >= 0
            assert box.right <= shown.case.right
            assert box.y >= 0
            assert box.bottom <= shown.case.bottom
        for cable in shown.cables:
            assert all(x <= shown.case.right and y <= shown.case.bottom for x, y in cable.points)


def test_a_drive_that_takes_lanes_says_from_whom():
    build = edits.place(drawn.dual(), "drive-1", Placement(slot="M2_2"))
    port = next(port for port in drawing(build).ports if port.connector == "M2_2")
    assert port.drive == "drive-1"
    assert port.level == Level.WARN
    assert "takes lanes of GPU 1, GPU 2" in port.text


def test_an_offer_says_lanes_swap_and_cover():
    report = drawn.report()
    states = {state.connector: state for state in preview(report.rig, "gpu-1")}
    _, second, third = drawn.SEVEN.slots
    text, _ = words.offer(states["PCIEX16_2"], second, cover=None, key="gpu-1")
    assert text.startswith("PCIEX16_2 · 4.0 x")
    assert "swaps with GPU 2" in text
    text, level = words.offer(states["PCIEX16_3"], third, cover="gpu-2", key="gpu-1")
    assert "under GPU 2" in text
    assert level == Level.BAD


def test_words_name_every_card_slot_and_gap():
    report = drawn.report()
    said = describe(report, draw(report))
    for wanted in ("GPU 1", "GPU 2", "PCIEX16_1", "5.0 x16 → 4.0 x8", "between GPU 1 and GPU 2", "no 12V-2x6"):
        assert wanted in said


def test_the_table_has_a_line_for_every_slot():
    lines = table(drawing())
    assert {len(line) for line in lines} == {len(HEADS)}
    assert [line[1] for line in lines[:3]] == ["PCIEX16_1", "PCIEX16_2", "PCIEX16_3"]
    assert lines[0][3].startswith("GPU 1")
    assert lines[2][3] == "empty"


def test_an_empty_build_is_a_drawing_too():
    shown = drawing(Build())
    assert shown.board is None
    assert shown.board_text == "No board chosen yet"
    assert shown.cards == ()
