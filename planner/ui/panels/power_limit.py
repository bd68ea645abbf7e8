"""The power limit of all cards as a slider, and the speed it costs, worked out for a row of limits in idle moments."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QAbstractSlider, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from planner.advice.point import Point
from planner.advice.sweeps import STEP_W, Machine, limit_of, power_span, power_sweep
from planner.domain import edits
from planner.domain.build import Build
from planner.domain.rig import RigCard
from planner.domain.units import show_tok_s
from planner.evaluate import Report
from planner.session.session import Session
from planner.ui.breakdowns import why_no_speed
from planner.ui.charts.export import Words, save_charts
from planner.ui.charts.steadily import Steadily
from planner.ui.models.workload_options import case_line
from planner.ui.widgets.buttons import link_button
from planner.ui.widgets.export_button import ExportButton
from planner.ui.widgets.header import Cut, plain_label

if TYPE_CHECKING:
    from planner.ui.charts.curve_chart import CurveChart


HEADS = ("Power limit per card, W", "Decode, tok/s", "Low, tok/s", "High, tok/s")
NOTE = "Band: 80 % of comparable measurements. Ring: the build as it is."


class PowerLimit(QWidget):
    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._report = session, session.report
        self._gesture = 0
        self._curve: list[Point] = []
        self._curve_of: object = None
        self._work = Steadily(self, wait_ms=80)
        self.chart: CurveChart | None = None
        self.said = Cut("", "resultLine")
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
        head.addWidget(ExportButton("power-limit", self.save))
        self.below = QWidget()
        """The curve: in sight where there is a speed to draw."""
        self._place = QVBoxLayout(self.below)
        self._place.setContentsMargins(0, 0, 0, 0)
        self.why_none = plain_label("", "muted", wraps=True)
        """In the place of the curve where there is no speed to draw."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(head)
        column.addWidget(self.slider)
        column.addWidget(self.why_none)
        column.addWidget(self.below, 1)
        column.addStretch()

    def load_chart(self) -> None:
        if self.chart is None:
            from planner.ui.charts.curve_chart import CurveChart

            self.chart = CurveChart("Speed over power limit", "W per card", "tok/s")
            self._place.addWidget(self.chart)
            self._show_curve()

    def colour(self) -> None:
        if self.chart:
            self.chart.colour()

    # session → view

    def render_report(self, report: Report) -> None:
        self._report = report
        low, high = power_span(report.rig.cards)
        with QSignalBlocker(self.slider):
            self.slider.setRange(low, high)
            if not self.slider.isSliderDown():
                self.slider.setValue(now_w(report.rig.cards))
        self.setVisible(bool(report.rig.cards))
        known = report.facts.throughput is not None
        self.below.setVisible(known)
        self.why_none.setVisible(not known)
        self.why_none.setText("" if known else f"No curve of speed: {why_no_speed(report)}.")
        self.said.setText(caption(report))
        at_stock = edits.limit_power(report.build, tuple(card.key for card in report.rig.cards), None)
        if at_stock != self._curve_of:  # a slider that moves needs no new curve
            self._curve_of, self._curve = at_stock, []
            self._work.start(self._compute(report), self._show_curve)
        self._show_curve()

    def _compute(self, report: Report) -> Iterator[object]:
        if report.facts.throughput is None:
            return
        machine = Machine(report.rig, report.facts.lanes, report.facts.policy.margin_gib)
        for found in power_sweep(machine):
            self._curve.append(found)
            yield None

    def finish(self) -> None:
        self._work.finish()

    def save(self, path: Path) -> None:
        """By the ending of the name: .png, .svg or .csv. Raises `FileProblem`."""
        self.finish()
        self.load_chart()
        speeds = [(point.x, point.decode) for point in self._curve if point.decode]
        lines = [(f"{watts:.0f}", *(f"{v:.2f}" for v in (s.value, s.low, s.high))) for watts, s in speeds]
        case = case_line(self._report, self._session.catalog)
        words = Words(f"Decode by power limit per card: {self._report.build.name}", f"{case}\n{NOTE}")
        save_charts(path, [self.chart] if self.chart else [], HEADS, lines, words)

    def _show_curve(self) -> None:
        if self.chart is None:
            return
        from planner.ui.charts.curve_chart import CurveData

        points = self._curve
        speed, watts = self._report.facts.throughput, now_w(self._report.rig.cards)
        data = CurveData(
            xs=tuple(point.x for point in points),
            ys=tuple(point.decode.value if point.decode else None for point in points),
            lows=tuple(point.decode.low if point.decode else None for point in points),
            highs=tuple(point.decode.high if point.decode else None for point in points),
            here=(float(watts), speed.decode_tok_s.value) if speed and points else None,
            here_said=show_tok_s(speed.decode_tok_s.value) if speed else "",
            tips=tuple(tip(point) for point in points),
        )
        self.chart.show_curve(data)
        words = (f"{point.label}: {show_tok_s(point.decode.value)}" for point in points if point.decode)
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


def tip(point: Point) -> str:
    found = point.decode
    said = f"{point.label} per card"
    if found is None:
        return said
    return f"{said}: {show_tok_s(found.value)}\n80 % between {show_tok_s(found.low)} and {show_tok_s(found.high)}"


def now_w(cards: tuple[RigCard, ...]) -> int:
    return max((card.power_w for card in cards), default=0)


def limited(build: Build, cards: tuple[RigCard, ...], watts: int) -> Build:
    """No card below its minimum; one whose stock is lower stays at stock."""
    for card in cards:
        build = edits.limit_power(build, (card.key,), limit_of(card, watts))
    return build


def caption(report: Report) -> str:
    cards = report.rig.cards
    if not cards:
        return ""
    stock, now = max(card.card.tgp_w for card in cards), now_w(cards)
    each = "per card" if len(cards) > 1 else "for the card"
    return f"{now} W {each}" + (" (stock)" if now == stock else f", stock {stock} W")
