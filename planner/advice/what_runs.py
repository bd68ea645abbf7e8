"""Every model in every usual quantisation on one build: does it fit, how far does its context reach, how fast is it;
beside the same build with a card more and a card less.

A table takes its rows one by one, so that a window can fill it in slices and stop at any row; rows are remembered.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from planner.advice.answers import decode_of, least_in_ram, with_cards
from planner.advice.quality import Quality, quality, usual_quants
from planner.analysis.fit import CONTEXT_STEP, Planned, planned
from planner.analysis.fit_draft import drafting_for
from planner.analysis.lanes import Lanes
from planner.analysis.memory import MARGIN_GIB, Fit, Refused
from planner.catalog.store import Catalog
from planner.domain.model import Model
from planner.domain.rig import Rig
from planner.domain.steps import Range

Verdict = Literal["fits", "tight", "offload", "no", "beyond", "refused"]
"""Tight: loads, without the margin. Offload: with a part in system RAM. Beyond: more than the model is made for."""
CONTEXTS = (4096, 16384, 32768, 65536, 131072)


@dataclass(frozen=True, slots=True)
class Cell:
    """One context."""

    context: int
    verdict: Verdict
    spare_bytes: float | None
    """Free on the fullest device beyond the margin; negative is what it lacks. None where the margin is kept anyway."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What one set of cards makes of a model."""

    cards: int
    verdict: Verdict
    """At the context asked for."""
    max_context: int
    """With the margin kept; 0 when none."""
    spare_bytes: float
    decode: Range | None
    why: str = ""
    """Why the engine refuses."""


