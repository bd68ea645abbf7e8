"""Context: speed and memory over the length of the context, with the point where it stops fitting; or over users."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from planner.advice.point import Point
from planner.advice.sweeps import LENGTHS, USERS, Machine, context_sweep, users_sweep
from planner.analysis.memory import Memory, Refused
from planner.documents.part_page import headed
from planner.domain.steps import Range, Step
from planner.domain.units import show_gib, show_s, show_tok_s, show_tokens
from planner.domain.workload import Workload
from planner.evaluate import Report
from planner.session.session import Session
from planner.ui.breakdowns import RANGES, Breakdown, no_speed, sure_words
from planner.ui.charts.export import Words, save_charts
from planner.ui.charts.steadily import Steadily
from planner.ui.models.workload_options import case_line
from planner.ui.panels.memory_tab import tightest
from planner.ui.widgets.buttons import choice_button
from planner.ui.widgets.export_button import ExportButton
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.page import result_page
from planner.ui.widgets.plain_table import PlainTable

if TYPE_CHECKING:
    from planner.ui.charts.curve_chart import CurveChart, CurveData


@dataclass(frozen=True, slots=True)
class View:
    """One thing that is varied."""

    name: str
    tip: str
    axis: str
    speed_axis: str
    heads: tuple[str, ...]
    file_heads: tuple[str, ...]
    """The same for bare figures, which carry no unit."""
    sweep: Callable[[Machine], Iterator[Point]]
    asked: Callable[[Workload], int]
    speed: Callable[[Point], Range | None]
    ticks: tuple[int, ...]


def _ranged(*heads: str) -> tuple[str, ...]:
    """Each with its range beside it: Decode, tok/s; Decode low, tok/s; Decode high, tok/s."""
    return tuple(head.replace(",", f"{edge},") for head in heads for edge in ("", " low", " high"))


NOTE = "Band: 80 % of comparable measurements. Ring: the build as it is."
CONTEXT = View(
    name="Length",
    tip="Speed and memory over the length of the context",
    axis="tokens of context",
    speed_axis="tok/s",
    heads=("Context", "Decode", "First token", "Memory", "Fits"),
    file_heads=("Context, tokens", *_ranged("Decode, tok/s", "First token, s"), "On the cards, GiB", "Fits"),
    sweep=context_sweep,
    asked=lambda work: work.context,
    speed=lambda point: point.decode,
    ticks=LENGTHS,
)
MANY = View(
    name="Many users",
    tip="Speed and memory over the number of users at the same time",
    axis="users at the same time",
    speed_axis="tok/s in all",
    heads=("Users", "Each", "In all", "First token", "Memory", "Fits"),
    file_heads=(
        "Users",
        *_ranged("Each, tok/s", "All together, tok/s", "First token, s"),
        "On the cards, GiB",
        "Fits",
    ),
    sweep=users_sweep,
    asked=lambda work: work.users,
    speed=lambda point: point.decode_sum,
    ticks=USERS,
)

STEPS = {
    CONTEXT.name: "Choose this context and as long a prompt in the workload to see the estimate step by step.",
    MANY.name: "Choose so many users in the workload to see the estimate step by step.",
}


class ContextTab(QWidget):
    breakdown_wanted = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        result_page(self)
        self._session, self._report, self.view = session, session.report, CONTEXT
        self._work = Steadily(self, wait_ms=30)
        self.found: list[Point] = []
        self.speed: CurveChart | None = None
        self.memory: CurveChart | None = None
        self.said = plain_label("", "resultLine", wraps=True)
        self.table = PlainTable("Speed and memory", CONTEXT.heads)
        self.table.opened.connect(self._open)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.said, 1)
        self.choices, self._group = {}, QButtonGroup(self)
        for view in (CONTEXT, MANY):
            button = choice_button(view.name, view.tip)
            button.clicked.connect(lambda _=False, view=view: self.turn(view))
            self._group.addButton(button)
            self.choices[view.name] = button
            head.addWidget(button)
        self.choices[CONTEXT.name].setChecked(True)
        self.export = ExportButton("context", self.save)
        head.addWidget(self.export)
        self._place = QWidget()
        """The charts and their table: in sight where there is something to draw."""
        self._row = QHBoxLayout(self._place)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self._row.addWidget(self.table, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 6)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._place, 1)
        column.addStretch()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self.load_chart)

    def load_chart(self) -> None:
        if self.speed is not None:
            return
        from planner.ui.charts.curve_chart import CurveChart

        self.speed = CurveChart("Decode speed", self.view.axis, self.view.speed_axis)
        self.memory = CurveChart("Memory on the cards", self.view.axis, "GiB on the cards")
        self._row.insertWidget(0, self.speed, 4)
        self._row.insertWidget(1, self.memory, 4)
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for chart in (self.speed, self.memory):
                if chart:
                    chart.colour()

    def turn(self, view: View) -> None:
        """To another thing that is varied."""
        self.view = view
        self.table.show_heads(view.heads)
        if self.speed and self.memory:
            self.speed.name_axes(view.axis, view.speed_axis)
            self.memory.name_axes(view.axis, "GiB on the cards")
        self.render_report(self._report)

    def render_report(self, report: Report) -> None:
        self._report, self.found = report, []
        self.said.setText(summary(report) if self.view is CONTEXT else users_summary(report, ()))
        self._place.setVisible(_known(report))
        self._work.start(self._compute(report), self._show)

    def finish(self) -> None:
        self._work.finish()

    def _open(self, row: int) -> None:
        """What the row says; the workload's own speed with how it was worked out, which is at its prompt's length."""
        point = self.found[row]
        self.breakdown_wanted.emit(point_breakdown(self.view, point, self._report))

    def save(self, path: Path) -> None:
        """By the ending of the name: .png, .svg or .csv. Raises `FileProblem`."""
        self.finish()
        self.load_chart()
        charts = [chart for chart in (self.speed, self.memory) if chart]
        lines = [figures(self.view, point) for point in self.found]
        case = case_line(self._report, self._session.catalog)
        title = f"Decode and memory by {self.view.axis}: {self._report.build.name}"
        save_charts(path, charts, self.view.file_heads, lines, Words(title, f"{case}\n{NOTE} {self.said.text()}"))

    def _compute(self, report: Report) -> Iterator[object]:
        if not _known(report):
            return
        for point in self.view.sweep(Machine(report.rig, report.facts.lanes, report.facts.policy.margin_gib)):
            self.found.append(point)
            yield None

    def _show(self) -> None:
        self.table.show_lines([line(self.view, point) for point in self.found])
        self.table.setMinimumWidth(self.table.whole_width())
        if self.view is MANY:
            self.said.setText(users_summary(self._report, self.found))
        if self.speed and self.memory:
            speeds = self._speeds()
            self.speed.show_curve(speeds)
            self.speed.setVisible(any(y is not None for y in speeds.ys))
            self.memory.show_curve(self._memory())
            for chart in (self.speed, self.memory):
                chart.setAccessibleDescription("\n".join(", ".join(line(self.view, point)) for point in self.found))

    def _speeds(self) -> "CurveData":
        from planner.ui.charts.curve_chart import CurveData

        speeds = [self.view.speed(point) for point in self.found]
        now = self._now()
        here = self.view.speed(now) if now else None
        return CurveData(
            xs=self._xs(),
            ys=tuple(speed.value if speed else None for speed in speeds),
            lows=tuple(speed.low if speed else None for speed in speeds),
            highs=tuple(speed.high if speed else None for speed in speeds),
            here=(log2(now.x), here.value) if now and here else None,
            here_said=show_tok_s(here.value) if here else "",
            end=self._end(),
            end_said=self._end_said(),
            ticks=self._ticks(),
            tips=tuple(tip(self.view, point) for point in self.found),
        )

    def _memory(self) -> "CurveData":
        from planner.ui.charts.curve_chart import CurveData

        now = self._now()
        usable = next((point.usable_gib for point in self.found if point.usable_gib), None)
        known = now is not None and now.used_gib is not None
        return CurveData(
            xs=self._xs(),
            ys=tuple(point.used_gib for point in self.found),
            here=(log2(now.x), now.used_gib) if now and now.used_gib is not None else None,
            here_said=show_gib(now.used_gib) if now and known and now.used_gib is not None else "",
            end=self._end(),
            ceiling=usable,
            ceiling_said=f"{show_gib(usable)} usable" if usable else "",
            ticks=self._ticks(),
            tips=tuple(tip(self.view, point) for point in self.found),
        )

    def _xs(self) -> tuple[float, ...]:
        return tuple(log2(point.x) for point in self.found)

    def _ticks(self) -> tuple[tuple[float, str], ...]:
        shown = show_tokens if self.view is CONTEXT else str
        return tuple((log2(point.x), shown(int(point.x))) for point in self.found if point.x in self.view.ticks)

    def _now(self) -> Point | None:
        work = self._report.rig.workload
        return next((point for point in self.found if work and point.x == self.view.asked(work)), None)

    def _most(self) -> int | None:
        """The longest context that keeps the margin, where the model knows a longer one."""
        fit, model = self._report.facts.memory, self._report.rig.model
        if self.view is not CONTEXT or not isinstance(fit, Memory) or model is None or not fit.max_context:
            return None
        return fit.max_context if fit.max_context < model.max_context else None

    def _end(self) -> float | None:
        most = self._most()
        return log2(most) if most else None

    def _end_said(self) -> str:
        most = self._most()
        return f"margin kept to {show_tokens(most)} tokens" if most else ""


def line(view: View, point: Point) -> tuple[str, ...]:
    first = show_tokens(int(point.x)) if view is CONTEXT else f"{point.x:,.0f}"
    speeds = (_speed(point.decode),) if view is CONTEXT else (_speed(point.decode), _speed(point.decode_sum))
    used = "–" if point.used_gib is None else show_gib(point.used_gib)
    return first, *speeds, _seconds(point.ttft_s), used, _fits(point)


def tip(view: View, point: Point) -> str:
    """A point of either curve: its line of the table, with heads; why there is no speed."""
    heads = zip(view.heads, line(view, point), strict=True)
    told = [f"{head}: {said}" for head, said in heads]
    speed = view.speed(point)
    told += [f"80 % between {show_tok_s(speed.low)} and {show_tok_s(speed.high)}"] if speed else []
    told += [headed(no_speed(point.why_not, point.fits))] if point.decode is None and point.why_not else []
    return "\n".join(told)


def figures(view: View, point: Point) -> tuple[str, ...]:
    """A line for a spreadsheet: bare figures, nothing where nothing is known."""
    speeds = (point.decode,) if view is CONTEXT else (point.decode, point.decode_sum)
    ranges = [(r.value, r.low, r.high) if r else (None, None, None) for r in (*speeds, point.ttft_s)]
    found = [value for each in ranges for value in each]
    return f"{point.x:.0f}", *("" if v is None else f"{v:.2f}" for v in (*found, point.used_gib)), _fits(point)


def point_breakdown(view: View, point: Point, report: Report) -> Breakdown:
    """A row opened: each figure with its range, and why there is none."""
    work, model = report.rig.workload, report.rig.model
    name = f"{model.name} · {work.quant}" if model and work else "Speed"
    asked = f"{show_tokens(int(point.x))} tokens of context" if view is CONTEXT else point.label
    if point.decode is None:
        reason = no_speed(point.why_not, point.fits)
        return Breakdown(f"{name}, {asked}", f"{headed(reason)}.", _held(point))
    found: tuple[tuple[str, Range | None, Callable[[float], str]], ...] = (
        ("Decode, each user" if view is MANY else "Decode", point.decode, show_tok_s),
        ("Decode, all users", point.decode_sum if view is MANY else None, show_tok_s),
        ("Prefill", point.prefill, show_tok_s),
        ("First token", point.ttft_s, show_s),
    )
    steps = [Step(label, shown(r.value), how=f"{shown(r.low)} to {shown(r.high)}") for label, r, shown in found if r]
    full = "with the context full" if view is CONTEXT else "each with the workload's prompt"
    answer = f"{show_tok_s(point.decode.value)} while generating, {full}."
    remarks = (f"How sure: {sure_words(point.sure)}.", RANGES, STEPS[view.name])
    return Breakdown(f"{name}, {asked}", answer, (*steps, *_held(point)), remarks)


def _held(point: Point) -> tuple[Step, ...]:
    if point.used_gib is None:
        return ()
    usable = f"of {show_gib(point.usable_gib)} usable" if point.usable_gib else ""
    return (Step("On the cards", show_gib(point.used_gib), how=usable),)


def _fits(point: Point) -> str:
    return "not known" if point.fits is None else "no" if not point.fits else "tight" if point.tight else "yes"


def _speed(speed: Range | None) -> str:
    return show_tok_s(speed.value) if speed else "–"


def _seconds(wait: Range | None) -> str:
    if wait is None:
        return "–"
    return f"{wait.value:,.1f} s" if wait.value < 60 else f"{wait.value / 60:,.1f} min"


def _known(report: Report) -> bool:
    return report.rig.model is not None and isinstance(report.facts.memory, Memory)


def summary(report: Report) -> str:
    fit, model = report.facts.memory, report.rig.model
    if isinstance(fit, Refused):
        return f"No context can be tried: {fit.reason}"
    if not isinstance(fit, Memory) or model is None:
        return "Choose a GPU and a model to see how far the context reaches."
    if not fit.max_context:
        return f"No context keeps the wanted margin free. {tightest(fit)}"
    whole = " (all the model knows)" if fit.max_context >= model.max_context // 256 * 256 else ""
    per_token = fit.kv_bytes_per_token / 1024
    reach = f"Up to {show_tokens(fit.max_context)} tokens of context{whole}"
    return f"{reach}; {per_token:,.0f} KiB of cache per token. Speeds are with the context full."


def users_summary(report: Report, points: Iterable[Point]) -> str:
    work = report.rig.workload
    if isinstance(report.facts.memory, Refused):
        return f"No number of users can be tried: {report.facts.memory.reason}"
    if work is None or not _known(report):
        return "Choose a GPU and a model to see how many it serves."
    fitting = [point for point in points if point.fits]
    each = f"each with {show_tokens(work.context)} tokens of context"
    if not fitting:
        return f"Users at the same time, {each}."
    most = max(fitting, key=lambda point: point.x)
    speed = f", {show_tok_s(most.decode.value)} for each" if most.decode else ""
    return f"{most.x:,.0f} user{'s' if most.x > 1 else ''} at the same time fit of those tried, {each}{speed}."
