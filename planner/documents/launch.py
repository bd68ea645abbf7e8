"""The command that starts each inference engine as planned, or the reason why none is given."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from planner.analysis.memory import Memory, Refused
from planner.analysis.quantisation import Format, for_engine
from planner.domain.engine import Engine
from planner.domain.model import Model
from planner.domain.rig import Rig
from planner.domain.units import GB, gib, show_gib
from planner.domain.workload import SPLIT_WORDS, Workload

LLAMA_DOCS = (
    "https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md",
    "https://github.com/ggml-org/llama.cpp/blob/master/docs/multi-gpu.md",
)
OLLAMA_DOCS = ("https://github.com/ollama/ollama/blob/main/docs/faq.mdx", "https://docs.ollama.com/modelfile")
VLLM_DOCS = ("https://docs.vllm.ai/en/latest/configuration/engine_args.html",)
SGLANG_DOCS = ("https://docs.sglang.io/advanced_features/server_arguments.html",)
TABBY_DOCS = ("https://github.com/theroyallab/tabbyAPI/blob/main/config_sample.yml",)

NATIVE = {"openai/gpt-oss": "mxfp4", "deepseek-ai/DeepSeek-V3": "fp8", "deepseek-ai/DeepSeek-R1": "fp8"}
"""Start of a repository -> the format its own weights are in, where that is not 16 bits."""

ROUNDING = 0.02
"""What the driver keeps for itself is not counted by the engine when it takes its share."""


@dataclass(frozen=True, slots=True)
class Command:
    """Lines to type, or the text of a file."""

    title: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class Launch:
    engine: str
    commands: tuple[Command, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoLaunch:
    """Why no command is given: one that cannot work would be worse than none."""

    engine: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Plan:
    """What every engine's writer needs, all of it present."""

    rig: Rig
    work: Workload
    model: Model
    engine: Engine
    fit: Memory
    format: Format

    @property
    def cards(self) -> int:
        return len(self.rig.cards)

    @property
    def used_cards(self) -> int:
        return 1 if self.work.split == "none" else self.cards

    @property
    def mixed(self) -> bool:
        return len({(card.chip.id, card.vram_gib) for card in self.rig.cards}) > 1

    @property
    def nvidia(self) -> bool:
        return all(card.chip.vendor.upper() == "NVIDIA" for card in self.rig.cards)

    @property
    def stem(self) -> str:
        """Name of the model as files are called."""
        return self.model.hf_repo.rsplit("/", 1)[-1] or self.model.id


class _NoCommand(Exception):
    """Carries the reason out of a writer."""


def launch(rig: Rig, fit: Memory | Refused | None) -> Launch | NoLaunch:
    """For the rig's engine and workload, as `fit` (worked out for the same rig) says they sit in memory."""
    name = rig.engine.name if rig.engine else rig.workload.engine if rig.workload else "the engine"
    try:
        plan = _plan(rig, fit)
        write = _writer(plan.engine)
        return write(plan)
    except _NoCommand as reason:
        return NoLaunch(name, str(reason))


def _plan(rig: Rig, fit: Memory | Refused | None) -> _Plan:
    work, model, engine = rig.workload, rig.model, rig.engine
    if work is None or model is None:
        raise _NoCommand("No model is chosen.")
    if engine is None:
        raise _NoCommand(f"The engine {work.engine} is not in the catalog.")
    if isinstance(fit, Refused):
        raise _NoCommand(fit.reason)
    if fit is None:
        raise _NoCommand("No card is chosen, so there is nothing to load the model on.")
    if not fit.fits:
        raise _NoCommand(_does_not_fit(fit, work))
    if work.split not in engine.splits:
        raise _NoCommand(f"{engine.name} has no {SPLIT_WORDS[work.split]}.")
    form = for_engine(work.quant, engine.formats)
    if form is None:
        raise _NoCommand(f"{engine.name} cannot load {work.quant}.")
    return _Plan(rig, work, model, engine, fit, form)


def _does_not_fit(fit: Memory, work: Workload) -> str:
    text = f"The model does not fit: {show_gib(gib(fit.over_bytes))} too much on {_device(fit.tightest)}"
    if 0 < fit.max_context < work.context:
        return f"{text} at a context of {work.context:,} tokens. Up to {fit.max_context:,} it fits."
    return f"{text}. Any command would end in an out-of-memory error."


