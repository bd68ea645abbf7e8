"""A table of texts that can be read and opened row by row: the other face of every chart."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from planner.ui.widgets.tip import plain_tip

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class PlainTable(QTableWidget):
    opened = Signal(int)
    """Enter or double click on a row."""

    def __init__(self, name: str, heads: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(0, len(heads), parent)
        self.setHorizontalHeaderLabels(list(heads))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setWordWrap(False)  # a text broken into lines is cut in each of them
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        self.horizontalHeader().setDefaultAlignment(LEFT)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        self.activated.connect(lambda index: self.opened.emit(index.row()))

    def show_heads(self, heads: Sequence[str]) -> None:
        self.setColumnCount(len(heads))
        self.setHorizontalHeaderLabels(list(heads))

    def show_lines(self, lines: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> None:
        """`right` are columns of figures."""
        self.setRowCount(len(lines))
        for column in right:
            if head := self.horizontalHeaderItem(column):
                head.setTextAlignment(RIGHT)
        for row, line in enumerate(lines):
            for column, text in enumerate(line):
                item = QTableWidgetItem(text)
                item.setToolTip(plain_tip(text) if len(text) > 24 else "")
                item.setTextAlignment(RIGHT if column in right else LEFT)
                self.setItem(row, column, item)
        last = self.columnCount() - 1
        self.horizontalHeader().resizeSection(last, 0)  # it is stretched, and would keep what it had under other heads

    def whole_width(self) -> int:
        """Pixels in which no column is cut, with the bar beside them."""
        head = self.horizontalHeader()
        columns = (max(self.sizeHintForColumn(n), head.sectionSizeHint(n)) for n in range(self.columnCount()))
        return sum(columns) + self.verticalScrollBar().sizeHint().width() + 2 * self.frameWidth()

    def paint_rows(self, rows: Sequence[int], colour: str) -> None:
        """Rows whose text says that something is wrong."""
        for row in rows:
            for column in range(self.columnCount()):
                if item := self.item(row, column):
                    item.setForeground(QColor(colour))
