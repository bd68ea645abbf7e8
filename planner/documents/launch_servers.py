"""vLLM and SGLang: checkpoints in other formats than GGUF, and a share of every card."""

import math

from planner.analysis.fit_pool import LARGE_CARD
from planner.documents.launch_plan import (
    PCI_ORDER,
    Command,
    Launch,
    NoCommand,
    Plan,
    draft_note,
    only_card,
    order_note,
)
from planner.documents.launch_shell import Flag, safe_name
from planner.domain.units import GB

VLLM_DOCS = (
    "https://docs.vllm.ai/en/latest/configuration/engine_args.html",
    "https://docs.vllm.ai/en/latest/configuration/conserving_memory.html",
)
SGLANG_DOCS = ("https://docs.sglang.io/advanced_features/server_arguments.html",)

NATIVE = {
    "openai/gpt-oss": "mxfp4",
    "deepseek-ai/DeepSeek-V3": "fp8",
    "deepseek-ai/DeepSeek-R1": "fp8",
    "deepseek-ai/DeepSeek-V4": "a mixture of FP4 and FP8",
    "moonshotai/Kimi-K2-Instruct": "fp8",
    "moonshotai/Kimi-K2-Thinking": "int4",
    "moonshotai/Kimi-K2.5": "int4",
    "MiniMaxAI/MiniMax-M2": "fp8",
    "XiaomiMiMo/MiMo-V2-Flash": "fp8",
    "mistralai/Mistral-Large-3": "fp8",
    "mistralai/Ministral-3-": "fp8",
    "mistralai/Devstral-2": "fp8",
    "mistralai/Devstral-Small-2-": "fp8",
}
"""Start of a repository -> the format its own weights are in, where that is not 16 bits (its model card)."""
DISTILLED = "-Distill"
"""DeepSeek-R1's distilled models are Llama and Qwen, in 16 bits."""

ROUNDING = 0.02
"""What the driver keeps for itself is not counted by the engine when it takes its share."""
FP8_BLOCK = 128
"""Many FP8 checkpoints hold one scale per 128 × 128 weights, and no card can take part of a block."""


def vllm(plan: Plan) -> Launch:
    _needs_linux(plan)
    work, share = plan.work, _memory_share(plan)
    flags: list[Flag] = []
    if plan.used_cards > 1:
        kind = "--tensor-parallel-size" if work.split == "tensor" else "--pipeline-parallel-size"
        flags.append((kind, plan.used_cards))
    flags += [
        ("--max-model-len", work.context),
        ("--max-num-seqs", work.users),
        ("--gpu-memory-utilization", share),
    ]
    if _small_cache(plan):
        flags.append(("--kv-cache-dtype", "fp8"))
    flags += [("--host", "127.0.0.1"), ("--port", 8000)]
    return Launch(
        engine=plan.engine.name,
        commands=(
            Command(
                "Server with an OpenAI-compatible API on port 8000",
                plan.shell(f"vllm serve {_checkpoint(plan)}", flags, _environment(plan)),
            ),
        ),
        notes=(*_notes(plan, share), *_vllm_notes(plan)),
        sources=VLLM_DOCS,
    )


def sglang(plan: Plan) -> Launch:
    _needs_linux(plan)
    work, share = plan.work, _memory_share(plan)
    flags: list[Flag] = [("--model-path", _checkpoint(plan))]
    if plan.used_cards > 1:
        flags.append(("--tp-size" if work.split == "tensor" else "--pp-size", plan.used_cards))
    flags += [
        ("--context-length", work.context),
        ("--max-running-requests", work.users),
        ("--mem-fraction-static", share),
        ("--chunked-prefill-size", _batch(plan)),
    ]
    if _small_cache(plan):
        flags.append(("--kv-cache-dtype", "fp8_e5m2"))
    flags += [("--host", "127.0.0.1"), ("--port", 30000)]
    return Launch(
        engine=plan.engine.name,
        commands=(
            Command(
                "Server with an OpenAI-compatible API on port 30000",
                plan.shell("sglang serve", flags, _environment(plan)),
            ),
        ),
        notes=tuple(_notes(plan, share)),
        sources=SGLANG_DOCS,
    )


