"""What the lane analysis finds out: links, connectors, modes, conflicts and the ways between cards."""

from dataclasses import dataclass

from planner.domain.steps import Step


@dataclass(frozen=True, slots=True)
class Link:
    """What one card gets."""

    gpu: str
    slot: str
    width: int
    gen: int
    root: str
    """Root the lanes come from: cpu, cpu1, chipset, or a switch's id."""
    root_kind: str
    """cpu, chipset or switch."""
    gb_s: float
    """Raw, one direction, of this link alone."""
    slot_width: int
    """Lanes the slot has when nothing shares with it."""
    card_width: int
    slot_gen: int
    card_gen: int
    limited_by: tuple[str, ...]
    """In words, what keeps it below the card's own width and generation."""
    uplink_gb_s: float | None = None
    """Raw, one direction, of the narrowest uplink above it (chipset or switch); None straight at a CPU."""
    uplink_shared_with: tuple[str, ...] = ()
    """Keys of cards and drives behind the same uplink."""
    numa_node: str | None = None
    riser: str | None = None
    steps: tuple[Step, ...] = ()

    @property
    def path_gb_s(self) -> float:
        """Raw, one direction, from the card to the CPU."""
        return min(self.gb_s, self.uplink_gb_s or self.gb_s)


@dataclass(frozen=True, slots=True)
class ConnectorState:
    """What one connector of the board is, as the build stands."""

    connector: str
    kind: str
    row: int | None
    width: int | None
    """Lanes it has now (or would have if something were plugged in, for an empty one); 0 dead; None not known."""
    gen: int | None
    root: str | None
    root_kind: str | None
    occupied_by: str | None
    shares_with: tuple[str, ...]
    """Other members of its lane group."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChosenMode:
    """The mode a lane group is in."""

    group: str
    widths: tuple[tuple[str, int], ...]
    selector: str
    setting: str
    """Jumper or BIOS setting to make; empty when the board does it by itself."""


@dataclass(frozen=True, slots=True)
class SharingConflict:
    """No legal mode gives every occupied member lanes."""

    group: str
    starved: tuple[str, ...]
    """Keys of what is left without lanes in the best mode."""
    connectors: tuple[str, ...]
    offenders: tuple[str, ...]
    """Keys of what would have to move to cure it."""


@dataclass(frozen=True, slots=True)
class PairPath:
    """The way between two cards."""

    a: str
    b: str
    gb_s: float
    """Practical (0.85 of raw), one direction, slowest part of the way. NVLink's own figure where bridged."""
    kind: str
    """nvlink, switch, cpu, chipset, or sockets (across two CPUs)."""
    p2p: bool | None


@dataclass(frozen=True, slots=True)
class Lanes:
    links: tuple[Link, ...]
    connectors: tuple[ConnectorState, ...]
    modes: tuple[ChosenMode, ...]
    conflicts: tuple[SharingConflict, ...]
    pairs: tuple[PairPath, ...]
    dead: tuple[str, ...] = ()
    """Keys of cards in a slot that has no lanes with this CPU."""
    unplaced: tuple[str, ...] = ()
    """Keys of cards not in any slot of this board, or in one that cannot take them as they are."""
    narrowed_by: tuple[tuple[str, str], ...] = ()
    """(card, other key): the other's presence is why this card has fewer lanes than its slot offers alone."""
    cpu_lanes_used: int = 0
    cpu_lanes: int | None = None
    unknown: tuple[str, ...] = ()
    """What would have to be known, as `row of slot X`, `lanes of slot Y`."""
    doubled: tuple[tuple[str, str], ...] = ()
    """(card, card that has the slot): two cards in one slot without a splitter. Listed in `unplaced` too."""
    bridged: tuple[tuple[str, str, str], ...] = ()
    """(id of the bridge, card, card): where each bridge sits."""
    idle_bridges: tuple[str, ...] = ()
    """Ids of bridges that no pair of cards can take: other chips, or another distance."""
    assumed: tuple[str, ...] = ()
    """Defaults of ours that the result rests on, in words."""

    def link(self, gpu: str) -> Link | None:
        return next((link for link in self.links if link.gpu == gpu), None)

    def slowest_pair(self) -> PairPath | None:
        return min(self.pairs, key=lambda pair: pair.gb_s, default=None)
