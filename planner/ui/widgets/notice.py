"""A line above the panels that says something and offers what to do; it blocks nothing."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from planner.ui.widgets.header import plain_label


class NoticeBar(QFrame):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.label = plain_label("", wraps=True)
        self.buttons: list[QPushButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 6, 12, 6)
        self._row.addWidget(self.label, 1)
        self.hide()

    def say(self, text: str, *offers: tuple[str, Callable[[], None]]) -> None:
        """Show the text with a button per offer and one that closes it."""
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self.label.setText(text)
        self.buttons = [self._button(word, does) for word, does in (*offers, ("Close", lambda: None))]
        self.setAccessibleName(text)
        self.show()

    def also(self, text: str) -> None:
        """A sentence more to what stands there, whose offers stay; or, if nothing does, this alone."""
        if self.isHidden():
            self.say(text)
            return
        self.label.setText(f"{self.label.text()} {text}")
        self.setAccessibleName(self.label.text())

    def _button(self, word: str, does: Callable[[], None]) -> QPushButton:
        button = QPushButton(word)
        button.setObjectName("fix")

        def pressed() -> None:
            self.hide()
            does()

        button.clicked.connect(pressed)
        self._row.addWidget(button)
        return button
