"""Mixtures of publishers who leave llama.cpp's own: read off the sizes of their files.

bartowski's files of expert models since April 2025, and of every model since February 2026, give the down projections
and everything beside the feed-forward part more bits (ggml-org/llama.cpp pull request 12727 describes the idea).
"""

from dataclasses import dataclass

from planner.analysis.quantisation import BLOCK, LARGE
from planner.domain.model import Model


@dataclass(frozen=True, slots=True)
class Recipe:
    """Who made a file, as far as it changes the mixture."""

    publisher: str = ""
    imatrix: bool = True
    """Quantised with an importance matrix."""

    def rules(self, model: Model, label: str) -> "Rules | None":
        """None where llama.cpp's own mixture holds."""
        if self.publisher != "bartowski" or model.family == "gpt-oss":
            return None
        return _table(model).get(LARGE.get(label, label))

    def plain(self, model: Model, label: str) -> tuple[str, float]:
        """The plain label nearest to a dynamic one, and how much larger or smaller the file is than that."""
        named, recent = label.removeprefix("UD-"), model.released >= DYNAMIC_SINCE
        every = self.publisher == "unsloth" and model.moe is not None and recent
        if named == label and not every:
            return label, 1.0
        found = DYNAMIC.get(named, Dynamic(named))
        if model.family == "gpt-oss":
            return found.base, 1.0
        if model.moe is None:
            return found.base, found.dense
        return found.base, found.experts_2026 if recent or model.id in MADE_AGAIN else found.experts

    def has_own_head(self, model: Model) -> bool:
        """Whether a tied model's file holds the head a second time."""
        if self.publisher == "qwen" and model.family == "Qwen 2.5":
            return model.tied
        return model.tied and model.head_in_gguf and self.publisher != "unsloth"

    def has_next_token_block(self, model: Model) -> bool:
        if model.mtp is None:
            return False
        return model.mtp.in_gguf or (
            self.publisher == "bartowski" and model.id in ("qwen3.5-122b-a10b", "qwen3.5-397b-a17b")
        )

    def next_token_bits(self, model: Model) -> float | None:
        """Of that block, where it does not follow the rest of the file."""
        return 8.5 if self.publisher == "bartowski" and model.family == "Qwen 3.5" else None

    def keeps_mxfp4(self, model: Model) -> bool:
        """gpt-oss ships its experts in MXFP4, and quantisers leave them so, with one exception."""
        return model.family == "gpt-oss" and self.publisher != "mradermacher"

    @property
    def large_table(self) -> bool:
        """Whether labels such as Q2_K_L enlarge the token table too, not the head alone."""
        return self.publisher != "unsloth"

    def plain_head(self, model: Model) -> bool:
        """Whether a tied table keeps the label's own type: Unsloth's files of Gemma 4 12B and 31B."""
        plain = model.moe is None and not model.details.per_layer_input
        return self.publisher == "unsloth" and model.family == "Gemma 4" and plain


@dataclass(frozen=True, slots=True)
class Dynamic:
    """A label of Unsloth's dynamic files, whose mixture is chosen model by model: medians of 700 files against the
    plain label named, for dense models and for expert models before and since 2026."""

    base: str
    dense: float = 1.0
    experts: float = 1.0
    experts_2026: float = 1.0


DYNAMIC_SINCE = "2026-02-16"
"""From Qwen 3.5 on every label of Unsloth's expert models is dynamic, also without UD in front."""
MADE_AGAIN = ("qwen3-coder-next-80b-a3b",)
"""Earlier models whose UD files were made anew by the rules of 2026."""

LLAMA_CPP = Recipe()


def recipe(repo: str, file: str = "") -> Recipe:
    """From the repository's owner, as in bartowski/Qwen3-32B-GGUF."""
    owner = (repo or file).split("/")[0].lower()
    return Recipe(owner if owner in ("bartowski", "qwen", "unsloth", "mradermacher") else "")


@dataclass(frozen=True, slots=True)
class Rules:
    """Types of the feed-forward matrices, and the least for everything else in a layer."""

    wide: str
    """Gate and up."""
    down: str
    down_more: str
    """Down in the first and last eighth and every third layer between."""
    least: str | None = None

    def at_least(self, chosen: str) -> str:
        if self.least is None or _bits(chosen) >= _bits(self.least):
            return chosen
        return self.least


def _bits(gguf_type: str) -> float:
    count, size = BLOCK[gguf_type]
    return size / count


