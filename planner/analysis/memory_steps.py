"""How every figure of the memory analysis was worked out, and why one card is the tightest."""

from collections.abc import Iterator
from dataclasses import dataclass

from planner.analysis.card_memory import CONTEXT_BASE_MIB, CONTEXT_MIB_PER_SM, CardMemory
from planner.analysis.fit_draft import DRAFT_LENGTH
from planner.analysis.fit_task import Task, image_buffer_mib, projector_bytes
from planner.analysis.kv_cache import LayerKind, cells, kv_bytes, layer_kinds, state_total
from planner.analysis.memory_result import RAM, Share
from planner.analysis.quantisation import Format
from planner.domain.steps import Step
from planner.domain.units import GIB, MIB

BUFFERS = "llama.cpp buffer sizes of 31 models"
READINGS = "public load logs and driver readings"
LOGS = "public load logs; https://github.com/gpustack/gguf-parser-go/issues/44"


@dataclass(frozen=True, slots=True)
class Told:
    """What the arithmetic started from."""

    kind: Format
    weights_from: str
    floor: float
    """Bytes that must stay free for a load to succeed."""


def steps(task: Task, told: Told, shares: tuple[Share, ...]) -> tuple[Step, ...]:
    found = [*_model_steps(task, told), *_cache_steps(task)]
    for share, card in zip(shares, task.cards, strict=False):
        if share.device != "ram":
            found += _card_steps(task, share, card)
    found += [step for share in shares if share.device == "ram" for step in _ram_steps(share)]
    return tuple(found)


def _model_steps(task: Task, told: Told) -> Iterator[Step]:
    weights = task.weights
    how = f"{weights.params:,} weights × {weights.bits_per_weight:.3f} bits ÷ 8"
    yield Step("Weights, whole model", weights.file / GIB, "GiB", how, told.weights_from)
    if task.encoders:
        how = f"{task.model.params_encoders:,} weights × 2 B, loaded beside the text model"
        yield Step("Image and audio encoders", task.encoders / GIB, "GiB", how, "the model's published total")
    if task.engine.memory != "pool" and not task.on_cpu:
        how = f"{weights.table / MIB:,.0f} MiB of token tables are looked up there"
        yield Step("Of which stays in system RAM", weights.table / GIB, "GiB", how, BUFFERS)


def _cache_steps(task: Task) -> Iterator[Step]:
    cache = task.cache(task.workload.context)
    for kind, count in layer_kinds(task.model).counted():
        if kind.key_width:
            size = count * kv_bytes(kind, cache)
            yield Step(_cache_label(kind), size / GIB, "GiB", _cache_how(task, kind, count), BUFFERS)
    state = state_total(task.model, cache.slots)
    if state:
        how = f"32-bit state of the recurrent layers × {cache.slots} users, whatever the context"
        yield Step("Recurrent state", state / GIB, "GiB", how, BUFFERS)


def _cache_label(kind: LayerKind) -> str:
    if kind.window is None:
        return "KV cache"
    return f"KV cache of layers that see {kind.window:,} tokens"


def _cache_how(task: Task, kind: LayerKind, count: int) -> str:
    cache = task.cache(task.workload.context)
    each, held = cache.key_bytes, cells(kind, cache)
    width = f"({kind.key_width:,} key + {kind.value_width:,} value) × {each:g} B"
    if not kind.value_width:
        width = f"{kind.key_width + kind.index_width:,} × {each:g} B"
    entries = f" and one entry per {kind.ratio} tokens" if kind.ratio else ""
    return f"{count} layers × {held:,} tokens × {width}{entries}"


