"""Formats and what a weight takes in each: GGUF types, the labels that name mixtures of them, and other formats.

GGUF mixtures follow llama.cpp's quantiser (ggml-org/llama.cpp src/llama-quant.cpp) tensor by tensor.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

BLOCK: dict[str, tuple[int, int]] = {
    "F32": (1, 4), "F16": (1, 2), "BF16": (1, 2),
    "Q4_0": (32, 18), "Q4_1": (32, 20), "Q5_0": (32, 22), "Q5_1": (32, 24), "Q8_0": (32, 34),
    "Q2_K": (256, 84), "Q3_K": (256, 110), "Q4_K": (256, 144), "Q5_K": (256, 176), "Q6_K": (256, 210),
    "IQ1_S": (256, 50), "IQ1_M": (256, 56), "IQ2_XXS": (256, 66), "IQ2_XS": (256, 74), "IQ2_S": (256, 82),
    "IQ3_XXS": (256, 98), "IQ3_S": (256, 110), "IQ4_XS": (256, 136), "IQ4_NL": (32, 18),
    "TQ1_0": (256, 54), "TQ2_0": (256, 66), "MXFP4": (32, 17), "NVFP4": (64, 36),
    "IQ1_KT": (256, 56), "IQ2_KS": (256, 70), "IQ2_KT": (256, 68), "IQ2_K": (256, 76), "IQ2_KL": (256, 86),
    "IQ3_KT": (256, 100), "IQ3_KS": (256, 102), "IQ3_K": (256, 110), "IQ4_KSS": (256, 128), "IQ4_KT": (256, 128),
    "IQ4_KS": (256, 136), "IQ4_K": (256, 144), "IQ5_KS": (256, 168), "IQ5_K": (256, 176), "IQ6_K": (256, 212),
}  # fmt: skip
"""GGUF type -> weights per block, bytes per block (the gguf package's table; those after NVFP4 are ik_llama.cpp's)."""

FALLBACK = {
    "Q4_K": "Q5_0", "Q5_K": "Q5_1", "Q6_K": "Q8_0", "TQ1_0": "Q4_0", "TQ2_0": "Q4_0", "Q2_K": "Q4_0", "Q3_K": "Q4_0",
    "IQ4_K": "IQ4_NL", "IQ5_K": "Q5_1", "IQ6_K": "Q8_0",
}  # fmt: skip
"""Where rows are no multiple of 256; every type not named becomes IQ4_NL."""

BASE = {
    "Q2_K": "Q2_K", "Q2_K_S": "Q2_K", "Q3_K_S": "Q3_K", "Q3_K_M": "Q3_K", "Q3_K_L": "Q3_K",
    "Q4_K_S": "Q4_K", "Q4_K_M": "Q4_K", "Q5_K_S": "Q5_K", "Q5_K_M": "Q5_K", "IQ2_S": "IQ2_XS", "IQ2_M": "IQ2_S",
    "IQ3_XS": "IQ3_S", "IQ3_M": "IQ3_S", "MXFP4_MOE": "MXFP4",
}  # fmt: skip
"""GGUF label -> type of most tensors, where the label is not itself a type."""

LARGE = {"Q2_K_L": "Q2_K", "Q3_K_XL": "Q3_K_L", "Q4_K_L": "Q4_K_M", "Q5_K_L": "Q5_K_M", "Q6_K_L": "Q6_K"}
"""bartowski's labels: the same mixture with token table and output in Q8_0."""

UNSLOTH_ONLY = ("Q6_K_S", "Q6_K_M", "Q8_K_L")
NOT_GGUF_FIRST = ("F16", "BF16", "F32", "MXFP4_MOE", "NVFP4")
"""Labels that name a GGUF file or another format: the engine decides."""

GGUF_SYNONYMS = {"Q3_K": "Q3_K_M", "Q4_K": "Q4_K_M", "Q5_K": "Q5_K_M", "MXFP4": "MXFP4_MOE"}


