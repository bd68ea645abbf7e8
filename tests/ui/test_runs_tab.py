"""What runs: rows come to their places, are replaced there, sorted, narrowed, and one becomes the workload."""

import pytest
from PySide6.QtCore import Qt

from planner.advice.what_runs import Asked, Reach, Row, WhatRuns
from planner.analysis.memory import MARGIN_GIB
from planner.catalog.examples import example
from planner.catalog.load import load_catalog
from planner.domain import edits
from planner.domain.build import Build
from planner.domain.steps import Range
from planner.session.session import Session
from planner.ui.models.run_table import COLUMNS, ROW, RunTable, found_words
from planner.ui.panels import runs_tab
from planner.ui.panels.runs_tab import RunsTab
from planner.ui.widgets.tip import LETTERS, folded, plain_tip

MODELS = ("llama-3.1-8b", "llama-3.1-70b", "gpt-oss-20b", "deepseek-v3")


def row(name, verdict="fits", decode=50.0, **more):
    speed = Range(decode, decode * 0.9, decode * 1.1) if decode else None
    here = Reach(2, verdict, 8192, 2.0**30 if verdict == "fits" else -(2.0**31), speed)
    values = {"weights_bytes": 2.0**32, "quality": None, "cells": (), "in_ram": None, "fewer": None, "more": None}
    return Row(name.lower(), name, "Q4_K_M", 4.8, here=here, **(values | more))


def names(table):
    return [table.row(n).name for n in range(table.rowCount())]


@pytest.fixture
def table(qapp, qtmodeltester):
    made = RunTable()
    for name, decode in (("Beta", 20.0), ("Alpha", 90.0), ("Gamma", None)):
        made.put((name,), row(name, "fits" if decode else "no", decode))
    qtmodeltester.check(made)
    return made


def test_rows_go_to_their_places(table):
    assert names(table) == ["Alpha", "Beta", "Gamma"]
    table.sort(6, Qt.SortOrder.AscendingOrder)
    assert names(table) == ["Alpha", "Beta", "Gamma"]
    table.put(("Delta",), row("Delta", decode=50.0))
    assert names(table) == ["Alpha", "Delta", "Beta", "Gamma"]
    table.sort(0, Qt.SortOrder.DescendingOrder)
    table.put(("Epsilon",), row("Epsilon"))
    assert names(table) == ["Gamma", "Epsilon", "Delta", "Beta", "Alpha"]


def test_a_row_is_replaced_where_it_stands(table):
    table.put(("Beta",), row("Beta", "no", None))
    assert names(table) == ["Alpha", "Beta", "Gamma"]
    assert table.row(1).here.verdict == "no"


def tip(table, place, head):
    column = next(n for n, column in enumerate(COLUMNS) if column.head == head)
    return table.index(place, column).data(Qt.ItemDataRole.ToolTipRole)


def test_each_column_tells_its_own_cards_reason(table):
    refused = Reach(1, "refused", 0, 0.0, None, why="64 heads do not divide by 3 cards.")
    more = Reach(3, "fits", 8192, 2.0**30, Range(70, 60, 80))
    table.put(("Alpha",), row("Alpha", decode=90.0, fewer=refused, more=more))
    assert "64 heads" in tip(table, 0, "One card less")
    assert "64 heads" not in tip(table, 0, "Decode")
    assert "80 % between 81.0 tok/s and 99.0 tok/s" in tip(table, 0, "Decode")
    assert "80 % between 60.0 tok/s and 80.0 tok/s" in tip(table, 0, "One card more")


def test_no_line_of_a_tip_is_wider_than_a_small_window():
    long = "a reason " * 30
    assert max(len(line) for line in folded(f"short  one\n{long}").split("\n")) <= LETTERS
    assert folded(f"short  one\n{long}").startswith("short  one\na reason")
    assert plain_tip(long).count("<br>") == 2


def test_rows_no_longer_listed_go(table):
    table.drop_others({("Beta",)})
    assert names(table) == ["Beta"]


