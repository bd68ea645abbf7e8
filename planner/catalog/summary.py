"""What the catalog holds and how much of it is known, as a table in its read-me.

`python -m planner.catalog.summary` writes the table anew between its two marks.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from planner import places
from planner.catalog.known import unknown
from planner.catalog.load import load_catalog
from planner.catalog.store import KINDS, Catalog
from planner.domain.base import Confidence
from planner.domain.parts import Board

BEGIN, END = "<!-- begin: summary -->", "<!-- end: summary -->"


def summary(catalog: Catalog) -> str:
    return "\n".join([*_by_confidence(catalog), "", *_boards(catalog), "", *_known(catalog), "", *_tables(catalog)])


def _by_confidence(catalog: Catalog) -> Iterator[str]:
    yield "| records | all | high | medium | low | from memory |"
    yield "|---|---:|---:|---:|---:|---:|"
    for kind in KINDS:
        found = [record.evidence.confidence for record in getattr(catalog, kind).values()]
        yield _line(kind, len(found), *(found.count(sure) for sure in sorted(Confidence, reverse=True)))


def _line(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _boards(catalog: Catalog) -> Iterator[str]:
    boards = list(catalog.boards.values())
    yield "| of the boards | |"
    yield "|---|---:|"
    yield _line(
        "the row of every slot is known", sum(all(s.row is not None for s in b.slots) for b in boards if b.slots)
    )
    yield _line("the lanes of every slot are known", sum(all(s.lanes is not None for s in b.slots) for b in boards))
    yield _line("both, and where each slot hangs", sum(_whole(board) for board in boards))
    yield _line("lane sharing is written out as modes", sum(bool(board.lane_groups) for board in boards))


def _whole(board: Board) -> bool:
    return bool(board.slots) and all(None not in (s.row, s.lanes, s.gen, s.root) for s in board.slots)


def _known(catalog: Catalog) -> Iterator[str]:
    yield "| kind | share of records in which the field is known (a field that is always known is left out) |"
    yield "|---|---|"
    for kind in KINDS:
        records = list(getattr(catalog, kind).values())
        parts = [f"{field} {share} %" for field, share in _shares(records)]
        if parts:
            yield _line(kind, ", ".join(parts))


def _shares(records: list[Any]) -> Iterator[tuple[str, int]]:
    if not records:
        return
    missing = [set(unknown(record)) for record in records]
    for name in type(records[0]).model_fields:
        if any(name in each for each in missing):
            yield name, int(100 * sum(name not in each for each in missing) / len(records))


def _tables(catalog: Catalog) -> Iterator[str]:
    yield "| tables | rows |"
    yield "|---|---:|"
    yield _line("measured speeds", len(catalog.measurements))
    yield _line("published file sizes", len(catalog.file_sizes))


def written(text: str, catalog: Catalog) -> str:
    """The read-me with the table as it should be. ValueError where its marks are missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the read-me of the catalog lacks the marks {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{summary(catalog)}\n{END}{after}"


def write(folder: Path | None = None) -> tuple[Path, ...]:
    """Returns the file, if it had to be changed."""
    path = (folder or places.catalog()) / "README.md"
    old = path.read_text("utf-8")
    new = written(old, load_catalog(folder))
    if new == old:
        return ()
    path.write_text(new, encoding="utf-8")
    return (path,)


if __name__ == "__main__":
    write()
