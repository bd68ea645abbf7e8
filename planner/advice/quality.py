"""What a quantisation costs in quality, where somebody has measured it, and which ones to try in what order."""

from dataclasses import dataclass

from planner.analysis.quantisation import LARGE, gguf_label
from planner.domain.engine import Engine
from planner.domain.model import Model

SOURCE = "https://github.com/ggml-org/llama.cpp/blob/master/tools/perplexity/README.md"
MEASURED: dict[str, tuple[float, float]] = {
    "F16": (0.02, 0.0006),
    "Q8_0": (0.04, 0.0014),
    "Q6_K": (0.35, 0.0055),
    "Q5_K_M": (0.91, 0.0108),
    "Q5_K_S": (1.68, 0.0166),
    "Q5_1": (1.70, 0.0180),
    "Q5_0": (2.11, 0.0222),
    "Q4_K_M": (2.43, 0.0282),
    "Q4_K_S": (2.86, 0.0320),
    "IQ4_NL": (3.59, 0.0357),
    "IQ4_XS": (3.66, 0.0363),
    "Q4_1": (7.24, 0.0717),
    "Q4_0": (7.52, 0.0719),
    "Q3_K_L": (7.05, 0.0731),
    "Q3_K_M": (8.07, 0.0844),
    "IQ3_M": (10.70, 0.1025),
    "IQ3_S": (11.78, 0.1113),
    "IQ3_XS": (14.95, 0.1387),
    "IQ3_XXS": (19.69, 0.1836),
    "Q3_K_S": (22.00, 0.1998),
    "IQ2_M": (38.02, 0.3260),
    "Q2_K": (38.77, 0.3322),
    "IQ2_S": (54.87, 0.4392),
    "IQ2_XS": (72.69, 0.5463),
    "IQ2_XXS": (126.13, 0.8120),
    "IQ1_M": (309.10, 1.3931),
    "IQ1_S": (873.98, 2.2546),
}
"""Llama 3 8B with an importance matrix where there is one: rise of perplexity in percent, and mean Kullback-Leibler
divergence, both against 16 bit. Larger models lose less: at Q4_K_M Llama 2 70B 1.2 %, at Q2_K 8.8 %."""
WORDS = ((0.01, "next to no loss"), (0.05, "small loss"), (0.15, "loss that shows"), (0.5, "large loss"))
WORST = "severe loss"

LADDERS: tuple[tuple[str, ...], ...] = (
    ("BF16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "IQ4_XS", "Q3_K_M", "IQ3_XXS", "Q2_K", "IQ2_XXS"),
    ("BF16", "FP8", "NVFP4", "MXFP4", "AWQ-4bit"),
    ("EXL3-8.0bpw", "EXL3-6.0bpw", "EXL3-5.0bpw", "EXL3-4.0bpw", "EXL3-3.5bpw", "EXL3-3.0bpw", "EXL3-2.5bpw"),
    ("EXL2-8.0bpw", "EXL2-6.0bpw", "EXL2-5.0bpw", "EXL2-4.0bpw", "EXL2-3.0bpw"),
)
"""Of GGUF, of engines that load safetensors, of ExLlama; largest first."""
FAMILIES = ("gguf", "fp8", "exl3", "exl2")
OWN_QUANTS = {"gpt-oss": ("MXFP4",)}
"""Families published in four bits: other labels would name the same weights."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Loss against 16 bit as measured on one small model."""

    words: str
    perplexity_percent: float
    divergence: float
    source: str = SOURCE


def quality(quant: str) -> Quality | None:
    """None where nobody has measured the label: its bits per weight are all there is to say."""
    label = (gguf_label(quant) or "").removeprefix("UD-")
    label = {"BF16": "F16", "F32": "F16"}.get(label, LARGE.get(label, label))
    if label not in MEASURED:
        return None
    percent, divergence = MEASURED[label]
    return Quality(next((words for most, words in WORDS if divergence < most), WORST), percent, divergence)


def usual_quants(engine: Engine, model: Model) -> tuple[str, ...]:
    """Those this engine can load, largest first."""
    ladder = next((steps for family, steps in zip(FAMILIES, LADDERS, strict=True) if family in engine.formats), ())
    return OWN_QUANTS.get(model.family, ladder)