def _device(key: str) -> str:
    return "system RAM" if key == "ram" else key.replace("gpu-", "GPU ")


def _writer(engine: Engine) -> Callable[[_Plan], Launch]:
    writers = {
        "llama": _llama_cpp,
        "ik": _llama_cpp,
        "ollama": _ollama,
        "vllm": _vllm,
        "sglang": _sglang,
        "exllama": _tabby,
        "tabby": _tabby,
    }
    found = next((write for stem, write in writers.items() if engine.id.startswith(stem)), None)
    if found is None:
        where = f" Its own pages: {engine.url}." if engine.url else ""
        raise _NoCommand(f"How {engine.name} is started is not known here.{where}")
    return found


# ------------------------------------------------------------------ llama.cpp and Ollama


def _llama_cpp(plan: _Plan) -> Launch:
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
            Command("Server with an OpenAI-compatible API on port 8080", _shell(plan, "llama-server", server, prefix)),
            Command("The same in the terminal, one user", _shell(plan, "llama-cli", alone, prefix)),
        ),
        notes=(*_gguf_notes(plan), *_llama_notes(plan)),
        sources=LLAMA_DOCS,
    )


def _llama_flags(plan: _Plan) -> list[tuple[str, object]]:
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
    if work.micro_batch != 512:
        flags.append(("-ub", work.micro_batch))
        if work.micro_batch > 2048:
            flags.append(("-b", work.micro_batch))
    return flags


def _is_ik(plan: _Plan) -> bool:
    return plan.engine.id.startswith("ik")


def _gpu_layers(plan: _Plan) -> int:
    """Everything, or what is left when some layers stay in RAM; the output counts as one more layer."""
    return 999 if not plan.work.offload_layers else max(0, plan.model.layers + 1 - plan.work.offload_layers)


def _shares(plan: _Plan) -> str:
    """Proportions for `-ts`: layers per card where they are split by layer, otherwise what each card can hold."""
    layers = dict(plan.fit.layers_per_device)
    keys = [card.key for card in plan.rig.cards]
    if plan.work.split == "layer" and all(layers.get(key) for key in keys):
        return ",".join(str(layers[key]) for key in keys)
    return ",".join(f"{card.vram_gib:g}" for card in plan.rig.cards)


def _gguf(plan: _Plan) -> str:
    return f"{plan.stem.removesuffix('-GGUF')}-{plan.format.label}.gguf"


def _gguf_notes(plan: _Plan) -> list[str]:
    size_gb = plan.fit.weights_bytes / GB
    notes = [
        f"{_gguf(plan)} is the {plan.format.label} file of {plan.model.name}, {size_gb:,.1f} GB "
        f"({plan.fit.weights_from}). Where it comes in parts, name the first one."
    ]
    if plan.mixed and plan.used_cards > 1:
        order = ", ".join(card.label for card in plan.rig.cards)
        notes.append(f"The cards differ: their order has to be {order}. Check it with llama-server --list-devices.")
    return notes


def _llama_notes(plan: _Plan) -> list[str]:
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


def _device_order(plan: _Plan) -> tuple[tuple[str, object], ...]:
    """CUDA counts the fastest card first; the slots' order makes `-ts` mean what it says."""
    return (("CUDA_DEVICE_ORDER", "PCI_BUS_ID"),) if plan.mixed and plan.nvidia else ()


def _ollama(plan: _Plan) -> Launch:
    work = plan.work
    if work.offload_experts:
        raise _NoCommand("Ollama has no setting for experts in system RAM. Use llama.cpp with --n-cpu-moe.")
    if work.split not in ("none", "layer"):
        raise _NoCommand(f"Ollama splits by layer only; {SPLIT_WORDS[work.split]} needs another engine.")
    if work.kv_type not in ("f16", "q8_0", "q4_0"):
        raise _NoCommand(f"Ollama keeps its cache as f16, q8_0 or q4_0, not {work.kv_type}.")
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
            Command("The server", _shell(plan, "ollama serve", [], tuple(settings))),
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


