"""The line at the foot: what matters most in numbers; each opens how it was worked out."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from planner.analysis.memory import Memory, Refused
from planner.domain.findings import Severity
from planner.domain.units import show_money, show_w
from planner.evaluate import Report
from planner.session.session import Session
from planner.ui import theme
from planner.ui.models.part_rows import whole
from planner.ui.selection import Selection
from planner.ui.widgets.header import plain_label

NAMES = ("errors", "price", "vram", "power", "wall", "speed")


class HeadlineBar(QWidget):
    wanted = Signal(str)
    """One of NAMES: the user asks for its breakdown."""

    def __init__(self, session: Session, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("headline")
        self.setAccessibleName("Headline numbers")
        self.buttons = {name: _Number(name, self.wanted.emit) for name in NAMES}
        self.state = plain_label("", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 1, 12, 1)
        row.setSpacing(2)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.state)
        session.changed.connect(self.render_report)
        session.file_changed.connect(self.render_file)
        self.render_report(session.report)
        self.render_file()

    def render_report(self, report: Report) -> None:
        for name, (strong, rest) in headline_texts(report).items():
            self.buttons[name].show_text(strong, rest)

    def render_file(self) -> None:
        session = self._session
        if not session.saved:
            text = "Not saved"
        elif session.saved_at:
            text = f"Saved {session.saved_at:%H:%M}"
        else:
            text = "Saved" if session.path else "Not saved yet"
        self.state.setText(text)
        self.state.setToolTip(str(session.path) if session.path else "This build has no file yet")


class _Number(QPushButton):
    """Strong figure, muted words."""

    def __init__(self, name: str, wanted: Callable[[str], None]) -> None:
        super().__init__()
        self.setObjectName("headlineNumber")
        self.strong, self.rest = plain_label("", "strong"), plain_label("", "muted")
        self.strong.setFont(theme.font(bold=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(4)
        row.addWidget(self.strong)
        row.addWidget(self.rest)
        self.clicked.connect(lambda: wanted(name))

    def show_text(self, strong: str, rest: str) -> None:
        self.strong.setText(strong)
        self.rest.setText(rest)
        self.strong.setVisible(bool(strong))
        self.setVisible(bool(strong or rest))
        self.setAccessibleName(f"{strong} {rest}".strip())
        row = self.layout()
        assert row is not None
        self.setFixedWidth(row.sizeHint().width())  # a button asks its own text, which is empty, and not its layout


def headline_texts(report: Report) -> dict[str, tuple[str, str]]:
    """Name -> the figure, and the words after it; empty where there is nothing to say."""
    facts = report.facts
    errors = report.count(Severity.ERROR)
    vram = sum(card.vram_gib for card in report.rig.cards)
    power = facts.power
    return {
        "errors": ("" if not errors else str(errors), f"error{'' if errors == 1 else 's'}" if errors else "no errors"),
        "price": _price(report),
        "vram": (f"{vram:g} GiB", "VRAM") if vram else ("", "no GPU"),
        "power": (show_w(power.sustained_w), "at the limits") if power else ("", ""),
        "wall": (show_w(power.wall.sustained_w), "at the wall") if power and power.wall else ("", ""),
        "speed": _speed(report),
    }


def _price(report: Report) -> tuple[str, str]:
    cost = report.facts.cost
    unpriced = len(cost.unpriced)
    if not cost.lines:
        return "", ""
    if unpriced and not cost.total_cents:
        return "", "price not known"
    more = f"total, {unpriced} without a price" if unpriced else "total"
    return show_money(whole(cost.total_cents), cost.currency), more


def _speed(report: Report) -> tuple[str, str]:
    fit, speed = report.facts.memory, report.facts.throughput
    if speed is not None:
        value = speed.decode_tok_s.value
        return (f"{value:,.0f}" if value >= 100 else f"{value:.1f}"), "tok/s"
    if isinstance(fit, Refused):
        return "", "engine refuses this"
    if isinstance(fit, Memory) and not fit.fits:
        return "", "model does not fit"
    return "", "speed not known" if fit is not None else ""
