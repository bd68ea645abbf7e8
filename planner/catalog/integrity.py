"""What does not add up in a catalog, as sentences with the record and the field.

`problems` are wrong, `remarks` are worth a look: unusual, and possibly right all the same.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from planner.catalog import examples
from planner.catalog.board_checks import board_problems, board_remarks, lanes_beyond_sockets
from planner.catalog.part_checks import card_problems, part_problems, part_remarks
from planner.catalog.resolve import resolve
from planner.catalog.search import words
from planner.catalog.store import KINDS, Catalog
from planner.domain.base import Confidence
from planner.domain.build import Build

STALE_PRICE = timedelta(days=550)
FORMATS = frozenset(("gguf", "exl2", "exl3", "awq", "gptq", "int8", "fp8", "nvfp4", "mxfp4", "nf4", "bf16"))
"""Families of quantisations that estimates can be made for."""


def problems(catalog: Catalog, today: date | None = None, builds: Mapping[str, Build] | None = None) -> Iterator[str]:
    """Every check over every record and every build (the shipped examples, if none are given); nothing when all is
    sound."""
    now = today or date.today()
    yield from _evidence(catalog, now)
    yield from _names(catalog)
    for kind, record in _every(catalog):
        yield from (f"{kind}/{record.id}, {text}" for text in part_problems(record))
    for card in catalog.cards.values():
        yield from (f"cards/{card.id}, {text}" for text in card_problems(card, catalog))
    for board in catalog.boards.values():
        yield from (f"boards/{board.id}, {text}" for text in board_problems(board))
        yield from (f"boards/{board.id}, {text}" for text in lanes_beyond_sockets(board, catalog))
    yield from _references(catalog)
    yield from _tables(catalog)
    yield from _prices(catalog, now)
    for name, build in (shipped_builds() if builds is None else builds).items():
        yield from (f"example {name}, {text}" for text in _build(build, catalog))


def remarks(catalog: Catalog) -> Iterator[str]:
    """What is unusual."""
    for kind, record in _every(catalog):
        yield from (f"{kind}/{record.id}, {text}" for text in part_remarks(record))
    for board in catalog.boards.values():
        yield from (f"boards/{board.id}, {text}" for text in board_remarks(board))


def shipped_builds() -> dict[str, Build]:
    return {name: examples.example(name) for name in examples.names()}


def _every(catalog: Catalog) -> Iterator[tuple[str, Any]]:
    for kind in KINDS:
        for record in getattr(catalog, kind).values():
            yield kind, record


def _evidence(catalog: Catalog, today: date) -> Iterator[str]:
    for kind, record in _every(catalog):
        where, evidence = f"{kind}/{record.id}", record.evidence
        if not evidence.sources and evidence.confidence > Confidence.MEMORY:
            yield f"{where}, evidence.sources: no source for a record of {evidence.confidence.word} confidence"
        if any(not source.strip() for source in evidence.sources):
            yield f"{where}, evidence.sources: one of them is empty"
        if evidence.seen_on > today:
            yield f"{where}, evidence.seen_on: {evidence.seen_on} is still to come"
        for field in evidence.fields:
            if field.split(".")[0].split("[")[0] not in type(record).model_fields:
                yield f"{where}, evidence.fields: {field} is not a field of it"


def _names(catalog: Catalog) -> Iterator[str]:
    """Two records that say the same name are one part entered twice."""
    for kind in KINDS:
        seen: dict[tuple[str, ...], str] = {}
        for record in getattr(catalog, kind).values():
            name = (getattr(record, "vendor", "").lower(), *words(record.name))
            if name in seen:
                yield f"{kind}/{record.id}, name: the same as {seen[name]}"
            seen[name] = record.id
    owner: dict[str, str] = {}
    for kind, record in _every(catalog):
        if owner.setdefault(record.id, kind) != kind:
            yield f"{kind}/{record.id}, id: also the id of a record of {owner[record.id]}"


def _references(catalog: Catalog) -> Iterator[str]:
    for bridge in catalog.bridges.values():
        for chip_id in bridge.chips:
            if chip_id not in catalog.chips:
                yield f"bridges/{bridge.id}, chips: {chip_id} is not a chip of the catalog"
    for engine in catalog.engines.values():
        for name in engine.formats:
            if name not in FORMATS:
                yield f"engines/{engine.id}, formats: {name} is not a format that is known"
    if Build().site.circuit not in catalog.circuits:
        yield f"circuits, {Build().site.circuit}: the circuit of a new build is not in the catalog"


def _tables(catalog: Catalog) -> Iterator[str]:
    sizes: set[tuple[str, str, str]] = set()
    for size in catalog.file_sizes:
        where = f"file sizes, {size.model} {size.quant} of {size.publisher}"
        if size.model not in catalog.models:
            yield f"{where}, model: is not a model of the catalog"
        if size.size_bytes is None and size.size_gib is None:
            yield f"{where}, size_bytes: neither this nor size_gib is given"
        if (key := (size.model, size.quant, size.publisher)) in sizes:
            yield f"{where}: is there twice"
        sizes.add(key)
    rows: set[str] = set()
    for row in catalog.measurements:
        if row.chip is not None and row.chip not in catalog.chips:
            yield f"measurement {row.id}, chip: {row.chip} is not a chip of the catalog"
        if row.decode_tok_s is None and row.prefill_tok_s is None:
            yield f"measurement {row.id}, decode_tok_s: neither this nor prefill_tok_s is given"
        if row.id in rows:
            yield f"measurement {row.id}, id: is there twice"
        rows.add(row.id)


def _prices(catalog: Catalog, today: date) -> Iterator[str]:
    for kind, record in _every(catalog):
        price = getattr(record, "price", None)
        if price and price.on > today:
            yield f"{kind}/{record.id}, price: its date, {price.on}, is still to come"
        elif price and price.kind == "street" and today - price.on > STALE_PRICE:
            yield f"{kind}/{record.id}, price: the street price is from {price.on}, more than 18 months old"


def _build(build: Build, catalog: Catalog) -> Iterator[str]:
    rig = resolve(build, catalog)
    for part in rig.missing:
        yield f"parts: {part} is not in the catalog"
    keys = set(build.keys())
    for key, spot in build.placements.items():
        if key not in keys:
            yield f"placements.{key}: there is no such part in the build"
        if spot.slot and rig.board and rig.board.connector(spot.slot) is None:
            yield f"placements.{key}.slot: {rig.board.name} has no {spot.slot}"
    for key in build.limits:
        if rig.card(key) is None:
            yield f"limits.{key}: there is no such card in the build"


def counts(catalog: Catalog) -> dict[str, int]:
    """Records by kind, and how many boards have the row of every slot known."""
    found = {"gpus" if kind == "chips" else kind: len(getattr(catalog, kind)) for kind in KINDS}
    found["storage"] = found.pop("drives")
    found["boards_all_rows"] = sum(all(s.row is not None for s in b.slots) for b in catalog.boards.values() if b.slots)
    found["measurements"] = len(catalog.measurements)
    return found
