"""The chart of speeds: a scale that stays in sight, figures beside their own bars, and everything by keyboard."""

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtWidgets import QScrollArea, QToolTip

from planner.catalog.examples import example
from planner.catalog.load import load_catalog
from planner.domain import edits
from planner.domain.steps import Range, Step
from planner.evaluate import evaluate
from planner.session.session import Session
from planner.ui.breakdowns import breakdown, no_speed
from planner.ui.charts.speed_chart import SpeedChart, row_tip
from planner.ui.charts.speed_labels import ROW
from planner.ui.charts.speed_points import DECODE, Point, Under, measured_breakdown, points
from planner.ui.charts.speed_rows import SpeedRow, own_breakdown, own_row
from planner.ui.charts.speed_scale import AXIS, linear_ticks, log_ticks
from planner.ui.dialogs.how_worked_out import HowWorkedOut
from planner.ui.panels.throughput_tab import CIRCLES, DIAMONDS, RANGES, ThroughputTab
from tests.ui import drawn
from tests.ui.bars import MEASURED


def point(tok_s: float, **changes: object) -> Point:
    m = MEASURED.replace(decode_tok_s=tok_s, **changes)
    return Point(tok_s, "Llama 3.1 8B, 2 × RTX 4090", m, "", "Llama 3.1 8B")


def row(value: float, *found: Point, label: str = "Llama 3.1 8B · Q4_K_M", own: bool = False) -> SpeedRow:
    return SpeedRow(
        label, Range(value, value * 0.9, value * 1.1), f"{value:.1f} tok/s", "well known", own, points=found
    )


@pytest.fixture
def chart(qtbot):
    made = SpeedChart()
    qtbot.addWidget(made)
    made.resize(900, 300)
    made.show()
    return made


@pytest.fixture
def tab(qtbot):
    session = Session(drawn.CATALOG, drawn.dual(), judge=drawn.judge)
    made = ThroughputTab(session)
    qtbot.addWidget(made)
    made.resize(1000, 200)
    made.show()
    made.render_report(session.report)
    made.finish()
    made.load_chart()
    return made


@pytest.mark.parametrize(
    ("wide", "room", "ticks"),
    [
        (30, 600, [0, 5, 10, 15, 20, 25, 30]),
        (30, 192, [0, 10, 20, 30]),
        (1.9, 130, [0, 1]),
        (310, 650, range(0, 301, 50)),
    ],
)
def test_a_linear_scale_has_round_figures_with_room_between(wide, room, ticks):
    found = linear_ticks(wide, room)
    assert found == pytest.approx(list(ticks))
    assert all((b - a) * room / wide >= 63.9 for a, b in pairwise(found))


def test_a_logarithmic_scale_names_powers_of_ten_and_what_lies_between_where_there_is_room():
    assert log_ticks(2.5, 900) == [1, 2, 5, 10, 20, 50, 100, 200]
    assert log_ticks(2.5, 200) == [1, 10, 100]


@pytest.mark.parametrize("logarithmic", [False, True])
def test_a_bar_ends_at_its_speed_on_the_scale(chart, logarithmic):
    chart.set_logarithmic(logarithmic)
    chart.show_rows((row(50, own=True), row(100)))
    at = {figure: x for x, figure in chart.scale_below.ticks}
    assert at["100"] == pytest.approx(chart.getViewBox().mapViewToScene(QPointF(chart._x(100), 0)).x(), abs=1)
    assert ("1" if logarithmic else "0") in at


def test_the_scale_stays_in_sight_while_the_rows_scroll(tab):
    tab.chart.show_rows(tuple(row(10 + n) for n in range(40)))
    tab._page.viewport().grab()
    bar = tab._page.verticalScrollBar()
    assert bar.maximum() > 0
    for place in (0, 100, bar.maximum()):
        bar.setValue(place)
        bottom = tab.chart.scale_below.pos().y() + AXIS + tab.chart.y()
        assert bottom == pytest.approx(tab._page.viewport().height(), abs=1)


