"""Ollama: settings in the environment and a Modelfile; llama.cpp's server inside it shares the layers out."""

from planner.analysis.fit_draft import DRAFT_LENGTH
from planner.documents.launch_gguf import gguf, gguf_note, gpu_layers, projector
from planner.documents.launch_plan import Command, Launch, NoCommand, Plan, draft_note, only_card, order_note
from planner.domain.workload import SPLIT_WORDS

OLLAMA_DOCS = (
    "https://github.com/ollama/ollama/blob/main/docs/faq.mdx",
    "https://github.com/ollama/ollama/blob/main/docs/modelfile.mdx",
)
ONE_AT_A_TIME = ("Qwen 3-Next", "Qwen 3.5", "Qwen 3.6", "Qwen 3.8", "LFM")
"""Families that Ollama serves to one user at a time (ollama/ollama server/sched.go); recurrent Nemotron as well."""
CACHE_TYPES = ("f16", "q8_0", "q4_0")


def ollama(plan: Plan) -> Launch:
    _can_run(plan)
    name = plan.model.id
    return Launch(
        engine=plan.engine.name,
        commands=(
            Command("The server", plan.shell("ollama serve", [], _settings(plan))),
            Command("A file called Modelfile", _modelfile(plan)),
            Command(
                "The model, once and then every time", (f"ollama create {name} -f Modelfile", f"ollama run {name}")
            ),
            Command(f"What went where: all of it should be on the {'GPU' if plan.cards else 'CPU'}", ("ollama ps",)),
        ),
        notes=tuple(_notes(plan)),
        sources=OLLAMA_DOCS,
    )


def _can_run(plan: Plan) -> None:
    work, model = plan.work, plan.model
    if work.offload_experts and plan.cards:
        raise NoCommand("Ollama has no setting for experts in system RAM. Use llama.cpp with --n-cpu-moe.")
    if work.split not in ("none", "layer") and plan.cards > 1:
        raise NoCommand(f"Ollama splits by layer only; {SPLIT_WORDS[work.split]} needs another engine.")
    if work.kv_type not in CACHE_TYPES:
        raise NoCommand(f"Ollama keeps its cache as f16, q8_0 or q4_0, not {work.kv_type}.")
    recurrent = model.family in ONE_AT_A_TIME or (model.family == "Nemotron" and model.layer_kinds is not None)
    if recurrent and work.users > 1:
        raise NoCommand(
            f"Ollama serves {model.name} to one user at a time, this plan has {work.users}: with llama-server they "
            "run side by side."
        )
    if plan.drafted and not plan.drafts_itself:
        raise NoCommand(
            "Ollama speculates with a model's own next-token block only; a draft model of its own needs llama.cpp."
        )


def _settings(plan: Plan) -> tuple[tuple[str, object], ...]:
    work = plan.work
    settings: list[tuple[str, object]] = [("OLLAMA_CONTEXT_LENGTH", work.context), ("OLLAMA_NUM_PARALLEL", work.users)]
    if work.kv_type != "f16":
        settings += [("OLLAMA_FLASH_ATTENTION", 1), ("OLLAMA_KV_CACHE_TYPE", work.kv_type)]
    if plan.used_cards > 1:
        settings.append(("OLLAMA_SCHED_SPREAD", 1))
    return (*settings, *only_card(plan))


def _modelfile(plan: Plan) -> tuple[str, ...]:
    lines = [f"FROM ./{gguf(plan)}"]
    if plan.images:
        lines.append(f"FROM ./{projector(plan)}")
    lines.append(f"PARAMETER num_ctx {plan.work.context}")
    if plan.work.offload_layers or not plan.cards:
        lines.append(f"PARAMETER num_gpu {gpu_layers(plan)}")
    if plan.work.micro_batch != 512:
        lines.append(f"PARAMETER num_batch {plan.work.micro_batch}")
    if plan.drafted:
        lines.append(f"PARAMETER draft_num_predict {DRAFT_LENGTH}")
    return tuple(lines)


def _notes(plan: Plan) -> list[str]:
    notes = [gguf_note(plan)]
    if plan.used_cards > 1:
        notes.append(
            "Ollama takes no proportions: llama.cpp inside it shares the layers out by free memory and keeps 1 GiB "
            "free on each card."
        )
    if plan.only is not None:
        notes.append(order_note(plan))
    where = (
        "The app in the notification area takes its variables from the account's environment variables; quit it first."
        if plan.windows
        else "As a service, the variables go into its unit (systemctl edit ollama.service), one Environment= line each."
    )
    left_out = draft_note(plan)
    return [*notes, where, *([left_out] if left_out else [])]
