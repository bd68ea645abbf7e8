"""Paints cards, the air between them, their length against the case, and the bays of a frame."""

from PySide6.QtCore import QPointF, QRectF, Qt

from planner.ui.drawing.ink import DASHED, DOTTED, LEFT, PILL_SIDES, RIGHT, SOLID, Ink, level_colour
from planner.ui.drawing.items import Box, CardItem, Drawing, GapItem, Level
from planner.ui.drawing.words import gpu


def paint_cards(ink: Ink, drawing: Drawing, selection: tuple[str, ...]) -> None:
    for card in drawing.cards:
        _card(ink, card, card.key in selection)
    for zone in drawing.zones:
        if zone.kind == "over":
            _over(ink, ink.rect(zone.box), zone.text)
    for card in drawing.cards:
        lies_on = next((gap for gap in drawing.gaps if gap.overlap and gap.neighbour == card.key), None)
        _words(ink, card, _in_sight(ink, drawing, card), _beside_facts(ink, drawing, card), lies_on)
        _covered(ink, drawing, card, _in_sight(ink, drawing, card))
    for bridge in drawing.bridges:
        top, low = ink.at(bridge.x, bridge.y1), ink.at(bridge.x, bridge.y2)
        ink.line((top, low), ink.palette.accent, 5)
        spot = QRectF(top.x() - 60, top.y() - 8, 52, 16)
        ink.text(spot, bridge.text, ink.small, ink.palette.accent, RIGHT)


def _card(ink: Ink, card: CardItem, picked: bool) -> None:
    p, rect = ink.palette, ink.rect(card.box)
    edge = level_colour(p, card.level) if card.level >= Level.WARN else p.card_line
    if picked:
        ink.box(rect.adjusted(-3, -3, 3, 3), None, p.accent, width=2, radius=6)
    known = card.thickness_known and card.length_known
    ink.box(
        rect,
        p.card_fill,
        edge,
        width=1.5 if card.level >= Level.WARN else 1,
        radius=4,
        style=SOLID if known else DASHED,
    )
    if card.place != "unplaced":
        foot = min(card.bracket_mm, card.box.h)
        ink.line((ink.at(card.box.x, card.box.y + 1), ink.at(card.box.x, card.box.y + foot - 1)), edge, 3)


def _in_sight(ink: Ink, drawing: Drawing, card: CardItem) -> QRectF:
    """The part of a card that no other one lies on."""
    rect = ink.rect(card.box)
    over = (gap.neighbour for gap in drawing.gaps if gap.overlap and gap.gpu == card.key)
    tops = [ink.rect(other.box).top() for key in over if (other := drawing.card(key or ""))]
    rect.setBottom(min([rect.bottom(), *tops]))
    return rect


def _words(ink: Ink, card: CardItem, rect: QRectF, gap: GapItem | None, lies_on: GapItem | None) -> None:
    """Title and badge on the first line, facts on the second; all on one where the card is thin. `gap` is written
    beside the facts, an overlap (`lies_on`) beside the badge."""
    p, high = ink.palette, ink.line_height(ink.bold)
    thin = rect.height() < high + ink.line_height(ink.normal) + 4
    top = rect.center().y() - high / 2 if thin else rect.top() + min(5, (rect.height() - 2 * high) / 3)
    line = QRectF(rect.left() + 11, top, rect.width() - 20, high)
    if card.badge:
        least = ink.width(gpu(card.key), ink.bold) + 26 + PILL_SIDES
        badge = ink.fitting((card.badge, card.badge.split(" · ")[0]), rect.width() - least, ink.small)
        line.setRight(_badge(ink, card, badge, QPointF(rect.right() - 7, line.center().y())).left() - 8)
    if lies_on:
        said = ink.text(line, f"{lies_on.short} with {gpu(lies_on.gpu)}", ink.small, p.error, RIGHT, halo=p.panel)
        line.setRight(said.left() - 10)
    name = ink.fitting((card.title, *card.shorter, gpu(card.key)), line.width(), ink.bold)
    title = ink.text(line, name, ink.bold, p.text, cut=Qt.TextElideMode.ElideRight)
    facts = QRectF(line.left(), line.bottom() + 1, rect.width() - 20, ink.line_height(ink.normal))
    if thin:
        facts = QRectF(title.right() + 10, line.top(), line.right() - title.right() - 10, high)
        if facts.width() < 70:
            return
    if gap:
        facts.setRight(rect.right() - 8)
        said = ink.text(facts, gap.short, ink.small, level_colour(p, gap.level), RIGHT)
        facts.setRight(said.left() - 8)
    ink.text(facts, ink.fitting((card.facts, card.facts_short), facts.width(), ink.normal), ink.normal, p.muted)


def _words_end(ink: Ink) -> float:
    """Pixels a card's two lines take."""
    return 2 * ink.line_height(ink.bold) + 6


def _beside_facts(ink: Ink, drawing: Drawing, card: CardItem) -> GapItem | None:
    """The gap below a card that has room for its label neither in the gap nor below the words."""
    high, rect = ink.line_height(ink.small), ink.rect(card.box)
    if not rect.height() >= _words_end(ink) - 2 or rect.height() >= _words_end(ink) + high:
        return None
    narrow = (gap for gap in drawing.gaps if gap.gpu == card.key and not gap.overlap)
    return next((gap for gap in narrow if ink.rect(gap.box).height() < high + 1), None)


def _badge(ink: Ink, card: CardItem, text: str, right: QPointF) -> QRectF:
    p = ink.palette
    fill = {Level.WARN: p.warning, Level.BAD: p.error}.get(card.badge_level)
    if fill:
        return ink.pill(right, text, ink.small, fill=fill, colour=p.badge_text)
    colour = p.ok if card.badge_level == Level.OK else p.muted
    return ink.pill(right, text, ink.small, fill=p.panel, colour=colour, line=colour)


