"""The measures a drawing hangs on: rows, the board's extent, the part for rows not known. Millimetres."""

from collections.abc import Iterator
from dataclasses import dataclass

from planner.domain.parts import Board, Connector
from planner.domain.rig import Rig, RigCard
from planner.domain.units import SLOT_PITCH_MM as PITCH
from planner.evaluate import Report

TOP = 8.0
BOARD_X = 7.0
PORT_MM = 12.5
MAX_PORTS = 7
LIST_MM = 15.0
"""Height of a line for a slot whose row is not known."""
NO_LENGTH_MM = 267.0
"""Drawn (and said to be not known) where a card's length is missing."""
BOARD_WIDTHS = {"E-ATX": 277, "EATX": 277, "SSI-EEB": 330, "SSI-CEB": 267, "Mini-ITX": 170, "XL-ATX": 263}
"""Usual widths by form factor where the record has none; others 244 mm (ATX specification)."""
PORTS = ("m2", "u2", "oculink", "slimsas", "mcio")


@dataclass(frozen=True, slots=True)
class Frame:
    """The measures the rest hangs on."""

    rig: Rig
    head: float
    """Height of the board above row 1."""
    board_rows: int
    drawn_rows: int
    """Rows the case, the board or a card reaches to."""
    board_w: float
    list_h: float
    """Height of the part for rows not known."""
    doubled: frozenset[str]
    """Cards in a slot another one has."""
    framed: bool
    """Cards hang in bays beside the board."""

    @property
    def y0(self) -> float:
        return TOP + self.head

    def row_y(self, row: int) -> float:
        return self.y0 + (row - 1) * PITCH

    @property
    def rows_end(self) -> float:
        return self.row_y(self.drawn_rows + 1)

    @property
    def list_y(self) -> float:
        return self.rows_end + 4

    @property
    def slots_end(self) -> float:
        return self.list_y + self.list_h if self.list_h else self.rows_end


def frame_of(report: Report) -> Frame:
    rig, space = report.rig, report.facts.space
    board, case = rig.board, rig.case
    unknown = [slot for slot in board.slots if slot.row is None] if board else []
    known = [slot.row for slot in board.slots if slot.row is not None] if board else []
    last = space.last_row_used if space and space.last_row_used else 0
    in_frame = framed(rig)
    board_rows = max([*known, last if not known else 0, 0])
    if known and space:
        board_rows = max(board_rows, space.board_rows)
    case_rows = case.expansion_slots if case and case.expansion_slots and known and not in_frame else 0
    ports = min(len(port_list(board)), MAX_PORTS) if board else 0
    return Frame(
        rig=rig,
        head=max(64.0, 16 + ports * PORT_MM) if board else 40.0,
        board_rows=board_rows,
        drawn_rows=max(board_rows, case_rows, last),
        board_w=(board.width_mm or BOARD_WIDTHS.get(board.form_factor, 244)) if board else 244,
        list_h=sum(line_height(rig, slot) for slot in unknown) + 17 if unknown else 0,
        doubled=frozenset(card for card, _ in report.facts.lanes.doubled) if report.facts.lanes else frozenset(),
        framed=in_frame,
    )


def framed(rig: Rig) -> bool:
    return any(card.bay is not None or card.riser for card in rig.cards) or bool(
        rig.case and rig.case.open and rig.case.gpu_bays
    )


def line_height(rig: Rig, slot: Connector) -> float:
    """A line, or the thickness of the card that sits there."""
    card = tenant(rig, slot)
    return (thickness(card) + 6) if card else LIST_MM


def tenant(rig: Rig, slot: Connector) -> RigCard | None:
    return next((card for card in rig.cards if card.slot == slot and not off_board(card)), None)


def off_board(card: RigCard) -> bool:
    return card.bay is not None or card.riser is not None


def thickness(card: RigCard) -> float:
    product = card.card
    return product.thickness_mm or (product.slots_occupied or 2) * PITCH


def place_of(card: RigCard, doubled: frozenset[str]) -> str:
    """slot, unknown row, bay, riser, or unplaced."""
    if card.bay is not None:
        return "bay"
    if card.riser is not None:
        return "riser"
    if card.slot is None or card.key in doubled:
        return "unplaced"
    return "slot" if card.slot.row is not None else "unknown row"


def unknown_lines(frame: Frame) -> Iterator[tuple[str, float]]:
    """Connector and top of its line in the part for rows not known."""
    y = frame.list_y + 14
    for slot in frame.rig.board.slots if frame.rig.board else ():
        if slot.row is None:
            yield slot.id, y
            y += line_height(frame.rig, slot)


def port_list(board: Board | None) -> list[Connector]:
    """M.2 and cable connectors."""
    return [connector for connector in board.connectors if connector.kind in PORTS] if board else []
