"""The results' tabs: bars with ranges, memory and power against their limits, a slider that undoes in one step."""

from dataclasses import replace
from functools import cache
from typing import Any
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QImage, QPainter
from PySide6.QtWidgets import QToolTip

from planner.advice.bars import Bar
from planner.advice.sweeps import LIMITS, USERS
from planner.analysis.memory import Memory, Refused
from planner.analysis.power import Lead, PlugNeed
from planner.catalog.examples import example
from planner.catalog.load import load_catalog
from planner.domain import edits
from planner.domain.build import Build
from planner.domain.measurement import Measurement
from planner.domain.steps import Range
from planner.domain.units import show_tok_s, show_tokens
from planner.session.session import Session
from planner.ui import theme
from planner.ui.charts.curve_chart import LOW, CurveChart, CurveData
from planner.ui.charts.speed_chart import BELOW
from planner.ui.charts.speed_labels import ROW
from planner.ui.charts.speed_points import DECODE, PREFILL, Under
from planner.ui.charts.speed_rows import bar_row, own_row
from planner.ui.charts.stacks import Segment, StackGauge, StackRow, Stacks, paint_stacks
from planner.ui.drawing.ink import Ink
from planner.ui.drawing.items import Level
from planner.ui.drawing.words import plug_state
from planner.ui.panels import context_tab, memory_tab, power_limit, power_tab
from planner.ui.panels.results import ResultsPanel
from planner.ui.selection import Selection
from planner.ui.widgets.page import scrolled
from tests.ui import drawn

MEASURED = Measurement(
    id="m1",
    source="A bench page",
    url="https://example.org/bench",
    date="2026-01-01",
    gpu="RTX 4090",
    count=2,
    engine="llama.cpp",
    split="layer",
    model="llama-3.1-8b",
    quant="Q4_K_M",
    decode_tok_s=97.0,
    quality="A",
)
BAR = Bar(
    "llama-3.1-8b",
    "Llama 3.1 8B",
    "Q4_K_M",
    True,
    "",
    Range(98, 90, 110),
    Range(3000, 2500, 3500),
    "well known",
    (MEASURED,),
)
NOT = Bar("big", "Big 405B", "Q4_K_M", False, "Needs 181 GiB more on GPU 1.")


class Panel(ResultsPanel):
    session: Session


@pytest.fixture
def panel(qtbot):
    session, selection = Session(drawn.CATALOG, drawn.dual(), judge=drawn.judge), Selection()
    made = Panel(session, selection)
    made.session = session
    qtbot.addWidget(made)
    made.resize(1280, 260)
    made.show()
    return made


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


def test_only_the_tab_in_sight_follows_a_change(panel):
    shown = panel.memory.verdict.text()
    panel.session.edit("One card less", edits.remove(panel.session.build, "gpus", "gpu-2"))
    assert panel.memory.verdict.text() == shown == ""
    panel.open_tab("Memory")
    assert "does not fit" in panel.memory.verdict.text()


def test_memory_shows_each_card_and_what_is_over():
    build = drawn.dual()
    small = build.replace(parts=build.parts.replace(gpus=build.parts.gpus[:1]))
    report = drawn.report(small)
    fit = report.facts.memory
    assert isinstance(fit, Memory)
    row = memory_tab.stacks(fit).rows[0]
    assert row.limit is not None
    assert row.level == Level.BAD
    assert "over" in row.said
    assert row.total > row.limit
    assert "does not fit" in memory_tab.verdict(report)


def test_memory_says_why_an_engine_refuses():
    report = drawn.report()
    refused = replace(report.facts, memory=Refused("64 heads do not divide by 3", "heads"))
    assert "64 heads do not divide by 3" in memory_tab.verdict(replace(report, facts=refused))


@pytest.mark.parametrize(
    ("draw", "level"), [(800, Level.PLAIN), (801, Level.WARN), (1000, Level.WARN), (1001, Level.BAD)]
)
def test_draw_against_the_supply(draw, level):
    assert power_tab._against(draw, 1000, 20)[1] == level


def test_a_gauge_runs_past_its_limit():
    stacks = Stacks((StackRow("Draw", (Segment("GPUs", 1300, 0),), 1000, "1,300 of 1,000 W"),), ())
    assert stacks.scale("") > 1300


