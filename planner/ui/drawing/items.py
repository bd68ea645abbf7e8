"""What the case drawing is made of: rectangles in millimetres with their words. No Qt, so that tests read it."""

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How an item is coloured; its text always says the same in words."""

    PLAIN = 0
    OK = 1
    UNKNOWN = 2
    WARN = 3
    BAD = 4


@dataclass(frozen=True, slots=True)
class Box:
    """x runs from the case's rear to its front, y from its top down."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    @property
    def middle(self) -> float:
        return self.y + self.h / 2

    def holds(self, x: float, y: float) -> bool:
        return self.x <= x <= self.right and self.y <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class CardItem:
    key: str
    box: Box
    title: str
    shorter: tuple[str, ...]
    """Titles for less room, longest first."""
    facts: str
    facts_short: str
    badge: str
    badge_level: Level
    level: Level
    """From the worst open finding that names the card."""
    place: str
    """slot, unknown row, bay, riser, or unplaced."""
    slot: str | None
    row: int | None
    bay: int | None
    tip: str
    thickness_known: bool = True
    length_known: bool = True
    bracket_mm: float = 0


@dataclass(frozen=True, slots=True)
class SlotItem:
    connector: str
    glyph: Box
    """The plastic of the slot, as long as its lanes."""
    band: Box
    """Where a card may be dropped."""
    row: int | None
    text: str
    short: str
    level: Level
    occupied_by: str | None
    covered_by: str | None
    tip: str


@dataclass(frozen=True, slots=True)
class PortItem:
    """An M.2 or cable connector."""

    connector: str
    box: Box
    text: str
    short: str
    level: Level
    drive: str | None
    tip: str


@dataclass(frozen=True, slots=True)
class GapItem:
    gpu: str
    neighbour: str | None
    box: Box
    """The free air itself, or the overlap."""
    text: str
    short: str
    level: Level
    tip: str
    overlap: bool = False


@dataclass(frozen=True, slots=True)
class CableItem:
    psu: str
    to: str
    points: tuple[tuple[float, float], ...]
    text: str
    level: Level
    tip: str


@dataclass(frozen=True, slots=True)
class RiserItem:
    to: str
    points: tuple[tuple[float, float], ...]
    tip: str


@dataclass(frozen=True, slots=True)
class SupplyItem:
    key: str
    box: Box
    title: str
    shorter: tuple[str, ...]
    lines: tuple[tuple[str, Level], ...]
    level: Level
    tip: str


@dataclass(frozen=True, slots=True)
class BayItem:
    number: int
    box: Box
    taken_by: str | None


@dataclass(frozen=True, slots=True)
class Dimension:
    """A measured distance along x."""

    key: str
    x1: float
    x2: float
    y: float
    text: str
    level: Level


@dataclass(frozen=True, slots=True)
class Zone:
    """An area with a meaning: unknown rows, a part of a card beyond the case, a free place for cards not placed."""

    kind: str
    """unknown, over, tray."""
    box: Box
    text: str


@dataclass(frozen=True, slots=True)
class FanItem:
    box: Box
    blows: bool
    """True: the front lets air in here."""


@dataclass(frozen=True, slots=True)
class BridgeItem:
    a: str
    b: str
    x: float
    y1: float
    y2: float
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything in one place; `case` holds all of it."""

    case: Box
    case_solid: bool
    """False for an open frame or no case: its outline is dashed."""
    case_text: str
    board: Box | None
    board_text: str
    cpu: Box | None
    cpu_text: str
    cpu_level: Level
    memory: tuple[tuple[Box, bool], ...]
    """DIMM slots from the CPU outwards, and whether each is filled."""
    memory_text: str
    memory_level: Level
    head_cut: float | None
    """Height at which the board above the slots is drawn shortened."""
    rows: tuple[tuple[int, float, bool], ...]
    """Row number, its middle, and whether the case has it."""
    floor: float
    """Where the supply's room begins."""
    slots: tuple[SlotItem, ...] = ()
    ports: tuple[PortItem, ...] = ()
    more_ports: str = ""
    cards: tuple[CardItem, ...] = ()
    gaps: tuple[GapItem, ...] = ()
    supplies: tuple[SupplyItem, ...] = ()
    cables: tuple[CableItem, ...] = ()
    risers: tuple[RiserItem, ...] = ()
    bays: tuple[BayItem, ...] = ()
    lengths: tuple[Dimension, ...] = ()
    zones: tuple[Zone, ...] = ()
    fans: tuple[FanItem, ...] = ()
    bridges: tuple[BridgeItem, ...] = ()

    def card(self, key: str) -> CardItem | None:
        return next((card for card in self.cards if card.key == key), None)

    def slot(self, connector: str) -> SlotItem | None:
        return next((slot for slot in self.slots if slot.connector == connector), None)

    def key_at(self, x: float, y: float) -> str | None:
        """The part under a point; what lies on top first."""
        for card in reversed(self.cards):
            if card.box.holds(x, y):
                return card.key
        for supply in self.supplies:
            if supply.box.holds(x, y):
                return supply.key
        for port in self.ports:
            if port.drive and port.box.holds(x, y):
                return port.drive
        if self.cpu and self.cpu.holds(x, y):
            return "cpu"
        if any(box.holds(x, y) for box, _ in self.memory):
            return "memory"
        if self.board and self.board.holds(x, y):
            return "board"
        return "case" if self.case.holds(x, y) else None

    def slot_at(self, x: float, y: float) -> SlotItem | None:
        """The drop place under a point."""
        return next((slot for slot in self.slots if slot.band.holds(x, y)), None)

    def bay_at(self, x: float, y: float) -> BayItem | None:
        return next((bay for bay in self.bays if bay.box.holds(x, y)), None)