def _table(model: Model) -> dict[str, Rules]:
    if model.moe is None:
        return DENSE if model.released >= "2026-02" else {}
    if model.released < "2025-04":
        return {}
    return EXPERTS | LATEST_EXPERTS if model.released >= "2026-02" else EXPERTS


EXPERTS: dict[str, Rules] = {
    "IQ1_S": Rules("IQ1_S", "IQ1_S", "IQ1_S", "Q4_K"),
    "IQ1_M": Rules("IQ1_S", "IQ1_M", "IQ1_M", "Q5_K"),
    "IQ2_XXS": Rules("IQ1_M", "IQ2_XXS", "IQ2_XXS", "Q4_K"),
    "IQ2_XS": Rules("IQ2_XXS", "IQ2_XS", "IQ2_XS", "Q4_K"),
    "IQ2_S": Rules("IQ2_XXS", "IQ2_S", "IQ2_S"),
    "IQ2_M": Rules("IQ2_S", "IQ2_S", "IQ2_S"),
    "Q2_K": Rules("Q2_K", "Q2_K", "Q3_K", "Q4_K"),
    "IQ3_XXS": Rules("IQ3_XXS", "IQ3_XXS", "IQ3_S", "Q4_K"),
    "IQ3_XS": Rules("IQ3_XXS", "IQ3_XXS", "IQ4_XS", "Q4_K"),
    "IQ3_M": Rules("IQ3_S", "IQ3_S", "Q4_K", "Q4_K"),
    "Q3_K_S": Rules("Q3_K", "Q3_K", "Q3_K", "Q4_K"),
    "Q3_K_M": Rules("Q3_K", "Q3_K", "Q4_K", "Q5_K"),
    "Q3_K_L": Rules("Q3_K", "Q4_K", "Q4_K", "Q4_K"),
    "IQ4_XS": Rules("IQ4_XS", "IQ4_XS", "IQ4_XS", "Q5_K"),
    "IQ4_NL": Rules("IQ4_NL", "IQ4_NL", "IQ4_NL", "Q5_K"),
    "Q4_0": Rules("Q4_0", "Q4_0", "Q4_0", "Q6_K"),
    "Q4_1": Rules("Q4_1", "Q4_1", "Q4_1", "Q5_K"),
    "Q4_K_S": Rules("Q4_K", "Q4_K", "Q5_K", "Q5_K"),
    "Q4_K_M": Rules("Q4_K", "Q5_K", "Q5_K", "Q6_K"),
    "Q5_K_M": Rules("Q5_K", "Q5_K", "Q6_K", "Q6_K"),
}

LATEST_EXPERTS: dict[str, Rules] = {
    "IQ1_M": Rules("IQ1_S", "IQ1_M", "Q2_K", "Q4_K"),
    "IQ2_XXS": Rules("IQ1_M", "IQ2_XXS", "IQ3_XXS", "Q4_K"),
    "IQ2_XS": Rules("IQ2_XXS", "Q2_K", "IQ3_XXS", "Q4_K"),
    "IQ2_S": Rules("IQ2_XS", "IQ2_XS", "Q2_K", "Q4_K"),
    "IQ2_M": Rules("IQ2_XS", "IQ3_XXS", "IQ3_S", "Q4_K"),
    "IQ3_XXS": Rules("IQ3_XXS", "IQ3_S", "IQ4_XS", "Q4_K"),
    "IQ3_XS": Rules("IQ3_S", "IQ3_S", "IQ4_XS", "Q6_K"),
    "IQ3_M": Rules("IQ3_S", "IQ3_S", "Q5_K", "Q5_K"),
    "Q3_K_S": Rules("Q3_K", "Q3_K", "Q3_K", "Q5_K"),
    "Q5_K_S": Rules("Q5_K", "Q5_K", "Q5_K", "Q6_K"),
    "Q6_K": Rules("Q6_K", "Q6_K", "Q8_0"),
}

