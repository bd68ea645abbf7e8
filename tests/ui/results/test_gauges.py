"""Memory and power as gauges against their limits."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from planner.analysis.memory import Memory, Refused
from planner.ui import theme
from planner.ui.charts.stacks import Segment, StackGauge, StackRow, Stacks, paint_stacks
from planner.ui.drawing.ink import Ink
from planner.ui.drawing.items import Level
from planner.ui.panels import memory_tab, power_tab
from planner.ui.widgets.page import scrolled
from tests.ui import drawn


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
