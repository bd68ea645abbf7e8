"""What opens when a headline number is pressed: its steps, and what they leave out. Words only, nothing is computed."""

from collections.abc import Callable
from dataclasses import dataclass

from planner.advice.point import needs, why_not
from planner.analysis.memory import Memory, Refused
from planner.analysis.throughput import Throughput
from planner.documents.part_page import headed
from planner.domain.steps import Range, Step
from planner.domain.units import gib, show_gib, show_money, show_tok_s, show_w
from planner.evaluate import Report

BOUNDS = {
    "memory": "memory bandwidth",
    "compute": "arithmetic",
    "link": "the link between cards",
    "host RAM": "system RAM",
    "overhead": "launches and other fixed costs",
}
SURE = {
    "measured nearby": "measured nearby, this model or its kin on as many of these cards",
    "well known": "well known, much like it was measured elsewhere",
    "young": "young, kernels for these cards or this format still change much",
    "rough": "rough, processors and their memory differ more than cards do",
    "as the text allows": "as the text allows, more of the drafted tokens are kept of code than of prose",
    "speculative": "speculative, with as many drafted tokens kept as the workload says",
    "extrapolated": "extrapolated, nothing like these cards was measured",
    "measured on this machine": "measured on this machine, by you",
    "drawn to your measurements": "drawn to your measurements of something similar",
}
"""The analysis says it in a word or two; here is what that means."""
YOURS = ("measured on this machine", "drawn to your measurements")
"""Estimates that the user's own measurements have moved."""
RANGES = "Ranges: where 80 % of comparable measurements lie."


@dataclass(frozen=True, slots=True)
class Breakdown:
    title: str
    answer: str
    steps: tuple[Step, ...] = ()
    remarks: tuple[str, ...] = ()
    heads: tuple[tuple[int, str], ...] = ()
    """Which step begins a part of the sum, and what that part is called."""


def breakdown(report: Report, name: str) -> Breakdown:
    makers: dict[str, Callable[[Report], Breakdown]] = {
        "price": _price,
        "vram": _vram,
        "power": _power,
        "wall": _wall,
        "speed": _speed,
    }
    return makers[name](report)


def _price(report: Report) -> Breakdown:
    cost = report.facts.cost
    answer = f"{show_money(cost.total_cents, cost.currency)} for the parts with a known price."
    remarks = [f"Without a price, and so left out: {', '.join(cost.unpriced)}."] if cost.unpriced else []
    if cost.energy_cents_month is not None:
        remarks.append(f"Energy: {show_money(round(cost.energy_cents_month), cost.currency)} a month at typical draw.")
    steps = cost.steps or tuple(_line_step(line.label, line.cents, line.price_note) for line in cost.lines)
    return Breakdown("Total price", answer, steps, tuple(remarks))


def _line_step(label: str, cents: int | None, note: str) -> Step:
    return Step(label, "no price" if cents is None else show_money(cents), how=note)


def _vram(report: Report) -> Breakdown:
    fit = report.facts.memory
    if isinstance(fit, Refused):
        return Breakdown("Memory", fit.reason)
    cards = tuple(Step(card.label, card.vram_gib, "GB", how="as printed on the box") for card in report.rig.cards)
    if not isinstance(fit, Memory):
        return Breakdown("Memory", "Choose a GPU and a model to see what fits.", cards)
    said = "The model fits" if fit.fits else f"The model lacks {show_gib(gib(fit.over_bytes))} on the fullest device"
    answer = f"{said}; the tightest is {fit.tightest if fit.cards else 'system RAM'}: {fit.why}."
    shares = tuple(
        Step(share.label, f"{show_gib(gib(share.used))} of {show_gib(gib(share.usable))}") for share in fit.shares
    )
    band = (f"The total is known within ±{fit.error_percent:g} %.",) if fit.error_percent else ()
    return Breakdown("Memory", answer, (*fit.steps, *shares), (*band, *_left_out(fit.not_modelled)))


def _power(report: Report) -> Breakdown:
    power = report.facts.power
    if power is None:
        return Breakdown("Power", "Choose a GPU or a processor.")
    answer = f"{show_w(power.sustained_w)} with every part at its limit; {show_w(power.typical_w)} while generating."
    supplies = tuple(step for supply in power.supplies for step in supply.steps)
    return Breakdown("Power at the limits", answer, (*power.steps, *supplies), _unknown(power.unknown))


def _wall(report: Report) -> Breakdown:
    wall = report.facts.power.wall if report.facts.power else None
    if wall is None:
        return Breakdown("At the wall", "Choose a power supply and a circuit.")
    answer = f"{show_w(wall.sustained_w)} at the limits, {show_w(wall.typical_w)} while generating, of "
    answer += f"{show_w(wall.continuous_w)} that the circuit gives for hours."
    return Breakdown("At the wall", answer, wall.steps)


def _speed(report: Report) -> Breakdown:
    speed = report.facts.throughput
    if speed is None:
        return Breakdown("Speed", f"{headed(why_no_speed(report))}.")
    decode, prefill = speed.decode_tok_s, speed.prefill_tok_s
    answer = f"{show_tok_s(decode.value)} while generating ({_between(decode)}), "
    answer += f"{show_tok_s(prefill.value)} while reading the prompt ({_between(prefill)}). "
    answer += f"Limited by {bound_by(speed)}."
    remarks = (f"How sure: {sure_words(speed.sure)}.", RANGES, *_left_out(speed.not_modelled))
    assumed = tuple(f"Assumed: {text}." for text in speed.assumed)
    heads = ((0, "While generating, for each token"), (len(speed.decode_steps), "While reading the prompt"))
    return Breakdown("Speed", answer, (*speed.decode_steps, *speed.prefill_steps), (*remarks, *assumed), heads)


def why_no_speed(report: Report) -> str:
    """Without a full stop, as it stands in place of a bar."""
    fit = report.facts.memory
    if isinstance(fit, Refused):
        return no_speed(fit.reason, None)
    if isinstance(fit, Memory) and not fit.fits:
        return no_speed(why_not(fit), False)
    return f"no estimate: {'choose a GPU' if not report.rig.computes else no_speed(needs(report.rig), None)}"


def no_speed(why: str, fits: bool | None) -> str:
    """A sentence inside another: a name it begins with keeps its capital letter."""
    inside = why.split(" ", maxsplit=1)[0] in ("Needs", "The", "There")
    said = (why[:1].lower() + why[1:] if inside else why).rstrip(".")
    return f"does not fit: {said}" if fits is False else said


def _between(speed: Range) -> str:
    """The range in as many digits as the figure itself."""
    return f"{show_tok_s(speed.low)} to {show_tok_s(speed.high)}".replace(" tok/s", "")


def bound_by(speed: Throughput) -> str:
    """What most of a token's time goes to, in words that name the thing."""
    return BOUNDS.get(speed.limited_by, speed.limited_by)


def sure_words(sure: str) -> str:
    """How the range was earned, told to somebody who has not read how the estimates are made."""
    return SURE.get(sure, sure)


def _left_out(texts: tuple[str, ...]) -> tuple[str, ...]:
    return (f"Not modelled: {'; '.join(texts)}.",) if texts else ()


def _unknown(texts: tuple[str, ...]) -> tuple[str, ...]:
    return (f"Not known: {'; '.join(texts)}.",) if texts else ()
