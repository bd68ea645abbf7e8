"""The tab of speeds: bars with ranges and measured points, as chart, table and file."""

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage

from planner.domain.steps import Range
from planner.ui.charts.speed_chart import BELOW
from planner.ui.charts.speed_labels import ROW
from planner.ui.charts.speed_points import DECODE, PREFILL, Under
from planner.ui.charts.speed_rows import bar_row, own_row
from tests.ui import drawn
from tests.ui.bars import BAR, MEASURED, NOT


def test_a_bar_has_its_range_its_figure_and_its_measured_points():
    row = bar_row(BAR, DECODE)
    assert (row.label, row.said) == ("Llama 3.1 8B · Q4_K_M", "98.0 tok/s")
    assert row.speed == Range(98, 90, 110)
    assert [point.tok_s for point in row.points] == [97.0]
    assert "A bench page" in row.points[0].said
    assert bar_row(BAR, PREFILL).speed == Range(3000, 2500, 3500)
    assert bar_row(BAR, PREFILL).points == ()


def test_a_point_measured_otherwise_says_in_what():
    assert bar_row(BAR, DECODE, Under(cards=2)).points[0].differs == ""
    assert bar_row(BAR, DECODE, Under(cards=4)).points[0].differs == "2 cards instead of 4"
    other = replace(BAR, measured=(MEASURED.replace(quant="Q8_0"),))
    assert bar_row(other, DECODE, Under(cards=2)).points[0].differs == "Q8_0 instead of Q4_K_M"
    assert "Not quite this case: Q8_0 instead of Q4_K_M." in bar_row(other, DECODE, Under(cards=2)).points[0].said


@pytest.mark.parametrize(("fastest", "logarithmic"), [(5.9, False), (6.1, True)])
def test_the_axis_is_logarithmic_where_one_model_dwarfs_the_own(panel, fastest, logarithmic):
    tab = panel.throughput
    tab.finish()
    tab.load_chart()
    own = replace(tab.rows[0], speed=Range(10, 9, 11))
    tab.rows = (own, replace(own, own=False, speed=Range(10 * fastest, 1, 99)))
    tab._set_axis()
    assert tab.chart.logarithmic is tab.log.isChecked() is logarithmic


def test_the_axis_stays_as_chosen_by_hand(qtbot, panel):
    tab = panel.throughput
    tab.finish()
    tab.load_chart()
    qtbot.mouseClick(tab.log, Qt.MouseButton.LeftButton)
    assert tab.chart.logarithmic
    tab.render_report(panel.session.report)
    tab.finish()
    assert tab.chart.logarithmic
    assert tab.chart._x(100) == pytest.approx(2)


def test_what_does_not_fit_says_so_in_place_of_a_bar():
    row = bar_row(NOT, DECODE)
    assert row.speed is None
    assert row.wrong
    assert row.said == "does not fit: needs 181 GiB more on GPU 1"


def test_the_workloads_own_row_says_what_it_lacks_as_the_others_do():
    build = drawn.dual()
    small = build.replace(parts=build.parts.replace(gpus=build.parts.gpus[:1]))
    row = own_row(drawn.report(small), DECODE)
    assert row is not None
    assert row.own
    assert row.speed is None
    assert row.said == "does not fit: needs 16.5 GiB more on GPU 1"


def test_the_chart_shows_every_row_and_opens_it(qtbot, panel):
    tab = panel.throughput
    tab.load_chart()
    assert tab.chart.rows == tab.rows
    assert tab.rows[0].own
    with qtbot.waitSignal(panel.breakdown_wanted) as opened:
        tab.chart.row_opened.emit(0)
    assert opened.args[0].title == "Speed"
    assert "Llama 3.1 70B" in tab.chart.accessibleDescription()


def test_a_diamond_opens_who_measured_what(qtbot, panel):
    tab = panel.throughput
    tab.load_chart()
    row = bar_row(BAR, DECODE)
    tab.chart.show_rows((row, bar_row(NOT, DECODE)))
    with qtbot.waitSignal(panel.breakdown_wanted) as opened:
        tab.chart.point_opened.emit(row.points[0])
    assert opened.args[0].steps[-1].source == "https://example.org/bench"


