"""Rows, gaps and clearances, with the edge on both sides."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.analysis.board_sizes import board_fits, rows_of
from planner.analysis.space import Space, space
from planner.domain.build import Placement
from tests.makers import (
    make_board,
    make_build,
    make_case,
    make_cooler,
    make_rig,
    make_rig_card,
    make_rig_of,
    make_riser,
    make_slot,
)


def placed(*rows: int, thickness: float | None = 40.0, case: object = None, **card: object) -> Space:
    """Cards in these rows of a seven-slot board."""
    board = make_board()
    fields = {"thickness_mm": thickness} | card
    cards = tuple(make_rig_card(n, board.connector(f"PCIE{row}"), card=fields) for n, row in enumerate(rows, 1))
    result = space(make_rig(board=board, cards=cards, case=case))
    assert result is not None
    return result


def test_without_a_board_there_is_nothing_to_say():
    assert space(make_rig(board=None)) is None


@pytest.mark.parametrize(
    ("thickness", "rows"),
    [
        (20.0, (1,)),
        (40.0, (1, 2)),
        (41.1, (1, 2)),
        (41.2, (1, 2, 3)),
        (60.96, (1, 2, 3)),
        (61.4, (1, 2, 3)),
        (70, (1, 2, 3, 4)),
    ],
)
def test_rows_a_card_covers(thickness, rows):
    assert placed(1, thickness=float(thickness)).cards[0].rows == rows


@pytest.mark.parametrize(
    ("measured", "slots", "thickness", "origin"),
    [
        (57.0, 3.0, 57.0, "measured"),
        (None, 2.5, 50.8, "2.5 x 20.32 mm"),
        (None, None, None, ""),
    ],
)
def test_thickness_is_measured_or_from_slots(measured, slots, thickness, origin):
    result = placed(1, thickness=measured, slots_occupied=slots)
    assert (result.cards[0].thickness_mm, result.cards[0].thickness_from) == (thickness, origin)
    assert ("thickness of gpu-1" in result.unknown) is (thickness is None)


@pytest.mark.parametrize(
    ("rows", "thickness", "gap", "collides"),
    [
        ((1, 3), 40.0, 0.64, False),
        ((1, 4), 40.0, 20.96, False),
        ((1, 3), 40.64, 0.0, False),
        ((1, 3), 41.0, 0.0, False),
        ((1, 3), 41.14, 0.0, False),
        ((1, 3), 41.2, -0.56, True),
        ((1, 2), 40.0, -19.68, True),
    ],
)
def test_gap_between_two_cards(rows, thickness, gap, collides):
    result = placed(*rows, thickness=thickness)
    assert result.gaps[0].gap_mm == pytest.approx(gap)
    assert (result.gaps[0].gpu, result.gaps[0].neighbour) == ("gpu-1", "gpu-2")
    assert bool(result.collisions) is collides


def test_fans_look_down_whatever_the_keys():
    result = placed(4, 1)
    assert (result.gaps[0].gpu, result.gaps[0].neighbour) == ("gpu-2", "gpu-1")


@pytest.mark.parametrize(
    ("cooler", "wants"),
    [("open_air", 20), ("flow_through", 20), ("blower", 5), ("unknown", 20), ("passive", 0), ("liquid", 0)],
)
def test_what_a_cooler_wants(cooler, wants):
    assert placed(1, 3, cooler=cooler).gaps[0].wants_mm == wants


@pytest.mark.parametrize(
    ("row", "case", "gap"),
    [
        (7, make_case(), 2 * 20.32 + 30 - 40),
        (7, make_case(expansion_slots=7), 20.32 + 30 - 40),
        (1, make_case(), 8 * 20.32 + 30 - 40),
    ],
)
def test_lowest_card_looks_at_the_floor(row, case, gap):
    floor = placed(row, case=case).gaps[-1]
    assert floor.neighbour is None
    assert floor.gap_mm == pytest.approx(gap)


@pytest.mark.parametrize(
    ("case", "unknown"),
    [
        (make_case(shroud_below_last_row_mm=None), "free height under the case's last slot"),
        (make_case(expansion_slots=None), "free height under the case's last slot"),
        (None, "case"),
    ],
)
def test_an_unknown_floor_is_asked_for(case, unknown):
    result = placed(7, case=case)
    assert result.gaps == ()
    assert unknown in result.unknown


@pytest.mark.parametrize(("slots", "gap"), [(8, 2 * 20.32 - 10.0), (7, None)])
def test_free_rows_may_be_plenty_whatever_the_floor(slots, gap):
    result = placed(7, thickness=10.0, case=make_case(expansion_slots=slots, shroud_below_last_row_mm=None))
    assert [g.gap_mm for g in result.gaps] == ([] if gap is None else [pytest.approx(gap)])
    assert bool(result.unknown) is (gap is None)


def test_an_open_frame_has_no_floor():
    result = placed(1, 7, case=make_case(kind="open frame", shroud_below_last_row_mm=None))
    assert ([gap.gpu for gap in result.gaps], result.unknown) == (["gpu-1"], ())
    assert result.free_ends == ("gpu-2",)


def test_only_an_open_frame_has_free_ends():
    assert placed(1, 7, case=make_case()).free_ends == ()


def test_an_unknown_row_leaves_no_gap_certain_but_collisions_stand():
    board = make_board(make_slot("S1", 1), make_slot("S2", 2), make_slot("S3", None))
    result = space(make_rig_of(board, "S1", "S2", "S3"))
    assert result is not None
    assert result.gaps == ()
    assert [c.gpu for c in result.collisions] == ["gpu-1"]
    assert "row of slot S3" in result.unknown


def test_covered_slots_leave_out_the_cards_own():
    result = placed(1, 4, thickness=57.0)
    assert result.covered == (("PCIE2", "gpu-1"), ("PCIE3", "gpu-1"), ("PCIE5", "gpu-2"), ("PCIE6", "gpu-2"))
    assert result.occupied_under_card == ()


def test_a_slot_in_use_under_a_card_is_named():
    assert placed(1, 3, thickness=57.0).occupied_under_card == (("gpu-2", "gpu-1"),)


def test_rows_used_and_rows_there_are():
    result = placed(7, thickness=57.0, case=make_case())
    assert (result.last_row_used, result.board_rows, result.case_rows) == (9, 7, 8)


@pytest.mark.parametrize(("thickness", "gap", "rows"), [(61.46, 0.0, (1, 2, 3)), (61.47, -0.51, (1, 2, 3, 4))])
def test_half_a_millimetre_is_rounding(thickness, gap, rows):
    result = placed(1, 4, thickness=thickness)
    assert result.gaps[0].gap_mm == gap
    assert result.cards[0].rows == rows


def test_gaps_are_rounded_to_hundredths():
    assert placed(1, 4, thickness=40.123).gaps[0].gap_mm == 20.84


def test_a_card_of_unknown_thickness_takes_its_own_row():
    result = placed(1, 4, thickness=None, slots_occupied=None)
    assert result.gaps == ()
    assert [card.rows for card in result.cards] == [(1,), (4,)]
    assert result.last_row_used == 4


def test_the_lowest_card_counts():
    result = placed(1, 5, case=make_case())
    assert result.last_row_used == 6
    assert result.gaps[-1].rows == 0


def test_thirty_millimetres_are_plenty():
    result = placed(7, thickness=2 * 20.32 - 30, case=make_case(shroud_below_last_row_mm=None))
    assert [gap.gap_mm for gap in result.gaps] == [30.0]


def test_the_row_right_under_a_card_is_covered():
    assert placed(1, 2).occupied_under_card == (("gpu-2", "gpu-1"),)


def test_no_free_end_is_certain_while_a_row_is_not_known():
    board = make_board(make_slot("S1", 1), make_slot("S2", None))
    result = space(make_rig_of(board, "S1", "S2", case=make_case(kind="open frame")))
    assert result is not None
    assert result.free_ends == ()


@pytest.mark.parametrize("held", [{"riser": make_riser()}, {"bay": 1}, {"slot": None, "slot_name": None}])
def test_a_card_out_of_its_slot_takes_no_row(held):
    rig = make_rig_of(make_board(), "PCIE1", "PCIE4")
    result = space(replace(rig, cards=(rig.cards[0], replace(rig.cards[1], **held))))
    assert result is not None
    assert [card.rows for card in result.cards] == [(1, 2), ()]
    assert result.cards[1].on_riser is ("slot" not in held)


# Frames


def in_bays(*bays: int, pitch: float | None = 60.0, thickness: float = 40.0) -> Space:
    case = make_case(kind="open frame", gpu_bays=6, bay_pitch_mm=pitch)
    board = make_board()
    cards = tuple(
        make_rig_card(n, board.connector("PCIE1"), riser=make_riser(), bay=bay, card={"thickness_mm": thickness})
        for n, bay in enumerate(bays, 1)
    )
    result = space(make_rig(board=board, cards=cards, case=case))
    assert result is not None
    return result


def test_cards_in_bays_have_the_bays_gaps_and_cover_no_slot():
    result = in_bays(1, 2, 4)
    assert [gap.gap_mm for gap in result.gaps] == [20.0, 80.0]
    assert result.free_ends == ("gpu-3",)
    assert result.covered == ()
    assert all(card.on_riser and card.row is None for card in result.cards)


def test_cards_face_each_other_in_the_order_of_the_bays():
    assert [(gap.gpu, gap.neighbour) for gap in in_bays(2, 1).gaps] == [("gpu-2", "gpu-1")]


def test_two_cards_in_one_bay_collide():
    assert [c.gap_mm for c in in_bays(1, 1).collisions] == [-40.0]


def test_unknown_bay_pitch_is_asked_for():
    result = in_bays(1, 2, pitch=None)
    assert result.gaps == ()
    assert result.unknown == ("bay pitch of Maker Case",)


@pytest.mark.parametrize(("bay", "beyond"), [(6, ()), (7, ("gpu-1",))])
def test_bays_the_frame_does_not_have(bay, beyond):
    assert in_bays(bay).beyond_bays == beyond


def test_a_riser_without_a_bay_is_asked_for():
    board = make_board()
    card = make_rig_card(1, board.connector("PCIE1"), riser=make_riser())
    result = space(make_rig(board=board, cards=(card,), case=make_case()))
    assert result is not None
    assert "place of gpu-1: on a riser, in no bay" in result.unknown


# Clearances


def spare(result: Space, key: str, what: str) -> float:
    return next(fit.spare_mm for fit in result.fits if fit.key == key and fit.what == what)


def test_length_and_heights_against_the_case():
    rig = make_rig_of(make_board(), "PCIE1", case=make_case(), cooler=make_cooler())
    result = space(rig)
    assert result is not None
    assert spare(result, "gpu-1", "length") == 80
    assert spare(result, "gpu-1", "height") == 68
    assert spare(result, "gpu-1", "height with plug") == 33
    assert spare(result, "cooler", "cooler height") == 10
    assert spare(result, "psu-1", "supply length") == 20


@pytest.mark.parametrize(
    ("cooler", "mount", "case", "room_mm"),
    [
        ("liquid", "front", {}, 360 - 27),
        ("liquid", "front", {"max_gpu_length_radiator_mm": 320.0}, 320),
        ("liquid", "front", {"max_gpu_length_mm": None, "max_gpu_length_radiator_mm": 320.0}, 320),
        ("liquid", "top", {}, 360),
        ("liquid", None, {}, 360),
        ("air", "front", {}, 360),
    ],
)
def test_a_radiator_at_the_front_takes_length(cooler, mount, case, room_mm):
    build = make_build(placements={"cooler": Placement(mount=mount)})
    rig = make_rig_of(make_board(), "PCIE1", build=build, case=make_case(**case), cooler=make_cooler(kind=cooler))
    result = space(rig)
    assert result is not None
    assert next(fit.has_mm for fit in result.fits if fit.what == "length") == room_mm


def test_a_card_on_a_riser_has_no_height_in_the_case():
    rig = make_rig_of(make_board(), "PCIE1", case=make_case())
    for held in ({"riser": make_riser()}, {"riser": make_riser(), "bay": 1}):
        result = space(replace(rig, cards=(replace(rig.cards[0], **held),)))
        assert result is not None
        assert [fit.what for fit in result.fits if fit.key == "gpu-1"] == ["length"]


def test_the_plug_stands_on_the_card():
    fit = next(fit for fit in placed(1, case=make_case()).fits if fit.what == "height with plug")
    assert [step.value for step in fit.steps] == [112, 112 + 35, 180]


@pytest.mark.parametrize("plug", ["12vhpwr", "12v_2x6"])
def test_a_sixteen_pin_plug_counts_as_height(plug):
    result = placed(1, case=make_case(), plugs={plug: 1})
    assert spare(result, "gpu-1", "height") == 33
    assert [fit.what for fit in result.fits if fit.key == "gpu-1"] == ["length", "height"]


@pytest.mark.parametrize(
    ("card", "case", "unknown"),
    [
        ({"length_mm": None}, {}, "length of gpu-1"),
        ({"height_mm": None}, {}, "height of gpu-1"),
        ({}, {"max_gpu_length_mm": None}, "length the case takes"),
        ({}, {"max_gpu_height_mm": None}, "height the case takes"),
    ],
)
def test_clearances_nobody_published_are_asked_for(card, case, unknown):
    result = placed(1, case=make_case(**case), **card)
    assert unknown in result.unknown


@pytest.mark.parametrize(
    ("board", "width", "sizes", "fits"),
    [
        ("ATX", None, ("ATX",), True),
        ("ATX", None, ("E-ATX",), True),
        ("ATX", None, ("Micro ATX", "Mini-ITX"), False),
        ("Micro ATX", None, ("ATX",), True),
        ("Mini-ITX", None, ("Micro-ATX",), True),
        ("EATX", None, ("ATX",), False),
        ("EATX", None, ("ATX", "EATX"), True),
        ("EATX", 277.0, ("EATX (<=280 mm)",), True),
        ("EATX", 330.0, ("EATX (<=280 mm)",), False),
        ("EATX", 267.0, ("SSI CEB",), True),
        ("EATX", None, ("SSI-EEB",), True),
        ("SSI CEB", None, ("ATX",), False),
        ("SSI CEB", None, ("ATX", "EATX"), True),
        ("SSI EEB", None, ("SSI-EEB",), True),
        ("EEB", None, ("up to SSI-EEB",), True),
        ("SSI EEB", None, ("ATX", "EATX"), None),
        ("XL-ATX", None, ("EATX",), False),
        ("XL-ATX", None, ("XL ATX",), True),
        ("proprietary", None, ("ATX",), None),
        ("ATX", None, (), None),
        ("ATX", None, ("any",), True),
    ],
)
def test_board_sizes(board, width, sizes, fits):
    assert board_fits(board, width, sizes)[0] is fits


@pytest.mark.parametrize(
    ("case", "width_mm"),
    [
        ("Mini-ITX", 170),
        ("Mini-DTX", 170),
        ("Micro ATX", 244),
        ("ATX", 244),
        ("SSI CEB", 267),
        ("E-ATX", 330),
        ("SSI EEB", 330),
        ("XL-ATX", 272),
        ("HPTX", 381),
        ("any", 1000),
        ("EATX (<=280 mm)", 280),
    ],
)
def test_a_board_may_be_a_millimetre_wider_than_the_size(case, width_mm):
    assert board_fits("Mini-ITX", width_mm + 1.0, (case,))[0] is True
    assert board_fits("Mini-ITX", width_mm + 1.05, (case,))[0] is False


@pytest.mark.parametrize(
    ("form_factor", "rows"),
    [
        ("Mini-ITX", 1),
        ("Mini-DTX", 2),
        ("Micro ATX", 4),
        ("ATX", 7),
        ("E-ATX", 7),
        ("XL-ATX", 9),
        ("HPTX", 9),
        ("proprietary", 7),
    ],
)
def test_rows_of_a_board_size(form_factor, rows):
    assert rows_of(form_factor) == rows


def test_a_board_size_nobody_knows_is_asked_for():
    result = space(make_rig(board=make_board(form_factor="proprietary"), case=make_case()))
    assert result is not None
    assert (result.board_fits_case, result.unknown) == (None, ("size of the board (proprietary)",))


# Properties


@given(st.floats(10, 140), st.integers(1, 6), st.integers(1, 6))
def test_a_wider_place_never_has_a_smaller_gap(thickness, first, apart):
    lower = min(7, first + apart)
    if lower >= 7:
        return
    near, far = placed(first, lower, thickness=thickness), placed(first, lower + 1, thickness=thickness)
    assert far.gaps[0].gap_mm > near.gaps[0].gap_mm
    assert len(far.collisions) <= len(near.collisions)


@given(st.lists(st.integers(1, 7), unique=True), st.randoms())
def test_order_of_cards_never_matters(rows, random):
    board = make_board()
    rig = make_rig_of(board, *(f"PCIE{row}" for row in rows), case=make_case())
    mixed = list(rig.cards)
    random.shuffle(mixed)
    assert space(rig) == space(replace(rig, cards=tuple(mixed)))
