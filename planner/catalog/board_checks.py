"""What does not add up in a board: names, roots, rows, and lanes handed out twice. Texts begin with the field."""

import re
from collections.abc import Iterator, Mapping

from planner.catalog.store import Catalog
from planner.domain.parts import Board, Connector, LaneGroup, Mode

OUR_NAME = "name on the board not known"
"""In the note of a slot that got its name from us: then its number says nothing."""


def board_problems(board: Board) -> Iterator[str]:
    known = {c.id: c for c in board.connectors}
    gens = {root.id: root.gen for root in board.roots}
    yield from _twice("connectors", [c.id for c in board.connectors])
    yield from _twice("roots", [root.id for root in board.roots])
    yield from _twice("lane_groups", [group.id for group in board.lane_groups])
    for c in board.connectors:
        yield from _connector(c, gens)
    rows = [c.row for c in board.slots if c.row is not None]
    for row in sorted({r for r in rows if rows.count(r) > 1}):
        yield f"connectors: row {row} holds two slots"
    for root in board.roots:
        if root.uplink and root.uplink.parent not in gens:
            yield f"roots.{root.id}.uplink: {root.uplink.parent} is not a root of the board"
        if root.kind != "cpu" and root.uplink is None:
            yield f"roots.{root.id}.uplink: a {root.kind} needs one"
    for name in board.bifurcation:
        if name not in known:
            yield f"bifurcation: {name} is not a connector of the board"
    for group in board.lane_groups:
        yield from (f"lane_groups.{group.id}.{text}" for text in _group(group, known, gens))


def _twice(field: str, names: list[str]) -> Iterator[str]:
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield f"{field}: {name} is there twice"


def _connector(c: Connector, gens: Mapping[str, int]) -> Iterator[str]:
    where = f"connectors.{c.id}"
    if c.root is not None and c.root not in gens:
        yield f"{where}.root: {c.root} is not a root of the board"
    elif c.root is not None and c.gen and c.gen > gens[c.root]:
        yield f"{where}.gen: {c.gen}.0 on a root of generation {gens[c.root]}.0"
    if c.alternate and c.alternate.root not in gens:
        yield f"{where}.alternate: {c.alternate.root} is not a root of the board"
    if c.kind == "slot" and c.lanes and c.mechanical and c.lanes > c.mechanical:
        yield f"{where}.lanes: {c.lanes} lanes in a x{c.mechanical} slot"
    if c.kind != "slot" and c.row is not None:
        yield f"{where}.row: only slots lie in rows"


def _group(group: LaneGroup, known: Mapping[str, Connector], gens: Mapping[str, int]) -> Iterator[str]:
    if group.root not in gens:
        yield f"root: {group.root} is not a root of the board"
    elif group.gen and group.gen > gens[group.root]:
        yield f"gen: {group.gen}.0 on a root of generation {gens[group.root]}.0"
    for name in group.members:
        if name not in known:
            yield f"modes: {name} is not a connector of the board"
    for n, mode in enumerate(group.modes, start=1):
        yield from (f"modes: mode {n} {text}" for text in _mode(mode, group, known))
    if not 0 <= group.default < len(group.modes):
        yield f"default: there is no mode {group.default}"
    if len({tuple(sorted(mode.widths.items())) for mode in group.modes}) < len(group.modes):
        yield "modes: two of them are the same"


def _mode(mode: Mode, group: LaneGroup, known: Mapping[str, Connector]) -> Iterator[str]:
    if sum(mode.widths.values()) > group.lanes:
        yield f"hands out {sum(mode.widths.values())} lanes of {group.lanes}"
    for name, width in mode.widths.items():
        wired = known[name].lanes if name in known else None
        if wired is not None and width > wired:
            yield f"gives {name} {width} lanes, but {wired} are wired"
        if width < 0:
            yield f"gives {name} {width} lanes"
    for name in mode.gens:
        if name not in mode.widths:
            yield f"names the generation of {name}, which it does not feed"


def lanes_beyond_sockets(board: Board, catalog: Catalog) -> Iterator[str]:
    """More lanes handed out at a CPU than any processor for the socket has. Groups under a condition are left out: some
    other group holds in their place."""
    most = max((cpu.pcie_lanes for cpu in catalog.cpus.values() if cpu.socket == board.socket), default=None)
    if most is None:
        return
    shared = {name for group in board.lane_groups for name in group.members}
    for root in board.roots:
        if root.kind != "cpu":
            continue
        grouped = sum(g.lanes for g in board.lane_groups if g.root == root.id and g.condition is None)
        alone = sum(c.lanes or 0 for c in board.connectors if c.root == root.id and c.id not in shared and _direct(c))
        if grouped + alone > most:
            out = grouped + alone
            yield f"roots.{root.id}: {out} lanes are handed out; no processor for {board.socket} has more than {most}"


def _direct(c: Connector) -> bool:
    """SATA banks run on lanes that a processor does not count."""
    return c.kind != "sata"


def board_remarks(board: Board) -> Iterator[str]:
    for names in _series(board).values():
        rows = [row for _, row in sorted(names)]
        if len(rows) > 2 and rows != sorted(rows) and rows != sorted(rows, reverse=True):
            yield f"connectors: rows {', '.join(map(str, rows))} in the order of the printed numbers go back and forth"


def _series(board: Board) -> dict[str, list[tuple[int, int]]]:
    """Slots named alike but for a number (that after an X is a width): the number and the row of each."""
    found: dict[str, list[tuple[int, int]]] = {}
    for slot in board.slots:
        name = re.match(r"(.*?)(?<![Xx\d])(\d+)(\D*)$", re.sub(r"\(.*?\)", "", slot.id))
        if name and slot.row is not None and OUR_NAME not in slot.note:
            found.setdefault(name[1] + name[3], []).append((int(name[2]), slot.row))
    return found
