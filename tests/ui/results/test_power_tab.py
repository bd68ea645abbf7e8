"""The tab of power: plugs, and a slider of the limit that undoes in one step."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt

from planner.advice.sweeps import LIMITS
from planner.analysis.power import Lead, PlugNeed
from planner.domain import edits
from planner.ui import theme
from planner.ui.drawing.items import Level
from planner.ui.drawing.words import plug_state
from planner.ui.panels import power_limit, power_tab
from tests.ui import drawn


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


def test_the_curve_has_a_point_for_every_limit_tried(real):
    real.open_tab("Power")
    limit = real.power.limit
    limit.load_chart()
    limit.finish()
    data = limit.chart.data
    assert len(data.xs) == LIMITS
    assert data.here[0] == data.xs[-1] == 450
    assert data.ys[0] < data.ys[-1] == pytest.approx(data.here[1])


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


@pytest.mark.parametrize(
    ("cards", "words"), [((), ""), (("gpu-1",), "GPU 1"), (("gpu-1", "gpu-2", "gpu-4"), "GPU 1, 2, 4")]
)
def test_whose_plugs(cards, words):
    need = PlugNeed("psu-1", "8-pin", 2, 4, cards)
    assert power_tab._plug_line(need, (), several=False)[3] == words