# ------------------------------------------------------------------ vLLM and SGLang


def _vllm(plan: _Plan) -> Launch:
    _needs_linux(plan)
    work, share = plan.work, _memory_share(plan)
    flags: list[tuple[str, object]] = []
    if plan.used_cards > 1:
        kind = "--tensor-parallel-size" if work.split == "tensor" else "--pipeline-parallel-size"
        flags.append((kind, plan.used_cards))
    flags += [
        ("--max-model-len", work.context),
        ("--max-num-seqs", work.users),
        ("--gpu-memory-utilization", f"{share:.2f}"),
    ]
    if _small_cache(plan):
        flags.append(("--kv-cache-dtype", "fp8"))
    flags.append(("--port", 8000))
    return Launch(
        engine=plan.engine.name,
        commands=(
            Command(
                "Server with an OpenAI-compatible API on port 8000",
                _shell(plan, f"vllm serve {_checkpoint(plan)}", flags, _first_only(plan)),
            ),
        ),
        notes=(*_checkpoint_notes(plan), _share_note(share), *_pair_notes(plan)),
        sources=VLLM_DOCS,
    )


def _sglang(plan: _Plan) -> Launch:
    _needs_linux(plan)
    work = plan.work
    share = _memory_share(plan)
    flags: list[tuple[str, object]] = [("--model-path", _checkpoint(plan))]
    if plan.used_cards > 1:
        flags.append(("--tp-size" if work.split == "tensor" else "--pp-size", plan.used_cards))
    flags += [
        ("--context-length", work.context),
        ("--max-running-requests", work.users),
        ("--mem-fraction-static", f"{share:.2f}"),
    ]
    if _small_cache(plan):
        flags.append(("--kv-cache-dtype", "fp8_e5m2"))
    flags.append(("--port", 30000))
    return Launch(
        engine=plan.engine.name,
        commands=(
            Command(
                "Server with an OpenAI-compatible API on port 30000",
                _shell(plan, "python -m sglang.launch_server", flags, _first_only(plan)),
            ),
        ),
        notes=(*_checkpoint_notes(plan), _share_note(share), *_pair_notes(plan)),
        sources=SGLANG_DOCS,
    )


def _needs_linux(plan: _Plan) -> None:
    if plan.work.host == "windows":
        raise _NoCommand(f"{plan.engine.name} runs on Linux. On Windows it needs WSL2: choose that as the system.")
    if plan.format.family == "gguf":
        raise _NoCommand(
            f"{plan.engine.name} reads GGUF files only experimentally. Choose an AWQ, GPTQ or FP8 checkpoint."
        )


def _small_cache(plan: _Plan) -> bool:
    if plan.work.kv_type in ("f16", "bf16"):
        return False
    if plan.work.kv_type == "fp8":
        return True
    raise _NoCommand(f"{plan.engine.name} keeps its cache in 16 bits or in fp8, not as {plan.work.kv_type}.")


def _memory_share(plan: _Plan) -> float:
    """The share the fit was worked out with; less where a desktop or the driver holds more than it leaves."""
    planned = plan.engine.memory_share
    room = min((share.usable - share.reserved) / share.usable for share in plan.fit.cards if share.weights)
    return planned if room >= planned - ROUNDING else math.floor(room * 100) / 100


def _share_note(share: float) -> str:
    return (
        f"{share:.2f} is the share of each card the engine may fill: weights first, the rest becomes cache. "
        "The figures of this plan stand on it."
    )


def _checkpoint(plan: _Plan) -> str:
    """The model's own repository where that is in the wanted format, else a name for the quantised one."""
    own = next((form for start, form in NATIVE.items() if plan.model.hf_repo.startswith(start)), "bf16")
    return plan.model.hf_repo if plan.format.family == own else f"{plan.stem}-{plan.work.quant}"


def _checkpoint_notes(plan: _Plan) -> list[str]:
    name = _checkpoint(plan)
    if name == plan.model.hf_repo:
        return []
    whole_gb = plan.model.params_total * 2 / GB
    return [
        f"{name} stands for the folder or repository of a checkpoint of {plan.model.name} in {plan.work.quant}, "
        f"{plan.fit.weights_bytes / GB:,.1f} GB. {plan.model.hf_repo} itself holds 16-bit weights, {whole_gb:,.0f} GB."
    ]


