"""A severity as a filled word."""

from PySide6.QtWidgets import QLabel, QWidget

from planner.ui.widgets.header import plain_label


def badge(word: str, level: str, parent: QWidget | None = None) -> QLabel:
    """`level`: error, warning, info or ok; the style sheet gives it its colour."""
    label = plain_label(word, "badge")
    label.setProperty("level", level)
    label.setParent(parent)
    return label
