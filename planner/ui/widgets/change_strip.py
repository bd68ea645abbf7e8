"""What would change: the headline numbers as they would become, and findings that would come and go."""

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from planner.advice.difference import Difference, difference, signed, signed_money
from planner.domain.findings import Finding
from planner.domain.units import show_money, show_w
from planner.evaluate import Report
from planner.ui import theme
from planner.ui.models.part_rows import whole
from planner.ui.widgets.badge import badge
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.page import to_read

NOTHING = "No finding would come or go."
CAPTIONS = ("Speed", "Power at the limits", "VRAM", "Total price")


class ChangeStrip(QFrame):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setAccessibleName("What would change")
        self.title = plain_label("", "muted")
        self.values = {caption: plain_label("–") for caption in CAPTIONS}
        self.changes = {caption: plain_label("", "muted") for caption in CAPTIONS}
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(24)
        row.addLayout(self._numbers())
        row.addWidget(self._findings(), 1)
        self.setFixedHeight(128)

    def _numbers(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(3)
        grid.addWidget(self.title, 0, 0, 1, 3)
        for line, caption in enumerate(CAPTIONS, start=1):
            self.values[caption].setFont(theme.font(bold=True))
            grid.addWidget(plain_label(caption, "muted"), line, 0)
            grid.addWidget(self.values[caption], line, 1)
            grid.addWidget(self.changes[caption], line, 2)
        grid.setColumnMinimumWidth(1, 80)
        grid.setColumnMinimumWidth(2, 90)
        grid.setRowStretch(len(CAPTIONS) + 1, 1)
        return grid

    def _findings(self) -> QScrollArea:
        self._lines: list[QWidget] = []
        page = QWidget()
        page.setObjectName("sheetPage")
        self.list = QVBoxLayout(page)
        self.list.setContentsMargins(0, 0, 0, 0)
        self.list.setSpacing(4)
        self.list.addStretch(1)
        return to_read(page, "Findings that would come and go")

    def clear(self) -> None:
        self.title.setText("Nothing is highlighted")
        for label in (*self.values.values(), *self.changes.values()):
            label.setText("")
        self._fill([], nothing="")

    def show_change(self, name: str, before: Report, after: Report, needs: tuple[str, ...] = ()) -> None:
        """`needs`: what would have to be known to check the rest."""
        change = difference(before, after)
        self.title.setText("With it:" if before.build != after.build else "As it is now:")
        self.setAccessibleDescription(name)
        texts = {
            "Speed": _speed(change),
            "Power at the limits": _power(after, change),
            "VRAM": _vram(after, change),
            "Total price": _price(after, change),
        }
        for caption, (value, moved) in texts.items():
            self.values[caption].setText(value)
            self.changes[caption].setText(moved)
        self._fill([("New" if new else "Gone", finding) for new, finding in change.told], needs)

    def _fill(self, lines: list[tuple[str, Finding]], needs: tuple[str, ...] = (), nothing: str = NOTHING) -> None:
        for widget in self._lines:
            self.list.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._lines = [_line(word, finding) for word, finding in lines]
        if not lines and nothing:
            self._lines = [plain_label(nothing, "muted")]
        self._lines += [plain_label(f"Not checked, need: {need}", "muted", wraps=True) for need in needs]
        for place, widget in enumerate(self._lines):
            self.list.insertWidget(place, widget)

    def findings_shown(self) -> list[str]:
        return [" ".join(label.text() for label in line.findChildren(QLabel)) for line in self._lines]


def _line(word: str, finding: Finding) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(7)
    level = "ok" if word == "Gone" else finding.severity.word
    text = word if word == "Gone" else f"New {finding.severity.title.lower()}"
    row.addWidget(badge(text, level))
    title = plain_label(finding.title, wraps=True)
    title.setToolTip(finding.message)
    row.addWidget(title, 1)
    return line


def _speed(change: Difference) -> tuple[str, str]:
    after = "–" if change.decode_after is None else f"{change.decode_after:.1f} tok/s"
    return after, "" if change.decode_tok_s is None else _moved(change.decode_tok_s, 1)


def _power(after: Report, change: Difference) -> tuple[str, str]:
    power = after.facts.power
    return show_w(power.sustained_w) if power else "–", "" if change.sustained_w is None else _moved(change.sustained_w)


def _vram(after: Report, change: Difference) -> tuple[str, str]:
    return f"{sum(card.vram_gib for card in after.rig.cards):g} GiB", _moved(change.vram_gib)


def _price(after: Report, change: Difference) -> tuple[str, str]:
    cost = after.facts.cost
    moved = (
        "price not known" if change.unpriced else signed_money(change.cents, change.currency) if change.cents else ""
    )
    return show_money(whole(cost.total_cents), cost.currency), moved


def _moved(by: float, digits: int = 0) -> str:
    return signed(by, digits) if abs(by) >= 0.05 else ""
