"""Report -> drawing: where everything lies in millimetres. Rows, cards and gaps are to scale; above the slots the board
is cut short, and the room of the supply is as high as its words need."""

from collections.abc import Iterator

from planner.domain.rig import RigCard
from planner.domain.units import SLOT_PITCH_MM as PITCH
from planner.evaluate import Report
from planner.ui.drawing import board, words
from planner.ui.drawing.cards import air, bays, bridges, card_item, placed_cards, risers
from planner.ui.drawing.frame import BOARD_X, MAX_PORTS, TOP, Frame, frame_of, place_of
from planner.ui.drawing.items import BayItem, Box, CardItem, Dimension, Drawing, FanItem, Level, Zone
from planner.ui.drawing.supplies import CABLE_MM, SUPPLY_MM, Cabled, cabled, supplies_width

FAN_MM = 27.0
LABEL_MM = 44.0
"""Beside the bays, for the names of the plugs."""


def draw(report: Report) -> Drawing:
    frame = frame_of(report)
    case, rig = frame.rig.case, frame.rig
    cards, places = tuple(placed_cards(report, frame)), tuple(bays(frame))
    slots = tuple(board.slots(report, frame))
    ends = [BOARD_X + frame.board_w, *(card.box.right for card in cards), *(bay.box.right for bay in places)]
    clearance = case.max_gpu_length_mm if case and not frame.framed else None
    leads = report.facts.power.leads if report.facts.power else ()
    inner = max(clearance or 0, max(ends) + 12 + CABLE_MM * len(leads) + (LABEL_MM if frame.framed else 0))
    ports = tuple(board.ports(report, frame, inner))
    fans = None if frame.framed else words.front_fans(case)
    floor = _floor(report, frame, cards, places)
    loose = [card for card in rig.cards if place_of(card, frame.doubled) == "unplaced"]
    power = cabled(
        report,
        cards,
        floor=floor,
        channel=max(ends) + 7,
        right=inner,
        loose=len(loose),
        lowest=max((bay.box.bottom for bay in places), default=0) + 6,
    )
    size = Box(0, 0, inner + (FAN_MM if fans else 8), power.bottom + 5)
    return Drawing(
        case=size,
        case_solid=bool(case and not case.open),
        case_text=words.case_words(case),
        board=Box(BOARD_X, TOP, frame.board_w, _board_end(frame) - TOP) if rig.board else None,
        board_text=rig.board.title if rig.board else "No board chosen yet",
        cpu=Box(BOARD_X + 9, TOP + 8, 46, frame.head - 30) if rig.board else None,
        cpu_text=rig.cpu.name if rig.cpu else "No CPU yet",
        cpu_level=words.worst(report, "cpu"),
        memory=tuple(board.dimms(frame)),
        memory_text=board.memory_text(rig),
        memory_level=words.worst(report, "memory"),
        head_cut=frame.y0 - 9 if rig.board else None,
        rows=tuple(board.rows(frame)),
        floor=floor,
        slots=slots,
        ports=ports[:MAX_PORTS],
        more_ports=board.more_ports(report),
        cards=(*cards, *_loose(report, loose, power)),
        gaps=tuple(air(report, cards)),
        supplies=power.supplies,
        cables=power.cables,
        risers=tuple(risers(cards, {s.connector: s.glyph for s in slots} | {p.connector: p.box for p in ports}, frame)),
        bays=places,
        lengths=tuple(_lengths(report, cards, clearance)),
        zones=(*_zones(frame, cards, clearance), *_tray(loose, power)),
        fans=tuple(_fans(frame, fans, inner, floor)),
        bridges=tuple(bridges(report, cards)),
    )


def _floor(report: Report, frame: Frame, cards: tuple[CardItem, ...], bays: tuple[BayItem, ...]) -> float:
    """Top of the supply's room: the shroud where its height is known, else a little below everything."""
    case = frame.rig.case
    below = case.shroud_below_last_row_mm if case and not frame.framed else None
    lowest = max([frame.slots_end, *(card.box.bottom for card in cards), *(bay.box.bottom for bay in bays)])
    if below is not None and frame.drawn_rows and not frame.list_h:
        return max(
            frame.row_y((case.expansion_slots if case and case.expansion_slots else 7) + 1) + below, frame.slots_end
        )
    if frame.framed and supplies_width(report) > BOARD_X + frame.board_w + 40:
        return lowest + 6
    if frame.framed:
        return max(frame.slots_end + 8, max((bay.box.bottom for bay in bays), default=0) - SUPPLY_MM + 12)
    return lowest + 9


def _board_end(frame: Frame) -> float:
    if frame.list_h:
        return frame.slots_end + 3
    return frame.row_y(frame.board_rows + 1) + 3


def _loose(report: Report, loose: list[RigCard], power: Cabled) -> Iterator[CardItem]:
    for card, box in zip(loose, power.tray_cells, strict=True):
        yield card_item(report, card, "unplaced", box)


def _tray(loose: list[RigCard], power: Cabled) -> Iterator[Zone]:
    if loose:
        yield Zone("tray", power.tray, "Not in a slot yet: drag to one, or Alt and arrow keys")


def _zones(frame: Frame, cards: tuple[CardItem, ...], clearance: float | None) -> Iterator[Zone]:
    if frame.list_h:
        yield Zone(
            "unknown",
            Box(BOARD_X, frame.list_y, frame.board_w, frame.list_h),
            "Row not known: order as listed, distances not to scale",
        )
    for card in cards:
        over = card.box.right - clearance if clearance and card.length_known else 0
        if over > 0:
            box = Box(card.box.right - over, card.box.y, over, card.box.h)
            yield Zone("over", box, f"{over:.0f} mm too long")
    case = frame.rig.case
    rows = case.expansion_slots if case and case.expansion_slots and frame.drawn_rows else None
    for card in cards if rows else ():
        last = frame.row_y((rows or 0) + 1)
        beyond = card.box.bottom - last
        if card.place == "slot" and beyond > PITCH * 0.3 and not frame.framed:
            yield Zone("over", Box(card.box.x, last, card.box.w, beyond), f"below row {rows}, the case's last")


def _lengths(report: Report, cards: tuple[CardItem, ...], clearance: float | None) -> Iterator[Dimension]:
    space = report.facts.space
    fits = {fit.key: fit for fit in space.fits if fit.what == "length"} if space else {}
    for card in cards:
        fit = fits.get(card.key)
        if fit is None or clearance is None or fit.spare_mm < 0:
            continue
        level = Level.OK if fit.spare_mm >= 15 else Level.WARN
        text = f"{fit.spare_mm:.0f} mm free"
        yield Dimension(card.key, card.box.right, clearance, card.box.y + card.box.h * 0.7, text, level)


def _fans(frame: Frame, fans: tuple[int, int] | None, inner: float, bottom: float) -> Iterator[FanItem]:
    if fans is None:
        return
    count = min(fans[0], 4)
    each = (bottom - TOP) / count
    blows = bool(frame.rig.case and frame.rig.case.intake in ("vented", "mesh", "open"))
    for index in range(count):
        yield FanItem(Box(inner + 1, TOP + index * each + 3, FAN_MM - 4, each - 6), blows)
