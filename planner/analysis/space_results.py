"""What the space analysis finds out: rows, gaps and clearances. Millimetres."""

from dataclasses import dataclass

from planner.domain.steps import Step


@dataclass(frozen=True, slots=True)
class CardSpace:
    gpu: str
    row: int | None
    """Row of its slot; None where the board's row is not verified or the card is on a riser."""
    thickness_mm: float | None
    thickness_from: str
    """`measured` from the record, or `slots x 20.32 mm`."""
    length_mm: float | None
    height_mm: float | None
    rows: tuple[int, ...]
    """Rows it covers, its own first."""
    on_riser: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Free air in front of one card's fans."""

    gpu: str
    """The card whose fans look into the gap (fans face away from the CPU)."""
    neighbour: str | None
    """Card below; None for the case floor or power-supply shroud."""
    gap_mm: float
    """At least this much, where the height of the floor is not known and the case's free rows alone are plenty."""
    rows: int
    """Slot pitches between the two cards' slots; 0 when there is no card below."""
    wants_mm: float
    """What its cooler asks for: 20 for open-air coolers, 5 for blowers."""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Fit:
    """One measured clearance."""

    key: str
    what: str
    """length, height (with a 16-pin plug counted in), height with plug (other plugs), cooler height, supply length."""
    needs_mm: float
    has_mm: float
    steps: tuple[Step, ...] = ()

    @property
    def spare_mm(self) -> float:
        return self.has_mm - self.needs_mm


@dataclass(frozen=True, slots=True)
class Space:
    cards: tuple[CardSpace, ...]
    gaps: tuple[Gap, ...]
    collisions: tuple[Gap, ...]
    """Gaps below zero: two cards in one place."""
    covered: tuple[tuple[str, str], ...]
    """(connector, card that covers it): slots that nothing can be plugged into any more."""
    occupied_under_card: tuple[tuple[str, str], ...]
    """(card, card above): a card's own slot lies under another card."""
    last_row_used: int | None
    board_rows: int
    case_rows: int | None
    fits: tuple[Fit, ...]
    board_fits_case: bool | None
    unknown: tuple[str, ...] = ()
    beyond_bays: tuple[str, ...] = ()
    """Cards in a bay that the frame does not have."""
    free_ends: tuple[str, ...] = ()
    """Cards whose fans look into the open: the last in a row or bay of an open frame."""

    def card(self, gpu: str) -> CardSpace | None:
        return next((c for c in self.cards if c.gpu == gpu), None)

    def gap_below(self, gpu: str) -> Gap | None:
        return next((g for g in self.gaps if g.gpu == gpu), None)
