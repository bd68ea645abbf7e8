"""The user's own measurements draw the estimates of this machine towards what it really does.

Each measured speed is estimated as well; the logarithm of measured over estimated is a correction. Corrections are
averaged, each weighted by how like the measured run is to the one asked about, against one vote of weight `DOUBT` for
the estimate as it stands. A range narrows with the weight behind the correction, and never below `NARROWEST`.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from planner.analysis.lanes import Lanes
from planner.analysis.memory import Fit, quick_fit
from planner.analysis.nearby import kin
from planner.analysis.prefill import prefill_time
from planner.analysis.rig_speed import KV_BYTES, rig_case
from planner.analysis.speculation import token_seconds
from planner.analysis.speed_case import SpeedCase
from planner.domain.drafted import read_drafted
from planner.domain.model import Model
from planner.domain.rig import OwnSpeed, Rig
from planner.domain.steps import Range

DOUBT = 0.25
SURE = 0.78
"""Above what a run of another model alone can give, below what one of the very same does."""
FURTHEST = 3.0
"""A run further off than this factor was not what it seemed, and is not used."""
NARROWEST = 0.05
OTHER_ENGINE = 0.25
OTHER_SPLIT = 0.5
OTHER_MODEL = 0.7
OTHER_SHAPE = 0.3
"""Dense against mixture of experts."""
OTHER_BITS = 0.8
USER_DOUBLINGS = 0.9
"""Per doubling of the users between the two."""
WITHOUT_DRAFT = 0.4
"""Of all runs without speculation, asked about speculation: what is kept stays open. The other way round they say
nothing."""
DEPTH_DOUBLINGS = 0.9
"""Per doubling of the context between the two."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One measured run against its estimate."""

    kind: str
    case: SpeedCase
    model: str
    log_ratio: float


@dataclass(frozen=True, slots=True)
class Own:
    """What the user's runs say about one estimate."""

    factor: float = 1.0
    weight: float = 0.0
    """0: nothing like it was timed. 1: as good as one run of the very same."""
    runs: int = 0

    @property
    def trust(self) -> float:
        return self.weight / (self.weight + DOUBT)

    def applied(self, found: Range) -> Range:
        if not self.runs:
            return found
        value = found.value * self.factor
        low, high = (max(NARROWEST, abs(edge / found.value - 1) * (1 - 0.7 * self.trust)) for edge in _edges(found))
        return Range(value, value * (1 - low), value * (1 + high))


NOTHING = Own()


def _edges(found: Range) -> tuple[float, float]:
    return found.low, found.high


def corrections(rig: Rig, lanes: Lanes | None) -> tuple[Correction, ...]:
    """Of every own run whose model fits this rig; none where its chips are not the ones measured."""
    if rig.calibration is None or rig.workload is None:
        return ()
    return tuple(found for own in rig.own_speeds for found in _of(own, rig, lanes))


def _of(own: OwnSpeed, rig: Rig, lanes: Lanes | None) -> Iterator[Correction]:
    case = _case(own, rig, lanes)
    if case is None or rig.calibration is None:
        return
    constants, row = rig.calibration.constants, own.row
    if row.decode_tok_s:
        estimate = case.users / token_seconds(case, constants)
        yield from _correction("decode", case, row.model, row.decode_tok_s / estimate)
    parts = prefill_time(case, constants) if row.prefill_tok_s and row.users == 1 else None
    if row.prefill_tok_s and parts:
        yield from _correction("prefill", case, row.model, row.prefill_tok_s * parts.total_s)


def _correction(kind: str, case: SpeedCase, model: str, ratio: float) -> Iterator[Correction]:
    if 1 / FURTHEST <= ratio <= FURTHEST:
        yield Correction(kind, case, model, math.log(ratio))


def _case(own: OwnSpeed, rig: Rig, lanes: Lanes | None) -> SpeedCase | None:
    """The situation of an own run on this rig; None where it cannot have run here."""
    row = own.row
    if rig.workload is None or (row.chip and row.chip not in {card.chip.id for card in rig.cards}):
        return None
    tried = _as_measured(own, rig)
    fit = quick_fit(tried)
    if not isinstance(fit, Fit):
        return None
    found = rig_case(tried, lanes, fit)
    if found is None:
        return None
    answer, case = row.generated or 0, _as_drafted(found[0], row.speculative)
    if case is None:
        return None
    return replace(case, depth=row.depth + answer / 2, prompt_depth=float(row.depth), users=float(row.users))


