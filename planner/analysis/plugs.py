"""Which cable goes where: the plugs every part wants against those its supply has."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from planner.analysis.lane_seats import key_order
from planner.analysis.power_results import Lead, PlugNeed
from planner.domain.parts import SIXTEEN_PIN, Board
from planner.domain.rig import RigCard, RigPsu

TWELVE_PIN_TAKES = 2
"""NVIDIA's 12-pin comes with the maker's own adapter for two 8-pins."""


def adapter_takes(watts: float) -> int:
    """8-pin plugs of an adapter to 16-pin, 150 W each."""
    return 2 if watts <= 300 else 3 if watts <= 450 else 4


@dataclass(slots=True)
class _Stock:
    """Plugs of one kind left on a supply; None is not known."""

    left: int | None
    taken: int = 0
    cards: list[str] = field(default_factory=list)

    def take(self, count: int, to: str) -> bool | None:
        """False when there are not enough; then the need is noted all the same."""
        self.taken += count
        self.cards += [] if to in self.cards else [to]
        if self.left is None:
            return None
        if self.left < count:
            self.left = 0
            return False
        self.left -= count
        return True


@dataclass(frozen=True, slots=True)
class CablePlan:
    plugs: tuple[PlugNeed, ...]
    leads: tuple[Lead, ...]
    sixteen_pin_short: int
    unknown: tuple[str, ...]


def plan(supply: RigPsu, cards: Iterable[RigCard], board: Board | None) -> CablePlan:
    """Plugs that fit as they are come first, then adapters. `board` is given for the supply that feeds it."""
    psu, key = supply.psu, supply.key
    cards = sorted(cards, key=lambda c: key_order(c.key))
    eight, six, eps = _Stock(psu.pcie_8pin), _Stock(psu.pcie_8pin), _Stock(psu.eps_8pin)
    leads: list[Lead] = []
    if board is not None and board.eps_required:
        ok = eps.take(board.eps_required, "board")
        eps.cards.clear()
        leads.append(Lead(key, "board", "eps", board.eps_required, False, ok))
    for card in cards:
        leads += _direct(key, card, eight, eps)
    six.left = eight.left
    for card in cards:
        if wanted := card.card.plugs.get("pcie_6pin", 0):
            leads.append(Lead(key, card.key, "6-pin", wanted, False, six.take(wanted, card.key)))
    eight.left = six.left
    has_eight = psu.pcie_8pin
    spare = None if has_eight is None else max(0, has_eight - eight.taken)
    cables = None if psu.pcie_8pin_cables is None else max(0, psu.pcie_8pin_cables - eight.taken)
    sixteen, more = _sixteen_pins(supply, cards, eight, cables)
    short = sixteen.needed - psu.sixteen_pin if psu.sixteen_pin is not None else 0
    needs = [
        sixteen,
        PlugNeed(key, "8-pin", eight.taken, has_eight, tuple(eight.cards)),
        PlugNeed(key, "6-pin", six.taken, spare, tuple(six.cards)),
        PlugNeed(key, "eps", eps.taken, psu.eps_8pin, tuple(eps.cards)),
    ]
    unknown = tuple(f"power plugs of {card.key}" for card in cards if not card.card.plugs_known)
    leads = sorted([*leads, *more], key=lambda lead: key_order(lead.to))
    return CablePlan(tuple(n for n in needs if n.needed), tuple(leads), max(0, short), unknown)


def _direct(key: str, card: RigCard, eight: _Stock, eps: _Stock) -> list[Lead]:
    """8-pins, and the 12-pin whose adapter comes with the card; EPS plugs of data-centre cards."""
    plugs = card.card.plugs
    leads = []
    if wanted := plugs.get("pcie_8pin", 0) + TWELVE_PIN_TAKES * plugs.get("nvidia_12pin", 0):
        leads.append(Lead(key, card.key, "8-pin", wanted, False, eight.take(wanted, card.key)))
    if wanted := plugs.get("eps_8pin", 0):
        leads.append(Lead(key, card.key, "eps", wanted, False, eps.take(wanted, card.key)))
    return leads


def _sixteen_pins(
    supply: RigPsu, cards: list[RigCard], eight: _Stock, cables: int | None
) -> tuple[PlugNeed, list[Lead]]:
    """Native leads to the hungriest cards, adapters to the others as far as the 8-pins last. `cables` are free ones."""
    key, native = supply.key, supply.psu.sixteen_pin
    wanting = [(c, n) for c in cards if (n := sum(c.card.plugs.get(kind, 0) for kind in SIXTEEN_PIN))]
    need = PlugNeed(key, "16-pin", sum(n for _, n in wanting), native, tuple(c.key for c, _ in wanting))
    if native is None:
        return need, [Lead(key, c.key, "16-pin", n, False, None) for c, n in wanting]
    leads = []
    for card, wanted in sorted(wanting, key=lambda w: (-_watts(w[0]), key_order(w[0].key))):
        straight = min(wanted, native)
        native -= straight
        if straight:
            leads.append(Lead(key, card.key, "16-pin", straight, False, True))
        if adapted := wanted - straight:
            lead = _adapter(key, card, adapted, adapter_takes(_watts(card) / wanted), eight, cables)
            cables = None if cables is None else max(0, cables - lead.count)
            leads.append(lead)
    return need, leads


def _adapter(key: str, card: RigCard, adapters: int, takes: int, eight: _Stock, cables: int | None) -> Lead:  # noqa: PLR0917
    count = adapters * takes
    if eight.left is not None and eight.left < count:
        return Lead(key, card.key, "16-pin", adapters, False, False)
    short = 0 if cables is None else max(0, count - cables)
    return Lead(key, card.key, "8-pin", count, True, eight.take(count, card.key), short)


def _watts(card: RigCard) -> int:
    """A cap does not count: the card asks its plug before any software sets one."""
    return max(card.card.tgp_w, card.power_w)
