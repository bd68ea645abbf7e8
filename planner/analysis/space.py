"""Which rows each card takes, the air between cards, and whether it all fits the case. Millimetres."""

import math
from collections.abc import Mapping
from itertools import pairwise

from planner.analysis.board_sizes import board_fits, rows_of
from planner.analysis.clearance import fits_in_case
from planner.analysis.lane_seats import key_order
from planner.analysis.space_results import CardSpace, Fit, Gap, Space
from planner.domain.parts import Board, Case
from planner.domain.rig import Rig, RigCard
from planner.domain.steps import Step
from planner.domain.units import SLOT_PITCH_MM

__all__ = ["CardSpace", "Fit", "Gap", "Space", "space"]

WANTS_MM = {"blower": 5.0, "passive": 0.0, "liquid": 0.0}
OPEN_AIR_WANTS_MM = 20.0
"""One slot's height; also asked for where the cooler is not known."""
ROUNDING_MM = 0.5
"""Data sheets round to whole millimetres: 61 mm is a three-slot card."""
PLENTY_MM = 30.0
"""Free rows below the last card that are enough even if the case ends right under its last slot."""
FLOOR = "free height under the case's last slot"
PITCH_SOURCE = "ATX specification: 20.32 mm between slots"


def space(rig: Rig) -> Space | None:
    """None without a board."""
    if rig.board is None:
        return None
    cards = sorted(rig.cards, key=lambda c: key_order(c.key))
    spaces = tuple(_card_space(card) for card in cards)
    coolers = {card.key: card.card.cooler for card in cards}
    stack = sorted((s for s in spaces if s.row is not None), key=lambda s: (s.row or 0, key_order(s.gpu)))
    gaps, unknown = _gaps_in_rows(stack, coolers, rig.case)
    bay_gaps, bay_unknown = _gaps_in_bays(cards, {s.gpu: s for s in spaces}, coolers, rig.case)
    # A card in a slot of unknown row may sit in any gap: what overlaps already still overlaps.
    rowless = [c for c in cards if c.slot is not None and c.riser is None and c.bay is None and c.slot.row is None]
    unknown += [f"row of slot {c.slot.id}" for c in rowless if c.slot]
    unknown += [f"thickness of {s.gpu}" for s in spaces if s.thickness_mm is None]
    unknown += [f"place of {c.key}: on a riser, in no bay" for c in cards if c.riser is not None and c.bay is None]
    fits, unfit = fits_in_case(rig, cards)
    fits_case, board_unknown = _board_fits(rig.board, rig.case)
    return Space(
        cards=spaces,
        gaps=tuple([*([] if rowless else gaps), *bay_gaps]),
        collisions=tuple(gap for gap in (*gaps, *bay_gaps) if gap.gap_mm < 0),
        covered=_covered(rig.board, stack),
        occupied_under_card=_under_cards(cards, stack),
        last_row_used=max((s.rows[-1] for s in stack if s.rows), default=None),
        board_rows=max([rows_of(rig.board.form_factor), *(c.row for c in rig.board.slots if c.row is not None)]),
        case_rows=rig.case.expansion_slots if rig.case else None,
        fits=fits,
        board_fits_case=fits_case,
        unknown=tuple(dict.fromkeys([*unknown, *bay_unknown, *unfit, *board_unknown])),
        beyond_bays=_beyond_bays(cards, rig.case),
        free_ends=() if rowless or bay_unknown else _free_ends(stack, cards, rig.case),
    )


def _card_space(card: RigCard) -> CardSpace:
    measured, slots = card.card.thickness_mm, card.card.slots_occupied
    thickness = measured if measured is not None else slots * SLOT_PITCH_MM if slots is not None else None
    where = "measured" if measured is not None else f"{slots:g} x 20.32 mm" if slots is not None else ""
    on_riser = card.riser is not None or card.bay is not None
    row = None if on_riser or card.slot is None or card.slot.kind != "slot" else card.slot.row
    return CardSpace(
        gpu=card.key,
        row=row,
        thickness_mm=thickness,
        thickness_from=where,
        length_mm=card.card.length_mm,
        height_mm=card.card.height_mm,
        rows=() if row is None else tuple(range(row, row + _rows_thick(thickness))),
        on_riser=on_riser,
    )


def _rows_thick(thickness_mm: float | None) -> int:
    """Rows a card covers, its own included; one at least where its thickness is not known."""
    return 1 if thickness_mm is None else max(1, math.ceil((thickness_mm - ROUNDING_MM) / SLOT_PITCH_MM))


def _wants_mm(cooler: str) -> float:
    return WANTS_MM.get(cooler, OPEN_AIR_WANTS_MM)


def _gap_mm(room_mm: float, thickness_mm: float) -> float:
    gap = round(room_mm - thickness_mm, 2)
    return 0.0 if -ROUNDING_MM <= gap < 0 else gap


