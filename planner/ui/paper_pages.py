"""Pieces put on pages, and pages painted: header, footer, page numbers. Points of 1/72 inch from the paper's corner."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFontMetricsF,
    QPainter,
    QPalette,
    QPen,
)

from planner.ui.paper_pieces import UNIT, Piece, lettering
from planner.ui.theme import LIGHT

MARGIN_PT = 48.0
HEADER_PT = 22.0
"""Between the top margin and the text."""
FOOTER_PT = 24.0
SMALL_PT = 7.5


@dataclass(frozen=True, slots=True)
class Placed:
    piece: Piece
    y: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper: its size and what may be written on."""

    size: QSizeF

    @property
    def room(self) -> QRectF:
        top = MARGIN_PT + HEADER_PT
        return QRectF(
            MARGIN_PT, top, self.size.width() - 2 * MARGIN_PT, self.size.height() - top - MARGIN_PT - FOOTER_PT
        )


def paginate(pieces: list[Piece], height: float) -> list[list[Placed]]:
    """Pieces in order; what belongs together goes to the next page together."""
    pages: list[list[Placed]] = [[]]
    y = 0.0
    for group in _groups(pieces):
        before = group[0].before if pages[-1] else 0.0
        needed = before + sum(p.height + (p.before if n else 0) for n, p in enumerate(group))
        if pages[-1] and y + needed > height:
            pages.append([])
            y = before = 0.0
            if (header := group[0].header) is not None:
                pages[-1].append(Placed(header, y))
                y += header.height
        for number, piece in enumerate(group):
            y += piece.before if number else before
            pages[-1].append(Placed(piece, y))
            y += piece.height
    return pages


def _groups(pieces: list[Piece]) -> Iterator[list[Piece]]:
    """Each piece with all before it that must not be left behind."""
    group: list[Piece] = []
    for piece in pieces:
        group.append(piece)
        if not piece.keep:
            yield group
            group = []
    if group:
        yield group


def paint_page(painter: QPainter, sheet: Sheet, page: list[Placed], name: str, number: tuple[int, int]) -> None:
    room = sheet.room
    _running_lines(painter, sheet, name, number)
    for placed in page:
        _paint_piece(painter, room, placed)


def _running_lines(painter: QPainter, sheet: Sheet, name: str, number: tuple[int, int]) -> None:
    room = sheet.room
    font = lettering(SMALL_PT)
    painter.save()
    painter.setFont(font)
    painter.setPen(QColor(LIGHT.muted))
    painter.scale(1 / UNIT, 1 / UNIT)
    line = QSizeF(room.width(), 2 * SMALL_PT) * UNIT
    top = QRectF(QPointF(room.left(), MARGIN_PT - SMALL_PT) * UNIT, line)
    foot = QRectF(QPointF(room.left(), sheet.size.height() - MARGIN_PT - SMALL_PT) * UNIT, line)
    title = QFontMetricsF(font).elidedText(name, Qt.TextElideMode.ElideRight, line.width() * 0.7)
    painter.drawText(top, Qt.AlignmentFlag.AlignLeft, title)
    painter.drawText(top, Qt.AlignmentFlag.AlignRight, "Assembly checklist")
    painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, "Slotwise")
    painter.drawText(foot, Qt.AlignmentFlag.AlignRight, f"{number[0]} / {number[1]}")
    painter.restore()


def _paint_piece(painter: QPainter, room: QRectF, placed: Placed) -> None:
    piece = placed.piece
    place = QPointF(room.left(), room.top() + placed.y)
    box = QRectF(place, QSizeF(room.width(), piece.height))
    painter.save()
    if piece.ground:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(piece.ground))
        painter.drawRoundedRect(box, 3, 3)
    if piece.rule_from is not None:
        painter.setPen(QPen(QColor(LIGHT.strong_line), 0.5))
        painter.drawLine(QPointF(box.left() + piece.rule_from, box.bottom()), box.bottomRight())
    painter.translate(place)
    painter.scale(1 / UNIT, 1 / UNIT)
    piece.document.documentLayout().draw(painter, _context())
    painter.restore()


def _context() -> QAbstractTextDocumentLayout.PaintContext:
    """With dark text of its own: under a dark scheme the application's would be white on white."""
    context = QAbstractTextDocumentLayout.PaintContext()
    colours = QPalette(context.palette)
    colours.setColor(QPalette.ColorRole.Text, QColor(LIGHT.text))
    context.palette = colours
    return context
