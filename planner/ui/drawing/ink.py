"""Pen, brush and lettering: colours from the palette, millimetres to pixels, text that never runs over."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QGuiApplication, QPainter, QPainterPath, QPen

from planner.ui.drawing.items import Box, Level
from planner.ui.theme import Palette

LEFT, RIGHT, CENTRE = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter
PILL_SIDES = 14
MOST_WIDTHS = 4000
_WIDTHS: dict[tuple[str, str], float] = {}
SOLID, DASHED, DOTTED = Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine


def level_colour(palette: Palette, level: Level) -> str:
    return {
        Level.PLAIN: palette.muted,
        Level.OK: palette.ok,
        Level.UNKNOWN: palette.muted,
        Level.WARN: palette.warning,
        Level.BAD: palette.error,
    }[level]


def lettering(pixels: float, bold: bool = False) -> QFont:
    """The application's font in pixels, so that a picture or a page looks like the window."""
    font = QFont(QGuiApplication.font())
    font.setPixelSize(max(1, round(pixels)))
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return font


@lru_cache(maxsize=200)
def _pen(colour: str, width: float, style: Qt.PenStyle) -> QPen:
    pen = QPen(QColor(colour), width, style)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap if style == SOLID else Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


class Ink:
    """A painter with a scale: everything above it speaks millimetres, pixels appear here alone."""

    def __init__(self, painter: QPainter, palette: Palette, scale: float, origin: QPointF) -> None:
        self.painter, self.palette, self.scale, self.origin = painter, palette, scale, origin
        size = 11.0 if scale < 1.25 else 12.0
        self.normal, self.bold, self.small = lettering(size), lettering(size + 1, True), lettering(size - 1)
        self._metrics: dict[int, QFontMetricsF] = {}
        self._keys = {id(font): font.key() for font in (self.normal, self.bold, self.small)}

    def at(self, x: float, y: float) -> QPointF:
        return QPointF(self.origin.x() + x * self.scale, self.origin.y() + y * self.scale)

    def rect(self, box: Box) -> QRectF:
        return QRectF(self.at(box.x, box.y), self.at(box.right, box.bottom))

    def mm(self, point: QPointF) -> tuple[float, float]:
        return (point.x() - self.origin.x()) / self.scale, (point.y() - self.origin.y()) / self.scale

    def metrics(self, font: QFont) -> QFontMetricsF:
        key = id(font)
        if key not in self._metrics:
            self._metrics[key] = QFontMetricsF(font)
        return self._metrics[key]

    def width(self, text: str, font: QFont) -> float:
        """Kept from picture to picture: most texts stand in the next one too."""
        key = (self._keys.get(id(font)) or font.key(), text)
        if key not in _WIDTHS:
            if len(_WIDTHS) >= MOST_WIDTHS:
                _WIDTHS.clear()
            _WIDTHS[key] = self.metrics(font).horizontalAdvance(text)
        return _WIDTHS[key]

    def line_height(self, font: QFont) -> float:
        return self.metrics(font).height()

    @contextmanager
    def faded(self, opacity: float) -> Iterator[None]:
        before = self.painter.opacity()
        self.painter.setOpacity(before * opacity)
        try:
            yield
        finally:
            self.painter.setOpacity(before)

    def pen(self, colour: str, width: float = 1, style: Qt.PenStyle = SOLID) -> None:
        self.painter.setPen(_pen(colour, width, style))

    def box(
        self,
        rect: QRectF,
        fill: str | None,
        line: str | None,
        *,
        width: float = 1,
        radius: float = 3,
        style: Qt.PenStyle = SOLID,
    ) -> None:
        self.painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)
        if line:
            self.pen(line, width, style)
        else:
            self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.drawRoundedRect(rect, radius, radius)

    def hatch(self, rect: QRectF, colour: str, opacity: float = 0.45) -> None:
        """Slanted lines drawn one by one: a pattern brush is lost in SVG and too fine on paper."""
        painter = self.painter
        painter.save()
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        with self.faded(opacity):
            self.pen(colour, 1)
            x, step = rect.left() - rect.height(), 8.0
            while x < rect.right():
                painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + rect.height(), rect.top()))
                x += step
        painter.restore()

    def line(self, points: Sequence[QPointF], colour: str, width: float = 1, style: Qt.PenStyle = SOLID) -> None:
        self.pen(colour, width, style)
        if len(points) == 2:
            self.painter.drawLine(*points)
            return
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawPath(rounded(points, 6))

    def text(
        self,
        rect: QRectF,
        text: str,
        font: QFont,
        colour: str,
        align: Qt.AlignmentFlag = LEFT,
        *,
        halo: str | None = None,
        cut: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
    ) -> QRectF:
        """Text on one line, cut when it is too long; returns where it came to lie."""
        metrics, shown, wide = self.metrics(font), text, self.width(text, font)
        if wide > rect.width() + 0.5:
            shown = metrics.elidedText(text, cut, rect.width() + 0.5)
            wide = metrics.horizontalAdvance(shown)
        x = {LEFT: rect.left(), RIGHT: rect.right() - wide, CENTRE: rect.center().x() - wide / 2}[align]
        lies = QRectF(x, rect.center().y() - metrics.height() / 2, wide, metrics.height())
        if halo and shown:
            self.box(lies.adjusted(-3, 0, 3, 0), halo, None, radius=2)
        self.painter.setFont(font)
        self.painter.setPen(QColor(colour))
        self.painter.drawText(QPointF(x, lies.top() + metrics.ascent()), shown)
        return lies

    def fitting(self, texts: Sequence[str], width: float, font: QFont) -> str:
        """The first of several wordings that fits, else the last."""
        return next((text for text in texts if self.width(text, font) <= width), texts[-1])

    def pill(
        self, right: QPointF, text: str, font: QFont, *, fill: str, colour: str, line: str | None = None
    ) -> QRectF:
        """A label on its own ground, its right edge and middle at a point."""
        high, wide = self.line_height(font) + 4, self.width(text, font) + PILL_SIDES
        rect = QRectF(right.x() - wide, right.y() - high / 2, wide, high)
        self.box(rect, fill, line, radius=3)
        self.text(rect, text, font, colour, CENTRE)
        return rect

    def arrow(self, tip: QPointF, tail: QPointF, colour: str, width: float = 1.2) -> None:
        """Along x or y only."""
        self.line((tail, tip), colour, width)
        dx, dy = tip.x() - tail.x(), tip.y() - tail.y()
        length = max(abs(dx), abs(dy), 0.001)
        ux, uy, head = dx / length, dy / length, 4.0
        for side in (-1, 1):
            wing = QPointF(tip.x() - ux * head - uy * side * head * 0.8, tip.y() - uy * head + ux * side * head * 0.8)
            self.line((wing, tip), colour, width)


def rounded(points: Sequence[QPointF], radius: float) -> QPainterPath:
    """A path through corners, each taken as a small curve."""
    path = QPainterPath(points[0])
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        path.lineTo(_towards(corner, before, radius))
        path.quadTo(corner, _towards(corner, after, radius))
    path.lineTo(points[-1])
    return path


def _towards(start: QPointF, end: QPointF, distance: float) -> QPointF:
    dx, dy = end.x() - start.x(), end.y() - start.y()
    length = max((dx * dx + dy * dy) ** 0.5, 0.001)
    share = min(distance, length / 2) / length
    return QPointF(start.x() + dx * share, start.y() + dy * share)


def brush(colour: str) -> QBrush:
    return QBrush(QColor(colour))
