"""One finding: what is wrong, why it matters, and ways out that can be pressed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from planner.advice.difference import Difference, headline
from planner.domain.findings import Finding, Fix, Severity
from planner.ui import theme
from planner.ui.widgets.badge import badge
from planner.ui.widgets.buttons import FixButton, link_button
from planner.ui.widgets.flow import FlowBox
from planner.ui.widgets.header import OneLine, breakable, plain_label


@dataclass(frozen=True, slots=True)
class Handlers:
    """What the buttons of a finding call."""

    fix: Callable[[Finding, Fix], None]
    steps: Callable[[Finding], None]
    accept: Callable[[Finding], None]
    withdraw: Callable[[Finding], None]
    rule: Callable[[str], None]


class FindingCard(QFrame):
    chosen = Signal(tuple)
    """The keys of the parts it names."""

    def __init__(self, finding: Finding, handlers: Handlers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding, self._handlers = finding, handlers
        self.setObjectName("finding")
        self.setProperty("marked", False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.buttons: list[FixButton] = []
        self.costs: list[QLabel] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 9, 12, 10)
        column.setSpacing(4)
        column.addLayout(self._head())
        self._message = plain_label(finding.message, "message", wraps=True)
        column.addWidget(self._message)
        self.more = [plain_label(text, "muted", wraps=True) for text in self._small_print()]
        for label in self.more:
            column.addWidget(label)
        if finding.accepted is None:
            for place in range(len(finding.fixes)):
                column.addWidget(self._fix_line(place))
        column.addWidget(self._links())
        self._name()
        self.open(False)

    def _name(self) -> None:
        finding = self.finding
        self.setAccessibleName(f"{finding.severity.title}: {finding.title}. {finding.message}")
        self.setAccessibleDescription(finding.consequence)

    def _head(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(7)
        title = plain_label(self.finding.title, "findingTitle", wraps=True)
        title.setFont(theme.font(bold=True))
        word = "Accepted" if self.finding.accepted else self.finding.severity.title
        level = "info" if self.finding.accepted else self.finding.severity.word
        line.addWidget(badge(word, level), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(title, 1)
        return line

    def _small_print(self) -> list[str]:
        finding = self.finding
        if finding.accepted:
            return [f"Accepted on {finding.accepted.on:%d %b %Y}: {finding.accepted.reason}"]
        texts = [finding.consequence]
        if finding.capped:
            texts.append(f"Not an error, because it {_because(finding.capped)}.")
        return [text for text in texts if text]

    def _fix_line(self, place: int) -> FlowBox:
        line = FlowBox(gap=8)
        button = FixButton(self.finding.fixes[place].label)
        button.clicked.connect(lambda: self._handlers.fix(self.finding, self.finding.fixes[place]))
        cost = OneLine("muted")
        self.buttons.append(button)
        self.costs.append(cost)
        line.add(button)
        line.add(cost)
        return line

    def _links(self) -> FlowBox:
        finding, calls = self.finding, self._handlers
        line = FlowBox(gap=10)
        entries = [("Show the sum", calls.steps)] if finding.steps else []
        entries.append(("Withdraw acceptance", calls.withdraw) if finding.accepted else ("Accept…", calls.accept))
        entries.append((finding.rule, lambda finding: calls.rule(finding.rule)))
        for text, call in entries:
            button = link_button(text, f"{text}: {finding.title}", _tip(text, finding))
            button.clicked.connect(partial(self._call, call))
            line.add(button)
        return line

    def _call(self, call: Callable[[Finding], None]) -> None:
        call(self.finding)

    # What it is told

    def renew(self, finding: Finding) -> None:
        """The same finding of a newer report, with its figures and its fixes; see `shape`."""
        self.finding = finding
        self._message.setText(breakable(finding.message))
        for label, text in zip(self.more, self._small_print(), strict=True):
            label.setText(breakable(text))
        for button, fix in zip(self.buttons, finding.fixes, strict=False):
            button.show_text(fix.label)
        self._name()

    def show_cost(self, place: int, change: Difference) -> None:
        """Beside the fix: money and speed, and new errors if it brings any."""
        words = headline(change)
        errors = change.gained_at(Severity.ERROR)
        if errors:
            words += f" · brings {errors} new error{'s' if errors > 1 else ''}"
        self.costs[place].setText(words)
        self.costs[place].setToolTip("\n".join(f"New: {finding.title}" for finding in change.gained))

    def open(self, opened: bool) -> None:
        """Why it matters is said of errors always, of the rest when one turns to them."""
        opened = opened or self.finding.severity == Severity.ERROR or self.finding.accepted is not None
        for label in self.more:
            label.setVisible(opened)

    def mark(self, marked: bool) -> None:
        if self.property("marked") != marked:
            self.setProperty("marked", marked)
            self.style().unpolish(self)
            self.style().polish(self)

    # What the user does

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.open(True)
        self.chosen.emit(self.finding.parts)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.open(True)
            self.chosen.emit(self.finding.parts)


def _because(capped: str) -> str:
    return capped if capped.startswith("rests") else f"rests on a figure of low trust: {capped}"


def _tip(text: str, finding: Finding) -> str:
    if text == finding.rule:
        return "About this rule: why, and who says so"
    return "Keep it, with a reason that is saved and printed" if text.startswith("Accept") else ""


def shape(finding: Finding) -> tuple[object, ...]:
    """Findings of one shape can be shown by the same card, one after the other: only its texts change."""
    f = finding
    return f.key, f.severity, f.title, len(f.fixes), bool(f.steps), f.accepted, bool(f.consequence), bool(f.capped)
