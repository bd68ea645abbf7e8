"""Paints the case from the side. The same function serves the window, the printed checklist, SVG and PNG."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from planner.evaluate import Report
from planner.ui.drawing.card_view import paint_bays, paint_cards, paint_gaps, paint_ghost, paint_lengths
from planner.ui.drawing.ink import CENTRE, DASHED, RIGHT, SOLID, Ink, level_colour
from planner.ui.drawing.items import Drawing, Level, PortItem, SlotItem
from planner.ui.drawing.layout import draw
from planner.ui.drawing.wiring_view import paint_cables, paint_risers, paint_supplies
from planner.ui.theme import Palette

GUTTER = 20
"""Pixels left of the case, for row numbers."""


@dataclass(frozen=True, slots=True)
class Drag:
    """A card under way with the mouse."""

    key: str
    x: float
    y: float
    """Of the pointer, in the drawing's millimetres."""
    offers: Mapping[str, tuple[str, Level]] = field(default_factory=dict)
    """Connector -> what the card would get there."""
    over: str | None = None
    """Connector under the pointer."""


def paint_case(
    painter: QPainter,
    rect: QRectF,
    report: Report,
    palette: Palette,
    selection: tuple[str, ...] = (),
    *,
    drag: Drag | None = None,
) -> None:
    paint_drawing(painter, rect, draw(report), palette, selection, drag=drag)


def ink_for(painter: QPainter, rect: QRectF, drawing: Drawing, palette: Palette) -> Ink:
    """The scale that lets the whole drawing fit, and where it begins."""
    case = drawing.case
    scale = max(min((rect.width() - GUTTER - 4) / case.w, (rect.height() - 4) / case.h), 0.05)
    spare = rect.width() - GUTTER - 4 - case.w * scale
    return Ink(painter, palette, scale, QPointF(rect.left() + GUTTER + spare / 2, rect.top() + 2))


def paint_drawing(
    painter: QPainter,
    rect: QRectF,
    drawing: Drawing,
    palette: Palette,
    selection: tuple[str, ...] = (),
    *,
    drag: Drag | None = None,
) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink = ink_for(painter, rect, drawing, palette)
    _case(ink, drawing, selection)
    _fans(ink, drawing)
    _board(ink, drawing, selection)
    _ports(ink, drawing, selection)
    _zones(ink, drawing)
    paint_bays(ink, drawing)
    paint_risers(ink, drawing)
    _slots(ink, drawing)
    paint_supplies(ink, drawing, selection)
    paint_cables(ink, drawing)
    with ink.faded(0.35 if drag else 1):
        paint_cards(ink, drawing, selection)
        paint_lengths(ink, drawing)
        paint_gaps(ink, drawing)
    if drag:
        _offers(ink, drawing, drag)
        paint_ghost(ink, drawing, drag.key, drag.x, drag.y)
    painter.restore()


def _case(ink: Ink, drawing: Drawing, selection: tuple[str, ...]) -> None:
    p = ink.palette
    style = SOLID if drawing.case_solid else DASHED
    picked = "case" in selection
    rect = ink.rect(drawing.case)
    ink.box(rect, p.window, p.accent if picked else p.case_line, width=2 if picked else 1.5, radius=5, style=style)
    label = QRectF(rect.left() + 8, rect.bottom() - ink.line_height(ink.small) - 4, rect.width() - 16, 0)
    label.setHeight(ink.line_height(ink.small))
    taken = max((s.box.right for s in drawing.supplies), default=0)
    label.setLeft(max(label.left(), ink.at(taken, 0).x() + 8))
    ink.text(label, drawing.case_text, ink.small, p.muted, RIGHT)
    for row, y, inside in drawing.rows:
        colour = p.muted if inside else p.error
        spot = QRectF(rect.left() - GUTTER, ink.at(0, y).y() - 8, GUTTER - 6, 16)
        ink.text(spot, str(row), ink.small, colour, RIGHT)


def _fans(ink: Ink, drawing: Drawing) -> None:
    p = ink.palette
    for fan in drawing.fans:
        rect = ink.rect(fan.box)
        ink.box(rect, p.panel, p.line, radius=3)
        middle = rect.center()
        if fan.blows:
            for lift in (-0.25, 0, 0.25):
                y = middle.y() + lift * rect.height()
                ink.arrow(QPointF(rect.left() + 6, y), QPointF(rect.right() - 6, y), p.strong_line)