def _gaps_in_rows(stack: list[CardSpace], coolers: Mapping[str, str], case: Case | None) -> tuple[list[Gap], list[str]]:
    """From each card down to the next; from the lowest to the floor or shroud."""
    gaps = []
    for upper, lower in pairwise(stack):
        if upper.thickness_mm is None or upper.row is None or lower.row is None:
            continue
        apart = lower.row - upper.row
        gap = _gap_mm(apart * SLOT_PITCH_MM, upper.thickness_mm)
        how = f"{apart} rows × 20.32 mm − {upper.thickness_mm:g} mm thickness ({upper.thickness_from})"
        step = Step(f"Air between {upper.gpu} and {lower.gpu}", gap, "mm", how, PITCH_SOURCE)
        gaps.append(Gap(upper.gpu, lower.gpu, gap, apart, _wants_mm(coolers[upper.gpu]), (step,)))
    if not stack or stack[-1].thickness_mm is None or (case is not None and case.open):
        return gaps, []
    floor, unknown = _to_floor(stack[-1], stack[-1].thickness_mm, coolers, case)
    return gaps + ([floor] if floor else []), [unknown] if unknown else []


def _to_floor(
    last: CardSpace, thickness_mm: float, coolers: Mapping[str, str], case: Case | None
) -> tuple[Gap | None, str]:
    if case is None:
        return None, "case"
    if case.expansion_slots is None or last.row is None:
        return None, FLOOR
    below = case.shroud_below_last_row_mm
    rows_left = case.expansion_slots - last.row + 1
    gap = _gap_mm(rows_left * SLOT_PITCH_MM + (below or 0.0), thickness_mm)
    if below is None and gap < PLENTY_MM:
        return None, FLOOR
    floor = "whatever is below the last" if below is None else f"{below:g} mm below the last"
    how = f"{rows_left} rows × 20.32 mm + {floor} − {thickness_mm:g} mm thickness ({last.thickness_from})"
    what = f"Air between {last.gpu} and the floor or shroud" + (", at least" if below is None else "")
    step = Step(what, gap, "mm", how, case.title)
    return Gap(last.gpu, None, gap, 0, _wants_mm(coolers[last.gpu]), (step,)), ""


def _free_ends(stack: list[CardSpace], cards: list[RigCard], case: Case | None) -> tuple[str, ...]:
    if case is None or not case.open:
        return ()
    last_bay = max((c.bay for c in cards if c.bay is not None), default=None)
    in_last_bay = [c.key for c in cards if c.bay is not None and c.bay == last_bay]
    return (*(s.gpu for s in stack[-1:]), *(in_last_bay if len(in_last_bay) == 1 else ()))


def _gaps_in_bays(
    cards: list[RigCard], spaces: Mapping[str, CardSpace], coolers: Mapping[str, str], case: Case | None
) -> tuple[list[Gap], list[str]]:
    """Cards side by side in a frame; the last one looks into the open."""
    in_bays = sorted((c for c in cards if c.bay is not None), key=lambda c: (c.bay or 0, key_order(c.key)))
    gaps: list[Gap] = []
    for a, b in pairwise(in_bays):
        thickness = spaces[a.key].thickness_mm
        apart = (b.bay or 0) - (a.bay or 0)
        pitch = case.bay_pitch_mm if case else None
        if apart and pitch is None:
            return [], [f"bay pitch of {case.title if case else 'the case'}"]
        if thickness is None:
            continue
        gap = _gap_mm(apart * (pitch or 0.0), thickness)
        step = Step(
            f"Air between {a.key} and {b.key}",
            gap,
            "mm",
            f"{apart} bays × {pitch or 0:g} mm − {thickness:g} mm thickness ({spaces[a.key].thickness_from})",
            case.title if case else "",
        )
        gaps.append(Gap(a.key, b.key, gap, apart, _wants_mm(coolers[a.key]), (step,)))
    return gaps, []


def _covered(board: Board, stack: list[CardSpace]) -> tuple[tuple[str, str], ...]:
    under = {row: card.gpu for card in stack for row in card.rows[1:]}
    return tuple((slot.id, under[slot.row]) for slot in board.slots if slot.row is not None and slot.row in under)


def _under_cards(cards: list[RigCard], stack: list[CardSpace]) -> tuple[tuple[str, str], ...]:
    """Also for a card on a riser: its riser has to be plugged in."""
    found = []
    for card in cards:
        if card.slot is None or card.slot.kind != "slot" or card.slot.row is None:
            continue
        above = next((s.gpu for s in stack if s.gpu != card.key and card.slot.row in s.rows[1:]), None)
        if above is not None:
            found.append((card.key, above))
    return tuple(found)


def _board_fits(board: Board, case: Case | None) -> tuple[bool | None, tuple[str, ...]]:
    if case is None:
        return None, ("case",)
    fits, unknown = board_fits(board.form_factor, board.width_mm, case.board_sizes)
    return fits, (unknown,) if unknown else ()


def _beyond_bays(cards: list[RigCard], case: Case | None) -> tuple[str, ...]:
    bays = case.gpu_bays if case else None
    return () if bays is None else tuple(c.key for c in cards if c.bay is not None and c.bay > bays)
