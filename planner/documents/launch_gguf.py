"""llama.cpp and ik_llama.cpp: GGUF files, flags of one family with their differences."""

from planner.analysis.fit_draft import DRAFT_LENGTH
from planner.analysis.model_layers import layers
from planner.documents.launch_plan import (
    PCI_ORDER,
    Command,
    Launch,
    NoCommand,
    Plan,
    draft_note,
    order_note,
    stem,
)
from planner.documents.launch_shell import Flag, safe_name
from planner.domain.units import GB

LLAMA_DOCS = (
    "https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md",
    "https://github.com/ggml-org/llama.cpp/blob/master/docs/multi-gpu.md",
    "https://github.com/ggml-org/llama.cpp/blob/master/docs/speculative.md",
)
IK_DOCS = ("https://github.com/ikawrakow/ik_llama.cpp/blob/main/docs/parameters.md",)
WHOLE_CACHE_TYPES = ("f32", "f16", "bf16")
CACHE_BLOCK = 32
"""Values that a quantised cache stores together; a head has to be a multiple of them."""
DIRECT = ("GGML_CUDA_P2P", 1)


def llama_cpp(plan: Plan) -> Launch:
    _can_run(plan)
    flags, users = _flags(plan), plan.work.users
    server = [*flags, ("-c", plan.work.context * users), ("-np", users), ("--host", "127.0.0.1"), ("--port", 8080)]
    alone = [*flags, ("-c", plan.work.context)]
    environment = _environment(plan)
    return Launch(
        engine=plan.engine.name,
        commands=(
            Command(
                "Server with an OpenAI-compatible API on port 8080", plan.shell("llama-server", server, environment)
            ),
            Command("The same in the terminal, one user", plan.shell("llama-cli", alone, environment)),
        ),
        notes=(gguf_note(plan), *_notes(plan)),
        sources=IK_DOCS if is_ik(plan) else LLAMA_DOCS,
    )


def _environment(plan: Plan) -> tuple[tuple[str, object], ...]:
    order = (PCI_ORDER,) if plan.nvidia and _order_matters(plan) else ()
    return (*order, DIRECT) if _copies_directly(plan) else order


def _copies_directly(plan: Plan) -> bool:
    """Where the cards can and the split gains by it; llama.cpp has to be told, ik_llama.cpp tries by itself."""
    if is_ik(plan) or plan.used_cards == 1 or plan.work.split not in ("row", "tensor") or not plan.nvidia or plan.mixed:
        return False
    bridged = bool(plan.rig.bridges) or plan.rig.build.setup.unofficial_p2p
    return bridged or all(card.chip.p2p for card in plan.rig.cards)


def is_ik(plan: Plan) -> bool:
    return plan.engine.id.startswith("ik")


def gguf(plan: Plan) -> str:
    return f"{plan.stem.removesuffix('-GGUF')}-{plan.format.label}.gguf"


def gguf_note(plan: Plan) -> str:
    return (
        f"{gguf(plan)} is the {plan.format.label} file of {plan.model.name}, {plan.fit.weights_bytes / GB:,.1f} GB "
        f"({plan.fit.weights_from}). Where it comes in parts, name the first one."
    )


def gpu_layers(plan: Plan) -> int:
    """Everything, or what is left when the first layers stay in RAM. llama.cpp counts the output as one layer more,
    ik_llama.cpp does not; a block for the next token counts where the file holds it."""
    if not plan.cards:
        return 0
    if not plan.work.offload_layers:
        return 999
    beyond = 0 if is_ik(plan) else 1
    return max(0, plan.model.layers + _blocks_in_file(plan) + beyond - plan.work.offload_layers)


def _blocks_in_file(plan: Plan) -> int:
    """Next-token blocks, counted among the layers by the file: where files carry them, or this one has to."""
    carried = plan.model.mtp is not None and (plan.model.mtp.in_gguf or (plan.drafted and plan.drafts_itself))
    return plan.model.mtp_layers if carried else 0


def _can_run(plan: Plan) -> None:
    """What these engines stop at, whatever the memory."""
    work = plan.work
    widths = {width for layer in layers(plan.model) if layer.cached for width in (layer.k_dim, layer.v_dim)}
    odd = next((width for width in sorted(widths) if width % CACHE_BLOCK), None)
    if work.kv_type not in WHOLE_CACHE_TYPES and odd and not plan.model.attention.kv_lora_rank:
        raise NoCommand(
            f"A {work.kv_type} cache stores {CACHE_BLOCK} values at a time, and the heads of {plan.model.name} are "
            f"{odd} wide. Keep the cache in f16."
        )
    if is_ik(plan) and plan.drafted and work.users > 1:
        raise NoCommand(f"{plan.engine.name} speculates for one user only; this plan has {work.users}.")
    if is_ik(plan) and plan.drafted and plan.images and not plan.drafts_itself:
        raise NoCommand(f"{plan.engine.name} takes no draft model together with images.")


def _flags(plan: Plan) -> list[Flag]:
    work = plan.work
    flags: list[Flag] = [("-m", gguf(plan)), ("-ngl", gpu_layers(plan))]
    if work.offload_experts and plan.cards:
        flags.append(("--n-cpu-moe", work.offload_experts))
    flags += _split_flags(plan)
    if work.kv_type != "f16":
        flags += [("-ctk", work.kv_type), ("-ctv", work.kv_type)]
    if (work.split == "tensor" and plan.used_cards > 1) or work.kv_type not in WHOLE_CACHE_TYPES:
        flags.append(("-fa", "on"))
    flags += _beside_flags(plan)
    if work.micro_batch != 512:
        flags.append(("-ub", work.micro_batch))
        if work.micro_batch > 2048:
            flags.append(("-b", work.micro_batch))
    return flags


