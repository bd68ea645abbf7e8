"""The slot map as SVG text, for pages that no Qt has drawn: rows to scale from the CPU down, cards with their thickness
and length."""

from collections.abc import Iterator
from html import escape

from planner.analysis.space import CardSpace
from planner.documents.words import short_name
from planner.domain.units import SLOT_PITCH_MM, show_link, show_mm
from planner.evaluate import Report

SCALE = 2.0
"""Drawing units per millimetre."""
NAMES, LETTER = 22, 10.6
"""Where slot names begin, and the width of a wide letter at this size."""
WIDE_MM = 350
CARD_START = 8
SLOT_MM = 89
"""Length of an x16 slot."""
INK, MUTED = "#1d2530", "#5c6674"


def slot_map_svg(report: Report) -> str:
    """Nothing where no board is chosen or no row of a slot is known."""
    lanes, space, board = report.facts.lanes, report.facts.space, report.rig.board
    if lanes is None or space is None or board is None:
        return ""
    rows = {slot.id: slot.row for slot in board.slots if slot.row is not None}
    if not rows:
        return ""
    cards = [card for card in space.cards if card.row is not None and not card.on_riser]
    high = max((_bottom(card) for card in cards), default=0.0)
    height = max(max(rows.values()) * SLOT_PITCH_MM, high) * SCALE + 24
    left = NAMES + LETTER * max(map(len, rows)) + 12
    width = left + CARD_START + WIDE_MM * SCALE + 4
    parts = [*_slots(report, rows, left), *(line for card in cards for line in _card(report, card, left))]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        'aria-label="Slots and cards from the side" font-family="Inter, sans-serif" font-size="17">'
        f"{''.join(parts)}</svg>"
    )


def _top(row: int) -> float:
    return (row - 1) * SLOT_PITCH_MM


def _bottom(card: CardSpace) -> float:
    return _top(card.row or 1) + (card.thickness_mm or SLOT_PITCH_MM)


def _slots(report: Report, rows: dict[str, int], left: float) -> Iterator[str]:
    lanes = report.facts.lanes
    for name, row in rows.items():
        state = next((c for c in lanes.connectors if c.connector == name), None) if lanes else None
        y = _top(row) * SCALE + 12
        link = show_link(state.gen, state.width) if state and state.gen and state.width else "empty"
        yield _text(0, y + 14, str(row), MUTED)
        yield _text(NAMES, y + 14, name, INK)
        yield _box(left, y, SLOT_MM * SCALE, 14, fill="#d5ded7", line="#a9baae")
        tenant = state.occupied_by if state else None
        found = report.rig.card(tenant or "")
        if tenant is None:
            yield _text(left + SLOT_MM * SCALE + 10, y + 14, link, MUTED)
        elif found is None or found.riser is not None:
            words = f"{short_name(tenant)}{' on a riser' if found else ''} · {link}"
            yield _text(left + SLOT_MM * SCALE + 10, y + 14, words, INK)


def _card(report: Report, card: CardSpace, left: float) -> Iterator[str]:
    high, long = (card.thickness_mm or SLOT_PITCH_MM) * SCALE, min(card.length_mm or 250.0, WIDE_MM) * SCALE
    x, y = left + CARD_START, _top(card.row or 1) * SCALE + 12
    link = report.facts.lanes.link(card.gpu) if report.facts.lanes else None
    found = report.rig.card(card.gpu)
    words = (short_name(card.gpu), found.card.name if found else "", show_link(link.gen, link.width) if link else "")
    middle = y + high / 2 + 6
    yield _box(x, y, long, high, fill="#dfe7f5", line="#7d9fd6")
    yield _text(x + 14, middle, " · ".join(filter(None, words)), INK)
    if card.thickness_mm is not None:
        yield _text(x + long - 14, middle, show_mm(card.thickness_mm), MUTED, "end")


def _text(x: float, y: float, text: str, colour: str, anchor: str = "start") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}" text-anchor="{anchor}">{escape(text)}</text>'


def _box(x: float, y: float, width: float, height: float, *, fill: str, line: str) -> str:
    return (
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" rx="3" '
        f'fill="{fill}" stroke="{line}"/>'
    )
