"""The words of the speed chart: names left of the bars, figures and reasons beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem

from planner.ui import theme
from planner.ui.charts.speed_rows import SpeedRow
from planner.ui.drawing.ink import lettering

ROW = 23
LABELS, MOST_LABELS = 190, 280
"""Room for names, in pixels: as a rule, and for the longest ones."""
NOTE = 110
"""Pixels of a note that a bar leaves at least."""
USES_EXPOSED = QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption
"""Paints only the rows in sight."""
BESIDE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


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
        longest = max((text_width(row.label, row.own) for row in rows), default=0.0)
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
                shown = shortened(row.label, row.own, self.room - 14, Qt.TextElideMode.ElideMiddle)
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
    def least(self) -> float:
        """Pixels that the scale leaves: the note gives way where there is no more, and is whole in the tooltip."""
        note = min(text_width(f" {self.note}", bold=False), NOTE) if self.note else 0.0
        return text_width(self.said, self.bold) + note

    @property
    def width(self) -> float:
        return text_width(self.said, self.bold) + (text_width(f" {self.note}", bold=False) if self.note else 0.0)


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
                    beside = line.adjusted(text_width(label.said, label.bold), 0, 0, 0)
                    room = int(self._view.rect().right() - beside.left())
                    note = shortened(f" {label.note}", False, room, Qt.TextElideMode.ElideRight)
                    painter.drawText(beside, BESIDE, note)


def label_of(row: SpeedRow) -> Label:
    palette = theme.current()
    if row.speed is None:
        return Label(row.said, palette.error if row.wrong else palette.muted)
    return Label(row.said, palette.text, row.own, row.note if row.own else "")


@lru_cache(maxsize=2000)
def text_width(text: str, bold: bool) -> float:
    return QFontMetricsF(lettering(12, bold)).horizontalAdvance(text)


@lru_cache(maxsize=2000)
def shortened(text: str, bold: bool, width: int, where: Qt.TextElideMode) -> str:
    return QFontMetricsF(lettering(12, bold)).elidedText(text, where, width)
