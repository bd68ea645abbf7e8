"""In place of a list that came out empty: why, and what can be taken back, each with what it would bring."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from planner.advice.browsing import Way
from planner.ui.widgets.flow import FlowBox
from planner.ui.widgets.header import plain_label


class EmptyList(QFrame):
    wanted = Signal(str)
    """What is to be taken back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.why = plain_label("", wraps=True)
        self.buttons: list[QPushButton] = []
        self._line: FlowBox | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(20, 20, 20, 20)
        self._column.setSpacing(12)
        self._column.addWidget(self.why)
        self._column.addStretch(1)
        self._said: tuple[str, tuple[Way, ...]] | None = None

    def say(self, why: str, ways: Sequence[Way]) -> None:
        if self._said == (why, tuple(ways)):
            return
        self._said = (why, tuple(ways))
        self.why.setText(why)
        if self._line is not None:
            self._column.removeWidget(self._line)
            self._line.hide()
            self._line.deleteLater()
        self._line = FlowBox(gap=8)
        self.buttons = [self._button(way) for way in ways]
        for button in self.buttons:
            self._line.add(button)
        self._column.insertWidget(1, self._line)

    def _button(self, way: Way) -> QPushButton:
        parts = "1 part" if way.count == 1 else f"{way.count} parts"
        button = QPushButton(f"{way.text} ({parts})")
        button.setObjectName("fix")
        button.setAutoDefault(False)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda: self.wanted.emit(way.what))
        return button
