"""The data page of a part: every field with its unit, how sure it is, and who says so; what is not known is said."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from planner.catalog.known import unknown
from planner.documents.part_page import HIDDEN, headed, label, shown, told
from planner.domain.parts import Part
from planner.domain.units import show_money
from planner.ui import theme
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.page import to_read
from planner.ui.widgets.sheet import Sheet, source_label


class PartPage(Sheet):
    def __init__(self, part: Part, parent: QWidget | None = None) -> None:
        super().__init__(part.title, parent)
        self.resize(680, 600)
        head = plain_label(part.title, "dialogTitle", wraps=True)
        head.setFont(theme.font(3, bold=True))
        self.column.addWidget(head)
        self.column.addWidget(plain_label(part.id, "muted"))
        self.column.addWidget(to_read(_table(part), "Fields of the part"), 1)
        self.add_close()


def _table(part: Part) -> QWidget:
    page = QWidget()
    page.setObjectName("sheetPage")
    grid = QGridLayout(page)
    grid.setContentsMargins(0, 0, 8, 0)
    grid.setHorizontalSpacing(16)
    grid.setColumnStretch(1, 1)
    for column, head in enumerate(("Field", "Value", "Sure")):
        grid.addWidget(plain_label(head, "muted"), 0, column)
    lacking = set(unknown(part))
    names = [name for name in type(part).model_fields if name not in (*HIDDEN, "id", "name", "vendor")]
    for name in names:
        _add(grid, part, name, name in lacking)
    _add_price(grid, part)
    _add_sources(grid, part)
    grid.setRowStretch(grid.rowCount(), 1)
    return page


def _add(grid: QGridLayout, part: Part, name: str, lacking: bool) -> None:
    row, known = grid.rowCount(), part.evidence.of(name)
    empty = getattr(part, name) is None or lacking
    text = told(part, name) if empty else _value(part, name)
    value = plain_label(text, "muted" if empty else "", wraps=True)
    value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    top = Qt.AlignmentFlag.AlignTop
    grid.addWidget(plain_label(headed(label(name))), row, 0, top)
    grid.addWidget(value, row, 1, top)
    grid.addWidget(plain_label("" if empty else known.confidence.word, "muted"), row, 2, top)
    if known.note and not empty:
        grid.addWidget(plain_label(known.note, "muted", wraps=True), row + 1, 1, 1, 2)
    if name in part.evidence.fields:
        for n, source in enumerate(known.sources, start=row + 2):
            grid.addWidget(source_label(source), n, 1, 1, 2)


def _value(part: Part, name: str) -> str:
    value = getattr(part, name)
    if isinstance(value, tuple) and value and hasattr(value[0], "model_fields_set"):
        return "\n".join(f"{getattr(entry, 'id', '')}  {shown(name, entry)}".strip() for entry in value)
    return shown(name, value)


def _add_price(grid: QGridLayout, part: Part) -> None:
    row, price = grid.rowCount(), part.price
    text = f"{show_money(price.cents, price.currency)}, {price.kind}, {price.on.isoformat()}" if price else "not known"
    grid.addWidget(plain_label("Price"), row, 0)
    grid.addWidget(plain_label(text, "" if price else "muted", wraps=True), row, 1, 1, 2)
    if price:
        grid.addWidget(source_label(price.source), row + 1, 1, 1, 2)


def _add_sources(grid: QGridLayout, part: Part) -> None:
    head = plain_label(f"Sources, seen {part.evidence.seen_on.isoformat()}")
    head.setFont(theme.font(bold=True))
    grid.addWidget(head, grid.rowCount(), 0, 1, 3)
    for text in filter(None, (part.evidence.note,)):
        grid.addWidget(plain_label(text, "muted", wraps=True), grid.rowCount(), 0, 1, 3)
    for source in part.evidence.sources:
        grid.addWidget(source_label(source), grid.rowCount(), 0, 1, 3)
