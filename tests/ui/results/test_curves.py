"""Curves: what is named on them keeps clear, whole and in sight."""

import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip

from planner.ui.charts.curve_chart import LOW, CurveChart, CurveData


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
