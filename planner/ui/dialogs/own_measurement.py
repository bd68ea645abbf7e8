"""Add a measurement: from what a benchmark printed or typed, read before it is added; and those the build has."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtGui import QFontDatabase, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from planner.analysis.draft_case import drafted_as
from planner.domain import edits
from planner.domain.measurement import Measurement
from planner.evaluate import Report
from planner.files.bench_run import BenchProblem, BenchRun
from planner.files.bench_text import read_bench
from planner.files.own_measurements import Setup, measurements_of, typed
from planner.session.session import Session
from planner.ui import theme
from planner.ui.dialogs.timed_with import TimedWith
from planner.ui.models.measured_rows import FIGURES, HEADS, line, same_file, shift
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.plain_table import PlainTable
from planner.ui.widgets.sheet import Sheet

PAUSE_MS = 200
"""After the last key, before the text is read."""
FIELDS = {
    "decode": ("&Decode", "tok/s"),
    "prefill": ("&Prefill", "tok/s"),
    "prompt": ("P&rompt", "tokens"),
    "generated": ("Ans&wer", "tokens"),
    "depth": ("Conte&xt before it", "tokens"),
    "users": ("&Users at once", ""),
}
HINT = (
    "Paste the whole output of llama-bench (table, CSV, JSON or SQL), of vllm bench serve, latency or throughput, or "
    "of SGLang's bench_serving. For example: llama-bench -m model.gguf -p 512 -n 128"
)


class OwnMeasurement(Sheet):
    """Nothing is added before it was shown; adding and removing are one undoable step each."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("Add a measurement", parent)
        self._session = session
        self._rows: tuple[Measurement, ...] = ()
        self.resize(1000, 670)
        self._make()
        self._lay_out()
        self._connect()
        session.changed.connect(self.render_report)
        self.render_report(session.report)
        self.text.setFocus()

    def _make(self) -> None:
        self.text = QPlainTextEdit()
        self.text.setPlaceholderText(HINT)
        self.text.setAccessibleName("What the benchmark printed")
        self.text.setTabChangesFocus(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.values = {name: QLineEdit() for name in FIELDS}
        self.engine = QComboBox()
        for engine in self._session.catalog.engines.values():
            self.engine.addItem(engine.name, engine.id)
        workload = self._session.build.workload
        self.engine.setCurrentIndex(max(0, self.engine.findData(workload.engine if workload else "llama.cpp")))
        self.drafted = QComboBox()
        self.drafted.addItem("None", "")
        self.setup = TimedWith(self._session)
        self.read_table = PlainTable("What was read", HEADS)
        self.kept_table = PlainTable("Measurements of this build", HEADS)
        self.said, self.kept_said = plain_label("", "resultLine", wraps=True), plain_label("", "muted", wraps=True)
        self.said.setAccessibleName("What is wrong, or what it does to the estimate")
        self.add, self.remove = QPushButton("Add"), QPushButton("Re&move")
        self.add.setObjectName("primary")
        self.remove.setToolTip("Take the chosen measurements out of the build  (Del)")
        self._timer = QTimer(self, interval=PAUSE_MS, singleShot=True)

    def _lay_out(self) -> None:
        self.ways = QTabWidget()
        self.ways.setAccessibleName("Paste or type")
        self.ways.tabBar().setAccessibleName("Paste or type")
        self.ways.addTab(self.text, "Pa&ste")
        self.ways.addTab(self._typing(), "&Type")
        above = QHBoxLayout()
        above.setSpacing(20)
        above.addWidget(self.ways, 3)
        above.addWidget(self.setup, 2)
        self.column.addLayout(above, 3)
        self.column.addWidget(_heading("What was read"))
        self.column.addWidget(self.read_table, 2)
        self.column.addLayout(_beside(self.said, self.add))
        self.column.addWidget(_heading("Measurements of this build"))
        self.column.addWidget(self.kept_table, 2)
        self.column.addLayout(_beside(self.kept_said, self.remove))
        self.buttons = self.add_close()
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(False)

    def _typing(self) -> QWidget:
        page = QWidget()
        page.setObjectName("sheetPage")
        column = QVBoxLayout(page)
        form = QFormLayout()
        form.addRow("&Engine", self.engine)
        self.engine.setAccessibleName("Engine")
        for name, (word, unit) in FIELDS.items():
            field = self.values[name]
            field.setAccessibleName(" ".join((word.replace("&", ""), unit)).strip())
            field.setPlaceholderText(unit)
            form.addRow(f"{word} ({unit})" if unit else word, field)
        form.addRow("Dra&fting", self.drafted)
        self.drafted.setAccessibleName("Drafting")
        column.addLayout(form)
        column.addStretch(1)
        return page

    def _connect(self) -> None:
        self.text.textChanged.connect(self._timer.start)
        self.ways.currentChanged.connect(self._turn)
        for combo in (self.engine, self.drafted):
            combo.activated.connect(lambda _: self.read())
        for field in self.values.values():
            field.textEdited.connect(lambda _: self._timer.start())
        self._timer.timeout.connect(self.read)
        self.setup.changed.connect(self.read)
        self.add.clicked.connect(self.add_rows)
        self.remove.clicked.connect(self.remove_chosen)
        self.kept_table.itemSelectionChanged.connect(self._enable)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.kept_table, self.remove_chosen)

    # reading

    def _turn(self, page: int) -> None:
        self.setup.say_split("As in the workload" if page else "As the benchmark says")
        self.read()

    def read(self) -> None:
        """What stands there now, in the table; or what is wrong with it, and an empty table."""
        self._timer.stop()
        self._rows, problem = (), ""
        try:
            self._rows = self._typed() if self.ways.currentIndex() else self._pasted()
        except BenchProblem as e:
            problem = self._named(e) if self.ways.currentIndex() else str(e)
        self.read_table.show_lines([line(row, self._session.catalog) for row in self._rows], FIGURES)
        problem = problem or (self.setup.problem(pasted=not self.ways.currentIndex()) if self._rows else "")
        self._tell(problem)
        self._enable(ready=bool(self._rows) and not problem)

    def _pasted(self) -> tuple[Measurement, ...]:
        text = self.text.toPlainText()
        if not text.strip():
            return ()
        runs = read_bench(text)
        self._refuse_two_models(runs)
        self.setup.take(runs)
        return measurements_of(runs, self._timed_with(runs[0].model))

    def _refuse_two_models(self, runs: Sequence[BenchRun]) -> None:
        other = same_file([run.model for run in runs])
        if other is not None:
            run = runs[other]
            raise BenchProblem(
                run.line, f"times another model ({run.model[:60]}) than line {runs[0].line}; paste one model at a time"
            )

    def _typed(self) -> tuple[Measurement, ...]:
        values = {name: field.text() for name, field in self.values.items()}
        if not any(text.strip() for text in values.values()):
            return ()
        return typed(self._with_split(self._timed_with("")), self.engine.currentData(), values)

    def _with_split(self, found: Setup) -> Setup:
        workload = self._session.build.workload
        found = replace(found, speculative=self.drafted.currentData())
        return found if found.split or workload is None else replace(found, split=workload.split)

    def _timed_with(self, called: str) -> Setup:
        """A model that is not chosen yet is shown as the benchmark calls it."""
        found = self.setup.setup()
        return found if found.model else Setup(called or "–", found.quant, found.chip, found.count)

    def _named(self, problem: BenchProblem) -> str:
        """The form's reader counts fields; people read their names."""
        name = list(FIELDS)[problem.line - 1]
        return f"“{FIELDS[name][0].replace('&', '')}” {problem.text}."

    def _tell(self, problem: str) -> None:
        self.said.setProperty("level", "error" if problem else "")
        self.said.style().polish(self.said)
        if problem or not self._rows:
            self.said.setText(problem)
            return
        wanted = edits.add_measured(self._session.build, self._rows)
        if wanted == self._session.build:
            self.said.setText("The build has these already.")
            return
        self.said.setText(shift(self._session.report, self._session.preview(wanted)))

    # user → session

    def add_rows(self) -> None:
        rows = self._rows
        text = "Add a measurement" if len(rows) == 1 else f"Add {len(rows)} measurements"
        self._clear()
        self._session.edit(text, edits.add_measured(self._session.build, rows))

    def _clear(self) -> None:
        blocker = QSignalBlocker(self.text)
        self.text.clear()
        for field in self.values.values():
            field.clear()
        del blocker

    def remove_chosen(self) -> None:
        rows = self._chosen()
        if rows:
            text = "Remove a measurement" if len(rows) == 1 else f"Remove {len(rows)} measurements"
            self._session.edit(text, edits.forget_measured(self._session.build, tuple(row.id for row in rows)))

    def _chosen(self) -> list[Measurement]:
        return [self._session.build.measured[at.row()] for at in self.kept_table.selectionModel().selectedRows()]

    def _enable(self, ready: bool | None = None) -> None:
        if ready is not None:
            self.add.setEnabled(ready)
            self.add.setText(f"&Add {len(self._rows)}" if ready and len(self._rows) > 1 else "&Add")
        self.remove.setEnabled(bool(self._chosen()))

    # session → view

    def render_report(self, report: Report) -> None:
        self.setup.render_report(report)
        self._show_drafting(drafted_as(report.rig))
        rows = report.build.measured
        self.kept_table.clearSelection()
        self.kept_table.show_lines([line(row, self._session.catalog) for row in rows], FIGURES)
        self.kept_said.setText(self._effect(report))
        self.read()

    def _show_drafting(self, said: str) -> None:
        """As in the workload, unless the user says that nothing was drafted."""
        if (self.drafted.itemData(1) or "") == said:
            return
        self.drafted.removeItem(1)
        if said:
            self.drafted.addItem("As in the workload", said)
        self.drafted.setCurrentIndex(self.drafted.count() - 1)

    def _effect(self, report: Report) -> str:
        if not report.build.measured:
            return "None yet. Estimates of this build are drawn towards what you add here."
        return shift(self._session.preview(report.build.replace(measured=())), report)


def _heading(text: str) -> QWidget:
    label = plain_label(text, "muted")
    label.setFont(theme.font(bold=True))
    return label


def _beside(label: QWidget, button: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(label, 1)
    row.addWidget(button)
    return row
