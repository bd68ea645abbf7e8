"""Choosing a part: search, facets, what fits, and what would change, before anything is changed."""

from collections.abc import Iterator
from functools import partial
from time import perf_counter
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from planner.advice import choosing
from planner.advice.browsing import Browser
from planner.catalog.facets import Offer
from planner.evaluate import Report
from planner.session.session import Session
from planner.ui import choices
from planner.ui.charts.steadily import Steadily
from planner.ui.choices import Target
from planner.ui.dialogs.own_part import OwnPart
from planner.ui.dialogs.part_page import PartPage
from planner.ui.models.part_columns import FIT, columns
from planner.ui.models.part_table import BY_SEARCH, RECORD, PartTable
from planner.ui.widgets.buttons import link_button
from planner.ui.widgets.change_strip import ChangeStrip
from planner.ui.widgets.empty_list import EmptyList
from planner.ui.widgets.facet_button import UNCOUNTED, FacetButton
from planner.ui.widgets.flow import FlowBox
from planner.ui.widgets.header import Cut
from planner.ui.widgets.picker_table import PickerTable
from planner.ui.widgets.sheet import Sheet

REFRESH_S = 0.25
"""How often what has been judged meanwhile is shown."""
SLICE_S = 0.003
"""Parts are judged for so long in one go: with the last judgement of a large build that stays within a frame."""
PREVIEW_MS = 30
"""How long a row is highlighted before what would change is worked out."""
STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10}
DATA_KEY, COPY_KEY = "Ctrl+I", "Ctrl+E"


