"""Fit and speed of one rig under one workload, quickly and without a paper trail: a point of a curve, a bar, a row."""

from dataclasses import dataclass

from planner.analysis.lanes import Lanes
from planner.analysis.memory import MARGIN_GIB, Fit, Refused, quick_fit
from planner.analysis.own_speed import Correction, own_word
from planner.analysis.rig_speed import rig_case
from planner.analysis.speed_range import sure_word
from planner.analysis.throughput import case_speed, nearby
from planner.domain.rig import Rig
from planner.domain.steps import Range
from planner.domain.units import gib, show_gib


@dataclass(frozen=True, slots=True)
class Point:
    """Speeds are None where the model does not fit (`fits` False) or nothing can be said (None): see `why_not`."""

    label: str
    x: float
    fits: bool | None
    why_not: str = ""
    tight: bool = False
    used_gib: float | None = None
    """On all cards together, or in system RAM where there is none."""
    usable_gib: float | None = None
    decode: Range | None = None
    """tok/s of each user."""
    decode_sum: Range | None = None
    """tok/s of all users together."""
    prefill: Range | None = None
    ttft_s: Range | None = None
    sure: str = ""


def point(
    rig: Rig,
    lanes: Lanes | None,
    own: tuple[Correction, ...] = (),
    *,
    label: str = "",
    x: float = 0.0,
    margin_gib: float = MARGIN_GIB,
) -> Point:
    fit = quick_fit(rig, margin_gib)
    if not isinstance(fit, Fit):
        return Point(label, x, None, why_not(fit))
    used, usable = (gib(sum(getattr(share, name) for share in fit.devices)) for name in ("used", "usable"))
    if not fit.fits:
        return Point(label, x, False, why_not(fit), used_gib=used, usable_gib=usable)
    found = rig_case(rig, lanes, fit)
    known, work = rig.calibration, rig.workload
    speed = case_speed(found[0], known, work.model, own) if found and known and work else None
    if found is None or speed is None or known is None or work is None:
        return Point(label, x, None, needs(rig), used_gib=used, usable_gib=usable)
    step_s = 1 / speed.decode.value
    ttft = Range(
        *(work.prompt / rate + step_s for rate in (speed.prefill.value, speed.prefill.high, speed.prefill.low))
    )
    return Point(
        label=label,
        x=x,
        fits=True,
        tight=fit.tight,
        used_gib=used,
        usable_gib=usable,
        decode=speed.decode,
        decode_sum=speed.decode.scaled(work.users),
        prefill=speed.prefill,
        ttft_s=ttft,
        sure=own_word(speed.own_decode) or sure_word(found[0], known, nearby(rig, work)),
    )


def why_not(fit: Fit | Refused | None) -> str:
    """Why something does not run, in a sentence."""
    if isinstance(fit, Refused):
        return fit.reason
    if fit is None:
        return "The memory it needs cannot be worked out."
    label = next((share.label for share in fit.shares if share.device == fit.tightest), fit.tightest)
    return f"Needs {show_gib(gib(fit.over_bytes))} more on {label.split(' · ')[0]}."


def needs(rig: Rig) -> str:
    """Which figure an estimate lacks."""
    unrated = [card.chip.name for card in rig.cards if card.chip.fp16_tflops is None]
    if unrated:
        return f"The matrix rate of {unrated[0]} is not known."
    if rig.calibration is None:
        return "There are no constants to estimate speeds with."
    return "The speed of the system RAM is not known."
