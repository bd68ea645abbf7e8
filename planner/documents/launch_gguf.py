"""llama.cpp and Ollama: GGUF files."""

from planner.documents.launch_plan import Command, Launch, NoCommand, Plan, shell
from planner.domain.units import GB
from planner.domain.workload import SPLIT_WORDS

LLAMA_DOCS = (
    "https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md",
    "https://github.com/ggml-org/llama.cpp/blob/master/docs/multi-gpu.md",
)
OLLAMA_DOCS = ("https://github.com/ollama/ollama/blob/main/docs/faq.mdx", "https://docs.ollama.com/modelfile")


def llama_cpp(plan: Plan) -> Launch:
    flags = _llama_flags(plan)
    users = plan.work.users
    server = [*flags, ("-c", plan.work.context * users)]
    if users > 1:
        server.append(("-np", users))
    server += [("--host", "127.0.0.1"), ("--port", 8080)]
    alone = [*flags, ("-c", plan.work.context)]
    prefix = _device_order(plan)
    return Launch(
        engine=plan.engine.name,
        commands=(
            Command("Server with an OpenAI-compatible API on port 8080", shell(plan, "llama-server", server, prefix)),
            Command("The same in the terminal, one user", shell(plan, "llama-cli", alone, prefix)),
        ),
        notes=(*_gguf_notes(plan), *_llama_notes(plan)),
        sources=LLAMA_DOCS,
    )


def _llama_flags(plan: Plan) -> list[tuple[str, object]]:
    work = plan.work
    flags: list[tuple[str, object]] = [("-m", _gguf(plan)), ("-ngl", _gpu_layers(plan))]
    if work.offload_experts:
        flags.append(("--n-cpu-moe", work.offload_experts))
    if plan.cards > 1:
        flags.append(("-sm", "graph" if _is_ik(plan) and work.split == "tensor" else work.split))
        if work.split == "none":
            flags.append(("-mg", 0))
    if plan.mixed and plan.used_cards > 1:
        flags.append(("-ts", _shares(plan)))
    if work.kv_type != "f16":
        flags += [("-ctk", work.kv_type), ("-ctv", work.kv_type)]
    if work.split == "tensor" or work.kv_type not in ("f32", "f16", "bf16"):
        flags.append(("-fa", "on"))
    if work.split == "tensor" and not _is_ik(plan):
        flags.append(("--fit", "off"))
    flags += _beside_flags(plan)
    if work.micro_batch != 512:
        flags.append(("-ub", work.micro_batch))
        if work.micro_batch > 2048:
            flags.append(("-b", work.micro_batch))
    return flags


def _beside_flags(plan: Plan) -> list[tuple[str, object]]:
    """A projector, a draft model or the model's own block, as far as the fit counts them."""
    flags: list[tuple[str, object]] = []
    if any(share.images for share in plan.fit.cards):
        flags.append(("--mmproj", "mmproj-BF16.gguf"))
    draft = plan.rig.draft
    if draft is not None and any(share.draft for share in plan.fit.cards):
        own = draft.id == plan.model.id
        named = f"{draft.hf_repo.split('/')[-1]}-{plan.work.draft_quant}.gguf"
        flags += [("--spec-type", "draft-mtp")] if own else [("-md", named), ("-ngld", 999)]
    return flags


def _is_ik(plan: Plan) -> bool:
    return plan.engine.id.startswith("ik")


def _gpu_layers(plan: Plan) -> int:
    """Everything, or what is left when some layers stay in RAM; the output counts as one more layer."""
    return 999 if not plan.work.offload_layers else max(0, plan.model.layers + 1 - plan.work.offload_layers)


def _shares(plan: Plan) -> str:
    """Proportions for `-ts`: layers per card where they are split by layer, otherwise what each card can hold."""
    layers = dict(plan.fit.layers_per_device)
    keys = [card.key for card in plan.rig.cards]
    if plan.work.split == "layer" and all(layers.get(key) for key in keys):
        return ",".join(str(layers[key]) for key in keys)
    return ",".join(f"{card.vram_gib:g}" for card in plan.rig.cards)


