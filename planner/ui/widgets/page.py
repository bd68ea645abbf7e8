"""The ground of a result tab, and a column that scrolls when there is more than fits."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


def result_page(page: QWidget) -> None:
    """The ground all tabs share."""
    page.setObjectName("resultPage")
    page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


def scrolled(widget: QWidget) -> QScrollArea:
    """For more rows than there is room: eight cards in a low window."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    area.viewport().setAutoFillBackground(False)
    widget.setAutoFillBackground(False)
    return area


def to_read(page: QWidget, name: str) -> QScrollArea:
    """Words that may be longer than their place: Tab reaches them, and the arrow keys move them."""
    area = QScrollArea()
    area.setObjectName("toRead")
    area.setAccessibleName(name)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.StyledPanel)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    return area
