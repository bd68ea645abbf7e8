"""Paints one row of the parts list: status dot, title and price, telling facts below."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from planner.domain.findings import Severity
from planner.ui import theme
from planner.ui.models.part_list import ROW
from planner.ui.models.part_rows import PartRow

LEFT, TEXT, RIGHT, PAD = 11, 32, 12, 7


class PartDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        title, detail = QFontMetrics(theme.font()), QFontMetrics(theme.font(-1.5))
        return QSize(200, title.height() + detail.height() + 2 * PAD - 1)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: PartRow = index.data(ROW)
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _ground(painter, box, state)
        _mark(painter, box, row)
        _texts(painter, box, row)
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


def _mark(painter: QPainter, box: QRect, row: PartRow) -> None:
    """Dot, square and triangle: the shape says it where the colour cannot."""
    look = theme.current()
    centre = QPointF(box.left() + LEFT + 5, box.top() + PAD + QFontMetrics(theme.font()).height() / 2)
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
    else:
        painter.drawEllipse(centre, 4.5, 4.5)


def _texts(painter: QPainter, box: QRect, row: PartRow) -> None:
    look = theme.current()
    left, right = box.left() + TEXT, box.right() - RIGHT
    strong, small = theme.font(), theme.font(-1.5)
    title_height, small_height = QFontMetrics(strong).height(), QFontMetrics(small).height()
    top = QRect(left, box.top() + PAD, right - left, title_height)
    below = QRect(left, top.bottom(), right - left, small_height + 1)
    price_width = _draw(painter, top, row.price, (strong, look.text), Qt.AlignmentFlag.AlignRight)
    top.setRight(right - (price_width + 10 if price_width else 0))
    fits = QFontMetrics(strong).horizontalAdvance(row.title) <= top.width()
    title, color = (row.title if fits or not row.short else row.short), (look.accent if row.invites else look.text)
    _draw(painter, top, title, (strong, color), Qt.AlignmentFlag.AlignLeft)
    _draw(painter, below, _fitting(row, small, below.width()), (small, look.muted), Qt.AlignmentFlag.AlignLeft)


def _draw(painter: QPainter, box: QRect, text: str, look: tuple[QFont, str], side: Qt.AlignmentFlag) -> int:
    """Draws, shortened in the middle where it must be, and says how wide it came out."""
    font, color = look
    measure = QFontMetrics(font)
    shown = measure.elidedText(text, Qt.TextElideMode.ElideMiddle, box.width())
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, shown)
    return measure.horizontalAdvance(shown)


def _fitting(row: PartRow, font: QFont, width: int) -> str:
    """The details without the dispensable ones, as far as that is needed to show the others whole."""
    kept, measure = list(row.details), QFontMetrics(font)
    for word in row.dispensable:
        if measure.horizontalAdvance(" · ".join(kept)) > width and word in kept:
            kept.remove(word)
    return " · ".join(kept)