def test_an_export_has_the_scale_below_the_last_row(tab, tmp_path):
    tab.render_report(tab._session.report)
    tab.finish()
    tab.chart.setMinimumHeight(800)
    stuck: list[float] = []
    tab.chart.setFocus()
    assert tab.chart._mark.isVisible()
    whole = tab.chart.scene().render

    def render(*words: object) -> None:
        stuck.append(tab.chart.scale_below.pos().y())
        assert not tab.chart._mark.isVisible()
        whole(*words)

    tab.chart.scene().render = render
    tab.save(tmp_path / "chart.png")
    assert stuck == [tab.chart.height() - AXIS]
    assert QImage(str(tmp_path / "chart.png")).height() >= 1600
    assert tab.chart.scale_below.pos().y() < tab.chart.height() - AXIS  # back in sight
    assert tab.chart._mark.isVisible()


def test_a_figure_stands_by_its_bar_and_not_behind_a_far_point(chart):
    chart.show_rows((row(40, point(280)), row(100)))
    label, view = chart._labels.labels[0], chart.getViewBox()
    begin = view.mapViewToScene(QPointF(label.x, 0)).x()
    end = view.mapViewToScene(QPointF(44, 0)).x()
    diamond = view.mapViewToScene(QPointF(280, 0)).x()
    assert begin - end < 10
    assert begin + label.width < diamond - 5


def test_a_long_note_does_not_press_the_bars_together(chart):
    plain, noted = row(50, own=True), replace(row(50, own=True), note="layer split, llama.cpp, limited by memory, " * 3)
    chart.show_rows((replace(plain, note="brief"), row(100)))
    end = chart.getViewBox().mapViewToScene(QPointF(50, 0)).x()
    chart.show_rows((noted, row(100)))
    assert chart.getViewBox().mapViewToScene(QPointF(50, 0)).x() == pytest.approx(end, abs=1)
    chart.show_rows((replace(noted, speed=Range(100, 90, 110)), row(90)))
    label = chart._labels.labels[0]
    room = chart.width() - chart.getViewBox().mapViewToScene(QPointF(label.x, 0)).x()
    assert room >= label.least


def test_without_speeds_there_is_no_scale(chart):
    chart.show_rows((SpeedRow("Big", None, "no estimate: choose a GPU", "", own=True),))
    assert not chart.scale_below.isVisible()
    chart.show_rows((row(50),))
    assert chart.scale_below.isVisible()


def test_a_figure_without_a_sum_has_no_empty_box(qtbot):
    for steps, boxes in (((), 0), ((Step("Decode", 1.0, "tok/s"),), 1)):
        sheet = HowWorkedOut("Speed", "No estimate: choose a GPU.", steps)
        qtbot.addWidget(sheet)
        assert len(sheet.findChildren(QScrollArea)) == boxes


def test_a_figure_goes_round_a_point_that_leaves_it_no_room(chart):
    chart.show_rows((row(40, point(50), point(280)), row(100)))
    label, view = chart._labels.labels[0], chart.getViewBox()
    begin = view.mapViewToScene(QPointF(label.x, 0)).x()
    near = view.mapViewToScene(QPointF(50, 0)).x()
    assert 5 < begin - near < 20


def test_points_of_what_has_no_bar_lie_within_the_chart(chart):
    refused = SpeedRow("Big 405B · Q4_K_M", None, "does not fit", "", own=False, wrong=True, points=(point(500),))
    chart.show_rows((row(40), refused))
    assert chart.getViewBox().mapViewToScene(QPointF(500, 0)).x() < chart.width() - 8


def test_arrow_keys_reach_rows_and_points_and_enter_opens_them(qtbot, chart):
    near = point(60, id="m2")
    chart.show_rows((row(50), row(70, point(90), near)))
    chart.setFocus()
    rows: list[int] = []
    found: list[Point] = []
    chart.row_opened.connect(rows.append)
    chart.point_opened.connect(found.append)
    keys = Qt.Key
    for key in (keys.Key_Return, keys.Key_Down, keys.Key_Space, keys.Key_Right, keys.Key_Return, keys.Key_Up):
        qtbot.keyClick(chart, key)
    assert rows == [0, 1]
    assert found == [near]  # from left to right
    assert (chart.current, chart.point) == (0, -1)
    qtbot.keyClick(chart, keys.Key_End)
    for _ in range(5):
        qtbot.keyClick(chart, keys.Key_Right)
    assert (chart.current, chart.point) == (1, 1)
    assert chart._mark.isVisible() and not chart._mark.ring.isNull()
    chart.show_rows((row(50),))
    assert (chart.current, chart.point) == (0, -1)
    chart.clearFocus()
    assert not chart._mark.isVisible()


