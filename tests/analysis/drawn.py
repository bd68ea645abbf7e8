"""What cards, a processor of 155 W and a desktop board draw."""

from typing import Any

from hypothesis import strategies as st

from planner.analysis.power import Power, power
from planner.domain.rig import Rig
from tests.makers import make_board, make_rig, make_rig_card, make_rig_psu

DESKTOP = make_board(memory={"type": "DDR5", "channels": 2, "slots": 4})
DESKTOP_W = 50 + 4 * 3
"""Board and fans."""


def rig_of(*cards: dict[str, Any], psu: dict[str, Any] | None = None, **changes: Any) -> Rig:
    """Cards on psu-1, a CPU of 155 W, a desktop board."""
    made = tuple(make_rig_card(n, psu="psu-1", **card) for n, card in enumerate(cards, 1))
    fields: dict[str, Any] = {"board": DESKTOP, "cards": made, "psus": (make_rig_psu(**(psu or {})),)}
    return make_rig(**(fields | changes))


def drawn(*cards: dict[str, Any], **changes: Any) -> Power:
    result = power(rig_of(*cards, **changes))
    assert result is not None
    return result


def plugged(plugs: dict[str, int], watts: int = 350) -> dict[str, Any]:
    return {"card": {"plugs": plugs, "tgp_w": watts}}


WATTS = st.integers(50, 600)
