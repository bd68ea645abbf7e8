"""Paints one row of the parts list: status dot, title and price, telling facts below."""

from dataclasses import dataclass, field

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from planner.domain.findings import Severity
from planner.ui import theme
from planner.ui.models.part_list import ROW
from planner.ui.models.part_rows import PartRow

LEFT, TEXT, RIGHT, PAD = 11, 32, 12, 7


@dataclass(frozen=True)
class Type:
    """Letters and how wide they run, kept from one painting to the next."""

    font: QFont
    measure: QFontMetrics
    widths: dict[str, int] = field(default_factory=dict)

    def width(self, text: str) -> int:
        if text not in self.widths:
            if len(self.widths) > 500:
                self.widths.clear()
            self.widths[text] = self.measure.horizontalAdvance(text)
        return self.widths[text]


class PartDelegate(QStyledItemDelegate):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        strong, small = theme.font(), theme.font(-1.5)
        self._strong, self._small = Type(strong, QFontMetrics(strong)), Type(small, QFontMetrics(small))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, self._strong.measure.height() + self._small.measure.height() + 2 * PAD - 1)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: PartRow = index.data(ROW)
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _ground(painter, box, state)
        _mark(painter, box, row, self._strong)
        _texts(painter, box, row, (self._strong, self._small))
        painter.restore()


def _ground(painter: QPainter, box: QRect, state: QStyle.StateFlag) -> None:
    look = theme.current()
    if state & QStyle.StateFlag.State_Selected:
        painter.fillRect(box, QColor(look.selected))
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(box, QColor(look.hover))
    painter.setPen(QColor(look.line))
    painter.drawLine(QPointF(box.left(), box.bottom() + 0.5), QPointF(box.right() + 1, box.bottom() + 0.5))
    if state & QStyle.StateFlag.State_HasFocus:
        painter.fillRect(box.left(), box.top(), 3, box.height() - 1, QColor(look.accent))


def _mark(painter: QPainter, box: QRect, row: PartRow, strong: Type) -> None:
    """Dot, ring, triangle and square: the shape says it where the colour cannot."""
    look = theme.current()
    centre = QPointF(box.left() + LEFT + 5, box.top() + PAD + strong.measure.height() / 2)
    if row.invites:
        painter.setPen(QPen(QColor(look.accent), 1.5))
        painter.drawLine(centre + QPointF(-4, 0), centre + QPointF(4, 0))
        painter.drawLine(centre + QPointF(0, -4), centre + QPointF(0, 4))
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.severity(row.worst)))
    if row.worst == Severity.ERROR:
        painter.drawRoundedRect(QRectF(centre.x() - 4.5, centre.y() - 4.5, 9, 9), 1.5, 1.5)
    elif row.worst == Severity.WARNING:
        painter.drawPolygon([centre + QPointF(-5.5, 4.5), centre + QPointF(5.5, 4.5), centre + QPointF(0, -5)])
    elif row.worst == Severity.INFO:
        painter.setPen(QPen(QColor(look.info), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, 3.5, 3.5)
    else:
        painter.drawEllipse(centre, 4.5, 4.5)


def _texts(painter: QPainter, box: QRect, row: PartRow, types: tuple[Type, Type]) -> None:
    look, (strong, small) = theme.current(), types
    left, right = box.left() + TEXT, box.right() - RIGHT
    top = QRect(left, box.top() + PAD, right - left, strong.measure.height())
    below = QRect(left, top.bottom(), right - left, small.measure.height() + 1)
    price_width = _draw(painter, top, row.price, (strong, look.text), from_right=True)
    top.setRight(right - (price_width + 10 if price_width else 0))
    fits = strong.width(row.title) <= top.width()
    title, color = (row.title if fits or not row.short else row.short), (look.accent if row.invites else look.text)
    _draw(painter, top, title, (strong, color))
    _draw(painter, below, _fitting(row, small, below.width()), (small, look.muted))


def _draw(painter: QPainter, box: QRect, text: str, look: tuple[Type, str], from_right: bool = False) -> int:
    """Draws, shortened in the middle where it must be, and says how wide it came out."""
    letters, color = look
    shown, wide = text, letters.width(text)
    if wide > box.width():
        shown = letters.measure.elidedText(text, Qt.TextElideMode.ElideMiddle, box.width())
        wide = letters.width(shown)
    painter.setFont(letters.font)
    painter.setPen(QColor(color))
    left = box.right() + 1 - wide if from_right else box.left()
    base = box.top() + (box.height() - letters.measure.height()) // 2 + letters.measure.ascent()
    painter.drawText(left, base, shown)
    return wide


def _fitting(row: PartRow, small: Type, width: int) -> str:
    """The details without the dispensable ones, as far as that is needed to show the others whole."""
    kept = list(row.details)
    for word in row.dispensable:
        if small.width(" · ".join(kept)) > width and word in kept:
            kept.remove(word)
    return " · ".join(kept)
