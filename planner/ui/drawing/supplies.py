"""The supply's room at the bottom of the case, the cables to the cards, and the tray for cards not placed yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from planner.analysis.power import Lead
from planner.domain.parts import Psu
from planner.domain.units import SLOT_PITCH_MM as PITCH
from planner.evaluate import Report
from planner.ui.drawing import words
from planner.ui.drawing.items import Box, CableItem, CardItem, Level, SupplyItem

SUPPLY_MM = 50.0
"""Height of the supply's box: room for its words, not to scale."""
CABLE_MM = 4.0
CELL_MM = (138.0, PITCH)


@dataclass(frozen=True, slots=True)
class Cabled:
    supplies: tuple[SupplyItem, ...]
    cables: tuple[CableItem, ...]
    tray: Box
    tray_cells: tuple[Box, ...]
    bottom: float


def cabled(
    report: Report,
    cards: tuple[CardItem, ...],
    *,
    floor: float,
    channel: float,
    right: float,
    loose: int,
    lowest: float,
) -> Cabled:
    """`lowest` is where a frame's bays end: cables pass below them."""
    leads = _leads(report, cards)
    last = report.rig.psus[-1].key if report.rig.psus else None
    from_above = sum(lead.psu != last for lead in leads)
    supplies = tuple(_supplies(report, floor + 5 + from_above * CABLE_MM))
    end = max((supply.box.right for supply in supplies), default=0)
    cables = tuple(_cables(leads, cards, supplies, channel=channel, floor=floor, lowest=lowest))
    cabling = max((y for cable in cables for _, y in cable.points), default=0)
    top = max([floor + 4, *(cable.points[-1][1] + 4 for cable in cables)])
    low = max((supply.box.bottom for supply in supplies), default=floor + 8)
    left = max(end + 8, 12)
    if right - left < CELL_MM[0] + 14:  # no room beside the supplies
        left, top = 12, low + 4
    columns = max(1, int((right - left - 8) // (CELL_MM[0] + 6)))
    rows = -(-loose // columns)
    tray = Box(left, top, right - left - 4, rows * (CELL_MM[1] + 3) + 13) if loose else Box(left, top, 0, 0)
    cells = tuple(_cells(tray, columns, loose))
    bottom = max([low + 1, tray.bottom + 14 if loose else 0, top, cabling + 14])
    return Cabled(supplies, cables, tray, cells, bottom)


def supplies_width(report: Report) -> float:
    return 4.0 + sum(_length(chosen.psu) + 8 for chosen in report.rig.psus)


def _length(psu: Psu) -> float:
    return max(psu.length_mm or 0, 190.0)  # room for its words; the box is not to scale


def _cells(tray: Box, columns: int, wanted: int) -> Iterator[Box]:
    for index in range(wanted):
        row, column = divmod(index, columns)
        yield Box(tray.x + 4 + column * (CELL_MM[0] + 6), tray.y + 12 + row * (CELL_MM[1] + 3), *CELL_MM)


def _leads(report: Report, cards: tuple[CardItem, ...]) -> list[Lead]:
    drawn = {card.key for card in cards}
    power = report.facts.power
    return [lead for lead in power.leads if lead.to in drawn] if power else []


def _supplies(report: Report, y: float) -> Iterator[SupplyItem]:
    power, x = report.facts.power, 4.0
    several = len(report.rig.psus) > 1
    for chosen in report.rig.psus:
        load = next((s for s in power.supplies if s.psu == chosen.key), None) if power else None
        plugs = tuple(plug for plug in power.plugs if plug.psu == chosen.key) if power else ()
        lines = words.supply_lines(load, plugs, power.leads if power else ())
        length = _length(chosen.psu)
        title = words.join(words.gpu(chosen.key) if several else "", chosen.psu.title, f"{chosen.psu.watts:,} W")
        level = words.worst(report, chosen.key)
        tip = "\n".join([title, *(text for text, _ in lines)])
        watts, number = f"{chosen.psu.watts:,} W", words.gpu(chosen.key) if several else ""
        shorter = (words.join(number, chosen.psu.name, watts), words.join(number or "Supply", watts))
        yield SupplyItem(chosen.key, Box(x, y, length, SUPPLY_MM), title, shorter, lines, level, tip)
        x += length + 8


def _cables(
    leads: list[Lead],
    cards: tuple[CardItem, ...],
    supplies: tuple[SupplyItem, ...],
    *,
    channel: float,
    floor: float,
    lowest: float,
) -> Iterator[CableItem]:
    """From the card's front end down a channel of their own each, then back to the supply: to the last supply from
    the side, to others from above."""
    by_key = {card.key: card for card in cards}
    boxes = {supply.key: supply.box for supply in supplies}
    from_side, from_above, seen = count(), count(), dict.fromkeys(by_key, 0)
    for number, lead in enumerate(leads):
        card, psu = by_key[lead.to], boxes.get(lead.psu)
        text, level = words.lead_words(lead)
        x, y = channel + number * CABLE_MM, card.box.y + min(card.box.h * 0.35, 14) + seen[lead.to] * CABLE_MM
        seen[lead.to] += 1
        way: tuple[tuple[float, float], ...] = ((card.box.right, y), (x, y))
        if psu is None:
            level = Level.BAD
        elif psu is supplies[-1].box:
            low = max(psu.y + 5, lowest) + (next(from_side) % 9) * CABLE_MM
            way = (*way, (x, low), (psu.right, low))
        else:
            run = next(from_above)
            low, into = floor + 4 + run * CABLE_MM, psu.right - 8 - run * CABLE_MM
            way = (*way, (x, low), (into, low), (into, psu.y))
        yield CableItem(
            lead.psu, lead.to, way, text, level, f"{text} from {words.gpu(lead.psu)} to {words.gpu(lead.to)}"
        )