def _pair_notes(plan: _Plan) -> list[str]:
    if plan.used_cards < 3 or plan.work.split != "tensor":
        return []
    return ["“Custom allreduce is disabled” in the log is normal with more than two cards on PCIe; NCCL takes over."]


def _first_only(plan: _Plan) -> tuple[tuple[str, object], ...]:
    return (("CUDA_VISIBLE_DEVICES", 0),) if plan.work.split == "none" and plan.cards > 1 and plan.nvidia else ()


# ------------------------------------------------------------------ ExLlama through TabbyAPI


def _tabby(plan: _Plan) -> Launch:
    work = plan.work
    backend = "exllamav3" if plan.format.family == "exl3" else "exllamav2"
    lines = [
        "network:",
        "  host: 127.0.0.1",
        "  port: 5000",
        "model:",
        "  model_dir: models",
        f"  model_name: {plan.stem}-{plan.format.family}-{work.quant}",
        f"  backend: {backend}",
        f"  max_seq_len: {work.context}",
        f"  cache_size: {math.ceil(work.context * work.users / 256) * 256}",
        f"  cache_mode: {_cache_mode(plan, backend)}",
        f"  max_batch_size: {work.users}",
    ]
    if plan.used_cards > 1:
        lines += _tabby_split(plan)
    return Launch(
        engine=plan.engine.name,
        commands=(
            Command("config.yml in the folder of TabbyAPI", tuple(lines)),
            Command("Server with an OpenAI-compatible API on port 5000", _shell(plan, "python main.py", [], ())),
        ),
        notes=(
            f"The folder models/{plan.stem}-{plan.format.family}-{work.quant} holds the "
            f"{plan.format.family.upper()} weights of {plan.model.name}, {plan.fit.weights_bytes / GB:,.1f} GB.",
            f"cache_size is tokens for all users together: {work.users} × {work.context:,}.",
        ),
        sources=TABBY_DOCS,
    )


def _tabby_split(plan: _Plan) -> list[str]:
    if plan.work.split == "tensor":
        bridged = bool(plan.rig.bridges)
        return ["  tensor_parallel: true", f"  tensor_parallel_backend: {'nccl' if bridged else 'native'}"]
    if not plan.mixed:
        return ["  gpu_split_auto: true"]
    return ["  gpu_split_auto: false", f"  gpu_split: [{', '.join(_room_gb(plan))}]"]


def _room_gb(plan: _Plan) -> list[str]:
    """What each card may take, in binary gigabytes as TabbyAPI counts, the margin kept free."""
    return [f"{gib(share.usable - share.reserved - plan.fit.margin_bytes):.1f}" for share in plan.fit.cards]


def _cache_mode(plan: _Plan, backend: str) -> str:
    bits = {"f16": 16, "bf16": 16, "q8_0": 8, "fp8": 8, "q5_1": 6, "q5_0": 6, "q4_0": 4, "q4_1": 4}.get(
        plan.work.kv_type
    )
    if bits is None:
        raise _NoCommand(f"{plan.engine.name} has no cache of type {plan.work.kv_type}.")
    if bits == 16:
        return "FP16"
    return f"{bits},{bits}" if backend == "exllamav3" else f"Q{bits}"


# ------------------------------------------------------------------ writing it down


def _shell(
    plan: _Plan, program: str, flags: list[tuple[str, object]], environment: tuple[tuple[str, object], ...]
) -> tuple[str, ...]:
    """One flag a line, with the continuation mark of the shell that will read it."""
    windows = plan.work.host == "windows"
    mark = " `" if windows else " \\"
    if windows:
        before = [f"$env:{name}='{value}'" for name, value in environment]
        lines = [program, *(f"  {name} {value}" for name, value in flags)]
        return (*before, *(line + mark for line in lines[:-1]), lines[-1])
    lines = [f"{name}={value}" for name, value in environment]
    lines += [program, *(f"  {name} {value}" for name, value in flags)]
    return (*(line + mark for line in lines[:-1]), lines[-1])
