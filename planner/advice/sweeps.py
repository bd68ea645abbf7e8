"""How fit and speed change with one thing: context, users, power limit, number of cards, split and engine, build.

Each yields its points one by one, so that a chart can be drawn while they are worked out. Lanes, space and rules are
left as they are: only fit and speed are new.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import log

from planner.advice.point import Point, point
from planner.advice.quality import usual_quants
from planner.analysis.lanes import Lanes
from planner.analysis.memory import MARGIN_GIB
from planner.analysis.own_speed import Correction, corrections
from planner.analysis.quantisation import for_engine
from planner.analysis.weights import weights
from planner.domain.engine import Engine
from planner.domain.rig import Rig, RigCard
from planner.domain.units import show_tokens
from planner.domain.workload import SPLIT_WORDS, Workload
from planner.rules.fit.format_not_supported import emulated

LENGTHS = tuple(2**n for n in range(11, 21))
ANSWER = 256
"""Tokens of the context left for the answer: speeds are those of a full context."""
USERS = (1, 2, 4, 8, 16, 32, 64, 128)
COUNTS = tuple(range(1, 9))
LIMITS = 9
STEP_W = 10
LEAST_SHARE = 0.35
"""Lowest limit offered where the chip's own minimum is not known."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a sweep starts from: a report's rig, its lanes, and the margin the user wants kept."""

    rig: Rig
    lanes: Lanes | None = None
    margin_gib: float = MARGIN_GIB
    name: str = ""

    def own(self) -> tuple[Correction, ...]:
        return corrections(self.rig, self.lanes)


def context_sweep(machine: Machine, lengths: Iterable[int] = LENGTHS) -> Iterator[Point]:
    """Up to what the model knows, the asked length among them; the prompt fills the context."""
    model, work = machine.rig.model, machine.rig.workload
    if model is None or work is None:
        return
    own = machine.own()
    for context in sorted({n for n in (*lengths, work.context) if n <= model.max_context}):
        asked = replace(machine.rig, workload=_with(work, context=context, prompt=max(1, context - ANSWER)))
        yield _point(machine, asked, own, show_tokens(context), context)


def users_sweep(machine: Machine, users: Iterable[int] = USERS) -> Iterator[Point]:
    work = machine.rig.workload
    if work is None:
        return
    own = machine.own()
    for count in sorted({*users, work.users}):
        asked = replace(machine.rig, workload=_with(work, users=count))
        yield _point(machine, asked, own, "1 user" if count == 1 else f"{count} users", count)


def power_sweep(machine: Machine, watts: Iterable[int] | None = None) -> Iterator[Point]:
    """The same limit for all cards; each keeps within what its chip takes."""
    own = machine.own()
    for limit in power_limits(machine.rig.cards) if watts is None else watts:
        cards = tuple(replace(card, limit_w=limit_of(card, limit)) for card in machine.rig.cards)
        yield _point(machine, replace(machine.rig, cards=cards), own, f"{limit} W", limit)


def power_limits(cards: tuple[RigCard, ...], points: int = LIMITS) -> tuple[int, ...]:
    """Limits worth trying, evenly from the lowest to stock."""
    low, high = power_span(cards)
    if not cards or high <= low:
        return ()
    step = (high - low) / (points - 1)
    return tuple(dict.fromkeys([round((low + n * step) / STEP_W) * STEP_W for n in range(points - 1)] + [high]))


def power_span(cards: tuple[RigCard, ...]) -> tuple[int, int]:
    """Lowest and highest limit worth offering for all cards together, in watts."""
    if not cards:
        return 0, 1
    lows = [card.chip.min_limit_w or round(card.card.tgp_w * LEAST_SHARE / STEP_W) * STEP_W for card in cards]
    return min(lows), max(card.card.tgp_w for card in cards)


def limit_of(card: RigCard, watts: int) -> int | None:
    """No card below its minimum; one whose stock is lower stays at stock (None)."""
    return None if watts >= card.card.tgp_w else max(watts, card.chip.min_limit_w or 0)


def cards_sweep(machine: Machine, counts: Iterable[int] = COUNTS) -> Iterator[Point]:
    """One to eight of the first card. Links are those of the build as far as it has cards, else assumed."""
    if not machine.rig.cards or machine.rig.workload is None:
        return
    first, own = machine.rig.cards[0], machine.own()
    for count in counts:
        here = count <= len(machine.rig.cards)
        more = tuple(replace(first, key=f"gpu-{n}", slot=None, slot_name=None) for n in range(1, count + 1))
        cards = machine.rig.cards[:count] if here else more
        lanes = lanes_of(machine.lanes, cards) if here else None
        split = machine.rig.workload.split if machine.rig.workload.split != "none" else "layer"
        rig = replace(machine.rig, cards=cards, workload=_with(machine.rig.workload, split=split))
        yield _point(replace(machine, lanes=lanes), rig, own, "1 card" if count == 1 else f"{count} cards", count)


def lanes_of(lanes: Lanes | None, cards: tuple[RigCard, ...]) -> Lanes | None:
    """The paths between these cards alone."""
    if lanes is None:
        return None
    keys = {card.key for card in cards}
    return replace(lanes, pairs=tuple(pair for pair in lanes.pairs if {pair.a, pair.b} <= keys))


def split_sweep(machine: Machine, engines: Mapping[str, Engine]) -> Iterator[Point]:
    """Every split of every engine; one that does not read the quantisation takes its own of nearly as many bits."""
    work = machine.rig.workload
    if work is None:
        return
    own, number = machine.own(), 0
    for name, engine in engines.items():
        quant = quant_for(machine.rig, engine)
        changes = {"engine": name, "quant": quant, "kv_type": _kv_type(machine.rig, engine)}
        size = machine.rig.file_size if quant == work.quant else None
        for split in engine.splits if len(machine.rig.cards) > 1 else ("none",):
            rig = replace(machine.rig, workload=_with(work, **changes, split=split), engine=engine, file_size=size)
            yield _point(machine, rig, own, split_label(engine, split, quant if quant != work.quant else ""), number)
            number += 1


def split_label(engine: Engine, split: str, quant: str = "") -> str:
    """`quant` where it is not the one asked for."""
    return ", ".join(word for word in (engine.name, SPLIT_WORDS[split], quant) if word)


def quant_for(rig: Rig, engine: Engine) -> str:
    """The quantisation asked for, or the engine's usual one of the nearest number of bits; as asked where none is."""
    work, model = rig.workload, rig.model
    assert work is not None
    if model is None or rig.engine is None or for_engine(work.quant, engine.formats):
        return work.quant
    asked = for_engine(work.quant, rig.engine.formats)
    known = {quant: kind for quant in usual_quants(engine, model) if (kind := for_engine(quant, engine.formats))}
    usual = {quant: kind for quant, kind in known.items() if not emulated(kind.family, rig.cards)} or known
    if asked is None or not usual:
        return work.quant
    bits = weights(model, asked).bits_per_weight
    return min(usual, key=lambda quant: abs(log(weights(model, usual[quant]).bits_per_weight / bits)))


def _kv_type(rig: Rig, engine: Engine) -> str:
    wanted = rig.workload.kv_type if rig.workload else "f16"
    return wanted if wanted in engine.kv_types else engine.kv_types[0]


def build_sweep(machines: Iterable[Machine], work: Workload | None = None) -> Iterator[Point]:
    """Builds side by side: each under its own workload, or all under `work` with the model of the first."""
    model = None
    for number, machine in enumerate(machines):
        rig = machine.rig
        if work is not None:
            model = model or (rig.model, rig.file_size, rig.engine, rig.draft)
            rig = replace(rig, workload=work, model=model[0], file_size=model[1], engine=model[2], draft=model[3])
        yield _point(machine, rig, machine.own(), machine.name or rig.build.name, number)


def _point(machine: Machine, rig: Rig, own: tuple[Correction, ...], label: str, x: float) -> Point:
    return point(rig, machine.lanes, own, label=label, x=float(x), margin_gib=machine.margin_gib)


def _with(work: Workload, **changes: object) -> Workload:
    """Values are of our own making, so they need no second check."""
    return work.model_copy(update=changes)
