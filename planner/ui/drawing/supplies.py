"""The supply's room at the bottom of the case, the cables to the cards, and the tray for cards not placed yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from planner.analysis.power import Lead
from planner.domain.units import SLOT_PITCH_MM as PITCH
from planner.evaluate import Report
from planner.ui.drawing import words
from planner.ui.drawing.items import Box, CableItem, CardItem, Level, SupplyItem

SUPPLY_MM = 50.0
"""Height of the supply's box: room for its words, not to scale."""
CABLE_MM = 4.0
CELL_MM = (150.0, PITCH)


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
    leads = _leads(report, cards)
    supplies = tuple(_supplies(report, floor + 5))
    end = max((supply.box.right for supply in supplies), default=0)
    cables = tuple(_cables(leads, cards, supplies, channel, lowest))
    top = max([floor + 4, *(point[1] + 4 for cable in cables for point in cable.points[-1:])])
    left = max(end + 12, 12)
    columns = max(1, int((right - left) // (CELL_MM[0] + 6)))
    rows = -(-loose // columns)
    tray = Box(left, top, right - left - 4, rows * (CELL_MM[1] + 3) + 13) if loose else Box(left, top, 0, 0)
    cells = tuple(_cells(tray, columns, loose))
    cabling = max((y for cable in cables for _, y in cable.points), default=0)
    bottom = max([floor + 6 + (SUPPLY_MM if supplies else 8), tray.bottom + 14 if loose else 0, top, cabling + 14])
    return Cabled(supplies, cables, tray, cells, bottom)


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
        lines = words.supply_lines(load, plugs)
        length = max(chosen.psu.length_mm or 160.0, 140.0)
        title = words.join(words.gpu(chosen.key) if several else "", chosen.psu.title, f"{chosen.psu.watts:,} W")
        level = words.worst(report, chosen.key)
        tip = "\n".join([title, *(text for text, _ in lines)])
        yield SupplyItem(chosen.key, Box(x, y, length, SUPPLY_MM), title, lines, level, tip)
        x += length + 8


def _cables(
    leads: list[Lead], cards: tuple[CardItem, ...], supplies: tuple[SupplyItem, ...], channel: float, lowest: float
) -> Iterator[CableItem]:
    """From the card's front end down a channel of their own each, then back to the supply."""
    by_key = {card.key: card for card in cards}
    boxes = {supply.key: supply.box for supply in supplies}
    lane, seen = count(), dict.fromkeys(by_key, 0)
    for lead in leads:
        card, psu = by_key[lead.to], boxes.get(lead.psu)
        number, nth = next(lane), seen[lead.to]
        seen[lead.to] += 1
        text, level = words.lead_words(lead)
        y = card.box.y + min(card.box.h * 0.35, 14) + nth * CABLE_MM
        tip = f"{text} from {words.gpu(lead.psu)} to {words.gpu(lead.to)}"
        if psu is None:
            yield CableItem(lead.psu, lead.to, ((card.box.right, y), (channel, y)), text, Level.BAD, tip)
            continue
        x = channel + number * CABLE_MM
        low = max(psu.y + 5, lowest) + (number % 9) * CABLE_MM
        yield CableItem(lead.psu, lead.to, ((card.box.right, y), (x, y), (x, low), (psu.right, low)), text, level, tip)