def _gguf(plan: Plan) -> str:
    return f"{plan.stem.removesuffix('-GGUF')}-{plan.format.label}.gguf"


def _gguf_notes(plan: Plan) -> list[str]:
    size_gb = plan.fit.weights_bytes / GB
    notes = [
        f"{_gguf(plan)} is the {plan.format.label} file of {plan.model.name}, {size_gb:,.1f} GB "
        f"({plan.fit.weights_from}). Where it comes in parts, name the first one."
    ]
    if plan.mixed and plan.used_cards > 1:
        order = ", ".join(card.label for card in plan.rig.cards)
        notes.append(f"The cards differ: their order has to be {order}. Check it with llama-server --list-devices.")
    return notes


def _llama_notes(plan: Plan) -> list[str]:
    work, notes = plan.work, []
    if plan.used_cards > 1 and not plan.mixed:
        notes.append("Equal cards need no -ts: the shares come out even. Its numbers are proportions, never gigabytes.")
    if work.users > 1:
        notes.append(f"-c is the sum over {work.users} users of {work.context:,} tokens each.")
    if work.split == "row":
        notes.append("Row split is no longer developed in llama.cpp; layer or tensor split takes its place.")
    if work.split == "tensor" and _is_ik(plan):
        notes.append("ik_llama.cpp calls its tensor parallel mode graph split.")
    elif work.split == "tensor":
        notes.append(
            "Tensor split is experimental in llama.cpp and missing for some architectures; where it stops with "
            "“not implemented for architecture”, take layer split. A build with NCCL is faster."
        )
    if work.offload_layers:
        stay, gpu = work.offload_layers, _gpu_layers(plan)
        notes.append(f"-ngl {gpu}: {stay} of {plan.model.layers} layers stay in system RAM.")
    return notes


def _device_order(plan: Plan) -> tuple[tuple[str, object], ...]:
    """CUDA counts the fastest card first; the slots' order makes `-ts` mean what it says."""
    return (("CUDA_DEVICE_ORDER", "PCI_BUS_ID"),) if plan.mixed and plan.nvidia else ()


def ollama(plan: Plan) -> Launch:
    work = plan.work
    if work.offload_experts:
        raise NoCommand("Ollama has no setting for experts in system RAM. Use llama.cpp with --n-cpu-moe.")
    if work.split not in ("none", "layer"):
        raise NoCommand(f"Ollama splits by layer only; {SPLIT_WORDS[work.split]} needs another engine.")
    if work.kv_type not in ("f16", "q8_0", "q4_0"):
        raise NoCommand(f"Ollama keeps its cache as f16, q8_0 or q4_0, not {work.kv_type}.")
    settings: list[tuple[str, object]] = [("OLLAMA_CONTEXT_LENGTH", work.context), ("OLLAMA_NUM_PARALLEL", work.users)]
    if work.kv_type != "f16":
        settings += [("OLLAMA_FLASH_ATTENTION", 1), ("OLLAMA_KV_CACHE_TYPE", work.kv_type)]
    if plan.used_cards > 1:
        settings.append(("OLLAMA_SCHED_SPREAD", 1))
    elif plan.cards > 1 and plan.nvidia:
        settings.append(("CUDA_VISIBLE_DEVICES", 0))
    name = plan.model.id
    modelfile = [f"FROM ./{_gguf(plan)}", f"PARAMETER num_ctx {work.context}"]
    if work.offload_layers:
        modelfile.append(f"PARAMETER num_gpu {_gpu_layers(plan)}")
    return Launch(
        engine=plan.engine.name,
        commands=(
            Command("The server", shell(plan, "ollama serve", [], tuple(settings))),
            Command("A file called Modelfile", tuple(modelfile)),
            Command(
                "The model, once and then every time", (f"ollama create {name} -f Modelfile", f"ollama run {name}")
            ),
            Command("What went where: all of it should be on the GPU", ("ollama ps",)),
        ),
        notes=(
            *_gguf_notes(plan),
            "As a service, the variables go into its unit (systemctl edit ollama.service), one Environment= line each.",
        ),
        sources=OLLAMA_DOCS,
    )
