"""The results' panel over the small catalog, and over the shipped one."""

from functools import cache

import pytest

from planner.catalog.examples import example
from planner.catalog.load import load_catalog
from planner.session.session import Session
from planner.ui.panels.results import ResultsPanel
from planner.ui.selection import Selection
from tests.ui import drawn


class Panel(ResultsPanel):
    session: Session


def shown(qtbot, session: Session) -> Panel:
    made = Panel(session, Selection())
    made.session = session
    qtbot.addWidget(made)
    made.resize(1280, 260)
    made.show()
    return made


@cache
def shipped():
    return load_catalog()


@pytest.fixture
def panel(qtbot):
    return shown(qtbot, Session(drawn.CATALOG, drawn.dual(), judge=drawn.judge))


@pytest.fixture
def real(qtbot):
    """The shipped catalog's first example, judged in earnest."""
    return shown(qtbot, Session(shipped(), example("dual-4090")))
