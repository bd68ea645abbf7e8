"""The tab of context: lengths and users tried, each with its speed."""

from dataclasses import replace

from PySide6.QtCore import Qt

from planner.advice.sweeps import USERS
from planner.analysis.memory import Refused
from planner.domain.units import show_tok_s, show_tokens
from planner.ui.panels import context_tab, power_limit
from tests.ui import drawn


def test_a_tip_says_the_range_or_why_there_is_no_speed(real):
    tab = real.context
    tab.render_report(real.session.report)
    tab.finish()
    first, last = (context_tab.tip(context_tab.CONTEXT, point) for point in (tab.found[0], tab.found[-1]))
    assert "Context: 2K" in first and "80 % between" in first
    assert "Does not fit: needs " in last
    assert "W per card: " in power_limit.tip(replace(tab.found[0], label="300 W"))


def test_the_columns_of_both_views_are_whole(qtbot, real):
    real.open_tab("Context")
    tab = real.context
    tab.load_chart()
    real.resize(1024, 260)
    for view in (context_tab.MANY, context_tab.CONTEXT):
        tab.turn(view)
        tab.finish()
        qtbot.wait(30)
        head = tab.table.horizontalHeader()
        assert head.length() <= tab.table.viewport().width()
        for column in range(tab.table.columnCount()):
            assert head.sectionSize(column) >= tab.table.sizeHintForColumn(column)


def test_a_row_of_the_context_opens_as_itself(qtbot, real):
    tab = real.context
    tab.render_report(real.session.report)
    tab.finish()
    for row in (0, len(tab.found) - 1):
        with qtbot.waitSignal(tab.breakdown_wanted) as opened:
            tab.table.opened.emit(row)
        point, found = tab.found[row], opened.args[0]
        assert found.title.endswith(f"{show_tokens(int(point.x))} tokens of context")
        if point.decode:
            assert found.steps[0].shown == show_tok_s(point.decode.value)
            assert found.steps[-1].label == "On the cards"
        else:
            assert found.answer.startswith("Does not fit: needs ")
    tab.turn(context_tab.MANY)
    tab.finish()
    with qtbot.waitSignal(tab.breakdown_wanted) as opened:
        tab.table.opened.emit(0)
    assert [step.label for step in opened.args[0].steps[:2]] == ["Decode, each user", "Decode, all users"]


def test_context_is_tried_up_to_what_the_model_knows(real):
    real.open_tab("Context")
    tab = real.context
    tab.load_chart()
    tab.finish()
    lines = [[tab.table.item(row, column).text() for column in range(5)] for row in range(tab.table.rowCount())]
    assert lines[0][0] == "2K"
    assert lines[-1][0] == "128K"
    assert lines[0][4] == "yes"
    assert lines[-1][1:] == ["–", "–", lines[-1][3], "no"]
    speeds = [float(line[1].split()[0]) for line in lines if line[1] != "–"]
    assert speeds == sorted(speeds, reverse=True)


def test_users_are_a_view_of_their_own(qtbot, real):
    real.open_tab("Context")
    tab = real.context
    tab.load_chart()
    qtbot.mouseClick(tab.choices["Many users"], Qt.MouseButton.LeftButton)
    tab.finish()
    assert tab.table.horizontalHeaderItem(2).text() == "In all"
    assert [point.x for point in tab.found] == list(USERS)
    assert tab.speed.data.ys[0] < tab.speed.data.ys[1]
    assert tab.speed.data.here[0] == 0
    assert "fit of those tried, each with 8K tokens" in tab.said.text()
    qtbot.mouseClick(tab.choices["Length"], Qt.MouseButton.LeftButton)
    tab.finish()
    assert tab.table.horizontalHeaderItem(0).text() == "Context"


def test_what_the_engine_refuses_is_said_where_contexts_and_users_are_tried(panel):
    report = drawn.report()
    refused = replace(report, facts=replace(report.facts, memory=Refused("64 heads do not divide by 3", "heads")))
    assert context_tab.summary(refused) == "No context can be tried: 64 heads do not divide by 3"
    assert context_tab.users_summary(refused, ()) == "No number of users can be tried: 64 heads do not divide by 3"
