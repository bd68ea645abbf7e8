"""What the rules say: errors, warnings and notes with ways out; then what was accepted, passed and not checked."""

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from planner.advice.fix_cost import cost_with
from planner.domain import edits
from planner.domain.findings import Finding, Fix, NotChecked, Severity
from planner.evaluate import Report
from planner.rules import RULES
from planner.session.session import Session
from planner.ui.charts.steadily import Steadily
from planner.ui.selection import Selection
from planner.ui.widgets.buttons import link_button
from planner.ui.widgets.finding_card import FindingCard, Handlers
from planner.ui.widgets.header import PanelHeader, plain_label
from planner.ui.widgets.section import Section

GROUPS = ((Severity.ERROR, "Errors"), (Severity.WARNING, "Warnings"), (Severity.INFO, "Notes"))
AT_ONCE = 4
"""So many new cards are made with a change: more than can be seen are made later."""


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
        self._later = Steadily(self, wait_ms=5)
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
        self._column = column = QVBoxLayout(page)
        self.sections = (*self.groups.values(), self.accepted)
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
        """The first cards at once; those below, the ways out and their costs after this change is painted."""
        self.header.set_note(counted(report))
        self._show_cards(report, AT_ONCE)
        self.passed.set_count(len(report.passed))
        self.unchecked.set_count(len(report.not_checked))
        self._fill_lists()
        self._say_when_all_is_well(report)
        self._later.start(self._complete(report))

    def _show_cards(self, report: Report, new: int) -> int:
        """With at most so many new cards; says how many could still be made."""
        old, self.cards = self.cards, {}
        self._still(True)
        groups = [(self.groups[s], [f for f in report.open_findings if f.severity == s]) for s, _ in GROUPS]
        for section, findings in (*groups, (self.accepted, [f for f in report.findings if f.accepted])):
            mine = {f.key: old[f.key] for f in findings if f.key in old and old[f.key] in section.widgets}
            free = [card for card in section.children_of(FindingCard) if card not in mine.values()]
            shown: list[QWidget] = []
            for finding in findings:
                card = mine.get(finding.key) or (free.pop(0) if free else None)
                if card is None and new <= 0:
                    continue
                if card is None:
                    card, new = self._new_card(finding), new - 1
                elif card.finding is not finding:
                    card.renew(finding)
                self.cards[finding.key] = card
                shown.append(card)
            section.show_widgets(shown, keep=True)
            section.set_count(len(findings))
        self._still(False)
        self._highlight(self._selection.keys)
        return new

    def _still(self, still: bool) -> None:
        """Each card that is shown or hidden would have all of them laid out anew."""
        for layout in (self._column, *(layout for s in self.sections for layout in (s.column, s.content))):
            layout.setEnabled(not still)

    def _new_card(self, finding: Finding) -> FindingCard:
        card = FindingCard(finding, self._handlers)
        card.chosen.connect(self._selection.select)
        return card

    def _complete(self, report: Report) -> Iterator[object]:
        """What was left for later, in the order in which it is missed."""
        while self._show_cards(report, 1) < 1:
            yield None
        open_cards = [card for card in self.cards.values() if card.finding.accepted is None]
        in_sight = [card for card in open_cards if not card.visibleRegion().isEmpty()]
        cards = [*in_sight, *(card for card in open_cards if card not in in_sight)]
        for card in cards:
            card.show_fixes(card.finding.fixes)
            yield None
        for card in cards:
            for place, fix in enumerate(card.finding.fixes):
                card.show_cost(place, cost_with(fix, report, self._session.preview))
                yield None

    def finish(self) -> None:
        """All that is left for later, at once."""
        self._later.finish()

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
