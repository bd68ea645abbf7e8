"""Launch commands: what to type to start the model as planned, or why there is nothing to type."""

from math import ceil

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QResizeEvent, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from planner.documents.launch import Command, Launch, launch
from planner.evaluate import Report
from planner.ui import theme
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.page import to_read
from planner.ui.widgets.sheet import Sheet, source_label

COPIED_MS = 1600
"""How long the button says that it copied."""
READING = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


class LaunchSheet(Sheet):
    """Follows the build while it stays open."""

    def __init__(self, report: Report, parent: QWidget | None = None) -> None:
        super().__init__("Launch commands", parent)
        self.resize(680, 600)
        self.head = plain_label("", "dialogTitle", wraps=True)
        self.head.setFont(theme.font(3, bold=True))
        self.column.addWidget(self.head)
        self.page = to_read(QWidget(), "Launch commands")
        self.column.addWidget(self.page, 1)
        self.boxes: list[CommandBox] = []
        self.add_close()
        self._shown: object = None
        self.render_report(report)

    def render_report(self, report: Report) -> None:
        """Where commands stay as they are, so do focus and selection."""
        found = launch(report.rig, report.facts.memory)
        model, work = report.rig.model, report.rig.workload
        named = f": {model.name}, {work.quant}" if model and work else ""
        self.head.setText(f"{found.engine}{named}" if report.rig.workload else "Nothing to launch")
        if found == self._shown:
            return
        self._shown = found
        self.boxes = [CommandBox(command) for command in found.commands] if isinstance(found, Launch) else []
        self.page.setWidget(self._page(found) if isinstance(found, Launch) else _refused(found.reason))
        if self.boxes:
            self.boxes[0].copy.setFocus()

    def _page(self, found: Launch) -> QWidget:
        page, column = _empty_page()
        for box in self.boxes:
            column.addWidget(box)
        for note in found.notes:
            column.addWidget(plain_label(note, wraps=True))
        for source in found.sources:
            column.addWidget(source_label(source))
        column.addStretch(1)
        return page


class CommandBox(QWidget):
    """One command with its name: Tab goes to Copy and to the text, which the keyboard can select as well."""

    def __init__(self, command: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.command = command
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(4)
        name = plain_label(command.title, wraps=True)
        name.setFont(theme.font(bold=True))
        self.copy = QPushButton("Copy")
        self.copy.setAccessibleName(f"Copy: {command.title}")
        self.copy.setAutoDefault(True)  # Enter copies what has the focus
        self.copy.clicked.connect(self._copy)
        row = QHBoxLayout()
        row.addWidget(name, 1)
        row.addWidget(self.copy)
        column.addLayout(row)
        self.text = CommandText(command)
        column.addWidget(self.text)
        self._back = QTimer(self, singleShot=True, interval=COPIED_MS)
        self._back.timeout.connect(lambda: self.copy.setText("Copy"))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.command.text)
        self.copy.setText("Copied")
        self._back.start()


class CommandText(QPlainTextEdit):
    """As high as its lines; a line longer than the sheet goes on below."""

    def __init__(self, command: Command) -> None:
        super().__init__(command.text)
        self.setReadOnly(True)
        self.setTextInteractionFlags(READING)
        self.setTabChangesFocus(True)
        self.setFont(_mono())
        self.setAccessibleName(command.title)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        around = self.height() - self.viewport().height() + 2 * self.document().documentMargin()
        self.setFixedHeight(ceil(self.text_height() + around))

    def text_height(self) -> float:
        """Of all lines, those that go on below included."""
        block, height = self.document().firstBlock(), 0.0
        while block.isValid():
            height += self.blockBoundingRect(block).height()
            block = block.next()
        return height


def _mono() -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(theme.font().pointSizeF())
    return font


def _refused(reason: str) -> QWidget:
    page, column = _empty_page()
    column.addWidget(plain_label(reason, wraps=True))
    column.addStretch(1)
    return page


def _empty_page() -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    page.setObjectName("sheetPage")
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 8, 0)
    column.setSpacing(8)
    return page, column
