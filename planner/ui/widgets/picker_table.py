"""The table of the picker: rows to choose from, columns wide enough for all their texts."""

from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from planner.ui.models.part_columns import FIT
from planner.ui.models.part_table import PartTable
from planner.ui.widgets.picker_cells import Cell, FitCell, NameCell

NAME_WIDTH, FIT_WIDTH, ROW_HEIGHT = 300, 320, 27
NAME_SHARE, LEAST = 0.56, 320
"""Of the room that the figures leave; names that lose their middle cannot be told apart."""
MEASURED = 60
"""Longest texts of a column that are measured."""


class PickerTable(QTableView):
    def __init__(self, model: PartTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = model
        self.setAccessibleName("Parts to choose from")
        self.setModel(model)
        self.setItemDelegate(Cell(self))
        self.setItemDelegateForColumn(0, NameCell(self))
        self.setItemDelegateForColumn(FIT, FitCell(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setMinimumSectionSize(50)
        head.setSortIndicator(len(model.columns) - 1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)

    def measure(self, records: tuple[Any, ...]) -> None:
        """Wide enough for every text of a column, so that nothing shifts while rows come and go."""
        letters = self.fontMetrics()
        for n, column in enumerate(self._parts.columns):
            if n in (0, FIT):
                continue
            texts = sorted({column.text(record) for record in records}, key=len, reverse=True)[:MEASURED]
            wide = max(letters.horizontalAdvance(text) for text in (*texts, column.title + "  ▾"))
            self.setColumnWidth(n, min(column.widest, wide + 26))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out()

    def _share_out(self) -> None:
        """What the figures leave goes to the name and to how the part would do."""
        figures = sum(self.columnWidth(n) for n in range(len(self._parts.columns)) if n not in (0, FIT))
        left = max(LEAST, self.viewport().width() - figures)
        self.setColumnWidth(0, round(left * NAME_SHARE))
        self.setColumnWidth(FIT, left - round(left * NAME_SHARE))

    def wanted_width(self) -> int:
        figures = (self.columnWidth(n) for n in range(len(self._parts.columns)) if n not in (0, FIT))
        return NAME_WIDTH + FIT_WIDTH + sum(figures)

    def sort_by(self, column: int, order: Qt.SortOrder) -> None:
        """Also by no column: as the rows came in."""
        self.horizontalHeader().setSortIndicator(column, order)
        self._parts.sort(column, order)

    def in_sight(self) -> tuple[Any, ...]:
        """Records of the rows that can be seen, and the current one."""
        if not self._parts.rowCount():
            return ()
        first = max(0, self.rowAt(0))
        last = self.indexAt(QPoint(0, self.viewport().height() - 1)).row()
        last = self._parts.rowCount() - 1 if last < 0 else last
        rows = [*([self.currentIndex().row()] if self.currentIndex().isValid() else []), *range(first, last + 1)]
        return tuple(self._parts.record(row) for row in rows)
