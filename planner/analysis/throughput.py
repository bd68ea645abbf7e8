"""Tokens per second: decode, prefill and time to first token, with the range earned on measured data."""

from dataclasses import dataclass

from planner.analysis.decode import DecodeTime, decode_time
from planner.analysis.lanes import Lanes
from planner.analysis.memory import Fit, Refused
from planner.analysis.nearby import nearest
from planner.analysis.own_speed import NOTHING, Correction, Own, corrections, own_of, own_word
from planner.analysis.prefill import PrefillTime, prefill_time
from planner.analysis.rig_speed import Assumed, rig_case
from planner.analysis.speculation import Speculation, speculation, token_seconds
from planner.analysis.speed_case import SpeedCase
from planner.analysis.speed_range import band, ranged, sure_word
from planner.analysis.speed_steps import decode_steps, prefill_steps
from planner.domain.calibration import Calibration
from planner.domain.measurement import Measurement
from planner.domain.rig import Rig
from planner.domain.steps import Range, Step
from planner.domain.units import GB, PRACTICAL_SHARE
from planner.domain.workload import Workload

CPU_ONLY = "CPU only"
NEVER_MODELLED = ("prompt caching between requests", "first-run compilation and cold caches")
NOT_MODELLED = (
    "speculative decoding, which is not asked for: it made decode 1.1 to 2.5 times as fast where it worked",
    *NEVER_MODELLED,
)
SPECULATION_NOT_MODELLED = (
    "reading the prompt with the draft as well: prefill was measured 10 to 30 % slower with next-token blocks",
    "drafts by n-grams, EAGLE or DFlash",
    *NEVER_MODELLED,
)


@dataclass(frozen=True, slots=True)
class Throughput:
    decode_tok_s: Range
    """Per user."""
    decode_sum_tok_s: Range
    """All users together."""
    prefill_tok_s: Range
    ttft_s: Range
    """Time to the first token of a prompt of the workload's length."""
    load_s: float | None
    """Reading the model from the drive and passing it to the cards."""
    limited_by: str
    """memory, compute, link, host RAM or overhead: what most of a token's time goes to."""
    sure: str
    """measured nearby, well known, young, rough or extrapolated: in a word how the range was earned. With speculation:
    as the text allows, or speculative where the user says how much is accepted."""
    decode_steps: tuple[Step, ...]
    prefill_steps: tuple[Step, ...]
    not_modelled: tuple[str, ...]
    assumed: tuple[str, ...]
    engine: str
    split: str
    """none, layer, row or tensor; `CPU_ONLY` without a card."""
    depth: int = 0
    """Tokens in the cache for which decode is stated."""
    speculation: Speculation | None = None


@dataclass(frozen=True, slots=True)
class Speed:
    """An estimate without its paper trail: what a chart of many needs."""

    decode: Range
    prefill: Range
    decode_parts: DecodeTime
    """Of a step without speculation."""
    prefill_parts: PrefillTime
    own_decode: Own = NOTHING
    own_prefill: Own = NOTHING
    speculation: Speculation | None = None


def throughput(rig: Rig, lanes: Lanes | None, memory: Fit | Refused | None) -> Throughput | None:
    """None where the model does not fit, or a figure of a chip is not known."""
    if rig.workload is None or rig.calibration is None or not isinstance(memory, Fit) or not memory.fits:
        return None
    found = rig_case(rig, lanes, memory)
    if found is None:
        return None
    case, assumed = found
    speed = case_speed(case, rig.calibration, rig.workload.model, corrections(rig, lanes))
    if speed is None:
        return None
    return _result(rig, rig.workload, memory, case=case, speed=speed, assumed=assumed, known=rig.calibration)


def case_speed(
    case: SpeedCase, calibration: Calibration, model: str = "", own: tuple[Correction, ...] = ()
) -> Speed | None:
    """The estimate for a bare situation, drawn to the user's own runs; None where a chip's matrix rate is not known."""
    decode = decode_time(case, calibration.constants)
    prefill = prefill_time(case, calibration.constants)
    if prefill is None:
        return None
    own_decode, own_prefill = own_of(case, "decode", model, own), own_of(case, "prefill", model, own)
    drafting = speculation(case, calibration.constants, decode)
    token_s = drafting.token_s if drafting else decode.total_s
    return Speed(
        decode=own_decode.applied(ranged(1 / token_s, band(case, "decode", calibration))),
        prefill=own_prefill.applied(ranged(1 / prefill.total_s, band(case, "prefill", calibration))),
        decode_parts=decode,
        prefill_parts=prefill,
        own_decode=own_decode,
        own_prefill=own_prefill,
        speculation=drafting,
    )


