"""The chart's bars: for one rig, what many models in many quantisations would reach, and what was measured near it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from planner.advice.point import needs, why_not
from planner.analysis.fit_draft import drafting_for
from planner.analysis.lanes import Lanes
from planner.analysis.memory import Fit, Refused, quick_fit
from planner.analysis.nearby import nearest
from planner.analysis.own_speed import Correction, corrections, own_word
from planner.analysis.rig_speed import rig_case
from planner.analysis.speed_range import sure_word
from planner.analysis.throughput import case_speed
from planner.catalog.store import Catalog
from planner.domain.measurement import Measurement
from planner.domain.model import FileSize, Model
from planner.domain.rig import Rig
from planner.domain.steps import Range

MAIN_MODELS = (
    "llama-3.2-3b",
    "llama-3.1-8b",
    "qwen3-14b",
    "gpt-oss-20b",
    "gemma-3-27b",
    "qwen3.6-27b",
    "qwen3-30b-a3b",
    "qwen3-32b",
    "llama-3.3-70b",
    "gpt-oss-120b",
    "devstral-2-123b-2512",
    "qwen3-235b-a22b",
)
MAIN_QUANTS = ("Q4_K_M", "Q6_K", "Q8_0", "F16")
OWN_QUANTS = {"gpt-oss-20b": ("MXFP4",), "gpt-oss-120b": ("MXFP4",)}
"""Models published in four bits: other labels would name the same weights."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One bar asked for."""

    model: Model
    quant: str
    file_size: FileSize | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """Speeds are None where the model does not fit (`fits` False) or nothing can be said (None): see `why_not`."""

    model: str
    name: str
    quant: str
    fits: bool | None
    why_not: str
    decode_tok_s: Range | None = None
    prefill_tok_s: Range | None = None
    sure: str = ""
    measured: tuple[Measurement, ...] = ()
    """Published speeds of this model on these cards, the closest first."""


def main_bars(catalog: Catalog) -> tuple[Wanted, ...]:
    """Models people ask for first, in the usual quantisations."""
    return tuple(
        Wanted(model, quant, catalog.size_of.get((model.id, quant)))
        for name in MAIN_MODELS
        if (model := catalog.models.get(name))
        for quant in OWN_QUANTS.get(name, MAIN_QUANTS)
    )


def bars(rig: Rig, lanes: Lanes | None, wanted: Iterable[Wanted]) -> tuple[Bar, ...]:
    """Empty without anything to run on, a workload or constants. `lanes` does not depend on the model."""
    if not rig.computes or rig.workload is None or rig.calibration is None:
        return ()
    own = corrections(rig, lanes)
    return tuple(_bar(rig, lanes, item, own) for item in wanted)


def _bar(rig: Rig, lanes: Lanes | None, item: Wanted, own: tuple[Correction, ...]) -> Bar:
    tried = _with_model(rig, item)
    fit = quick_fit(tried)
    near = nearest(rig.measurements, item.model.id, item.quant, _chips(rig))
    if not isinstance(fit, Fit) or not fit.fits:
        return Bar(item.model.id, item.model.name, item.quant, _fits(fit), why_not(fit), measured=near)
    found = rig_case(tried, lanes, fit)
    speed = case_speed(found[0], rig.calibration, item.model.id, own) if found and rig.calibration else None
    if found is None or speed is None or rig.calibration is None:
        return Bar(item.model.id, item.model.name, item.quant, None, needs(tried), measured=near)
    return Bar(
        model=item.model.id,
        name=item.model.name,
        quant=item.quant,
        fits=True,
        why_not="",
        decode_tok_s=speed.decode,
        prefill_tok_s=speed.prefill,
        sure=own_word(speed.own_decode)
        or sure_word(found[0], rig.calibration, [m for m in near if m.count == len(rig.cards)]),
        measured=near,
    )


def _with_model(rig: Rig, item: Wanted) -> Rig:
    """The same rig under the same demands, with another model; whole layers in RAM are the other model's affair."""
    assert rig.workload is not None
    changed = rig.workload.model_copy(
        update={"model": item.model.id, "quant": item.quant, "context": _context(rig, item.model)}
    )
    drafts = drafting_for(rig, item.model)
    return replace(rig, workload=changed, model=item.model, draft=drafts, file_size=item.file_size)


def _context(rig: Rig, model: Model) -> int:
    assert rig.workload is not None
    return min(rig.workload.context, model.max_context)


def _fits(fit: Fit | Refused | None) -> bool | None:
    return False if isinstance(fit, Fit) else None


def _chips(rig: Rig) -> tuple[str, ...]:
    return tuple(card.chip.id for card in rig.cards)
