"""The status bar: headline numbers, and what each opens."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QLabel

from planner.domain import edits
from planner.ui.breakdowns import breakdown
from planner.ui.dialogs.how_worked_out import HowWorkedOut, times
from planner.ui.panels.headline import NAMES, HeadlineBar, headline_texts


@pytest.fixture
def bar(qtbot, session, selection):
    made = HeadlineBar(session, selection)
    qtbot.addWidget(made)
    made.show()
    return made


def test_numbers_of_the_build(session):
    texts = headline_texts(session.report)
    assert texts["errors"] == ("2", "errors")
    assert texts["price"] == ("$4,871", "total")
    assert texts["vram"] == ("48 GiB", "VRAM")
    assert texts["power"] == ("1,200 W", "at the limits")
    assert texts["wall"] == ("1,333 W", "at the wall")
    assert texts["speed"] == ("19.0", "tok/s")


def test_numbers_follow_an_edit(session, bar):
    session.edit("Limit", edits.limit_power(session.build, ("gpu-1", "gpu-2"), 300))
    assert bar.buttons["power"].strong.text() == "900 W"
    assert bar.buttons["errors"].accessibleName() == "1 error"


def test_model_that_does_not_fit_says_so(session):
    session.edit("Remove", edits.remove(session.build, "gpus", "gpu-2"))
    assert headline_texts(session.report)["speed"] == ("", "model does not fit")


def test_empty_build_has_nothing_to_say_of_power(session):
    session.new()
    assert headline_texts(session.report)["power"] == ("", "")


def test_saved_state(session, bar, tmp_path):
    assert bar.state.text() == "Not saved yet"
    session.edit("Rename", edits.rename(session.build, "Other"))
    assert bar.state.text() == "Not saved"
    session.save(tmp_path / "one.slotwise")
    assert bar.state.text() == f"Saved {session.saved_at:%H:%M}"


def test_pressing_a_number_asks_for_its_breakdown(qtbot, bar):
    asked = QSignalSpy(bar.wanted)
    qtbot.mouseClick(bar.buttons["power"], Qt.MouseButton.LeftButton)
    assert asked.at(0)[0] == "power"


@pytest.mark.parametrize("name", [name for name in NAMES if name != "errors"])
def test_every_number_has_a_breakdown(qtbot, session, name):
    found = breakdown(session.report, name)
    dialog = HowWorkedOut(found.title, found.answer, found.steps, found.remarks)
    qtbot.addWidget(dialog)
    dialog.show()
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert found.title in texts
    assert all(step.label in texts and step.shown in texts for step in found.steps)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "errors"])
def test_breakdowns_of_an_empty_build(session, name):
    session.new()
    found = breakdown(session.report, name)
    assert found.title


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("1000 / 46.6 ms x 0.90", "1000 / 46.6 ms × 0.90"), ("0.744 x", "0.744 ×"), ("4.0 x8 x 2", "4.0 x8 × 2")],
)
def test_arithmetic_is_shown_with_the_sign_of_multiplication(typed, shown):
    assert times(typed) == shown
