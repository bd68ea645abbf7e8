"""How far an estimate may be off: the band that held 80 % of held-out measurements of the same situation. With
speculation it reaches on to texts of which fewer or more drafted tokens are kept."""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

from planner.analysis.speculation import text_spread
from planner.analysis.speed_case import SpeedCase
from planner.domain.calibration import Calibration
from planner.domain.measurement import Measurement
from planner.domain.steps import Range

WIDE = (0.5, 1.6)
"""Where nothing like it was ever measured."""
WIDE_SPECULATIVE = (0.5, 1.5)
"""Where speculation was measured too seldom for a band of its own."""
YOUNG_GROUPS = frozenset(("xe", "cdna", "gcn", "pre-tensor"))


def situation(case: SpeedCase, kind: str) -> tuple[str, ...]:
    """Names under which a band may be filed, the closest first. `kind` is decode or prefill."""
    if case.draft and kind == "decode":
        return ("decode speculative, acceptance known" if case.draft.accepted is not None else "decode speculative",)
    if not case.cards:
        return (f"{kind} cpu",)
    if case.layers_in_ram or case.experts_in_ram:
        return (f"{kind} offload",)
    how = case.split if case.count > 1 and case.split != "none" else "one"
    if case.users > 1:
        return (f"{kind} {how} users",)
    return _closest_first(kind, how, case.native, case.work.moe, is_young(case))


@lru_cache(maxsize=256)
def _closest_first(kind: str, how: str, native: bool, moe: bool, young: bool) -> tuple[str, ...]:
    engine, shape, age = " native" if native else "", " moe" if moe else "", " young" if young else ""
    return (
        f"{kind} {how}{engine}{shape}{age}",
        f"{kind} {how}{shape}{age}",
        f"{kind} {how}{age}",
        f"{kind} {how}",
        kind,
    )


def is_young(case: SpeedCase) -> bool:
    """Kernels known to lag: low-bit formats off the beaten track, back ends in early days, aged cards."""
    if case.backend == "vulkan" or case.engine.startswith("localscore"):
        return True
    return not YOUNG_GROUPS.isdisjoint([card.group for card in case.kinds])


def is_known(case: SpeedCase, constants: Mapping[str, float]) -> bool:
    """Whether every card's group was part of the fit."""
    return {f"eta {card.group} 4-8" for card in case.kinds} <= constants.keys()


def band(case: SpeedCase, kind: str, calibration: Calibration) -> tuple[float, float]:
    low, high = _filed(case, kind, calibration)
    if kind != "decode" or case.draft is None:
        return low, high
    prose, code = text_spread(case, calibration.constants)
    return math.exp(-math.hypot(math.log(low), math.log(prose))), math.exp(math.hypot(math.log(high), math.log(code)))


def _filed(case: SpeedCase, kind: str, calibration: Calibration) -> tuple[float, float]:
    if not is_known(case, calibration.constants):
        return WIDE
    for name in situation(case, kind):
        if name in calibration.spread:
            return calibration.spread[name]
    return WIDE_SPECULATIVE if case.draft and kind == "decode" else WIDE


def ranged(value: float, band_: tuple[float, float]) -> Range:
    return Range(value, value * band_[0], value * band_[1])


def sure_word(case: SpeedCase, calibration: Calibration, near: Sequence[Measurement]) -> str:
    """In a word, how the range was earned."""
    if not is_known(case, calibration.constants):
        return "extrapolated"
    if case.draft:
        return "speculative" if case.draft.accepted is not None else "as the text allows"
    if near:
        return "measured nearby"
    if not case.cards:
        return "rough"
    return "young" if is_young(case) else "well known"
