"""What a build could do beside what is asked of it, one answer to a question: how long a context, how many users, how
many bits, how many copies; or, where the model does not fit, every change with which it would."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from planner.advice.answers import Sizes, best_quant, largest_context, most_users, ways_to_fit
from planner.advice.point import point
from planner.advice.sweeps import Machine, lanes_of
from planner.analysis.memory import Fit, quick_fit
from planner.domain.rig import Rig, RigCard
from planner.domain.units import gib, show_gib, show_tok_s, show_tokens
from planner.domain.workload import Workload


@dataclass(frozen=True, slots=True)
class Answer:
    question: str
    answer: str
    speed: str = ""
    """Decode after it; empty where it cannot be estimated."""
    quality: str = ""
    """What it costs in quality; empty for nothing."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Of the workload, to have it so; empty where it is so."""
    card: str = ""
    """Part id of one more card that it takes; empty where the parts stay."""

    @property
    def words(self) -> tuple[str, str, str, str]:
        return self.question, self.answer, self.speed or "–", self.quality or "no loss"


def possible(machine: Machine, sizes: Sizes) -> Iterator[Answer]:
    """Nothing where nothing can be said: no card, no model, or an engine that refuses."""
    work, fit = machine.rig.workload, quick_fit(machine.rig, machine.margin_gib)
    if work is None or not isinstance(fit, Fit):
        return
    if not fit.fits or fit.tight:
        yield from _ways(machine, sizes)
        return
    yield from _longest(machine, work)
    yield from _users(machine, work)
    yield from _most_bits(machine, work, sizes)
    yield from _copies(machine, work)


def _ways(machine: Machine, sizes: Sizes) -> Iterator[Answer]:
    for way in ways_to_fit(machine.rig, machine.lanes, sizes, machine.margin_gib):
        spare = gib(min(share.free for share in way.fit.devices))
        speed = show_tok_s(way.decode.value) if way.decode else ""
        adds = way.kind == "card"
        card = machine.rig.cards[-1].card.id if adds else ""
        changes = {"split": "layer"} if adds and _alone_now(machine) else way.changes
        yield Answer(way.label, f"fits, {show_gib(spare)} free", speed, way.quality, changes, card)


def _alone_now(machine: Machine) -> bool:
    """Whether the workload keeps to one card, and would leave another one idle."""
    return machine.rig.workload is not None and machine.rig.workload.split == "none"


def _longest(machine: Machine, work: Workload) -> Iterator[Answer]:
    most, model = largest_context(machine.rig, machine.margin_gib), machine.rig.model
    if not most or model is None:
        return
    whole = ", the model's most" if most >= model.max_context // 256 * 256 else ""
    each = " each" if work.users > 1 else ""
    changes = {"context": most} if most != work.context else {}
    yield Answer("Longest context", f"{show_tokens(most)} tokens{each}{whole}", _speed(machine, changes), "", changes)


def _users(machine: Machine, work: Workload) -> Iterator[Answer]:
    most = most_users(machine.rig, work.context, machine.margin_gib)
    if not most:
        return
    changes = {"users": most} if most != work.users else {}
    answer = f"{most:,} with {show_tokens(work.context)} tokens each"
    yield Answer("Most users at once", answer, _speed(machine, changes, " each" if most > 1 else ""), "", changes)


def _most_bits(machine: Machine, work: Workload, sizes: Sizes) -> Iterator[Answer]:
    best = best_quant(machine.rig, machine.lanes, sizes, machine.margin_gib)
    if best is None:
        return
    changes = {"quant": best.quant} if best.quant != work.quant else {}
    speed = show_tok_s(best.decode.value) if best.decode else ""
    loss = best.quality.words if best.quality else "not measured"
    answer = f"{best.quant}, {best.bits_per_weight:.1f} bits"
    yield Answer("Most bits that fit", answer, speed, loss, changes)


def _copies(machine: Machine, work: Workload) -> Iterator[Answer]:
    """Copies of the model on cards of their own serve several users without waiting for one another."""
    found = copies(machine)
    if len(found) < 2:
        return
    size = len(found[0].cards)
    own, margin = machine.own(), machine.margin_gib
    rates = [point(rig, lanes_of(machine.lanes, rig.cards), own, margin_gib=margin).decode for rig in found]
    known = [rate.value for rate in rates if rate]
    speed = f"{show_tok_s(sum(known) * work.users)} in all" if len(known) == len(found) else ""
    on_each = "1 card each" if size == 1 else f"{size} cards each"
    yield Answer("Copies side by side", f"{len(found)}, {on_each}", speed)


def copies(machine: Machine) -> tuple[Rig, ...]:
    """As many rigs as hold the model each by itself, on neighbouring cards; the fewest cards first. Empty for one."""
    rig, work = machine.rig, machine.rig.workload
    if work is None or work.offload_layers or work.offload_experts:
        return ()  # copies would share the system RAM
    for size in range(1, len(rig.cards) // 2 + 1):
        groups = [rig.cards[start : start + size] for start in range(0, len(rig.cards) - size + 1, size)]
        holding = tuple([alone for cards in groups if _roomy(alone := _alone(rig, work, cards), machine.margin_gib)])
        if len(holding) > 1:
            return holding
    return ()


def _alone(rig: Rig, work: Workload, cards: tuple[RigCard, ...]) -> Rig:
    split = work.split if len(cards) > 1 else "none"
    return replace(rig, cards=cards, workload=work.model_copy(update={"split": split}))


def _roomy(rig: Rig, margin_gib: float) -> bool:
    fit = quick_fit(rig, margin_gib)
    return isinstance(fit, Fit) and fit.roomy


def _speed(machine: Machine, changes: Mapping[str, Any], each: str = "") -> str:
    work = machine.rig.workload
    assert work is not None
    after = replace(machine.rig, workload=work.model_copy(update=dict(changes)))
    found = point(after, machine.lanes, machine.own(), margin_gib=machine.margin_gib)
    return f"{show_tok_s(found.decode.value)}{each}" if found.decode else ""
