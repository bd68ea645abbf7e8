"""What is asked of the machine: a button that says it in one line, and the sheet it opens."""

from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QCompleter,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from planner.domain.workload import SPLIT_WORDS, Workload
from planner.evaluate import Report
from planner.session.session import Session
from planner.ui import theme
from planner.ui.models.workload_options import (
    HOST_WORDS,
    IMAGE_WORDS,
    KV_WORDS,
    draft_choices,
    on_cpu,
    one_line,
    outcome,
    quant_labels,
)
from planner.ui.panels.workload_list import WorkloadList
from planner.ui.selection import Selection
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.token_spin import TokenSpin, indent

PREFERRED = ("llama-3.1-70b", "llama-3.3-70b", "llama-3.1-8b")
"""What a build without a workload begins with, as far as the catalog has it."""


class WorkloadButton(QPushButton):
    """Shortens the line in the middle where the window is narrow."""

    def __init__(self, session: Session, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("workload")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setToolTip("Model, quantisation, context, users, engine and split  (Ctrl+L)")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 10, 3)
        row.setSpacing(8)
        self._caption, self._line, self._arrow = plain_label("Workload", "muted"), plain_label(), plain_label("▾")
        self._line.setFont(theme.font(bold=True))
        for label, stretch in ((self._caption, 0), (self._line, 1), (self._arrow, 0)):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(label, stretch)
        session.changed.connect(self.render_report)
        self.render_report(session.report)

    def render_report(self, report: Report) -> None:
        words = one_line(report.build.workload, self._session.catalog, on_cpu(report)) or ("choose a model",)
        self._whole = " · ".join(words)
        self.setAccessibleName(f"Workload: {self._whole}")
        self._fit_line()

    def sizeHint(self) -> Any:
        size = super().sizeHint()
        size.setWidth(self._around() + QFontMetrics(self._line.font()).horizontalAdvance(self._whole) + 4)
        size.setHeight(30)
        return size

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._fit_line()

    def _around(self) -> int:
        """Everything but the line: caption, arrow, margins and gaps."""
        return self._caption.sizeHint().width() + self._arrow.sizeHint().width() + 2 * 10 + 2 * 8

    def minimumSizeHint(self) -> Any:
        return QSize(240, 30)

    def _fit_line(self) -> None:
        measure = QFontMetrics(self._line.font())
        room = max(60, self.width() - self._around())
        self._line.setText(measure.elidedText(self._whole, Qt.TextElideMode.ElideMiddle, room))
        self.updateGeometry()


