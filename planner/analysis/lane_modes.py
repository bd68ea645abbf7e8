"""Which lane groups a processor brings to life, and which of their modes the board ends up in."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from planner.domain.parts import Board, Condition, Connector, Cpu, LaneGroup

FULL_SLOT_LANES = 16
CARD_COST = 100
"""Moving a card counts as much as moving this many drives when a conflict has to be cured."""


@dataclass(frozen=True, slots=True)
class LaneTable:
    """A live group: its modes as widths, after what the processor takes away."""

    group: LaneGroup
    widths: tuple[Mapping[str, int], ...]
    names: tuple[str, ...]
    """Members in the order the modes name them."""
    members: frozenset[str]

    def widest(self, connector: str) -> int:
        return max((mode.get(connector, 0) for mode in self.widths), default=0)


@dataclass(frozen=True, slots=True)
class Choice:
    """The mode a group takes for what is plugged in."""

    table: LaneTable
    index: int
    starved: tuple[str, ...]
    """Occupied connectors that get nothing, although some other mode would give them lanes."""

    @property
    def widths(self) -> Mapping[str, int]:
        return self.table.widths[self.index]

    @property
    def gens(self) -> Mapping[str, int]:
        return self.table.group.modes[self.index].gens


@dataclass(frozen=True, slots=True)
class Feed:
    """What one connector gets: None is not known, a width of 0 is dead."""

    width: int | None
    gen: int | None
    root: str | None
    board_gen: int | None
    """Before the processor's own generation is taken into account."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """A board with one processor in it: what is fixed before anything is plugged in."""

    board: Board
    cpu: Cpu | None
    connectors: Mapping[str, Connector]
    root_kinds: Mapping[str, str]
    root_gens: Mapping[str, int]
    tables: tuple[LaneTable, ...]
    tables_of: Mapping[str, tuple[LaneTable, ...]]
    dead: frozenset[str]
    """Connectors whose every group needs another processor, while none was written for this one."""
    undecided: frozenset[str]
    """Connectors whose groups depend on an unknown fact of the processor, or which its own table does not name."""
    order: Mapping[str, int]

    def slot_lanes(self, root: str | None) -> int | None:
        """Lanes the processor has for slots, where that is fewer than a full slot."""
        if root is None or self.root_kinds.get(root) != "cpu" or self.cpu is None:
            return None
        lanes = self.cpu.slot_lanes
        return lanes if lanes is not None and lanes < FULL_SLOT_LANES else None


def wire(board: Board, cpu: Cpu | None) -> Wiring:
    kinds = {root.id: root.kind for root in board.roots}
    order = {c.id: place for place, c in enumerate(sorted(board.connectors, key=lambda c: c.kind != "slot"))}
    budget = cpu.slot_lanes if cpu and cpu.slot_lanes is not None and cpu.slot_lanes < FULL_SLOT_LANES else None
    slots = {c.id for c in board.connectors if c.kind == "slot"}
    classes = {lanes for group in board.lane_groups if group.condition for lanes in group.condition.cpu_lanes}
    tables: list[LaneTable] = []
    of: dict[str, list[LaneTable]] = {}
    waiting: dict[str, list[tuple[str, bool | None]]] = {}
    for group in board.lane_groups:
        held, names = holds(group.condition, cpu, board.sockets, classes), group.members
        if not held:
            for member in names:
                waiting.setdefault(member, []).append((group.root, held))
            continue
        cut = budget if kinds.get(group.root) == "cpu" and slots.intersection(names) else None
        widths = tuple(_cut(mode.widths, cut, order) for mode in group.modes)
        table = LaneTable(group, widths, names, frozenset(names))
        tables.append(table)
        for member in names:
            of.setdefault(member, []).append(table)
    lost = {name: states for name, states in waiting.items() if name not in of}
    written = {table.group.root for table in tables if table.group.condition is not None}
    dead = frozenset(n for n, states in lost.items() if all(held is False and r not in written for r, held in states))
    return Wiring(
        board=board,
        cpu=cpu,
        connectors={c.id: c for c in board.connectors},
        root_kinds=kinds,
        root_gens={root.id: root.gen for root in board.roots},
        tables=tuple(tables),
        tables_of={name: tuple(found) for name, found in of.items()},
        dead=dead,
        undecided=frozenset(lost) - dead,
        order=order,
    )


