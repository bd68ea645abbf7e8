"""A group of fields, each with its name before it and a plain explanation below it; and the number fields of forms."""

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QGridLayout, QGroupBox, QLabel, QSpinBox, QWidget

from planner.ui.widgets.header import plain_label
from planner.ui.widgets.token_spin import indent

Row = tuple[str, QWidget, str]
"""Name with & before its letter, field, explanation (empty: none)."""


class ExplainedForm(QGroupBox):
    def __init__(self, title: str, rows: Sequence[Row], parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 8, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        for at, row in enumerate(rows):
            self._add(3 * at, *row)

    def _add(self, line: int, text: str, field: QWidget, explains: str) -> None:
        plain = text.replace("&", "")
        field.setAccessibleName(plain)
        field.setAccessibleDescription(explains)
        if isinstance(field, QCheckBox):
            field.setText(text)
        elif text:
            label = QLabel(text)
            label.setBuddy(field)
            self._grid.addWidget(label, line, 0)
        self._grid.addWidget(field, line, 1)
        if explains:
            self._grid.addWidget(plain_label(explains, "muted", wraps=True), line + 1, 1)
        self._grid.setRowMinimumHeight(line + 2, 6)


def whole_field(least: int, most: int, unit: str, step: int, none: str = "") -> QSpinBox:
    """`none` is shown instead of the least number, which then means that there is no such thing."""
    spin = QSpinBox()
    spin.setRange(least, most)
    spin.setSuffix(unit)
    spin.setSingleStep(step)
    spin.setSpecialValueText(none)
    spin.setGroupSeparatorShown(True)
    spin.setKeyboardTracking(False)
    indent(spin)
    return spin


def number_field(
    least: float, most: float, unit: str, step: float, *, decimals: int = 1, none: str = ""
) -> QDoubleSpinBox:
    spin = QDoubleSpinBox()
    spin.setRange(least, most)
    spin.setDecimals(decimals)
    spin.setSuffix(unit)
    spin.setSingleStep(step)
    spin.setSpecialValueText(none)
    spin.setKeyboardTracking(False)
    indent(spin)
    return spin
