"""What a power cap costs: decode waits for memory and hardly minds, until the cap starves the cores as well."""

from collections.abc import Mapping

from planner.analysis.speed_case import CardSpeed

FLOOR = 0.3
"""No cap a card accepts was seen to take more."""


def decode_derate(card: CardSpeed, constants: Mapping[str, float], parallel: int = 1) -> float:
    """Share of the uncapped decode rate: flat down to a knee, then a line. Cards in parallel are loaded less."""
    share = card.power_share
    if share >= 1:
        return 1.0
    knee = constants.get(f"cap_knee {card.family}", constants["cap_knee"])
    slope = constants.get(f"cap_slope {card.family}", constants["cap_slope"])
    alone = max(FLOOR, 1 - slope * max(0.0, knee - share))
    return 1 - (1 - alone) / parallel


def prefill_derate(card: CardSpeed, constants: Mapping[str, float]) -> float:
    """Share of the uncapped prefill rate: compute follows power by an exponent below one."""
    return float(card.power_share ** constants["cap_prefill_exponent"])