def holds(
    condition: Condition | None, cpu: Cpu | None, sockets_filled: int, lane_classes: Collection[int]
) -> bool | None:
    """Does a lane group exist? None where the processor, or what the board makes of it, is not known."""
    if condition is None:
        return True
    if condition.sockets_filled is not None and condition.sockets_filled != sockets_filled:
        return False
    said = [_holds_lanes(condition, cpu, lane_classes), _holds_family(condition, cpu)]
    return False if False in said else None if None in said else True


def _holds_lanes(condition: Condition, cpu: Cpu | None, lane_classes: Collection[int]) -> bool | None:
    """A processor with more lanes than the manual knew (48 on a board made for 44) runs as the largest class; for one
    between the classes listed nobody knows; one with fewer than any feeds none of these slots."""
    if not condition.cpu_lanes:
        return True
    if cpu is None:
        return None
    has = min(cpu.pcie_lanes, max(lane_classes))
    if has < min(lane_classes):
        return False
    return has in condition.cpu_lanes if has in lane_classes else None


def _holds_family(condition: Condition, cpu: Cpu | None) -> bool | None:
    if not condition.cpu_families:
        return True
    if cpu is None or not cpu.family:
        return None
    return cpu.family in condition.cpu_families


def _cut(widths: Mapping[str, int], budget: int | None, order: Mapping[str, int]) -> Mapping[str, int]:
    """An APU has fewer lanes than the table was written for: they go to the slots in order until they run out."""
    if budget is None:
        return widths
    left, cut = budget, {}
    for name in sorted(widths, key=lambda n: order.get(n, len(order))):
        cut[name] = min(widths[name], left)
        left -= cut[name]
    return cut


def fed_by(wiring: Wiring, name: str, table: LaneTable, on_alternate: frozenset[str]) -> bool:
    """A connector with two feeds belongs only to the groups of the feed in use."""
    connector = wiring.connectors.get(name)
    if connector is None or connector.alternate is None:
        return True
    return (table.group.root == connector.alternate.root) == (name in on_alternate)


def tables_for(wiring: Wiring, name: str, on_alternate: frozenset[str]) -> list[LaneTable]:
    """The live groups that feed a connector."""
    return [table for table in wiring.tables_of.get(name, ()) if fed_by(wiring, name, table, on_alternate)]


def default_feeds(wiring: Wiring) -> frozenset[str]:
    """Connectors on their second feed as the board is delivered: the default mode of their group leaves them out."""
    found = set()
    for name, connector in wiring.connectors.items():
        if connector.alternate is None:
            continue
        primary = tables_for(wiring, name, frozenset())
        if any(not table.widths[_default(table)].get(name) for table in primary):
            found.add(name)
    return frozenset(found)


def _default(table: LaneTable) -> int:
    return table.group.default if table.group.default < len(table.widths) else 0


def choose(table: LaneTable, occupied: Iterable[str], cards: frozenset[str], order: Mapping[str, int]) -> Choice:
    """Slots with cards first, in slot order, then the rest: the widest legal mode. Without a legal one, the mode that
    starves the cheapest set."""
    plugged = sorted(
        (name for name in occupied if name in table.members and table.widest(name) > 0),
        key=lambda name: (name not in cards, order.get(name, len(order))),
    )
    default = _default(table)

    def rank(index: int) -> tuple[int, tuple[int, ...], bool, int]:
        widths = table.widths[index]
        cost = sum(CARD_COST if name in cards else 1 for name in plugged if not widths.get(name))
        return -cost, tuple(widths.get(name, 0) for name in plugged), index == default, -index

    best = max(range(len(table.widths)), key=rank)
    return Choice(table, best, tuple(name for name in plugged if not table.widths[best].get(name)))


@dataclass(frozen=True, slots=True)
class Setting:
    """How the board stands for one set of occupied connectors."""

    wiring: Wiring
    occupied: frozenset[str]
    cards: frozenset[str]
    on_alternate: frozenset[str]
    choices: Mapping[str, Choice]

    @property
    def starved(self) -> frozenset[str]:
        return frozenset(name for choice in self.choices.values() for name in choice.starved)


