"""What it costs to buy and to run."""

from collections.abc import Iterator
from dataclasses import dataclass

from planner.analysis.lane_seats import key_order
from planner.analysis.power import Power
from planner.analysis.wall import GUESSED_EFFICIENCY
from planner.domain.parts import Part
from planner.domain.rig import Rig
from planner.domain.steps import Step
from planner.domain.units import show_money

DAYS_A_MONTH = 30.4


@dataclass(frozen=True, slots=True)
class Line:
    key: str
    label: str
    cents: int | None
    """None: no price known."""
    price_note: str
    """launch or street, currency, date, source."""
    count: int = 1
    """How many the line is for; `cents` is for all of them."""


@dataclass(frozen=True, slots=True)
class Cost:
    lines: tuple[Line, ...]
    total_cents: int
    currency: str
    unpriced: tuple[str, ...]
    """Labels of parts without a price in this currency: the total leaves them out."""
    energy_cents_month: float | None
    """At typical draw at the wall, the site's hours a day, 30.4 days; in the site's currency."""
    cents_per_vram_gib: float | None
    """Of all priced parts; None without cards, or when a card has no price."""
    steps: tuple[Step, ...]


def cost(rig: Rig, power: Power | None) -> Cost:
    currency = rig.build.site.currency
    lines = tuple(_line(key, part, count, currency) for key, part, count in _parts(rig))
    total = sum(line.cents for line in lines if line.cents is not None)
    unpriced = tuple(line.label for line in lines if line.cents is None)
    energy, energy_steps = _energy(rig, power)
    per_gib, per_gib_steps = _per_gib(rig, lines, total)
    priced = len(lines) - len(unpriced)
    left_out = f", without {len(unpriced)} that have none" if unpriced else ""
    sum_step = Step("Parts", total / 100, currency, f"sum of {priced} prices{left_out}")
    return Cost(
        lines=lines,
        total_cents=total,
        currency=currency,
        unpriced=unpriced,
        energy_cents_month=energy,
        cents_per_vram_gib=per_gib,
        steps=(sum_step, *energy_steps, *per_gib_steps),
    )


def _parts(rig: Rig) -> Iterator[tuple[str, Part, int]]:
    single = {"cpu": rig.cpu, "board": rig.board, "case": rig.case, "cooler": rig.cooler}
    sockets = rig.board.sockets if rig.board else 1
    for key, part in single.items():
        if part is not None:
            yield key, part, sockets if key in ("cpu", "cooler") else 1
    if rig.memory is not None:
        yield "memory", rig.memory.kit, rig.memory.kits
    several = [
        *((c.key, c.card) for c in rig.cards),
        *((p.key, p.psu) for p in rig.psus),
        *((d.key, d.drive) for d in rig.drives),
    ]
    yield from ((key, part, 1) for key, part in sorted(several, key=lambda s: key_order(s[0])))
    yield from ((f"bridge-{n}", bridge, 1) for n, bridge in enumerate(rig.bridges, 1))
    yield from _risers(rig)


def _risers(rig: Rig) -> Iterator[tuple[str, Part, int]]:
    """A splitter that several cards share is bought once."""
    bought: set[tuple[str, str]] = set()
    for card in sorted(rig.cards, key=lambda c: key_order(c.key)):
        if card.riser is None:
            continue
        where = (card.slot_name or card.key, card.riser.id)
        if card.riser.ports > 1 and where in bought:
            continue
        bought.add(where)
        yield f"{card.key} riser", card.riser, 1


def _line(key: str, part: Part, count: int, currency: str) -> Line:
    label = part.title if count == 1 else f"{count} × {part.title}"
    price = part.price
    if price is None:
        return Line(key, label, None, "no price known", count)
    note = f"{price.kind}, {price.currency}, {price.on.isoformat()}, {price.source}"
    if price.currency != currency:
        return Line(key, label, None, f"{show_money(price.cents, price.currency)}, not converted ({note})", count)
    return Line(key, label, price.cents * count, note, count)


def _energy(rig: Rig, power: Power | None) -> tuple[float | None, list[Step]]:
    if power is None:
        return None, []
    site = rig.build.site
    guessed = power.wall is None
    wall_w = power.typical_w / GUESSED_EFFICIENCY if power.wall is None else power.wall.typical_w - site.other_load_w
    kwh = wall_w / 1000 * site.hours_per_day * DAYS_A_MONTH
    cents = kwh * site.energy_cents_per_kwh
    how = f"{wall_w:.0f} W at the wall × {site.hours_per_day:g} h × {DAYS_A_MONTH} days ÷ 1000"
    source = "efficiency taken as 90 %" if guessed else ""
    return cents, [
        Step("Energy a month", kwh, "kWh", how, source, guessed),
        Step("Energy a month", cents / 100, site.currency, f"{kwh:.0f} kWh × {site.energy_cents_per_kwh:g} cents"),
    ]


def _per_gib(rig: Rig, lines: tuple[Line, ...], total: int) -> tuple[float | None, list[Step]]:
    vram = sum(card.vram_gib for card in rig.cards)
    cards = [line for line in lines if rig.card(line.key) is not None]
    if not vram or any(line.cents is None for line in cards):
        return None, []
    cents = total / vram
    step = Step("Per GiB of VRAM", cents / 100, rig.build.site.currency, f"{total / 100:,.0f} ÷ {vram:g} GiB")
    return cents, [step]