def _board(ink: Ink, drawing: Drawing, selection: tuple[str, ...]) -> None:
    p = ink.palette
    if drawing.board is None:
        rect = ink.rect(drawing.case)
        ink.text(
            QRectF(rect.left(), rect.top() + 16, rect.width(), 24), drawing.board_text, ink.normal, p.muted, CENTRE
        )
        return
    board = ink.rect(drawing.board)
    picked = "board" in selection
    ink.box(board, p.board_fill, p.accent if picked else p.board_line, width=2 if picked else 1)
    _cpu(ink, drawing, selection)
    for box, filled in drawing.memory:
        rect = ink.rect(box)
        ink.box(rect, p.card_line if filled else p.slot_fill, p.board_line, radius=1)
    _head_words(ink, drawing, selection)
    _cut(ink, drawing, board)


def _cpu(ink: Ink, drawing: Drawing, selection: tuple[str, ...]) -> None:
    p = ink.palette
    if drawing.cpu is None:
        return
    rect = ink.rect(drawing.cpu)
    colour = _label_colour(ink, "cpu", selection, drawing.cpu_level)
    edge = p.board_line if drawing.cpu_level < Level.WARN and "cpu" not in selection else colour
    ink.box(rect, p.slot_fill, edge, width=2 if "cpu" in selection else 1)
    ink.text(rect.adjusted(3, 0, -3, 0), "CPU", ink.small, p.muted, CENTRE)


def _head_words(ink: Ink, drawing: Drawing, selection: tuple[str, ...]) -> None:
    """Processor and memory by name on one line below them, as far as the M.2 list leaves room."""
    if drawing.cpu is None or drawing.board is None:
        return
    cpu, high = ink.rect(drawing.cpu), ink.line_height(ink.small)
    beside = [ink.rect(port.box) for port in drawing.ports]
    crowded = any(rect.bottom() > cpu.bottom() + 3 for rect in beside)
    end = beside[0].left() - 4 if crowded else ink.rect(drawing.board).right() - 4
    line = QRectF(cpu.left(), cpu.bottom() + 1, end - cpu.left(), high)
    said = ink.text(line, drawing.cpu_text, ink.small, _label_colour(ink, "cpu", selection, drawing.cpu_level))
    start = max(said.right() + 8, ink.rect(drawing.memory[0][0]).left() if drawing.memory else 0)
    rest = QRectF(start, line.top(), end - start, high)
    if rest.width() >= ink.width(drawing.memory_text, ink.small):
        ink.text(rest, drawing.memory_text, ink.small, _label_colour(ink, "memory", selection, drawing.memory_level))


def _label_colour(ink: Ink, key: str, selection: tuple[str, ...], level: Level) -> str:
    if key in selection:
        return ink.palette.accent
    return level_colour(ink.palette, level) if level >= Level.WARN else ink.palette.text


def _cut(ink: Ink, drawing: Drawing, board: QRectF) -> None:
    """The break line of a technical drawing: what lies above is shortened."""
    if drawing.head_cut is None:
        return
    y, x, step, up = ink.at(0, drawing.head_cut + 5).y(), board.left() - 3, 7.0, True
    points = [QPointF(x, y)]
    while x < board.right() + 3:
        x, up = x + step, not up
        points.append(QPointF(min(x, board.right() + 3), y + (2.5 if up else -2.5)))
    for lift in (-2, 2):
        ink.line([QPointF(p.x(), p.y() + lift) for p in points], ink.palette.board_line, 1)


def _ports(ink: Ink, drawing: Drawing, selection: tuple[str, ...]) -> None:
    """Where lines would run into each other, only connectors that hold something, and how many are free."""
    high = ink.line_height(ink.small)
    crowded = any(ink.rect(port.box).height() < high - 1 for port in drawing.ports)
    shown = [port for port in drawing.ports if port.drive or not crowded]
    top = ink.rect(drawing.ports[0].box).top() if drawing.ports else 0.0
    for number, port in enumerate(shown):
        rect = ink.rect(port.box)
        if crowded:
            rect = QRectF(rect.left(), top + number * high, rect.width(), high)
        _port(ink, port, rect, picked=bool(port.drive and port.drive in selection))
    free = len(drawing.ports) - len(shown)
    rest = [f"{free} more free" if shown else f"{free} free"] if free else []
    rest += [drawing.more_ports] if drawing.more_ports else []
    if rest:
        first = ink.rect(drawing.ports[0].box)
        y = top + len(shown) * high if crowded else ink.rect(drawing.ports[-1].box).bottom()
        spot = QRectF(first.left() + 14, y, first.width() - 16, high)
        said = ", ".join(rest)
        text = ink.fitting((f"M.2 and cables: {said}", said) if crowded else (said,), spot.width(), ink.small)
        ink.text(spot, text, ink.small, ink.palette.muted)


