"""The whole window: actions, title, files, and every place reachable by name."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QDialog, QLineEdit, QMessageBox

from planner.domain import edits
from planner.ui import actions, theme
from planner.ui.commands import Commands


def limit(session, watts):
    session.edit(f"Limit GPU 1 to {watts} W", edits.limit_power(session.build, ("gpu-1",), watts))


def test_title_names_the_build_and_marks_changes(session, window):
    assert window.windowTitle() == "Two cards[*] – Slotwise"
    assert not window.isWindowModified()
    limit(session, 300)
    assert window.isWindowModified()


def test_undo_action_says_what_it_would_undo(session, window):
    undo = window.actions_by_id["undo"]
    assert not undo.isEnabled()
    limit(session, 300)
    assert undo.isEnabled()
    assert "Limit GPU 1 to 300 W" in undo.text()
    undo.trigger()
    assert session.build.limits == {}
    assert window.actions_by_id["redo"].isEnabled()


def test_a_taller_window_gives_the_results_their_share(qtbot, window):
    low = window.below.height()
    window.resize(1920, 1080)
    qtbot.waitUntil(lambda: window.below.height() > low + 60)


def test_every_entry_has_its_command_and_no_two_share_keys(window):
    found = list(actions.entries())
    assert all(callable(getattr(Commands, entry.does)) for entry in found)
    keys = [window.actions_by_id[entry.id].shortcut().toString() for entry in found]
    keys = [key for key in keys if key]
    assert len(keys) == len(set(keys))


def test_letters_are_unique_within_a_menu():
    for _, lines in actions.MENUS:
        letters = [line.text[line.text.index("&") + 1].lower() for line in lines if line is not None]
        assert len(letters) == len(set(letters))


def test_every_control_has_a_name(window):
    for kind in (QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit):
        for control in window.findChildren(kind):
            inner = isinstance(control.parent(), QComboBox | QAbstractSpinBox) or control.objectName().startswith("qt_")
            if not inner:
                name = control.accessibleName() or (control.text() if hasattr(control, "text") else "")
                assert name, control


@pytest.mark.parametrize(
    ("answer", "goes"),
    [(QMessageBox.StandardButton.Discard, True), (QMessageBox.StandardButton.Cancel, False)],
)
def test_closing_with_changes_asks(session, window, monkeypatch, answer, goes):
    limit(session, 300)
    monkeypatch.setattr(window.commands, "_ask_about_changes", lambda: answer)
    assert window.close() is goes


def test_closing_without_changes_does_not_ask(window, monkeypatch):
    monkeypatch.setattr(window.commands, "_ask_about_changes", lambda: pytest.fail("asked"))
    assert window.close()


def test_file_that_cannot_be_opened_is_said_in_the_window(window, tmp_path):
    assert not window.commands.open_path(tmp_path / "absent.slotwise")
    assert window.notice.isVisible()
    assert "absent.slotwise" in window.notice.label.text()


def test_saved_and_opened_files_are_remembered(session, window, tmp_path):
    session.save(tmp_path / "one.slotwise")
    assert window.commands.open_path(tmp_path / "one.slotwise")
    assert window.preferences.settings.recent == (str(tmp_path / "one.slotwise"),)


def test_new_starts_empty(session, window):
    window.actions_by_id["new"].trigger()
    assert session.build.parts.gpus == ()
    assert window.windowTitle().startswith("New build")


def test_theme_is_switched_and_remembered(window):
    window.actions_by_id["theme_dark"].trigger()
    assert theme.current() is theme.DARK
    assert window.preferences.settings.theme == "dark"
    window.actions_by_id["theme_light"].trigger()


def test_selection_goes_from_finding_to_list(qtbot, window):
    card = window.findings.cards["PWR-001@psu-1"]
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    rows = [index.row() for index in window.parts.view.selectionModel().selectedIndexes()]
    assert [window.parts.model.rows[row].key for row in rows] == ["psu-1"]


@pytest.mark.parametrize("name", ["rules", "about", "preferences"])
def test_dialogs_open_and_close(qtbot, window, name):
    window.actions_by_id[name].trigger()
    dialog = window.findChildren(QDialog)[-1]
    assert dialog.isVisible()
    dialog.reject()
