"""The line above a panel: its name, and what it holds in a few words."""

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from planner.ui import theme

LONG_WORD = 24
_SIGNS = re.compile(r"[,./=_:@-]+(?=.)")


class PanelHeader(QWidget):
    def __init__(self, title: str, note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panelHeader")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title, self._note = plain_label(title, "panelTitle"), plain_label(note, "muted")
        self._title.setFont(theme.font(bold=True))
        self.setFixedHeight(QFontMetrics(self._title.font()).height() + 16)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(6)
        row.addWidget(self._title)
        row.addWidget(self._note, 1)

    def set_note(self, note: str) -> None:
        self._note.setText(note)
        self._note.setToolTip(note)

    def note(self) -> str:
        return self._note.text()


def plain_label(text: str = "", name: str = "", wraps: bool = False) -> QLabel:
    """A label that shows its text as it is: names come from files, and Qt would read them as rich text."""
    label = QLabel(breakable(text) if wraps else text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setObjectName(name)
    label.setWordWrap(wraps)
    return label


def breakable(text: str) -> str:
    """Long commands and addresses may be broken after their signs, so that no panel grows for them."""
    return " ".join(_SIGNS.sub("\\g<0>\u200b", word) if len(word) > LONG_WORD else word for word in text.split(" "))


class OneLine(QLabel):
    """Asks for one line, and takes more where it gets less room than that."""

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setObjectName(name)
        self.setWordWrap(True)

    def sizeHint(self) -> QSize:
        measure = QFontMetrics(self.font())
        return QSize(measure.horizontalAdvance(self.text()) + 4, measure.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(40, QFontMetrics(self.font()).height())
