"""What does not add up in a catalog, as sentences with the record and the field."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from planner.catalog.store import KINDS, Catalog
from planner.domain.base import Confidence
from planner.domain.parts import Board, Card, LaneGroup
from planner.domain.units import SLOT_PITCH_MM

STALE_PRICE = timedelta(days=550)
PLUG_W = {"pcie_6pin": 75, "pcie_8pin": 150, "12vhpwr": 600, "12v_2x6": 600, "eps_8pin": 300, "nvidia_12pin": 450}
SLOT_W = 75
MOST_ROUNDING_SLOTS = 0.75
"""Makers round the slot count up to the bracket's."""


def problems(catalog: Catalog, today: date | None = None) -> Iterator[str]:
    """Every check over every record; nothing when the catalog is sound."""
    yield from _evidence(catalog)
    yield from _names(catalog)
    for card in catalog.cards.values():
        yield from _card(card, catalog)
    for board in catalog.boards.values():
        yield from _board(board)
    for bridge in catalog.bridges.values():
        for chip_id in bridge.chips:
            if chip_id not in catalog.chips:
                yield f"{bridge.id}, chips: {chip_id} is not a chip of the catalog"
    for size in catalog.file_sizes:
        if size.model not in catalog.models:
            yield f"file sizes, {size.model}: is not a model of the catalog"
    for row in catalog.measurements:
        if row.chip is not None and row.chip not in catalog.chips:
            yield f"measurement {row.id}, chip: {row.chip} is not a chip of the catalog"
    yield from _prices(catalog, today or date.today())


def _every(catalog: Catalog) -> Iterator[tuple[str, Any]]:
    for kind in KINDS:
        for record in getattr(catalog, kind).values():
            yield kind, record


def _evidence(catalog: Catalog) -> Iterator[str]:
    for kind, record in _every(catalog):
        sure = record.evidence.confidence
        if not record.evidence.sources and sure > Confidence.MEMORY:
            yield f"{kind}/{record.id}, evidence.sources: no source for a record of {sure.word} confidence"
        for field in record.evidence.fields:
            if field.split(".")[0].split("[")[0] not in type(record).model_fields:
                yield f"{kind}/{record.id}, evidence.fields: {field} is not a field of it"


def _names(catalog: Catalog) -> Iterator[str]:
    """Two records that say the same name are one part entered twice."""
    for kind in KINDS:
        seen: dict[tuple[str, str], str] = {}
        for record in getattr(catalog, kind).values():
            name = (getattr(record, "vendor", "").lower(), record.name.lower())
            if name in seen:
                yield f"{kind}/{record.id}, name: the same as {seen[name]}"
            seen[name] = record.id


def _card(card: Card, catalog: Catalog) -> Iterator[str]:
    if card.chip not in catalog.chips:
        yield f"cards/{card.id}, chip: {card.chip} is not a chip of the catalog"
    thick, slots = card.thickness_mm, card.slots_occupied
    if thick and slots and abs(thick / SLOT_PITCH_MM - slots) > MOST_ROUNDING_SLOTS:
        yield f"cards/{card.id}, thickness_mm: {thick} mm does not go with {slots} slots"
    granted = SLOT_W + sum(PLUG_W[plug] * count for plug, count in card.plugs.items())
    if card.plugs_known and card.tgp_w > granted:
        yield f"cards/{card.id}, plugs: {card.tgp_w} W cannot come over plugs that grant {granted} W"


def _board(board: Board) -> Iterator[str]:
    names = [c.id for c in board.connectors]
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield f"boards/{board.id}, connectors: {name} is there twice"
    roots = {root.id for root in board.roots}
    for c in board.connectors:
        if c.root is not None and c.root not in roots:
            yield f"boards/{board.id}, connectors.{c.id}.root: {c.root} is not a root of the board"
        if c.kind == "slot" and c.lanes and c.mechanical and c.lanes > c.mechanical:
            yield f"boards/{board.id}, connectors.{c.id}.lanes: {c.lanes} lanes in a x{c.mechanical} slot"
    rows = [c.row for c in board.slots if c.row is not None]
    for row in sorted({r for r in rows if rows.count(r) > 1}):
        yield f"boards/{board.id}, connectors: row {row} holds two slots"
    for root in board.roots:
        if root.uplink and root.uplink.parent not in roots:
            yield f"boards/{board.id}, roots.{root.id}.uplink: {root.uplink.parent} is not a root of the board"
    for group in board.lane_groups:
        yield from _group(board, group, set(names), roots)


def _group(board: Board, group: LaneGroup, names: set[str], roots: set[str]) -> Iterator[str]:
    where = f"boards/{board.id}, lane_groups.{group.id}"
    if group.root not in roots:
        yield f"{where}.root: {group.root} is not a root of the board"
    for name in group.members:
        if name not in names:
            yield f"{where}.modes: {name} is not a connector of the board"
    for n, mode in enumerate(group.modes, start=1):
        if sum(mode.widths.values()) > group.lanes:
            yield f"{where}.modes: mode {n} hands out {sum(mode.widths.values())} lanes of {group.lanes}"
    if not 0 <= group.default < len(group.modes):
        yield f"{where}.default: there is no mode {group.default}"


def _prices(catalog: Catalog, today: date) -> Iterator[str]:
    for kind, record in _every(catalog):
        price = getattr(record, "price", None)
        if price and price.kind == "street" and today - price.on > STALE_PRICE:
            yield f"{kind}/{record.id}, price: the street price is from {price.on}, more than 18 months old"


def counts(catalog: Catalog) -> dict[str, int]:
    """Records by kind, and how many boards have the row of every slot known."""
    found = {"gpus" if kind == "chips" else kind: len(getattr(catalog, kind)) for kind in KINDS}
    found["storage"] = found.pop("drives")
    found["boards_all_rows"] = sum(all(s.row is not None for s in b.slots) for b in catalog.boards.values() if b.slots)
    found["measurements"] = len(catalog.measurements)
    return found
