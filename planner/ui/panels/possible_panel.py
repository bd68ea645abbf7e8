"""Beside the memory: what else the build could do, or what would make the model fit; Enter takes an answer over."""

from collections.abc import Iterator

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from planner.advice.possible import Answer, possible
from planner.advice.sweeps import Machine
from planner.analysis.memory import Memory
from planner.domain import edits
from planner.evaluate import Report
from planner.session.session import Session
from planner.ui.charts.steadily import Steadily
from planner.ui.choices import Target, put
from planner.ui.widgets.header import Cut
from planner.ui.widgets.plain_table import PlainTable

HEADS = ("Asked", "Possible", "Decode", "Quality")
WAYS = ("Change", "Then it", "Decode", "Quality")
USE_TIP = "Change the build to the answer that is selected; Undo takes it back"


class PossiblePanel(QWidget):
    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self.found, self._heads = session, list[Answer](), HEADS
        self._work = Steadily(self, wait_ms=30)
        self.said = Cut("", "muted")
        self.use = QPushButton("Use this")
        self.use.setAccessibleName("Use the selected answer")
        self.use.setToolTip(USE_TIP)
        self.table = PlainTable("What else the build could do", HEADS)
        self.use.clicked.connect(lambda: self._take(self.table.currentRow()))
        self.table.opened.connect(self._take)
        self.table.itemSelectionChanged.connect(self._offer)
        head = QHBoxLayout()
        head.addWidget(self.said, 1)
        head.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addStretch()

    def render_report(self, report: Report) -> None:
        self.found = []
        fit = report.facts.memory
        self.setVisible(isinstance(fit, Memory))
        if isinstance(fit, Memory):
            fine = fit.fits and not fit.tight
            self.said.setText("What else it could do" if fine else "What would make it fit")
            self._heads = HEADS if fine else WAYS
            self._work.start(self._compute(report), self._show)

    def finish(self) -> None:
        self._work.finish()

    def _compute(self, report: Report) -> Iterator[object]:
        machine = Machine(report.rig, report.facts.lanes, report.facts.policy.margin_gib)
        for answer in possible(machine, self._session.catalog.size_of):
            self.found.append(answer)
            yield None

    def _show(self) -> None:
        if not self.found:
            self.said.setText("No change of the workload makes it fit on this build.")
        self.table.show_heads(self._heads)
        chosen = self.table.item(self.table.currentRow(), 0)
        question = chosen.text() if chosen else ""
        self.table.show_lines([answer.words for answer in self.found])
        self._choose({answer.question: row for row, answer in enumerate(self.found)}.get(question))
        for widget in (self.table, self.use):
            widget.setVisible(bool(self.found))
        self._offer()

    def _choose(self, row: int | None) -> None:
        """The question that was chosen before; none where another has taken its place, so that Enter is not pressed
        twice for two things."""
        if row is None:
            self.table.setCurrentCell(-1, -1)
        else:
            self.table.selectRow(row)

    def _offer(self) -> None:
        self.use.setEnabled(self._changes(self.table.currentRow()))

    def _changes(self, row: int) -> bool:
        return 0 <= row < len(self.found) and bool(self.found[row].changes or self.found[row].card)

    def _take(self, row: int) -> None:
        """One step of history; a card goes to the first free slot that brings no new error, as from the picker."""
        if not self._changes(row):
            return
        answer, build = self.found[row], self._session.build
        if answer.card:
            build = put(self._session, Target("gpus"), answer.card)
        self._session.edit(f"{answer.question}: {answer.answer}", edits.set_workload(build, **answer.changes))
