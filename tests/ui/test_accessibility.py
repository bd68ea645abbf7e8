"""Every control of the window and of every dialog has a name that a screen reader can say, and Tab reaches it."""

from collections.abc import Callable, Iterator
from functools import cache, partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QDialog, QLabel, QPushButton, QWidget

from planner.catalog.examples import example
from planner.catalog.load import load_catalog
from planner.session.session import Session
from planner.ui.choices import NOUNS, Target
from planner.ui.dialogs.own_part import OwnPart
from planner.ui.dialogs.part_page import PartPage
from planner.ui.dialogs.picker import Picker
from planner.ui.dialogs.rule_page import RulePages, _rule
from planner.ui.main_window import MainWindow
from planner.ui.preferences import Preferences

TAB = Qt.FocusPolicy.TabFocus.value
SILENT = {"qt_spinbox_lineedit", "qt_tabwidget_tabbar", "qt_tabwidget_stackedwidget"}
"""Pieces of Qt's own controls, which speak for them."""


@cache
def catalog():
    return load_catalog()


@pytest.fixture
def whole(qtbot, dressed, tmp_path) -> Iterator[MainWindow]:
    session = Session(catalog(), example("dual-4090"))
    made = MainWindow(session, Preferences(tmp_path / "settings.json"))
    qtbot.addWidget(made, before_close_func=lambda _: session.history.setClean())
    made.resize(1280, 720)
    made.show()
    made.load_results()
    made.findings.finish()
    yield made


def name_of(widget: QWidget) -> str:
    """What a screen reader says: the name given, or the one the control makes of its own text or label."""
    found = QAccessible.queryAccessibleInterface(widget)
    return found.text(QAccessible.Text.Name) if found else widget.accessibleName()


def unnamed(root: QWidget) -> list[str]:
    return [
        f"{type(widget).__name__} #{widget.objectName()} in {type(widget.parentWidget()).__name__}"
        for widget in (root, *root.findChildren(QWidget))
        if widget.window() is root.window() and _reached(widget) and not name_of(widget).strip()
    ]


def _reached(widget: QWidget) -> bool:
    inner = isinstance(widget.parentWidget(), (QComboBox, QAbstractSpinBox))
    own = widget.objectName() not in SILENT and not widget.objectName().startswith("qt_scrollarea") and not inner
    shown = widget.isVisibleTo(widget.window()) and widget.isEnabled() and not widget.isWindow()
    return bool(widget.focusPolicy().value & TAB) and own and shown


def test_every_control_of_the_window_is_named(whole):
    assert unnamed(whole) == []
    for place in range(whole.results.count()):
        whole.results.setCurrentIndex(place)
        assert unnamed(whole.results) == [], whole.results.tabText(place)
    whole.commands.workload()
    assert unnamed(whole.workload_sheet) == []


def test_an_unnamed_control_is_found(whole):
    from PySide6.QtWidgets import QLineEdit

    field = QLineEdit(whole.headline)
    field.show()
    assert unnamed(whole) == ["QLineEdit # in HeadlineBar"]


def _pick(kind: str, window: MainWindow) -> None:
    Picker(window.session, Target(kind), window).show()


OPENED: dict[str, Callable[[MainWindow], object]] = {
    "how worked out": lambda w: w.commands.show_number("speed"),
    "sum of a finding": lambda w: w.commands.show_steps(w.findings.cards["PWR-001@psu-1"].finding),
    "accept": lambda w: w.commands.accept(w.findings.cards["PWR-001@psu-1"].finding),
    "rules": lambda w: w.commands.rules(),
    "preferences": lambda w: w.commands.preferences(),
    "site": lambda w: w.commands.site(),
    "measure": lambda w: w.commands.measure(),
    "accuracy": lambda w: w.commands.accuracy(),
    "about": lambda w: w.commands.about(),
    "part page": lambda w: PartPage(w.session.report.rig.psus[0].psu, w).show(),
    "own part": lambda w: OwnPart(w.session, Target("psus", "psu-1"), w.session.report.rig.psus[0].psu, w).show(),
    **{f"picker of {kind}": partial(_pick, kind) for kind in NOUNS},
}


@pytest.mark.parametrize("name", OPENED)
def test_every_control_of_a_dialog_is_named_and_one_has_the_focus(qtbot, whole, name):
    OPENED[name](whole)
    dialog = next(widget for widget in whole.findChildren(QDialog) if widget.isVisible())
    assert unnamed(dialog) == []
    assert dialog.windowTitle()
    dialog.close()


def test_tab_goes_through_a_rule_s_links_before_the_button(whole):
    dialog = RulePages(whole.session.report, "PWR-001", whole)
    for code in ("PWR-001", "PWR-002"):
        dialog.show_rule(code)
        stops: list[QWidget] = []
        widget: QWidget = dialog.page
        while not isinstance(widget, QPushButton):
            following = widget.nextInFocusChain()
            assert following is not None
            widget = following
            stops += [widget] if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled() else []
        links = [source for source in _rule(code).sources if source.startswith("https://")]
        assert [type(stop) for stop in stops[:-1]] == [QLabel] * len(links)
        assert links
    dialog.close()


def test_tab_goes_from_the_parts_over_the_drawing_to_the_findings_and_the_results(whole):
    """And comes round: no control keeps the focus to itself."""
    panels = [whole.parts, whole.slots, whole.findings, whole.results]
    chain, widget = [], whole.parts.view
    for _ in range(5000):
        chain.append(widget)
        widget = widget.nextInFocusChain()
        if widget is whole.parts.view:
            break
    else:
        pytest.fail("the focus never comes round")
    first = [next(n for n, w in enumerate(chain) if panel.isAncestorOf(w) and _reached(w)) for panel in panels]
    assert first == sorted(first)