@dataclass(frozen=True, slots=True)
class Row:
    model: str
    name: str
    quant: str
    bits_per_weight: float
    weights_bytes: float
    quality: Quality | None
    here: Reach
    cells: tuple[Cell, ...]
    in_ram: tuple[str, int] | None
    """What would have to stay in system RAM at the context asked for: experts or layers, and of how many layers."""
    fewer: Reach | None
    more: Reach | None

    @property
    def runs(self) -> bool:
        return self.here.verdict in ("fits", "tight", "offload")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the table is to hold; the rest is the workload of the build."""

    contexts: tuple[int, ...] = CONTEXTS
    quants: tuple[str, ...] = ()
    """Empty: the usual ones of the engine."""
    neighbours: bool = True
    """With a card more and a card less."""
    offload: bool = True
    """Look for what could stay in system RAM."""
    margin_gib: float = MARGIN_GIB


@dataclass
class WhatRuns:
    """The table of one rig. Iterate over `rows()` as far as you like; what was worked out is kept."""

    rig: Rig
    lanes: Lanes | None
    catalog: Catalog
    asked: Asked = Asked()
    _known: dict[tuple[str, str], Row | None] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._pairs())

    def rows(self, models: Iterable[Model] | None = None) -> Iterator[Row | None]:
        """None for a pair that nothing can be said of, so that a caller can count its slices."""
        for model, quant in self._pairs(models):
            yield self.row(model, quant)

    def row(self, model: Model, quant: str) -> Row | None:
        key = (model.id, quant)
        if key not in self._known:
            self._known[key] = self._work_out(model, quant)
        return self._known[key]

    def best_rows(self, models: Iterable[Model] | None = None) -> Iterator[Row]:
        """One row a model: the most bits that run wholly on the cards, else the fewest bits that run at all."""
        for model in models or self.catalog.models.values():
            rows = [row for quant in self._quants(model) if (row := self.row(model, quant))]
            rows.sort(key=lambda row: -row.bits_per_weight)
            on_cards = next((row for row in rows if row.here.verdict == "fits"), None)
            tight = next((row for row in rows if row.here.verdict == "tight"), None)
            found = on_cards or tight or next((row for row in reversed(rows) if row.runs), None)
            if found or rows:
                yield found or rows[-1]

    def still_holds(self, rig: Rig, lanes: Lanes | None) -> bool:
        """Whether another rig would give the same table: model and quantisation asked for do not matter."""
        return _key(rig) == _key(self.rig) and lanes == self.lanes

    def _pairs(self, models: Iterable[Model] | None = None) -> list[tuple[Model, str]]:
        chosen = self.catalog.models.values() if models is None else models
        return [(model, quant) for model in chosen for quant in self._quants(model)]

    def _quants(self, model: Model) -> tuple[str, ...]:
        if self.rig.engine is None or self.rig.workload is None:
            return ()
        return self.asked.quants or usual_quants(self.rig.engine, model)

    def _work_out(self, model: Model, quant: str) -> Row | None:
        rig = _with_model(self.rig, model, quant, self.catalog)
        found = planned(rig, self.asked.margin_gib)
        if not isinstance(found, Planned) or rig.workload is None:
            return _refused(model, quant, rig, found) if isinstance(found, Refused) else None
        context = rig.workload.context
        fit = found.at(context)
        in_ram = None if fit.roomy else self._in_ram(rig)
        weights = found.task.weights
        reach = self._reach(found, context, fit, in_ram)
        return Row(
            model=model.id,
            name=model.name,
            quant=quant,
            bits_per_weight=weights.bits_per_weight,
            weights_bytes=weights.file,
            quality=quality(quant),
            here=reach,
            cells=tuple([_cell(found, length, reach, in_ram is not None) for length in self.asked.contexts]),
            in_ram=in_ram,
            fewer=self._neighbour(rig, -1),
            more=self._neighbour(rig, 1),
        )

    def _reach(self, found: Planned, context: int, fit: Fit, in_ram: tuple[str, int] | None) -> Reach:
        rig = found.rig
        verdict: Verdict = _verdict(fit, in_ram is not None)
        if verdict == "offload" and in_ram is not None and rig.workload is not None:
            moved = replace(rig, workload=rig.workload.model_copy(update={f"offload_{in_ram[0]}": in_ram[1]}))
            with_ram = planned(moved, self.asked.margin_gib)
            decode = decode_of(moved, self.lanes, with_ram.at(context)) if isinstance(with_ram, Planned) else None
        else:
            decode = decode_of(rig, self.lanes, fit)
        return Reach(
            cards=len(rig.cards),
            verdict=verdict,
            max_context=_max_context(found, context, fit),
            spare_bytes=_spare(fit),
            decode=decode,
        )

    def _neighbour(self, rig: Rig, change: int) -> Reach | None:
        other = with_cards(rig, change) if self.asked.neighbours else None
        found = planned(other, self.asked.margin_gib) if other else None
        if other is None or other.workload is None or found is None:
            return None
        if isinstance(found, Refused):
            return Reach(len(other.cards), "refused", 0, 0.0, None, found.reason)
        return self._reach(found, other.workload.context, found.at(other.workload.context), None)

    def _in_ram(self, rig: Rig) -> tuple[str, int] | None:
        if not self.asked.offload or rig.model is None:
            return None
        part = "experts" if rig.model.moe else "layers"
        least = least_in_ram(rig, f"offload_{part}", self.asked.margin_gib)
        return None if least is None else (part, least)


def _with_model(rig: Rig, model: Model, quant: str, catalog: Catalog) -> Rig:
    """The same rig and demands with another model, nothing of it in RAM; a shorter context where it knows no more."""
    assert rig.workload is not None
    changes = {
        "model": model.id,
        "quant": quant,
        "context": min(rig.workload.context, model.max_context),
        "offload_layers": 0,
        "offload_experts": 0,
    }
    work = rig.workload.model_copy(update=changes)
    size, drafts = catalog.size_of.get((model.id, quant)), drafting_for(rig, model)
    return replace(rig, workload=work, model=model, draft=drafts, file_size=size)


def _key(rig: Rig) -> tuple[object, ...]:
    work = rig.workload
    shared = {"model": "", "quant": "", "offload_layers": 0, "offload_experts": 0}
    bare = work.model_copy(update=shared) if work else None
    return rig.cards, rig.memory, rig.cpu, rig.engine, bare


def _verdict(fit: Fit, with_ram: bool) -> Verdict:
    return _word(fit.fits, fit.tight, with_ram)


def _word(fits: bool, tight: bool, with_ram: bool) -> Verdict:
    if fits:
        return "tight" if tight else "fits"
    return "offload" if with_ram else "no"


def _spare(fit: Fit) -> float:
    """On the fullest device, beyond the margin; what all devices lack where it does not fit."""
    if not fit.fits:
        return -max(fit.over_bytes, fit.total_over_bytes)
    return min(share.free for share in fit.devices) - fit.margin_bytes


def _cell(found: Planned, context: int, reach: Reach, with_ram: bool) -> Cell:
    if context > found.task.model.max_context:
        return Cell(context, "beyond", None)
    if context <= reach.max_context:
        return Cell(context, "fits", None)
    fits, spare = found.brief(context)
    return Cell(context, _word(fits, spare < 0, with_ram), spare)


def _max_context(found: Planned, context: int, fit: Fit) -> int:
    """Nothing to look for where the weights alone are too much."""
    free = min(share.free for share in fit.devices)
    if free < found.task.margin and found.plan.layout(CONTEXT_STEP).least_free < found.task.margin:
        return 0
    return found.max_context(context, free)


def _refused(model: Model, quant: str, rig: Rig, refused: Refused) -> Row:
    reach = Reach(len(rig.cards), "refused", 0, 0.0, None, refused.reason)
    return Row(model.id, model.name, quant, 0.0, 0.0, quality(quant), reach, (), None, None, None)
