"""Paints supplies, the cables to the cards, and the risers of a frame."""

from PySide6.QtCore import QRectF

from planner.ui.drawing.ink import DASHED, DOTTED, SOLID, Ink, level_colour
from planner.ui.drawing.items import CableItem, Drawing, Level


def paint_supplies(ink: Ink, drawing: Drawing, selection: tuple[str, ...]) -> None:
    p = ink.palette
    for supply in drawing.supplies:
        rect, picked = ink.rect(supply.box), supply.key in selection
        edge = level_colour(p, supply.level) if supply.level >= Level.WARN else p.case_line
        if picked:
            ink.box(rect.adjusted(-3, -3, 3, 3), None, p.accent, width=2, radius=6)
        ink.box(rect, p.panel, edge, width=1.5 if supply.level >= Level.WARN else 1, radius=4)
        high = ink.line_height(ink.small)
        line = QRectF(rect.left() + 9, rect.top() + 4, rect.width() - 16, ink.line_height(ink.bold))
        ink.text(line, ink.fitting((supply.title, *supply.shorter), line.width(), ink.bold), ink.bold, p.text)
        worst_first = sorted(supply.lines, key=lambda said: -said[1]) if len(supply.lines) > 2 else supply.lines
        for text, level in worst_first:
            line = QRectF(line.left(), line.bottom() + 1, line.width(), high)
            if line.bottom() > rect.bottom():
                break
            ink.text(line, text, ink.small, level_colour(p, level) if level >= Level.WARN else p.muted)
    if not drawing.supplies:
        rect = ink.rect(drawing.case)
        spot = QRectF(rect.left() + 10, rect.bottom() - 20, rect.width() / 2, 16)
        ink.text(spot, "No power supply yet", ink.small, p.muted)


def paint_cables(ink: Ink, drawing: Drawing) -> None:
    for cable in drawing.cables:
        points = [ink.at(x, y) for x, y in cable.points]
        style = {Level.BAD: DASHED, Level.UNKNOWN: DOTTED}.get(cable.level, SOLID)
        ink.line(points, level_colour(ink.palette, cable.level), 1.6, style)
        plug = QRectF(points[0].x() - 3, points[0].y() - 2.5, 6, 5)
        ink.box(plug, ink.palette.panel, level_colour(ink.palette, cable.level), radius=1)
    _labels(ink, drawing)


def _labels(ink: Ink, drawing: Drawing) -> None:
    """One label a card beside the cables, where there is room; the supply's box says what is short in any case."""
    p, high = ink.palette, ink.line_height(ink.small)
    outer = max((x for cable in drawing.cables for x, _ in cable.points), default=0) + 3
    inner = min([fan.box.x for fan in drawing.fans], default=drawing.case.right - 2)
    left, right = ink.at(outer, 0).x(), ink.at(inner, 0).x()
    by_card: dict[str, list[CableItem]] = {}
    for cable in drawing.cables:
        by_card.setdefault(cable.to, []).append(cable)
    for cables in by_card.values():
        worst = max(cables, key=lambda cable: cable.level)
        said = list(dict.fromkeys(cable.text for cable in cables))
        colour = level_colour(p, worst.level) if worst.level >= Level.WARN else p.muted
        y = ink.at(0, cables[0].points[0][1]).y() - high / 2
        lines = _folded(ink, said, right - left - 2)
        if any(ink.width(text, ink.small) > right - left - 2 for text in lines):
            continue
        for text in lines:
            ink.text(QRectF(left, y, right - left - 2, high), text, ink.small, colour)
            y += high


def _folded(ink: Ink, texts: list[str], width: float) -> list[str]:
    """Lines of whole words that fit the width."""
    lines: list[str] = []
    for word in ", ".join(texts).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and ink.width(longer, ink.small) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def paint_risers(ink: Ink, drawing: Drawing) -> None:
    for riser in drawing.risers:
        ink.line([ink.at(x, y) for x, y in riser.points], ink.palette.card_line, 2.2)
