"""The parts of the build in buying order. Enter opens the picker, Delete takes a part out, Ctrl+D adds another one."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QVBoxLayout, QWidget

from planner.evaluate import Report
from planner.session.session import Session
from planner.ui import choices
from planner.ui.choices import Target
from planner.ui.models.part_list import ROW, PartList
from planner.ui.models.part_rows import PartRow, part_rows
from planner.ui.selection import Selection
from planner.ui.widgets.header import PanelHeader
from planner.ui.widgets.part_delegate import PartDelegate


class PartsPanel(QWidget):
    wanted = Signal(object)
    """A Target: the user wants to choose a part."""
    data_wanted = Signal(object)
    """A Target: every field of the part that is there."""
    copy_wanted = Signal(object)
    """A Target: the part that is there, as one of the user's own."""

    def __init__(self, session: Session, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._selection = session, selection
        self.model = PartList(self)
        self.view = self._make_view()
        self.header = PanelHeader("Parts")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.view)
        self._add_actions()
        selection.changed.connect(self._highlight)
        session.changed.connect(self.render_report)
        self.render_report(session.report)

    def render_report(self, report: Report) -> None:
        current = self._row()
        self.model.show(part_rows(report))
        if current is not None and self._row() is None:
            self._make_current(current.target)
        self._highlight(self._selection.keys)

    def _make_view(self) -> QListView:
        view = QListView()
        view.setObjectName("partsList")
        view.setAccessibleName("Parts of the build")
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setModel(self.model)
        view.setItemDelegate(PartDelegate(view))
        view.setMouseTracking(True)
        view.setUniformItemSizes(True)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._show_menu)
        view.clicked.connect(self._clicked)
        view.activated.connect(self._activated)
        view.selectionModel().currentChanged.connect(self._current_changed)
        return view

    def _add_actions(self) -> None:
        self.choose_action = self._action("Choose another…", "", self.choose)
        self.remove_action = self._action("Remove", QKeySequence.StandardKey.Delete, self.remove)
        self.duplicate_action = self._action("Add another one like it", "Ctrl+D", self.duplicate)
        self.data_action = self._action("Data page", "", lambda: self._about_row(self.data_wanted))
        self.copy_action = self._action("Copy and edit…", "", lambda: self._about_row(self.copy_wanted))
        self.bridge_action = self._action("Add an NVLink bridge…", "", lambda: self.wanted.emit(Target("bridges")))
        self.supply_action = self._action("Add another power supply…", "", lambda: self.wanted.emit(Target("psus")))
        self.drive_action = self._action("Add another drive…", "", lambda: self.wanted.emit(Target("drives")))

    def _action(self, text: str, key: QKeySequence.StandardKey | str, does: object) -> QAction:
        action = QAction(text, self)
        if key:
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(does)
        self.addAction(action)
        return action

    # What the user does

    def choose(self) -> None:
        if row := self._row():
            self.wanted.emit(row.target)

    def remove(self) -> None:
        row = self._row()
        if row and not row.invites:
            self._session.edit(f"Remove {row.title}", choices.taken_out(self._session.build, row.target))

    def duplicate(self) -> None:
        row = self._row()
        if row is None or row.invites or not row.target.several:
            return
        part = choices.chosen_part(self._session.build, row.target)
        if part is not None:
            self._session.edit(f"Add another {row.title}", choices.put(self._session, Target(row.target.kind), part))

    def _about_row(self, signal: SignalInstance) -> None:
        row = self._row()
        if row and not row.invites:
            signal.emit(row.target)

    def _activated(self, index: QModelIndex) -> None:
        self.wanted.emit(index.data(ROW).target)

    def _clicked(self, index: QModelIndex) -> None:
        if index.data(ROW).invites:
            self.wanted.emit(index.data(ROW).target)

    def _current_changed(self, index: QModelIndex) -> None:
        row: PartRow | None = index.data(ROW) if index.isValid() else None
        if row and row.key and self.view.hasFocus():
            self._selection.select((row.key,))

    def _show_menu(self, where: QPoint) -> None:
        row = self._row()
        if row is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.choose_action)
        if not row.invites:
            menu.addActions([self.duplicate_action] if row.target.several else [])
            menu.addAction(self.remove_action)
            menu.addSeparator()
            menu.addActions([self.data_action, self.copy_action])
        menu.addSeparator()
        menu.addActions([self.bridge_action, self.supply_action, self.drive_action])
        menu.popup(self.view.viewport().mapToGlobal(where))

    # What is shown

    def _row(self) -> PartRow | None:
        index = self.view.currentIndex()
        return index.data(ROW) if index.isValid() else None

    def _make_current(self, target: Target) -> None:
        """After rows came or went: the same row, else the one that took its place."""
        same = [n for n, row in enumerate(self.model.rows) if row.target == target]
        kind = [n for n, row in enumerate(self.model.rows) if row.target.kind == target.kind]
        for n in (same or kind)[:1]:
            flag = QItemSelectionModel.SelectionFlag.NoUpdate
            self.view.selectionModel().setCurrentIndex(self.model.index(n), flag)

    def _highlight(self, keys: tuple[str, ...]) -> None:
        picked = self.view.selectionModel()
        wanted = [n for n, row in enumerate(self.model.rows) if row.key and row.key in keys]
        if sorted(index.row() for index in picked.selectedIndexes()) == wanted:
            return  # every row would be painted anew
        picked.clearSelection()
        for n in wanted:
            picked.select(self.model.index(n), QItemSelectionModel.SelectionFlag.Select)