def _as_drafted(case: SpeedCase, said: str) -> SpeedCase | None:
    """With as many tokens drafted and kept as the run had; None where its speculation is not modelled."""
    drafted = read_drafted(said)
    if not said or case.draft is None or drafted is None:
        return case if not said else None
    draft = replace(case.draft, tokens=drafted.tokens, accepted=drafted.accepted, text=drafted.text)
    return replace(case, draft=draft)


def _draft_of(own: OwnSpeed, rig: Rig) -> Model | None:
    """What drafted for that run: its own block, or the draft model of the rig."""
    drafted = read_drafted(own.row.speculative)
    if drafted is None:
        return None
    if not drafted.model:
        return own.model
    return rig.draft if rig.draft and rig.draft.id == drafted.model else None


def _as_measured(own: OwnSpeed, rig: Rig) -> Rig:
    row = own.row
    assert rig.workload is not None
    split = row.split if row.split != "pipeline" else "layer"
    cards = rig.cards[: row.count] if 0 < row.count < len(rig.cards) else rig.cards
    if row.power_limit_w:
        cards = tuple(replace(card, limit_w=round(row.power_limit_w)) for card in cards)
    context = max(512, row.depth + (row.prompt or 0) + (row.generated or 0))
    work = rig.workload.model_copy(
        update={
            "model": row.model,
            "quant": row.quant,
            "context": min(context, own.model.max_context),
            "prompt": max(1, row.prompt or 512),
            "users": row.users,
            "split": split,
            "kv_type": row.kv_cache if row.kv_cache in KV_BYTES else "f16",
            "engine": row.engine if own.engine else rig.workload.engine,
        }
    )
    engine, draft = own.engine or rig.engine, _draft_of(own, rig)
    return replace(
        rig, cards=cards, workload=work, model=own.model, engine=engine, draft=draft, file_size=own.file_size
    )


def _drafting_likeness(case: SpeedCase, other: SpeedCase) -> float:
    if case.draft is None:
        return 1.0 if other.draft is None else 0.0
    return 1.0 if other.draft is None or case.draft.kind == other.draft.kind else 0.0


def own_word(own: Own) -> str:
    """How sure the user's own runs make an estimate; empty where there are none like it."""
    if not own.runs:
        return ""
    return "measured on this machine" if own.trust >= SURE else "drawn to your measurements"


def own_of(case: SpeedCase, kind: str, model: str, found: tuple[Correction, ...]) -> Own:
    """What these corrections say about a case."""
    known = [item for item in found if item.kind == kind]
    if not known:
        return NOTHING
    drafted = [item for item in known if item.case.draft]
    plain = [item for item in known if item.case.draft is None]
    most = WITHOUT_DRAFT if kind == "decode" and case.draft else math.inf
    weighted = [*_weighted(case, model, drafted), *_weighted(case, model, plain, most)]
    total = sum(weight for weight, _ in weighted)
    if not total:
        return NOTHING
    mean = sum(weight * log for weight, log in weighted) / (total + DOUBT)
    return Own(math.exp(mean), total, len(weighted))


def _weighted(
    case: SpeedCase, model: str, found: Sequence[Correction], most: float = math.inf
) -> list[tuple[float, float]]:
    """Weight and logarithm of each that says something; together they weigh `most` at most."""
    weighted = [(_likeness(case, model, item), item.log_ratio) for item in found]
    total = sum(weight for weight, _ in weighted)
    share = min(1.0, most / total) if total else 1.0
    return [(weight * share, log) for weight, log in weighted if weight > 0]


def _likeness(case: SpeedCase, model: str, item: Correction) -> float:
    """1 for the very same run, less for each thing that differs, 0 on other chips."""
    other = item.case
    if {card.chip for card in case.cards} != {card.chip for card in other.cards}:
        return 0.0
    likeness = 1.0
    likeness *= 1.0 if case.engine == other.engine and case.backend == other.backend else OTHER_ENGINE
    likeness *= 1.0 if (case.split, case.count) == (other.split, other.count) else OTHER_SPLIT
    likeness *= 1.0 if kin(model) == kin(item.model) else OTHER_MODEL
    likeness *= 1.0 if case.work.moe == other.work.moe else OTHER_SHAPE
    likeness *= 1.0 if case.bits == other.bits else OTHER_BITS
    likeness *= USER_DOUBLINGS ** abs(math.log2(case.users / other.users))
    likeness *= _drafting_likeness(case, other) if item.kind == "decode" else 1.0
    apart = abs(math.log2((case.depth + 2048) / (other.depth + 2048)))
    return float(likeness * DEPTH_DOUBLINGS**apart)
