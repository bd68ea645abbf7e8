"""Accuracy of the estimates: how far they are from measurements, situation by situation."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QScrollArea, QVBoxLayout, QWidget

from planner.catalog.store import Catalog
from planner.documents.accuracy_page import HEAD, AccuracyPage, ErrorTable, accuracy_page, cells
from planner.ui import theme
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.page import scrolled
from planner.ui.widgets.plain_table import PlainTable
from planner.ui.widgets.sheet import Sheet

FIGURES = frozenset(range(1, len(HEAD)))
NO_FIGURES = "This catalog holds no figures of its estimates."


class AccuracyDialog(Sheet):
    def __init__(self, catalog: Catalog, parent: QWidget | None = None) -> None:
        super().__init__("Accuracy of the estimates", parent)
        self.resize(1060, 640)
        self.tables: list[PlainTable] = []
        if catalog.calibration is None:
            self.column.addWidget(plain_label(NO_FIGURES, wraps=True))
            self.column.addStretch(1)
        else:
            self.page = self._scrolled(accuracy_page(catalog.calibration))
            self.column.addWidget(self.page, 1)
        self.add_close()

    def _scrolled(self, page: AccuracyPage) -> QScrollArea:
        ground = QWidget()
        ground.setObjectName("sheetPage")
        column = QVBoxLayout(ground)
        column.setContentsMargins(4, 0, 12, 0)
        column.setSpacing(8)
        title = plain_label(page.title, "dialogTitle", wraps=True)
        title.setFont(theme.font(3, bold=True))
        column.addWidget(title)
        for words in page.words:
            column.addWidget(plain_label(words, wraps=True))
        for table in page.tables:
            head = plain_label(table.title)
            head.setFont(theme.font(1, bold=True))
            column.addSpacing(8)
            column.addWidget(head)
            self.tables.append(_table(table))
            column.addWidget(self.tables[-1])
        column.addStretch(1)
        area = scrolled(ground)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        area.setAccessibleName(page.title)
        return area


def _table(errors: ErrorTable) -> PlainTable:
    """As high as its lines: the page scrolls, not each table."""
    heads = [_two_lines(head) for head in HEAD]
    table = PlainTable(f"{errors.title}: errors by situation", heads)
    table.show_lines([cells(line) for line in errors.lines], FIGURES)
    header = table.horizontalHeader()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    for column in FIGURES:
        item = table.horizontalHeaderItem(column)
        if item is not None:
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    for policy in (table.setVerticalScrollBarPolicy, table.setHorizontalScrollBarPolicy):
        policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    height = header.sizeHint().height() + table.rowCount() * table.verticalHeader().defaultSectionSize()
    table.setFixedHeight(height + 12)
    return table


def _two_lines(head: str) -> str:
    """Narrow heads leave room for the names of the situations."""
    text = head[:1].upper() + head[1:]
    return text.replace(" (", "\n(") if " (" in text else "\n".join(text.rsplit(" ", 1))
