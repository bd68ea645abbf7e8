"""Room for cards that sit too close: another slot, another card, or another board for the same processor and memory on
which every card sits well, where it must be in another case."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import combinations, islice, pairwise

from planner.analysis.board_sizes import board_fits
from planner.analysis.lanes import lanes
from planner.analysis.space import Space, space
from planner.domain import edits
from planner.domain.build import Build
from planner.domain.findings import Fix
from planner.domain.parts import Board, Case, Connector
from planner.domain.rig import Rig
from planner.domain.units import SLOT_PITCH_MM, show_link
from planner.rules.fixes import (
    Fixes,
    by_price,
    move_card,
    other_cooler,
    pairs_reach,
    sits_well,
    takes_all,
)
from planner.rules.subject import Subject

TRIED = 6
"""Arrangements of cards on boards."""
LANES_WANTED = 4
LOCKSTEP_GB_S = 12.0
"""What cards that work in step exchange at without harm: 4.0 x8 reaches it."""


class Once:
    """Ways out that several findings of a rule share: looked for when the first of them asks."""

    def __init__(self, look: Callable[[], Fixes]) -> None:
        self._look = look
        self._found: Fixes | None = None

    def __call__(self) -> Fixes:
        if self._found is None:
            self._found = self._look()
        return self._found


def more_air(subject: Subject[Space], upper: str, lower: str) -> Fixes:
    """Another slot for one of two cards, or another card in place of the upper one."""
    rig, gap_mm = subject.rig, subject.policy.min_gap_mm

    def airy(changed: Rig) -> bool:
        return sits_well(changed, gap_mm)

    places = move_card(rig, lower, airy) or move_card(rig, upper, airy)
    return places + other_cooler(rig, upper, gap_mm)


def roomier_board(rig: Rig, min_gap_mm: float) -> Fixes:
    """The cheapest such board. Not offered for builds with risers: their places cannot be carried over."""
    if rig.board is None or any(card.riser or card.bay for card in rig.cards):
        return ()
    boards = sorted((board for board in rig.shelf.boards if _interchangeable(rig, rig.board, board)), key=by_price)
    tries = list(islice(((b, slots) for b in boards for slots in _arrangements(rig, b, min_gap_mm)), TRIED))
    for board, slots in tries:
        changed = _on_board(rig, board, slots)
        if sits_well(changed, min_gap_mm) and _fast_enough(changed):
            return (_fix(rig, board, slots, None),)
    for board, slots in tries:
        changed = _on_board(rig, board, slots)
        case = _case_for(changed, min_gap_mm)
        if case is not None and _fast_enough(changed):
            return (_fix(rig, board, slots, case),)
    return ()


def _fast_enough(rig: Rig) -> bool:
    """Cards that work in step need their lanes."""
    in_step = rig.workload is not None and rig.workload.split == "tensor"
    return not in_step or len(rig.cards) < 2 or pairs_reach(rig, LOCKSTEP_GB_S)


def _case_for(rig: Rig, min_gap_mm: float) -> Case | None:
    room = space(rig)
    rows = room.last_row_used if room else None
    if rows is None:
        return None
    tall = (case for case in rig.shelf.cases if (case.expansion_slots or 0) >= rows)
    for case in sorted(tall, key=by_price):
        if takes_all(rig, case, lambda case: not case.open) and sits_well(replace(rig, case=case), min_gap_mm):
            return case
    return None


def _fix(rig: Rig, board: Board, slots: tuple[Connector, ...], case: Case | None) -> Fix:
    places = tuple(zip((card.key for card in rig.cards), (slot.id for slot in slots), strict=True))
    links = lanes(_on_board(rig, board, slots))
    widths = ", ".join(show_link(link.gen, link.width) for link in links.links) if links else ""
    label = f"Use {board.title}" + (f" in {case.title}" if case else "") + (f" ({widths})" if widths else "")
    return Fix(label, partial(_move_to_board, board=board.id, places=places, case=case.id if case else None))


def _interchangeable(rig: Rig, now: Board, board: Board) -> bool:
    """Same socket, memory and, where the socket is not enough to tell the processors apart, the same chipset."""
    same = board.socket == now.socket and board.sockets == now.sockets and board.memory.type == now.memory.type
    chipset_decides = now.socket in ("sTR5", "sWRX8", "LGA4677")
    if not same or board.id == now.id or (chipset_decides and board.chipset != now.chipset):
        return False
    if now.memory.registered is not None and board.memory.registered != now.memory.registered:
        return False
    return rig.case is None or board_fits(board.form_factor, board.width_mm, rig.case.board_sizes)[0] is True


def _arrangements(rig: Rig, board: Board, min_gap_mm: float) -> Iterator[tuple[Connector, ...]]:
    """Slots for the cards in order, far enough apart, those with the most lanes first."""
    room = space(rig)
    thick = [s.thickness_mm for card in rig.cards if room and (s := room.card(card.key))]
    if not rig.cards or len(thick) < len(rig.cards) or any(mm is None for mm in thick):
        return
    usable = [s for s in board.slots if s.row is not None and s.takes_a_card and (s.lanes or 0) >= LANES_WANTED]
    choices = combinations(sorted(usable, key=lambda slot: slot.row or 0), len(rig.cards))
    for slots in sorted(choices, key=lambda chosen: -sum(slot.lanes or 0 for slot in chosen)):
        apart = [(lower.row or 0) - (upper.row or 0) for upper, lower in pairwise(slots)]
        if all(rows * SLOT_PITCH_MM - (mm or 0) >= min_gap_mm for rows, mm in zip(apart, thick, strict=False)):
            yield slots


def _on_board(rig: Rig, board: Board, slots: tuple[Connector, ...]) -> Rig:
    cards = tuple(replace(card, slot=slot, slot_name=slot.id) for card, slot in zip(rig.cards, slots, strict=True))
    drives = tuple(replace(drive, slot=None) for drive in rig.drives)
    return replace(rig, board=board, cards=cards, drives=drives)


def _move_to_board(build: Build, board: str, places: tuple[tuple[str, str], ...], case: str | None) -> Build:
    """The new board, and every card in its new slot. Drives lose their sockets: the new board names them otherwise."""
    build = edits.choose(build, "board", board)
    if case is not None:
        build = edits.choose(build, "case", case)
    for chosen in build.parts.drives:
        build = edits.place(build, chosen.key, build.placement(chosen.key).replace(slot=None))
    for key, slot in places:
        build = edits.place(build, key, build.placement(key).replace(slot=slot))
    return build