class WorkloadSheet(QFrame):
    """Lies over the window below the button; every change is one undoable edit and shows at once."""

    def __init__(self, session: Session, button: WorkloadButton, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._button = session, button
        self.setObjectName("popover")
        self.setAccessibleName("Workload")
        self._models = sorted(session.catalog.models.values(), key=lambda model: model.name.lower())
        self._make_fields()
        self._lay_out()
        self._connect()
        session.changed.connect(self.render_report)
        self.hide()

    def _make_fields(self) -> None:
        self.model = _combo("Model", {model.id: model.name for model in self._models})
        self.model.setEditable(True)
        self.model.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        finder = QCompleter(self.model.model(), self.model)
        finder.setFilterMode(Qt.MatchFlag.MatchContains)
        finder.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.model.setCompleter(finder)
        self.quant = _combo("Quantisation", {})
        self.quant.setEditable(True)
        self.quant.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.context, self.prompt = TokenSpin(256), TokenSpin(1)
        self.users, self.layers, self.experts = _spin(1, 4096), _spin(0, 1000), _spin(0, 1000)
        self.engine = _combo("Engine", {e.id: e.name for e in self._session.catalog.engines.values()})
        self.split = _combo("Split", {key: word.capitalize() for key, word in SPLIT_WORDS.items()})
        self.kv_type = _combo("KV cache", KV_WORDS)
        self.host = _combo("System", HOST_WORDS)
        self.draft = _combo("Speculation", {"": "None"})
        self.draft.setToolTip(
            "A small model, or the model's own next-token block, drafts tokens that the model checks."
        )
        self.kept = _spin(0, 100)
        self.kept.setSuffix(" %")
        self.kept.setSpecialValueText("As usual")
        self.kept.setToolTip("Share of the drafted tokens that is kept; engines print it. More of code, less of prose.")
        self.images = _combo("Input", {})
        for on, words in IMAGE_WORDS.items():
            self.images.addItem(words, on)
        self.images.setToolTip("Reading images takes a projector beside the model, on the first card.")
        self.outcome = plain_label("", "outcome", wraps=True)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(12)
        column.addWidget(WorkloadList(self._session))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        left = (("&Model", self.model), ("&Quantisation", self.quant), ("&Context", self.context),
                ("&Prompt", self.prompt), ("&Users", self.users), ("&Input", self.images),
                ("Speculatio&n", self.draft))  # fmt: skip
        right = (("&Engine", self.engine), ("&Split", self.split), ("&KV cache", self.kv_type), ("S&ystem", self.host),
                 ("&Layers in RAM", self.layers), ("E&xperts in RAM", self.experts),
                 ("&Acceptance", self.kept))  # fmt: skip
        for side, fields in ((0, left), (3, right)):
            for line, (text, field) in enumerate(fields):
                label = QLabel(text)
                label.setBuddy(field)
                field.setAccessibleName(text.replace("&", ""))
                grid.addWidget(label, line, side)
                grid.addWidget(field, line, side + 1)
        grid.setColumnStretch(1, 3)
        grid.setColumnMinimumWidth(2, 12)
        grid.setColumnStretch(4, 2)
        column.addLayout(grid)
        column.addWidget(self.outcome)

    def _connect(self) -> None:
        combos: tuple[tuple[QComboBox, str], ...] = (
            (self.model, "model"), (self.engine, "engine"), (self.split, "split"), (self.kv_type, "kv_type"),
            (self.host, "host"), (self.images, "images"),
        )  # fmt: skip
        for combo, field in combos:
            combo.activated.connect(lambda _, combo=combo, field=field: self._set(field, combo.currentData()))
        spins: tuple[tuple[QSpinBox, str], ...] = (
            (self.context, "context"), (self.prompt, "prompt"), (self.users, "users"),
            (self.layers, "offload_layers"), (self.experts, "offload_experts"),
        )  # fmt: skip
        for spin, field in spins:
            spin.valueChanged.connect(lambda value, field=field: self._set(field, value, merge=True))
        self.quant.activated.connect(lambda _: self._set_quant())
        self.draft.activated.connect(lambda _: self._set_draft())
        self.kept.valueChanged.connect(self._set_kept)
        for combo in (self.model, self.quant):
            line = combo.lineEdit()
            assert line is not None
            line.editingFinished.connect(self._finish_typing)

    # user → session

    def _set(self, field: str, value: Any, merge: bool = False) -> None:
        build = self._session.build
        workload = build.workload or self._first()
        if value is None or workload is None:
            return
        others = {"draft": None, "acceptance": None, "images": False} if field == "model" else {}
        changed = workload.replace(**{field: value} | others)
        named = {"model": "model", "engine": "engine", "kv_type": "KV cache", "host": "system"}.get(field, field)
        text = f"Change {named.replace('_', ' ')}"
        self._session.edit(
            text, build.replace(workloads=(changed, *build.workloads[1:])), f"workload {field}" if merge else None
        )

    def _set_draft(self) -> None:
        if workload := self._session.build.workload or self._first():
            changed = workload.replace(draft=self.draft.currentData() or None, acceptance=None)
            build = self._session.build
            self._session.edit("Change speculation", build.replace(workloads=(changed, *build.workloads[1:])))

    def _set_kept(self, percent: int) -> None:
        build = self._session.build
        if workload := build.workload:
            changed = workload.replace(acceptance=percent / 100 if percent else None)
            now = build.replace(workloads=(changed, *build.workloads[1:]))
            self._session.edit("Change acceptance", now, "workload acceptance")

    def _set_quant(self) -> None:
        if label := self.quant.currentText().strip():
            self._set("quant", label[:40])

    def _finish_typing(self) -> None:
        """Any quantisation may be typed; a model must be one of the list, else the last one stays."""
        if self.sender() is self.quant.lineEdit():
            self._set_quant()
        self.render_report(self._session.report)

    def _first(self) -> Workload | None:
        known = self._session.catalog.models
        model = next((name for name in PREFERRED if name in known), next(iter(known), None))
        return Workload(model=model, quant="Q4_K_M") if model else None

    # session → view

    def render_report(self, report: Report) -> None:
        if not self.isVisible():
            return
        workload = report.build.workload or self._first()
        if workload is None:
            return
        fields = (self.model, self.quant, self.context, self.prompt, self.users, self.engine, self.split, self.kv_type,
                  self.host, self.layers, self.experts, self.draft, self.kept, self.images)  # fmt: skip
        blockers = [QSignalBlocker(field) for field in fields]
        self._show_choices(workload)
        for spin, value in ((self.context, workload.context), (self.prompt, workload.prompt),
                            (self.users, workload.users), (self.layers, workload.offload_layers),
                            (self.experts, workload.offload_experts)):  # fmt: skip
            spin.setValue(value)
        self.outcome.setText(outcome(report))
        del blockers

    def _show_choices(self, workload: Workload) -> None:
        engine = self._session.catalog.engines.get(workload.engine)
        labels = quant_labels(self._session.catalog, workload.model, workload.engine)
        if [self.quant.itemText(n) for n in range(self.quant.count())] != list(labels):
            self.quant.clear()
            self.quant.addItems(labels)
        self.quant.setCurrentIndex(self.quant.findText(workload.quant))
        self.quant.setEditText(workload.quant)
        for combo, value in ((self.model, workload.model), (self.engine, workload.engine), (self.host, workload.host)):
            _select(combo, value)
        _mark_lacking(self.split, SPLIT_WORDS, engine.splits if engine else None, engine.name if engine else "")
        _mark_lacking(self.kv_type, KV_WORDS, engine.kv_types if engine else None, engine.name if engine else "")
        _select(self.split, workload.split)
        _select(self.kv_type, workload.kv_type)
        for spin in (self.layers, self.experts):
            spin.setEnabled(engine is None or engine.offload)
        self._show_beside(workload)

    def _show_beside(self, workload: Workload) -> None:
        """Speculation and images, as far as this engine and model have them."""
        choices = draft_choices(self._session.catalog, workload)
        self.draft.clear()
        for key, words in choices:
            self.draft.addItem(words, key)
        _select(self.draft, workload.draft or "")
        self.draft.setEnabled(len(choices) > 1 or workload.draft is not None)
        self.kept.setValue(round((workload.acceptance or 0) * 100))
        self.kept.setEnabled(workload.draft is not None)
        model = self._session.catalog.models.get(workload.model)
        self.images.setCurrentIndex(self.images.findData(workload.images))
        self.images.setEnabled(workload.images or (model is not None and model.params_encoders > 0))

    # opening and closing

    def open_below(self) -> None:
        parent = self.parentWidget()
        assert parent is not None
        self.show()
        self.render_report(self._session.report)
        self.adjustSize()
        width = min(max(self.sizeHint().width(), 620), parent.width() - 16)
        corner = self._button.mapTo(parent, QPoint(0, self._button.height() + 4))
        height = max(self.sizeHint().height(), self.heightForWidth(width))
        self.setGeometry(min(corner.x(), parent.width() - width - 8), corner.y(), width, height)
        self.raise_()
        self.model.setFocus()
        line = self.model.lineEdit()
        assert line is not None
        line.selectAll()
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)

    def close_sheet(self) -> None:
        app = QApplication.instance()
        assert app is not None
        app.removeEventFilter(self)
        self.hide()
        self._button.setFocus()

    def toggle(self) -> None:
        if self.isVisible():
            self.close_sheet()
        else:
            self.open_below()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_sheet()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A press elsewhere in this window closes the sheet; lists that its fields open are windows of their own."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            elsewhere = isinstance(watched, QWidget) and watched.window() is self.window()
            inside = self.rect().contains(self.mapFromGlobal(event.globalPosition().toPoint()))
            if elsewhere and not inside and watched is not self._button:
                self.close_sheet()
        return False


def _combo(name: str, items: dict[str, str]) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    for key, text in items.items():
        combo.addItem(text, key)
    combo.setMinimumContentsLength(12)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return combo


def _spin(least: int, most: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(least, most)
    spin.setKeyboardTracking(False)
    indent(spin)
    return spin


def _select(combo: QComboBox, value: str) -> None:
    """What the list does not have is shown by its name all the same."""
    place = combo.findData(value)
    if place < 0:
        combo.addItem(f"{value} (unknown)", value)
        place = combo.count() - 1
    combo.setCurrentIndex(place)


def _mark_lacking(combo: QComboBox, words: Any, has: tuple[str, ...] | None, engine: str) -> None:
    """What the engine cannot do stays choosable, and says so."""
    for n in range(combo.count()):
        key = combo.itemData(n)
        word = words.get(key, key)
        word = word[:1].upper() + word[1:]
        combo.setItemText(n, word if has is None or key in has else f"{word} (not in {engine})")
