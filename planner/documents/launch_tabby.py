"""ExLlama through TabbyAPI: a config.yml, and the server that reads it."""

import math

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
from planner.documents.launch_shell import safe_name
from planner.domain.units import GB, gib

TABBY_DOCS = ("https://github.com/theroyallab/tabbyAPI/blob/main/config_sample.yml",)
WITH_EXLLAMAV2 = "79126f904c2e00aece026b36bb70bbb87e4892b2"
"""The last commit of TabbyAPI that has ExLlamaV2: its successor, of 14 July 2026, removes it."""
CACHE_STEP = 256

CACHE_BITS = {"f16": "FP16", "bf16": "FP16", "q8_0": "8,8", "q5_0": "5,5", "q4_0": "4,4"}
"""ExLlamaV3 stores n bits and a 16-bit scale per 32 values: as many bytes as llama.cpp's types of n bits."""
CACHE_NAMES = {"f16": "FP16", "bf16": "FP16", "q8_0": "Q8", "q4_0": "Q4"}


def tabby(plan: Plan) -> Launch:
    third = plan.format.family == "exl3" or plan.engine.id == "exllamav3"
    commands = [
        Command("config.yml in the folder of TabbyAPI", tuple(_config(plan, third))),
        Command("Server with an OpenAI-compatible API on port 5000", plan.shell("python main.py", [], _order(plan))),
    ]
    if not third:
        commands.insert(0, Command("TabbyAPI as it was with ExLlamaV2", _old_version()))
    return Launch(
        engine=plan.engine.name, commands=tuple(commands), notes=tuple(_notes(plan, third)), sources=TABBY_DOCS
    )


def _old_version() -> tuple[str, ...]:
    return (
        "git clone https://github.com/theroyallab/tabbyAPI",
        "cd tabbyAPI",
        f"git checkout {WITH_EXLLAMAV2}",
    )


def _folder(plan: Plan) -> str:
    quant = safe_name(plan.work.quant).replace("/", "-")
    named = quant.upper().startswith(plan.format.family.upper())
    return f"{plan.stem}-{quant}" if named else f"{plan.stem}-{plan.format.family}-{quant}"


def _config(plan: Plan, third: bool) -> list[str]:
    work = plan.work
    lines = [
        "network:",
        "  host: 127.0.0.1",
        "  port: 5000",
        "model:",
        "  model_dir: models",
        f"  model_name: {_folder(plan)}",
        f"  backend: {'exllamav3' if third else 'exllamav2'}",
        f"  max_seq_len: {work.context}",
        f"  cache_size: {math.ceil(work.context * work.users / CACHE_STEP) * CACHE_STEP}",
        f"  cache_mode: {_cache_mode(plan, third)}",
        f"  max_batch_size: {work.users}",
    ]
    if plan.used_cards > 1:
        lines += _split(plan)
    if work.images and plan.model.params_encoders:
        lines.append("  vision: true")
    return lines


def _split(plan: Plan) -> list[str]:
    if plan.work.split == "tensor":
        bridged = bool(plan.rig.bridges) and not plan.windows
        return ["  tensor_parallel: true", f"  tensor_parallel_backend: {'nccl' if bridged else 'native'}"]
    if not plan.mixed:
        return ["  gpu_split_auto: true"]
    return ["  gpu_split_auto: false", f"  gpu_split: [{', '.join(_room_gib(plan))}]"]


def _room_gib(plan: Plan) -> list[str]:
    """What each card may take beside the driver's context, in binary gigabytes as TabbyAPI counts, the margin free."""
    rooms = [share.usable - share.reserved - share.context - plan.fit.margin_bytes for share in plan.fit.cards]
    return [f"{max(0.0, gib(room)):.1f}" for room in rooms]


def _cache_mode(plan: Plan, third: bool) -> str:
    known = CACHE_BITS if third else CACHE_NAMES
    mode = known.get(plan.work.kv_type)
    if mode is None:
        raise NoCommand(
            f"{plan.engine.name} in TabbyAPI keeps its cache as {', '.join(known)}, not as {plan.work.kv_type}."
        )
    return mode


def _order(plan: Plan) -> tuple[tuple[str, object], ...]:
    one = only_card(plan)
    return one if one or not (plan.mixed and plan.nvidia) else (PCI_ORDER,)


def _notes(plan: Plan, third: bool) -> list[str]:
    notes = [
        f"The folder models/{_folder(plan)} holds the {plan.format.family.upper()} weights of {plan.model.name}, "
        f"{plan.fit.weights_bytes / GB:,.1f} GB.",
        f"cache_size is tokens for all users together: {plan.work.users} × {plan.work.context:,}.",
    ]
    if not third:
        notes.append("TabbyAPI removed ExLlamaV2 in July 2026: newer versions load EXL3 models only.")
    if plan.only is not None or (plan.mixed and plan.used_cards > 1):
        notes.append(order_note(plan))
    left_out = draft_note(plan)
    return [*notes, left_out] if left_out else notes
