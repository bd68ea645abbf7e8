"""Buttons beside findings: a way out with what it costs, and one that looks like a link."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

from planner.ui import theme

SIDE, TOP = 9, 4
WAITING = "…"


class FixButton(QPushButton):
    """Outlined, two lines: what it does and what that costs. The second line is there before its figures are, so
    that nothing moves when they come. Text too long for its place is shortened in the middle, whole in the tooltip."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fix")
        self._whole, self.cost, self._news = text, WAITING, ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._name()

    @property
    def whole(self) -> str:
        return self._whole

    def show_text(self, text: str) -> None:
        """Another way out has another cost, not known yet."""
        if text != self._whole:
            self._whole, self.cost, self._news = text, WAITING, ""
            self._name()

    def show_cost(self, cost: str, news: str = "") -> None:
        """`news`: lines for the tooltip."""
        if (cost, news) != (self.cost, self._news):
            self.cost, self._news = cost, news
            self._name()

    def _name(self) -> None:
        self.setAccessibleName(self._whole)
        self.setAccessibleDescription("" if self.cost == WAITING else self.cost)
        self._tell()
        self.update()

    def _tell(self) -> None:
        room, (first, second) = self.width() - 2 * SIDE, _fonts()
        long = [
            text
            for text, font in ((self._whole, first), (self.cost, second))
            if QFontMetrics(font).horizontalAdvance(text) > room
        ]
        self.setToolTip("\n".join(text for text in (*long, self._news) if text))

    def sizeHint(self) -> QSize:
        first, second = (QFontMetrics(font) for font in _fonts())
        return QSize(first.horizontalAdvance(self._whole) + 2 * SIDE, first.height() + second.height() + 2 * TOP)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        look, top = theme.current(), TOP
        for text, font, colour in zip((self._whole, self.cost), _fonts(), (look.accent, look.muted), strict=True):
            measure = QFontMetrics(font)
            line = QRect(SIDE, top, self.width() - 2 * SIDE, measure.height())
            painter.setFont(font)
            painter.setPen(QColor(colour))
            shown = measure.elidedText(text, Qt.TextElideMode.ElideMiddle, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
            top += measure.height()


def _fonts() -> tuple[QFont, QFont]:
    return theme.font(), theme.font(-1)


def link_button(text: str, name: str = "", tip: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setObjectName("link")
    button.setAccessibleName(name or text)
    button.setToolTip(tip)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button


def choice_button(text: str, tip: str = "") -> QPushButton:
    """One of several that stays pressed."""
    button = QPushButton(text)
    button.setObjectName("choice")
    button.setCheckable(True)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    return button
