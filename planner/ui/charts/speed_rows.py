"""What the throughput chart shows: one row a model and quantisation, from the report and the advice floor's bars."""

from dataclasses import dataclass, replace

from planner.advice.bars import MAIN_QUANTS, OWN_QUANTS, Bar, Wanted, main_bars
from planner.advice.point import Point as SweepPoint
from planner.analysis.nearby import nearest
from planner.catalog.store import Catalog
from planner.documents.part_page import headed
from planner.domain.steps import Range
from planner.domain.units import show_tok_s
from planner.domain.workload import SPLIT_WORDS
from planner.evaluate import Report
from planner.ui.breakdowns import YOURS, Breakdown, bound_by, breakdown, no_speed, sure_words, why_no_speed
from planner.ui.charts.speed_points import DECODE, Point, Under, measured_step, points

ALL = "all"
FOUR_BIT = tuple({quant for several in OWN_QUANTS.values() for quant in several})
"""Labels of models that are published in four bits and nothing else."""


@dataclass(frozen=True, slots=True)
class SpeedRow:
    label: str
    speed: Range | None
    said: str
    """Beside the bar: the figure, or why there is none."""
    note: str
    own: bool
    wrong: bool = False
    """The model does not fit, or cannot run so."""
    points: tuple[Point, ...] = ()
    remark: str = "Choose this model as the workload to see the estimate step by step."
    """Where its steps are to be had: said when the bar is opened."""


def quants(report: Report) -> tuple[str, ...]:
    """What the chart can be asked for: the workload's own label first where it is not a usual one."""
    own = report.rig.workload
    return (own.quant, *MAIN_QUANTS) if own and own.quant not in MAIN_QUANTS else MAIN_QUANTS


def asked(catalog: Catalog, report: Report, quant: str) -> tuple[Wanted, ...]:
    """The chart's other rows: one quantisation or all, without the workload's own."""
    own = report.rig.workload
    wanted = main_bars(catalog)
    if quant not in (ALL, *MAIN_QUANTS):
        wanted = tuple(_as(catalog, w, quant) for w in wanted if w.quant in (MAIN_QUANTS[0], *FOUR_BIT))
    elif quant != ALL:
        wanted = tuple(w for w in wanted if w.quant in (quant, *FOUR_BIT))
    return tuple(w for w in wanted if not (own and w.model.id == own.model and w.quant == own.quant))


def _as(catalog: Catalog, wanted: Wanted, quant: str) -> Wanted:
    """The same model under another label; those published in four bits keep theirs."""
    if wanted.quant in FOUR_BIT:
        return wanted
    return Wanted(wanted.model, quant, catalog.size_of.get((wanted.model.id, quant)))


def own_row(report: Report, kind: str, case: Under | None = None) -> SpeedRow | None:
    """The workload's own, from the report itself."""
    work, model, speed = report.rig.workload, report.rig.model, report.facts.throughput
    if work is None or model is None:
        return None
    label = f"{model.name} · {work.quant}"
    near = nearest(report.rig.measurements, work.model, work.quant, tuple(card.chip.id for card in report.rig.cards))
    found = points(near, kind, work.model, work.quant, case)
    if speed is None:
        wrong = report.facts.memory is not None
        return SpeedRow(label, None, why_no_speed(report), "", own=True, wrong=wrong, points=found)
    rate = speed.decode_tok_s if kind == DECODE else speed.prefill_tok_s
    drafting = ", speculation" if speed.speculation else ""
    how = f"{SPLIT_WORDS.get(speed.split, speed.split)}, {speed.engine}{drafting}, limited by {bound_by(speed)}"
    told = [how if kind == DECODE else speed.engine, *([speed.sure] if speed.sure in YOURS else [])]
    return SpeedRow(label, rate, _figure(rate), ", ".join(told), own=True, points=found)


def bar_row(bar: Bar, kind: str, case: Under | None = None) -> SpeedRow:
    """`case`: what the build is under; None takes every measured point for the same."""
    label = f"{bar.name} · {bar.quant}"
    speed = bar.decode_tok_s if kind == DECODE else bar.prefill_tok_s
    found = points(bar.measured, kind, bar.model, bar.quant, case)
    if speed is None:
        return SpeedRow(label, None, no_speed(bar.why_not, bar.fits), "", False, wrong=bar.fits is False, points=found)
    return SpeedRow(label, speed, _figure(speed), bar.sure, own=False, points=found)


def point_row(point: SweepPoint, kind: str, own: bool, remark: str) -> SpeedRow:
    """The same workload on something else: more cards, another split, another build."""
    speed = point.decode if kind == DECODE else point.prefill
    if speed is None:
        text = no_speed(point.why_not, point.fits)
        return SpeedRow(point.label, None, text, "", own, wrong=point.fits is False, remark=remark)
    note = "as the build is now" if own else point.sure
    return SpeedRow(point.label, speed, _figure(speed), note, own, remark=remark)


def _figure(speed: Range) -> str:
    return show_tok_s(speed.value)


def own_breakdown(report: Report, row: SpeedRow) -> Breakdown:
    """The workload's own bar opened: how it was worked out, and what was measured near it."""
    found = breakdown(report, "speed")
    if not row.points:
        return found
    steps = tuple(measured_step(point) for point in row.points)
    return replace(
        found, steps=(*found.steps, *steps), heads=(*found.heads, (len(found.steps), "Measured near this case"))
    )


def row_breakdown(row: SpeedRow) -> Breakdown:
    """A bar of another model opened."""
    steps = tuple(measured_step(p) for p in row.points)
    if row.speed is None:
        return Breakdown(row.label, f"{headed(row.said)}.", steps)
    low, high = row.speed.low, row.speed.high
    answer = f"{row.said}; 80 % of comparable measurements lie between {low:,.1f} and {high:,.1f} tok/s."
    note = (f"How sure: {sure_words(row.note)}.",) if row.note else ()
    return Breakdown(row.label, answer, steps, (*note, row.remark))
