"""What runs were timed with: proposed from the benchmark's text and the build, confirmed by the user."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from planner.evaluate import Report
from planner.files.bench_run import BenchRun
from planner.files.own_measurements import Setup, guess_chip, guess_model
from planner.session.session import Session
from planner.ui.models.workload_options import quant_labels
from planner.ui.widgets.explained_form import ExplainedForm, whole_field

SPLITS = (("As the benchmark says", ""), ("Layer split", "layer"), ("Row split", "row"), ("Tensor parallel", "tensor"))


class TimedWith(ExplainedForm):
    changed = Signal()
    """By the user."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self._session = session
        self._called, self._other_chip = "", ""
        self._taken: tuple[BenchRun, ...] = ()
        self.model, self.quant, self.chip, self.split = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        self.model.setPlaceholderText("Choose the model")
        for model in sorted(session.catalog.models.values(), key=lambda model: model.name.lower()):
            self.model.addItem(model.name, model.id)
        self.quant.setEditable(True)
        self.quant.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for combo in (self.model, self.quant, self.chip):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(16)
        for text, value in SPLITS:
            self.split.addItem(text, value)
        self.count = whole_field(0, 32, "", 1)
        self.limit = whole_field(0, 2000, " W", 10, "Stock")
        rows = (
            ("Mode&l", self.model, ""),
            ("&Quantisation", self.quant, ""),
            ("&Chip", self.chip, ""),
            ("Cards i&n use", self.count, ""),
            ("Spl&it", self.split, ""),
            ("P&ower limit", self.limit, "Of each card, while it was timed."),
        )
        super().__init__("Timed with", rows, parent)
        workload = session.build.workload
        if workload:
            self._choose_model(workload.model)
            self.quant.setEditText(workload.quant)
        self._show_chips(session.report)
        self.count.setValue(len(session.report.rig.cards))
        self._connect()

    def _connect(self) -> None:
        self.model.activated.connect(lambda _: self.changed.emit())
        self.chip.activated.connect(lambda _: self.changed.emit())
        self.split.activated.connect(lambda _: self.changed.emit())
        self.quant.editTextChanged.connect(lambda _: self.changed.emit())
        self.count.valueChanged.connect(lambda _: self.changed.emit())
        self.limit.valueChanged.connect(lambda _: self.changed.emit())

    def setup(self) -> Setup:
        watts = float(self.limit.value()) or None
        quant = self.quant.currentText().strip()[:40]
        model, chip = self.model.currentData() or "", self.chip.currentData() or ""
        return Setup(model, quant, chip, self.count.value(), watts, self.split.currentData())

    def say_split(self, text: str) -> None:
        """What a split that is not chosen means."""
        self.split.setItemText(0, text)

    def problem(self, pasted: bool) -> str:
        """What keeps the runs from being added; empty for nothing."""
        if self._other_chip and pasted:
            return f"The text was timed on {self._other_chip}, which this build does not hold."
        if not self.model.currentData():
            called = (
                f"The text calls the model “{self._called[:60]}”: choose which one that is."
                if self._called and pasted
                else ""
            )
            return called or "Choose the model that was timed."
        if not self.quant.currentText().strip():
            return "Choose the quantisation that was timed."
        if self.chip.currentData() and not self.count.value():
            return "Say on how many cards it ran."
        return ""

    def take(self, runs: Sequence[BenchRun]) -> None:
        """Propose what the text says; once for each text, so that the user's corrections stay."""
        if tuple(runs) == self._taken:
            return
        self._taken, first, catalog = tuple(runs), runs[0], self._session.catalog
        blockers = [QSignalBlocker(field) for field in (self.model, self.quant, self.chip, self.count, self.split)]
        self._called = first.model
        self._choose_model(guess_model(first.model, catalog))
        if first.quant:
            self.quant.setEditText(first.quant)
        chip = guess_chip(first.gpus, catalog) if first.gpus else None
        place = self.chip.findData(chip)
        self._other_chip = catalog.chips[chip].name if chip and place < 0 else ""
        if place >= 0:
            self.chip.setCurrentIndex(place)
        if first.gpus:
            self.count.setValue(len(first.gpus))
        self.split.setCurrentIndex(0)
        del blockers

    def _choose_model(self, model: str | None) -> None:
        self.model.setCurrentIndex(self.model.findData(model) if model else -1)
        labels = quant_labels(self._session.catalog, model or "", "")
        typed = self.quant.currentText()
        blocker = QSignalBlocker(self.quant)
        self.quant.clear()
        self.quant.addItems(labels)
        self.quant.setEditText(typed)
        del blocker

    def render_report(self, report: Report) -> None:
        blocker = QSignalBlocker(self.chip)
        self._show_chips(report)
        del blocker

    def _show_chips(self, report: Report) -> None:
        """Those of the build: speeds of other chips say nothing about it."""
        chosen = self.chip.currentData()
        self.chip.clear()
        for ident, name in dict.fromkeys((card.chip.id, card.chip.name) for card in report.rig.cards):
            self.chip.addItem(name, ident)
        if not self.chip.count():
            self.chip.addItem("None, CPU only", "")
        self.chip.setCurrentIndex(max(0, self.chip.findData(chosen)))
        blocker = QSignalBlocker(self.count)
        most = len(report.rig.cards)
        self.count.setRange(min(1, most), most)
        self.count.setSuffix(" card" if self.count.value() == 1 else " cards")
        del blocker
