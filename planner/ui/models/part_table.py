"""The parts a picker offers, as a table: rows come in from outside, here they are put in order and shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from planner.advice.candidates import Candidates, Level, Standing
from planner.catalog.finder import Hit, marks
from planner.ui.models.part_columns import FIT, Column
from planner.ui.widgets.tip import plain_tip

Index = QModelIndex | QPersistentModelIndex
RECORD = Qt.ItemDataRole.UserRole
LOOK = Qt.ItemDataRole.UserRole + 1
"""All a cell shows, in one: asking Qt for each role by itself takes longer than painting."""
BY_SEARCH = -1
"""Instead of a column: in the order the rows came in."""


@dataclass(frozen=True, slots=True)
class Look:
    text: str
    right: bool = False
    known: bool = True
    meant: bool = False
    """A typed word meant this figure."""
    marks: tuple[tuple[int, int], ...] = ()
    """Places of the text (begin, end) that match what was typed."""
    level: Level | None = None
    """How the part would do; only in the column that says so."""


class PartTable(QAbstractTableModel):
    def __init__(self, columns: tuple[Column, ...], candidates: Candidates, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = columns
        self.candidates = candidates
        self.now: str | None = None
        """Id of the part that is chosen already."""
        self._given: list[Any] = []
        self._shown: list[Any] = []
        self._hits: Mapping[str, Hit] = {}
        self._looks: dict[tuple[str, int], Look] = {}
        self._order: tuple[int, Qt.SortOrder] = (len(columns) - 1, Qt.SortOrder.AscendingOrder)

    def use(self, candidates: Candidates, now: str | None) -> None:
        """The build became another."""
        self.candidates, self.now = candidates, now
        self._looks.clear()

    def show(self, records: Sequence[Any], hits: Mapping[str, Hit]) -> None:
        """These rows; where they only grew at the end, the others are left alone."""
        marked = hits != self._hits
        self._given, self._hits = list(records), hits
        if marked:
            self._looks.clear()
        found = self.in_order(self._given)
        old = len(self._shown)
        if len(found) >= old and found[:old] == self._shown:
            if len(found) > old:
                self.beginInsertRows(QModelIndex(), old, len(found) - 1)
                self._shown = found
                self.endInsertRows()
            if marked and old:
                self._tell(0, old - 1)
        else:
            self.beginResetModel()
            self._shown = found
            self.endResetModel()

    def in_order(self, records: Sequence[Any]) -> list[Any]:
        """By the column chosen; what is not known stays last in both orders."""
        column, order = self._order
        if column == BY_SEARCH:
            return list(records)
        value = self.columns[column].value
        down = order == Qt.SortOrder.DescendingOrder
        known = [(_sortable(value(r)), r) for r in records if value(r) is not None]
        unknown = [r for r in records if value(r) is None]
        known.sort(key=lambda pair: pair[1].title.lower())
        known.sort(key=lambda pair: pair[0], reverse=down)
        return [r for _, r in known] + sorted(unknown, key=lambda r: r.title.lower())

    def judged(self) -> None:
        """More parts have been worked out."""
        if self._shown:
            self.dataChanged.emit(self.index(0, FIT), self.index(len(self._shown) - 1, FIT))

    def _tell(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def record(self, row: int) -> Any:
        return self._shown[row]

    def row_of(self, ident: str) -> int:
        """-1 if it is not shown."""
        return next((n for n, record in enumerate(self._shown) if record.id == ident), -1)

    @property
    def shown(self) -> tuple[Any, ...]:
        return tuple(self._shown)

    @property
    def sorted_by(self) -> int:
        """A column, or BY_SEARCH."""
        return self._order[0]

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
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self.columns[section].tip)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        record, number = self._shown[index.row()], index.column()
        column = self.columns[number]
        if role == RECORD:
            return record
        if role == LOOK:
            return self._look(record, number)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(record, number)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._tip(record, number))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {self._text(record, number)}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(number)
        return None

    def _look(self, record: Any, number: int) -> Look:
        if number == FIT:
            standing = self.candidates.get(record.id)
            return Look(
                self._text(record, number), known=standing is not None, level=standing.level if standing else None
            )
        if (record.id, number) not in self._looks:
            column = self.columns[number]
            hit = self._hits.get(record.id)
            self._looks[record.id, number] = Look(
                text=self._text(record, number),
                right=column.numeric,
                known=column.value(record) is not None,
                meant=bool(hit and column.facet and column.facet in hit.facets),
                marks=marks(column.text(record), hit.terms) if hit and number == 0 else (),
            )
        return self._looks[record.id, number]

    def _text(self, record: Any, number: int) -> str:
        text = self.columns[number].text(record)
        if number == FIT and self.candidates.get(record.id) is None:
            return "checking…"
        return f"{text}  (now)" if number == 0 and record.id == self.now else text

    def _tip(self, record: Any, number: int) -> str:
        if number == 0:
            return str(record.title)
        if number == FIT:
            standing: Standing | None = self.candidates.get(record.id)
            return "\n".join(standing.lines) if standing else ""
        return self.columns[number].text(record)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order = (column, order)
        self.layoutAboutToBeChanged.emit()
        kept = {index: self._shown[index.row()].id for index in self.persistentIndexList()}
        self._shown = self.in_order(self._given)
        for index, ident in kept.items():
            self.changePersistentIndex(index, self.index(self.row_of(ident), index.column()))
        self.layoutChanged.emit()

    def _alignment(self, column: int) -> Any:
        side = Qt.AlignmentFlag.AlignRight if self.columns[column].numeric else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


def _sortable(value: Any) -> tuple[int, Any, str]:
    """Numbers and words in one order."""
    if isinstance(value, int | float):
        return 0, float(value), ""
    if isinstance(value, tuple):
        return 1, value, ""
    return 2, 0, str(value).lower()