def settle(wiring: Wiring, occupied: frozenset[str], cards: frozenset[str]) -> Setting:
    """The board as delivered; where that leaves something without lanes, the BIOS feed that cures it, if one does."""
    usual = default_feeds(wiring)
    setting = _set(wiring, occupied, cards, usual)
    if not setting.starved:
        return setting
    switchable = sorted(name for name in occupied if wiring.connectors[name].alternate)[:4]
    for turned in product((False, True), repeat=len(switchable)):
        other = _set(wiring, occupied, cards, usual ^ {n for n, turn in zip(switchable, turned, strict=True) if turn})
        if not other.starved:
            return other
    return setting


def _set(wiring: Wiring, occupied: frozenset[str], cards: frozenset[str], on_alternate: frozenset[str]) -> Setting:
    choices = {}
    for table in wiring.tables:
        here = [n for n in table.members & occupied if fed_by(wiring, n, table, on_alternate)]
        choices[table.group.id] = choose(table, here, cards, wiring.order)
    return Setting(wiring, occupied, cards, on_alternate, choices)


def feed(setting: Setting, name: str) -> Feed:
    """What a connector gets as things stand; an empty one, what it would get if it were filled."""
    wiring = setting.wiring
    connector = wiring.connectors[name]
    if name in wiring.undecided:
        return Feed(None, connector.gen, connector.root, connector.gen)
    if name in wiring.dead:
        return Feed(0, connector.gen, connector.root, connector.gen)
    tables = tables_for(wiring, name, setting.on_alternate)
    second = connector.alternate if name in setting.on_alternate else None
    root = tables[0].group.root if tables else second.root if second else connector.root
    gens = [second.gen if second else connector.gen]
    if not tables:
        width = second.lanes if second else connector.lanes
        budget = wiring.slot_lanes(root) if connector.kind == "slot" else None
        width = width if budget is None or width is None else min(width, budget)
    else:
        chosen = [_choice_with(setting, table, name) for table in tables]
        width = min(0 if name in choice.starved else choice.widths.get(name, 0) for choice in chosen)
        gens += [table.group.gen for table in tables] + [choice.gens.get(name) for choice in chosen]
    if second is not None and width is not None:
        width = min(width, second.lanes)
    return _feed(wiring, connector, width, gens, root)


def _choice_with(setting: Setting, table: LaneTable, name: str) -> Choice:
    choice = setting.choices[table.group.id]
    if name in setting.occupied:
        return choice
    plugged = table.members & setting.occupied
    here = [n for n in plugged if fed_by(setting.wiring, n, table, setting.on_alternate)]
    tried = choose(table, [*here, name], setting.cards, setting.wiring.order)
    # An empty connector may not push out what is plugged in: then it has nothing to offer.
    pushed = set(tried.starved) - set(choice.starved)
    return Choice(table, tried.index, (*tried.starved, name)) if pushed else tried


def _feed(wiring: Wiring, connector: Connector, width: int | None, gens: list[int | None], root: str | None) -> Feed:
    known = [gen for gen in gens if gen is not None]
    if width is not None and connector.mechanical is not None:
        width = min(width, connector.mechanical)
    if not known:
        return Feed(width, None, root, None)
    if root is not None and root in wiring.root_gens:
        known.append(wiring.root_gens[root])
    board_gen = min(known)
    cpu = wiring.cpu if wiring.root_kinds.get(root or "") == "cpu" else None
    return Feed(width, min(board_gen, cpu.pcie_gen) if cpu else board_gen, root, board_gen)


def feeds(setting: Setting) -> dict[str, Feed]:
    return {name: feed(setting, name) for name in setting.wiring.connectors}


def alone_width(setting: Setting, name: str) -> int | None:
    """Lanes a connector has when nothing shares with it; None when no group feeds it or its lanes are not known."""
    tables = tables_for(setting.wiring, name, setting.on_alternate)
    if not tables:
        return None
    mechanical = setting.wiring.connectors[name].mechanical or FULL_SLOT_LANES
    return min(mechanical, *(table.widest(name) for table in tables))
