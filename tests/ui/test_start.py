"""The start: what must not be loaded before the window is painted, and what is done when something goes wrong."""

import os
import subprocess
import sys

import pytest
from PySide6.QtWidgets import QPushButton

from planner import app, places
from planner.catalog.load import Problem
from planner.domain import edits
from planner.files import autosave
from planner.session.keeping import Keeper
from planner.ui.preferences import Preferences
from tests.ui.fakes import CATALOG

LATE = ("numpy", "pyqtgraph", "PySide6.QtPrintSupport", "planner.ui.printing", "planner.ui.panels.results",
        "planner.ui.dialogs.picker", "planner.ui.dialogs.rule_page")  # fmt: skip

FIRST_PAINT = """
import sys
from planner.app import start
from planner.ui.main_window import MainWindow
loaded = []
MainWindow.load_results = lambda self: loaded.append([name for name in sys.argv[1:] if name in sys.modules])
app, window = start()
while not loaded:
    app.processEvents()
print(window.windowTitle())
print(",".join(loaded[0]))
"""


def test_first_paint_waits_for_nothing_slow(tmp_path):
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path),
                   "XDG_STATE_HOME": str(tmp_path)}  # fmt: skip
    command = [sys.executable, "-c", FIRST_PAINT, *LATE]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    title, loaded = done.stdout.split("\n")[:2]
    assert title.endswith("Slotwise")
    assert loaded == ""


@pytest.fixture
def own_state(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "state", lambda: tmp_path / "state")


def test_unforeseen_exception_keeps_the_work_and_says_so(session, window, own_state, tmp_path, capsys):
    session.edit("Rename", edits.rename(session.build, "Precious"))
    handler = app.Handler(window, Keeper(session))
    try:
        raise ZeroDivisionError("inside a slot")
    except ZeroDivisionError as error:
        handler(type(error), error, error.__traceback__)
    assert window.notice.isVisible()
    assert "ZeroDivisionError" in window.notice.label.text()
    assert autosave.copy_of(None).exists()
    assert "inside a slot" in (tmp_path / "state" / "mishaps.txt").read_text("utf-8")
    assert session.build.name == "Precious"
    assert "ZeroDivisionError" in capsys.readouterr().err


def press(window, word):
    next(button for button in window.notice.buttons if button.text() == word).click()


@pytest.fixture
def left_behind(session, monkeypatch):
    """A copy of a process that is gone."""
    autosave.keep(edits.rename(session.build, "Precious"), CATALOG, None)
    monkeypatch.setattr(autosave, "_alive", lambda process: False)


def test_unsaved_work_is_offered_and_recovered(session, window, left_behind):
    app.offer_recovery(window)
    assert "“Precious”" in window.notice.label.text()
    assert session.build.name == "Two cards"
    press(window, "Recover")
    assert session.build.name == "Precious"
    assert not session.saved


def test_unsaved_work_can_be_discarded(session, window, left_behind):
    app.offer_recovery(window)
    press(window, "Discard")
    assert autosave.found(CATALOG) == []


def test_offer_that_is_closed_stays_for_the_next_start(session, window, left_behind):
    app.offer_recovery(window)
    press(window, "Close")
    assert len(autosave.found(CATALOG)) == 1
    assert not window.notice.isVisible()


def test_clean_start_offers_nothing(window):
    app.offer_recovery(window)
    assert not window.notice.isVisible()
    assert window.notice.findChildren(QPushButton) == []


def problem(n):
    return Problem(f"psus/own-{n}.toml", "watts", "Input should be greater than 0.", own=True)


def test_own_parts_that_cannot_be_read_are_said_in_a_sentence():
    assert app.left_out([problem(1)]) == (
        "One file of parts could not be read whole, and what is wrong is left out: "
        "own parts, psus/own-1.toml, watts: Input should be greater than 0."
    )
    many = app.left_out([problem(n) for n in range(5)])
    assert many.startswith("5 files of parts")
    assert many.endswith("; and 2 more.")


def test_a_broken_own_part_does_not_stop_the_start(qtbot, tmp_path, monkeypatch):
    folder = tmp_path / "parts"
    (folder / "psus").mkdir(parents=True)
    (folder / "psus" / "broken.toml").write_text("watts = ", encoding="utf-8")
    monkeypatch.setattr(places, "user_parts", lambda: folder)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    window = app.make_window(Preferences(tmp_path / "settings.json"))
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: "psus/broken.toml" in window.notice.label.text())
    assert window.session.build.parts.gpus
    assert window.session.catalog.psus


def test_a_notice_keeps_its_offers_when_more_is_said(window):
    window.notice.say("Unsaved changes were kept.", ("Recover", lambda: None))
    window.notice.also("One file could not be read.")
    assert window.notice.label.text() == "Unsaved changes were kept. One file could not be read."
    assert [button.text() for button in window.notice.buttons] == ["Recover", "Close"]
