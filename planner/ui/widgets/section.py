"""A heading with a count that opens and closes what is below it.

It remembers its widgets itself. Asking a layout for its items makes wrappers that outlive what Qt deletes, and the
next widget at the same address is then taken for a dead one: a crash.
"""

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

W = TypeVar("W", bound=QWidget)


class Section(QWidget):
    def __init__(self, title: str, opened: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self.button = QToolButton()
        self.button.setObjectName("section")
        self.button.setCheckable(True)
        self.button.setChecked(opened)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.clicked.connect(self.open)
        self.body = QWidget()
        self.widgets: list[QWidget] = []
        self._kept: list[QWidget] = []
        self.content = QVBoxLayout(self.body)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(0)
        self.body.setVisible(opened)
        self.column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.button)
        column.addWidget(self.body)
        self.set_count(0)

    def children_of(self, kind: type[W]) -> list[W]:
        """The shown and the kept ones, in the order in which they were put in."""
        return [widget for widget in (*self.widgets, *self._kept) if isinstance(widget, kind)]

    def show_widgets(self, wanted: Sequence[QWidget], keep: bool = False) -> None:
        """These, in this order; those that stay in their place are not touched. With `keep` the others are hidden
        for use later on, not deleted."""
        for widget in [widget for widget in self.widgets if widget not in wanted]:
            self.widgets.remove(widget)
            self.content.removeWidget(widget)
            widget.hide()
            if keep:
                self._kept.append(widget)
            else:
                widget.deleteLater()
        for place, widget in enumerate(wanted):
            if place >= len(self.widgets) or self.widgets[place] is not widget:
                if widget in self.widgets:
                    self.widgets.remove(widget)
                self.widgets.insert(place, widget)
                self.content.insertWidget(place, widget)
                if widget in self._kept:
                    self._kept.remove(widget)
                    widget.show()

    def open(self, opened: bool = True) -> None:
        self.button.setChecked(opened)
        self.button.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        self.body.setVisible(opened)

    def set_count(self, count: int) -> None:
        self.button.setText(f"{self._title}  {count}")
        self.button.setAccessibleName(f"{self._title}: {count}")
        self.setVisible(count > 0)
        self.open(self.button.isChecked())
