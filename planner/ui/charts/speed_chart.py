"""Bars of speed with their ranges and the measured points, drawn by pyqtgraph. Imported when the tab is first shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log10
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QFontMetricsF, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QToolTip, QWidget

from planner.ui import theme
from planner.ui.charts.speed_rows import SpeedRow
from planner.ui.drawing.ink import lettering
from planner.ui.widgets.tip import plain_tip

ROW = 23
AXIS = 26
LABELS, MOST_LABELS = 190, 280
"""Room for names, in pixels: as a rule, and for the longest ones."""
USES_EXPOSED = QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption
"""Paints only the rows in sight."""
BESIDE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
LOG_BEGIN = 1.0
"""tok/s at the left edge of a logarithmic axis: slower than anybody wants to read."""


class NamesAxis(pg.AxisItem):  # type: ignore[misc]
    """Model names instead of numbers; the workload's own in bold."""

    def __init__(self) -> None:
        super().__init__("left")
        self.setFlag(USES_EXPOSED)
        self.rows: Sequence[SpeedRow] = ()
        self.setStyle(tickLength=0)
        self.room = LABELS
        self.setWidth(LABELS)

    def show_rows(self, rows: Sequence[SpeedRow]) -> None:
        self.rows = rows
        longest = max((_width(row.label, row.own) for row in rows), default=0.0)
        self.room = round(min(max(longest + 16, LABELS), MOST_LABELS))
        self.setWidth(self.room)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, *_: Any) -> None:
        view, palette = self.linkedView(), theme.current()
        for number, row in enumerate(self.rows):
            y = self.mapFromItem(view, view.mapFromView(QPointF(0, -number))).y()
            line = QRectF(0, y - ROW / 2, self.room - 9, ROW)
            if line.intersects(option.exposedRect):
                painter.setFont(lettering(12, bold=row.own))
                painter.setPen(QColor(palette.text if row.speed else palette.muted))
                shown = _shortened(row.label, row.own, self.room - 14, Qt.TextElideMode.ElideMiddle)
                painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)


@dataclass(slots=True)
class Label:
    """What stands beside a bar, or in its place."""

    said: str
    colour: str
    bold: bool = False
    note: str = ""
    x: float = 0.0
    """On the axis."""

    @property
    def width(self) -> float:
        return _width(self.said, self.bold) + (_width(f" {self.note}", bold=False) if self.note else 0.0)


