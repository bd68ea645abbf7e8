"""What runs: every model of the catalog on this build, worked out in idle moments; Enter makes one the workload."""

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from planner.advice.what_runs import Asked, Row, WhatRuns
from planner.catalog.store import Catalog
from planner.domain import edits
from planner.domain.model import Model
from planner.evaluate import Report
from planner.session.session import Session
from planner.ui.charts.steadily import Steadily
from planner.ui.models.run_table import ON_CARDS, ROW, RUNS, RunTable, found_words
from planner.ui.widgets.buttons import choice_button
from planner.ui.widgets.header import Cut
from planner.ui.widgets.page import result_page

SHOWN = {"All models": (), "Those that run": RUNS, "Wholly on the cards": ON_CARDS}
WIDTHS = (240, 110, 98, 128, 170, 114, 100, 126, 126)


class RunsTab(QWidget):
    breakdown_wanted = Signal(object)
    """Never sent: the same face as the other tabs."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        result_page(self)
        self._session, self._report = session, session.report
        self._work = Steadily(self, wait_ms=30)
        self._known: WhatRuns | None = None
        self._done = False
        self.said = Cut("", "resultLine")
        self.table = RunTable(self)
        self.view = self._make_view()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 6)
        column.setSpacing(4)
        column.addLayout(self._controls())
        column.addWidget(self.view, 1)

    def _controls(self) -> QHBoxLayout:
        self.search = QLineEdit(placeholderText="Find a model")
        self.search.setAccessibleName("Find a model")
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(190)
        self.search.textEdited.connect(lambda _: self._narrow())
        self.shown = QComboBox()
        self.shown.setAccessibleName("Which models are listed")
        self.shown.addItems(list(SHOWN))
        self.shown.activated.connect(lambda _: self._narrow())
        self.all = choice_button("All quantisations", "Every usual quantisation, not only the best one that runs")
        self.all.clicked.connect(lambda _: self._begin())
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.said, 1)
        for widget in (self.search, self.shown, self.all):
            row.addWidget(widget)
        return row

    def _make_view(self) -> QTableView:
        view = QTableView()
        view.setModel(self.table)
        view.setAccessibleName("What runs on this build")
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        view.setWordWrap(False)
        view.setShowGrid(False)
        view.setTabKeyNavigation(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(26)
        head = view.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setStretchLastSection(True)
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for place, width in enumerate(WIDTHS):
            view.setColumnWidth(place, width)
        head.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        view.setSortingEnabled(True)
        view.setToolTip("Enter or double click: make it the workload")
        view.activated.connect(self._choose)
        return view

    # session → view

    def render_report(self, report: Report) -> None:
        """Rows of the last build stay until each is replaced by its new one."""
        self._report = report
        known, rig, lanes = self._known, report.rig, report.facts.lanes
        margin = report.facts.policy.margin_gib
        if known is None or not known.still_holds(rig, lanes) or known.asked.margin_gib != margin:
            self._known = WhatRuns(rig, lanes, self._session.catalog, Asked(contexts=(), margin_gib=margin))
            self._begin()

    def _begin(self) -> None:
        self._done = False
        if self._known is not None:
            self._work.start(self._compute(self._known), self._finished)

    def _compute(self, known: WhatRuns) -> Iterator[object]:
        """A pair of model and quantisation at a time; a model is listed when its pairs are known."""
        if not known.rig.cards or known.rig.workload is None:
            self.table.drop_others(set())
            self.said.setText("Choose a GPU and a workload to see what runs.")
            return
        every = self.all.isChecked()
        listed: set[tuple[str, ...]] = set()
        models = models_of(known.catalog)
        for number, model in enumerate(models):
            rows: list[Row] = []
            for row in known.rows([model]):
                rows += [row] if row else []
                yield None
            for row in rows if every else known.best_rows([model]):
                key = (row.model, row.quant) if every else (row.model,)
                listed.add(key)
                self.table.put(key, row)
            self.said.setText(f"Working out: {number + 1} of {len(models)} models")
        self.table.drop_others(listed)
        self.said.setText(found_words(self.table.everything, known.rig.workload.context))

    def _finished(self) -> None:
        self._done = True

    def finish(self) -> None:
        self._work.finish()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: what was worked out is kept."""
        super().hideEvent(event)
        self._work.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._done and not self._work.busy:
            self._begin()

    # what the user does

    def _narrow(self) -> None:
        typed = self.search.text().lower().split()
        verdicts = SHOWN[self.shown.currentText()]

        def keep(row: Row) -> bool:
            named = f"{row.name} {row.model} {row.quant}".lower()
            return all(word in named for word in typed) and (not verdicts or row.here.verdict in verdicts)

        self.table.narrow(keep)

    def _choose(self, index: QModelIndex) -> None:
        """The workload in this model and quantisation, with as much in RAM as the row says."""
        row: Row = index.data(ROW)
        work = self._session.build.workload
        most = self._session.catalog.models[row.model].max_context
        changes: dict[str, object] = {"model": row.model, "quant": row.quant, "offload_layers": 0, "offload_experts": 0}
        if work is not None and work.context > most:
            changes["context"] = most
        if row.in_ram is not None and row.here.verdict == "offload":
            changes[f"offload_{row.in_ram[0]}"] = row.in_ram[1]
        self._session.edit(f"Run {row.name} at {row.quant}", edits.set_workload(self._session.build, **changes))


def models_of(catalog: Catalog) -> list[Model]:
    return sorted(catalog.models.values(), key=lambda model: model.name.lower())
