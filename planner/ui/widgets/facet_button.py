"""A small filter: a button that names the figure and what is asked of it, and the list it opens, with counts."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from planner.catalog.facets import Offer
from planner.ui import theme

COUNT = Qt.ItemDataRole.UserRole
UNCOUNTED = -1
"""Of a line that leaves no fewer parts."""
ROW_HEIGHT, ROWS_SEEN, COUNT_WIDTH, LONGEST = 26, 12, 48, 26


class FacetButton(QToolButton):
    opened = Signal()
    """Its list is about to be shown: `offer` what there is."""
    chosen = Signal(list)
    """Numbers of the lines that are wanted now."""

    def __init__(self, title: str, one_only: bool, spoken: str = "", parent: QWidget | None = None) -> None:
        """`spoken`: what a screen reader says for the title."""
        super().__init__(parent)
        self._title, self._spoken = title, spoken or f"Filter {title}"
        self._marked = not spoken
        self.setObjectName("facet")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCheckable(True)
        self.list = FacetList(title, one_only, self)
        self.list.changed.connect(self.chosen)
        self.clicked.connect(self._clicked)
        self.show_wish("")

    def show_wish(self, words: str) -> None:
        """What is asked for; empty where nothing is."""
        text = f"{self._title}: {words}" if words else self._title
        long = len(words) > LONGEST
        self.setText(f"{self._title}: {words[:LONGEST]}…  ▾" if long else f"{text}  ▾")
        self.setToolTip(text if long else "")
        self.setAccessibleName(f"{self._spoken}: {words or 'any'}")
        self.setChecked(bool(words) and self._marked)

    def offer(self, offers: Sequence[Offer], wanted: Sequence[int]) -> None:
        self.list.fill(offers, wanted)

    def _clicked(self) -> None:
        self.setChecked(not self.isChecked())  # only what is asked for keeps it pressed
        self.open()

    def open(self) -> None:
        if self.list.isVisible():
            self.list.close_up()
            return
        self.opened.emit()
        self.list.open_below(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.open()
        else:
            super().keyPressEvent(event)


class FacetList(QFrame):
    """Lies over the dialog. Space or a click marks a line; Escape, Enter and a click elsewhere close it; letters jump
    to the line that begins with them."""

    changed = Signal(list)

    def __init__(self, title: str, one_only: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self.setObjectName("popover")
        self._one_only = one_only
        self._button: QWidget | None = None
        self.lines = QListWidget()
        self.lines.setAccessibleName(title)
        self.lines.setFrameShape(QFrame.Shape.NoFrame)
        self.lines.setItemDelegate(_Line(self.lines))
        self.lines.setUniformItemSizes(True)
        self.lines.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.lines.itemPressed.connect(self._toggle)
        self.lines.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self.lines)

    def fill(self, offers: Sequence[Offer], wanted: Sequence[int]) -> None:
        at = self.lines.currentRow()
        self.lines.clear()
        for number, offer in enumerate(offers):
            item = QListWidgetItem(offer.text)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Checked if number in wanted else Qt.CheckState.Unchecked)
            item.setData(COUNT, offer.count)
            parts = f", {offer.count} parts" if offer.count != UNCOUNTED else ""
            item.setData(Qt.ItemDataRole.AccessibleTextRole, offer.text + parts)
            self.lines.addItem(item)
        self.lines.setCurrentRow(at if 0 <= at < len(offers) else min([*wanted, 0][:1]))

    def open_below(self, button: QWidget) -> None:
        self._button, page = button, button.window()
        self.setParent(page)
        measure = QFontMetrics(theme.font())
        texts = [self.lines.item(row).text() for row in range(self.lines.count())]
        wide = max([measure.horizontalAdvance(text) for text in texts] + [90]) + COUNT_WIDTH + 60
        corner = button.mapTo(page, QPoint(0, button.height() + 2))
        high = min(min(len(texts), ROWS_SEEN) * ROW_HEIGHT + 14, page.height() - corner.y() - 8)
        self.setGeometry(max(0, min(corner.x(), page.width() - wide - 8)), corner.y(), wide, high)
        self.show()
        self.raise_()
        self.lines.setFocus()

    def close_up(self) -> None:
        """Back to the button, if the focus is still here."""
        had_it = self.lines.hasFocus()
        self.hide()
        if had_it and self._button is not None:
            self._button.setFocus()

    def wanted(self) -> list[int]:
        return [n for n in range(self.lines.count()) if self.lines.item(n).checkState() == Qt.CheckState.Checked]

    def _toggle(self, item: QListWidgetItem) -> None:
        marked = item.checkState() == Qt.CheckState.Checked
        if self._one_only:
            for row in range(self.lines.count()):
                self.lines.item(row).setCheckState(Qt.CheckState.Unchecked)
        item.setCheckState(Qt.CheckState.Unchecked if marked else Qt.CheckState.Checked)
        self.changed.emit(self.wanted())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and not (self._button and self._button.underMouse()):
            self.hide()  # a click on the button closes by itself
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Tab):
                self.close_up()
                return True
            item = self.lines.currentItem()
            if event.key() == Qt.Key.Key_Space and item is not None:
                self._toggle(item)
                return True
        return super().eventFilter(watched, event)


class _Line(QStyledItemDelegate):
    """The count stands at the right, muted; what would leave nothing is muted whole."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(60, ROW_HEIGHT)

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        if not index.data(COUNT):
            palette = option.palette
            palette.setColor(palette.ColorRole.Text, QColor(theme.current().muted))
            option.palette = palette

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        if index.data(COUNT) == UNCOUNTED:
            return
        box: QRect = option.rect
        painter.save()
        painter.setFont(theme.font())
        painter.setPen(QColor(theme.current().muted))
        place = box.adjusted(box.width() - COUNT_WIDTH, 0, -8, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(index.data(COUNT)))
        painter.restore()