def test_a_click_on_a_bar_finds_its_row(qtbot, panel):
    tab = panel.throughput
    tab.load_chart()
    tab.finish()
    tab.chart.show_rows((bar_row(BAR, DECODE), bar_row(NOT, DECODE)))
    qtbot.wait(1)
    scene = tab.chart.getViewBox().mapViewToScene(tab.chart.getViewBox().viewRect().center())
    opened: list[Any] = []
    tab.chart.row_opened.disconnect()
    tab.chart.row_opened.connect(opened.append)
    y = tab.chart.getViewBox().mapViewToScene(QPointF(1, -1)).y()
    qtbot.mouseClick(tab.chart.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(int(scene.x()), int(y)))
    assert opened == [1]


def test_decode_and_prefill_are_a_choice(qtbot, panel):
    tab = panel.throughput
    tab.load_chart()
    before = tab.rows[0].said
    qtbot.mouseClick(tab.prefill, Qt.MouseButton.LeftButton)
    assert tab.rows[0].said == "640 tok/s" != before


def test_the_table_holds_the_charts_figures(qtbot, panel):
    tab = panel.throughput
    tab.load_chart()
    qtbot.mouseClick(tab.as_table, Qt.MouseButton.LeftButton)
    assert tab.pages.currentWidget() is tab.table
    assert tab.table.item(0, 0).text() == "Llama 3.1 70B · Q4_K_M"
    assert float(tab.table.item(0, 1).text()) == pytest.approx(tab.rows[0].speed.value, abs=0.06)


def test_the_chart_is_saved_as_svg_png_and_csv(tmp_path, panel):
    tab = panel.throughput
    tab.load_chart()
    scene = tab.chart.scene()
    passing = scene.addRect(0, 0, 9000, 9000)
    assert scene.sceneRect().width() > 9000
    scene.removeItem(passing)  # a scene only ever grows, as it does while a window is laid out
    for name in ("chart.svg", "chart.png", "chart.csv"):
        tab.save(tmp_path / name)
    svg = (tmp_path / "chart.svg").read_text("utf-8")
    ElementTree.fromstring(svg)
    assert "Llama 3.1 70B · Q4_K_M" in svg
    picture = QImage(str(tmp_path / "chart.png"))
    assert picture.width() == 2 * tab.chart.width()
    ground = picture.pixel(picture.width() - 1, picture.height() - 1)
    painted = [
        x for x in range(picture.width()) for y in range(0, picture.height(), 9) if picture.pixel(x, y) != ground
    ]
    assert max(painted) > picture.width() * 0.6  # the first bar and its figure, not a small corner of a large scene
    assert "Llama 3.1 70B" in (tmp_path / "chart.csv").read_text("utf-8")


def test_other_models_follow_in_idle_moments_and_keep_their_order(real):
    tab = real.throughput
    tab.render_report(real.session.report)
    assert tab._work.busy
    tab.finish()
    labels = [row.label for row in tab.rows]
    assert len(labels) > 8
    tab.render_report(real.session.report)
    assert [row.label for row in tab.rows] == labels


def test_few_bars_stand_at_the_top_as_thick_as_many(panel):
    tab = panel.throughput
    tab.load_chart()
    tab.chart.resize(900, 500)
    tab.chart.show_rows((bar_row(BAR, DECODE),))
    (low, high), height = tab.chart.getViewBox().viewRange()[1], tab.chart.height() - BELOW
    assert height / (high - low) == pytest.approx(ROW, rel=0.05)
    assert high == pytest.approx(0.6)
    tab.chart.show_rows(tuple(bar_row(BAR, DECODE) for _ in range(100)))
    low, high = tab.chart.getViewBox().viewRange()[1]
    assert high - low == pytest.approx(100.2)


def test_without_a_speed_the_axis_has_no_figures(panel):
    tab = panel.throughput
    tab.load_chart()
    for rows, shown in (((bar_row(NOT, DECODE),), False), ((bar_row(BAR, DECODE),), True)):
        tab.chart.show_rows(rows)
        assert bool(tab.chart.scale_below.ticks) is shown