@dataclass(frozen=True, slots=True)
class Format:
    """A quantisation as engines name it. `bits` are per weight of a linear layer; for GGUF the label says it all."""

    family: str
    """gguf, exl2, exl3, awq, gptq, int8, fp8, nvfp4, mxfp4, nf4, bf16."""
    label: str
    bits: float
    head_bits: float = 16.0
    source: str = ""


PLAIN: tuple[tuple[str, str, float, str], ...] = (
    (
        r"AWQ|AUTOROUND|INT4|W4A16|GPTQ|COMPRESSED",
        "awq",
        4.15625,
        "4 bits, a 16-bit scale and a 4-bit zero per 128 weights",
    ),
    (r"NVFP4", "nvfp4", 4.5, "4 bits and an 8-bit scale per 16 weights"),
    (r"MXFP4", "mxfp4", 4.25, "4 bits and an 8-bit exponent per 32 weights"),
    (r"FP8|F8|W8A8-FP", "fp8", 8.0, "8 bits; scales per channel or 128 × 128 block are below 0.01 bit"),
    (r"INT8|W8A8|W8A16", "int8", 8.0, "8 bits and a scale per channel"),
    (r"NF4|BNB", "nf4", 4.127, "4 bits, scales quantised twice"),
    (r"BF16|FP16|F16|F32|FP32", "bf16", 16.0, "16 bits"),
)


@lru_cache(maxsize=256)
def parse(quant: str) -> Format | None:
    """None where the name tells nothing. F16 and BF16 are GGUF labels as well: `for_engine` decides."""
    name = quant.strip().upper().replace(" ", "-")
    gguf = gguf_label(name)
    if gguf is not None and gguf not in NOT_GGUF_FIRST:
        return Format("gguf", gguf, 0)
    exl = re.match(r"(EXL[23])?[-_]?(\d+(?:\.\d+)?)[-_]?(?:BPW|BIT|B)?(?:[-_]?H(\d))?$", name)
    if exl and (exl[1] or "BPW" in name):
        return Format(
            (exl[1] or "exl3").lower(), quant, float(exl[2]), float(exl[3] or 6), "bits in the name, 6-bit head"
        )
    for pattern, family, bits, source in PLAIN:
        if re.search(rf"(^|[-_/])({pattern})", name):
            return _gptq(name, quant) or Format(family, quant, bits, source=source)
    return None


def _gptq(name: str, quant: str) -> Format | None:
    if "GPTQ" not in name:
        return None
    wide = 8 if re.search(r"(8-?BIT|INT-?8|W8)", name) else 4
    group = 32 if re.search(r"(G32|32G)", name) else 128
    return Format(
        "gptq", quant, wide + 20 / group, source=f"{wide} bits, 20 bits of scale and zero per {group} weights"
    )


@lru_cache(maxsize=512)
def gguf_label(name: str) -> str | None:
    """The label in its usual spelling, or None where no GGUF file is called so."""
    label = name.strip().upper().replace("-", "_").removeprefix("GGUF_")
    label = {"FP16": "F16", "FP32": "F32"}.get(label, label)
    label = GGUF_SYNONYMS.get(label, label)
    plain = label.removeprefix("UD_")
    if re.fullmatch(r"Q[2-8]_K_XL", plain) and plain not in LARGE:
        return f"UD-{plain}"  # Unsloth's labels, also written without their prefix
    known = plain in BASE or plain in LARGE or plain in BLOCK
    if label.startswith("UD_"):
        return f"UD-{plain}" if known or plain in UNSLOTH_ONLY else None
    return plain if known else None


@lru_cache(maxsize=1024)
def for_engine(quant: str, formats: tuple[str, ...]) -> Format | None:
    """The format as this engine would load it; None where the name tells nothing or the engine has no such format."""
    label = gguf_label(quant)
    if label is not None and "gguf" in formats:
        return Format("gguf", label, 0)
    found = parse(quant)
    if found is not None and found.family == "exl3" and "exl3" not in formats and not quant.upper().startswith("EXL"):
        found = Format("exl2", found.label, found.bits, found.head_bits, found.source)
    return found if found is not None and _loads(found.family, formats) else None


def _loads(family: str, formats: tuple[str, ...]) -> bool:
    return family in formats
