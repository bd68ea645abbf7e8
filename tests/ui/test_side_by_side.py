"""The throughput chart beside models: numbers of cards, splits and engines, other builds."""

import pytest
from PySide6.QtWidgets import QMessageBox

from planner.catalog import examples
from planner.catalog.load import load_catalog
from planner.domain import edits
from planner.domain.build import Build
from planner.files import buildfile
from planner.session.session import Session
from planner.ui.charts.side_by_side import BUILDS, CARDS, MODELS, SPLITS
from planner.ui.charts.speed_points import PREFILL
from planner.ui.charts.speed_rows import row_breakdown
from planner.ui.panels.throughput_tab import ThroughputTab


@pytest.fixture(scope="module")
def shipped():
    return load_catalog()


@pytest.fixture
def tab(qtbot, shipped):
    made = ThroughputTab(Session(shipped, examples.example("dual-4090")))
    qtbot.addWidget(made)
    made.resize(1200, 260)
    made.show()
    made.render_report(made._session.report)
    return made


def turned(tab, side):
    tab.side.setCurrentText(side)
    tab.side.activated.emit(tab.side.currentIndex())
    tab.finish()
    return tab.rows


def own(rows):
    return [row.label for row in rows if row.own]


def test_one_to_eight_cards_with_the_build_s_own_marked(tab):
    rows = turned(tab, CARDS)
    assert [row.label for row in rows][:3] == ["1 card", "2 cards", "3 cards"]
    assert len(rows) == 8
    assert own(rows) == ["2 cards"]
    assert rows[0].wrong and rows[0].said.startswith("does not fit: needs ")


def test_every_engine_and_split_the_own_one_first(tab):
    rows = turned(tab, SPLITS)
    assert own(rows) == ["llama.cpp, layer split"]
    assert rows[0].label.startswith("llama.cpp, ")
    assert "vLLM, tensor parallel" in [row.label.removesuffix(", AWQ-4bit") for row in rows]
    assert "Four RTX 3090 on EPYC" in [row.label for row in turned(tab, BUILDS)]
    assert all(row.speed or row.said for row in rows)


def test_the_own_row_is_the_figure_of_the_report(tab):
    decode = tab._session.report.facts.throughput.decode_tok_s
    for side in (CARDS, SPLITS, BUILDS):
        (mine,) = [row for row in turned(tab, side) if row.own]
        assert mine.speed.value == pytest.approx(decode.value), side


def test_words_say_what_stands_there_and_diamonds_only_where_there_are_some(tab):
    heads = {}
    for side in (MODELS, CARDS, SPLITS, BUILDS):
        turned(tab, side)
        heads[side] = tab.table.horizontalHeaderItem(0).text()
        assert ("Diamond" in tab.caption.text()) is (side == MODELS)
        assert tab.table.isColumnHidden(5) is (side != MODELS)
    assert heads == {MODELS: "Model", CARDS: "Cards", SPLITS: "Engine and split", BUILDS: "Build"}


def test_prefill_follows_the_same_choice(qtbot, tab):
    decode = turned(tab, CARDS)
    tab.prefill.click()
    assert tab.kind == PREFILL
    assert [row.label for row in tab.rows] == [row.label for row in decode]
    assert tab.rows[1].speed.value > decode[1].speed.value


def test_the_quantisation_belongs_to_models_and_adding_to_builds(tab):
    turned(tab, SPLITS)
    assert tab.quant.isHidden() and tab.add.isHidden()
    turned(tab, BUILDS)
    assert tab.quant.isHidden() and not tab.add.isHidden()
    turned(tab, MODELS)
    assert not tab.quant.isHidden() and tab.add.isHidden()


def test_a_file_is_compared_and_the_open_build_stays(tab, tmp_path):
    session, path = tab._session, tmp_path / "other.slotwise"
    before = session.build
    other = edits.remove(before, "gpus", "gpu-2").replace(name="Half of it")
    buildfile.save(path, other, session.catalog)
    turned(tab, BUILDS)
    tab.add_build(path)
    tab.finish()
    assert "Half of it" in [row.label for row in tab.rows]
    assert session.build == before and session.path is None


def test_a_file_that_cannot_be_read_is_said(tab, tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *words: said.append(words[-1]))
    path = tmp_path / "broken.slotwise"
    path.write_text("{", encoding="utf-8")
    turned(tab, BUILDS)
    tab.add_build(path)
    assert len(said) == 1 and "broken.slotwise" in said[0]
    assert tab.others == []


def test_a_bar_opened_says_where_its_steps_are(tab):
    row = next(row for row in turned(tab, CARDS) if row.speed and not row.own)
    assert "each on a link of its own" in row_breakdown(row).remarks[-1]


def test_without_cards_nothing_stands_side_by_side(qtbot, shipped):
    empty = ThroughputTab(Session(shipped, Build()))
    qtbot.addWidget(empty)
    assert turned(empty, CARDS) == ()


def test_changes_of_the_build_are_followed(tab):
    session = tab._session
    turned(tab, CARDS)
    session.edit("One card less", edits.remove(session.build, "gpus", "gpu-2"))
    tab.render_report(session.report)
    tab.finish()
    assert own(tab.rows) == ["1 card"]
