"""Throughput: how fast this build would run the models people ask for, beside what others measured."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from planner.advice.bars import Bar, Wanted, bars
from planner.evaluate import Report
from planner.files.problem import FileProblem
from planner.session.session import Session
from planner.ui import theme
from planner.ui.charts.export import Words, save_charts
from planner.ui.charts.side_by_side import (
    BUILDS,
    CARDS,
    MODELS,
    REMARKS,
    SIDES,
    SPLITS,
    Beside,
    beside,
    shipped_builds,
)
from planner.ui.charts.speed_lines import file_lines, in_words, lines
from planner.ui.charts.speed_points import DECODE, PREFILL, Point, measured_breakdown, under
from planner.ui.charts.speed_rows import (
    ALL,
    SpeedRow,
    asked,
    bar_row,
    own_breakdown,
    own_row,
    point_row,
    quants,
    row_breakdown,
)
from planner.ui.charts.steadily import Steadily
from planner.ui.models.workload_options import case_line
from planner.ui.widgets.buttons import choice_button
from planner.ui.widgets.export_button import ExportButton
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.page import result_page, scrolled
from planner.ui.widgets.plain_table import PlainTable

if TYPE_CHECKING:
    from planner.ui.charts.speed_chart import SpeedChart

HEADS = ("Low", "High", "Remark", "Measured nearby")
UNITED = frozenset({"Low", "High"})
"""Heads that in a file carry their unit."""
NAMED = {MODELS: "Model", CARDS: "Cards", SPLITS: "Engine and split", BUILDS: "Build"}
"""What a row is of."""
FIGURES = frozenset({1, 2, 3})
NAMES = {DECODE: "Decode", PREFILL: "Prefill"}
SAID = {
    DECODE: "Generating: tok/s for each user.",
    PREFILL: "Reading the prompt: tok/s.",
}
RANGES = "Line: 80 % of comparable measurements."
DIAMONDS = "Diamond: published, hollow in another setup."
CIRCLES = "Circle: your own."
NOTHING = "Choose a GPU and a model to see how fast it runs."
NO_CARDS = "This build has no GPU: there are no numbers of cards to compare."
SPREAD = 6.0
"""The axis is logarithmic by itself where the fastest model is so many times faster than the workload's own."""


