"""Context: speed and memory over the length of the context, with the point where it stops fitting."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from planner.analysis.memory import Fit, Memory
from planner.domain import edits
from planner.domain.steps import Range
from planner.domain.units import GIB, show_gib, show_tok_s, show_tokens
from planner.evaluate import Report
from planner.session.session import Session
from planner.ui.breakdowns import breakdown
from planner.ui.charts.steadily import Steadily
from planner.ui.charts.tried import tried
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.page import result_page
from planner.ui.widgets.plain_table import PlainTable

if TYPE_CHECKING:
    from planner.ui.charts.curve_chart import CurveChart

ANSWER = 256
"""Tokens left for the answer: speeds are those of a full context."""
LENGTHS = tuple(2**n for n in range(11, 21))
HEADS = ("Context", "Decode", "On the cards", "Fits")


@dataclass(frozen=True, slots=True)
class At:
    """One length tried."""

    context: int
    speed: Range | None
    used_gib: float
    fits: str


class ContextTab(QWidget):
    breakdown_wanted = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        result_page(self)
        self._session, self._report = session, session.report
        self._work = Steadily(self, wait_ms=80)
        self._found: list[At] = []
        self.speed: CurveChart | None = None
        self.memory: CurveChart | None = None
        self.said = plain_label("", "resultLine", wraps=True)
        self.table = PlainTable("Speed and memory by context", HEADS)
        self.table.setMinimumWidth(340)
        self.table.opened.connect(lambda _: self.breakdown_wanted.emit(breakdown(self._report, "speed")))
        self._row = QHBoxLayout()
        self._row.setSpacing(12)
        self._row.addWidget(self.table, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 6)
        column.setSpacing(4)
        column.addWidget(self.said)
        column.addLayout(self._row, 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self.load_chart)

    def load_chart(self) -> None:
        if self.speed is not None:
            return
        from planner.ui.charts.curve_chart import CurveChart

        self.speed = CurveChart("Decode speed over context", "tokens of context", "tok/s")
        self.memory = CurveChart("Memory over context", "tokens of context", "GiB on the cards")
        self._row.insertWidget(0, self.speed, 4)
        self._row.insertWidget(1, self.memory, 4)
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for chart in (self.speed, self.memory):
                if chart:
                    chart.colour()

    def render_report(self, report: Report) -> None:
        self._report, self._found = report, []
        self.said.setText(summary(report))
        self._work.start(self._compute(report), self._show)

    def finish(self) -> None:
        self._work.finish()

    def _compute(self, report: Report) -> Iterator[object]:
        model, work = report.rig.model, report.rig.workload
        if model is None or work is None or not isinstance(report.facts.memory, Memory):
            return
        own = {work.context} if work.context <= model.max_context else set()
        for context in sorted({n for n in LENGTHS if n <= model.max_context} | own):
            longer = edits.set_workload(report.build, context=context, prompt=max(1, context - ANSWER))
            fit, speed = tried(longer, report, self._session.catalog)
            if isinstance(fit, Fit):
                used = sum(share.used for share in fit.cards) / GIB
                fits = "no" if not fit.fits else "tight" if fit.tight else "yes"
                self._found.append(At(context, speed.decode_tok_s if speed else None, used, fits))
            yield None

    def _show(self) -> None:
        self.table.show_lines(
            [
                (
                    show_tokens(at.context),
                    show_tok_s(at.speed.value) if at.speed else "–",
                    show_gib(at.used_gib),
                    at.fits,
                )
                for at in self._found
            ]
        )
        if self.speed and self.memory:
            self._draw(self.speed, self.memory)

    def _draw(self, speed: "CurveChart", memory: "CurveChart") -> None:
        from planner.ui.charts.curve_chart import CurveData

        fit, work = self._report.facts.memory, self._report.rig.workload
        xs = tuple(log2(at.context) for at in self._found)
        ticks = tuple((log2(at.context), show_tokens(at.context)) for at in self._found if at.context in LENGTHS)
        most = fit.max_context if isinstance(fit, Memory) and fit.max_context else None
        model_most = self._report.rig.model.max_context if self._report.rig.model else 0
        end = log2(most) if most and most < model_most else None
        end_said = f"margin kept to {show_tokens(most)}" if most else ""
        now = next((at for at in self._found if work and at.context == work.context), None)
        speed.show_curve(
            CurveData(
                xs=xs,
                ys=tuple(at.speed.value if at.speed else None for at in self._found),
                lows=tuple(at.speed.low if at.speed else None for at in self._found),
                highs=tuple(at.speed.high if at.speed else None for at in self._found),
                here=(log2(now.context), now.speed.value) if now and now.speed else None,
                here_said=show_tok_s(now.speed.value) if now and now.speed else "",
                end=end,
                end_said=end_said,
                ticks=ticks,
            )
        )
        usable = sum(share.usable for share in fit.cards) / GIB if isinstance(fit, Memory) else None
        memory.show_curve(
            CurveData(
                xs=xs,
                ys=tuple(at.used_gib for at in self._found),
                here=(log2(now.context), now.used_gib) if now else None,
                here_said=show_gib(now.used_gib) if now else "",
                end=end,
                end_said="",
                ceiling=usable,
                ceiling_said=f"{show_gib(usable)} usable" if usable else "",
                ticks=ticks,
            )
        )


def summary(report: Report) -> str:
    fit, model = report.facts.memory, report.rig.model
    if not isinstance(fit, Memory) or model is None:
        return "Choose a GPU and a model to see how far the context reaches."
    if not fit.max_context:
        return f"No context keeps the wanted margin free: {fit.why}."
    whole = " (all the model knows)" if fit.max_context >= model.max_context // 256 * 256 else ""
    per_token = fit.kv_bytes_per_token / 1024
    reach = f"Up to {show_tokens(fit.max_context)} tokens of context{whole}"
    return f"{reach}; {per_token:,.0f} KiB of cache per token. Speeds are with the context full."
