"""Help, Accuracy of the estimates: the page's words and tables, whole and readable."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel

from planner.catalog.load import load_catalog
from planner.documents.accuracy_page import accuracy_page, cells
from planner.ui import theme
from planner.ui.dialogs.accuracy import NO_FIGURES, AccuracyDialog


@pytest.fixture(scope="module")
def shipped():
    return load_catalog()


@pytest.fixture
def dialog(qtbot, dressed, shipped):
    made = AccuracyDialog(shipped)
    qtbot.addWidget(made)
    made.show()
    return made


def test_every_line_of_the_page_is_shown(dialog, shipped):
    page = accuracy_page(shipped.calibration)
    shown = [
        [table.item(row, at).text() for at in range(table.columnCount())]
        for table in dialog.tables
        for row in range(table.rowCount())
    ]
    assert shown == [list(cells(line)) for table in page.tables for line in table.lines]
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert {page.title, *page.words, "Decode", "Prefill"} <= set(texts)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut(dialog, scheme):
    theme.apply(scheme)
    for table in dialog.tables:
        assert table.verticalScrollBar().maximum() == 0
        assert table.horizontalScrollBar().maximum() == 0
        for row in range(table.rowCount()):
            text = table.item(row, 0).text()
            assert QFontMetrics(table.font()).horizontalAdvance(text) + 16 <= table.columnWidth(0)
    theme.apply("light")


def test_the_page_scrolls_by_keyboard(qtbot, dialog):
    from PySide6.QtCore import Qt

    bar = dialog.page.verticalScrollBar()
    assert bar.maximum() > 0
    qtbot.keyClick(dialog.page, Qt.Key.Key_PageDown)
    assert bar.value() > 0


def test_a_catalog_without_figures_says_so(qtbot, dressed, shipped):
    made = AccuracyDialog(replace(shipped, calibration=None))
    qtbot.addWidget(made)
    assert NO_FIGURES in [label.text() for label in made.findChildren(QLabel)]


def test_the_menu_opens_it(window):
    window.actions_by_id["accuracy"].trigger()
    assert "AccuracyDialog" in {type(child).__name__ for child in window.children()}
