"""Case and slots: the drawing, and the same as a table for those who would rather read."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from planner.evaluate import Report
from planner.session.session import Session
from planner.ui.choices import Target
from planner.ui.drawing.canvas import CaseCanvas
from planner.ui.drawing.listing import HEADS, cards, table
from planner.ui.selection import Selection
from planner.ui.widgets.buttons import link_button
from planner.ui.widgets.header import PanelHeader
from planner.ui.widgets.plain_table import PlainTable

HINT = "side view; cards, slots and gaps to scale; drag a card to another slot"
TABLE_HINT = "slots and cards as a table"
WIDEST = 230
"""Pixels of a column: names longer than that are cut, whole in the tooltip."""


class SlotsPanel(QWidget):
    wanted = Signal(object)
    """A Target: the user wants another card in this place."""

    def __init__(self, session: Session, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = CaseCanvas(session, selection)
        self.canvas.wanted.connect(lambda key: self.wanted.emit(Target("gpus", key)))
        self.table = PlainTable("Slots and cards", HEADS)
        self.table.horizontalHeader().setMaximumSectionSize(WIDEST)
        self.table.opened.connect(self._open)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.canvas)
        self.pages.addWidget(self.table)
        self.header = PanelHeader("Case and slots", HINT)
        self.switch = link_button("Show as table", "Show slots and cards as a table")
        self.switch.clicked.connect(self._turn)
        row = self.header.layout()
        if row is not None:
            row.addWidget(self.switch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.pages, 1)
        session.changed.connect(self.render_report)
        self.render_report(session.report)

    def render_report(self, report: Report) -> None:
        self.canvas.show_report(report)
        if self.pages.currentWidget() is self.table:
            self._fill()

    def _turn(self) -> None:
        """Between drawing and table."""
        to_table = self.pages.currentWidget() is self.canvas
        if to_table:
            self._fill()
        self.pages.setCurrentWidget(self.table if to_table else self.canvas)
        self.header.set_note(TABLE_HINT if to_table else HINT)
        self.switch.setText("Show as drawing" if to_table else "Show as table")
        self.switch.setAccessibleName("Show the drawing" if to_table else "Show slots and cards as a table")

    def _open(self, row: int) -> None:
        """Another card for the one of this row, as Enter does in the drawing."""
        if key := cards(self.canvas.drawing)[row]:
            self.wanted.emit(Target("gpus", key))

    def _fill(self) -> None:
        self.table.show_lines(table(self.canvas.drawing))