def test_a_gauge_row_opens_by_key_and_by_mouse(qtbot, panel):
    panel.open_tab("Power")
    gauge = panel.power.gauge
    assert "At the limits" in gauge.accessibleDescription()
    opened: list[Any] = []
    panel.breakdown_wanted.connect(opened.append)
    gauge.setFocus()
    qtbot.keyClick(gauge, Qt.Key.Key_Return)
    qtbot.mouseClick(gauge, Qt.MouseButton.LeftButton, pos=QPoint(40, 22 + 26 * 3 + 10))
    assert [found.title for found in opened] == ["Power at the limits", "At the wall"]


@pytest.mark.parametrize(
    ("has", "adapter", "ok", "text", "level"),
    [
        (2, False, True, "", Level.OK),
        (1, True, True, "1 × 12V-2x6 by adapter", Level.WARN),
        (1, False, False, "1 × 12V-2x6 short", Level.BAD),
        (None, False, None, "12V-2x6 plugs: count not known", Level.UNKNOWN),
    ],
)
def test_a_plug_that_is_short_may_come_from_an_adapter(has, adapter, ok, text, level):
    need = PlugNeed("psu-1", "16-pin", 2, has, ("gpu-1", "gpu-2"))
    leads = (Lead("psu-1", "gpu-1", "16-pin", 1, False, True), Lead("psu-1", "gpu-2", "8-pin", 3, adapter, ok))
    assert plug_state(need, leads) == (text, level)


def test_dragging_the_limit_undoes_in_one_step(panel):
    panel.open_tab("Power")
    limit = panel.power.limit
    limit.slider.sliderPressed.emit()
    for watts in (400, 350, 300):
        limit.slider.sliderMoved.emit(watts)
    assert dict(panel.session.build.limits) == {"gpu-1": 300, "gpu-2": 300}
    assert limit.said.text() == "300 W per card, stock 450 W"
    panel.session.undo()
    assert dict(panel.session.build.limits) == {}


def test_arrow_keys_move_the_limit_and_stock_lifts_it(qtbot, panel):
    panel.open_tab("Power")
    limit = panel.power.limit
    qtbot.keyClick(limit.slider, Qt.Key.Key_Left)
    assert dict(panel.session.build.limits) == {"gpu-1": 440, "gpu-2": 440}
    qtbot.mouseClick(limit.stock, Qt.MouseButton.LeftButton)
    assert dict(panel.session.build.limits) == {}


def test_a_limit_never_goes_below_what_a_card_accepts():
    rig = drawn.report().rig
    card = replace(rig.cards[0], chip=rig.cards[0].chip.replace(min_limit_w=200))
    assert power_limit.limited(rig.build, (card,), 150).limits == {"gpu-1": 200}
    assert power_limit.limited(rig.build, (card,), 450).limits == {}


@cache
def shipped():
    return load_catalog()


@pytest.fixture
def real(qtbot):
    """The shipped catalog's first example, judged in earnest."""
    session = Session(shipped(), example("dual-4090"))
    made = Panel(session, Selection())
    made.session = session
    qtbot.addWidget(made)
    made.resize(1280, 260)
    made.show()
    return made


def test_the_curve_has_a_point_for_every_limit_tried(real):
    real.open_tab("Power")
    limit = real.power.limit
    limit.load_chart()
    limit.finish()
    data = limit.chart.data
    assert len(data.xs) == LIMITS
    assert data.here[0] == data.xs[-1] == 450
    assert data.ys[0] < data.ys[-1] == pytest.approx(data.here[1])


@pytest.mark.parametrize("height", [110, 130, 300])
def test_the_figure_over_the_point_is_not_cut(qtbot, height):
    chart = CurveChart("Speed", "W per card", "tok/s")
    qtbot.addWidget(chart)
    chart.resize(300, 300)
    chart.show_curve(CurveData(xs=(1, 2), ys=(20, 20), here=(2, 20), here_said="20.0 tok/s"))
    chart.show()
    chart.resize(300, height)  # a splitter moves
    chart.grab()
    text = chart._here_text
    assert text.mapRectToScene(text.boundingRect()).top() >= chart.getViewBox().sceneBoundingRect().top() - 1


