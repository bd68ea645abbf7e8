"""The parts list: what its rows say, and what keys and clicks do."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter
from PySide6.QtTest import QSignalSpy

from planner.domain import edits
from planner.domain.build import Build, Parts
from planner.domain.findings import Severity
from planner.ui import theme
from planner.ui.choices import Target
from planner.ui.models.part_list import PartList
from planner.ui.models.part_rows import part_rows
from planner.ui.panels.parts import PartsPanel
from planner.ui.widgets.part_delegate import Type, _mark


@pytest.fixture
def panel(qtbot, session, selection):
    made = PartsPanel(session, selection)
    qtbot.addWidget(made)
    made.resize(300, 600)
    made.show()
    return made


def go_to(panel, key):
    rows = panel.model.rows
    panel.view.setCurrentIndex(panel.model.index([row.key for row in rows].index(key)))
    panel.view.setFocus()


def test_rows_stand_in_buying_order(session):
    rows = part_rows(session.report)
    assert [row.key for row in rows] == [
        "cpu", "board", "gpu-1", "gpu-2", "", "memory", "psu-1", "case", "cooler", "drive-1",
    ]  # fmt: skip
    assert rows[2].title == "GPU 1 · RTX 4090 FE"
    assert rows[2].detail == "24 GB · 3 slots · 304 mm · PCIEX16_1"
    assert rows[2].price == "$1,599"
    assert rows[4].invites


@pytest.mark.parametrize(("key", "worst"), [("psu-1", Severity.ERROR), ("gpu-1", Severity.WARNING), ("case", None)])
def test_row_tells_the_worst_finding_in_words(session, key, worst):
    row = next(row for row in part_rows(session.report) if row.key == key)
    assert row.worst == worst
    assert row.spoken.endswith("no findings" if worst is None else row.status)
    assert (worst is None) or (worst.title in row.status)


def test_the_marks_differ_in_shape(session, dressed):
    row = part_rows(session.report)[0]
    shapes = set()
    for worst in (None, *Severity):
        image = QImage(60, 60, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        metrics = QFontMetrics(theme.font())
        _mark(painter, image.rect(), replace(row, worst=worst, invites=False), Type(theme.font(), metrics))
        painter.end()
        shapes.add(tuple(image.pixelColor(x, y).alpha() > 127 for x in range(60) for y in range(60)))
    assert len(shapes) == 4


def test_empty_build_invites(session):
    session.new()
    titles = [row.title for row in part_rows(session.report)]
    assert "Choose a power supply" in titles
    assert "Add a GPU" in titles
    assert all(row.invites for row in part_rows(session.report))


def test_part_nobody_knows_is_shown_as_such(session):
    session.new(Build(parts=Parts(cpu="lost-cpu")))
    row = part_rows(session.report)[0]
    assert (row.title, row.detail) == ("lost-cpu", "unknown part: not in the catalog")


def test_list_model_is_sound(qtmodeltester, session):
    model = PartList()
    model.show(part_rows(session.report))
    qtmodeltester.check(model)
    model.show(part_rows(session.report)[:3])
    qtmodeltester.check(model)


def test_enter_asks_for_another_part(qtbot, panel):
    asked = QSignalSpy(panel.wanted)
    go_to(panel, "gpu-2")
    qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    assert asked.at(0)[0] == Target("gpus", "gpu-2")


def test_delete_takes_the_part_out_and_undo_puts_it_back(qtbot, session, panel):
    go_to(panel, "gpu-2")
    panel.remove_action.trigger()
    assert [c.key for c in session.build.parts.gpus] == ["gpu-1"]
    assert "gpu-2" not in [row.key for row in panel.model.rows]
    session.undo()
    assert "gpu-2" in [row.key for row in panel.model.rows]


def test_an_invitation_cannot_be_removed(session, panel):
    go_to(panel, "")
    panel.remove_action.trigger()
    assert session.history.count() == 0


def test_another_one_like_it(session, panel):
    session.edit("Remove", edits.remove(session.build, "gpus", "gpu-2"))
    go_to(panel, "gpu-1")
    panel.duplicate_action.trigger()
    assert [c.part for c in session.build.parts.gpus] == ["rtx-4090-fe", "rtx-4090-fe"]
    assert session.build.placement("gpu-2").slot == "PCIEX16_2"


def test_moving_through_the_list_highlights(qtbot, selection, panel):
    go_to(panel, "gpu-1")
    qtbot.keyClick(panel.view, Qt.Key.Key_Down)
    assert selection.keys == ("gpu-2",)


def test_keys_selected_elsewhere_are_shown(selection, panel):
    selection.select(("gpu-2", "psu-1"))
    rows = sorted(index.row() for index in panel.view.selectionModel().selectedIndexes())
    assert [panel.model.rows[n].key for n in rows] == ["gpu-2", "psu-1"]


def test_current_row_stays_when_an_edit_changes_figures(session, panel):
    go_to(panel, "gpu-2")
    session.edit("Limit", edits.limit_power(session.build, ("gpu-2",), 300))
    assert panel.model.rows[panel.view.currentIndex().row()].key == "gpu-2"
    assert "limit 300 W" in panel.model.rows[3].detail
