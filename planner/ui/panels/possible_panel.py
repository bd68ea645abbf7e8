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
from planner.ui.widgets.header import Cut
from planner.ui.widgets.plain_table import PlainTable

HEADS = ("Asked", "Possible", "Decode", "Quality")
USE_TIP = "Change the workload to the answer that is selected; Undo takes it back"


class PossiblePanel(QWidget):
    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self.found = session, list[Answer]()
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

    def render_report(self, report: Report) -> None:
        self.found = []
        fit = report.facts.memory
        self.setVisible(isinstance(fit, Memory))
        if isinstance(fit, Memory):
            self.said.setText("What else it could do" if fit.fits and not fit.tight else "What would make it fit")
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
        self.table.show_lines([answer.words for answer in self.found])
        self._offer()

    def _offer(self) -> None:
        self.use.setEnabled(self._changes(self.table.currentRow()))

    def _changes(self, row: int) -> bool:
        return 0 <= row < len(self.found) and bool(self.found[row].changes)

    def _take(self, row: int) -> None:
        if self._changes(row):
            answer = self.found[row]
            self._session.edit(
                f"{answer.question}: {answer.answer}", edits.set_workload(self._session.build, **answer.changes)
            )
