"""What an engine cannot do, whatever the memory: said in words before anything is worked out."""

from planner.analysis.memory_result import Refused
from planner.analysis.quantisation import for_engine, parse
from planner.domain.engine import Engine
from planner.domain.model import Model
from planner.domain.rig import RigCard
from planner.domain.units import show_tokens
from planner.domain.workload import SPLIT_WORDS, Workload


def refusal(workload: Workload, model: Model, engine: Engine, cards: tuple[RigCard, ...]) -> Refused | None:
    several = len(cards) or 1
    return (
        _without_cards(engine, cards)
        or _format(workload, engine)
        or _split(workload, model, engine, several)
        or _heads(workload, model, engine, several)
        or _mixed(workload, engine, cards)
        or _cache_type(workload, engine)
        or (_offload(workload, model, engine) if cards else None)
        or _context(workload, model, engine)
    )


def _without_cards(engine: Engine, cards: tuple[RigCard, ...]) -> Refused | None:
    """llama.cpp and its kin, which read GGUF, run on the CPU as well."""
    if cards or "gguf" in engine.formats:
        return None
    reason = f"{engine.name} keeps the weights on graphics cards, and this build has none. "
    return Refused(
        reason + "Choose a card, or an engine that runs on the CPU: llama.cpp, ik_llama.cpp or Ollama.", "cards"
    )


def _format(workload: Workload, engine: Engine) -> Refused | None:
    if for_engine(workload.quant, engine.formats) is not None:
        return None
    known = parse(workload.quant)
    loads = ", ".join(name.upper() for name in engine.formats)
    if known is None:
        return Refused(f"“{workload.quant}” is no quantisation we know. {engine.name} loads {loads}.", "format")
    reason = f"{engine.name} cannot load {workload.quant} ({known.family.upper()}); it loads {loads}. "
    return Refused(reason + "Choose another quantisation or another engine.", "format")


def _split(workload: Workload, model: Model, engine: Engine, cards: int) -> Refused | None:
    if cards == 1:
        return None
    if workload.split == "tensor" and {model.family, model.id} & set(engine.no_tensor):
        reason = f"{engine.name} cannot cut {model.name} over cards: its tensor split does not know that architecture."
        return Refused(f"{reason} Layer split can.", "split")
    if workload.split in engine.splits:
        return None
    offers = ", ".join(SPLIT_WORDS[mode] for mode in engine.splits)
    return Refused(f"{engine.name} has no {SPLIT_WORDS[workload.split]}; it offers {offers}.", "split")


def _heads(workload: Workload, model: Model, engine: Engine, cards: int) -> Refused | None:
    if workload.split != "tensor" or not engine.needs_head_divisibility or cards == 1:
        return None
    if model.heads % cards:
        counts = [
            n for n in range(2, 17) if model.heads % n == 0 and _keys_divide(model, n) and not _odd_width(model, n)
        ]
        reason = (
            f"{engine.name} shares the {model.heads} attention heads of {model.name} evenly, and {cards} cards do not "
            f"divide them. Card counts that do: {', '.join(str(n) for n in counts)}."
        )
        return Refused(reason, "heads")
    if not _keys_divide(model, cards):
        reason = (
            f"{model.kv_heads} key-value heads of {model.name} cannot be shared over {cards} cards by {engine.name}."
        )
        return Refused(reason, "heads")
    width = _odd_width(model, cards)
    if width:
        reason = (
            f"{engine.name} cuts the feed-forward layers of {model.name} into equal parts, and {cards} cards do not "
            f"divide their {width:,} rows."
        )
        return Refused(reason, "heads")
    return None


def _odd_width(model: Model, cards: int) -> int | None:
    """Width of a feed-forward layer that this number of cards does not divide."""
    moe = model.moe
    dense = model.intermediate if moe is None or moe.first_dense_layers or moe.plus_dense else 0
    widths = (dense, moe.expert_intermediate if moe else 0)
    return next((width for width in widths if width % cards), None)


def _keys_divide(model: Model, cards: int) -> bool:
    """Fewer heads than cards are copied, which needs a whole number of copies; a latent cache is copied anyway."""
    if model.attention.kv_lora_rank or not model.kv_heads:
        return True
    return model.kv_heads % cards == 0 or cards % model.kv_heads == 0


def _mixed(workload: Workload, engine: Engine, cards: tuple[RigCard, ...]) -> Refused | None:
    if engine.mixed_cards or workload.split == "none":
        return None
    names = sorted({card.chip.name for card in cards})
    if len(names) < 2:
        return None
    return Refused(f"{engine.name} wants equal cards; this build has {' and '.join(names)}.", "mixed")


def _cache_type(workload: Workload, engine: Engine) -> Refused | None:
    if workload.kv_type in engine.kv_types:
        return None
    offers = ", ".join(engine.kv_types)
    return Refused(f"{engine.name} has no {workload.kv_type} KV cache; it offers {offers}.", "kv")


def _offload(workload: Workload, model: Model, engine: Engine) -> Refused | None:
    asked = workload.offload_layers or workload.offload_experts
    if not asked:
        return None
    if not engine.offload:
        return Refused(
            f"{engine.name} with part of the model in system RAM is not worked out here; llama.cpp is.", "offload"
        )
    if workload.offload_experts and model.moe is None:
        return Refused(
            f"{model.name} has no experts that could stay in system RAM; move whole layers instead.", "offload"
        )
    return None


def _context(workload: Workload, model: Model, engine: Engine) -> Refused | None:
    if not engine.strict_context or workload.context <= model.max_context:
        return None
    asked, most = show_tokens(workload.context), show_tokens(model.max_context)
    return Refused(f"{engine.name} refuses {asked} of context: {model.name} is made for {most}.", "context")
