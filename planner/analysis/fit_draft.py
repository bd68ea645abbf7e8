"""What speculation takes beside the model: a draft model by the very same arithmetic, or the model's own next-token
block. llama.cpp and its kin only: the draft has a context of its own, and its cache stays in 16 bit."""

from dataclasses import dataclass, replace
from functools import lru_cache

from planner.analysis.compute_buffer import Work, compute_bytes
from planner.analysis.kv_cache import Cache, kv_bytes, layer_kinds, state_total
from planner.analysis.model_tensors import next_token_parameters
from planner.analysis.placement import loads, proportional
from planner.analysis.quantisation import Format, for_engine
from planner.analysis.weights import weights
from planner.domain.model import Model
from planner.domain.rig import Rig

DRAFT_LENGTH = 3
"""Tokens drafted at a time, llama.cpp's default; recurrent layers keep a state for each, to go back to (three copies
beside the one in use, in a log of Qwen3.8-27B)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is drafted with; `block` where the model drafts for itself."""

    model: Model
    label: str
    """Quantisation of a draft model."""
    block: bool = False
    bits: float = 0.0
    """Of a weight of the block: as in the rest of the file."""


@dataclass(frozen=True, slots=True)
class DraftShare:
    """Bytes on one card."""

    weights: float = 0.0
    kv: float = 0.0
    """With `states`."""
    compute: float = 0.0
    states: float = 0.0
    """Recurrent states kept to go back to."""

    @property
    def total(self) -> float:
        return self.weights + self.kv + self.compute


NOTHING = DraftShare()


def chosen(rig: Rig, bits: float) -> Draft | None:
    """What the workload names; None where nothing is drafted or the draft speaks another vocabulary: a search may have
    put another model in its place. `bits` are those of a weight of the model's file."""
    workload, model, engine, draft = rig.workload, rig.model, rig.engine, rig.draft
    if workload is None or model is None or engine is None or draft is None:
        return None
    if draft.vocab != model.vocab or (draft.id != model.id and draft.text_params * 2 > model.text_params):
        return None
    if draft.id == model.id:
        return Draft(model, "", block=True, bits=bits) if model.mtp else None
    kind = for_engine(workload.draft_quant, engine.formats)
    return Draft(draft, kind.label) if kind is not None else None


def drafting_for(rig: Rig, model: Model) -> Model | None:
    """What drafts once another model takes this one's place: its own block where this one drafts for itself."""
    itself = rig.draft is not None and rig.model is not None and rig.draft.id == rig.model.id
    return rig.draft if not itself else model if model.mtp else None


def draft_shares(draft: Draft, rooms: tuple[float, ...], cache: Cache) -> tuple[DraftShare, ...]:
    """One share per card; `rooms` are the cards that work, by which layers are dealt out."""
    plain = replace(cache, key_bytes=2.0, value_bytes=2.0)
    return (*(NOTHING for _ in rooms[1:]), _block(draft, plain)) if draft.block else _model(draft, rooms, plain)


def _block(draft: Draft, cache: Cache) -> DraftShare:
    """On the last card, with the head. Its cache is one more layer's, its buffer that of a layer of the model."""
    model = draft.model
    attending = max(layer_kinds(model).distinct, key=lambda kind: kind.key_width)
    states = DRAFT_LENGTH * state_total(model, cache.slots)
    return DraftShare(
        weights=next_token_parameters(model) * draft.bits / 8,
        kv=model.mtp_layers * kv_bytes(attending, cache) + states,
        compute=compute_bytes(model, cache, Work(cache.slots), 0, True),
        states=states,
    )


def _model(draft: Draft, rooms: tuple[float, ...], cache: Cache) -> tuple[DraftShare, ...]:
    model, cards = draft.model, len(rooms)
    sizes, kinds = _sizes(model, draft.label), layer_kinds(model)
    held = loads(proportional(model.layers, rooms), cards, sizes[0], sizes[1], kinds)
    work = Work(cache.slots, cards)
    return tuple(
        DraftShare(
            load.weights,
            load.kv(cache),
            compute_bytes(model, cache, work, place, load.has_output, part=load.part(cache)),
        )
        for place, load in enumerate(held[:-1])
    )


@lru_cache(maxsize=256)
def _sizes(model: Model, label: str) -> tuple[tuple[float, ...], float]:
    found = weights(model, Format("gguf", label, 0))
    return found.layers, found.output
