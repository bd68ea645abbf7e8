"""Stacked bars against a limit, for memory and power. A bar may run past its limit, and says by how much."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QToolTip, QWidget

from planner.ui import theme
from planner.ui.drawing.ink import DASHED, LEFT, RIGHT, Ink, level_colour
from planner.ui.drawing.items import Level
from planner.ui.theme import Palette
from planner.ui.widgets.tip import plain_tip

ROW = 26
LEGEND = 22
BAR = 15


@dataclass(frozen=True, slots=True)
class Segment:
    name: str
    value: float
    colour: int
    """Place in the palette's series."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the bar."""

    value: float
    text: str


@dataclass(frozen=True, slots=True)
class StackRow:
    label: str
    segments: tuple[Segment, ...]
    limit: float | None
    said: str
    """At the right end: `21.3 of 23.5 GiB`."""
    level: Level = Level.PLAIN
    marks: tuple[Mark, ...] = ()
    group: str = ""
    """Rows of one group share a scale."""
    tip: str = ""

    @property
    def total(self) -> float:
        return sum(segment.value for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Stacks:
    rows: tuple[StackRow, ...]
    legend: tuple[tuple[str, int], ...]
    """Name and colour."""

    def scale(self, group: str) -> float:
        return max((max(row.total, row.limit or 0) for row in self.rows if row.group == group), default=1) * 1.02 or 1


NOTHING = Stacks((), ())


def paint_stacks(painter: QPainter, rect: QRectF, stacks: Stacks, palette: Palette, current: int | None = None) -> None:
    """`current` is the row with the keyboard's mark."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink = Ink(painter, palette, 1.0, QPointF(0, 0))
    label_w = min(max((ink.width(row.label, ink.normal) for row in stacks.rows), default=0) + 14, rect.width() * 0.28)
    said_w = min(max((ink.width(row.said, ink.normal) for row in stacks.rows), default=0) + 12, rect.width() * 0.42)
    bars = QRectF(rect.left() + label_w, rect.top(), max(rect.width() - label_w - said_w, 20), 0)
    top = rect.top()
    if stacks.legend:
        left = max(rect.left(), min(bars.left(), rect.right() - _legend_width(ink, stacks.legend)))
        _legend(ink, QRectF(left, top, rect.right() - left, LEGEND), stacks.legend)
        top += LEGEND
    for number, row in enumerate(stacks.rows):
        line = QRectF(rect.left(), top + number * ROW, rect.width(), ROW)
        if number == current:
            ink.box(line.adjusted(1, 1, -1, -1), None, palette.accent, radius=4)
        ink.text(QRectF(line.left(), line.top(), label_w - 10, ROW), row.label, ink.normal, palette.text, RIGHT)
        track = QRectF(bars.left(), line.center().y() - BAR / 2, bars.width(), BAR)
        _bar(ink, track, row, stacks.scale(row.group))
        colour = level_colour(palette, row.level) if row.level >= Level.WARN else palette.text
        ink.text(QRectF(track.right() + 10, line.top(), said_w - 10, ROW), row.said, ink.normal, colour, LEFT)
    painter.restore()


def _legend_width(ink: Ink, legend: tuple[tuple[str, int], ...]) -> float:
    return sum(ink.width(name, ink.small) + 30 for name, _ in legend)


def _legend(ink: Ink, rect: QRectF, legend: tuple[tuple[str, int], ...]) -> None:
    x = rect.left()
    for name, colour in legend:
        wide = ink.width(name, ink.small)
        if x + wide + 14 > rect.right():
            return
        ink.box(QRectF(x, rect.center().y() - 4, 9, 9), ink.palette.series[colour], None, radius=2)
        ink.text(QRectF(x + 14, rect.top(), wide + 2, rect.height()), name, ink.small, ink.palette.muted)
        x += wide + 30


def _bar(ink: Ink, track: QRectF, row: StackRow, scale: float) -> None:
    p = ink.palette
    per = track.width() / scale
    if row.limit:
        ink.box(QRectF(track.left(), track.top(), row.limit * per, track.height()), p.panel, p.line, radius=2)
    x = track.left()
    for segment in row.segments:
        wide = segment.value * per
        if wide > 0.2:
            ink.box(QRectF(x, track.top(), wide, track.height()), p.series[segment.colour], None, radius=1)
        x += wide
    if row.limit and row.total > row.limit:
        over = QRectF(track.left() + row.limit * per, track.top(), (row.total - row.limit) * per, track.height())
        ink.hatch(over, p.panel, 0.9)
        ink.box(over, None, p.error, radius=1, width=1.5)
    for mark in row.marks:
        x = track.left() + mark.value * per
        ink.line((QPointF(x, track.top() - 3), QPointF(x, track.bottom() + 3)), p.text, 1.2, DASHED)
    if row.limit:
        x = track.left() + row.limit * per
        ink.line((QPointF(x, track.top() - 4), QPointF(x, track.bottom() + 4)), p.case_line, 1.6)


class StackGauge(QWidget):
    """Rows can be pressed, by mouse or by Enter on the row the arrow keys have reached."""

    opened = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stacks = NOTHING
        self._current = 0
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    def show_stacks(self, stacks: Stacks) -> None:
        if len(stacks.rows) != len(self.stacks.rows):
            self.updateGeometry()
        self.stacks = stacks
        self._current = min(self._current, max(len(stacks.rows) - 1, 0))
        self.setMinimumHeight(self.sizeHint().height())
        self.setAccessibleDescription(in_words(stacks.rows))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, len(self.stacks.rows) * ROW + (LEGEND if self.stacks.legend else 0) + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        current = self._current if self.hasFocus() else None
        try:
            paint_stacks(painter, QRectF(self.rect()), self.stacks, theme.current(), current)
        finally:
            painter.end()

    def row_at(self, y: float) -> int | None:
        number = int((y - (LEGEND if self.stacks.legend else 0)) // ROW)
        return number if 0 <= number < len(self.stacks.rows) else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.row_at(event.position().y()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        number = self.row_at(event.position().y())
        if number is not None and event.button() == Qt.MouseButton.LeftButton:
            self._current = number
            self.opened.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if by is not None and self.stacks.rows:
            self._current = max(0, min(len(self.stacks.rows) - 1, self._current + by))
            self._scroll()
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.stacks.rows:
            self.opened.emit(self._current)
        else:
            super().keyPressEvent(event)

    def _scroll(self) -> None:
        """The row the arrow keys have reached comes into sight where there are more than fit."""
        viewport = self.parentWidget()
        area = viewport.parentWidget() if viewport else None
        if isinstance(area, QScrollArea):
            middle = (LEGEND if self.stacks.legend else 0) + self._current * ROW + ROW // 2
            area.ensureVisible(0, middle, 0, ROW)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = self.row_at(event.pos().y())
            row = self.stacks.rows[number] if number is not None else None
            QToolTip.showText(event.globalPos(), plain_tip(row.tip or in_words((row,))) if row else "", self)
            return True
        return super().event(event)


def in_words(rows: Sequence[StackRow]) -> str:
    lines = []
    for row in rows:
        parts = ", ".join(f"{segment.name} {segment.value:,.1f}" for segment in row.segments if segment.value > 0)
        lines.append(f"{row.label}: {row.said}. {parts}")
    return "\n".join(lines)