class Labels(pg.GraphicsObject):  # type: ignore[misc]
    """One item for all labels: sixty of pyqtgraph's own take longer than all the rest of the chart."""

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__(view)
        self.setFlag(USES_EXPOSED)
        self._view, self.labels = view, list[Label]()

    def boundingRect(self) -> QRectF:
        return QRectF(self._view.rect())

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, *_: Any) -> None:
        muted = QColor(theme.current().muted)
        for number, label in enumerate(self.labels):
            at = self._view.mapFromView(QPointF(label.x, -number))
            line = QRectF(at.x(), at.y() - ROW / 2, label.width + 2, ROW)
            if line.intersects(option.exposedRect):
                painter.setFont(lettering(12, bold=label.bold))
                painter.setPen(QColor(label.colour))
                painter.drawText(line, BESIDE, label.said)
                if label.note:
                    painter.setFont(lettering(12))
                    painter.setPen(muted)
                    painter.drawText(line.adjusted(_width(label.said, label.bold), 0, 0, 0), BESIDE, f" {label.note}")


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
        self.setMenuEnabled(False)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Speed by model")
        self._bars = pg.BarGraphItem(x0=[0], y=[0], width=[0], height=0.58)
        self._ranges = pg.ErrorBarItem(beam=0.22)
        self._points = pg.ScatterPlotItem(symbol="d", size=10, hoverable=True, tip=None)
        for item in (self._bars, self._ranges, self._points):
            self.addItem(item)
        self._labels = Labels(self.getViewBox())
        self._points.sigClicked.connect(self._point_clicked)
        self._points.sigHovered.connect(self._point_hovered)
        self.scene().sigMouseClicked.connect(self._clicked)
        self.colour()

    def colour(self) -> None:
        """Take the theme's colours."""
        palette = theme.current()
        self.setBackground(palette.window)
        bottom = self.getAxis("bottom")
        bottom.setPen(pg.mkPen(palette.grid))
        bottom.setTextPen(pg.mkPen(palette.muted))
        bottom.setStyle(tickFont=lettering(11), tickLength=-4)
        bottom.setHeight(AXIS)
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
        self.getAxis("bottom").setStyle(showValues=bool(bars))
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
        spots = [
            {
                "pos": (self._x(point.tok_s), -n),
                "data": point,
                "brush": palette.panel if point.differs else palette.text,
                "pen": pg.mkPen(palette.text if point.differs else palette.panel, width=1.2),
            }
            for n, row in enumerate(self.rows)
            for point in row.points
        ]
        self._points.setData(spots)
        self._labels.labels = [_label(row) for row in self.rows]
        self.setMinimumHeight(len(self.rows) * ROW + AXIS + 8)
        self._fit()

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
            self.getAxis("bottom").setTicks([_log_ticks(False), _log_ticks(True)] if logarithmic else None)
            self.show_rows(self.rows)

    def _x(self, tok_s: float) -> float:
        """Where a speed lies on the axis; a logarithmic one begins at LOG_BEGIN."""
        return log10(max(tok_s, LOG_BEGIN) / LOG_BEGIN) if self.logarithmic else tok_s

    def _right_of(self, row: SpeedRow) -> float:
        """Past the bar, its whisker and its diamonds; what does not fit starts at the axis, after its diamonds."""
        points = [point.tok_s for point in row.points]
        return self._x(max([row.speed.high if row.speed else 0.0, *points]))

    def _fit(self) -> None:
        """Scale so that the longest bar and its label fit."""
        room = max(self.width() - self._names.room - 20, 120)
        wide = 0.1 if self.logarithmic else 1.0
        both = list(zip(self.rows, self._labels.labels, strict=True))
        for row, label in both:
            if row.speed:
                wide = max(wide, self._right_of(row) / max(1 - (label.width + 22) / room, 0.25))
        self.setXRange(0, wide, padding=0)
        lines = max(len(self.rows), (self.height() - AXIS - 8) / ROW)  # few rows stand at the top, none grows thick
        self.setYRange(-(lines - 0.4), 0.6, padding=0)
        for row, label in both:
            if row.speed:
                label.x = self._right_of(row) + (11 if row.points else 5) * wide / room
            else:
                self._place_reason(label, row, room, wide)
        self._labels.update()

    def _place_reason(self, label: Label, row: SpeedRow, room: float, wide: float) -> None:
        """Why there is no bar, cut to the larger side of the diamonds."""
        points = sorted(self._x(point.tok_s) * room / wide for point in row.points)
        before, after = (points[0], room - points[-1]) if points else (room, 0.0)
        width = max(before, after) - 24
        label.said = _shortened(row.said, False, round(width), Qt.TextElideMode.ElideRight)
        label.x = (6.0 if before >= after else points[-1] + 12) * wide / room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_labels"):
            self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls

    def _clicked(self, event: Any) -> None:
        number = round(-self.getViewBox().mapSceneToView(event.scenePos()).y())
        if event.button() == Qt.MouseButton.LeftButton and 0 <= number < len(self.rows) and not event.isAccepted():
            self.row_opened.emit(number)

    def _point_clicked(self, _: Any, spots: Any, event: Any) -> None:
        if len(spots):
            event.accept()
            self.point_opened.emit(spots[0].data())

    def _point_hovered(self, _: Any, spots: Any, __: Any) -> None:
        if len(spots):
            QToolTip.showText(QCursor.pos(), plain_tip(spots[0].data().said), self)


def _log_ticks(fine: bool) -> list[tuple[float, str]]:
    """1, 10, 100 named; 2 and 5 of each between them, finer."""
    steps = (2, 5) if fine else (1,)
    speeds = [LOG_BEGIN * 10**power * step for power in range(6) for step in steps]
    return [(log10(speed / LOG_BEGIN), f"{speed:,.0f}") for speed in speeds]


def _label(row: SpeedRow) -> Label:
    palette = theme.current()
    if row.speed is None:
        return Label(row.said, palette.error if row.wrong else palette.muted)
    return Label(row.said, palette.text, row.own, row.note if row.own else "")


@lru_cache(maxsize=2000)
def _width(text: str, bold: bool) -> float:
    return QFontMetricsF(lettering(12, bold)).horizontalAdvance(text)


@lru_cache(maxsize=2000)
def _shortened(text: str, bold: bool, width: int, where: Qt.TextElideMode) -> str:
    return QFontMetricsF(lettering(12, bold)).elidedText(text, where, width)
