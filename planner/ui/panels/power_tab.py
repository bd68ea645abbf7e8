"""Power: draw against supply, plugs, the wall circuit, and what a power limit costs in speed."""

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from planner.analysis.power import Lead, Load, PlugNeed, Power
from planner.domain.units import show_w
from planner.evaluate import Report
from planner.session.session import Session
from planner.ui import theme
from planner.ui.breakdowns import breakdown
from planner.ui.charts.stacks import Mark, Segment, StackGauge, StackRow, Stacks
from planner.ui.drawing.items import Level
from planner.ui.drawing.words import PLUGS, gpu, plug_state
from planner.ui.panels.power_limit import PowerLimit
from planner.ui.widgets.header import plain_label
from planner.ui.widgets.page import result_page, scrolled
from planner.ui.widgets.plain_table import PlainTable

GPUS, CPU, PEAKS, REST = 0, 1, 2, 4
TOGETHER = "Tensor parallel keeps the cards in step, so their short peaks come at the same moment."
APART = "The cards work one after the other, so their short peaks add up as squares."
LEGEND = (("GPUs", GPUS), ("Processor", CPU), ("Everything else", REST), ("Short peaks", PEAKS))


class PowerTab(QWidget):
    breakdown_wanted = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        result_page(self)
        self._report = session.report
        self.gauge = StackGauge("Power draw")
        self.gauge.opened.connect(self._open)
        self.verdict = plain_label("", "resultLine", wraps=True)
        self.plugs = PlainTable("Power plugs", ("Plug", "Needs", "Has", "For"))
        self.plugs.setMinimumWidth(372)
        self.limit = PowerLimit(session)
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self.verdict)
        left.addWidget(scrolled(self.gauge), 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 14, 6)
        row.setSpacing(16)
        row.addLayout(left, 8)
        row.addWidget(self.plugs, 5)
        row.addWidget(self.limit, 5)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self.limit.load_chart)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.limit.colour()
            self._paint_plugs()

    def render_report(self, report: Report) -> None:
        self._report = report
        power = report.facts.power
        self.verdict.setText(verdict(report))
        self.verdict.setToolTip(TOGETHER if power and power.peaks_coincide else APART)
        self.gauge.show_stacks(stacks(power, report.facts.policy.spare_percent) if power else Stacks((), ()))
        several = len(report.rig.psus) > 1
        self.plugs.show_lines([_plug_line(plug, power.leads, several) for plug in power.plugs] if power else [])
        self._paint_plugs()
        self.plugs.setVisible(power is not None)
        self.limit.render_report(report)

    def _paint_plugs(self) -> None:
        """What is short, in the theme's colours."""
        power, palette = self._report.facts.power, theme.current()
        levels = [plug_state(plug, power.leads)[1] for plug in power.plugs] if power else []
        for wanted, colour in ((Level.BAD, palette.error), (Level.WARN, palette.warning)):
            self.plugs.paint_rows([n for n, level in enumerate(levels) if level == wanted], colour)

    def _open(self, number: int) -> None:
        wall = self.gauge.stacks.rows[number].group == "wall"
        self.breakdown_wanted.emit(breakdown(self._report, "wall" if wall else "power"))


def verdict(report: Report) -> str:
    power = report.facts.power
    if power is None:
        return "Choose a GPU or a processor to see what it draws."
    if not power.supplies:
        return f"{show_w(power.sustained_w)} at the limits, {show_w(power.peak_w)} for a millisecond. No supply yet."
    share = power.sustained_w / power.supply_w if power.supply_w else 0
    how = "peaks add up" if power.peaks_coincide else "peaks seldom coincide"
    return f"{show_w(power.sustained_w)} of {show_w(power.supply_w)} at the limits, {percent(share)}; {how}."


def percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def stacks(power: Power, spare_percent: float) -> Stacks:
    rows = [_draw("While generating", power, "typical_w", spare_percent)]
    rows.append(_draw("At the limits", power, "sustained_w", spare_percent))
    rows.append(_peak(power))
    if len(power.supplies) > 1:
        rows += [_supply_row(power, n, spare_percent) for n in range(len(power.supplies))]
    if power.wall:
        rows.append(_wall(power))
    return Stacks(tuple(rows), LEGEND)


def _colour(load: Load) -> int:
    return GPUS if load.key.startswith("gpu-") else CPU if load.key == "cpu" else REST


