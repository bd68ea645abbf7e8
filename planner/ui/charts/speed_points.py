"""Measured speeds in the throughput chart: who timed what, and in what it is not the row's own case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from planner.domain.measurement import Measurement
from planner.domain.model import Model
from planner.domain.steps import Step
from planner.domain.units import show_tok_s, show_tokens, show_w
from planner.domain.workload import SPLIT_WORDS
from planner.evaluate import Report
from planner.ui.breakdowns import Breakdown

DECODE, PREFILL = "decode", "prefill"
QUALITIES = {
    "A": "what a benchmark printed, from a named person",
    "B": "told in a text, or gathered from many people",
    "C": "doubted, and left out of the fit",
}
LIKE_W = 0.05
"""Power limits this near to each other are taken for the same."""


@dataclass(frozen=True, slots=True)
class Under:
    """What the estimates of the chart are made under. What is not known (None) is not compared."""

    cards: int | None = None
    engine: str | None = None
    split: str | None = None
    users: int | None = None
    in_ram: bool = False
    drafting: bool = False
    limit_w: int | None = None
    stock_w: int | None = None
    models: Mapping[str, Model] = field(default_factory=dict)

    def name(self, model: str) -> str:
        """A model as people call it, or as the source does."""
        return self.models[model].name if model in self.models else model


def under(report: Report, models: Mapping[str, Model]) -> Under:
    rig, work = report.rig, report.rig.workload
    if work is None:
        return Under(models=models)
    limits = {card.power_w for card in rig.cards}
    stock = {card.card.tgp_w for card in rig.cards}
    return Under(
        cards=len(rig.cards),
        engine=work.engine,
        split=work.split,
        users=work.users,
        in_ram=bool(work.offload_layers or work.offload_experts),
        drafting=work.draft is not None,
        limit_w=limits.pop() if len(limits) == 1 else None,
        stock_w=stock.pop() if len(stock) == 1 else None,
        models=models,
    )


@dataclass(frozen=True, slots=True)
class Point:
    """A measured speed, published or the user's own."""

    tok_s: float
    setup: str
    """Model, cards, quantisation, engine, date."""
    measurement: Measurement
    differs: str = ""
    """In what it is not the row's own case: drawn hollow, and said when pointed at."""
    model: str = ""
    """As people call it."""

    @property
    def answer(self) -> str:
        return f"{show_tok_s(self.tok_s)} measured{' by you' if self.measurement.own else ''}: {self.setup}"

    @property
    def said(self) -> str:
        """When pointed at."""
        other = f"\nNot quite this case: {self.differs}." if self.differs else ""
        return f"{self.answer}\n{self.measurement.source}{other}"


def points(
    measured: Sequence[Measurement], kind: str, model: str, quant: str, case: Under | None = None
) -> tuple[Point, ...]:
    """Of a row of this model and quantisation."""
    case = case or Under()
    found = ((m, m.decode_tok_s if kind == DECODE else m.prefill_tok_s) for m in measured)
    return tuple(
        Point(rate, _setup(m, case.name(m.model)), m, _differs(m, model, quant, case), case.name(m.model))
        for m, rate in found
        if rate
    )


def _differs(m: Measurement, model: str, quant: str, case: Under) -> str:
    words = []
    if m.model != model:
        words.append(f"{case.name(m.model)} instead of {case.name(model)}")
    if case.cards is not None and m.count != case.cards:
        words.append(f"{_counted(m.count, 'card')} instead of {case.cards}")
    elif case.split is not None and m.count > 1 and m.split != case.split:
        words.append(f"{_split(m.split)} instead of {_split(case.split)}")
    if m.quant != quant:
        words.append(f"{m.quant} instead of {quant}")
    if case.engine is not None and m.engine != case.engine:
        words.append(f"{m.engine} instead of {case.engine}")
    if case.users is not None and m.users != case.users:
        words.append(f"{_counted(m.users, 'user')} instead of {case.users}")
    if case.in_ram and not m.offload:
        words.append("nothing in system RAM")
    if bool(m.speculative) != case.drafting:
        words.append("with speculation" if m.speculative else "without speculation")
    at_w = m.power_limit_w or case.stock_w
    if at_w and case.limit_w and abs(at_w / case.limit_w - 1) > LIKE_W:
        words.append(f"at {show_w(at_w)} per card instead of {show_w(case.limit_w)}")
    return ", ".join(words)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}"


def _split(split: str) -> str:
    return SPLIT_WORDS.get(split, split)


def _setup(m: Measurement, model: str) -> str:
    cards = f"{m.count} × {m.gpu}" if m.count > 1 else m.gpu
    split = _split(m.split) if m.count > 1 else ""
    depth = f"{show_tokens(m.depth)} tokens deep" if m.depth else ""
    facts = [model, cards, m.quant, m.engine, split, depth, m.date]
    return ", ".join(fact for fact in facts if fact)


def measured_step(point: Point) -> Step:
    """A measured point as a line below the estimate."""
    whose = "Measured by you" if point.measurement.own else f"Measured: {point.measurement.source}"
    differs = f"; not quite this case: {point.differs}" if point.differs else ""
    return Step(whose, show_tok_s(point.tok_s), how=f"{point.setup}{differs}", source=point.measurement.url)


def measured_breakdown(point: Point) -> Breakdown:
    """A measured point opened: who measured what, and where it is published."""
    m = point.measurement
    facts = {
        "Cards": f"{m.count} × {m.gpu}",
        "Quantisation": m.quant,
        "Engine": f"{m.engine} {m.engine_version}".strip(),
        "Split": _split(m.split) if m.count > 1 else "",
        "Context before it": f"{m.depth:,} tokens" if m.depth else "none",
        "Prompt": f"{m.prompt:,} tokens" if m.prompt else "",
        "Answer": f"{m.generated:,} tokens" if m.generated else "",
        "Link": m.pcie,
        "Power limit": show_w(m.power_limit_w) if m.power_limit_w else "",
        "How well documented": "" if m.own else QUALITIES[m.quality],
    }
    steps = [Step(label, value) for label, value in facts.items() if value]
    published = "Timed on" if m.own else "Published"
    steps.append(Step(published, m.date or "no date", how=m.source, source=m.url))
    differs = (f"Not quite the case of the bar: {point.differs}.",) if point.differs else ()
    title = "Your measurement" if m.own else "A measured speed"
    return Breakdown(
        f"{title}: {point.model}", f"{point.answer}.", tuple(steps), (*differs, *((m.notes,) if m.notes else ()))
    )