def _card_steps(task: Task, share: Share, card: CardMemory) -> Iterator[Step]:
    name = share.label
    yield Step(
        f"{name}: memory", share.usable / MIB, "MiB", "reported by the driver" if card.reported else "nominal capacity"
    )
    yield Step(f"{name}: weights", share.weights / MIB, "MiB", _weights_how(task, share))
    yield Step(
        f"{name}: KV cache and state",
        share.kv / MIB,
        "MiB",
        f"at {task.workload.context:,} tokens × {task.workload.users} users",
    )
    if share.compute:
        how = f"activations of {task.batch:,} tokens, masks, logits and copies"
        yield Step(f"{name}: compute buffer", share.compute / MIB, "MiB", how, BUFFERS)
    if share.draft:
        yield Step(f"{name}: speculation", share.draft / MIB, "MiB", _draft_how(task), BUFFERS)
    if share.images:
        yield Step(f"{name}: reading images", share.images / MIB, "MiB", _images_how(task), LOGS)
    if share.context:
        yield Step(
            f"{name}: driver context",
            share.context / MIB,
            "MiB",
            _context_how(task, card),
            READINGS,
            card.sm_count is None,
        )
    apart = share.reserved - card.hidden
    how = f"{card.hidden / MIB:,.0f} kept by the driver + {apart / MIB:,.0f} {_reserved_word(task)}"
    yield Step(f"{name}: not to be had", share.reserved / MIB, "MiB", how, READINGS, assumed=True)
    beside = [part for part in (share.draft, share.images) if part]
    parts = (share.usable, share.weights, share.kv, share.compute, *beside, share.context, share.reserved)
    yield Step(f"{name}: free", share.free / MIB, "MiB", " − ".join(f"{part / MIB:,.0f}" for part in parts))


def _draft_how(task: Task) -> str:
    draft = task.draft
    if draft is None:
        return ""
    if draft.block:
        states = f", and {DRAFT_LENGTH} more recurrent states a user" if task.model.layer_kinds else ""
        return f"the model's own next-token block: weights, a layer's cache in 16 bit, a buffer of its own{states}"
    return f"{draft.model.name} at {draft.label}: its layers here, their cache in 16 bit, a buffer of its own"


def _images_how(task: Task) -> str:
    model, weights = task.model, projector_bytes(task.model) / MIB
    size = "stated at load" if model.projector_mib else f"{model.params_encoders:,} weights × 2 B"
    known = "stated" if model.image_buffer_mib else "assumed"
    return f"projector {weights:,.0f} MiB ({size}) + {image_buffer_mib(model):,.0f} MiB to work in ({known})"


def _weights_how(task: Task, share: Share) -> str:
    if task.workload.split == "tensor" and task.used > 1:
        return f"every matrix shared over {task.used} cards"
    if task.workload.split == "row" and task.used > 1:
        return f"rows of every matrix shared over {task.used} cards"
    return "the layers this card holds" if share.weights else "unused"


def _context_how(task: Task, card: CardMemory) -> str:
    if task.engine.overhead_mib is not None:
        return f"measured for {task.engine.name}"
    if card.sm_count is None:
        return "processor count not known: 500 MiB taken"
    return f"{CONTEXT_BASE_MIB} MiB + {CONTEXT_MIB_PER_SM} MiB × {card.sm_count} SMs"


def _reserved_word(task: Task) -> str:
    if task.engine.memory == "pool":
        return f"outside the {task.memory_share:.0%} {task.engine.name} takes"
    return f"for the desktop ({task.workload.host})"


def _ram_steps(share: Share) -> Iterator[Step]:
    named = {"weights": share.weights, "cache": share.kv, "buffers": share.compute, "system": share.reserved}
    named |= {name: part for name, part in (("speculation", share.draft), ("images", share.images)) if part}
    how = f"{' + '.join(named)} = {' + '.join(f'{part / GIB:,.1f}' for part in named.values())}"
    yield Step("System RAM: needed", share.used / GIB, "GiB", how, READINGS, assumed=True)
    yield Step("System RAM: installed", share.usable / GIB, "GiB")


REASONS = (
    ("weights", "it holds the most weights"),
    ("compute", "its compute buffer is the largest: the head and its logits are there"),
    ("kv", "it holds the most cache"),
    ("draft", "speculation takes the most there"),
    ("images", "the image projector is on it"),
    ("reserved", "the desktop runs on it"),
    ("context", "its driver context is the largest"),
)


def why_tightest(tightest: Share, cards: tuple[Share, ...]) -> str:
    """What sets the tightest card apart from the roomiest one, in words."""
    if len(cards) == 1:
        return "there is no card" if tightest.device == RAM else "the only card used"
    roomiest = max(cards, key=lambda share: share.free)
    gaps = [(getattr(tightest, name) - getattr(roomiest, name), words) for name, words in REASONS]
    gaps.append((roomiest.usable - tightest.usable, "it has the least memory"))
    gap, words = max(gaps, key=lambda pair: pair[0])
    if gap < MIB:
        return "all cards are alike"
    return f"{words} ({gap / MIB:,.0f} MiB more than {roomiest.label})" if "least" not in words else words
