"""The drawing as a widget: click selects, dragging or arrow keys move a card from slot to slot, Delete takes it out."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QToolTip, QWidget

from planner.analysis.lanes import preview
from planner.domain import edits
from planner.evaluate import Report
from planner.session.session import Session
from planner.ui import theme
from planner.ui.drawing import words
from planner.ui.drawing.case_view import Drag, ink_for, paint_drawing
from planner.ui.drawing.items import Drawing, Level
from planner.ui.drawing.layout import draw
from planner.ui.drawing.listing import describe
from planner.ui.selection import Selection
from planner.ui.widgets.tip import plain_tip

MARGINS = (8, 6, 8, 8)


class CaseCanvas(QWidget):
    wanted = Signal(str)
    """A card's key: the user wants another card in its place."""

    def __init__(self, session: Session, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._selection = session, selection
        self._report = session.report
        self.drawing: Drawing = draw(session.report)
        self.drag: Drag | None = None
        self._pressed: tuple[str, QPointF] | None = None
        self.setObjectName("caseCanvas")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Case and slots")
        selection.changed.connect(self._selected)

    def sizeHint(self) -> QSize:
        return QSize(760, 500)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 240)

    def show_report(self, report: Report) -> None:
        self._report, self.drawing = report, draw(report)
        self.drag, self._pressed = None, None
        self.setAccessibleDescription(describe(report, self.drawing))
        self.update()

    # painting

    def area(self) -> QRectF:
        left, top, right, bottom = MARGINS
        return QRectF(self.rect()).adjusted(left, top, -right, -bottom)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), theme.color("window"))
            paint_drawing(painter, self.area(), self.drawing, theme.current(), self._selection.keys, drag=self.drag)
            if self.hasFocus():
                painter.setPen(theme.color("accent"))
                painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        finally:
            painter.end()  # a painter left open on a widget ends the program

    def _mm(self, point: QPointF) -> tuple[float, float]:
        painter = QPainter()  # only the scale is asked for
        return ink_for(painter, self.area(), self.drawing, theme.current()).mm(point)

    def point_of(self, x: float, y: float) -> QPointF:
        """Where a place of the drawing, in millimetres, lies on the widget."""
        return ink_for(QPainter(), self.area(), self.drawing, theme.current()).at(x, y)

    # selection

    def _card_keys(self) -> list[str]:
        return [card.key for card in sorted(self.drawing.cards, key=lambda card: (card.box.y, card.box.x))]

    def current(self) -> str | None:
        """The selected card."""
        keys = self._card_keys()
        return next((key for key in self._selection.keys if key in keys), None)

    def _selected(self, keys: tuple[str, ...]) -> None:
        said = [card.title for card in self.drawing.cards if card.key in keys]
        self.setAccessibleName(f"Case and slots, {', '.join(said)} selected" if said else "Case and slots")
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))
        self.update()

    def _step(self, by: int) -> bool:
        """Select the next or previous card; False at the end of the row."""
        keys, now = self._card_keys(), self.current()
        index = keys.index(now) + by if now else (0 if by > 0 else len(keys) - 1)
        if not 0 <= index < len(keys):
            return False
        self._selection.select((keys[index],))
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason) and not self.current():
            self._step(1 if event.reason() == Qt.FocusReason.TabFocusReason else -1)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes from card to card, and on to the next panel after the last."""
        if self.hasFocus() and self.current() and self._step(1 if forward else -1):
            return True
        return super().focusNextPrevChild(forward)

    # keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, current = event.key(), self.current()
        moves: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Left: lambda: self._step(-1),
            Qt.Key.Key_Right: lambda: self._step(1),
            Qt.Key.Key_Up: lambda: self.shift(-1) if current else self._step(-1),
            Qt.Key.Key_Down: lambda: self.shift(1) if current else self._step(1),
            Qt.Key.Key_Delete: self.remove,
            Qt.Key.Key_Backspace: self.remove,
            Qt.Key.Key_Return: self._choose,
            Qt.Key.Key_Enter: self._choose,
            Qt.Key.Key_Escape: self._escape,
        }
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        allowed = plain in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier)
        if key in moves and allowed:
            moves[key]()
        else:
            super().keyPressEvent(event)

    def _escape(self) -> None:
        if self.drag or self._pressed:
            self._stop_dragging()
        else:
            self._selection.clear()

    def shift(self, by: int) -> None:
        """Move the selected card to the next slot down the board, or up."""
        card = self.drawing.card(self.current() or "")
        board = self._report.rig.board
        if card is None or board is None:
            return
        slots = [slot.connector for slot in sorted(self.drawing.slots, key=lambda slot: slot.band.y)]
        open_to = [name for name in slots if (found := board.connector(name)) and found.takes_a_card]
        if card.slot in slots:
            here = slots.index(card.slot)
            ahead = [name for name in (slots[here + 1 :] if by > 0 else slots[:here][::-1]) if name in open_to]
        else:
            taken = {slot.connector for slot in self.drawing.slots if slot.occupied_by}
            ahead = [name for name in open_to if name not in taken] or open_to
        if ahead:
            self.move_card(card.key, ahead[0])

    def move_card(self, key: str, slot: str) -> None:
        build = edits.move_to_slot(self._session.build, key, slot)
        self._session.edit(f"Move {words.gpu(key)} to {slot}", build)

    def _choose(self) -> None:
        if key := self.current():
            self.wanted.emit(key)

    def remove(self) -> None:
        if key := self.current():
            self._session.edit(f"Remove {words.gpu(key)}", edits.remove(self._session.build, "gpus", key))

    # mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        key = self.drawing.key_at(*self._mm(event.position()))
        self._selection.select((key,) if key else ())
        self._pressed = (key, event.position()) if key and self.drawing.card(key) else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.drag is None and self._pressed is None:
            over = self.drawing.key_at(*self._mm(event.position()))
            grip = over is not None and self.drawing.card(over) is not None
            self.setCursor(Qt.CursorShape.OpenHandCursor if grip else Qt.CursorShape.ArrowCursor)
            return
        if self.drag is None and self._pressed:
            way = (event.position() - self._pressed[1]).manhattanLength()
            if way < QApplication.startDragDistance():
                return
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        key = self.drag.key if self.drag else (self._pressed or ("",))[0]
        offers = self.drag.offers if self.drag else self.offers(key)
        x, y = self._mm(event.position())
        slot = self.drawing.slot_at(x, y)
        self.drag = Drag(key, x, y, offers, slot.connector if slot else None)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag = self.drag
        self._stop_dragging()
        if drag is None:
            return
        bay = self.drawing.bay_at(drag.x, drag.y)
        if drag.over:
            self.move_card(drag.key, drag.over)
        elif bay and bay.taken_by != drag.key:
            self._hang(drag.key, bay.number)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        key = self.drawing.key_at(*self._mm(event.position()))
        if key and self.drawing.card(key):
            self.wanted.emit(key)

    def _hang(self, key: str, bay: int) -> None:
        """In a bay of the frame; whoever is there changes places with it."""
        build = self._session.build
        here = build.placement(key)
        tenant = next((k for k, spot in build.placements.items() if spot.bay == bay and k != key), None)
        if tenant:
            build = edits.place(build, tenant, build.placement(tenant).replace(bay=here.bay))
        self._session.edit(f"Move {words.gpu(key)} to bay {bay}", edits.place(build, key, here.replace(bay=bay)))

    def _stop_dragging(self) -> None:
        self.drag, self._pressed = None, None
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.update()

    def offers(self, key: str) -> dict[str, tuple[str, Level]]:
        """What every slot would give this card."""
        board, space = self._report.rig.board, self._report.facts.space
        covered = dict(space.covered) if space else {}
        now = self._session.build.placement(key).slot
        said: dict[str, tuple[str, Level]] = {}
        for state in preview(self._report.rig, key):
            connector = board.connector(state.connector) if board else None
            if connector:
                said[state.connector] = words.offer(
                    state, connector, cover=covered.get(state.connector), key=key, now=now
                )
        return said

    # tooltips and menu

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), plain_tip(self.tip_at(QPointF(event.pos()))), self)
            return True
        return super().event(event)

    def tip_at(self, point: QPointF) -> str:
        x, y = self._mm(point)
        drawing = self.drawing
        near = 2.5
        for cable in drawing.cables:
            for (x1, y1), (x2, y2) in zip(cable.points, cable.points[1:], strict=False):
                if min(x1, x2) - near <= x <= max(x1, x2) + near and min(y1, y2) - near <= y <= max(y1, y2) + near:
                    return cable.tip
        for gap in drawing.gaps:
            if gap.box.h > 0 and gap.box.holds(x, y) and gap.level != Level.OK:
                return gap.tip
        boxed = [*reversed([(card.box, card.tip) for card in drawing.cards])]
        boxed += [(supply.box, supply.tip) for supply in drawing.supplies]
        boxed += [(port.box, port.tip) for port in drawing.ports] + [(slot.band, slot.tip) for slot in drawing.slots]
        boxed += [(drawing.cpu, drawing.cpu_text)] if drawing.cpu else []
        return next((tip for box, tip in boxed if box.holds(x, y)), "")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        point = QPointF(event.pos())
        key = self.drawing.key_at(*self._mm(point)) if event.reason() == event.Reason.Mouse else self.current()
        if key and self.drawing.card(key):
            self._selection.select((key,))
            menu = self.menu_for(key)
            menu.popup(event.globalPos())

    def menu_for(self, key: str) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Choose another card…", lambda: self.wanted.emit(key))
        places = menu.addMenu("Move to")
        for name, (text, _) in self.offers(key).items():
            places.addAction(text, partial(self.move_card, key, name))
        menu.addSeparator()
        menu.addAction("Remove", self.remove)
        return menu
