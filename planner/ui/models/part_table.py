"""The parts a picker offers, as a table: a list of rows, filtered and sorted in plain Python."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from planner.catalog.search import words
from planner.ui import theme
from planner.ui.models.part_columns import Column

Index = QModelIndex | QPersistentModelIndex
RECORD = Qt.ItemDataRole.UserRole


class PartTable(QAbstractTableModel):
    def __init__(self, records: Sequence[Any], columns: tuple[Column, ...], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = columns
        self._all = list(records)
        self._texts = {record.id: _searched(record, columns) for record in self._all}
        self._shown = self._all
        self._order: tuple[int, Qt.SortOrder] = (len(columns) - 1, Qt.SortOrder.AscendingOrder)
        self.now: str | None = None
        """Id of the part that is chosen already."""
        self.sort(*self._order)

    def narrow(self, typed: str, keep: Callable[[Any], bool]) -> None:
        """Show what has every typed word, and is to be kept."""
        wanted = typed.split()
        found = [r for r in self._all if _matches(wanted, *self._texts[r.id]) and keep(r)]
        if found != self._shown:
            self.beginResetModel()
            self._shown = found
            self.endResetModel()

    def record(self, row: int) -> Any:
        return self._shown[row]

    def row_of(self, ident: str) -> int:
        """-1 if it is not shown."""
        return next((n for n, record in enumerate(self._shown) if record.id == ident), -1)

    @property
    def shown(self) -> tuple[Any, ...]:
        return tuple(self._shown)

    @property
    def everything(self) -> tuple[Any, ...]:
        """In the present order."""
        return tuple(self._all)

    # Qt's own

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, side: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if side != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        record, column = self._shown[index.row()], self.columns[index.column()]
        if role == RECORD:
            return record
        if role == Qt.ItemDataRole.DisplayRole:
            text = column.text(record)
            return f"{text}  (now)" if index.column() == 0 and record.id == self.now else text
        if role == Qt.ItemDataRole.ToolTipRole:
            return escape(column.text(record))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {column.text(record)}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role == Qt.ItemDataRole.ForegroundRole and column.value(record) is None:
            return QColor(theme.current().muted)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """What is not known stays last in both orders."""
        self._order = (column, order)
        value = self.columns[column].value
        self.layoutAboutToBeChanged.emit()
        kept = {index: self._shown[index.row()].id for index in self.persistentIndexList()}
        self._all.sort(key=lambda r: r.title.lower())
        self._all.sort(key=lambda r: _sortable(value(r)), reverse=order == Qt.SortOrder.DescendingOrder)
        self._all.sort(key=lambda r: value(r) is None)
        visible = {record.id for record in self._shown}
        self._shown = [record for record in self._all if record.id in visible]
        for index, ident in kept.items():
            self.changePersistentIndex(index, self.index(self.row_of(ident), index.column()))
        self.layoutChanged.emit()

    def _alignment(self, column: int) -> Any:
        side = Qt.AlignmentFlag.AlignRight if self.columns[column].numeric else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


def _sortable(value: Any) -> tuple[int, float, str]:
    """Numbers and words in one order."""
    if isinstance(value, int | float):
        return 0, float(value), ""
    return 1, 0.0, str(value).lower()


def _searched(record: Any, columns: tuple[Column, ...]) -> tuple[str, str]:
    """All its words with a space before each, and those of its name run together."""
    texts = (record.id, record.title, *(column.text(record) for column in columns[1:-1]))
    return "".join(f" {word}" for text in texts for word in words(text)), "".join(words(record.title))


def _matches(wanted: Sequence[str], spaced: str, run_together: str) -> bool:
    """Every typed word begins a word (a4 is found in A4000), or stands somewhere in the name run together."""
    return all(f" {' '.join(words(typed))}" in spaced or "".join(words(typed)) in run_together for typed in wanted)
