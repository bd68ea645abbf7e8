"""The rules: what each looks at, why it matters, what to do, and who says so."""

from collections.abc import Iterator
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from planner.evaluate import Report
from planner.rules import RULES
from planner.rules.rule import AnyRule
from planner.ui import theme
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.page import to_read
from planner.ui.widgets.sheet import Sheet, source_label

CODE = Qt.ItemDataRole.UserRole


class RulePages(Sheet):
    """A list of all rules, and the page of one."""

    def __init__(self, report: Report, code: str = "", parent: QWidget | None = None) -> None:
        super().__init__("Rules", parent)
        self._report = report
        self.resize(900, 560)
        self.search = QLineEdit(placeholderText="Find a rule")
        self.search.setAccessibleName("Find a rule")
        self.search.setClearButtonEnabled(True)
        self.search.textEdited.connect(self._filter)
        self.list = QListWidget()
        self.list.setAccessibleName("Rules")
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentItemChanged.connect(self._show)
        self.page = to_read(QWidget(), "About the rule")
        left = QVBoxLayout()
        left.addWidget(self.search)
        left.addWidget(self.list)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addLayout(left, 2)
        both.addWidget(self.page, 3)
        self.column.addLayout(both)
        self.buttons = self.add_close()
        self._fill()
        self.show_rule(code or (RULES[0].code if RULES else ""))

    def show_rule(self, code: str) -> None:
        for n in range(self.list.count()):
            if self.list.item(n).data(CODE) == code:
                self.list.setCurrentRow(n)

    def _fill(self) -> None:
        for rule in RULES:
            item = QListWidgetItem(f"{rule.code}  {rule.title}")
            item.setData(CODE, rule.code)
            item.setToolTip(f"{rule.area}: {escape(rule.title)}")
            self.list.addItem(item)

    def _filter(self, text: str) -> None:
        words = text.lower().split()
        for n in range(self.list.count()):
            rule = _rule(self.list.item(n).data(CODE))
            whole = f"{rule.code} {rule.title} {rule.area} {rule.why}".lower() if rule else ""
            self.list.item(n).setHidden(not all(word in whole for word in words))

    def _show(self, item: QListWidgetItem | None) -> None:
        rule = _rule(item.data(CODE)) if item else None
        if rule is not None:
            page = _page(rule, self._report)
            self.page.setWidget(page)
            self._order(page)

    def _order(self, page: QWidget) -> None:
        """Tab goes through the links of a new page before it comes to the button."""
        before: QWidget = self.page
        for label in page.findChildren(QLabel):
            if label.focusPolicy() & Qt.FocusPolicy.TabFocus:
                QWidget.setTabOrder(before, label)
                before = label
        QWidget.setTabOrder(before, self.buttons.button(QDialogButtonBox.StandardButton.Close))


def _rule(code: str) -> AnyRule | None:
    return next((rule for rule in RULES if rule.code == code), None)


def _page(rule: AnyRule, report: Report) -> QWidget:
    page = QWidget()
    page.setObjectName("sheetPage")
    column = QVBoxLayout(page)
    column.setContentsMargins(4, 0, 12, 0)
    column.setSpacing(4)
    title = plain_label(rule.title, "dialogTitle", wraps=True)
    title.setFont(theme.font(3, bold=True))
    column.addWidget(plain_label(f"{rule.code} · {rule.area}", "muted"))
    column.addWidget(title)
    for heading, text in _paragraphs(rule, report):
        head = plain_label(heading)
        head.setFont(theme.font(bold=True))
        column.addSpacing(8)
        column.addWidget(head)
        column.addWidget(plain_label(text, wraps=True))
    if rule.sources:
        column.addSpacing(8)
        head = plain_label("Sources")
        head.setFont(theme.font(bold=True))
        column.addWidget(head)
    for source in rule.sources:
        column.addWidget(source_label(source))
    column.addStretch(1)
    return page


def _paragraphs(rule: AnyRule, report: Report) -> Iterator[tuple[str, str]]:
    yield "In this build", _standing(rule, report)
    yield "Why it matters", rule.why
    yield "What to do", rule.fix
    yield "Needs to know", rule.needs


def _standing(rule: AnyRule, report: Report) -> str:
    found = [finding for finding in report.findings if finding.rule == rule.code or rule.code in finding.also]
    if found:
        return "\n".join(f"{finding.severity.title}: {finding.message}" for finding in found)
    lacking = next((n for n in report.not_checked if n.rule == rule.code), None)
    if lacking:
        return "Not checked; needs " + "; ".join(lacking.needs)
    return "Switched off in the preferences." if rule.code in report.off else "Checked: not so here."
