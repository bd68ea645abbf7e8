"""What else the build could do: rows beside the memory, taken over with Enter or the button, undone like any change."""

import pytest
from PySide6.QtCore import Qt

from planner.advice.placing import free_slots
from planner.domain import edits
from planner.session.session import Session
from planner.ui.panels.possible_panel import PossiblePanel
from tests.ui import drawn


@pytest.fixture
def session():
    return Session(drawn.CATALOG, drawn.dual(), judge=drawn.judge)


@pytest.fixture
def panel(qtbot, session):
    made = PossiblePanel(session)
    qtbot.addWidget(made)
    made.resize(560, 200)
    made.show()
    made.render_report(session.report)
    made.finish()
    return made


def row_of(panel, question):
    return next(row for row, answer in enumerate(panel.found) if answer.question == question)


def test_every_answer_is_a_row_that_can_be_read(panel):
    assert panel.said.whole == "What else it could do"
    assert [panel.table.item(row, 0).text() for row in range(panel.table.rowCount())] == [
        answer.question for answer in panel.found
    ]
    assert "Longest context" in [answer.question for answer in panel.found]


@pytest.mark.parametrize("by", ["button", "enter"])
def test_an_answer_is_taken_over_and_undone(qtbot, panel, session, by):
    before, row = session.build, row_of(panel, "Longest context")
    changes = panel.found[row].changes
    assert changes["context"] != before.workload.context
    panel.table.selectRow(row)
    if by == "button":
        qtbot.mouseClick(panel.use, Qt.MouseButton.LeftButton)
    else:
        panel.table.setFocus()
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert session.build.workload.context == changes["context"]
    session.undo()
    assert session.build == before


def test_what_is_so_already_cannot_be_taken(panel, session):
    assert not panel.use.isEnabled()
    longest = dict(panel.found[row_of(panel, "Longest context")].changes)
    session.edit("Longest", edits.set_workload(session.build, **longest))
    panel.render_report(session.report)
    panel.finish()
    panel.table.selectRow(row_of(panel, "Longest context"))
    assert not panel.use.isEnabled()


def test_a_model_too_large_shows_ways_instead(panel, session):
    session.edit("One card less", edits.remove(session.build, "gpus", "gpu-2"))
    panel.render_report(session.report)
    panel.finish()
    assert panel.said.whole.startswith(("What would make it fit", "No change of the workload"))
    assert "Longest context" not in [answer.question for answer in panel.found]


@pytest.mark.parametrize("split", ["layer", "none"])
def test_another_card_goes_to_a_free_slot_in_one_step(qtbot, panel, session, split):
    session.edit("One card less", edits.remove(session.build, "gpus", "gpu-2"))
    session.edit("Split", edits.set_workload(session.build, split=split))
    before, free = session.build, free_slots(session.report)
    panel.render_report(session.report)
    panel.finish()
    panel.table.selectRow(row_of(panel, "Add another RTX 4090"))
    assert panel.use.isEnabled()
    qtbot.mouseClick(panel.use, Qt.MouseButton.LeftButton)
    cards = session.build.parts.gpus
    assert [chosen.part for chosen in cards] == [before.parts.gpus[0].part] * 2
    assert session.build.placement(cards[1].key).slot in free
    assert session.build.workload.split == "layer"
    session.undo()
    assert session.build == before


def test_without_a_card_there_is_nothing_to_answer(panel, session):
    for key in ("gpu-2", "gpu-1"):
        session.edit("Fewer", edits.remove(session.build, "gpus", key))
    panel.render_report(session.report)
    assert panel.isHidden()


def test_what_is_chosen_is_the_question_not_its_place(panel, session):
    panel.table.selectRow(row_of(panel, "Most bits that fit"))
    panel.render_report(session.report)
    panel.finish()
    assert panel.table.currentRow() == row_of(panel, "Most bits that fit")
    session.edit("One card less", edits.remove(session.build, "gpus", "gpu-2"))
    panel.render_report(session.report)
    panel.finish()
    assert panel.table.currentRow() == -1
    assert not panel.use.isEnabled()


def test_heads_follow_what_is_asked_and_an_empty_list_is_not_shown(panel, session):
    assert panel.table.horizontalHeaderItem(0).text() == "Asked"
    session.edit("One card less", edits.remove(session.build, "gpus", "gpu-2"))
    panel.render_report(session.report)
    panel.finish()
    assert panel.table.horizontalHeaderItem(0).text() == "Change"
    panel.found = []
    panel._show()
    assert panel.table.isHidden() and panel.use.isHidden()
    session.undo()
    panel.render_report(session.report)
    panel.finish()
    assert not panel.table.isHidden() and not panel.use.isHidden()
