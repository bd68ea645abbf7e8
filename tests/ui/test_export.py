"""Charts as files, from every tab that has one; a file that could not be written is said."""

import csv
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QFileDialog, QMessageBox

from planner.advice.sweeps import USERS
from planner.session.session import Session
from planner.ui.charts.export import enlarged
from planner.ui.panels.context_tab import MANY, ContextTab
from planner.ui.panels.power_limit import PowerLimit
from planner.ui.widgets.export_button import ExportButton
from tests.ui import drawn


@pytest.fixture(params=[ContextTab, PowerLimit])
def tab(request, qtbot):
    session = Session(drawn.CATALOG, drawn.dual(), judge=drawn.judge)
    made = request.param(session)
    qtbot.addWidget(made)
    made.resize(1000, 300)
    made.show()
    made.render_report(session.report)
    return made


@pytest.fixture
def warned(monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *words: said.append(words[-1]))
    return said


def test_a_chart_is_saved_in_every_kind(tab, tmp_path):
    for name in ("chart.png", "chart.svg", "chart.csv"):
        tab.save(tmp_path / name)
    assert QImage(str(tmp_path / "chart.png")).width() > 200
    ElementTree.fromstring((tmp_path / "chart.svg").read_text("utf-8"))
    heads, *lines = csv.reader((tmp_path / "chart.csv").read_text("utf-8").splitlines())
    assert all(len(line) == len(heads) for line in lines)


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_points_grow_with_the_picture(qtbot, scale):
    import pyqtgraph as pg

    chart = pg.PlotWidget()
    qtbot.addWidget(chart)
    chart.resize(200, 200)
    chart.addItem(points := pg.ScatterPlotItem(pos=[(0, 0)], symbol="s", size=20, brush="#ff0000", pen=None))
    chart.grab()
    image = QImage(round(200 * scale), round(200 * scale), QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.scale(scale, scale)
    with enlarged(chart, painter.transform().m11()):
        chart.scene().render(painter, QRectF(chart.rect()), QRectF(chart.rect()))
    painter.end()
    red = [x for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).name() == "#ff0000"]
    assert max(red) - min(red) + 1 == pytest.approx(20 * scale, abs=2)
    assert points._exportOpts is False


def test_the_figures_are_those_of_the_view_in_sight(qtbot, tmp_path):
    session = Session(drawn.CATALOG, drawn.dual(), judge=drawn.judge)
    tab = ContextTab(session)
    qtbot.addWidget(tab)
    tab.render_report(session.report)
    tab.turn(MANY)
    tab.save(tmp_path / "users.csv")
    heads, *lines = csv.reader((tmp_path / "users.csv").read_text("utf-8").splitlines())
    assert heads[:3] == ["Users", "Each, tok/s", "All together, tok/s"]
    assert [line[0] for line in lines] == [str(count) for count in USERS]
    for line in lines:
        assert [float(cell) for cell in line[:-1] if cell]  # bare figures
        assert line[-1] in ("yes", "tight", "no", "not known")


@pytest.mark.parametrize(("typed", "written"), [("a", "a.svg"), ("a.svg", "a.svg"), ("a.png", "a.png.svg")])
def test_the_name_gets_the_ending_of_the_kind(qtbot, tmp_path, monkeypatch, typed, written):
    asked: list[Path] = []
    button = ExportButton("power", asked.append)
    qtbot.addWidget(button)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / typed), ""))
    button.ask("SVG")
    assert [path.name for path in asked] == [written]


def test_a_cancelled_export_writes_nothing(qtbot, monkeypatch, warned):
    button = ExportButton("power", lambda path: pytest.fail("written"))
    qtbot.addWidget(button)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    button.ask("PNG")
    assert warned == []


@pytest.mark.parametrize("name", ["chart.png", "chart.svg", "chart.csv"])
def test_a_file_that_cannot_be_written_is_said(tab, tmp_path, warned, name):
    button = ExportButton("context", tab.save, tab)
    button.write(tmp_path / "no such folder" / name)
    assert len(warned) == 1
    assert name in warned[0]
    assert list(tmp_path.iterdir()) == []
