"""From the supplies to the socket: efficiency, and what the circuit carries. Watts."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from planner.analysis.power_results import Load, SupplyLoad, Wall
from planner.domain.parts import Circuit, Psu
from planner.domain.steps import Step

LOW_LINE_BELOW_V = 130
LOADS = (0.2, 0.5, 1.0)
LOW_LINE: Mapping[str, Sequence[float]] = {
    "white": (0.80, 0.80, 0.80),
    "bronze": (0.82, 0.85, 0.82),
    "silver": (0.85, 0.88, 0.85),
    "gold": (0.87, 0.90, 0.87),
    "platinum": (0.90, 0.92, 0.89),
    "titanium": (0.92, 0.94, 0.90),
}
"""80 PLUS at 115 V, at a fifth, half and the whole of the rating."""
HIGH_LINE: Mapping[str, Sequence[float]] = {
    "white": (0.82, 0.85, 0.82),
    "bronze": (0.85, 0.88, 0.85),
    "silver": (0.87, 0.90, 0.87),
    "gold": (0.90, 0.92, 0.89),
    "platinum": (0.92, 0.94, 0.90),
    "titanium": (0.94, 0.96, 0.94),
}
"""80 PLUS at 230 V, EU."""
UNGRADED = (0.80, 0.80, 0.80)
GUESSED_EFFICIENCY = 0.9
"""Of a supply that is not chosen yet."""


def low_line(circuit: Circuit | None) -> bool:
    return circuit is not None and circuit.volts < LOW_LINE_BELOW_V


def rated_w(psu: Psu, circuit: Circuit | None) -> int:
    """Some large supplies give less between 100 and 127 V."""
    return psu.low_line_watts if low_line(circuit) and psu.low_line_watts is not None else psu.watts


def efficiency(psu: Psu, volts: int, output_w: float) -> float:
    """Between the points its grade was tested at; the nearest one beyond them."""
    table = LOW_LINE if volts < LOW_LINE_BELOW_V else HIGH_LINE
    points = table.get(psu.grade, UNGRADED)
    share = output_w / psu.watts
    if share <= LOADS[0]:
        return points[0]
    if share >= LOADS[-1]:
        return points[-1]
    at = bisect_right(LOADS, share)
    part = (share - LOADS[at - 1]) / (LOADS[at] - LOADS[at - 1])
    return points[at - 1] + part * (points[at] - points[at - 1])


def without_supply(circuit: Circuit, loads: Sequence[Load], other_w: float) -> Wall:
    """What a supply nobody chose yet would draw, at an efficiency of ours."""
    output_w, typical_w = sum(load.sustained_w for load in loads), sum(load.typical_w for load in loads)
    sustained, typical = output_w / GUESSED_EFFICIENCY + other_w, typical_w / GUESSED_EFFICIENCY + other_w
    how = "no supply chosen: our default"
    return Wall(
        circuit=circuit.title.strip(),
        volts=circuit.volts,
        limit_w=circuit.limit_w,
        continuous_w=circuit.continuous_w,
        sustained_w=sustained,
        typical_w=typical,
        efficiency=GUESSED_EFFICIENCY,
        efficiency_from=how,
        steps=(
            Step("Efficiency", GUESSED_EFFICIENCY * 100, "%", how, "our default", True),
            Step("Sustained at the wall", sustained, "W", f"{output_w:.0f} W ÷ {GUESSED_EFFICIENCY}"),
            Step("Typical at the wall", typical, "W", f"{typical_w:.0f} W ÷ {GUESSED_EFFICIENCY}"),
        ),
        least_w=sum(load.certain_w for load in loads) + other_w,
    )


def spread(whole: Wall, walls: Sequence[Wall]) -> Wall:
    """Supplies on circuits of their own: all that is drawn, against limits in the proportion of the fullest circuit."""
    if len(walls) < 2:
        return whole
    share = whole.sustained_w / max(wall.sustained_w for wall in walls)
    limits = Step("Circuits", len(walls), "", f"the fullest carries {100 / share:.0f} % of the draw")
    return replace(
        whole,
        circuit=f"{len(walls)} × {whole.circuit}",
        limit_w=whole.limit_w * share,
        continuous_w=whole.continuous_w * share,
        steps=(*whole.steps, limits),
    )


def at_the_wall(
    circuit: Circuit, supplies: Sequence[tuple[Psu, SupplyLoad, float]], other_w: float, least_w: float = 0.0
) -> Wall:
    """`supplies`: the supply, its load and its typical output. `least_w`: the output without our defaults."""
    sustained = sum(load.sustained_w / efficiency(psu, circuit.volts, load.sustained_w) for psu, load, _ in supplies)
    typical = sum(output / efficiency(psu, circuit.volts, output) for psu, _, output in supplies)
    output_w = sum(load.sustained_w for _, load, _ in supplies)
    overall = output_w / sustained if sustained else 1.0
    typical_out = sum(output for _, _, output in supplies)
    grades = ", ".join(dict.fromkeys(psu.grade if psu.grade != "none" else "no grade" for psu, _, _ in supplies))
    where = f"80 PLUS {grades} at {115 if circuit.volts < LOW_LINE_BELOW_V else 230} V, between 20, 50 and 100 % load"
    assumed = any(psu.grade == "none" for psu, _, _ in supplies)
    other = f" + {other_w:g} W of other things" if other_w else ""
    steps = [
        Step("Efficiency at sustained load", overall * 100, "%", where, "80 PLUS test points", assumed),
        Step("Sustained at the wall", sustained + other_w, "W", f"{output_w:.0f} W ÷ {overall:.3f}{other}"),
        Step(
            "Typical at the wall",
            typical + other_w,
            "W",
            f"{typical_out:.0f} W ÷ {typical_out / typical if typical else 1:.3f}{other}",
        ),
        Step("Breaker", circuit.limit_w, "W", f"{circuit.volts} V × {circuit.amps:g} A"),
        Step("For hours", circuit.continuous_w, "W", f"{circuit.continuous_share * 100:g} % of the breaker"),
    ]
    return Wall(
        circuit=circuit.title.strip(),
        volts=circuit.volts,
        limit_w=circuit.limit_w,
        continuous_w=circuit.continuous_w,
        sustained_w=sustained + other_w,
        typical_w=typical + other_w,
        efficiency=overall,
        efficiency_from=where,
        steps=tuple(steps),
        least_w=least_w + other_w if assumed else None,
    )
