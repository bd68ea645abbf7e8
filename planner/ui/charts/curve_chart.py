"""A curve over one variable, with a mark where the build stands. pyqtgraph, loaded when first shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from planner.ui import theme
from planner.ui.drawing.ink import lettering
from planner.ui.widgets.tip import plain_tip

LOW = 170
"""Pixels of height below which an axis goes without its name."""
AIR = 4
"""Pixels round a word."""
FIGURE = 30
"""Pixels that the figure over a point takes."""


@dataclass(frozen=True, slots=True)
class CurveData:
    """Points with None where there is no value: the line is interrupted there."""

    xs: tuple[float, ...] = ()
    ys: tuple[float | None, ...] = ()
    lows: tuple[float | None, ...] = ()
    highs: tuple[float | None, ...] = ()
    here: tuple[float, float] | None = None
    here_said: str = ""
    end: float | None = None
    end_said: str = ""
    ceiling: float | None = None
    ceiling_said: str = ""
    ticks: tuple[tuple[float, str], ...] = ()
    tips: tuple[str, ...] = ()
    """What each point says when the pointer is near it."""


class CurveChart(pg.PlotWidget):  # type: ignore[misc]
    def __init__(self, name: str, x: str, y: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axes = (x, y)
        self.data = CurveData()
        self.setAccessibleName(name)
        self.setMenuEnabled(False)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._low, self._high = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._band = pg.FillBetweenItem(self._low, self._high)
        self._line = pg.PlotDataItem(connect="finite", symbol="o", symbolSize=4)
        self._here = pg.ScatterPlotItem(symbol="o", size=10)
        self._here_text, self._end_text = pg.TextItem(anchor=(0.5, 1.25)), pg.TextItem(anchor=(1, 1))
        self._ceiling_text = pg.TextItem(anchor=(0, 1))
        self._end, self._ceiling = pg.InfiniteLine(angle=90), pg.InfiniteLine(angle=0)
        self._x_name = pg.TextItem(anchor=(1, 1))
        """Within the picture, where the axis has no room for its name."""
        texts = (self._ceiling_text, self._end_text, self._x_name, self._here_text)
        for item in (self._band, self._line, self._end, self._ceiling, self._here, *texts):
            self.addItem(item)
        self.getViewBox().sigResized.connect(lambda _: self._fit(self.data))  # the axes have taken their room
        self.colour()

    def colour(self) -> None:
        p = theme.current()
        self.setBackground(p.window)
        for side, text in zip(("bottom", "left"), self._axes, strict=True):
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(p.grid))
            axis.setTextPen(pg.mkPen(p.muted))
            axis.setStyle(tickFont=lettering(11), tickLength=-4)
            axis.setLabel(text, color=p.muted)
            axis.label.setFont(lettering(11))
        self._name_below()
        self.getPlotItem().layout.setContentsMargins(1, 7, 10, 1)  # half of the topmost figure, and of the last one
        self.getAxis("bottom").setStyle(hideOverlappingLabels=False)
        soft = theme.color("bar")
        soft.setAlpha(46)
        self._band.setBrush(soft)
        self._line.setPen(pg.mkPen(p.bar_now, width=2))
        self._line.setSymbolBrush(p.bar_now)
        self._line.setSymbolPen(None)
        self._here.setBrush(pg.mkBrush(p.panel))
        self._here.setPen(pg.mkPen(p.bar_now, width=2.5))
        self._end.setPen(pg.mkPen(p.error, width=1.2, style=Qt.PenStyle.DashLine))
        self._ceiling.setPen(pg.mkPen(p.case_line, width=1.2, style=Qt.PenStyle.DashLine))
        colours = {self._end_text: p.error, self._ceiling_text: p.muted, self._x_name: p.muted, self._here_text: p.text}
        for text, colour in colours.items():
            text.setColor(colour)
            text.setFont(lettering(11, bold=text is self._here_text))

    def name_axes(self, x: str, y: str) -> None:
        self._axes = (x, y)
        self.colour()

    def show_curve(self, data: CurveData) -> None:
        self.data = data
        known = any(y is not None for y in data.ys)
        self._line.setData(list(data.xs) if known else [], _numbers(data.ys) if known else [])
        banded = [
            (x, low, high)
            for x, low, high in zip(data.xs, data.lows, data.highs, strict=False)
            if low is not None and high is not None
        ]
        self._low.setData([x for x, _, _ in banded], [low for _, low, _ in banded])
        self._high.setData([x for x, _, _ in banded], [high for _, _, high in banded])
        self._here.setData(pos=[data.here] if data.here else [])
        self._here_text.setText(data.here_said)
        self._here_text.setVisible(data.here is not None)
        if data.here:
            self._here_text.setPos(*data.here)
            left, right = min(data.xs, default=0), max(data.xs, default=1)
            share = (data.here[0] - left) / (right - left) if right > left else 0.5
            self._here_text.setAnchor((0.1 if share < 0.1 else 0.9 if share > 0.9 else 0.5, 1.25))
        self._show_lines(data)
        if data.ticks:
            self.getAxis("bottom").setTicks([list(data.ticks)])
        self._name_below()
        self._fit(data)

    def _show_lines(self, data: CurveData) -> None:
        self._end.setVisible(data.end is not None)
        self._end_text.setVisible(data.end is not None)
        if data.end is not None:
            self._end.setPos(data.end)
            self._end_text.setText(data.end_said)
            self._end_text.setPos(data.end, 0)
        self._ceiling.setVisible(data.ceiling is not None)
        self._ceiling_text.setVisible(data.ceiling is not None)
        if data.ceiling is not None:
            self._ceiling.setPos(data.ceiling)
            self._ceiling_text.setText(data.ceiling_said)

    def _top(self, data: CurveData) -> float:
        """Above the curve, and above the figure over the point where the build stands."""
        values = [y for y in (*data.ys, *data.highs, data.ceiling) if y is not None]
        figure = min(FIGURE / max(self.getViewBox().height(), 1), 0.5)
        here = data.here[1] / (1 - figure) if data.here else 0.0
        return max(max(values, default=1) * 1.22, here)

    def _fit(self, data: CurveData) -> None:
        left, right = min(data.xs, default=0), max(data.xs, default=1)
        side = (right - left) * 0.04 or 1
        self.setXRange(left - side, right + side, padding=0)
        self.setYRange(0, self._top(data), padding=0)
        if data.ceiling is not None:
            self._place_ceiling(data, left, right)
        if data.end is not None:
            room = self._pixel(data.end, 0).x()
            self._end_text.setAnchor((int(room > _size(data.end_said, bold=False).width()), 1))

    def _place_ceiling(self, data: CurveData, left: float, right: float) -> None:
        """At that end of the line, above or below it, where least of the curve and of its figure lies."""
        said = _size(data.ceiling_said, bold=False)
        height = self.getViewBox().height()

        def clash(place: tuple[bool, bool]) -> float:
            at_right, below = place
            corner = self._pixel(right if at_right else left, data.ceiling or 0.0)
            box = QRectF(corner.x() - (said.width() if at_right else 0), corner.y(), said.width(), said.height())
            box.translate(0, 0 if below else -said.height())
            shared = box.intersected(self._figure_box(data))
            figure = shared.width() * shared.height() / (box.width() * box.height())
            outside = box.top() < 0 or box.bottom() > height
            return 1000.0 * outside + 100.0 * figure + sum(box.contains(point) for point in self._along(data))

        at_right, below = min(((True, True), (False, False), (True, False), (False, True)), key=clash)
        self._ceiling_text.setAnchor((int(at_right), int(not below)))
        self._ceiling_text.setPos(right if at_right else left, data.ceiling)

    def _pixel(self, x: float, y: float) -> QPointF:
        return QPointF(self.getViewBox().mapFromView(QPointF(x, y)))

    def _figure_box(self, data: CurveData) -> QRectF:
        if data.here is None:
            return QRectF()
        said, at = _size(data.here_said, bold=True), self._pixel(*data.here)
        return QRectF(at.x() - said.width() / 2, at.y() - said.height() * 1.25, said.width(), said.height())

    def _along(self, data: CurveData) -> Iterator[QPointF]:
        """Points along the curve, near enough to one another that none jumps over a word."""
        known = [(x, y) for x, y in zip(data.xs, data.ys, strict=False) if y is not None]
        for (x, y), (next_x, next_y) in pairwise(known):
            for part in range(8):
                yield self._pixel(x + (next_x - x) * part / 8, y + (next_y - y) * part / 8)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low chart needs its height for the curve: the axis then goes without its name."""
        super().resizeEvent(event)
        if hasattr(self, "_axes") and self.plotItem is not None:  # a closed chart is resized once more
            self._name_below()

    def _name_below(self) -> None:
        """Below the axis; just above it where the chart is low, unless other words stand there."""
        low = self.height() < LOW
        self.getAxis("bottom").showLabel(not low)
        self._x_name.setVisible(low and self.data.end is None and self.data.ceiling is None)
        self._x_name.setText(self._axes[0])
        self._x_name.setPos(max(self.data.xs, default=1), 0)

    def viewportEvent(self, event: QEvent) -> bool:
        """The point nearest to the pointer, sideways."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            x = self.getViewBox().mapSceneToView(QPointF(event.pos())).x()
            near = min(zip(self.data.xs, self.data.tips, strict=False), key=lambda pair: abs(pair[0] - x), default=None)
            QToolTip.showText(event.globalPos(), plain_tip(near[1]) if near else "", self)
            return True
        return bool(super().viewportEvent(event))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def _numbers(values: Sequence[float | None]) -> list[float]:
    return [float("nan") if value is None else value for value in values]


def _size(text: str, bold: bool) -> QSizeF:
    """In pixels, with the air that the item leaves round it."""
    metrics = QFontMetricsF(lettering(11, bold))
    return QSizeF(metrics.horizontalAdvance(text) + 2 * AIR, metrics.height() + 2 * AIR)