class Picker(Sheet):
    def __init__(self, session: Session, target: Target, parent: QWidget | None = None) -> None:
        super().__init__(target.title(), parent)
        self._session, self.target = session, target
        self.browser = Browser(session.candidates(target))
        self.model = PartTable(
            columns(target.kind, session.catalog, lambda: self.browser.candidates), self.browser.candidates, self
        )
        self._refreshed = 0.0
        self._wanted: str | None = None
        self._by_column = (len(self.model.columns) - 1, Qt.SortOrder.AscendingOrder)
        self._asked: object = None
        """Of what it is being worked out what would change; then of what it is shown."""
        self._previewed: object = None
        self._judging = Steadily(self, slice_s=SLICE_S)
        self._previewing = Steadily(self, wait_ms=PREVIEW_MS, slice_s=SLICE_S)
        self._make_top()
        self._make_list()
        self.strip = ChangeStrip()
        self.column.addWidget(self.strip)
        self._make_buttons()
        self._size_up(parent)
        self.order.show_wish(self._orders[-1])
        session.changed.connect(self._begin_anew)
        self._listening = True
        self._begin_anew()
        self._go_to(max(0, self.model.row_of(self.browser.now or "")))
        self.search.setFocus()

    # pieces

    def _make_top(self) -> None:
        noun = choices.NOUNS[self.target.kind]
        self.search = QLineEdit(placeholderText=f"Search: name, maker, figures of the {noun}")
        self.search.setAccessibleName("Search")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self.use)
        self.search.installEventFilter(self)
        self.column.addWidget(self.search)
        line = FlowBox(gap=6)
        self.facets = {facet.id: FacetButton(facet.title, facet.kind == "range") for facet in self.browser.facets}
        for name, button in self.facets.items():
            button.opened.connect(partial(self._offer, name))
            button.chosen.connect(partial(self._wish, name))
            line.add(button)
        self.clear_button = link_button("Clear filters")
        self.clear_button.clicked.connect(self._clear)
        line.add(self.clear_button)
        self.column.addWidget(line)
        self.only_fitting = QCheckBox("Only parts that &fit this build")
        self.only_fitting.setToolTip(
            "Hides what brings an error that another part would not bring.\n"
            "Parts with a warning stay, and parts that could not be checked: their rows say so."
        )
        self.only_fitting.setChecked(True)
        self.only_fitting.clicked.connect(self._filter)
        self.count = Cut("", "muted")
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout()
        row.addWidget(self.only_fitting)
        row.addSpacing(12)
        row.addWidget(self.count, 1)
        self.order = FacetButton("Order", one_only=True, spoken="Order")
        self.order.opened.connect(self._offer_orders)
        self.order.chosen.connect(self._choose_order)
        row.addWidget(self.order)
        self.column.addLayout(row)

    def _make_list(self) -> None:
        self.table = PickerTable(self.model)
        self.table.measure(self.browser.everything)
        self.table.activated.connect(self.use)
        self.table.horizontalHeader().sortIndicatorChanged.connect(self._sorted)
        self.table.selectionModel().currentRowChanged.connect(self._wait_to_preview)
        self.table.verticalScrollBar().valueChanged.connect(self._judge)
        self.model.modelReset.connect(self._keep_current)
        self.empty = EmptyList()
        self.empty.wanted.connect(self._take_back)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.table)
        self.pages.addWidget(self.empty)
        self.column.addWidget(self.pages, 1)

    def _make_buttons(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        word = "Add to the build" if self.target.adds else "Use this"
        self.use_button = buttons.addButton(word, QDialogButtonBox.ButtonRole.AcceptRole)
        self.use_button.setObjectName("primary")
        self.use_button.clicked.connect(self.use)
        self.data_button = self._side_button("&Data page", DATA_KEY, self.show_data)
        self.copy_button = self._side_button("Copy and &edit…", COPY_KEY, self.copy_and_edit)
        left = [self.data_button, self.copy_button]
        if self.browser.now is not None:
            left.insert(0, self._side_button("&Remove from the build", "", self.remove))
        for button in left:
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ResetRole)
        for made in buttons.findChildren(QPushButton):
            made.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        self.column.addWidget(buttons)

    def _side_button(self, text: str, key: str, does: Any) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(does)
        if key:
            button.setToolTip(key)
            action = QAction(text, self)
            action.setShortcut(QKeySequence(key))
            action.triggered.connect(does)
            self.addAction(action)
        return button

    def _size_up(self, parent: QWidget | None) -> None:
        """As wide as the columns want, within the window it belongs to."""
        room = parent.window().size() if parent else self.screen().availableSize()
        wide = self.table.wanted_width() + 40
        self.resize(min(max(880, wide), max(720, room.width() - 24)), min(760, max(560, room.height() - 40)))

    # what the user does

    def use(self) -> None:
        record = self._current()
        if record is None:
            return
        build = choices.put(self._session, self.target, record.id)
        self._leave()
        self._session.edit(choices.verb(self.target, record), build)
        self.accept()

    def remove(self) -> None:
        part = choices.offered(self._session.catalog, self.target.kind).get(self.browser.now or "")
        name = part.title if part else self.browser.now
        self._leave()
        self._session.edit(f"Remove {name}", choices.taken_out(self._session.build, self.target))
        self.accept()

    def show_data(self) -> None:
        if record := self._current():
            PartPage(record, self).show()

    def copy_and_edit(self) -> None:
        if record := self._current():
            OwnPart(self._session, self.target, record, self).show()

    def done(self, result: int) -> None:
        self._leave()
        super().done(result)

    def _leave(self) -> None:
        """The build is about to change, or nobody looks any more."""
        self._judging.stop()
        self._previewing.stop()
        if self._listening:
            self._session.changed.disconnect(self._begin_anew)
            self._listening = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows go through the list while the words are typed."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = STEPS.get(Qt.Key(event.key()), 0)
            if step:
                row = self.table.currentIndex().row()
                self._go_to(min(max(0, row + step), self.model.rowCount() - 1))
                return True
        return super().eventFilter(watched, event)

    # search and facets

    def _typed(self, text: str) -> None:
        """The best match first, unless there is nothing to match."""
        began = bool(text.strip()) and not self.browser.typed.strip()
        ended = not text.strip() and bool(self.browser.typed.strip())
        self.browser.typed = text
        if began:
            self.table.sort_by(BY_SEARCH, Qt.SortOrder.AscendingOrder)
        elif ended and self.model.sorted_by == BY_SEARCH:
            self.table.sort_by(*self._by_column)
        self._wanted = None
        self._filter(keep=False)

    def _sorted(self, column: int, order: Qt.SortOrder) -> None:
        if column != BY_SEARCH:
            self._by_column = (column, order)
        falling = ", falling" if order == Qt.SortOrder.DescendingOrder else ""
        self.order.show_wish(f"{self._orders[column + 1]}{falling}")
        self._judge()

    @property
    def _orders(self) -> tuple[str, ...]:
        """Best match, then the columns."""
        return ("Best match", *(column.title for column in self.model.columns))

    def _offer_orders(self) -> None:
        lines = [Offer(frozenset((n,)), title, UNCOUNTED) for n, title in enumerate(self._orders)]
        self.order.offer(lines, [self.model.sorted_by + 1])

    def _choose_order(self, lines: list[int]) -> None:
        """The one there is already: the other way round."""
        now, falling = self.model.sorted_by, self._by_column[1] == Qt.SortOrder.DescendingOrder
        column = lines[0] - 1 if lines else now
        turned = column == now and column != BY_SEARCH and not falling
        self.table.sort_by(column, Qt.SortOrder.DescendingOrder if turned else Qt.SortOrder.AscendingOrder)
        self._offer_orders()

    def _offer(self, facet: str) -> None:
        self.facets[facet].offer(self.browser.offers(facet), self.browser.marked(facet))

    def _wish(self, facet: str, lines: list[int]) -> None:
        self.browser.mark(facet, lines)
        self._filter()

    def _clear(self) -> None:
        self.browser.wishes.clear()
        self._filter()

    def _take_back(self, what: str) -> None:
        self.browser.take_back(what)
        if self.search.text() != self.browser.typed:
            self.search.setText(self.browser.typed)
        self.only_fitting.setChecked(self.browser.only_fitting)
        self._filter()
        self.search.setFocus()

    def _filter(self, _: object = None, keep: bool = True) -> None:
        self.browser.only_fitting = self.only_fitting.isChecked()
        for name, button in self.facets.items():
            button.show_wish(self.browser.wish_words(name))
        self.clear_button.setVisible(bool(self.browser.wishes))
        self._show(keep)
        self._judge()

    def _show(self, keep: bool = True) -> None:
        """The rows as far as they are known."""
        shown = self.browser.shown()
        if keep and (record := self._current()):
            self._wanted = record.id
        place = self.table.verticalScrollBar().value()
        self.model.show(shown.records, self.browser.hits())
        self.table.verticalScrollBar().setValue(place if keep else 0)
        self.count.setText(" · ".join(text for text in (self.browser.found.remark, shown.words) if text))
        nothing = not shown.records and not shown.waiting
        if nothing:
            self.empty.say(self.browser.empty_words(), self.browser.ways_out())
        self.pages.setCurrentIndex(1 if nothing else 0)
        if self._current() is None:
            self._go_to(0)
        self._wait_to_preview()

    # current row

    def _keep_current(self) -> None:
        """After filtering: the same part if it is still there, else the first."""
        row = self.model.row_of(self._wanted) if self._wanted else -1
        if row < 0 and self.model.rowCount():
            row = 0
        if row >= 0:
            self.table.setCurrentIndex(self.model.index(row, 0))

    def _go_to(self, row: int) -> None:
        if 0 <= row < self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(row, 0))
            self.table.scrollTo(self.model.index(row, 0))

    def _current(self) -> Any:
        index: QModelIndex = self.table.currentIndex()
        return index.data(RECORD) if index.isValid() else None

    # how each would do

    @property
    def judging(self) -> bool:
        """Not all is worked out that the list, or what would change, waits for."""
        return self._judging.busy or self._previewing.busy

    def _begin_anew(self, _: object = None) -> None:
        """At first, and whenever the build or the catalog became another: nothing judged before counts any more."""
        self.browser.use(self._session.candidates(self.target))
        self.model.use(self.browser.candidates, self.browser.now)
        self._previewing.stop()
        self._previewed = None
        self._filter()

    def _judge(self, _: object = None) -> None:
        self._judging.start(self._pieces(), self._judged)

    def _pieces(self) -> Iterator[object]:
        """What can be seen first, then what the list waits for, then what a sorting or a doubt needs."""
        yield from self._showing(self.browser.candidates.working_out(record.id for record in self.table.in_sight()))
        self.model.judged()
        yield from self.browser.prepare()
        if self.browser.only_fitting or self.model.sorted_by == FIT:
            ordered = self.model.in_order(self.browser.matching())
            yield from self._showing(self.browser.candidates.working_out(record.id for record in ordered))
        if self.browser.only_fitting and self.browser.shown().waiting:
            rest = (record.id for record in self.browser.everything)
            yield from self._showing(self.browser.candidates.working_out(rest))

    def _showing(self, pieces: Iterator[None]) -> Iterator[None]:
        """The same, with what became known shown now and then."""
        for piece in pieces:
            if perf_counter() - self._refreshed > REFRESH_S:
                self._refreshed = perf_counter()
                yield piece
                self._show()
                self.model.judged()
            yield piece

    def _judged(self) -> None:
        if self.model.sorted_by == FIT:
            self.model.sort(*self._by_column)
        self._show()
        self.model.judged()
        QTimer.singleShot(0, self, self._come_into_view)

    def _come_into_view(self) -> None:
        """What is chosen already may have ended up below the edge; a row the user went to stays where it is."""
        record = self._current()
        if record is not None and record.id == self.browser.now:
            self.table.scrollTo(self.table.currentIndex())

    # what would change

    def _wait_to_preview(self, *_: object) -> None:
        record = self._current()
        for button in (self.use_button, self.data_button, self.copy_button):
            button.setEnabled(record is not None)
        if record is None:
            self._previewing.stop()
            self._previewed = None
            self.strip.clear()
        elif record is not (self._asked if self._previewing.busy else self._previewed):
            self._asked = record
            self._previewing.start(self._preview(record))

    def _preview(self, record: Any) -> Iterator[object]:
        session = self._session
        pieces = choosing.putting(session.report, session.catalog, self.target, record.id, session.preview)
        _, after = yield from pieces
        yield from self.browser.candidates.working_out([record.id])
        self._previewed = record
        self._tell(record, after)

    def _tell(self, record: Any, after: Report) -> None:
        standing = self.browser.candidates.get(record.id)
        self.strip.show_change(record.title, self._session.report, after, standing.needs if standing else ())
