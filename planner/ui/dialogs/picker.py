"""Choosing a part: search, facets, what fits, and what would change, before anything is changed."""

import time
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableView,
    QWidget,
)

from planner.advice.difference import difference
from planner.domain.findings import Severity
from planner.evaluate import Report
from planner.session.session import Session
from planner.ui import choices
from planner.ui.choices import Target
from planner.ui.models.part_columns import columns
from planner.ui.models.part_table import RECORD, PartTable
from planner.ui.widgets.change_strip import ChangeStrip
from planner.ui.widgets.flow import FlowBox
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.sheet import Sheet

CHUNK_S = 0.012
"""How long parts are judged in one go before the window gets its turn."""
REFRESH_S = 0.2
"""How often what has been judged meanwhile is shown."""
NAME_WIDTH = 230


class Picker(Sheet):
    def __init__(self, session: Session, target: Target, parent: QWidget | None = None) -> None:
        super().__init__(target.title(), parent)
        self._session, self.target = session, target
        self._columns = columns(target.kind, session.catalog)
        self.model = PartTable(tuple(choices.offered(session.catalog, target.kind).values()), self._columns, self)
        self.model.now = choices.chosen_part(session.build, target)
        self._judged: dict[str, frozenset[str] | None] = {}
        self._incurable: frozenset[str] | None = None
        """Errors that every part judged so far would leave; None before the first."""
        self._refreshed = 0.0
        self._wanted: str | None = None
        self._previewed: object = None
        self._judging = QTimer(self, interval=0)
        self._judging.timeout.connect(self._judge_some)
        self._previewing = QTimer(self, interval=30, singleShot=True)
        self._previewing.timeout.connect(self._preview)
        self._make_top()
        self._make_table()
        self.strip = ChangeStrip()
        self.column.addWidget(self.strip)
        self._make_buttons()
        session.changed.connect(self._start_judging)
        self._start_judging()
        self._filter()
        self._highlight(self.model.now)
        self.search.setFocus()

    # pieces

    def _make_top(self) -> None:
        noun = choices.NOUNS[self.target.kind]
        self.search = QLineEdit(placeholderText=f"Search: name, maker, figures of the {noun}")
        self.search.setAccessibleName("Search")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _: self._filter())
        self.search.returnPressed.connect(self.use)
        self.search.installEventFilter(self)
        self.only_fitting = QCheckBox("Only what &fits this build")
        self.only_fitting.setToolTip("Hides what would bring an error, or would not cure the one that is there")
        self.only_fitting.setChecked(True)
        self.only_fitting.clicked.connect(lambda _: self._filter())
        self.count = plain_label("", "muted")
        self.column.addWidget(self.search)
        self.facets = {n: self._facet(n) for n, column in enumerate(self._columns) if column.facet}
        line = FlowBox(gap=8)
        for facet in self.facets.values():
            if facet.count() > 2:
                line.add(facet)
        self.column.addWidget(line)
        row = QHBoxLayout()
        row.addWidget(self.only_fitting)
        row.addStretch(1)
        row.addWidget(self.count)
        self.column.addLayout(row)

    def _facet(self, n: int) -> QComboBox:
        column = self._columns[n]
        values = {column.value(record): column.text(record) for record in self.model.everything}
        combo = QComboBox()
        combo.setAccessibleName(column.title)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        combo.addItem(f"{column.title}: any", None)
        for value in sorted((v for v in values if v is not None), key=lambda v: (str(type(v)), v)):
            combo.addItem(values[value], value)
        combo.activated.connect(lambda _: self._filter())
        return combo

    def _make_table(self) -> None:
        view = self.table = QTableView()
        view.setAccessibleName("Parts to choose from")
        view.setModel(self.model)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        view.setTabKeyNavigation(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(27)
        head = view.horizontalHeader()
        head.setHighlightSections(False)
        head.setSortIndicator(len(self._columns) - 1, Qt.SortOrder.AscendingOrder)
        view.setSortingEnabled(True)
        widths = [0 if self._columns[n].hidden else self._width(n) for n in range(1, len(self._columns))]
        for n, width in enumerate(widths, start=1):
            view.setColumnWidth(n, width)
            view.setColumnHidden(n, not width)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setMinimumSectionSize(50)
        self.resize(max(760, sum(widths) + NAME_WIDTH + 60), 620)
        view.activated.connect(lambda _: self.use())
        view.selectionModel().currentRowChanged.connect(self._wait_to_preview)
        self.model.modelReset.connect(self._keep_current)
        self.column.addWidget(view, 1)

    def _width(self, n: int) -> int:
        """Wide enough for every text of the column, so that nothing shifts while rows come and go."""
        column, measure = self._columns[n], self.fontMetrics()
        texts = {column.text(record) for record in self.model.everything} | {column.title + "  ▾"}
        return min(240, max(measure.horizontalAdvance(text) for text in texts) + 34)

    def _make_buttons(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        word = "Add to the build" if self.target.adds else "Use this"
        self.use_button = buttons.addButton(word, QDialogButtonBox.ButtonRole.AcceptRole)
        self.use_button.setObjectName("primary")
        self.use_button.setAutoDefault(False)
        self.use_button.clicked.connect(self.use)
        if self.model.now is not None:
            remove = QPushButton("Remove from the build")
            remove.setAutoDefault(False)
            remove.clicked.connect(self.remove)
            buttons.addButton(remove, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.rejected.connect(self.reject)
        self.column.addWidget(buttons)

    # what the user does

    def use(self) -> None:
        record = self._current()
        if record is None:
            return
        build = choices.put(self._session, self.target, record.id)
        self._session.changed.disconnect(self._start_judging)
        self._session.edit(choices.verb(self.target, record), build)
        self.accept()

    def remove(self) -> None:
        self._session.changed.disconnect(self._start_judging)
        part = choices.offered(self._session.catalog, self.target.kind).get(self.model.now or "")
        name = part.title if part else self.model.now
        self._session.edit(f"Remove {name}", choices.taken_out(self._session.build, self.target))
        self.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows go through the list while the words are typed."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10}
            if step := steps.get(Qt.Key(event.key())):
                row = self.table.currentIndex().row()
                self._go_to(min(max(0, row + step), self.model.rowCount() - 1))
                return True
        return super().eventFilter(watched, event)

    # filter

    def _filter(self) -> None:
        chosen = {n: facet.currentData() for n, facet in self.facets.items() if facet.currentData() is not None}
        fitting = self.only_fitting.isChecked()

        def keep(record: Any) -> bool:
            if fitting and record.id != self.model.now and not self.fits(record.id):
                return False
            return all(self._columns[n].value(record) == value for n, value in chosen.items())

        self._wanted = record.id if (record := self._current()) else None
        place = self.table.verticalScrollBar().value()
        self.model.narrow(self.search.text(), keep)
        self.table.verticalScrollBar().setValue(place)
        self._say_count()

    def _say_count(self) -> None:
        total, judged = len(self.model.everything), len(self._judged)
        shown = self.model.rowCount()
        if judged < total and self.only_fitting.isChecked():
            self.count.setText(f"{shown} shown, {judged} of {total} checked…")
        else:
            self.count.setText(f"{shown} of {total}")
        self.use_button.setEnabled(self._current() is not None)

    def _keep_current(self) -> None:
        """After filtering: the same part if it is still there, else the first."""
        row = self.model.row_of(self._wanted) if self._wanted else -1
        if row < 0 and self.search.text() and self.model.rowCount():
            row = 0
        if row >= 0:
            self.table.setCurrentIndex(self.model.index(row, 0))
        self._wait_to_preview()

    def _wait_to_preview(self, *_: object) -> None:
        if not self._previewing.isActive():
            self._previewing.start()

    def _highlight(self, ident: str | None) -> None:
        self._go_to(self.model.row_of(ident) if ident else 0)

    def _go_to(self, row: int) -> None:
        if 0 <= row < self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(row, 0))
            self.table.scrollTo(self.model.index(row, 0))

    def _current(self) -> Any:
        index: QModelIndex = self.table.currentIndex()
        return index.data(RECORD) if index.isValid() else None

    # what fits, and what would change

    def _start_judging(self, _: object = None) -> None:
        self._judged, self._incurable, self._previewed = {}, None, None
        self._judging.start()
        self._previewing.start()

    def _judge_some(self) -> None:
        """In the order of the list, so that rows come at its end and none moves."""
        until = time.perf_counter() + CHUNK_S
        for record in self.model.everything:
            if record.id in self._judged:
                continue
            if time.perf_counter() > until:
                break
            self._judge(record.id)
        else:
            self._judging.stop()
            QTimer.singleShot(0, self, self._come_into_view)
        if not self._judging.isActive() or until - self._refreshed > REFRESH_S:
            self._refreshed = until
            self._filter()
        if self._current() is None:
            self._go_to(0)

    def _judge(self, part: str) -> None:
        standing = self._judged[part] = self._standing(self._report_with(part))
        if standing is not None:
            self._incurable = standing if self._incurable is None else self._incurable & standing

    def _come_into_view(self) -> None:
        """What is chosen already may have ended up below the edge; a row the user went to stays where it is."""
        record = self._current()
        if record is not None and record.id == self.model.now:
            self.table.scrollTo(self.table.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def _report_with(self, part: str) -> Report:
        return self._session.preview(choices.put(self._session, self.target, part))

    def _standing(self, after: Report) -> frozenset[str] | None:
        """Keys of errors naming the place chosen for that would be left; None if there would be a new one."""
        if difference(self._session.report, after).gained_at(Severity.ERROR):
            return None
        key = self.target.key or self.target.kind
        return frozenset(finding.key for finding in after.about(key) if finding.severity == Severity.ERROR)

    def fits(self, part: str) -> bool:
        """It brings no error, and leaves none that another part in its place would cure: a supply that is still too
        small does not fit. What no choice here can cure is no fault of the part."""
        if part not in self._judged:
            return False
        standing = self._judged[part]
        return standing is not None and standing <= (self._incurable or frozenset())

    def _preview(self) -> None:
        record = self._current()
        self.use_button.setEnabled(record is not None)
        if record is self._previewed and record is not None:
            return
        self._previewed = record
        if record is None:
            self.strip.clear()
        else:
            self.strip.show_change(record.title, self._session.report, self._report_with(record.id))
