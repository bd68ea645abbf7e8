"""All tabs: which of them follow a change, and what they say without parts."""

from planner.domain import edits
from planner.domain.build import Build
from planner.session.session import Session
from planner.ui.panels.results import ResultsPanel
from planner.ui.selection import Selection
from tests.ui import drawn


def test_only_the_tab_in_sight_follows_a_change(panel):
    shown = panel.memory.verdict.text()
    panel.session.edit("One card less", edits.remove(panel.session.build, "gpus", "gpu-2"))
    assert panel.memory.verdict.text() == shown == ""
    panel.open_tab("Memory")
    assert "does not fit" in panel.memory.verdict.text()


def test_cost_lists_every_part_and_the_total(panel):
    panel.open_tab("Cost")
    assert "$" in panel.cost.total.text()
    assert panel.cost.table.rowCount() == len(panel.session.report.facts.cost.lines)


def test_an_empty_build_shows_every_tab(qtbot):
    session = Session(drawn.CATALOG, Build(), judge=drawn.judge)
    made = ResultsPanel(session, Selection())
    qtbot.addWidget(made)
    made.show()
    for index in range(made.count()):
        made.setCurrentIndex(index)
        made.currentWidget().grab()
    assert "Choose a GPU" in made.memory.verdict.text()
    made.throughput.finish()
    assert made.throughput.pages.currentWidget() is made.throughput.nothing
    assert made.throughput.nothing.text() == "Choose a GPU and a model to see how fast it runs."
    assert made.context._place.isHidden()  # no axes without figures
    assert made.power.plugs.isHidden() and made.power.limit.isHidden()
    assert made.cost.total.text() == "Choose parts to see what they cost."
