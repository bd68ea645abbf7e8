"""Cards, bays, gaps and bridges of the drawing."""

from collections.abc import Iterator, Mapping

from planner.domain.rig import RigCard
from planner.domain.units import SLOT_PITCH_MM as PITCH
from planner.evaluate import Report
from planner.ui.drawing import words
from planner.ui.drawing.frame import BOARD_X, NO_LENGTH_MM, TOP, Frame, off_board, place_of, thickness, unknown_lines
from planner.ui.drawing.items import BayItem, Box, BridgeItem, CardItem, GapItem, RiserItem


def bays(frame: Frame) -> Iterator[BayItem]:
    """Places of a frame, each at least as high as its card; then cards on risers whose place is not decided."""
    if not frame.framed:
        return
    case = frame.rig.case
    off = [card for card in frame.rig.cards if off_board(card)]
    by_bay = {card.bay: card for card in off if card.bay is not None}
    count = max([case.gpu_bays or 0 if case else 0, *(bay for bay in by_bay if bay), len(off)])
    undecided = [card for card in off if card.bay is None or by_bay[card.bay] is not card]
    free = [number for number in range(1, count + 1) if number not in by_bay]
    seats = by_bay | dict(zip(free, undecided, strict=False))
    x, y = BOARD_X + frame.board_w + 46, TOP
    width = max([300.0, *((card.card.length_mm or NO_LENGTH_MM) + 6 for card in off)])
    for number in range(1, max(count, max(seats, default=0)) + 1):
        card = seats.get(number)
        pitch = max((case.bay_pitch_mm if case else None) or 0, (thickness(card) + 6) if card else 30)
        yield BayItem(number, Box(x, y, width, pitch - 2), card.key if card else None)
        y += pitch


def card_item(report: Report, card: RigCard, place: str, box: Box) -> CardItem:
    lanes, space = report.facts.lanes, report.facts.space
    spot = space.card(card.key) if space else None
    link = lanes.link(card.key) if lanes else None
    text, level = words.badge(link, card, bool(lanes and card.key in lanes.dead))
    where = {
        "slot": f"in {card.slot_name}, row {card.slot.row if card.slot else ''}",
        "unknown row": f"in {card.slot_name}, row not known",
        "bay": f"in bay {card.bay} on a riser from {card.slot_name or 'a slot not chosen yet'}",
        "riser": f"on a riser from {card.slot_name or 'a slot not chosen yet'}, place not decided",
        "unplaced": _why_loose(card),
    }[place]
    return CardItem(
        key=card.key,
        box=box,
        title=card.label,
        shorter=words.shorter_names(card),
        facts=words.card_facts(report, card) if place != "unplaced" else where,
        facts_short=words.short_facts(report, card) if place != "unplaced" else where,
        badge=text,
        badge_level=level,
        level=words.worst(report, card.key),
        place=place,
        slot=card.slot_name,
        row=card.slot.row if card.slot and place == "slot" else None,
        bay=card.bay,
        tip=words.card_tip(report, card, where),
        thickness_known=bool(card.card.thickness_mm or card.card.slots_occupied or (spot and spot.thickness_mm)),
        length_known=card.card.length_mm is not None,
        bracket_mm=(card.card.bracket_slots or round(card.card.slots_occupied or 2)) * PITCH,
    )


def _why_loose(card: RigCard) -> str:
    if card.slot_name is None:
        return "not in a slot yet"
    return f"{card.slot_name} is taken" if card.slot else f"{card.slot_name} is not on this board"


def placed_cards(report: Report, frame: Frame) -> Iterator[CardItem]:
    """Cards on the board and in bays; those without a place follow once the supply's room is known."""
    lines = dict(unknown_lines(frame))
    seats = {bay.taken_by: bay.box for bay in bays(frame)}
    for card in frame.rig.cards:
        place = place_of(card, frame.doubled)
        length, thick = card.card.length_mm or NO_LENGTH_MM, thickness(card)
        if place in ("bay", "riser"):
            seat = seats[card.key]
            yield card_item(report, card, place, Box(seat.x + 3, seat.middle - thick / 2, length, thick))
        elif place == "slot" and card.slot and card.slot.row:
            yield card_item(report, card, place, Box(0, frame.row_y(card.slot.row), length, thick))
        elif place == "unknown row" and card.slot:
            yield card_item(report, card, place, Box(0, lines[card.slot.id] + 3, length, thick))


def air(report: Report, cards: tuple[CardItem, ...]) -> Iterator[GapItem]:
    space = report.facts.space
    by_key = {card.key: card for card in cards}
    for gap in (*(space.gaps if space else ()), *(space.collisions if space else ())):
        card = by_key.get(gap.gpu)
        if card is None:
            continue
        other = by_key.get(gap.neighbour or "")
        right = min(card.box.right, other.box.right) if other else card.box.right
        low = min(card.box.bottom, card.box.bottom + gap.gap_mm)
        text, short, level = words.gap_label(gap)
        air_box = Box(card.box.x, low, right - card.box.x, abs(gap.gap_mm))
        overlap = gap.gap_mm <= -words.TOUCH_MM
        yield GapItem(gap.gpu, gap.neighbour, air_box, text, short, level, words.gap_words(gap), overlap)


def bridges(report: Report, cards: tuple[CardItem, ...]) -> Iterator[BridgeItem]:
    lanes = report.facts.lanes
    by_key = {card.key: card for card in cards}
    for pair in lanes.pairs if lanes else ():
        a, b = by_key.get(pair.a), by_key.get(pair.b)
        if pair.kind == "nvlink" and a and b:
            upper, lower = sorted((a, b), key=lambda card: card.box.y)
            x = min(a.box.right, b.box.right) - 52
            yield BridgeItem(a.key, b.key, x, upper.box.middle, lower.box.middle, "NVLink")


def risers(cards: tuple[CardItem, ...], starts: Mapping[str, Box], frame: Frame) -> Iterator[RiserItem]:
    """From the slot, or the M.2 connector, that the riser hangs on."""
    index = 0
    for card in cards:
        start_box = starts.get(card.slot or "")
        if card.place not in ("bay", "riser") or start_box is None:
            continue
        x = BOARD_X + frame.board_w + 10 + index * 4.0
        index += 1
        start, end = (start_box.right, start_box.middle), (card.box.x, card.box.middle)
        yield RiserItem(
            card.key, (start, (x, start[1]), (x, end[1]), end), f"riser from {card.slot} to {words.gpu(card.key)}"
        )