class ThroughputTab(QWidget):
    breakdown_wanted = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        result_page(self)
        self._session, self._report = session, session.report
        self.kind = DECODE
        self.rows: tuple[SpeedRow, ...] = ()
        self._bars: dict[tuple[str, str], Bar] = {}
        self._beside: list[Beside] = []
        self._work = Steadily(self, wait_ms=1)  # after the change itself is painted
        self.chart: SpeedChart | None = None
        self.table = PlainTable("Speed by model", (NAMED[MODELS], "Decode, tok/s", *HEADS))
        self.table.opened.connect(self._open_row)
        self.pages = QStackedWidget()
        self.nothing = plain_label("", "resultLine")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.nothing.setContentsMargins(0, 6, 0, 0)
        self.pages.addWidget(self.nothing)
        self.pages.addWidget(self.table)
        self.caption = plain_label("", "muted", wraps=True)
        self.caption.setFont(theme.font(-1.5))  # two lines of it are as high as the buttons beside them
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 4)
        column.setSpacing(4)
        column.addLayout(self._bar_of_controls())
        column.addWidget(self.pages, 1)

    # controls

    def _bar_of_controls(self) -> QHBoxLayout:
        self.decode, self.prefill = choice_button("Decode"), choice_button("Prefill")
        self.decode.setChecked(True)
        group = QButtonGroup(self)
        for button in (self.decode, self.prefill):
            group.addButton(button)
            button.clicked.connect(self._choose_kind)
        self.side = QComboBox()
        self.side.setAccessibleName("What stands side by side")
        self.side.addItems(list(SIDES))
        self.side.activated.connect(lambda _: self._turn())
        self.add = QPushButton("Add a build…")
        self.add.setToolTip("Another build file, to compare with the open one")
        self.add.clicked.connect(self._add_builds)
        self.others: list[Report] = []
        """Builds added by hand."""
        self.quant = QComboBox()
        self.quant.setAccessibleName("Quantisation shown")
        self.quant.activated.connect(lambda _: self._ask())
        self._offered: tuple[str, ...] = ()
        self._own = ""
        self.log = choice_button("Log")
        self.log.setAccessibleName("Logarithmic axis")
        self.log.setToolTip("Logarithmic axis: slow and fast models in one picture, each grid line ten times the last")
        self._log_by_hand = False
        self.log.clicked.connect(self._choose_axis)
        self.as_table = choice_button("Table")
        self.as_table.setToolTip("The same figures as a table")
        self.as_table.clicked.connect(lambda _: self._show_page())
        self.export = ExportButton("throughput", self.save)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.caption, 1)
        for widget in (
            self.quant,  # what comes and goes stands first: nothing moves under the pointer
            self.add,
            self.side,
            self.decode,
            self.prefill,
            self.log,
            self.as_table,
            self.export,
        ):
            line.addWidget(widget)
        return line

    def _choose_kind(self) -> None:
        self.kind = DECODE if self.decode.isChecked() else PREFILL
        self._show_rows()

    def _choose_axis(self) -> None:
        """From now on it is as the user wants it."""
        self._log_by_hand = True
        self._show_rows()

    def _set_axis(self) -> None:
        """Against the workload's own speed, or the slowest where it has none; points want to be seen as well."""
        speeds = [row.speed.value for row in self.rows if row.speed]
        own = next((row.speed.value for row in self.rows if row.own and row.speed), min(speeds, default=0.0))
        highest = max([*speeds, *(point.tok_s for row in self.rows for point in row.points)], default=0.0)
        if not self._log_by_hand and speeds:
            self.log.setChecked(len(self.rows) > 1 and highest > SPREAD * own)
        if self.chart:
            self.chart.set_logarithmic(self.log.isChecked())

    # session → view

    def render_report(self, report: Report) -> None:
        """The workload's own row first; the others follow in idle moments, each in its place."""
        self._report = report
        offered = quants(report)
        if offered != self._offered:
            self._offered = offered
            self.quant.clear()
            for label in offered:
                self.quant.addItem(label, label)
            self.quant.addItem("All quantisations", ALL)
        own = report.rig.workload.quant if report.rig.workload else offered[0]
        if own != self._own:
            self._own = own
            self.quant.setCurrentIndex(self.quant.findData(own))
        self._ask()

    def _turn(self) -> None:
        """Other things stand side by side: from their first on."""
        if self.chart:
            self._page.verticalScrollBar().setValue(0)
            self.chart.current, self.chart.point = 0, -1
        self.table.scrollToTop()
        self._ask()

    def _ask(self) -> None:
        side = self.side.currentText()
        self.quant.setVisible(side == MODELS)
        self.add.setVisible(side == BUILDS)
        if side == MODELS:
            self._ask_models()
        else:
            self._work.start(self._compute_beside(side), self._show_rows)

    def _compute_beside(self, side: str) -> Iterator[object]:
        found: list[Beside] = []
        others = chain(self.others, shipped_builds(self._session)) if side == BUILDS else ()
        for row in beside(side, self._session, self._report, others):
            found.append(row)
            yield None
        self._beside = found

    def _add_builds(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(self, "Add builds to compare", "", "Builds (*.slotwise)")
        for name in chosen:
            self.add_build(Path(name))

    def add_build(self, path: Path) -> None:
        """A file that cannot be read is said; the others stay."""
        try:
            self.others.append(self._session.glance(path))
        except FileProblem as e:
            QMessageBox.warning(self, "This build cannot be compared", str(e))
        self._ask()

    def _ask_models(self) -> None:
        wanted = asked(self._session.catalog, self._report, self.quant.currentData())
        self._wanted = wanted
        self._work.start(self._compute(wanted), self._show_rows)

    def _compute(self, wanted: tuple[Wanted, ...]) -> Iterator[object]:
        lanes, rig = self._report.facts.lanes, self._report.rig
        fresh: dict[tuple[str, str], Bar] = {}
        self._show_rows()  # the workload's own at once, the others as they were
        yield None
        for item in wanted:
            for bar in bars(rig, lanes, (item,)):
                fresh[bar.model, bar.quant] = bar
            yield None
        self._bars = fresh

    def _show_rows(self) -> None:
        side = self.side.currentText()
        if side == MODELS:
            self.rows = self._model_rows()
        else:
            self.rows = tuple(point_row(b.point, self.kind, b.own, REMARKS[side]) for b in self._beside)
        self.caption.setText(self._legend())
        self._set_axis()
        if self.chart:
            self.chart.show_rows(self.rows)
            self.chart.setAccessibleName(f"Speed by {NAMED[side].lower()}")
            self.chart.setAccessibleDescription(self._in_words())
        self.nothing.setText("" if self.rows else self._why_nothing())
        self.table.show_heads(self._heads())
        self.table.setColumnHidden(len(HEADS) + 1, side != MODELS)
        self._show_page()

    def _model_rows(self) -> tuple[SpeedRow, ...]:
        case = under(self._report, self._session.catalog.models)
        own = own_row(self._report, self.kind, case)
        found = (self._bars.get((item.model.id, item.quant)) for item in self._wanted)
        others = tuple(bar_row(bar, self.kind, case) for bar in found if bar)
        return ((own,) if own else ()) + (others if self._report.rig.computes else ())

    def _why_nothing(self) -> str:
        alone = self.side.currentText() == CARDS and self._report.facts.memory is not None
        return NO_CARDS if alone and not self._report.rig.cards else NOTHING

    def _legend(self) -> str:
        """What is drawn, in words; of what is not drawn, none."""
        points = [point for row in self.rows for point in row.points]
        published = [DIAMONDS] if any(not point.measurement.own for point in points) else []
        own = [CIRCLES] if any(point.measurement.own for point in points) else []
        ranges = [RANGES] if any(row.speed for row in self.rows) else []
        return " ".join([SAID[self.kind], *ranges, *published, *own])

    def _heads(self) -> tuple[str, ...]:
        return (NAMED[self.side.currentText()], f"{NAMES[self.kind]}, tok/s", *HEADS)

    def _in_words(self) -> str:
        return "\n".join(in_words(row) for row in self.rows)

    def finish(self) -> None:
        """All bars at once, for exports."""
        self._work.finish()

    # chart

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.chart is None:
            QTimer.singleShot(0, self, self.load_chart)

    def load_chart(self) -> None:
        """pyqtgraph takes longer to load than the window to show: hence after the first paint."""
        if self.chart is not None:
            return
        from planner.ui.charts.speed_chart import SpeedChart

        self.chart = SpeedChart()
        self.chart.row_opened.connect(self._open_row)
        self.chart.point_opened.connect(self._open_point)
        self._page = scrolled(self.chart)
        bar = self._page.verticalScrollBar()
        for moved in (bar.valueChanged, bar.rangeChanged):
            moved.connect(self._keep_scale)
        self.pages.insertWidget(0, self._page)
        self.setTabOrder(self.export, self.chart)  # it came last, and would be reached last
        self._show_rows()

    def _keep_scale(self) -> None:
        """At the lower edge of what is in sight."""
        if self.chart:
            self.chart.stick(self._page.viewport().height() - self.chart.y())

    def _show_page(self) -> None:
        if not self.rows:
            self.pages.setCurrentWidget(self.nothing)
        elif self.as_table.isChecked():
            self.table.show_lines(lines(self.rows), right=FIGURES)
            self.pages.setCurrentWidget(self.table)
        elif self.chart:
            self.pages.setCurrentWidget(self._page)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.chart:
            self.chart.colour()

    def _open_row(self, number: int) -> None:
        row = self.rows[number]
        self.breakdown_wanted.emit(own_breakdown(self._report, row) if row.own else row_breakdown(row))

    def _open_point(self, point: Point) -> None:
        self.breakdown_wanted.emit(measured_breakdown(point))

    # export

    def save(self, path: Path) -> None:
        """By the ending of the name: .png, .svg or .csv. Raises `FileProblem`."""
        self.finish()
        self.load_chart()
        if self.chart:
            with self.chart.as_a_whole():
                save_charts(path, [self.chart], self._file_heads(), file_lines(self.rows), self._file_words())

    def _file_heads(self) -> tuple[str, ...]:
        return (*(f"{head}, tok/s" if head in UNITED else head for head in self._heads()), "Sources")

    def _file_words(self) -> Words:
        of = NAMED[self.side.currentText()].lower()
        case = case_line(self._report, self._session.catalog)
        return Words(f"{NAMES[self.kind]} by {of}: {self._report.build.name}", f"{case}\n{self._legend()}")
