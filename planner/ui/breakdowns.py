"""What opens when a headline number is pressed: its steps, and what they leave out. Words only, nothing is computed."""

from collections.abc import Callable
from dataclasses import dataclass

from planner.analysis.memory import Memory, Refused
from planner.domain.steps import Step
from planner.domain.units import gib, show_gib, show_money, show_tok_s, show_w
from planner.evaluate import Report


@dataclass(frozen=True, slots=True)
class Breakdown:
    title: str
    answer: str
    steps: tuple[Step, ...] = ()
    remarks: tuple[str, ...] = ()


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
    answer = f"{said}; the tightest is {fit.tightest}: {fit.why}."
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
        return Breakdown("Speed", "No estimate: the model does not fit, or a figure of a card is not known.")
    decode, prefill = speed.decode_tok_s, speed.prefill_tok_s
    answer = f"{show_tok_s(decode.value)} while generating ({decode.low:.1f} to {decode.high:.1f}), "
    answer += f"{prefill.value:,.0f} tok/s while reading the prompt. Limited by {speed.limited_by}; {speed.sure}."
    remarks = _left_out(speed.not_modelled) + tuple(f"Assumed: {text}." for text in speed.assumed)
    return Breakdown("Speed", answer, (*speed.decode_steps, *speed.prefill_steps), remarks)


def _left_out(texts: tuple[str, ...]) -> tuple[str, ...]:
    return (f"Not modelled: {'; '.join(texts)}.",) if texts else ()


def _unknown(texts: tuple[str, ...]) -> tuple[str, ...]:
    return (f"Not known: {'; '.join(texts)}.",) if texts else ()