def test_a_low_curve_goes_without_the_name_of_its_axis_in_another_theme_too(qtbot):
    chart = CurveChart("Speed", "W per card", "tok/s")
    qtbot.addWidget(chart)
    chart.resize(300, LOW - 20)
    chart.show()
    chart.colour()
    assert not chart.getAxis("bottom").label.isVisible()
    chart.resize(300, LOW + 20)
    chart.colour()
    assert chart.getAxis("bottom").label.isVisible()


@pytest.fixture
def curve(qtbot):
    made = CurveChart("Memory", "users at the same time", "GiB")
    qtbot.addWidget(made)
    made.resize(300, 130)
    made.show()
    return made


def drawn_box(text):
    return text.mapRectToScene(text.boundingRect())


@pytest.mark.parametrize(
    ("ys", "here", "ceiling"),
    [
        ((10, 12, 20, 80), 0, 50),  # the figure stands where the limit is named on the left, below it
        ((10, 12, 20, 80), 3, 30),
        ((60, 62, 65, 70), 1, 20),
        ((10, 11, 12, 13), 2, 90),
    ],
)
def test_the_limit_s_name_keeps_clear_of_the_figure_and_of_the_curve(curve, ys, here, ceiling):
    data = CurveData(
        xs=(0, 1, 2, 3), ys=ys, here=(here, ys[here]), here_said="29.5 GiB", ceiling=ceiling, ceiling_said="48 GiB max"
    )
    curve.show_curve(data)
    curve.grab()
    name = drawn_box(curve._ceiling_text)
    assert not name.intersects(drawn_box(curve._here_text).adjusted(2, 2, -2, -2))
    view = curve.getViewBox()
    assert view.sceneBoundingRect().contains(name.center())
    assert not any(name.contains(view.mapViewToScene(QPointF(x, y))) for x, y in zip(data.xs, ys, strict=True))


@pytest.mark.parametrize(("end", "left"), [(0.3, False), (2.9, True)])
def test_where_the_margin_ends_is_said_whole(curve, end, left):
    curve.show_curve(CurveData(xs=(0, 1, 2, 3), ys=(5, 5, 5, None), end=end, end_said="margin kept to 7,680 tokens"))
    curve.grab()
    box, line = drawn_box(curve._end_text), curve.getViewBox().mapViewToScene(QPointF(end, 0)).x()
    assert (box.right() <= line + 1) is left
    assert curve.getViewBox().sceneBoundingRect().adjusted(-2, 0, 2, 0).contains(box.center())
    assert box.left() >= curve.getViewBox().sceneBoundingRect().left() - 2


def test_a_low_chart_names_its_axis_within_where_nothing_else_is_said(curve):
    curve.show_curve(CurveData(xs=(0, 1), ys=(5, 5)))
    assert curve._x_name.isVisible()
    assert curve._x_name.toPlainText() == "users at the same time"
    curve.show_curve(CurveData(xs=(0, 1), ys=(5, 5), end=0.5, end_said="margin kept to 2K tokens"))
    assert not curve._x_name.isVisible()
    curve.resize(300, LOW + 40)
    curve.show_curve(CurveData(xs=(0, 1), ys=(5, 5)))
    assert not curve._x_name.isVisible()


def test_pointing_at_a_curve_tells_the_nearest_point(curve, monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _, text, *__: said.append(text))
    curve.show_curve(CurveData(xs=(0, 1, 2), ys=(5, 5, None), tips=("one", "two", "three")))
    for x in (0.1, 1.4, 1.6):
        at = curve.getViewBox().mapViewToScene(QPointF(x, 1)).toPoint()
        curve.viewportEvent(QHelpEvent(QEvent.Type.ToolTip, at, curve.mapToGlobal(at)))
    assert [text for tip in said for text in ("one", "two", "three") if f">{text}<" in tip] == ["one", "two", "three"]
    curve.show_curve(CurveData())
    curve.viewportEvent(QHelpEvent(QEvent.Type.ToolTip, at, curve.mapToGlobal(at)))
    assert said[-1] == ""


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


def test_no_speed_over_the_power_limit_is_explained(panel):
    limit = panel.power.limit
    panel.open_tab("Power")
    assert limit.why_none.isHidden()
    panel.session.edit("One card less", edits.remove(panel.session.build, "gpus", "gpu-2"))
    assert not limit.why_none.isHidden()
    assert limit.why_none.text() == "No curve of speed: does not fit: needs 16.5 GiB more on GPU 1."


