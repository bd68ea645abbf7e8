"""A session over the small catalog, and the window on it."""

import pytest

from planner.files import autosave
from planner.session.session import Session
from planner.ui import theme
from planner.ui.selection import Selection
from tests.ui.fake_reports import judge
from tests.ui.fakes import CATALOG, make_build


@pytest.fixture(autouse=True)
def _own_folders(tmp_path, monkeypatch):
    monkeypatch.setattr(autosave, "folder", lambda: tmp_path / "autosave")


@pytest.fixture(scope="session")
def dressed(qapp):
    theme.install(qapp, "light")
    return qapp


@pytest.fixture
def session(dressed):
    return Session(CATALOG, make_build(), judge=judge)


@pytest.fixture
def selection(qapp):
    return Selection()


@pytest.fixture
def window(qtbot, session, tmp_path, monkeypatch):
    """The whole window, without charts, which load by themselves after the first painting."""
    from planner.ui.main_window import MainWindow
    from planner.ui.preferences import Preferences

    monkeypatch.setattr(MainWindow, "load_results", lambda self: None)
    made = MainWindow(session, Preferences(tmp_path / "settings.json"))
    qtbot.addWidget(made, before_close_func=lambda _: session.history.setClean())
    made.resize(1280, 720)
    made.show()
    return made
