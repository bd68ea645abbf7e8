"""How a number was worked out: every step with its figures, its arithmetic and its source."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from planner.domain.steps import Step
from planner.ui import theme
from planner.ui.widgets.badge import badge
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.sheet import Sheet, source_label


class HowWorkedOut(Sheet):
    """`remarks` are sentences below the sum: what is not modelled, what the range means."""

    def __init__(
        self, title: str, answer: str, steps: Sequence[Step], remarks: Sequence[str] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(title, parent)
        self.resize(620, min(640, 190 + 46 * len(steps) + 24 * len(remarks)))
        head = plain_label(title, "dialogTitle", wraps=True)
        head.setFont(theme.font(3, bold=True))
        self.column.addWidget(head)
        if answer:
            said = plain_label(answer, "answer", wraps=True)
            said.setFont(theme.font(1.5))
            self.column.addWidget(said)
        self.column.addWidget(_scrolled(_table(steps, remarks)), 1)
        self.add_close()


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    return area


def _table(steps: Sequence[Step], remarks: Sequence[str]) -> QWidget:
    page = QWidget()
    page.setObjectName("sheetPage")
    grid = QGridLayout(page)
    grid.setContentsMargins(0, 0, 8, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(1)
    grid.setColumnStretch(0, 1)
    line = 0
    for step in steps:
        line = _add_step(grid, line, step)
    for remark in remarks:
        grid.addWidget(plain_label(remark, "muted", wraps=True), line, 0, 1, 2)
        line += 1
    grid.setRowStretch(line, 1)
    return page


def _add_step(grid: QGridLayout, line: int, step: Step) -> int:
    """Label and value, below them the arithmetic and the source; returns the next free line."""
    value = plain_label(step.shown)
    value.setFont(theme.font(bold=True))
    value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    grid.addWidget(plain_label(step.label, wraps=True), line, 0)
    grid.addWidget(value, line, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    below: list[QLabel] = [plain_label(step.how, "muted", wraps=True)] if step.how else []
    if step.assumed:
        below.append(badge("Assumed by us", "info"))
    if step.source:
        below.append(source_label(step.source))
    for n, label in enumerate(below, start=line + 1):
        side = Qt.AlignmentFlag.AlignLeft if label.objectName() == "badge" else Qt.AlignmentFlag(0)
        grid.addWidget(label, n, 0, 1, 2, side)
    rule = QFrame()
    rule.setObjectName("rule")
    rule.setFixedHeight(1)
    after = line + 1 + len(below)
    grid.addWidget(rule, after, 0, 1, 2)
    return after + 1
