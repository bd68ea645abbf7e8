"""One finding: what is wrong, why it matters, and ways out that can be pressed."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from planner.advice.difference import Difference, headline
from planner.domain.findings import Finding, Fix, Severity
from planner.ui import theme
from planner.ui.widgets.badge import badge
from planner.ui.widgets.buttons import FixButton, link_button
from planner.ui.widgets.header import breakable, plain_label


@dataclass(frozen=True, slots=True)
class Handlers:
    """What the buttons of a finding call."""

    fix: Callable[[Finding, Fix], None]
    steps: Callable[[Finding], None]
    accept: Callable[[Finding], None]
    withdraw: Callable[[Finding], None]
    rule: Callable[[str], None]


class FindingCard(QFrame):
    """Shows one finding after the other: making its widgets takes longer than giving them other texts."""

    chosen = Signal(tuple)
    """The keys of the parts it names."""

    def __init__(self, finding: Finding, handlers: Handlers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding, self._handlers = finding, handlers
        self.setObjectName("finding")
        self.setProperty("marked", False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.buttons: list[FixButton] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 9, 12, 8)
        column.setSpacing(4)
        self._badge, self._title = badge("", "info"), plain_label("", "findingTitle", wraps=True)
        self._title.setFont(theme.font(bold=True))
        head = QHBoxLayout()
        head.setSpacing(7)
        head.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._title, 1)
        column.addLayout(head)
        self._message, self._more = plain_label("", "message", wraps=True), plain_label("", "muted", wraps=True)
        column.addWidget(self._message)
        column.addWidget(self._more)
        self._ways = QVBoxLayout()
        self._ways.setContentsMargins(0, 3, 0, 1)
        self._ways.setSpacing(5)
        column.addLayout(self._ways)
        column.addLayout(self._links())
        self.renew(finding)

    def _links(self) -> QHBoxLayout:
        self._sum, self._rule = link_button("Show the sum"), link_button("")
        self._accept, self._withdraw = link_button("Accept…"), link_button("Withdraw acceptance")
        self._accept.setToolTip("Keep it, with a reason that is saved and printed")
        self._rule.setToolTip("About this rule: why, and who says so")
        self._sum.clicked.connect(lambda: self._handlers.steps(self.finding))
        self._accept.clicked.connect(lambda: self._handlers.accept(self.finding))
        self._withdraw.clicked.connect(lambda: self._handlers.withdraw(self.finding))
        self._rule.clicked.connect(lambda: self._handlers.rule(self.finding.rule))
        line = QHBoxLayout()
        line.setSpacing(12)
        for button in (self._sum, self._accept, self._withdraw, self._rule):
            line.addWidget(button)
        line.addStretch(1)
        return line

    # What it is told

    def renew(self, finding: Finding) -> None:
        """Another finding, or the same one with newer figures. Ways out of the same finding stay until `show_fixes`
        brings the new ones: they are worked out later, for that takes longer than all the rest."""
        if finding == self.finding and self._rule.text():
            self.finding = finding  # its ways out are of the newer build
            return
        other = finding.key != self.finding.key or finding.accepted != self.finding.accepted
        self.finding = finding
        done = finding.accepted is not None
        self._head("Accepted" if done else finding.severity.title, "info" if done else finding.severity.word)
        _put(self._message, finding.message)
        _put(self._more, _small_print(finding))
        self._sum.setVisible(bool(finding.steps))
        self._accept.setVisible(not done)
        self._withdraw.setVisible(done)
        if other or not self._rule.text():
            self._rule.setText(finding.rule)
            for button in (self._sum, self._accept, self._withdraw, self._rule):
                button.setAccessibleName(f"{button.text()}: {finding.title}")
            self.show_fixes(())
            self.open(False)
        self.setAccessibleName(f"{finding.severity.title}: {finding.title}. {finding.message}")
        self.setAccessibleDescription(finding.consequence)

    def _head(self, word: str, level: str) -> None:
        _put(self._title, self.finding.title)
        if self._badge.text() != word:
            self._badge.setText(word)
            self._badge.setProperty("level", level)
            self._badge.style().polish(self._badge)

    def show_fixes(self, fixes: tuple[Fix, ...]) -> None:
        for fix in fixes[len(self.buttons) :]:
            button = FixButton(fix.label)
            button.clicked.connect(lambda _=False, button=button: self._press(button))
            self.buttons.append(button)
            self._ways.addWidget(button)
        for button, fix in zip(self.buttons, fixes, strict=False):
            button.show_text(fix.label)
        for place, button in enumerate(self.buttons):
            if button.isHidden() is (place < len(fixes)):
                button.setVisible(place < len(fixes))

    def show_cost(self, place: int, change: Difference) -> None:
        """Below the fix: money and speed, and new errors if it brings any."""
        words = headline(change)
        errors = change.gained_at(Severity.ERROR)
        if errors:
            words += f" · brings {errors} new error{'s' if errors > 1 else ''}"
        self.buttons[place].show_cost(words, "\n".join(f"New: {finding.title}" for finding in change.gained))

    def open(self, opened: bool) -> None:
        """Why it matters is said of errors always, of the rest when one turns to them."""
        opened = opened or self.finding.severity == Severity.ERROR or self.finding.accepted is not None
        self._more.setVisible(opened and bool(self._more.text()))

    def mark(self, marked: bool) -> None:
        if self.property("marked") != marked:
            self.setProperty("marked", marked)
            self.style().polish(self)

    # What the user does

    def _press(self, button: FixButton) -> None:
        """The way out of that name, as it is now: the button may be of a moment ago."""
        fix = next((fix for fix in self.finding.fixes if fix.label == button.whole), None)
        if fix is not None:
            self._handlers.fix(self.finding, fix)

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


def _put(label: QLabel, text: str) -> None:
    shown = breakable(text)
    if label.text() != shown:
        label.setText(shown)


def _small_print(finding: Finding) -> str:
    if finding.accepted:
        return f"Accepted on {finding.accepted.on:%d %b %Y}: {finding.accepted.reason}"
    because = f"Not an error, because it {_because(finding.capped)}." if finding.capped else ""
    return "\n".join(text for text in (finding.consequence, because) if text)


def _because(capped: str) -> str:
    return capped if capped.startswith("rests") else f"rests on a figure of low trust: {capped}"
