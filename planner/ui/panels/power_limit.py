"""The power limit of all cards as a slider, and the speed it costs, worked out for a row of limits in idle moments."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QAbstractSlider, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from planner.domain import edits
from planner.domain.build import Build
from planner.domain.rig import RigCard
from planner.domain.units import show_tok_s
from planner.evaluate import Report
from planner.session.session import Session
from planner.ui.charts.steadily import Steadily
from planner.ui.charts.tried import tried
from planner.ui.widgets.buttons import link_button
from planner.ui.widgets.header import plain_label

if TYPE_CHECKING:
    from planner.ui.charts.curve_chart import CurveChart

STEP_W = 10
POINTS = 9
LEAST_SHARE = 0.35
"""Lowest limit offered where the chip's own minimum is not known."""


class PowerLimit(QWidget):
    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._report = session, session.report
        self._gesture = 0
        self._curve: dict[int, tuple[float, float, float] | None] = {}
        self._curve_of: object = None
        self._work = Steadily(self, wait_ms=80)
        self.chart: CurveChart | None = None
        self.said = plain_label("", "resultLine")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Power limit of all cards, in watts")
        self.slider.setSingleStep(STEP_W)
        self.slider.setPageStep(5 * STEP_W)
        self.slider.sliderPressed.connect(self._begin)
        self.slider.sliderMoved.connect(self._set)
        self.slider.actionTriggered.connect(self._acted)
        self.stock = link_button("Stock", "Let all cards run at their stock power limit")
        self.stock.clicked.connect(lambda: self._set(self.slider.maximum()))
        head = QHBoxLayout()
        head.addWidget(self.said, 1)
        head.addWidget(self.stock)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3)
        self._column.addLayout(head)
        self._column.addWidget(self.slider)
        self._column.addStretch(1)

    def load_chart(self) -> None:
        if self.chart is None:
            from planner.ui.charts.curve_chart import CurveChart

            self.chart = CurveChart("Speed over power limit", "W per card", "tok/s")
            self._column.takeAt(self._column.count() - 1)
            self._column.addWidget(self.chart, 1)
            self._show_curve()

    def colour(self) -> None:
        if self.chart:
            self.chart.colour()

    # session → view

    def render_report(self, report: Report) -> None:
        self._report = report
        low, high = span(report.rig.cards)
        with QSignalBlocker(self.slider):
            self.slider.setRange(low, high)
            if not self.slider.isSliderDown():
                self.slider.setValue(now_w(report.rig.cards))
        self.setEnabled(bool(report.rig.cards))
        self.said.setText(caption(report))
        at_stock = edits.limit_power(report.build, tuple(card.key for card in report.rig.cards), None)
        if at_stock != self._curve_of:  # a slider that moves needs no new curve
            self._curve_of, self._curve = at_stock, {}
            self._work.start(self._compute(at_stock, low, high), self._show_curve)
        self._show_curve()

    def _compute(self, build: Build, low: int, high: int) -> Iterator[object]:
        if high <= low or self._report.facts.throughput is None:
            return
        step = (high - low) / (POINTS - 1)
        cards = self._report.rig.cards
        for number in range(POINTS):
            watts = round((low + number * step) / STEP_W) * STEP_W if number < POINTS - 1 else high
            _, speed = tried(limited(build, cards, watts), self._report, self._session.catalog)
            self._curve[watts] = (
                (speed.decode_tok_s.value, speed.decode_tok_s.low, speed.decode_tok_s.high) if speed else None
            )
            yield None

    def finish(self) -> None:
        self._work.finish()

    def _show_curve(self) -> None:
        if self.chart is None:
            return
        from planner.ui.charts.curve_chart import CurveData

        points = sorted(self._curve.items())
        speed, watts = self._report.facts.throughput, now_w(self._report.rig.cards)
        data = CurveData(
            xs=tuple(float(w) for w, _ in points),
            ys=tuple(found[0] if found else None for _, found in points),
            lows=tuple(found[1] if found else None for _, found in points),
            highs=tuple(found[2] if found else None for _, found in points),
            here=(float(watts), speed.decode_tok_s.value) if speed and points else None,
            here_said=show_tok_s(speed.decode_tok_s.value) if speed else "",
        )
        self.chart.show_curve(data)
        words = (f"{w} W: {show_tok_s(found[0])}" for w, found in points if found)
        self.chart.setAccessibleDescription("\n".join(words))

    # user → session

    def _begin(self) -> None:
        self._gesture += 1  # a new drag is a new step of history

    def _acted(self, action: int) -> None:
        if action != QAbstractSlider.SliderAction.SliderMove.value:
            self._set(self.slider.sliderPosition())

    def _set(self, watts: int) -> None:
        cards = self._report.rig.cards
        rounded = watts if watts >= self.slider.maximum() else round(watts / STEP_W) * STEP_W
        text = "Run all cards at stock" if watts >= self.slider.maximum() else f"Limit all cards to {rounded} W"
        build = limited(self._session.build, cards, rounded)
        self._session.edit(text, build, merge=f"power-limit-{self._gesture}")


def span(cards: tuple[RigCard, ...]) -> tuple[int, int]:
    """Lowest and highest limit worth offering for all cards together, in watts."""
    if not cards:
        return 0, 1
    lows = [card.chip.min_limit_w or round(card.card.tgp_w * LEAST_SHARE / STEP_W) * STEP_W for card in cards]
    return min(lows), max(card.card.tgp_w for card in cards)


def now_w(cards: tuple[RigCard, ...]) -> int:
    return max((card.power_w for card in cards), default=0)


def limited(build: Build, cards: tuple[RigCard, ...], watts: int) -> Build:
    """No card below its minimum; one whose stock is lower stays at stock."""
    for card in cards:
        least = card.chip.min_limit_w or 0
        cap = None if watts >= card.card.tgp_w else max(watts, least)
        build = edits.limit_power(build, (card.key,), cap)
    return build


def caption(report: Report) -> str:
    cards = report.rig.cards
    if not cards:
        return "No cards to limit"
    stock, now = max(card.card.tgp_w for card in cards), now_w(cards)
    each = "each card" if len(cards) > 1 else "the card"
    return f"{now} W for {each}" + (" (stock)" if now == stock else f", stock {stock} W")