DENSE: dict[str, Rules] = {
    "IQ2_M": Rules("IQ2_S", "Q2_K", "IQ3_XXS", "Q4_K"),
    "IQ2_S": Rules("IQ2_XS", "IQ2_S", "Q2_K", "Q4_K"),
    "IQ2_XS": Rules("IQ2_XS", "IQ2_S", "Q3_K"),
    "IQ2_XXS": Rules("IQ2_XXS", "IQ2_XXS", "Q3_K"),
    "Q2_K": Rules("Q2_K", "Q2_K", "Q3_K", "Q4_K"),
    "IQ3_XXS": Rules("IQ3_XXS", "IQ4_XS", "IQ4_XS"),
    "IQ3_XS": Rules("IQ3_S", "IQ3_S", "IQ4_XS"),
    "IQ3_M": Rules("IQ3_S", "IQ3_S", "IQ4_XS", "Q4_K"),
    "Q3_K_S": Rules("Q3_K", "Q3_K", "IQ4_XS"),
    "Q3_K_M": Rules("Q3_K", "Q4_K", "Q4_K", "Q4_K"),
    "Q3_K_L": Rules("Q3_K", "Q4_K", "Q4_K", "Q5_K"),
    "IQ4_XS": Rules("IQ4_XS", "IQ4_XS", "IQ4_XS", "Q4_K"),
    "IQ4_NL": Rules("IQ4_NL", "IQ4_NL", "Q4_K"),
    "Q4_0": Rules("Q4_0", "Q4_K", "Q5_K"),
    "Q4_1": Rules("Q4_1", "Q4_1", "Q5_K"),
    "Q4_K_S": Rules("Q4_K", "Q4_K", "Q4_K", "Q5_K"),
    "Q4_K_M": Rules("Q4_K", "Q5_K", "Q5_K", "Q5_K"),
    "Q5_K_M": Rules("Q5_K", "Q5_K", "Q6_K", "Q6_K"),
    "Q6_K": Rules("Q6_K", "Q6_K", "Q8_0"),
}

DYNAMIC: dict[str, Dynamic] = {
    "TQ1_0": Dynamic("IQ1_S", 1.0, 1.255, 1.2),
    "IQ1_S": Dynamic("IQ1_S", 1.05, 1.406, 1.358),
    "IQ1_M": Dynamic("IQ1_M", 1.035, 1.365, 1.22),
    "IQ2_XXS": Dynamic("IQ2_XXS", 1.024, 1.26, 1.121),
    "IQ2_M": Dynamic("IQ2_M", 1.019, 1.066, 0.971),
    "IQ3_XXS": Dynamic("IQ3_XXS", 1.012, 1.081, 0.94),
    "IQ3_S": Dynamic("IQ3_S", 0.953, 0.863, 0.863),
    "IQ4_XS": Dynamic("IQ4_XS", 0.932, 0.918, 0.918),
    "IQ4_NL": Dynamic("IQ4_NL", 1.0, 0.876, 0.876),
    "Q2_K_XL": Dynamic("Q2_K", 1.044, 1.036, 0.933),
    "Q3_K_S": Dynamic("Q3_K_S", 1.0, 0.964, 0.964),
    "Q3_K_M": Dynamic("Q3_K_M", 1.0, 0.941, 0.943),
    "Q3_K_XL": Dynamic("Q3_K_M", 1.029, 0.939, 0.955),
    "Q4_K_S": Dynamic("Q4_K_S", 0.97, 1.014, 1.015),
    "Q4_K_M": Dynamic("Q4_K_M", 0.977, 1.019, 1.021),
    "Q4_K_XL": Dynamic("Q4_K_M", 1.011, 0.952, 1.026),
    "Q5_K_S": Dynamic("Q5_K_S", 0.985, 1.014, 1.013),
    "Q5_K_M": Dynamic("Q5_K_M", 1.011, 1.044, 1.045),
    "Q5_K_XL": Dynamic("Q5_K_M", 1.001, 1.004, 1.053),
    "Q6_K_S": Dynamic("Q6_K"),
    "Q6_K_M": Dynamic("Q6_K", 1.029),
    "Q6_K_L": Dynamic("Q6_K", 1.077),
    "Q8_K_L": Dynamic("Q8_0", 0.965),
    "Q4_K_L": Dynamic("Q4_K_M", 1.0, 0.954, 0.954),
    "IQ2_S": Dynamic("IQ2_S", 0.881),
    "Q6_K": Dynamic("Q6_K", 0.981, 1.003, 1.003),
    "Q6_K_XL": Dynamic("Q6_K", 1.089, 1.044, 1.111),
    "Q8_K_XL": Dynamic("Q8_0", 1.168, 1.095, 1.08),
    "MXFP4_MOE": Dynamic("MXFP4_MOE", 1.0, 1.0, 1.095),
}