def _covered(ink: Ink, drawing: Drawing, card: CardItem, rect: QRectF) -> None:
    """Slots that lie under a card, seen through it where its words leave room."""
    p, high = ink.palette, ink.line_height(ink.small)
    free = rect.top() + ink.line_height(ink.bold) + ink.line_height(ink.normal) + 8
    for slot in drawing.slots:
        glyph = ink.rect(slot.glyph)
        if slot.covered_by != card.key or glyph.center().y() - high / 2 < free or glyph.bottom() > rect.bottom() - 1:
            continue
        ink.box(glyph, None, p.card_line, radius=1, style=DOTTED)
        spot = QRectF(glyph.right() + 7, glyph.center().y() - high / 2, rect.width() * 0.5 - 20, high)
        ink.text(spot, f"{slot.connector} covered", ink.small, p.muted)


def _over(ink: Ink, rect: QRectF, text: str) -> None:
    p = ink.palette
    ink.hatch(rect, p.error, 0.4)
    ink.box(rect, None, p.error, width=1.5)
    high = ink.line_height(ink.small)
    spot = QRectF(rect.right() - max(rect.width(), ink.width(text, ink.small) + 8), rect.bottom() - high - 3, 0, high)
    spot.setRight(rect.right() - 4)
    ink.text(spot, text, ink.small, p.error, RIGHT, halo=p.panel)


def paint_gaps(ink: Ink, drawing: Drawing) -> None:
    for gap in drawing.gaps:
        card = drawing.card(gap.gpu)
        if card:
            _gap(ink, gap, card, drawing)


def _gap(ink: Ink, gap: GapItem, card: CardItem, drawing: Drawing) -> None:
    p, rect, colour = ink.palette, ink.rect(gap.box), level_colour(ink.palette, gap.level)
    if gap.overlap:
        ink.hatch(rect, p.error, 0.3)
        ink.box(rect, None, p.error, radius=0)
        return
    above = ink.rect(card.box)
    ink.line(
        (QPointF(above.left() + 8, above.bottom() - 1.5), QPointF(rect.right() - 4, above.bottom() - 1.5)), colour, 2
    )
    x, high = rect.right() - 14, ink.line_height(ink.small)
    _span(ink, x, rect.top(), rect.bottom(), colour)
    label = QRectF(rect.left() + 10, 0, x - 8 - rect.left() - 10, high)
    if rect.height() >= high + 1:
        label.moveTop(rect.center().y() - high / 2)
        ink.text(label, gap.text, ink.small, colour, RIGHT, halo=None)
        return
    if above.height() >= _words_end(ink) + high:
        label.moveTop(above.bottom() - high - 5)
        ink.text(label, gap.text, ink.small, colour, RIGHT)
        return
    if _beside_facts(ink, drawing, card) is gap:
        return
    room = ink.rect(drawing.case).right() - above.right()
    text = gap.text if room > ink.width(gap.text, ink.small) + 60 else gap.short
    ink.text(
        QRectF(above.right() + 6, rect.center().y() - high / 2, room - 8, high),
        text,
        ink.small,
        colour,
        LEFT,
        halo=p.window,
    )


def _span(ink: Ink, x: float, top: float, bottom: float, colour: str) -> None:
    """A measure along y: two bars and a line between them, with arrows where there is room."""
    ink.line((QPointF(x - 5, top), QPointF(x + 5, top)), colour, 1.2)
    ink.line((QPointF(x - 5, bottom), QPointF(x + 5, bottom)), colour, 1.2)
    ink.line((QPointF(x, top), QPointF(x, bottom)), colour, 1.2)


def paint_lengths(ink: Ink, drawing: Drawing) -> None:
    for item in drawing.lengths:
        colour = level_colour(ink.palette, item.level) if item.level >= Level.WARN else ink.palette.muted
        left, right = ink.at(item.x1, item.y), ink.at(item.x2, item.y)
        if right.x() - left.x() < 4:
            continue
        ink.line((left, right), colour, 1)
        for end in (left, right):
            ink.line((QPointF(end.x(), end.y() - 3), QPointF(end.x(), end.y() + 3)), colour, 1)
        high = ink.line_height(ink.small)
        if ink.width(item.text, ink.small) + 8 < right.x() - left.x():
            spot = QRectF(left.x() + 2, left.y() + 2, right.x() - left.x() - 4, high)
            ink.text(spot, item.text, ink.small, colour, RIGHT, halo=ink.palette.window)


def paint_bays(ink: Ink, drawing: Drawing) -> None:
    p = ink.palette
    for bay in drawing.bays:
        rect = ink.rect(bay.box)
        ink.box(rect, None, p.line, style=DASHED if bay.taken_by is None else SOLID)
        if bay.taken_by is None:
            ink.text(rect.adjusted(10, 0, -10, 0), f"Bay {bay.number} · free", ink.small, p.muted)


def paint_ghost(ink: Ink, drawing: Drawing, key: str, x: float, y: float) -> None:
    """The card in the hand: its top edge hangs at the pointer."""
    card = drawing.card(key)
    if card is None:
        return
    p = ink.palette
    with ink.faded(0.85):
        rect = ink.rect(Box(x - 30, y - 6, min(card.box.w, 200), min(card.box.h, 42)))
        ink.box(rect, p.card_fill, p.accent, width=2, radius=4)
        ink.text(rect.adjusted(10, 0, -8, 0), card.title, ink.bold, p.text)
