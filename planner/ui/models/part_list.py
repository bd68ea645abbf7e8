"""The parts list as an item model over a tuple of rows."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from planner.ui.models.part_rows import PartRow

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole


class PartList(QAbstractListModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[PartRow, ...] = ()

    def show(self, rows: tuple[PartRow, ...]) -> None:
        """Rows keep their place where the same targets are listed, so that selection and focus stay."""
        if [row.target for row in rows] == [row.target for row in self.rows]:
            changed = [n for n, (old, new) in enumerate(zip(self.rows, rows, strict=True)) if old != new]
            self.rows = rows
            for n in changed:
                self.dataChanged.emit(self.index(n), self.index(n))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        texts = {
            Qt.ItemDataRole.DisplayRole: row.title,
            Qt.ItemDataRole.ToolTipRole: _tooltip(row),
            Qt.ItemDataRole.AccessibleTextRole: row.spoken,
            ROW: row,
        }
        return texts.get(Qt.ItemDataRole(role)) if role in texts else None


def _tooltip(row: PartRow) -> str:
    from html import escape

    lines = (row.title, row.detail, *row.status.split("; "))
    return "<br>".join(escape(line) for line in lines if line)