def test_the_row_the_keys_reach_comes_into_sight_above_the_scale(qtbot, tab):
    tab.chart.show_rows(tuple(row(10 + n) for n in range(40)))
    tab._page.viewport().grab()
    tab.chart.setFocus()
    for key in (Qt.Key.Key_End, Qt.Key.Key_Home, Qt.Key.Key_PageDown, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
        qtbot.keyClick(tab.chart, key)
        frame = tab.chart._mark.frame
        assert frame.top() + tab.chart.y() >= -1, key
        assert frame.bottom() <= tab.chart.scale_below.pos().y() + 1, key


def test_nothing_opens_below_the_scale(qtbot, tab):
    tab.chart.show_rows(tuple(row(10 + n) for n in range(40)))
    tab._page.viewport().grab()
    edge = tab.chart.scale_below.pos().y()
    assert tab.chart.row_at(edge - 2) is not None
    assert tab.chart.row_at(edge + 2) is None


def test_tab_reaches_the_chart_after_its_controls(tab):
    assert tab.export.nextInFocusChain() is tab.chart or tab.export.nextInFocusChain().nextInFocusChain() is tab.chart


def test_other_things_side_by_side_begin_at_the_top(tab):
    tab.chart.setMinimumHeight(2000)
    tab._page.viewport().grab()
    tab._page.verticalScrollBar().setValue(300)
    tab.render_report(tab._session.report)
    assert tab._page.verticalScrollBar().value() == 300  # a change of a part moves nothing
    tab.side.activated.emit(1)
    assert tab._page.verticalScrollBar().value() == 0


def test_pointing_at_a_row_tells_its_range_and_its_whole_name(qtbot, chart, monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _, text, *__: said.append(text))
    long = "A model with a name that is longer than any room for names could ever be · UD-Q4_K_XL"
    chart.show_rows((row(50, label=long), row(70)))
    at = QPoint(20, ROW // 2)
    chart.viewportEvent(QHelpEvent(QEvent.Type.ToolTip, at, chart.mapToGlobal(at)))
    assert long in said[0]
    assert "between 45 and 55" in said[0]
    chart.show_rows((row(50, point(50)),))
    spot = chart.getViewBox().mapViewToScene(QPointF(50, 0)).toPoint()
    chart.viewportEvent(QHelpEvent(QEvent.Type.ToolTip, spot, chart.mapToGlobal(spot)))
    assert "50.0 tok/s measured" in said[-1]


def test_the_own_bar_says_that_own_measurements_moved_it():
    report = drawn.report()
    speed = replace(report.facts.throughput, sure="drawn to your measurements")
    moved = own_row(replace(report, facts=replace(report.facts, throughput=speed)), DECODE)
    assert moved is not None and moved.note.endswith(", drawn to your measurements")
    plain = own_row(report, DECODE)
    assert plain is not None and "well known" not in plain.note


def test_the_own_bar_says_that_it_drafts():
    catalog = load_catalog()
    build = edits.set_workload(example("rtx-pro-6000"), model="qwen3.6-27b", quant="Q8_0")
    for draft, said in ((None, False), ("qwen3.6-27b", True)):
        report = evaluate(edits.set_workload(build, draft=draft), catalog)
        found = own_row(report, DECODE)
        assert found is not None and ("speculation" in found.note) is said
        assert "as the text allows, more of" in " ".join(breakdown(report, "speed").remarks) or not said


def test_row_tip_counts_measured_speeds():
    assert row_tip(row(50)).count("\n") == 2
    assert row_tip(row(50, point(1))).endswith("1 measured speed near it")
    assert row_tip(row(50, point(1), point(2))).endswith("2 measured speeds near it")


def test_own_points_are_circles_and_the_legend_says_what_is_drawn(tab):
    assert tab.chart._spot(0, point(10))["symbol"] == "d"
    assert tab.chart._spot(0, point(10, own=True))["symbol"] == "o"
    for found, words in (
        ((), (RANGES,)),
        ((point(1),), (RANGES, DIAMONDS)),
        ((point(1, own=True),), (RANGES, CIRCLES)),
        ((point(1), point(2, own=True)), (RANGES, DIAMONDS, CIRCLES)),
    ):
        tab.rows = (row(50, *found),)
        assert [each for each in (RANGES, DIAMONDS, CIRCLES) if each in tab._legend()] == list(words)


@pytest.mark.parametrize(
    ("changes", "case", "differs"),
    [
        ({}, {"cards": 2, "engine": "llama.cpp", "split": "layer", "users": 1}, ""),
        ({"model": "llama-3-8b"}, {}, "llama-3-8b instead of llama-3.1-8b"),
        ({}, {"engine": "vllm"}, "llama.cpp instead of vllm"),
        ({}, {"cards": 2, "split": "tensor"}, "layer split instead of tensor parallel"),
        ({}, {"cards": 1, "split": "none"}, "2 cards instead of 1"),
        ({}, {"users": 8}, "1 user instead of 8"),
        ({}, {"in_ram": True}, "nothing in system RAM"),
        ({"offload": "experts"}, {"in_ram": True}, ""),
        ({}, {"drafting": True}, "without speculation"),
        ({"power_limit_w": 300}, {"limit_w": 310, "stock_w": 450}, ""),
        ({"power_limit_w": 300}, {"limit_w": 450, "stock_w": 450}, "at 300 W per card instead of 450 W"),
        ({}, {"limit_w": 300, "stock_w": 450}, "at 450 W per card instead of 300 W"),
        ({}, {"limit_w": 450, "stock_w": 450}, ""),
    ],
)
def test_a_point_is_hollow_for_all_that_is_not_the_case_of_the_row(changes, case, differs):
    found = points((MEASURED.replace(**changes),), DECODE, "llama-3.1-8b", "Q4_K_M", Under(**case))
    assert found[0].differs == differs


def test_a_point_names_its_model_as_people_do():
    known = {"llama-3.1-70b": drawn.CATALOG.models["llama-3.1-70b"]}
    found = points((MEASURED.replace(model="llama-3.1-70b"),), DECODE, "llama-3.1-70b", "Q4_K_M", Under(models=known))
    assert found[0].said.startswith("97.0 tok/s measured: Llama 3.1 70B, 2 × RTX 4090, Q4_K_M")
    assert measured_breakdown(found[0]).title == "A measured speed: Llama 3.1 70B"


def test_an_own_point_is_called_so():
    mine = replace(point(10, own=True), setup="Llama 3.1 8B, RTX 4090")
    assert mine.said.startswith("10.0 tok/s measured by you: Llama 3.1 8B")
    opened = measured_breakdown(mine)
    assert opened.title == "Your measurement: Llama 3.1 8B"
    assert "How well documented" not in [step.label for step in opened.steps]


@pytest.mark.parametrize(
    ("why", "fits", "said"),
    [
        ("Needs 8.0 GiB more on GPU 1.", False, "does not fit: needs 8.0 GiB more on GPU 1"),
        ("Llama 3.2 3B has no experts.", None, "Llama 3.2 3B has no experts"),
        ("TensorRT-LLM has no row split.", None, "TensorRT-LLM has no row split"),
        ("The matrix rate of X is not known.", None, "the matrix rate of X is not known"),
    ],
)
def test_a_reason_keeps_the_capital_of_a_name(why, fits, said):
    assert no_speed(why, fits) == said


def test_the_own_bar_opens_with_what_was_measured_near_it():
    report = drawn.report()
    found = own_breakdown(report, row(50, point(48), own=True))
    assert found.steps[-1].label == "Measured: A bench page"
    assert found.heads[-1] == (len(found.steps) - 1, "Measured near this case")
    assert [words for _, words in found.heads[:2]] == ["While generating, for each token", "While reading the prompt"]


def test_a_row_is_heard_with_its_range_and_its_points(tab):
    tab.rows = (row(50, point(48)),)
    assert tab._in_words() == (
        "Llama 3.1 8B · Q4_K_M: 50.0 tok/s, between 45.0 and 55.0. well known "
        "48.0 tok/s measured: Llama 3.1 8B, 2 × RTX 4090"
    )


@pytest.mark.parametrize(("measured", "logarithmic"), [(290.0, False), (310.0, True)])
def test_far_points_ask_for_a_logarithmic_axis_too(tab, measured, logarithmic):
    tab.rows = (row(50, own=True), row(60, point(measured)))
    tab._set_axis()
    assert tab.log.isChecked() is logarithmic


def test_without_an_own_speed_the_slowest_bar_says_whether_the_axis_is_logarithmic(tab):
    refused = SpeedRow("Big", None, "does not fit", "", own=True, wrong=True)
    tab.rows = (refused, row(10), row(61))
    tab._set_axis()
    assert tab.log.isChecked()
