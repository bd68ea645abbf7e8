"""What the rules say: errors, warnings and notes with ways out; then what was accepted, passed and not checked."""

from collections.abc import Iterator

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from planner.advice.fix_cost import cost_with
from planner.domain import edits
from planner.domain.findings import Finding, Fix, NotChecked, Severity
from planner.evaluate import Report
from planner.rules import RULES
from planner.session.session import Session
from planner.ui.selection import Selection
from planner.ui.widgets.buttons import link_button
from planner.ui.widgets.finding_card import FindingCard, Handlers, shape
from planner.ui.widgets.header import PanelHeader, plain_label
from planner.ui.widgets.section import Section

GROUPS = ((Severity.ERROR, "Errors"), (Severity.WARNING, "Warnings"), (Severity.INFO, "Notes"))


class FindingsPanel(QWidget):
    steps_wanted = Signal(object)
    accept_wanted = Signal(object)
    """Carry the Finding."""
    rule_wanted = Signal(str)
    """Carries the rule's code."""

    def __init__(self, session: Session, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._selection = session, selection
        self._handlers = Handlers(
            self._apply, self.steps_wanted.emit, self.accept_wanted.emit, self._withdraw, self.rule_wanted.emit
        )
        self.cards: dict[str, FindingCard] = {}
        self._pricing = QTimer(self, interval=0)
        self._pricing.timeout.connect(self._price_next)
        self._unpriced: Iterator[tuple[FindingCard, int]] = iter(())
        self._build()
        selection.changed.connect(self._highlight)
        session.changed.connect(self.render_report)
        self.render_report(session.report)

    def _build(self) -> None:
        self.header = PanelHeader("Findings")
        self.groups = {severity: Section(title) for severity, title in GROUPS}
        self.accepted = Section("Accepted", opened=False)
        self.passed, self.unchecked = Section("Passed", opened=False), Section("Not checked", opened=False)
        self.nothing = plain_label("", "allGood", wraps=True)
        page = QWidget()
        page.setObjectName("findingsPage")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for piece in (self.nothing, *self.groups.values(), self.accepted, self.unchecked, self.passed):
            column.addWidget(piece)
        column.addStretch(1)
        for section in (self.passed, self.unchecked):
            section.button.clicked.connect(self._fill_lists)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.header)
        outer.addWidget(self.area)

    # session → view

    def render_report(self, report: Report) -> None:
        self.header.set_note(counted(report))
        old, self.cards = self.cards, {}
        for severity, section in self.groups.items():
            self._fill(section, [f for f in report.open_findings if f.severity == severity], old)
        self._fill(self.accepted, [f for f in report.findings if f.accepted], old)
        self.passed.set_count(len(report.passed))
        self.unchecked.set_count(len(report.not_checked))
        self._fill_lists()
        self._say_when_all_is_well(report)
        self._highlight(self._selection.keys)
        self._unpriced = iter([(card, n) for card in self.cards.values() for n in range(len(card.costs))])
        self._pricing.start(60)  # after this change is painted

    def _fill(self, section: Section, findings: list[Finding], old: dict[str, FindingCard]) -> None:
        """A card stays with its finding for as long as that keeps its shape; the others are made anew."""
        cards: list[QWidget] = []
        for finding in findings:
            card = old.get(finding.key)
            if card is not None and card in section.widgets and shape(card.finding) == shape(finding):
                card.renew(finding)
            else:
                card = FindingCard(finding, self._handlers)
                card.chosen.connect(self._selection.select)
            self.cards[finding.key] = card
            cards.append(card)
        section.show_widgets(cards)
        section.set_count(len(findings))

    def _fill_lists(self) -> None:
        report = self._session.report
        if self.passed.button.isChecked():
            titles = {rule.code: rule.title for rule in RULES}
            lines = [self._rule_line(code, titles.get(code, code)) for code in report.passed]
            self.passed.show_widgets([_note("Checked, and not so here:"), *lines])
        if self.unchecked.button.isChecked():
            pairs = [(self._rule_line(rule.rule, rule.title), _note(_needs(rule), True)) for rule in report.not_checked]
            self.unchecked.show_widgets([widget for pair in pairs for widget in pair])

    def _rule_line(self, code: str, title: str) -> QWidget:
        button = link_button(f"{code}  {title}", f"About rule {code}: {title}")
        button.setObjectName("ruleLine")
        button.clicked.connect(lambda: self.rule_wanted.emit(code))
        return button

    def _say_when_all_is_well(self, report: Report) -> None:
        well = not any(report.count(severity) for severity, _ in GROUPS)
        self.nothing.setVisible(well)
        if not report.build.keys() and report.build.parts.board is None:
            self.nothing.setText("Choose parts on the left; what does not go together will be named here.")
        else:
            unchecked = f" {len(report.not_checked)} could not be." if report.not_checked else ""
            self.nothing.setText(f"Nothing found. {len(report.passed)} rules were checked.{unchecked}")

    def _highlight(self, keys: tuple[str, ...]) -> None:
        for card in self.cards.values():
            card.mark(bool(set(keys) & set(card.finding.parts)))

    def current(self) -> Finding | None:
        """The open finding that has the focus, else the first one that is highlighted."""
        cards = [card for card in self.cards.values() if card.finding.accepted is None]
        focused = [card for card in cards if card.hasFocus() or card.isAncestorOf(self.focusWidget() or self)]
        marked = [card for card in cards if card.property("marked")]
        return next((card.finding for card in (*focused, *marked)), None)

    def focus_first(self) -> None:
        if card := next(iter(self.cards.values()), None):
            card.setFocus(Qt.FocusReason.TabFocusReason)
            self.area.ensureWidgetVisible(card)

    # user → session

    def _apply(self, finding: Finding, fix: Fix) -> None:
        self._session.edit(fix.label, fix.edit(self._session.build))

    def _withdraw(self, finding: Finding) -> None:
        self._session.edit(
            f"Withdraw acceptance of {finding.title}", edits.withdraw_acceptance(self._session.build, finding.key)
        )

    # what fixes cost, one at a time while nothing else is to be done

    def _price_next(self) -> None:
        self._pricing.setInterval(0)
        card, place = next(self._unpriced, (None, 0))
        if card is None:
            self._pricing.stop()
            return
        change = cost_with(card.finding.fixes[place], self._session.report, self._session.preview)
        card.show_cost(place, change)


def counted(report: Report) -> str:
    """2 errors, 3 warnings, 4 notes."""
    words = ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "note"))
    counts = [(report.count(severity), word) for severity, word in words]
    said = ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in counts if n)
    return f"— {said}" if said else "— none"


def _needs(rule: NotChecked) -> str:
    return "needs " + "; ".join(rule.needs)


def _note(text: str, indent: bool = False) -> QWidget:
    label = plain_label(text, "muted", wraps=True)
    label.setContentsMargins(28 if indent else 12, 0 if indent else 4, 12, 6 if indent else 4)
    return label
