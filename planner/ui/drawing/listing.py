"""The drawing in words: a table of slots and cards, and a description for those who cannot see it."""

from planner.evaluate import Report
from planner.ui.drawing import words
from planner.ui.drawing.items import CardItem, Drawing, SlotItem

HEADS = ("Row", "Slot", "Lanes", "Card", "Size", "Air below", "Power lead")


def table(drawing: Drawing) -> tuple[tuple[str, ...], ...]:
    """One line a slot, then M.2 connectors, then cards that are not in a slot of the board."""
    seated = {card.slot: card for card in drawing.cards if card.place in ("slot", "unknown row")}
    hung = [card for card in drawing.cards if card.place not in ("slot", "unknown row")]
    lines = [_slot_line(drawing, slot, seated.get(slot.connector)) for slot in drawing.slots]
    for port in drawing.ports:
        name, _, rest = port.text.partition(" · ")
        lines.append(("", name, rest, "", "", "", ""))
    for card in hung:
        where = f"bay {card.bay}" if card.bay else card.place
        lines.append((where, card.slot or "", card.badge, card.title, card.facts, "", _lead(drawing, card.key)))
    return tuple(lines)


def cards(drawing: Drawing) -> tuple[str | None, ...]:
    """The card of each line of the table; None where there is none."""
    seated = {card.slot: card.key for card in drawing.cards if card.place in ("slot", "unknown row")}
    hung = [card.key for card in drawing.cards if card.place not in ("slot", "unknown row")]
    return (*(seated.get(slot.connector) for slot in drawing.slots), *(None for _ in drawing.ports), *hung)


def _slot_line(drawing: Drawing, slot: SlotItem, card: CardItem | None) -> tuple[str, ...]:
    row = str(slot.row) if slot.row else "not known"
    if card is None:
        return row, slot.connector, slot.text.partition(" · ")[2], "empty", "", "", ""
    air = "; ".join(gap.text for gap in drawing.gaps if gap.gpu == card.key)
    return row, slot.connector, card.badge, card.title, card.facts, air, _lead(drawing, card.key)


def _lead(drawing: Drawing, key: str) -> str:
    return ", ".join(dict.fromkeys(cable.text for cable in drawing.cables if cable.to == key))


def describe(report: Report, drawing: Drawing) -> str:
    """Board, cards with slot, lanes and gap, empty slots, connectors and supplies, in sentences."""
    said = [f"{drawing.board_text}. {drawing.case_text}."]
    for card in drawing.cards:
        place = f"in {card.slot}" if card.slot else "not in a slot"
        row = f", row {card.row}" if card.row else ""
        lead = _lead(drawing, card.key)
        facts = words.join(card.badge, card.facts, f"power: {lead}" if lead else "")
        said.append(f"{card.title} {place}{row}: {facts}.")
    said += [f"{gap.tip}." for gap in drawing.gaps]
    said += [f"Slot {slot.text}." for slot in drawing.slots if slot.occupied_by is None]
    said += [f"{port.text}." for port in drawing.ports]
    said += [f"{zone.text}." for zone in drawing.zones]
    for supply in drawing.supplies:
        said.append(f"{supply.title}: {', '.join(text for text, _ in supply.lines)}.")
    if report.rig.missing:
        said.append(f"Not in the catalog: {', '.join(report.rig.missing)}.")
    return "\n".join(said)