def test_narrowing_hides_rows_and_those_that_come_later(table):
    table.narrow(lambda row: row.runs)
    table.put(("Delta",), row("Delta", "no", None))
    table.put(("Alpha",), row("Alpha", "no", None))
    assert names(table) == ["Beta"]
    assert len(table.everything) == 4


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (row("A"), "fits"),
        (row("A", "tight"), "fits, only just"),
        (row("A", "no"), "no, 2.0 GiB short"),
        (row("A", "refused"), "engine refuses"),
        (row("A", "offload", in_ram=("layers", 1)), "1 layer in RAM"),
        (row("A", "offload", in_ram=("experts", 12)), "experts of 12 layers in RAM"),
    ],
)
def test_the_verdict_in_words(given, said):
    assert COLUMNS[4].text(given) == said


def test_how_many_run():
    rows = (row("A"), row("B", "offload"), row("C", "no"), row("C", "refused"))
    assert found_words(rows, 8192) == "2 of 3 models run with 8K of context, 1 on the cards."


@pytest.fixture
def tab(qtbot, monkeypatch):
    whole = load_catalog()
    few = {name: whole.models[name] for name in MODELS if name in whole.models}
    session = Session(whole, example("dual-4090"))
    monkeypatch.setattr(runs_tab, "models_of", lambda catalog: list(few.values()))
    made = RunsTab(session)
    qtbot.addWidget(made)
    made.resize(1280, 260)
    made.show()
    made.session = session  # type: ignore[attr-defined]  # kept alive
    session.changed.connect(made.render_report)
    made.render_report(session.report)
    made.finish()
    return made


def test_every_model_has_its_row(tab):
    found = {row.model: row for row in tab.table.everything}
    assert set(found) <= set(MODELS)
    assert found["llama-3.1-8b"].here.verdict == "fits"
    known = WhatRuns(tab.session.report.rig, tab.session.report.facts.lanes, tab.session.catalog, Asked(contexts=()))
    assert found["llama-3.1-70b"] == next(iter(known.best_rows([tab.session.catalog.models["llama-3.1-70b"]])))
    assert "models run with 8K of context" in tab.said.whole


def test_all_quantisations_are_listed_when_asked_for(qtbot, tab):
    best = tab.table.rowCount()
    qtbot.mouseClick(tab.all, Qt.MouseButton.LeftButton)
    tab.finish()
    assert tab.table.rowCount() > 3 * best


def test_enter_makes_it_the_workload_and_nothing_is_worked_out_again(qtbot, tab):
    tab.search.setText("8b")
    tab._narrow()
    assert {tab.table.row(n).model for n in range(tab.table.rowCount())} == {"llama-3.1-8b"}
    wanted = tab.table.row(0)
    tab.view.setCurrentIndex(tab.table.index(0, 0))
    qtbot.keyClick(tab.view, Qt.Key.Key_Return)
    work = tab.session.build.workload
    assert (work.model, work.quant) == ("llama-3.1-8b", wanted.quant)
    assert not tab._work.busy
    tab.session.undo()
    assert tab.session.build.workload.model != "llama-3.1-8b"


def test_another_card_asks_anew_and_a_hidden_tab_rests(tab):
    tab.session.edit("One card less", edits.remove(tab.session.build, "gpus", "gpu-2"))
    assert tab._work.busy
    tab.hide()
    assert not tab._work.busy
    tab.show()
    assert tab._work.busy
    tab.finish()
    assert {row.here.cards for row in tab.table.everything} == {1}


def test_an_empty_build_says_what_to_choose(tab):
    tab.session.new(Build())
    tab.finish()
    assert tab.table.rowCount() == 0
    assert "Choose a GPU" in tab.said.whole


def test_the_margin_of_the_limits_counts(tab):
    policy = tab.session.policy
    tab.session.use(policy=policy.replace(margin_gib=MARGIN_GIB + 8))
    assert tab._work.busy
    tab.finish()
    assert tab.table.data(tab.table.index(0, 0), ROW).here.spare_bytes is not None
