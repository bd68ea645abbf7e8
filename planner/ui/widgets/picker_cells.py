"""Cells of the picker, painted by hand since a style sheet is too slow: names with the typed letters bold, figures, and
how a part would do as a sign with its words."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from planner.advice.candidates import Level
from planner.ui import theme
from planner.ui.models.part_table import LOOK, Look

Index = QModelIndex | QPersistentModelIndex
PAD, SIGN = 11, 18
MOST_KEPT = 1000


class Type:
    """Letters, how wide texts run in them and how they are shortened, kept from one painting to the next."""

    def __init__(
        self, font: QFont, measure: QFontMetrics, shorten: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle
    ) -> None:
        self.font, self.measure, self._shorten = font, measure, shorten
        self._widths: dict[str, int] = {}
        self._short: dict[tuple[str, int], str] = {}

    def width(self, text: str) -> int:
        if text not in self._widths:
            if len(self._widths) > MOST_KEPT:
                self._widths.clear()
            self._widths[text] = self.measure.horizontalAdvance(text)
        return self._widths[text]

    def shortened(self, text: str, width: int) -> str:
        if (text, width) not in self._short:
            if len(self._short) > MOST_KEPT:
                self._short.clear()
            self._short[text, width] = self.measure.elidedText(text, self._shorten, width)
        return self._short[text, width]


class Cell(QStyledItemDelegate):
    """A figure, or a word."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        plain, bold = theme.font(), theme.font(bold=True)
        self.plain, self.bold = Type(plain, QFontMetrics(plain)), Type(bold, QFontMetrics(bold))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look: Look = index.data(LOOK)
        self.write(painter, _ground(painter, option), look, self.bold if look.meant else self.plain)

    def write(self, painter: QPainter, box: QRect, look: Look, letters: Type) -> None:
        palette = theme.current()
        text, wide = look.text, letters.width(look.text)
        if wide > box.width():
            text = letters.shortened(text, box.width())
        painter.setFont(letters.font)
        painter.setPen(QColor(palette.text if look.known else palette.muted))
        painter.drawText(box.right() + 1 - wide if look.right else box.left(), self.base(box), text)

    def base(self, box: QRect) -> int:
        """Where letters stand."""
        measure = self.plain.measure
        return box.top() + (box.height() - measure.height()) // 2 + measure.ascent()


class NameCell(Cell):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look: Look = index.data(LOOK)
        box = _ground(painter, option)
        pieces = [(piece, self.bold if strong else self.plain) for piece, strong in _pieces(look.text, look.marks)]
        if sum(letters.width(piece) for piece, letters in pieces) > box.width():
            self.write(painter, box, look, self.plain)
            return
        painter.setPen(QColor(theme.current().text))
        left = box.left()
        for piece, letters in pieces:
            painter.setFont(letters.font)
            painter.drawText(left, self.base(box), piece)
            left += letters.width(piece)


class FitCell(Cell):
    """Circle, ring, triangle and square: the shape and the words say it where the colour cannot."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.ends = Type(self.plain.font, self.plain.measure, Qt.TextElideMode.ElideRight)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look: Look = index.data(LOOK)
        box = _ground(painter, option)
        if look.level is not None:
            _sign(painter, QPointF(box.left() + 5, box.center().y() + 0.5), look.level)
        self.write(painter, box.adjusted(SIGN, 0, 0, 0), look, self.ends)


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
