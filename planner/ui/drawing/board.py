"""What is on the board: slots, M.2 and cable connectors, memory slots, row numbers."""

from collections.abc import Iterator

from planner.analysis.lanes import ConnectorState
from planner.domain.parts import Connector
from planner.domain.rig import Rig
from planner.domain.units import SLOT_PITCH_MM as PITCH
from planner.evaluate import Report
from planner.ui.drawing import words
from planner.ui.drawing.frame import BOARD_X, MAX_PORTS, PORT_MM, TOP, Frame, line_height, port_list, unknown_lines
from planner.ui.drawing.items import Box, PortItem, SlotItem


def slots(report: Report, frame: Frame) -> Iterator[SlotItem]:
    lanes, space, board = report.facts.lanes, report.facts.space, frame.rig.board
    states = {state.connector: state for state in lanes.connectors} if lanes else {}
    covered = dict(space.covered) if space else {}
    lines = dict(unknown_lines(frame))
    for slot in board.slots if board else ():
        top = frame.row_y(slot.row) if slot.row else lines[slot.id]
        height = PITCH if slot.row else line_height(frame.rig, slot)
        length = {16: 89.0, 8: 56.0, 4: 39.0, 1: 25.0}.get(slot.mechanical or 16, 89.0)
        glyph = Box(BOARD_X + 9, top + min(height, PITCH) / 2 - 3.2, length, 6.4)
        band = Box(BOARD_X, top, frame.board_w, height)
        tenant = next((c.key for c in frame.rig.cards if c.slot == slot), None)
        yield slot_item(slot, states.get(slot.id), glyph=glyph, band=band, tenant=tenant, cover=covered.get(slot.id))


def slot_item(
    slot: Connector,
    state: ConnectorState | None,
    *,
    glyph: Box,
    band: Box,
    tenant: str | None,
    cover: str | None,
) -> SlotItem:
    link, level = words.slot_link(state, slot)
    under = f"covered by {words.gpu(cover)}" if cover else ""
    mechanical = f"x{slot.mechanical} slot" if slot.mechanical else "slot"
    row = f"row {slot.row}" if slot.row else "row not known"
    tip = "\n".join(
        t for t in (f"{slot.id}: {mechanical}, {row}", link, under, state.note if state else "", slot.note) if t
    )
    return SlotItem(
        connector=slot.id,
        glyph=glyph,
        band=band,
        row=slot.row,
        text=words.join(slot.id, link, under),
        short=words.join(slot.id, under or link),
        level=level,
        occupied_by=tenant,
        covered_by=cover,
        tip=tip,
    )


def ports(report: Report, frame: Frame, inner: float) -> Iterator[PortItem]:
    board, lanes = frame.rig.board, report.facts.lanes
    if board is None:
        return
    states = {state.connector: state for state in lanes.connectors} if lanes else {}
    x = max([box.right for box, _ in dimms(frame)], default=BOARD_X + 96) + 10
    right = BOARD_X + frame.board_w - 2 if frame.framed else inner
    for index, connector in enumerate(port_list(board)):
        text, level = words.port_text(report, states.get(connector.id), connector)
        drive = next((d.key for d in frame.rig.drives if d.slot_name == connector.id), None)
        box = Box(x, TOP + 5 + index * PORT_MM, right - x, PORT_MM)
        short = words.port_short(report, connector)
        yield PortItem(connector.id, box, text, short, level, drive, words.join(text, connector.note))


def more_ports(report: Report) -> str:
    ports = port_list(report.rig.board) if report.rig.board else []
    return f"and {len(ports) - MAX_PORTS} more" if len(ports) > MAX_PORTS else ""


def dimms(frame: Frame) -> Iterator[tuple[Box, bool]]:
    board, memory = frame.rig.board, frame.rig.memory
    count = board.memory.slots if board else 0
    filled = memory.modules if memory else 0
    # One module a channel sits in every second slot, as manuals ask.
    order = [*range(1, count, 2), *range(0, count, 2)]
    full = set(order[:filled])
    pitch = min(9.0, 62 / count) if count else 0
    for index in range(count):
        yield Box(BOARD_X + 66 + index * pitch, TOP + 8, pitch * 0.55, frame.head - 30), index in full


def memory_text(rig: Rig) -> str:
    if rig.memory is None:
        return "No memory yet" if rig.board else ""
    kit = rig.memory.kit
    return f"{rig.memory.modules} × {kit.module_gib} GB"


def rows(frame: Frame) -> Iterator[tuple[int, float, bool]]:
    case = frame.rig.case
    has = case.expansion_slots if case and case.expansion_slots else frame.drawn_rows
    for row in range(1, frame.drawn_rows + 1):
        yield row, frame.row_y(row) + PITCH / 2, row <= has
