"""Rows of *What runs* as plain dictionaries, for JSON and for text."""

from typing import Any

from planner.advice.what_runs import Cell, Reach, Row
from planner.domain.units import gib


def row_plain(row: Row) -> dict[str, Any]:
    loss = row.quality
    return {
        "model": row.model,
        "name": row.name,
        "quant": row.quant,
        "bits_per_weight": round(row.bits_per_weight, 3),
        "weights_gib": round(gib(row.weights_bytes), 2),
        "quality": None if loss is None else {"words": loss.words, "perplexity_percent": loss.perplexity_percent},
        "here": _reach(row.here),
        "contexts": [_cell(cell) for cell in row.cells],
        "in_ram": None if row.in_ram is None else {"what": row.in_ram[0], "layers": row.in_ram[1]},
        "one_card_less": None if row.fewer is None else _reach(row.fewer),
        "one_card_more": None if row.more is None else _reach(row.more),
    }


def _reach(reach: Reach) -> dict[str, Any]:
    speed = reach.decode
    return {
        "cards": reach.cards,
        "verdict": reach.verdict,
        "max_context": reach.max_context,
        "spare_gib": round(gib(reach.spare_bytes), 2),
        "decode_tok_s": None
        if speed is None
        else {"value": round(speed.value, 2), "low": round(speed.low, 2), "high": round(speed.high, 2)},
        "why": reach.why,
    }


def _cell(cell: Cell) -> dict[str, Any]:
    spare = cell.spare_bytes
    return {
        "context": cell.context,
        "verdict": cell.verdict,
        "spare_gib": None if spare is None else round(gib(spare), 2),
    }