def test_what_is_short_keeps_its_colour_in_another_theme(panel, monkeypatch):
    panel.open_tab("Power")
    monkeypatch.setattr(power_tab, "plug_state", lambda *_: ("", Level.WARN))
    panel.power.render_report(panel.session.report)
    item = panel.power.plugs.item(0, 0)
    other = theme.DARK if theme.current() is theme.LIGHT else theme.LIGHT
    monkeypatch.setattr(theme, "current", lambda: other)
    panel.power.changeEvent(QEvent(QEvent.Type.PaletteChange))
    assert item.foreground().color().name() == other.warning


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


def test_other_models_follow_in_idle_moments_and_keep_their_order(real):
    tab = real.throughput
    tab.render_report(real.session.report)
    assert tab._work.busy
    tab.finish()
    labels = [row.label for row in tab.rows]
    assert len(labels) > 8
    tab.render_report(real.session.report)
    assert [row.label for row in tab.rows] == labels


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


def test_what_the_engine_refuses_is_said_where_contexts_and_users_are_tried(panel):
    report = drawn.report()
    refused = replace(report, facts=replace(report.facts, memory=Refused("64 heads do not divide by 3", "heads")))
    assert context_tab.summary(refused) == "No context can be tried: 64 heads do not divide by 3"
    assert context_tab.users_summary(refused, ()) == "No number of users can be tried: 64 heads do not divide by 3"


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({}, ""),
        ({"gpu-1": 80}, "80 on GPU 1"),
        ({"gpu-1": 41, "gpu-2": 39}, "41 on GPU 1, 39 on GPU 2"),
        ({"gpu-1": 40, "gpu-2": 40}, "40 on each card"),
        ({"gpu-1": 30, "ram": 50}, "30 on GPU 1, 50 in RAM"),
    ],
)
def test_layers_in_words(counts, words):
    assert memory_tab._layers(counts) == words


def test_the_tightest_card_goes_by_its_number():
    fit = drawn.report().facts.memory
    assert isinstance(fit, Memory)
    one, two = (replace(share, label=name) for share, name in zip(fit.cards, ("GPU 1 · A", "GPU 2 · A B"), strict=True))
    found = replace(fit, shares=(one, two), tightest="gpu-2", why="it holds 98 MiB more than GPU 1 · A")
    assert memory_tab.tightest(found) == "Tightest: GPU 2, it holds 98 MiB more than GPU 1."
    assert (
        memory_tab.tightest(replace(found, tightest="ram", why="the only one")) == "Tightest: system RAM, the only one."
    )


@pytest.mark.parametrize(
    ("cards", "words"), [((), ""), (("gpu-1",), "GPU 1"), (("gpu-1", "gpu-2", "gpu-4"), "GPU 1, 2, 4")]
)
def test_whose_plugs(cards, words):
    need = PlugNeed("psu-1", "8-pin", 2, 4, cards)
    assert power_tab._plug_line(need, (), several=False)[3] == words


def test_the_legend_names_all_parts_at_the_width_of_a_small_window(qapp, monkeypatch):
    names = [name for _, name, _ in memory_tab.PARTS]
    row = StackRow("GPU 1 · GeForce RTX 4090 Founders Edition", (), 24, "20.6 of 24.0 GiB · 3.4 GiB free")
    written: list[str] = []
    monkeypatch.setattr(Ink, "text", lambda self, rect, text, *_, **__: written.append(text))
    image = QImage(617, 120, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint_stacks(painter, QRectF(image.rect()), Stacks((row,), tuple((name, 0) for name in names)), theme.current())
    painter.end()
    assert written[: len(names)] == names


def test_arrow_keys_bring_a_gauge_s_row_into_sight(qtbot):
    gauge = StackGauge("Memory per device")
    gauge.show_stacks(Stacks(tuple(StackRow(f"GPU {n}", (), 24, "") for n in range(1, 9)), ()))
    area = scrolled(gauge)
    qtbot.addWidget(area)
    area.resize(400, 90)
    area.show()
    for _ in range(7):
        qtbot.keyClick(gauge, Qt.Key.Key_Down)
    assert area.verticalScrollBar().value() == area.verticalScrollBar().maximum() > 0
