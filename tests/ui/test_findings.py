"""The findings panel: what it lists, and what its buttons do."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QLabel

from planner.domain.findings import Finding, Severity
from planner.ui.dialogs.accept import AcceptDialog
from planner.ui.panels.findings import FindingsPanel, counted
from planner.ui.widgets.buttons import WAITING, FixButton

FINDING = Finding(
    "X-001", "x", Severity.WARNING, "Something", "12 mm too long", "It will not close.", ("case",), "", "X"
)
TOO_SMALL = "PWR-001@psu-1"


@pytest.fixture
def panel(qtbot, session, selection):
    made = FindingsPanel(session, selection)
    qtbot.addWidget(made)
    made.resize(350, 700)
    made.show()
    return made


def button(panel, text):
    panel.finish()
    return next(b for b in panel.findChildren(FixButton) if b.whole == text)


def test_counts_and_groups(session, panel):
    assert panel.header.note() == "— 2 errors, 1 warning, 1 note"
    assert [panel.groups[s].button.text() for s in (Severity.ERROR, Severity.INFO)] == ["Errors  2", "Notes  1"]
    assert next(iter(panel.cards)) == TOO_SMALL


def test_pressing_a_fix_is_one_undoable_edit(qtbot, session, panel):
    qtbot.mouseClick(button(panel, "Use a 1600 W unit"), Qt.MouseButton.LeftButton)
    assert session.build.parts.psus[0].part == "volta-1600"
    assert TOO_SMALL not in panel.cards
    assert session.history.undoText() == "Use a 1600 W unit"
    session.undo()
    assert TOO_SMALL in panel.cards


def test_fix_says_what_it_costs(qtbot, panel):
    card = panel.cards[TOO_SMALL]
    qtbot.waitUntil(lambda: bool(card.buttons) and all(b.cost != WAITING for b in card.buttons))
    assert [b.cost for b in card.buttons] == ["+$220 · same speed", "no cost · same speed"]
    assert card.buttons[0].accessibleDescription() == "+$220 · same speed"


def test_painting_asks_for_no_fixes(qtbot, session, panel):
    panel.finish()
    session.edit("Rename", session.build.replace(name="Another"))
    QApplication.sendPostedEvents()
    panel.grab()
    assert all("fixes" not in finding.__dict__ for finding in session.report.findings)
    panel.finish()
    assert all("fixes" in finding.__dict__ for finding in session.report.open_findings)


def test_cards_are_used_again(session, panel):
    first = panel.cards[TOO_SMALL]
    before = session.build
    session.edit("Use a 1600 W unit", first.finding.fixes[0].edit(before))
    assert TOO_SMALL not in panel.cards
    session.undo()
    assert panel.cards[TOO_SMALL] is first
    assert not first.isHidden()


def test_cards_below_the_first_are_made_later(session, panel):
    session.new()
    many = [replace(FINDING, key=f"X@{n}") for n in range(9)]
    panel.render_report(replace(session.report, findings=tuple(many)))
    assert len(panel.cards) < 9
    assert panel.groups[Severity.WARNING].button.text() == "Warnings  9"
    panel.finish()
    assert list(panel.cards) == [f"X@{n}" for n in range(9)]


def test_a_fix_is_pressed_as_it_is_now(qtbot, session, panel):
    card = panel.cards[TOO_SMALL]
    panel.finish()
    card.renew(replace(card.finding, find_fixes=lambda: ()))
    qtbot.mouseClick(card.buttons[0], Qt.MouseButton.LeftButton)
    assert not session.history.canUndo()


def test_card_that_looks_the_same_is_kept(session, panel):
    narrow = next(card for key, card in panel.cards.items() if key.startswith("PCI-001"))
    session.edit("Use a 1600 W unit", panel.cards[TOO_SMALL].finding.fixes[0].edit(session.build))
    assert next(card for key, card in panel.cards.items() if key.startswith("PCI-001")) is narrow


def test_clicking_highlights_the_parts_and_they_highlight_it(qtbot, selection, panel):
    card = panel.cards[TOO_SMALL]
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert selection.keys == ("psu-1",)
    assert card.property("marked")
    selection.select(("gpu-1",))
    assert not card.property("marked")


def test_focus_by_tab_highlights_too(selection, panel):
    panel.cards[TOO_SMALL].setFocus(Qt.FocusReason.TabFocusReason)
    assert selection.keys == ("psu-1",)
    assert panel.current().key == TOO_SMALL


def test_not_checked_opens_with_its_needs(qtbot, panel):
    assert panel.unchecked.button.text() == "Not checked  1"
    qtbot.mouseClick(panel.unchecked.button, Qt.MouseButton.LeftButton)
    texts = [label.text() for label in panel.unchecked.body.findChildren(QLabel)]
    assert "needs row of slot PCIEX16_3" in texts


def test_passed_opens_with_every_rule(qtbot, panel):
    asked = QSignalSpy(panel.rule_wanted)
    qtbot.mouseClick(panel.passed.button, Qt.MouseButton.LeftButton)
    line = panel.passed.widgets[1]
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert asked.at(0)[0] == "MEC-001"


def test_accepting_needs_a_reason_and_can_be_withdrawn(qtbot, session, panel):
    dialog = AcceptDialog(session, panel.cards[TOO_SMALL].finding)
    qtbot.addWidget(dialog)
    assert not dialog.accept_button.isEnabled()
    qtbot.keyClicks(dialog.reason, "limits are set at boot")
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    assert session.build.accepted[0].reason == "limits are set at boot"
    assert session.build.accepted[0].value == 1200
    assert panel.accepted.button.text() == "Accepted  1"
    assert counted(session.report) == "— 1 error, 1 warning, 1 note"
    panel._withdraw(panel.cards[TOO_SMALL].finding)
    assert counted(session.report) == "— 2 errors, 1 warning, 1 note"


def test_empty_build_says_what_to_do(session, panel):
    session.new()
    assert panel.nothing.isVisible()
    assert "Choose parts" in panel.nothing.text()


def test_names_from_files_are_never_read_as_markup(panel):
    labels = panel.findChildren(QLabel)
    assert labels
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
