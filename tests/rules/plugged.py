"""Cards on one supply, and their plugs on its leads."""

from typing import Any

from planner.analysis.facts import Facts
from tests.makers import make_board, make_rig_psu
from tests.rules.cases import facts_of, rig_with

EIGHT_PIN = {"plugs": {"pcie_8pin": 2}}
SIXTEEN_PIN = {"plugs": {"12v_2x6": 1}, "tgp_w": 575}


def on_psu(**psu: Any) -> Facts:
    """The usual two cards on one supply."""
    return facts_of(rig_with(psus=(make_rig_psu(**psu),)))


def plugs(needed: int, has: int | None, card: dict[str, Any] | None = None, **psu: Any) -> Facts:
    """Cards with two 8-pins each on a supply that has `has` of them."""
    rows = tuple(range(1, needed // 2 + 1))
    return facts_of(rig_with(rows, card or EIGHT_PIN, psus=(make_rig_psu(pcie_8pin=has, **psu),)))


def sixteen(limit_w: int | None, **psu: Any) -> Facts:
    supply = {"sixteen_pin": 1, "sixteen_pin_w": 600} | psu
    return facts_of(rig_with((1,), SIXTEEN_PIN, limit_w=limit_w, psus=(make_rig_psu(**supply),)))


def eps(has: int) -> Facts:
    return facts_of(rig_with(board=make_board(eps_required=2), psus=(make_rig_psu(eps_8pin=has),)))


def adapter_on(cables: int) -> Facts:
    """A 16-pin card on an adapter, on a supply with so many 8-pin cables."""
    return sixteen(450, sixteen_pin=0, pcie_8pin=6, pcie_8pin_cables=cables)
