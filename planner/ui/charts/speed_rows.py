"""What the throughput chart shows: one row a model and quantisation, from the report and the advice floor's bars."""

from dataclasses import dataclass

from planner.advice.bars import MAIN_QUANTS, OWN_QUANTS, Bar, Wanted, main_bars
from planner.advice.point import Point as SweepPoint
from planner.analysis.memory import Memory, Refused
from planner.analysis.nearby import nearest
from planner.catalog.store import Catalog
from planner.domain.measurement import Measurement
from planner.domain.steps import Range, Step
from planner.domain.units import gib, show_gib, show_tok_s, show_tokens
from planner.domain.workload import SPLIT_WORDS
from planner.evaluate import Report
from planner.ui.breakdowns import Breakdown

DECODE, PREFILL = "decode", "prefill"
ALL = "all"
FOUR_BIT = tuple({quant for several in OWN_QUANTS.values() for quant in several})
"""Labels of models that are published in four bits and nothing else."""


@dataclass(frozen=True, slots=True)
class Point:
    """A published speed."""

    tok_s: float
    said: str
    measurement: Measurement
    differs: str = ""
    """In what it is not the row's own case: drawn hollow, and said when pointed at."""


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


def own_row(report: Report, kind: str) -> SpeedRow | None:
    """The workload's own, from the report itself."""
    work, model, speed = report.rig.workload, report.rig.model, report.facts.throughput
    if work is None or model is None:
        return None
    label = f"{model.name} · {work.quant}"
    chips = tuple(card.chip.id for card in report.rig.cards)
    points = _points(nearest(report.rig.measurements, work.model, work.quant, chips), kind, work.quant, len(chips))
    if speed is None:
        return SpeedRow(label, None, why_none(report), "", True, wrong=report.facts.memory is not None, points=points)
    found = speed.decode_tok_s if kind == DECODE else speed.prefill_tok_s
    how = f"{SPLIT_WORDS.get(speed.split, speed.split)}, {speed.engine}, limited by {speed.limited_by}"
    return SpeedRow(label, found, _figure(found), how if kind == DECODE else speed.engine, own=True, points=points)


def why_none(report: Report) -> str:
    fit = report.facts.memory
    if isinstance(fit, Refused):
        return fit.reason
    if isinstance(fit, Memory) and not fit.fits:
        usable = sum(share.usable for share in fit.cards)
        return f"does not fit: {show_gib(gib(fit.weights_bytes))} of weights, {gib(usable):,.0f} usable"
    return "no estimate: choose a GPU" if not report.rig.cards else "no estimate: a figure is not known"


def bar_row(bar: Bar, kind: str, cards: int | None = None) -> SpeedRow:
    """`cards`: how many the build has; None takes every count for the same."""
    label = f"{bar.name} · {bar.quant}"
    speed = bar.decode_tok_s if kind == DECODE else bar.prefill_tok_s
    points = _points(bar.measured, kind, bar.quant, cards)
    if speed is None:
        said = bar.why_not[:1].lower() + bar.why_not[1:].rstrip(".")
        text = f"does not fit: {said}" if bar.fits is False else said
        return SpeedRow(label, None, text, "", own=False, wrong=bar.fits is False, points=points)
    return SpeedRow(label, speed, _figure(speed), bar.sure, own=False, points=points)


def point_row(point: SweepPoint, kind: str, own: bool, remark: str) -> SpeedRow:
    """The same workload on something else: more cards, another split, another build."""
    speed = point.decode if kind == DECODE else point.prefill
    if speed is None:
        said = point.why_not[:1].lower() + point.why_not[1:].rstrip(".")
        text = f"does not fit: {said}" if point.fits is False else said
        return SpeedRow(point.label, None, text, "", own, wrong=point.fits is False, remark=remark)
    note = "as the build is now" if own else point.sure
    return SpeedRow(point.label, speed, _figure(speed), note, own, remark=remark)


def _figure(speed: Range) -> str:
    return show_tok_s(speed.value)


def _points(measured: tuple[Measurement, ...], kind: str, quant: str, cards: int | None) -> tuple[Point, ...]:
    found = ((m, m.decode_tok_s if kind == DECODE else m.prefill_tok_s) for m in measured)
    return tuple(_point(m, rate, _differs(m, quant, cards)) for m, rate in found if rate)


def _point(m: Measurement, rate: float, differs: str) -> Point:
    other = f"\nNot quite this case: {differs}." if differs else ""
    return Point(rate, measured_words(m, rate) + other, m, differs)


def _differs(m: Measurement, quant: str, cards: int | None) -> str:
    words = []
    if cards is not None and m.count != cards:
        words.append(f"{m.count} card{'s' if m.count != 1 else ''} instead of {cards}")
    if m.quant != quant:
        words.append(f"{m.quant} instead of {quant}")
    return ", ".join(words)


def measured_words(m: Measurement, rate: float) -> str:
    cards = f"{m.count} × {m.gpu}" if m.count > 1 else m.gpu
    split = SPLIT_WORDS.get(m.split, m.split) if m.count > 1 else ""
    facts = [m.model, cards, m.quant, m.engine, split, f"{show_tokens(m.depth)} deep" if m.depth else "", m.date]
    return f"{show_tok_s(rate)} measured: {', '.join(fact for fact in facts if fact)}\n{m.source}"


def measured_breakdown(point: Point) -> Breakdown:
    """A diamond opened: who measured what, and where it is published."""
    m = point.measurement
    limit = f"{m.power_limit_w:g} W" if m.power_limit_w else ""
    facts = {
        "Cards": f"{m.count} × {m.gpu}",
        "Quantisation": m.quant,
        "Engine": f"{m.engine} {m.engine_version}".strip(),
        "Split": SPLIT_WORDS.get(m.split, m.split),
        "Depth of the cache": f"{m.depth:,} tokens",
        "Link": m.pcie,
        "Power limit": limit,
        "Quality of the source": m.quality,
    }
    steps = [Step(label, value) for label, value in facts.items() if value]
    steps.append(Step("Published", m.date or "no date", how=m.source, source=m.url))
    return Breakdown(
        f"A measured speed: {m.model}", point.said.split("\n")[0], tuple(steps), (m.notes,) if m.notes else ()
    )


def row_breakdown(row: SpeedRow) -> Breakdown:
    """A bar of another model opened."""
    steps = [
        Step(f"Measured by {p.measurement.source}", p.tok_s, "tok/s", p.said.split("\n")[0], p.measurement.url)
        for p in row.points
    ]
    if row.speed is None:
        return Breakdown(row.label, row.said, tuple(steps))
    low, high = show_tok_s(row.speed.low), show_tok_s(row.speed.high)
    answer = f"{row.said}; 80 % of comparable measurements lie between {low} and {high}."
    note = (f"How sure: {row.note}.",) if row.note else ()
    return Breakdown(row.label, answer, tuple(steps), (*note, row.remark))
