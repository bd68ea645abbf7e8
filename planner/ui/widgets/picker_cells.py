"""Cells of the picker, painted by hand since a style sheet is too slow: names with the typed letters bold, figures, and
how a part would do as a sign with its words."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from planner.advice.candidates import Level, Standing
from planner.ui import theme
from planner.ui.models.part_table import MARKS, STANDING

Index = QModelIndex | QPersistentModelIndex
PAD, SIGN = 10, 18
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Cell(QStyledItemDelegate):
    """A figure, or a word."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.plain, self.bold = theme.font(), theme.font(bold=True)
        self.measure, self.measure_bold = QFontMetrics(self.plain), QFontMetrics(self.bold)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box = _ground(painter, option)
        ink = index.data(Qt.ItemDataRole.ForegroundRole)
        painter.setPen(ink or QColor(theme.current().text))
        strong = index.data(Qt.ItemDataRole.FontRole) is not None
        self.write(painter, box, index.data(), Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole)), strong)

    def write(
        self, painter: QPainter, box: QRect, text: str, side: Qt.AlignmentFlag = LEFT, strong: bool = False
    ) -> None:
        measure = self.measure_bold if strong else self.measure
        painter.setFont(self.bold if strong else self.plain)
        if measure.horizontalAdvance(text) > box.width():
            text = measure.elidedText(text, Qt.TextElideMode.ElideMiddle, box.width())
        painter.drawText(box, side, text)


class NameCell(Cell):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box, text = _ground(painter, option), index.data()
        painter.setPen(QColor(theme.current().text))
        pieces = _pieces(text, index.data(MARKS))
        widths = [(self.measure_bold if strong else self.measure).horizontalAdvance(piece) for piece, strong in pieces]
        if sum(widths) > box.width():
            self.write(painter, box, text)
            return
        left, base = box.left(), box.top() + (box.height() - self.measure.height()) // 2 + self.measure.ascent()
        for (piece, strong), wide in zip(pieces, widths, strict=True):
            painter.setFont(self.bold if strong else self.plain)
            painter.drawText(left, base, piece)
            left += wide


class FitCell(Cell):
    """Circle, ring, triangle and square: the shape and the words say it where the colour cannot."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box, look = _ground(painter, option), theme.current()
        standing: Standing | None = index.data(STANDING)
        if standing is not None:
            _sign(painter, QPointF(box.left() + 5, box.center().y() + 0.5), standing.level)
        words, text = box.adjusted(SIGN, 0, 0, 0), index.data()
        painter.setFont(self.plain)
        painter.setPen(QColor(look.text if standing is not None else look.muted))
        if self.measure.horizontalAdvance(text) > words.width():
            text = self.measure.elidedText(text, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, LEFT, text)


def _ground(painter: QPainter, option: QStyleOptionViewItem) -> QRect:
    """What is behind the text; returns where the text goes."""
    box: QRect = option.rect
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(box, QColor(theme.current().selected))
    return box.adjusted(PAD, 0, -PAD, 0)


def _pieces(text: str, places: tuple[tuple[int, int], ...]) -> list[tuple[str, bool]]:
    pieces, at = [], 0
    for begin, end in places:
        if end > at:
            pieces += [(text[at : max(begin, at)], False), (text[max(begin, at) : end], True)]
            at = end
    return [(piece, strong) for piece, strong in (*pieces, (text[at:], False)) if piece]


def _sign(painter: QPainter, centre: QPointF, level: Level) -> None:
    look = theme.current()
    colours = {Level.FITS: look.ok, Level.OPEN: look.muted, Level.WARNS: look.warning, Level.FAILS: look.error}
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours[level]))
    if level == Level.FAILS:
        painter.drawRoundedRect(QRectF(centre.x() - 4.5, centre.y() - 4.5, 9, 9), 1.5, 1.5)
    elif level == Level.WARNS:
        painter.drawPolygon([centre + QPointF(-5.5, 4.5), centre + QPointF(5.5, 4.5), centre + QPointF(0, -5)])
    elif level == Level.OPEN:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(look.muted), 1.5))
        painter.drawEllipse(centre, 4.0, 4.0)
    else:
        painter.drawEllipse(centre, 4.5, 4.5)
    painter.restore()
