"""The scale below the bars of speed, in sight while the rows scroll; and the mark of where the keyboard is."""

from math import ceil, log10
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem

from planner.ui import theme
from planner.ui.drawing.ink import lettering

AXIS = 24
UNIT = "tok/s"
LOG_BEGIN = 1.0
"""tok/s at the left edge of a logarithmic axis: slower than anybody wants to read."""
APART = 64
"""Pixels between two figures at least."""
TOP = Qt.AlignmentFlag.AlignTop
STEPS = (1.0, 2.0, 5.0, 10.0)


def linear_ticks(wide: float, room: float) -> list[float]:
    """Round speeds from zero up to `wide`, as many as have room in so many pixels."""
    least = wide * APART / max(room, 1)
    if least <= 0:
        return []
    power = 10.0 ** int(log10(least) // 1)
    step = next(power * factor for factor in STEPS if power * factor >= least * 0.999)
    return [number * step for number in range(int(wide / step) + 1)]


def log_ticks(wide: float, room: float) -> list[float]:
    """1, 2, 5, 10 and so on, or powers of ten alone where there is little room. `wide` in powers of ten."""
    steps = (1, 2, 5) if room / max(wide, 0.1) * log10(2) >= APART * 0.6 else (1,)
    speeds = [LOG_BEGIN * 10**power * step for power in range(ceil(wide) + 1) for step in steps]
    return [speed for speed in speeds if log10(speed / LOG_BEGIN) <= wide]


class Scale(pg.GraphicsObject):  # type: ignore[misc]
    """Drawn on its own ground over the rows that have scrolled below it. Lies in the scene, whose unit is a pixel."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(10)
        self.ticks: list[tuple[float, str]] = []
        """Pixels from the left of the chart, and the figure."""
        self.left, self.wide = 0.0, 0.0

    def lay(self, wide: float, left: float, ticks: list[tuple[float, str]]) -> None:
        """`left`: where the bars begin; what stands before it is the place of the unit."""
        self.prepareGeometryChange()
        self.wide, self.left, self.ticks = wide, left, ticks
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self.wide, AXIS)

    def paint(self, painter: QPainter, *_: Any) -> None:
        palette = theme.current()
        painter.fillRect(self.boundingRect(), QColor(palette.window))
        painter.setPen(QPen(QColor(palette.grid), 1))
        painter.drawLine(QPointF(self.left, 0.5), QPointF(self.wide, 0.5))
        for x, _figure in self.ticks:
            painter.drawLine(QPointF(x, 0.5), QPointF(x, 4))
        painter.setPen(QColor(palette.muted))
        painter.setFont(lettering(11))
        if self.ticks:
            painter.drawText(QRectF(0, 4, self.left - 9, AXIS - 6), Qt.AlignmentFlag.AlignRight | TOP, UNIT)
        for x, figure in self.ticks:
            half = painter.fontMetrics().horizontalAdvance(figure) / 2 + 1
            box = QRectF(min(x, self.wide - half) - APART / 2, 4, APART, AXIS - 6)  # the last one stays whole
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | TOP, figure)


class Grid(pg.GraphicsObject):  # type: ignore[misc]
    """Hair lines up from the scale's figures, below everything else."""

    def __init__(self, scale: Scale) -> None:
        super().__init__()
        self.setZValue(-10)
        self._scale, self.high = scale, 0.0

    def lay(self, high: float) -> None:
        self.prepareGeometryChange()
        self.high = high
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._scale.wide, self.high)

    def paint(self, painter: QPainter, *_: Any) -> None:
        painter.setPen(QPen(QColor(theme.current().grid), 1))
        for x, _figure in self._scale.ticks:
            painter.drawLine(QPointF(x, 0), QPointF(x, self.high))


class Mark(pg.GraphicsObject):  # type: ignore[misc]
    """A frame round the row the keyboard has reached, and a ring round a point of it."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(5)
        self.frame, self.ring = QRectF(), QPointF()

    def lay(self, frame: QRectF, ring: QPointF | None) -> None:
        self.prepareGeometryChange()
        self.frame, self.ring = frame, ring or QPointF()
        self.update()

    def boundingRect(self) -> QRectF:
        return self.frame.adjusted(-2, -2, 2, 2)

    def paint(self, painter: QPainter, _: QStyleOptionGraphicsItem, *__: Any) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.current().accent), 1.4))
        painter.drawRoundedRect(self.frame.adjusted(1, 1, -1, -1), 4, 4)
        if not self.ring.isNull():
            painter.setPen(QPen(QColor(theme.current().accent), 2))
            painter.drawEllipse(self.ring, 9, 9)
