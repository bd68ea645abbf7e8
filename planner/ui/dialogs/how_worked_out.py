"""How a number was worked out: every step with its figures, its arithmetic and its source."""

import re
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from planner.domain.steps import Step
from planner.ui import theme
from planner.ui.widgets.badge import badge
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.page import to_read
from planner.ui.widgets.sheet import Sheet, source_label

_TIMES = re.compile(r"(?<= )x(?= |$)")


class HowWorkedOut(Sheet):
    """`remarks` are sentences below the sum: what is not modelled, what the range means."""

    def __init__(
        self,
        title: str,
        answer: str,
        steps: Sequence[Step],
        remarks: Sequence[str] = (),
        parent: QWidget | None = None,
        *,
        heads: Sequence[tuple[int, str]] = (),
    ) -> None:
        """`heads` name the parts of the sum, each with the place of its first step."""
        super().__init__(title, parent)
        self.resize(620, min(640, 190 + 48 * len(steps) + 24 * len(remarks) + 24 * len(heads)))
        head = plain_label(title, "dialogTitle", wraps=True)
        head.setFont(theme.font(3, bold=True))
        self.column.addWidget(head)
        if answer:
            said = plain_label(answer, "answer", wraps=True)
            said.setFont(theme.font(1.5))
            self.column.addWidget(said)
        if steps or remarks:
            self.column.addWidget(to_read(_table(steps, remarks, dict(heads)), "Steps"), 1)
        else:
            self.column.addStretch(1)
        self.add_close()


def _table(steps: Sequence[Step], remarks: Sequence[str], heads: Mapping[int, str]) -> QWidget:
    page = QWidget()
    page.setObjectName("sheetPage")
    grid = QGridLayout(page)
    grid.setContentsMargins(0, 0, 8, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(1)
    grid.setColumnStretch(0, 1)
    line = 0
    for place, step in enumerate(steps):
        if place in heads:
            head = plain_label(heads[place])
            head.setFont(theme.font(1, bold=True))
            head.setContentsMargins(0, 10 if place else 2, 0, 4)
            grid.addWidget(head, line, 0, 1, 2)
            line += 1
        line = _add_step(grid, line, step)
    for remark in remarks:
        grid.addWidget(plain_label(remark, "muted", wraps=True), line, 0, 1, 2)
        line += 1
    grid.setRowStretch(line, 1)
    return page


def _add_step(grid: QGridLayout, line: int, step: Step) -> int:
    """Label and value, below them the arithmetic and the source; returns the next free line."""
    value = plain_label(times(step.shown))
    value.setFont(theme.font(bold=True))
    value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    grid.addWidget(_label(step), line, 0)
    grid.addWidget(value, line, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    for text in filter(None, (step.how, step.source)):
        line += 1
        below = source_label(text) if text is step.source else plain_label(times(text), "muted", wraps=True)
        grid.addWidget(below, line, 0, 1, 2)
    hair = QFrame()
    hair.setObjectName("hair")
    hair.setFixedHeight(9)
    grid.addWidget(hair, line + 1, 0, 1, 2)
    return line + 2


def times(text: str) -> str:
    """The sign of multiplication where the arithmetic is typed with a letter: 2 x 24 GiB, 0.744 x."""
    return _TIMES.sub("×", text)


def _label(step: Step) -> QWidget:
    """What the figure is of, and whether it is a default of ours."""
    label = plain_label(step.label, wraps=True)
    if not step.assumed:
        return label
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
    label.setWordWrap(False)
    row.addWidget(label)
    row.addWidget(badge("Assumed", "info"))
    row.addStretch(1)
    return both
