"""Bars of speed with their ranges and the measured points, drawn by pyqtgraph. Imported when the tab is first shown."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import log10
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QCursor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollArea, QToolTip, QWidget

from planner.ui import theme
from planner.ui.breakdowns import sure_words
from planner.ui.charts.speed_labels import ROW, Label, Labels, NamesAxis, label_of, shortened
from planner.ui.charts.speed_points import Point
from planner.ui.charts.speed_rows import SpeedRow
from planner.ui.charts.speed_scale import AXIS, LOG_BEGIN, Grid, Mark, Scale, linear_ticks, log_ticks
from planner.ui.widgets.tip import plain_tip

BELOW = AXIS + 8
"""The scale, and the air above it."""
POINT_PX = 8
"""From the middle of a point to where a word may begin or end."""
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class SpeedChart(pg.PlotWidget):  # type: ignore[misc]
    """Data are set on items that stay; nothing is rebuilt when a part changes."""

    row_opened = Signal(int)
    point_opened = Signal(object)
    """A Point."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._names = NamesAxis()
        super().__init__(parent, axisItems={"left": self._names})
        self.rows: tuple[SpeedRow, ...] = ()
        self.logarithmic = False
        self.current, self.point = 0, -1
        """Where the keyboard is: a row, and a point of it; -1 for the bar itself."""
        self._bottom: float | None = None
        self._wide = 1.0
        self.setMenuEnabled(False)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.hideAxis("bottom")
        self.getPlotItem().layout.setContentsMargins(1, 1, 1, AXIS)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Speed by model")
        self._bars = pg.BarGraphItem(x0=[0], y=[0], width=[0], height=0.58)
        self._ranges = pg.ErrorBarItem(beam=0.22)
        self._points = pg.ScatterPlotItem(symbol="d", size=10, hoverable=True, tip=None)
        for item in (self._bars, self._ranges, self._points):
            self.addItem(item)
        self._labels = Labels(self.getViewBox())
        self.scale_below, self._mark = Scale(), Mark()
        self._grid = Grid(self.scale_below)
        for drawn in (self.scale_below, self._mark, self._grid):
            self.scene().addItem(drawn)
        self._mark.hide()
        self._points.sigClicked.connect(self._point_clicked)
        self._points.sigHovered.connect(self._point_hovered)
        self.scene().sigMouseClicked.connect(self._clicked)
        self.colour()

    def colour(self) -> None:
        """Take the theme's colours."""
        palette = theme.current()
        self.setBackground(palette.window)
        self._names.setPen(pg.mkPen(palette.grid))
        self._ranges.setData(pen=pg.mkPen(palette.whisker, width=1.4))
        self.show_rows(self.rows)

    def show_rows(self, rows: Sequence[SpeedRow]) -> None:
        self.rows = tuple(rows)
        self._names.show_rows(self.rows)
        palette = theme.current()
        bars = [(-n, row) for n, row in enumerate(self.rows) if row.speed]
        ys = [y for y, _ in bars]
        speeds = [row.speed for _, row in bars if row.speed]
        self._bars.setVisible(bool(bars))
        if bars:  # pyqtgraph fails on empty lists of colours
            self._bars.setOpts(
                x0=[0.0] * len(bars),
                y=ys,
                width=[self._x(speed.value) for speed in speeds],
                height=0.58,
                brushes=[pg.mkBrush(palette.bar_now if row.own else palette.bar) for _, row in bars],
                pen=pg.mkPen(None),
            )
        self._show_ranges(ys, speeds)
        self._points.setData([self._spot(n, point) for n, row in enumerate(self.rows) for point in row.points])
        self._labels.labels = [label_of(row) for row in self.rows]
        self.setMinimumHeight(len(self.rows) * ROW + BELOW)
        self._keep_place()
        self._fit()

    def _spot(self, row: int, point: Point) -> dict[str, Any]:
        """Diamonds are published, circles the user's own; hollow where it is not quite the row's case."""
        palette = theme.current()
        return {
            "pos": (self._x(point.tok_s), -row),
            "data": point,
            "size": 10 if point.differs else 12,  # a full one loses its rim to the ground
            "symbol": "o" if point.measurement.own else "d",
            "brush": palette.panel if point.differs else palette.text,
            "pen": pg.mkPen(palette.text if point.differs else palette.panel, width=1.2),
        }

    def _show_ranges(self, ys: list[int], speeds: list[Any]) -> None:
        import numpy as np

        self._ranges.setData(
            x=np.array([self._x(speed.value) for speed in speeds], float),
            y=np.array(ys, float),
            left=np.array([self._x(speed.value) - self._x(speed.low) for speed in speeds], float),
            right=np.array([self._x(speed.high) - self._x(speed.value) for speed in speeds], float),
        )

    def set_logarithmic(self, logarithmic: bool) -> None:
        if logarithmic != self.logarithmic:
            self.logarithmic = logarithmic
            self.show_rows(self.rows)

    def _x(self, tok_s: float) -> float:
        """Where a speed lies on the axis; a logarithmic one begins at LOG_BEGIN."""
        return log10(max(tok_s, LOG_BEGIN) / LOG_BEGIN) if self.logarithmic else tok_s

    # layout

    def _right_of(self, row: SpeedRow) -> float:
        """Past the bar, its whisker and its points; what does not fit starts at the axis, after its points."""
        points = [point.tok_s for point in row.points]
        return self._x(max([row.speed.high if row.speed else 0.0, *points]))

    def _fit(self) -> None:
        """Scale so that the longest bar and its label fit."""
        room = max(self.width() - self._names.room - 20, 120)
        wide = 0.1 if self.logarithmic else 1.0
        both = list(zip(self.rows, self._labels.labels, strict=True))
        for row, label in both:
            if row.speed:
                wide = max(wide, self._right_of(row) / max(1 - (label.least + 22) / room, 0.25))
            elif row.points:
                wide = max(wide, self._right_of(row) / (1 - 22 / room))
        self._wide = wide
        self.setXRange(0, wide, padding=0)
        lines = max(len(self.rows), (self.height() - BELOW) / ROW)  # few rows stand at the top, none grows thick
        self.setYRange(-(lines - 0.4), 0.6, padding=0)
        for row, label in both:
            points = sorted(self._x(point.tok_s) * room / wide for point in row.points)
            if row.speed:
                label.x = _beside(self._x(row.speed.high) * room / wide, label, points) * wide / room
            else:
                self._place_reason(label, row, points, room)
        self._labels.update()
        self._lay_scale()
        self._lay_mark()

    def _place_reason(self, label: Label, row: SpeedRow, points: list[float], room: float) -> None:
        """Why there is no bar, cut to the larger side of the points."""
        before, after = (points[0], room - points[-1]) if points else (room, 0.0)
        label.said = shortened(row.said, False, round(max(before, after) - 24), Qt.TextElideMode.ElideRight)
        label.x = (6.0 if before >= after else points[-1] + 12) * self._wide / room

    def _lay_scale(self) -> None:
        view = self.getViewBox()
        begin, end = (view.mapViewToScene(QPointF(x, 0)).x() for x in (0, self._wide))
        known = any(row.speed or row.points for row in self.rows)
        speeds = (log_ticks if self.logarithmic else linear_ticks)(self._wide, end - begin) if known else []
        per = (end - begin) / self._wide
        self.scale_below.lay(self.width(), begin, [(begin + self._x(speed) * per, _figure(speed)) for speed in speeds])
        self._grid.lay(self.height() - AXIS)
        self.scale_below.setVisible(bool(speeds))
        self._stick()

    @contextmanager
    def as_a_whole(self) -> Iterator[None]:
        """For a picture of it: the scale below the last row, and no mark of the keyboard."""
        bottom, self._bottom = self._bottom, None
        self._stick()
        self._mark.hide()
        try:
            yield
        finally:
            self._bottom = bottom
            self._stick()
            self._lay_mark()

    def stick(self, bottom: float | None) -> None:
        """Keep the scale above `bottom`, the end of what is in sight; None for the end of the chart."""
        self._bottom = bottom
        self._stick()

    def _stick(self) -> None:
        bottom = self.height() if self._bottom is None else min(self._bottom, self.height())
        self.scale_below.setPos(0, bottom - AXIS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_mark") and self.plotItem is not None:  # a closed chart is resized once more
            self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls

    # keyboard

    def _keep_place(self) -> None:
        self.current = max(0, min(self.current, len(self.rows) - 1))
        if self.rows and self.point >= len(self.rows[self.current].points):
            self.point = -1

    def _lay_mark(self) -> None:
        if self.plotItem is None:  # a closed chart loses the focus once more
            return
        if not self.rows:
            self._mark.hide()
            return
        view = self.getViewBox()
        middle = view.mapViewToScene(QPointF(0, -self.current)).y()
        ring = None
        if self.point >= 0:
            ring = view.mapViewToScene(QPointF(self._x(self._in_order()[self.point].tok_s), -self.current))
        self._mark.lay(QRectF(0, middle - ROW / 2, self.width(), ROW), ring)
        self._mark.setVisible(self.hasFocus())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._lay_mark()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._lay_mark()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go through the rows, left and right through the points of one; Enter opens what is reached."""
        key = Qt.Key(event.key())
        last = len(self.rows) - 1
        rows = {
            Qt.Key.Key_Up: self.current - 1,
            Qt.Key.Key_Down: self.current + 1,
            Qt.Key.Key_PageUp: self.current - 5,
            Qt.Key.Key_PageDown: self.current + 5,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if not self.rows:
            event.ignore()
        elif key in rows:
            self._go(max(0, min(rows[key], last)), -1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            by = 1 if key == Qt.Key.Key_Right else -1
            self._go(self.current, max(-1, min(self.point + by, len(self._in_order()) - 1)))
        elif key in ENTER:
            self._open()
        else:
            event.ignore()

    def _in_order(self) -> tuple[Point, ...]:
        """The points of the row that was reached, from left to right."""
        return tuple(sorted(self.rows[self.current].points, key=lambda point: point.tok_s))

    def _go(self, row: int, point: int) -> None:
        self.current, self.point = row, point
        self._lay_mark()
        area = self.parentWidget().parentWidget() if self.parentWidget() else None
        if isinstance(area, QScrollArea):
            middle = round(self._mark.frame.center().y())
            area.ensureVisible(0, middle - ROW, 0, 0)
            area.ensureVisible(0, middle + ROW // 2 + BELOW, 0, 0)
        said = self._in_order()[point].said if point >= 0 else row_tip(self.rows[row])
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, said))

    def _open(self) -> None:
        if self.point >= 0:
            self.point_opened.emit(self._in_order()[self.point])
        else:
            self.row_opened.emit(self.current)

    # mouse

    def row_at(self, y: float) -> int | None:
        """A row by its height in the chart; none below the scale, which covers what has scrolled there."""
        number = round(-self.getViewBox().mapSceneToView(QPointF(0, y)).y())
        over = y >= self.scale_below.pos().y()
        return number if 0 <= number < len(self.rows) and not over else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        over = self.row_at(event.position().y()) is not None
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def _clicked(self, event: Any) -> None:
        number = self.row_at(event.scenePos().y())
        if event.button() == Qt.MouseButton.LeftButton and number is not None and not event.isAccepted():
            self._go(number, -1)
            self.row_opened.emit(number)

    def _point_clicked(self, _: Any, spots: Any, event: Any) -> None:
        if len(spots) and self.row_at(event.scenePos().y()) is not None:
            event.accept()
            self.point_opened.emit(spots[0].data())

    def _point_hovered(self, _: Any, spots: Any, __: Any) -> None:
        if len(spots):
            QToolTip.showText(QCursor.pos(), _points_tip([spot.data() for spot in spots]), self)

    def viewportEvent(self, event: QEvent) -> bool:
        """The row's figure, range and whole name; a point speaks for itself when it is pointed at."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            spots = self._points.pointsAt(self._points.mapFromScene(QPointF(event.pos())))
            number = self.row_at(event.pos().y())
            row = "" if number is None else plain_tip(row_tip(self.rows[number]))
            tip = _points_tip([spot.data() for spot in spots]) if len(spots) else row
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return bool(super().viewportEvent(event))


def row_tip(row: SpeedRow) -> str:
    lines = [row.label, row.said]
    if row.speed:
        low, high = _figure(row.speed.low), _figure(row.speed.high)
        lines[1] += f", 80 % of comparable measurements between {low} and {high}"
    lines += [sure_words(row.note)] if row.note else []
    count = len(row.points)
    lines += [f"{count} measured speed{'s' if count != 1 else ''} near it"] if count else []
    return "\n".join(lines)


def _points_tip(points: list[Point]) -> str:
    return plain_tip("\n\n".join(point.said for point in points))


def _figure(tok_s: float) -> str:
    return f"{tok_s:,.0f}" if tok_s >= 100 or tok_s == int(tok_s) else f"{tok_s:,.1f}"


def _beside(end: float, label: Label, points: list[float]) -> float:
    """Right of the whisker, in pixels, or past the points that leave no room between: a figure that stands behind a
    far point would be taken for the point's."""
    start = end + 5
    for x in points:
        if x + POINT_PX > start and start + label.width > x - POINT_PX - 4:
            start = max(start, x + POINT_PX + 3)
    return start
