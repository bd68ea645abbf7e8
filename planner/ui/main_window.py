"""Places the panels and ties their wishes to the commands; nothing else."""

import base64
import binascii
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenuBar,
    QSizePolicy,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from planner.catalog import examples
from planner.files.settings import Settings
from planner.session.keeping import Keeper
from planner.session.session import Session
from planner.ui.actions import fill_menus, make_actions
from planner.ui.commands import Commands
from planner.ui.panels.findings import FindingsPanel
from planner.ui.panels.headline import HeadlineBar
from planner.ui.panels.parts import PartsPanel
from planner.ui.panels.slots import SlotsPanel
from planner.ui.panels.workload_bar import WorkloadButton, WorkloadSheet
from planner.ui.preferences import Preferences
from planner.ui.selection import Selection
from planner.ui.widgets.notice import NoticeBar

TITLES = {
    "dual-4090": "Two RTX 4090: what goes wrong",
    "dual-4090-right": "Two RTX 4090, done right",
    "quad-3090": "Four RTX 3090 on a server board",
    "rtx-pro-6000": "One RTX PRO 6000",
    "dual-5060-ti": "Two RTX 5060 Ti, small and quiet",
}


class MainWindow(QMainWindow):
    def __init__(self, session: Session, preferences: Preferences, keeper: Keeper | None = None) -> None:
        super().__init__()
        self.session, self.preferences = session, preferences
        session.setParent(self)  # they end together; a session that ends first would still tell the window so
        self.selection = Selection(self)
        self.keeper = keeper or Keeper(session, self)
        self.commands = Commands(self, session, preferences, self.keeper)
        self.actions_by_id = make_actions(self.commands, self)
        self.addActions(list(self.actions_by_id.values()))
        self.results: QWidget | None = None
        self._painted = False
        self._make_panels()
        self._lay_out()
        self._connect()
        self._show_file()
        self._show_history()
        self._restore(preferences.settings)

    # panels in their places

    def _make_panels(self) -> None:
        session, selection = self.session, self.selection
        self.workload = WorkloadButton(session, selection)
        self.parts = PartsPanel(session, selection)
        self.slots = SlotsPanel(session, selection)
        self.findings = FindingsPanel(session, selection)
        self.headline = HeadlineBar(session, selection)
        self.notice = NoticeBar()

    def _lay_out(self) -> None:
        self.sides = _splitter(Qt.Orientation.Horizontal, (self.parts, 0), (self.slots, 1), (self.findings, 0))
        self.parts.setMinimumWidth(230)
        self.findings.setMinimumWidth(270)
        self.below = QFrame()
        self.below.setObjectName("resultsPlace")
        self.below.setMinimumHeight(150)
        QVBoxLayout(self.below).setContentsMargins(0, 0, 0, 0)
        self.main = _splitter(Qt.Orientation.Vertical, (self.sides, 2), (self.below, 1))
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_bar())
        column.addWidget(self.notice)
        column.addWidget(self.main, 1)
        column.addWidget(self.headline)
        self.setCentralWidget(page)
        self.workload_sheet = WorkloadSheet(self.session, self.workload, page)
        self.setMinimumSize(960, 600)

    def _make_bar(self) -> QWidget:
        bar = QWidget()
        bar.setObjectName("toolbar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(8, 6, 10, 6)
        row.setSpacing(2)
        self.menus = QMenuBar()
        self.menus.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._sub_menus = fill_menus(self.menus, self.actions_by_id)
        row.addWidget(self.menus, 0, Qt.AlignmentFlag.AlignVCenter)
        for name in ("|", "new", "open", "save", "|", "undo", "redo", "|"):
            row.addWidget(_line() if name == "|" else self._tool(name))
        row.addWidget(self.workload, 0)
        row.addStretch(1)
        row.addWidget(self._tool("checklist", primary=True))
        return bar

    def _tool(self, name: str, primary: bool = False) -> QToolButton:
        button = QToolButton()
        button.setObjectName("primary" if primary else "tool")
        button.setDefaultAction(self.actions_by_id[name])
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _connect(self) -> None:
        commands, session = self.commands, self.session
        self.workload.clicked.connect(commands.workload)
        self.parts.wanted.connect(commands.pick)
        self.parts.data_wanted.connect(commands.data_page)
        self.parts.copy_wanted.connect(commands.copy_and_edit)
        self.slots.wanted.connect(commands.pick)
        self.findings.steps_wanted.connect(commands.show_steps)
        self.findings.accept_wanted.connect(commands.accept)
        self.findings.rule_wanted.connect(commands.rule_page)
        self.headline.wanted.connect(commands.show_number)
        session.file_changed.connect(self._show_file)
        session.changed.connect(self._show_file)
        session.history.indexChanged.connect(self._show_history)
        self._sub_menus["examples"].aboutToShow.connect(self._fill_examples)
        self._sub_menus["recent"].aboutToShow.connect(self._fill_recent)
        self.actions_by_id[f"theme_{self.preferences.settings.theme}"].setChecked(True)

    # what the frame shows

    def _show_file(self, *_: object) -> None:
        path = self.session.path
        name = self.session.build.name
        where = f" ({path.name})" if path and path.stem != name else ""
        self.setWindowTitle(f"{name}{where}[*] – Slotwise")
        self.setWindowModified(not self.session.saved)

    def _show_history(self, *_: object) -> None:
        history = self.session.history
        for name, can, text in (
            ("undo", history.canUndo(), history.undoText()),
            ("redo", history.canRedo(), history.redoText()),
        ):
            action = self.actions_by_id[name]
            action.setEnabled(can)
            word = name.capitalize()
            action.setText(f"&{word} {text}".rstrip())
            action.setIconText(word)
            keys = action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)
            action.setToolTip(f"{word} {text}  ({keys})" if text else f"{word}  ({keys})")

    def _fill_examples(self) -> None:
        menu = self._sub_menus["examples"]
        menu.clear()
        for name in examples.names():
            menu.addAction(TITLES.get(name, name)).triggered.connect(
                lambda _=False, name=name: self.commands.new_from(name)
            )

    def _fill_recent(self) -> None:
        menu = self._sub_menus["recent"]
        menu.clear()
        for name in self.preferences.settings.recent:
            menu.addAction(name).triggered.connect(lambda _=False, name=name: self.commands.open_recent(name))
        if menu.isEmpty():
            menu.addAction("No files yet").setEnabled(False)

    # start, size, end

    def event(self, event: QEvent) -> bool:
        """The first painting sets the slow things going: charts are loaded once there is something to look at."""
        done = super().event(event)
        if event.type() == QEvent.Type.Paint and not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.load_results)
        return done

    def load_results(self) -> None:
        if self.results is not None:
            return
        from planner.ui.panels.results import ResultsPanel

        self.results = ResultsPanel(self.session, self.selection)
        layout = self.below.layout()
        assert layout is not None
        layout.addWidget(self.results)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.commands.may_go():
            event.ignore()
            return
        parts = (self.saveGeometry(), self.main.saveState(), self.sides.saveState())
        self.preferences.change(geometry=" ".join(base64.b64encode(part.data()).decode() for part in parts))
        event.accept()

    def _restore(self, settings: Settings) -> None:
        screen = QGuiApplication.primaryScreen().availableSize()
        self.resize(min(1440, screen.width()), min(900, screen.height()))
        narrow = self.width() < 1400
        left, right = (284, 324) if narrow else (300, 356)
        self.sides.setSizes([left, max(1, self.width() - left - right), right])
        results = round(self.height() * 0.3)
        self.main.setSizes([max(1, self.height() - results - 75), results])
        self.headline.setFocus()  # nothing is marked at the start; Tab goes to the first button
        try:
            geometry, main, sides = (QByteArray(base64.b64decode(part)) for part in settings.geometry.split(" "))
        except (ValueError, binascii.Error):
            return
        self.restoreGeometry(geometry)
        self.main.restoreState(main)
        self.sides.restoreState(sides)


def _splitter(orientation: Qt.Orientation, *panels: tuple[QWidget, int]) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setHandleWidth(1)
    splitter.setChildrenCollapsible(False)
    for place, (panel, stretch) in enumerate(panels):
        splitter.addWidget(panel)
        splitter.setStretchFactor(place, stretch)
    return splitter


def _line() -> Any:
    line = QFrame()
    line.setObjectName("barLine")
    line.setFixedSize(1, 22)
    return line
