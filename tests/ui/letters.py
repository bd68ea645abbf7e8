"""Letters that Alt chooses fields by: those of one dialog must differ."""

import re

from PySide6.QtWidgets import QAbstractButton, QLabel, QTabWidget, QWidget


def letters(dialog: QWidget) -> list[str]:
    texts = [label.text() for label in dialog.findChildren(QLabel) if label.buddy()]
    texts += [button.text() for button in dialog.findChildren(QAbstractButton)]
    texts += [tabs.tabText(n) for tabs in dialog.findChildren(QTabWidget) for n in range(tabs.count())]
    return sorted(found[1].lower() for text in texts if (found := re.search("&(.)", text)))