def decode_range(case: SpeedCase, calibration: Calibration) -> Range:
    """Per user."""
    return ranged(1 / token_seconds(case, calibration.constants), band(case, "decode", calibration))


def _result(
    rig: Rig, workload: Workload, memory: Fit, *, case: SpeedCase, speed: Speed, assumed: Assumed, known: Calibration
) -> Throughput:
    return Throughput(
        decode_tok_s=speed.decode,
        decode_sum_tok_s=speed.decode.scaled(case.users),
        prefill_tok_s=speed.prefill,
        ttft_s=_first_token(workload.prompt, speed),
        load_s=_load_s(rig, memory, case),
        limited_by=limited_by(speed.speculation.check if speed.speculation else speed.decode_parts),
        sure=own_word(speed.own_decode) or sure_word(case, known, nearby(rig, workload)),
        decode_steps=decode_steps(case, speed.decode_parts, known, speed.own_decode, speed.speculation),
        prefill_steps=prefill_steps(case, speed.prefill_parts, known, speed.own_prefill),
        not_modelled=not_modelled(case),
        assumed=(*assumed, *_kept(case, speed.speculation), *_uncounted(rig, case)),
        engine=rig.engine.name if rig.engine else workload.engine,
        split=case.split if case.cards else CPU_ONLY,
        depth=round(case.depth),
        speculation=speed.speculation,
    )


def not_modelled(case: SpeedCase) -> tuple[str, ...]:
    return SPECULATION_NOT_MODELLED if case.draft else NOT_MODELLED


def _kept(case: SpeedCase, found: Speculation | None) -> tuple[str, ...]:
    if found is None or case.draft is None or case.draft.accepted is not None:
        return ()
    return (f"{found.accepted * 100:.0f} % of the drafted tokens are kept, as is usual: more of code, less of prose",)


def _uncounted(rig: Rig, case: SpeedCase) -> tuple[str, ...]:
    """Speeds know speculation in more engines than memory and launch commands do."""
    if case.draft is None or rig.engine is None or rig.engine.memory == "buffers":
        return ()
    return (f"room for speculation in {rig.engine.name}: its memory and its launch flags are no part of this plan",)


def _first_token(prompt: int, speed: Speed) -> Range:
    step_s = speed.decode_parts.total_s / speed.own_decode.factor
    return Range(*(prompt / rate + step_s for rate in (speed.prefill.value, speed.prefill.high, speed.prefill.low)))


def limited_by(parts: DecodeTime) -> str:
    """What most of a token's time goes to."""
    shares = {
        "memory": parts.weights_s + parts.cache_s,
        "compute": parts.compute_s,
        "link": parts.wait_s,
        "host RAM": parts.ram_s,
        "overhead": parts.overhead_s,
    }
    return max(shares, key=lambda name: shares[name])


def nearby(rig: Rig, workload: Workload) -> tuple[Measurement, ...]:
    """Published speeds of this model or its kin on as many of this chip, any quantisation."""
    found = nearest(rig.measurements, workload.model, workload.quant, tuple(card.chip.id for card in rig.cards))
    return tuple(m for m in found if m.count == len(rig.cards))


def _load_s(rig: Rig, memory: Fit, case: SpeedCase) -> float | None:
    """Seconds to read the file or to pass each card its share, whichever takes longer; None without a known drive."""
    rates = [rate for drive in rig.drives if (rate := drive.drive.read_gb_s)]
    if not rates:
        return None
    size_gb = memory.weights_bytes / GB
    passed = sum(
        size_gb * share / (card.link_gb_s * PRACTICAL_SHARE)
        for card, share in zip(case.cards, case.card_shares, strict=True)
    )
    return max(size_gb / max(rates), passed)
