"""What all dialogs share: they stay beside the window, close with Escape, and show texts as they are."""

from html import escape

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget


class Sheet(QDialog):
    """A dialog that blocks nothing. It is deleted when closed."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 14, 16, 12)
        self.column.setSpacing(10)

    def add_close(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)  # Enter ends a field, not the sheet
        buttons.rejected.connect(self.reject)
        self.column.addWidget(buttons)
        return buttons


def source_label(source: str) -> QLabel:
    """A source; a web address can be opened (https only), anything else is plain text."""
    label = QLabel()
    label.setObjectName("muted")
    label.setWordWrap(True)
    if source.startswith("https://"):
        shown = source.removeprefix("https://")
        shown = shown if len(shown) <= 90 else f"{shown[:60]}…{shown[-28:]}"
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setText(f'<a href="{escape(source, quote=True)}">{escape(shown)}</a>')
        label.setToolTip(escape(source))
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        label.linkActivated.connect(open_address)
    else:
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(source)
    return label


def open_address(address: str) -> None:
    if address.startswith("https://"):
        QDesktopServices.openUrl(QUrl(address))