def _segments(loads: tuple[Load, ...], field: str) -> tuple[Segment, ...]:
    return tuple(Segment(load.label, getattr(load, field), _colour(load)) for load in loads)


def _against(draw: float, limit: float, spare: float) -> tuple[str, Level]:
    level = Level.BAD if draw > limit else Level.WARN if draw > limit * (1 - spare / 100) else Level.PLAIN
    return f"{draw:,.0f} of {show_w(limit)}, {percent(draw / limit)}", level


def _draw(label: str, power: Power, field: str, spare: float) -> StackRow:
    total = getattr(power, field)
    if not power.supply_w:
        return StackRow(label, _segments(power.loads, field), None, show_w(total))
    said, level = _against(total, power.supply_w, spare)
    mark = Mark(power.supply_w * (1 - spare / 100), f"{spare:g} % spare")
    tip = _tip(label, power.loads, field) + f"\nDashed: {spare:g} % kept free, as your limits ask"
    return StackRow(label, _segments(power.loads, field), power.supply_w, said, level, (mark,), "supply", tip)


def _peak(power: Power) -> StackRow:
    segments = _segments(power.loads, "sustained_w")
    above = max(0.0, power.peak_w - sum(segment.value for segment in segments))
    segments += (Segment("Short peaks", above, PEAKS),)
    allowed = sum(supply.allowed_peak_w for supply in power.supplies)
    if not allowed:
        return StackRow("Peak, 1 ms", segments, None, show_w(power.peak_w))
    said, level = _against(power.peak_w, allowed, 0)
    grants = "\n".join(
        f"{supply.label}: {supply.excursion:g} × rating, {supply.excursion_from}" for supply in power.supplies
    )
    return StackRow("Peak, 1 ms", segments, allowed, said, level, (), "supply", f"Peak over 1 ms: {said}\n{grants}")


def _supply_row(power: Power, number: int, spare: float) -> StackRow:
    supply = power.supplies[number]
    loads = tuple(load for load in power.loads if load.psu == supply.psu)
    said, level = _against(supply.sustained_w, supply.rated_w, spare)
    marks = (Mark(supply.rated_w * (1 - spare / 100), f"{spare:g} % spare"),)
    segments, label = _segments(loads, "sustained_w"), gpu(supply.psu)
    return StackRow(label, segments, supply.rated_w, said, level, marks, supply.psu, f"{supply.label}\n{said}")


def _wall(power: Power) -> StackRow:
    wall = power.wall
    assert wall is not None
    draw = wall.sustained_w
    level = Level.BAD if draw > wall.limit_w else Level.WARN if draw > wall.continuous_w else Level.PLAIN
    said = f"{draw:,.0f} of {show_w(wall.continuous_w)} for hours, {percent(draw / wall.continuous_w)}"
    mark = Mark(wall.continuous_w, "for hours")
    tip = f"{wall.circuit}: {wall.volts} V, breaker {show_w(wall.limit_w)}, for hours {show_w(wall.continuous_w)}\n"
    tip += f"{show_w(wall.typical_w)} while generating; efficiency {percent(wall.efficiency)}, {wall.efficiency_from}"
    return StackRow("At the wall", (Segment("Draw", draw, 3),), wall.limit_w, said, level, (mark,), "wall", tip)


def _tip(label: str, loads: tuple[Load, ...], field: str) -> str:
    lines = [f"{load.label}: {show_w(getattr(load, field))}{' (assumed)' if load.assumed else ''}" for load in loads]
    return "\n".join([label, *lines])


def _plug_line(plug: PlugNeed, leads: tuple[Lead, ...], several: bool) -> tuple[str, str, str, str]:
    has = "not known" if plug.has is None else str(plug.has)
    _, level = plug_state(plug, leads)
    if level >= Level.WARN:
        has = f"{has}, {plug.missing} {'by adapter' if level == Level.WARN else 'short'}"
    name = PLUGS.get(plug.kind, plug.kind)
    return f"{name} · {gpu(plug.psu)}" if several else name, str(plug.needed), has, _whose(plug.cards)


def _whose(cards: tuple[str, ...]) -> str:
    """GPU 1, 2, 4."""
    first, *others = map(gpu, cards) if cards else ("",)
    return ", ".join([first, *(other.removeprefix("GPU ") for other in others)])