def _port(ink: Ink, port: PortItem, rect: QRectF, *, picked: bool) -> None:
    p = ink.palette
    mark = QRectF(rect.left(), rect.center().y() - 3, 9, 6)
    colour = p.accent if picked else level_colour(p, port.level) if port.level >= Level.WARN else p.muted
    ink.box(mark, p.card_line if port.drive else p.slot_fill, p.board_line, radius=1)
    spot = rect.adjusted(14, 0, -2, 0)
    text = ink.fitting((port.text, port.short), spot.width(), ink.small)
    shade = p.text if port.drive and colour == p.muted else colour
    ink.text(spot, text, ink.small, shade, halo=p.board_fill)  # the edge of a small board does not cross it


def _zones(ink: Ink, drawing: Drawing) -> None:
    p = ink.palette
    for zone in drawing.zones:
        rect = ink.rect(zone.box)
        if zone.kind == "over":
            continue
        if zone.kind == "unknown":
            ink.hatch(rect, p.board_line)
        ink.box(rect, None, p.board_line if zone.kind == "unknown" else p.strong_line, style=DASHED)
        spot = QRectF(rect.left() + 6, rect.top() + 1, rect.width() - 12, ink.line_height(ink.small))
        text = ink.fitting((zone.text, zone.text.partition(":")[0]), spot.width(), ink.small)
        ink.text(spot, text, ink.small, p.muted, halo=p.board_fill if zone.kind == "unknown" else None)


def _slots(ink: Ink, drawing: Drawing) -> None:
    """Slots that can be seen: the text stops before a gap's label that lies beside it."""
    p = ink.palette
    for slot in drawing.slots:
        rect = ink.rect(slot.glyph)
        dead = slot.level == Level.BAD
        ink.box(rect, p.slot_fill, p.error if dead else p.board_line, radius=1, style=DASHED if dead else SOLID)
        if slot.occupied_by and drawing.card(slot.occupied_by) and not slot.covered_by and _hidden(drawing, slot):
            continue
        if slot.covered_by is None:
            _slot_text(ink, drawing, slot, rect)


def _hidden(drawing: Drawing, slot: SlotItem) -> bool:
    card = drawing.card(slot.occupied_by or "")
    return bool(card and card.place in ("slot", "unknown row"))


def _slot_text(ink: Ink, drawing: Drawing, slot: SlotItem, glyph: QRectF) -> None:
    p = ink.palette
    end = ink.at(slot.band.right, 0).x() - 4
    for gap in drawing.gaps:
        if gap.box.y < slot.band.bottom and gap.box.bottom > slot.band.y and gap.box.h > 0:
            end = min(end, ink.at(gap.box.right, 0).x() - ink.width(gap.text, ink.small) - 40)
    colour = level_colour(p, slot.level) if slot.level >= Level.WARN else p.muted
    spot = QRectF(glyph.right() + 7, glyph.center().y() - 8, max(end - glyph.right() - 7, 10), 16)
    text = slot.text if ink.width(slot.text, ink.small) <= spot.width() else slot.short
    if slot.occupied_by:
        text = f"{slot.connector} · riser"
    ink.text(spot, text, ink.small, colour, halo=p.board_fill if slot.row is None or slot.occupied_by else None)


def _offers(ink: Ink, drawing: Drawing, drag: Drag) -> None:
    """While a card is dragged, every slot says what it would give."""
    p = ink.palette
    for slot in drawing.slots:
        text, level = drag.offers.get(slot.connector, (slot.text, slot.level))
        here = slot.connector == drag.over
        colour = level_colour(p, level)
        rect = ink.rect(slot.band).adjusted(2, 1.5, -2, -1.5)
        ink.box(rect, p.selected if here else p.panel, p.accent if here else colour, width=2 if here else 1)
        ink.text(rect.adjusted(8, 0, -8, 0), text, ink.bold if here else ink.normal, p.text if here else colour)
    for bay in drawing.bays:
        if bay.taken_by is None or bay.box.holds(drag.x, drag.y):
            ink.box(ink.rect(bay.box), None, p.accent, style=DASHED)
