"""The line above a panel: its name, and what it holds in a few words."""

import re
from functools import lru_cache

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from planner.ui import theme

LONG_WORD = 24
_UNIT = re.compile(r"\b(tok|GB|MT)/(?=s\b)")
_SIGNS = re.compile(r"[,./=_:@-]+(?=.)")


class PanelHeader(QWidget):
    def __init__(self, title: str, note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panelHeader")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title, self._note = plain_label(title, "panelTitle"), Cut(note, "muted")
        self._title.setFont(theme.font(bold=True))
        self.setFixedHeight(QFontMetrics(self._title.font()).height() + 16)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(6)
        row.addWidget(self._title)
        row.addWidget(self._note, 1)

    def set_note(self, note: str) -> None:
        self._note.setText(note)

    def note(self) -> str:
        return self._note.whole


def plain_label(text: str = "", name: str = "", wraps: bool = False) -> QLabel:
    """A label that shows its text as it is: names come from files, and Qt would read them as rich text."""
    label = Wrapped(breakable(text)) if wraps else QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setObjectName(name)
    return label


class Wrapped(QLabel):
    """Breaks its lines, and keeps what it found: one pass of layouts asks a dozen times how high it is at a width."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setWordWrap(True)
        self._heights: dict[int, int] = {}
        self._hints: tuple[QSize, QSize] | None = None
        self._kept_for = ""

    def _fresh(self) -> None:
        if self.text() != self._kept_for:
            self._heights.clear()
            self._hints, self._kept_for = None, self.text()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self._kept_for = ""  # another font or style

    def heightForWidth(self, width: int) -> int:
        self._fresh()
        if width not in self._heights:
            self._heights[width] = super().heightForWidth(width)
        return self._heights[width]

    def _both(self) -> tuple[QSize, QSize]:
        self._fresh()
        if self._hints is None:
            self._hints = super().sizeHint(), super().minimumSizeHint()
        return self._hints

    def sizeHint(self) -> QSize:
        return self._both()[0]

    def minimumSizeHint(self) -> QSize:
        return self._both()[1]


@lru_cache(maxsize=1000)
def breakable(text: str) -> str:
    """Long commands and addresses may be broken after their signs, so that no panel grows for them."""
    broken = " ".join(_SIGNS.sub("\\g<0>\u200b", word) if len(word) > LONG_WORD else word for word in text.split(" "))
    return unbroken(broken)


def unbroken(text: str) -> str:
    """A unit stays in one piece where Qt would break it after its stroke."""
    return _UNIT.sub("\\1/\u2060", text)


class Cut(QLabel):
    """One line that gives way to its neighbours: shortened at its end, whole in the tooltip."""

    def __init__(self, text: str = "", name: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.whole = text
        self._fit()

    def setText(self, text: str) -> None:
        if text != self.whole:
            self.whole = text
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = QFontMetrics(self.font()).elidedText(self.whole, Qt.TextElideMode.ElideRight, self.width())
        if shown != self.text():
            super().setText(shown)
        self.setToolTip(self.whole if shown != self.whole else "")
        self.setAccessibleName(self.whole)
