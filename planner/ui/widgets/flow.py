"""A box that sets its widgets in lines and wraps, like words.

A widget, not a layout: layouts written in Python keep wrappers of items that Qt deletes by itself, which crashed.
"""

from PySide6.QtCore import QEvent, QPoint, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class FlowBox(QWidget):
    def __init__(self, gap: int = 6, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flowing: list[QWidget] = []
        self._gap = gap
        self._heights: dict[int, int] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        widget.setParent(self)
        self._flowing.append(widget)
        self._heights.clear()
        self.updateGeometry()

    def heightForWidth(self, width: int) -> int:
        """Asked for hundreds of times in one pass of layouts, so it is kept until a widget in it changes."""
        if width not in self._heights:
            self._heights[width] = self._arrange(width, move=False)
        return self._heights[width]

    def sizeHint(self) -> QSize:
        hints = [widget.sizeHint() for widget in self._flowing]
        width = sum(hint.width() for hint in hints) + self._gap * max(0, len(hints) - 1)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSizeHint(self) -> QSize:
        hints = [widget.minimumSizeHint() for widget in self._flowing]
        return QSize(max((h.width() for h in hints), default=0), max((h.height() for h in hints), default=0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(self.width(), move=True)

    def event(self, event: QEvent) -> bool:
        """A widget in it wants another size."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._heights.clear()
            self.updateGeometry()
            self._arrange(self.width(), move=True)
        return super().event(event)

    def _arrange(self, width: int, move: bool) -> int:
        """Set the widgets line by line, each in the middle of its line's height; returns the height they took."""
        y = 0
        for line in self._lines(width):
            tall = max(size.height() for _, size in line)
            x = 0
            for widget, size in line:
                if move:
                    widget.setGeometry(QRect(QPoint(x, y + (tall - size.height()) // 2), size))
                x += size.width() + self._gap
            y += tall + self._gap
        return max(0, y - self._gap)

    def _lines(self, width: int) -> list[list[tuple[QWidget, QSize]]]:
        lines: list[list[tuple[QWidget, QSize]]] = []
        left = -1
        for widget in self._flowing:
            size = widget.sizeHint()
            if size.width() > width > 0:
                size = QSize(width, widget.heightForWidth(width) if widget.hasHeightForWidth() else size.height())
            if left < size.width() or not lines:
                lines.append([])
                left = width
            lines[-1].append((widget, size))
            left -= size.width() + self._gap
        return lines
