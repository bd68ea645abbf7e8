"""A count of tokens: shown as 8K, typed as 8192, 8k or 8K; the arrows double and halve."""

import re

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QSpinBox, QWidget

from planner.domain.units import show_tokens

_TYPED = re.compile(r"\s*([\d,]+(?:\.\d+)?)\s*([kKmM]?)\s*$")


class TokenSpin(QSpinBox):
    def __init__(self, least: int, most: int = 2**24, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(least, most)
        self.setKeyboardTracking(False)
        indent(self)

    def textFromValue(self, value: int) -> str:
        return show_tokens(value)

    def valueFromText(self, text: str) -> int:
        return parsed(text) or self.value()

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        state = QValidator.State
        if not text.strip():
            return state.Intermediate, text, position
        value = parsed(text)
        if value is None:
            return state.Invalid, text, position
        fine = self.minimum() <= value <= self.maximum()
        return (state.Acceptable if fine else state.Intermediate), text, position

    def stepBy(self, steps: int) -> None:
        value = self.value()
        for _ in range(abs(steps)):
            value = _next_power(value) if steps > 0 else _last_power(value)
        self.setValue(value)


def indent(spin: QAbstractSpinBox) -> None:
    """As far from the edge as the texts of the other fields; the style sheet does not reach in here."""
    spin.lineEdit().setTextMargins(4, 0, 0, 0)


def parsed(text: str) -> int | None:
    """8K -> 8192; None for what is no count."""
    match = _TYPED.match(text)
    if match is None:
        return None
    factor = {"": 1, "k": 1024, "m": 1024 * 1024}[match[2].lower()]
    return int(float(match[1].replace(",", "")) * factor)


def _next_power(value: int) -> int:
    """The next power of two above."""
    return 1 << value.bit_length()


def _last_power(value: int) -> int:
    return max(1, 1 << ((value - 1).bit_length() - 1)) if value > 1 else 1