def _needs_linux(plan: Plan) -> None:
    if plan.windows:
        raise NoCommand(f"{plan.engine.name} runs on Linux. On Windows it needs WSL2: choose that as the system.")


def _environment(plan: Plan) -> tuple[tuple[str, object], ...]:
    """One card of several, or different ones in the order the plan has them."""
    one = only_card(plan)
    return one if one or not (plan.mixed and plan.nvidia) else (PCI_ORDER,)


def _small_cache(plan: Plan) -> bool:
    if plan.work.kv_type in ("f16", "bf16"):
        return False
    if plan.work.kv_type == "fp8":
        return True
    raise NoCommand(f"{plan.engine.name} keeps its cache in 16 bits or in fp8, not as {plan.work.kv_type}.")


def _memory_share(plan: Plan) -> str:
    """The share the fit was worked out with; less where a desktop or the driver holds more than it leaves."""
    planned = plan.work.memory_share or plan.engine.memory_share
    room = min((share.usable - share.reserved) / share.usable for share in plan.fit.cards if share.weights)
    kept = planned if room >= planned - ROUNDING else room
    return f"{math.floor(kept * 1000 + 1e-6) / 1000:.3f}".rstrip("0").rstrip(".")


def _batch(plan: Plan) -> int:
    """Tokens of a prompt read at once, as the plan counts them: SGLang's own default takes twice the buffers."""
    smallest = min(share.usable for share in plan.fit.cards if share.weights)
    return plan.engine.batch_tokens * (4 if smallest >= LARGE_CARD else 1)


def _own_format(plan: Plan) -> str:
    repo = plan.model.hf_repo
    if DISTILLED in repo:
        return "bf16"
    return next((form for start, form in NATIVE.items() if repo.startswith(start)), "bf16")


def _checkpoint(plan: Plan) -> str:
    """The model's own repository where that is in the wanted format, else a name for the quantised one."""
    own = {"int4": "awq"}.get(_own_format(plan), _own_format(plan))
    return safe_name(plan.model.hf_repo) if plan.format.family == own else f"{plan.stem}-{_safe_quant(plan)}"


def _safe_quant(plan: Plan) -> str:
    return safe_name(plan.work.quant).replace("/", "-")


def _notes(plan: Plan, share: str) -> list[str]:
    notes = [
        *_checkpoint_notes(plan),
        f"{share} is the share of each card the engine may fill: weights first, the rest becomes cache. The figures of "
        "this plan stand on it.",
    ]
    if plan.only is not None or plan.mixed:
        notes.append(order_note(plan))
    left_out = draft_note(plan)
    return [*notes, left_out] if left_out else notes


def _checkpoint_notes(plan: Plan) -> list[str]:
    name, repo, own = _checkpoint(plan), plan.model.hf_repo, _own_format(plan)
    if name == repo:
        return []
    whole_gb = plan.model.params_total * 2 / GB
    holds = f"holds 16-bit weights, {whole_gb:,.0f} GB" if own == "bf16" else f"is in {own.upper()}"
    if own.startswith("a "):
        holds = f"holds {own}"
    return [
        f"{name} stands for the folder or repository of a checkpoint of {plan.model.name} in {plan.work.quant}, "
        f"{plan.fit.weights_bytes / GB:,.1f} GB. {repo} itself {holds}."
    ]


def _vllm_notes(plan: Plan) -> list[str]:
    if plan.work.split != "tensor" or plan.used_cards < 2:
        return []
    notes = []
    if plan.used_cards > 2:
        notes.append(
            "“Custom allreduce is disabled” in the log is normal with more than two cards on PCIe; NCCL takes over. "
            "--disable-custom-all-reduce says so from the start."
        )
    moe = plan.model.moe
    if plan.format.family == "fp8" and moe and moe.expert_intermediate // plan.used_cards % FP8_BLOCK:
        notes.append(
            f"Experts {moe.expert_intermediate:,} wide over {plan.used_cards} cards leave part of a block of "
            f"{FP8_BLOCK} on each: vLLM refuses a checkpoint with such blocks. Take one with a scale per channel, or "
            "add --enable-expert-parallel."
        )
    return notes
