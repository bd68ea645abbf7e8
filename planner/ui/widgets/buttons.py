"""Buttons beside findings: one that shortens its text where it must, and one that looks like a link."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget


class FixButton(QPushButton):
    """Outlined; a text too long for its place is shortened in the middle, whole in the tooltip."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fix")
        self._whole = text
        self.setText(text)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)  # a button may else not be narrowed

    @property
    def whole(self) -> str:
        return self._whole

    def sizeHint(self) -> QSize:
        extra = super().sizeHint().width() - QFontMetrics(self.font()).horizontalAdvance(self.text())
        width = QFontMetrics(self.font()).horizontalAdvance(self._whole) + extra
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(60, super().minimumSizeHint().height())

    def show_text(self, text: str) -> None:
        if text != self._whole:
            self._whole = text
            self.setAccessibleName(text)
            self._fit()
            self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        measure = QFontMetrics(self.font())
        shown = measure.elidedText(self._whole, Qt.TextElideMode.ElideMiddle, self.width() - 18)
        self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")


def link_button(text: str, name: str = "", tip: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setObjectName("link")
    button.setAccessibleName(name or text)
    button.setToolTip(tip)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button
