"""What all dialogs share: they stay beside the window, close with Escape, and show texts as they are."""

import re
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


_REPOSITORY = re.compile(r"github[: ](?P<name>[\w-]+/[\w.-]*\w)(?:@(?P<at>\w+))?:?(?:\s+(?P<rest>\S+))?")
_THREAD = re.compile(r"(?:discussions|issues|pull)/\d+")
_FILE = re.compile(r"(?P<path>[\w-][\w./+-]*\.\w{1,5})(?:@(?P<at>[0-9a-f]{7,40}))?")


def address_of(source: str) -> str | None:
    """Where a source is to be found: a web address as it is, a repository's thread, file or front page; None for a
    source in words."""
    if source.startswith("https://"):
        return source
    found = _REPOSITORY.match(source)
    if found is None:
        return None
    home, rest = f"https://github.com/{found['name']}", found["rest"] or ""
    if _THREAD.fullmatch(rest):
        return f"{home}/{rest}"
    if file := _FILE.fullmatch(rest):
        return f"{home}/blob/{file['at'] or found['at'] or 'HEAD'}/{file['path']}"
    return home


def source_label(source: str) -> QLabel:
    """A source that can be opened where it has an address; anything else is plain text."""
    label = QLabel()
    label.setObjectName("muted")
    label.setWordWrap(True)
    address = address_of(source)
    if address:
        shown = source.removeprefix("https://")
        shown = shown if len(shown) <= 90 else f"{shown[:60]}…{shown[-28:]}"
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setText(f'<a href="{escape(address, quote=True)}">{escape(shown)}</a>')
        label.setToolTip(escape(address))
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        label.linkActivated.connect(open_address)
    else:
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(source)
    return label


def open_address(address: str) -> None:
    if address.startswith("https://"):
        QDesktopServices.openUrl(QUrl(address))
