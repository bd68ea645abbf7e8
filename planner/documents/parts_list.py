"""The shopping list: what to buy, how many, at what price."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from planner.documents.text_layout import paragraph, table, title
from planner.domain.parts import Part
from planner.domain.rig import Rig
from planner.domain.units import show_money
from planner.evaluate import Report

CSV_NOTE = "Cells that begin with = + - or @ are preceded by ' so that a spreadsheet does not run them"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; `cents` is for one piece, None where no price in the build's currency is known."""

    kind: str
    part: Part
    count: int
    cents: int | None
    price_note: str

    @property
    def sum_cents(self) -> int | None:
        return self.cents * self.count if self.cents is not None else None


def rows(report: Report) -> tuple[Row, ...]:
    """In the order people buy, equal parts in one line."""
    currency = report.facts.cost.currency
    counts: dict[str, list[tuple[str, Part, int]]] = {}
    for kind, part, count in _parts(report.rig):
        counts.setdefault(part.id, []).append((kind, part, count))
    return tuple(_row(same[0][0], same[0][1], sum(n for _, _, n in same), currency) for same in counts.values())


def _parts(rig: Rig) -> Iterator[tuple[str, Part, int]]:
    yield from (("Card", card.card, 1) for card in rig.cards)
    yield from (
        (kind, part, 1) for kind, part in (("Board", rig.board), ("CPU", rig.cpu), ("Cooler", rig.cooler)) if part
    )
    if rig.memory:
        yield "Memory", rig.memory.kit, rig.memory.kits
    yield from (("Power supply", psu.psu, 1) for psu in rig.psus)
    if rig.case:
        yield "Case", rig.case, 1
    yield from (("Drive", drive.drive, 1) for drive in rig.drives)
    yield from (("Riser", card.riser, 1) for card in rig.cards if card.riser)
    yield from (("Bridge", bridge, 1) for bridge in rig.bridges)


def _row(kind: str, part: Part, count: int, currency: str) -> Row:
    price = part.price if part.price and part.price.currency == currency else None
    note = f"{price.kind}, {price.on.isoformat()}, {price.source}" if price else ""
    return Row(kind, part, count, price.cents if price else None, note)


def total_cents(listed: tuple[Row, ...]) -> int:
    return sum(row.sum_cents or 0 for row in listed)


def parts_list_text(report: Report) -> str:
    listed, currency = rows(report), report.facts.cost.currency
    lines = [
        (str(row.count), row.kind, row.part.title, _money(row.cents, currency), _money(row.sum_cents, currency))
        for row in listed
    ]
    without = [row.part.title for row in listed if row.cents is None]
    text = [
        *title(f"Parts of {report.build.name}"),
        "",
        *table(("", "", "Part", "Each", "Sum"), lines, right="rllrr"),
        "",
        *paragraph(f"Together {show_money(total_cents(listed), currency)}.", "  ", "  "),
    ]
    if without:
        text += paragraph(f"No price is known for {', '.join(without)}: the sum leaves them out.", "  ", "  ")
    if report.rig.missing:
        text += paragraph(f"Not in the catalog: {', '.join(report.rig.missing)}.", "  ", "  ")
    return "\n".join(text)


def parts_list_csv(report: Report) -> str:
    """All cells quoted; texts that a spreadsheet would take for a formula are made harmless."""
    listed, currency = rows(report), report.facts.cost.currency
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(("count", "kind", "part", "id", f"each {currency}", f"sum {currency}", "price from", CSV_NOTE))
    for row in listed:
        cells = (
            str(row.count),
            row.kind,
            row.part.title,
            row.part.id,
            _plain(row.cents),
            _plain(row.sum_cents),
            row.price_note,
        )
        writer.writerow(tuple(harmless(cell) for cell in cells))
    return out.getvalue()


def harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _money(cents: int | None, currency: str) -> str:
    return "not known" if cents is None else show_money(cents, currency)


def _plain(cents: int | None) -> str:
    return "" if cents is None else f"{cents / 100:.2f}"