def _split_flags(plan: Plan) -> list[Flag]:
    """How the cards share the model; the proportions are those the fit was worked out with."""
    if plan.cards < 2:
        return []
    if plan.only is not None:
        return [("-sm", "none"), ("-mg", plan.only)]
    mode = "graph" if is_ik(plan) and plan.work.split == "tensor" else plan.work.split
    flags: list[Flag] = [("-sm", mode), ("-ts", _shares(plan))]
    if plan.work.split == "tensor" and not is_ik(plan):
        flags.append(("--fit", "off"))
    return flags


def _shares(plan: Plan) -> str:
    """llama.cpp deals layers out by count, the output behind the last; ik_llama.cpp by bytes, cache and buffers
    included. Matrices cut over all cards go by their bytes."""
    if plan.work.split == "layer" and not is_ik(plan):
        held = dict(plan.fit.layers_per_device)
        counts = [held.get(card.key, 0) for card in plan.rig.cards]
        counts[-1] += _blocks_in_file(plan) + 1
        return ",".join(str(count) for count in counts)
    whole_layers = plan.work.split == "layer"
    sizes = [share.weights + (share.kv + share.compute if whole_layers else 0.0) for share in plan.fit.cards]
    return ",".join(f"{round(100 * size / sum(sizes), 1):g}" for size in sizes)


def _beside_flags(plan: Plan) -> list[Flag]:
    """A projector, a draft model or the model's own block, as far as the fit counts them."""
    flags: list[Flag] = []
    if plan.images:
        flags.append(("--mmproj", projector(plan)))
        if plan.only and plan.nvidia and not is_ik(plan):
            flags.append(("-mmdev", f"CUDA{plan.only}"))
    if not plan.drafted:
        return flags
    if is_ik(plan):  # drafts 16 where nobody says, which the plan's memory does not count
        flags.append(("--spec-type", f"{'mtp' if plan.drafts_itself else 'draft'}:n_max={DRAFT_LENGTH}"))
    else:
        flags.append(("--spec-type", "draft-mtp" if plan.drafts_itself else "draft-simple"))
    if not plan.drafts_itself:
        flags += [("-md", _draft_file(plan)), ("-ngld", 999 if plan.cards else 0)]
    return flags


def projector(plan: Plan) -> str:
    return f"mmproj-{plan.stem.removesuffix('-GGUF')}-BF16.gguf"


def _draft_file(plan: Plan) -> str:
    draft = plan.rig.draft
    assert draft is not None  # as the fit counted it
    return f"{stem(draft)}-{safe_name(plan.work.draft_quant)}.gguf"


def _order_matters(plan: Plan) -> bool:
    """One layer or one per cent more on a card is no matter, where the cards are alike."""
    if plan.only is not None or plan.used_cards == 1:
        return plan.only is not None
    shares = [float(share) for share in _shares(plan).split(",")]
    return plan.mixed or max(shares) - min(shares) > 1


def _notes(plan: Plan) -> list[str]:
    notes = [*_split_notes(plan), *_beside_notes(plan)]
    if plan.work.users > 1:
        notes.append(
            f"-c is the sum over {plan.work.users} users of {plan.work.context:,} tokens each; -np gives each a cache "
            "of its own."
        )
    if not plan.cards:
        notes.append("-ngl 0: there is no card, so all of it stays in system RAM; a build for the CPU alone will do.")
    elif plan.work.offload_layers:
        notes.append(_layers_note(plan))
    return notes


def _split_notes(plan: Plan) -> list[str]:
    work, notes = plan.work, []
    if plan.used_cards > 1:
        what = "layers on each card in their order, the output with the last"
        if work.split != "layer" or is_ik(plan):
            what = "per cent of the model on each card in their order"
        notes.append(f"-ts {_shares(plan)}: {what}; never gigabytes.")
    if _order_matters(plan):
        notes.append(order_note(plan))
    if _copies_directly(plan):
        notes.append(
            "GGML_CUDA_P2P lets the cards copy to each other without system memory. Leave it out where answers are "
            "garbled: some boards cannot, mostly with the IOMMU on."
        )
    if work.split == "row" and plan.used_cards > 1:
        notes.append("llama.cpp calls row split deprecated; tensor split takes its place where it can be used.")
    if work.split == "tensor" and plan.used_cards > 1 and is_ik(plan):
        notes.append("ik_llama.cpp calls its tensor parallel mode graph split.")
    elif work.split == "tensor" and plan.used_cards > 1:
        notes.append("Tensor split is experimental in llama.cpp. A build with NCCL is faster.")
        if work.kv_type not in WHOLE_CACHE_TYPES:
            notes.append("With a quantised cache it needs a recent build: b11434 of October 2026 takes it.")
    return notes


def _beside_notes(plan: Plan) -> list[str]:
    notes = []
    if plan.images:
        notes.append(f"{projector(plan)} stands for the projector published beside the model's GGUF files.")
    if plan.drafted and plan.drafts_itself and plan.model.mtp and not plan.model.mtp.in_gguf:
        notes.append("The GGUF file has to carry the next-token block (MTP): many published ones leave it out.")
    left_out = draft_note(plan)
    return [*notes, left_out] if left_out else notes


def _layers_note(plan: Plan) -> str:
    stay, gpu = plan.work.offload_layers, gpu_layers(plan)
    text = f"-ngl {gpu}: {stay} of {plan.model.layers} layers stay in system RAM."
    if is_ik(plan) and plan.work.split != "tensor":
        text += " ik_llama.cpp then keeps the output in RAM as well."
    return text
