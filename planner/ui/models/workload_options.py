"""What a workload may be set to, in words, and the workload in one line."""

from collections import Counter

from planner.analysis.memory import Memory, Refused
from planner.analysis.throughput import CPU_ONLY, Throughput
from planner.catalog.store import Catalog
from planner.domain.units import gib, show_gib, show_tok_s, show_tokens
from planner.domain.workload import SPLIT_WORDS, Workload
from planner.evaluate import Report

LABELS_OF_FORMAT = {
    "gguf": (
        "Q2_K", "IQ2_M", "Q3_K_M", "IQ3_M", "IQ4_XS", "Q4_0", "Q4_K_S", "Q4_K_M", "Q5_K_S", "Q5_K_M", "Q6_K", "Q8_0",
        "MXFP4_MOE", "BF16",
    ),
    "exl2": ("EXL2-3.0bpw", "EXL2-4.0bpw", "EXL2-5.0bpw", "EXL2-6.0bpw"),
    "exl3": ("EXL3-2.5bpw", "EXL3-3.0bpw", "EXL3-4.0bpw", "EXL3-5.0bpw", "EXL3-6.0bpw"),
    "awq": ("AWQ-4bit",),
    "gptq": ("GPTQ-4bit", "GPTQ-8bit"),
    "fp8": ("FP8",),
    "int8": ("INT8",),
    "nvfp4": ("NVFP4",),
    "mxfp4": ("MXFP4",),
    "nf4": ("NF4",),
    "bf16": ("BF16",),
}  # fmt: skip
"""The usual quantisations of each format; any other label can be typed."""

KV_WORDS = {
    "f32": "32 bits (f32)", "f16": "16 bits (f16)", "bf16": "16 bits (bf16)", "fp8": "8 bits (fp8)",
    "q8_0": "8 bits (q8_0)", "q5_1": "5 bits (q5_1)", "q5_0": "5 bits (q5_0)", "q4_1": "4 bits (q4_1)",
    "q4_0": "4 bits (q4_0)",
}  # fmt: skip

HOST_WORDS = {
    "linux-headless": "Linux, no desktop",
    "linux-desktop": "Linux with a desktop",
    "windows": "Windows",
    "wsl2": "Windows, WSL 2",
}


def quant_labels(catalog: Catalog, model: str, engine: str) -> tuple[str, ...]:
    """What this engine loads, and the files published of this model in a format it loads."""
    found = catalog.engines.get(engine)
    formats = found.formats if found else tuple(LABELS_OF_FORMAT)
    usual = [label for name in formats for label in LABELS_OF_FORMAT.get(name, ())]
    published = [size.quant for size in catalog.file_sizes if size.model == model] if "gguf" in formats else []
    return tuple(dict.fromkeys((*usual, *sorted(published))))


IMAGE_WORDS = {False: "Text only", True: "Text and images"}
DRAFTS_OFFERED = 8


def draft_choices(catalog: Catalog, workload: Workload) -> tuple[tuple[str, str], ...]:
    """Ids and words: none, the model's own block, then models of the same vocabulary and at most a quarter its size."""
    model, engine = catalog.models.get(workload.model), catalog.engines.get(workload.engine)
    found = [("", "None")]
    if model is None or engine is None or engine.memory != "buffers":
        return tuple(found)
    if model.mtp is not None:
        found.append((model.id, "Own MTP block"))
    same = [other for other in catalog.models.values() if other.vocab == model.vocab and not other.moe]
    small = [other for other in same if other.text_params * 4 <= model.text_params]
    small.sort(key=lambda other: (other.family != model.family, other.text_params))
    found += [(other.id, f"{other.name} at {workload.draft_quant}") for other in small[:DRAFTS_OFFERED]]
    return tuple(found)


def one_line(workload: Workload | None, catalog: Catalog, on_cpu: bool = False) -> tuple[str, ...]:
    """The telling settings, most telling first; nothing is asked: empty. `on_cpu`: there is no card to split over."""
    if workload is None:
        return ()
    model, engine = catalog.models.get(workload.model), catalog.engines.get(workload.engine)
    users = f"{workload.users} users" if workload.users > 1 else ""
    kv = f"KV {workload.kv_type}" if workload.kv_type != "f16" else ""
    beside = ("speculation" if workload.draft else "", "images" if workload.images else "")
    words = (
        model.name if model else workload.model,
        workload.quant,
        f"{show_tokens(workload.context)} context",
        users,
        engine.name if engine else workload.engine,
        CPU_ONLY if on_cpu else SPLIT_WORDS[workload.split],
        kv,
        *beside,
    )
    return tuple(word for word in words if word)


def case_line(report: Report, catalog: Catalog) -> str:
    """What runs on which cards or CPU, for a picture that is read without the window."""
    counted = Counter(card.chip.name for card in report.rig.cards)
    cards = " + ".join(f"{count} × {name}" if count > 1 else name for name, count in counted.items())
    alone = report.rig.cpu.name if report.rig.cpu and on_cpu(report) else ""
    words = (word for word in one_line(report.rig.workload, catalog, bool(alone)) if word != CPU_ONLY)
    return " · ".join(filter(None, (cards or alone, *words)))


def on_cpu(report: Report) -> bool:
    """Whether the processor does all the work."""
    return not report.rig.cards and report.rig.computes


def outcome(report: Report) -> str:
    """Whether it fits and how fast it is, in one line."""
    fit, speed = report.facts.memory, report.facts.throughput
    if isinstance(fit, Refused):
        return fit.reason
    if not isinstance(fit, Memory):
        return "Choose a GPU to see whether the model fits."
    used, usable = sum(share.used for share in fit.devices), sum(share.usable for share in fit.devices)
    if not fit.fits:
        where = "on the fullest card" if fit.cards else "for the system RAM"
        return f"Does not fit: {show_gib(gib(fit.over_bytes))} too much {where}."
    room = f"Fits: {show_gib(gib(used))} of {show_gib(gib(usable))}, context up to {show_tokens(fit.max_context)}"
    return f"{room} · {show_tok_s(speed.decode_tok_s.value)}{_gain(speed)}" if speed else f"{room}."


def _gain(speed: Throughput) -> str:
    return f", {speed.speculation.gain:.2f} times that without speculation" if speed.speculation else ""
