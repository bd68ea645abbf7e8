"""File, Launch commands: every command whole, copied by one key, and the reason where there is none."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel

from planner.analysis.memory import Refused
from planner.catalog.examples import example
from planner.catalog.load import load_catalog
from planner.documents.launch import launch
from planner.evaluate import evaluate
from planner.ui import theme
from planner.ui.dialogs.launch import LaunchSheet


@pytest.fixture(scope="module")
def report():
    return evaluate(example("quad-3090"), load_catalog())


@pytest.fixture
def sheet(qtbot, dressed, report):
    made = LaunchSheet(report)
    qtbot.addWidget(made)
    made.show()
    return made


def said(sheet: LaunchSheet) -> set[str]:
    return {label.text().replace("\u200b", "") for label in sheet.findChildren(QLabel)}


def test_it_shows_what_the_checklist_says(sheet, report):
    found = launch(report.rig, report.facts.memory)
    assert [box.text.toPlainText() for box in sheet.boxes] == [command.text for command in found.commands]
    assert {*(command.title for command in found.commands), *found.notes} <= said(sheet)
    assert found.engine in sheet.head.text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [480, 680, 1000])
def test_no_line_is_cut(qtbot, sheet, scheme, width):
    theme.apply(scheme)
    sheet.resize(width, 600)
    qtbot.wait(20)
    for box in sheet.boxes:
        last = box.text.document().lastBlock()
        bottom = box.text.blockBoundingGeometry(last).translated(box.text.contentOffset()).bottom()
        assert box.text.text_height() >= len(box.command.lines) * QFontMetrics(box.text.font()).lineSpacing()
        assert bottom <= box.text.viewport().height()
        assert box.text.horizontalScrollBar().maximum() == 0
    theme.apply("light")


def test_enter_copies_the_first_and_tab_goes_on(qtbot, sheet):
    first = sheet.boxes[0]
    assert sheet.focusWidget() is first.copy
    qtbot.keyClick(first.copy, Qt.Key.Key_Return)
    assert QApplication.clipboard().text() == first.command.text
    assert first.copy.text() == "Copied"
    sheet.focusNextChild()
    assert sheet.focusWidget() is first.text


def test_the_text_can_be_chosen_and_copied_by_keyboard(qtbot, sheet):
    text = sheet.boxes[0].text
    QApplication.clipboard().clear()
    qtbot.keyClick(text, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(text, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == sheet.boxes[0].command.text
    qtbot.keyClick(text, Qt.Key.Key_X)
    assert text.toPlainText() == sheet.boxes[0].command.text


def test_it_follows_the_build_and_says_why_not(sheet, report):
    before = sheet.boxes[0]
    sheet.render_report(replace(report))
    assert sheet.boxes[0] is before  # the same commands: focus and selection stay
    sheet.render_report(
        replace(report, facts=replace(report.facts, memory=Refused("64 heads do not divide.", "heads")))
    )
    assert sheet.boxes == []
    assert "64 heads do not divide." in said(sheet)


def test_the_menu_opens_it(window):
    window.actions_by_id["launch"].trigger()
    opened = window.findChild(LaunchSheet)
    assert opened is not None
    assert opened.head.text()
    opened.close()
