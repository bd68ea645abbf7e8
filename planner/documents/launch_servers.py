"""vLLM, SGLang and ExLlama behind TabbyAPI: checkpoints in other formats than GGUF."""

import math

from planner.documents.launch_plan import Command, Launch, NoCommand, Plan, shell
from planner.domain.units import GB, gib

VLLM_DOCS = ("https://docs.vllm.ai/en/latest/configuration/engine_args.html",)
SGLANG_DOCS = ("https://docs.sglang.io/advanced_features/server_arguments.html",)
TABBY_DOCS = ("https://github.com/theroyallab/tabbyAPI/blob/main/config_sample.yml",)

NATIVE = {"openai/gpt-oss": "mxfp4", "deepseek-ai/DeepSeek-V3": "fp8", "deepseek-ai/DeepSeek-R1": "fp8"}
"""Start of a repository -> the format its own weights are in, where that is not 16 bits."""

ROUNDING = 0.02
"""What the driver keeps for itself is not counted by the engine when it takes its share."""


def vllm(plan: Plan) -> Launch:
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
                shell(plan, f"vllm serve {_checkpoint(plan)}", flags, _first_only(plan)),
            ),
        ),
        notes=(*_checkpoint_notes(plan), _share_note(share), *_pair_notes(plan)),
        sources=VLLM_DOCS,
    )


def sglang(plan: Plan) -> Launch:
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
                shell(plan, "python -m sglang.launch_server", flags, _first_only(plan)),
            ),
        ),
        notes=(*_checkpoint_notes(plan), _share_note(share), *_pair_notes(plan)),
        sources=SGLANG_DOCS,
    )


def _needs_linux(plan: Plan) -> None:
    if plan.work.host == "windows":
        raise NoCommand(f"{plan.engine.name} runs on Linux. On Windows it needs WSL2: choose that as the system.")
    if plan.format.family == "gguf":
        raise NoCommand(
            f"{plan.engine.name} reads GGUF files only experimentally. Choose an AWQ, GPTQ or FP8 checkpoint."
        )


def _small_cache(plan: Plan) -> bool:
    if plan.work.kv_type in ("f16", "bf16"):
        return False
    if plan.work.kv_type == "fp8":
        return True
    raise NoCommand(f"{plan.engine.name} keeps its cache in 16 bits or in fp8, not as {plan.work.kv_type}.")


def _memory_share(plan: Plan) -> float:
    """The share the fit was worked out with; less where a desktop or the driver holds more than it leaves."""
    planned = plan.work.memory_share or plan.engine.memory_share
    room = min((share.usable - share.reserved) / share.usable for share in plan.fit.cards if share.weights)
    return planned if room >= planned - ROUNDING else math.floor(room * 100) / 100


def _share_note(share: float) -> str:
    return (
        f"{share:.2f} is the share of each card the engine may fill: weights first, the rest becomes cache. "
        "The figures of this plan stand on it."
    )


def _checkpoint(plan: Plan) -> str:
    """The model's own repository where that is in the wanted format, else a name for the quantised one."""
    own = next((form for start, form in NATIVE.items() if plan.model.hf_repo.startswith(start)), "bf16")
    return plan.model.hf_repo if plan.format.family == own else f"{plan.stem}-{plan.work.quant}"


def _checkpoint_notes(plan: Plan) -> list[str]:
    name = _checkpoint(plan)
    if name == plan.model.hf_repo:
        return []
    whole_gb = plan.model.params_total * 2 / GB
    return [
        f"{name} stands for the folder or repository of a checkpoint of {plan.model.name} in {plan.work.quant}, "
        f"{plan.fit.weights_bytes / GB:,.1f} GB. {plan.model.hf_repo} itself holds 16-bit weights, {whole_gb:,.0f} GB."
    ]


def _pair_notes(plan: Plan) -> list[str]:
    if plan.used_cards < 3 or plan.work.split != "tensor":
        return []
    return ["“Custom allreduce is disabled” in the log is normal with more than two cards on PCIe; NCCL takes over."]


def _first_only(plan: Plan) -> tuple[tuple[str, object], ...]:
    return (("CUDA_VISIBLE_DEVICES", 0),) if plan.work.split == "none" and plan.cards > 1 and plan.nvidia else ()


# ------------------------------------------------------------------ ExLlama through TabbyAPI


def tabby(plan: Plan) -> Launch:
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
            Command("Server with an OpenAI-compatible API on port 5000", shell(plan, "python main.py", [], ())),
        ),
        notes=(
            f"The folder models/{plan.stem}-{plan.format.family}-{work.quant} holds the "
            f"{plan.format.family.upper()} weights of {plan.model.name}, {plan.fit.weights_bytes / GB:,.1f} GB.",
            f"cache_size is tokens for all users together: {work.users} × {work.context:,}.",
        ),
        sources=TABBY_DOCS,
    )


def _tabby_split(plan: Plan) -> list[str]:
    if plan.work.split == "tensor":
        bridged = bool(plan.rig.bridges)
        return ["  tensor_parallel: true", f"  tensor_parallel_backend: {'nccl' if bridged else 'native'}"]
    if not plan.mixed:
        return ["  gpu_split_auto: true"]
    return ["  gpu_split_auto: false", f"  gpu_split: [{', '.join(_room_gb(plan))}]"]


def _room_gb(plan: Plan) -> list[str]:
    """What each card may take, in binary gigabytes as TabbyAPI counts, the margin kept free."""
    return [f"{gib(share.usable - share.reserved - plan.fit.margin_bytes):.1f}" for share in plan.fit.cards]


def _cache_mode(plan: Plan, backend: str) -> str:
    bits = {"f16": 16, "bf16": 16, "q8_0": 8, "fp8": 8, "q5_1": 6, "q5_0": 6, "q4_0": 4, "q4_1": 4}.get(
        plan.work.kv_type
    )
    if bits is None:
        raise NoCommand(f"{plan.engine.name} has no cache of type {plan.work.kv_type}.")
    if bits == 16:
        return "FP16"
    return f"{bits},{bits}" if backend == "exllamav3" else f"Q{bits}"
