"""Charts as files, from every tab that has one; a file that could not be written is said."""

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QFileDialog, QMessageBox

from planner.advice.sweeps import USERS
from planner.session.session import Session
from planner.ui.charts import export
from planner.ui.charts.export import Words, enlarged
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
    assert [head for head in heads if "low" not in head and "high" not in head][:3] == [
        "Users",
        "Each, tok/s",
        "All together, tok/s",
    ]
    assert [line[0] for line in lines] == [str(count) for count in USERS]
    for line in lines:
        assert [float(cell) for cell in line[:-1] if cell]  # bare figures
        assert line[-1] in ("yes", "tight", "no", "not known")


def test_a_saved_curve_is_as_large_as_its_axes(tab, tmp_path):
    """What pyqtgraph draws as a picture keeps its scale in SVG: the figures of an axis stand below its curve's ends."""
    tab.finish()
    tab.save(tmp_path / "chart.svg")
    text = (tmp_path / "chart.svg").read_text("utf-8")
    root = ElementTree.fromstring(text)
    size = float(root.attrib["viewBox"].split()[2])
    scales = {float(found) for found in re.findall(r'transform="matrix\(([0-9.]+),0,0,[0-9.]+,', text)}
    assert 0.75 not in scales  # 72 dots per inch over 96
    assert float(root.attrib["width"].removesuffix("mm")) == pytest.approx(size * 25.4 / 96, abs=1)


def test_a_picture_says_what_it_shows(tab, tmp_path, monkeypatch):
    told: list[Words] = []
    whole = export._head

    def head(painter: QPainter, rect: QRectF, words: Words) -> None:
        told.append(words)
        whole(painter, rect, words)

    monkeypatch.setattr(export, "_head", head)
    tab.save(tmp_path / "chart.png")
    (words,) = told
    assert drawn.dual().name in words.title
    assert "2 × RTX 4090 · Llama 3.1 70B · Q4_K_M" in words.note
    assert "80 % of comparable measurements" in words.note


def test_the_words_stand_above_the_chart_and_not_over_it(tab, tmp_path):
    tab.finish()
    tab.load_chart()
    tab.save(tmp_path / "chart.png")
    charts = [chart for name in ("chart", "speed", "memory") if (chart := getattr(tab, name, None)) is not None]
    above = export._above(Words("Title", "one\ntwo"), 1000)
    assert above > export._above(Words("Title", "one"), 1000) > export.TITLE
    height = QImage(str(tmp_path / "chart.png")).height() / 2
    assert height - max(chart.height() for chart in charts) >= above


def test_lines_above_a_picture_break_at_spaces_alone(qapp):
    note = "words " * 12 + "181 tok/s each\nthe second paragraph"
    for wide in range(60, 420, 7):
        lines = export._folded(note, wide)
        assert " ".join(lines) == " ".join(note.split())
        assert lines[-1] == "the second paragraph" or wide < 150


def test_every_speed_in_a_file_has_its_range_and_its_unit(tab, tmp_path):
    tab.save(tmp_path / "chart.csv")
    heads, *lines = csv.reader((tmp_path / "chart.csv").read_text("utf-8").splitlines())
    speeds = [place for place, head in enumerate(heads) if head in ("Decode, tok/s", "First token, s")]
    assert all("low" in heads[at + 1].lower() and "high" in heads[at + 2].lower() for at in speeds)
    assert all(head.endswith((", tok/s", ", s", ", GiB", ", tokens", ", W", "Fits")) for head in heads)
    for line in lines:
        for at in speeds:
            value, low, high = (float(cell) if cell else 0 for cell in line[at : at + 3])
            assert low <= value <= high


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
