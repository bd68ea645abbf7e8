"""Which GGUF type each tensor gets under a label: llama.cpp's mixtures in our own words.

Most tensors take the label's base type. The head, the values, the down projections and the first layers get more bits;
rows that are no multiple of 256 fall back to a type with blocks of 32.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from planner.analysis.gguf_publishers import LLAMA_CPP, Recipe
from planner.analysis.model_layers import layers
from planner.analysis.model_tensors import EMBEDDING, Tensor, tensors
from planner.analysis.quantisation import BASE, BLOCK, FALLBACK, LARGE
from planner.domain.model import Model

LOW = ("IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ2_M")
FUSED_LIKE_VALUES_SINCE = "2026-02"
UNQUANTISED = {"vector": "F32", "vector_exps": "F32", "router": "F32", "conv": "F32", "small16": "F16"}


@dataclass(frozen=True, slots=True)
class Traits:
    """What the mixtures ask about a model."""

    queries_per_key: int
    experts: int
    is_70b: bool
    layers: int
    values: int
    """Tensors that hold values, fused ones included."""
    falcon: bool


@lru_cache(maxsize=512)
def traits(model: Model) -> Traits:
    first = layers(model)[0]
    latent = bool(model.attention.kv_lora_rank)
    per_key = model.heads if latent else model.heads // max(1, model.kv_heads)
    if model.layer_kinds and first.kind != "A" and model.attention.linear not in ("gated_deltanet", "lightning"):
        per_key = 0  # these write one head count per layer, and the quantiser reads the first, which has none
    return Traits(
        queries_per_key=per_key,
        experts=model.moe.experts if model.moe else 0,
        is_70b=model.layers == 80 and model.moe is None and per_key > 1,
        layers=model.layers,
        values=sum(tensor.role in ("v", "qkv") for tensor in tensors(model)),
        falcon=model.id in ("falcon-7b", "falcon-40b", "falcon-180b"),
    )


class Mixture:
    """Walks the tensors in file order, since some rules count how many of a kind came before."""

    def __init__(self, model: Model, label: str, recipe: Recipe = LLAMA_CPP) -> None:
        self._traits = traits(model)
        self._rules = recipe.rules(model, label)
        self._recipe = recipe
        self._tied = model.tied and not recipe.has_own_head(model) and not recipe.plain_head(model)
        self._keeps_mxfp4 = recipe.keeps_mxfp4(model)
        self._old_fused = model.released < FUSED_LIKE_VALUES_SINCE
        self._large = label in LARGE
        self._label = LARGE.get(label, label)
        self._base = BASE.get(self._label, self._label)
        self._values = 0
        self._downs = 0
        self._by_kind: dict[str, Callable[[], str]] = {
            "v": self._value,
            "qkv": self._value,
            "k": self._key,
            "q": self._query,
            "o": self._attention_output,
        }

    def type_of(self, tensor: Tensor) -> str:
        if tensor.role in UNQUANTISED:
            return UNQUANTISED[tensor.role]
        if tensor.role.endswith("_exps") and self._keeps_mxfp4:
            return "MXFP4"
        if self._base in ("F16", "BF16", "F32"):
            return self._base
        return fitted(self._ruled(tensor), tensor.row)

    def _ruled(self, tensor: Tensor) -> str:
        """The publisher's rule where there is one, else llama.cpp's."""
        wanted, rules = self._wanted(tensor), self._rules
        if rules is None or not 0 <= tensor.layer < self._traits.layers:
            return wanted
        kind, _, of = tensor.role.partition("_")
        if kind not in ("gate", "up", "down") or of == "shared":
            return rules.at_least(wanted)
        if bool(self._traits.experts) != (of == "exps"):
            return wanted
        if kind != "down":
            return rules.wide
        return rules.down_more if more_bits(tensor.layer, self._traits.layers) else rules.down

    def _wanted(self, tensor: Tensor) -> str:
        kind = _kind(tensor.role)
        if kind == "output" or (self._tied and tensor.layer == EMBEDDING):
            return self._output(tensor)
        if self._label == "MXFP4_MOE":
            return "MXFP4" if tensor.role.endswith("_exps") else "Q8_0"
        if tensor.layer == EMBEDDING:
            return self._table()
        if self._label in LOW:
            return self._low("other" if kind == "qkv" and self._old_fused else kind)
        if kind == "qkv" and self._old_fused:
            return self._fused()
        rule = self._by_kind.get(kind)
        if rule is not None:
            return rule()
        if kind == "down":
            return self._down(tensor.layer)
        if kind in ("gate", "up"):
            return self._gate_or_up(tensor.layer)
        return self._base

    def _output(self, tensor: Tensor) -> str:
        if self._large or self._label == "MXFP4_MOE" or self._traits.falcon or tensor.row % BLOCK[self._base][0]:
            return "Q8_0"
        if self._label in (*LOW, "IQ3_XXS"):
            return "Q5_K"
        return "Q8_0" if self._base == "Q8_0" else "Q6_K"

    def _table(self) -> str:
        if self._large and self._recipe.large_table:
            return "Q8_0"
        if self._label in ("IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS"):
            return "Q2_K"
        if self._label in ("TQ1_0", "TQ2_0"):
            return "Q4_K"
        return "IQ3_S" if self._label in ("IQ2_S", "IQ2_M", "IQ3_XXS") else self._base

    def _low(self, kind: str) -> str:
        """Labels below three bits."""
        better = "IQ3_S" if self._label in ("IQ2_S", "IQ2_M") else "Q2_K"
        many = self._traits.queries_per_key >= 4 or self._traits.experts >= 4
        if kind in ("v", "qkv"):
            return "Q4_K" if many else better
        if kind == "k" and self._traits.experts == 8:
            return "Q4_K"
        if kind == "down":
            self._downs += 1
            return better if self._downs <= self._traits.layers // 8 else self._base
        if kind == "o":
            if self._traits.experts == 8:
                return "Q5_K"
            return {"IQ1_S": "IQ2_XXS", "IQ1_M": "IQ2_XXS", "IQ2_S": "IQ3_S", "IQ2_M": "IQ3_S"}.get(
                self._label, self._base
            )
        return self._base

    def _fused(self) -> str:
        """Queries, keys and values in one matrix, as it was treated before 2026."""
        better = {"Q3_K_M": "Q4_K", "Q3_K_L": "Q4_K", "IQ3_M": "Q4_K", "Q4_K_M": "Q5_K", "Q5_K_M": "Q6_K"}
        return better.get(self._label, self._base)

    def _value(self) -> str:
        place, self._values = self._values, self._values + 1
        chosen = self._value_type(place, self._traits.queries_per_key >= 4)
        if self._traits.is_70b and chosen in ("Q3_K", "Q4_K"):
            chosen = "Q5_K"
        return "Q8_0" if self._traits.experts == 8 else chosen

    def _value_type(self, place: int, many: bool) -> str:
        label = self._label
        if label in ("Q4_K_M", "Q5_K_M"):
            return "Q6_K" if more_bits(place, self._traits.values) else self._base
        if label == "Q4_K_S":
            return "Q5_K" if place < 4 else self._base
        if label == "Q3_K_M":
            return "Q5_K" if place < 2 else "Q4_K"
        always = {"Q3_K_L": "Q5_K", "IQ3_M": "Q4_K"}
        if many:
            always |= {"Q2_K": "Q4_K", "Q2_K_S": "Q4_K", "IQ3_XXS": "Q4_K", "IQ3_XS": "Q4_K", "IQ3_S": "Q4_K"}
            always |= {"IQ4_NL": "Q5_K", "IQ4_XS": "Q5_K"}
        elif label == "Q2_K":
            return "Q3_K"
        return always.get(label, self._base)

    def _key(self) -> str:
        return "Q8_0" if self._traits.experts == 8 else self._query()

    def _query(self) -> str:
        return {"IQ3_XS": "IQ3_XXS", "IQ3_XXS": "IQ2_S"}.get(self._label, self._base)

    def _attention_output(self) -> str:
        if self._traits.falcon:
            return "Q4_K" if self._label == "Q3_K_L" else self._base
        if self._traits.experts == 8:
            five = (
                "Q2_K",
                "Q3_K_S",
                "Q3_K_M",
                "Q4_K_S",
                "Q4_K_M",
                "IQ3_XXS",
                "IQ3_XS",
                "IQ3_S",
                "IQ3_M",
                "IQ4_NL",
                "IQ4_XS",
            )
            return "Q5_K" if self._label in five else self._base
        better = {"Q2_K": "Q3_K", "IQ3_XXS": "IQ3_S", "Q3_K_M": "Q4_K", "Q3_K_L": "Q5_K", "IQ3_M": "Q4_K"}
        return better.get(self._label, self._base)

    def _down(self, layer: int) -> str:
        place, self._downs = self._downs, self._downs + 1
        if self._traits.experts:
            place = layer
        if self._traits.falcon:
            return self._falcon_down(place)
        label, count = self._label, self._traits.layers
        early, more = place < count // 8, more_bits(place, count)
        if label == "Q3_K_M":
            return "Q5_K" if place < count // 16 else "Q4_K"
        if label == "IQ3_XXS" and not self._recipe.imatrix:
            return "Q4_K" if early else "Q3_K"
        if label == "IQ3_M":
            return "Q4_K" if early or (more and self._traits.experts == 8) else self._base
        if label in ("Q4_K_M", "Q5_K_M"):
            return "Q6_K" if more else self._base
        if label in ("Q2_K", "Q3_K_L"):
            return {"Q2_K": "Q3_K", "Q3_K_L": "Q5_K"}[label]
        measured = {"Q4_0": "Q4_1", "Q5_0": "Q5_1"} if self._recipe.imatrix else {"IQ4_NL": "Q5_K", "IQ4_XS": "Q5_K"}
        first = {"Q2_K_S": "Q4_K", "Q4_K_S": "Q5_K"} | measured
        return first.get(label, self._base) if early else self._base

    def _falcon_down(self, place: int) -> str:
        count = self._traits.layers
        more = more_bits(place, count)
        if self._label == "Q3_K_M":
            return "Q5_K" if place < count // 16 else "Q4_K" if more else "Q3_K"
        if self._label == "Q4_K_M":
            return "Q6_K" if place < count // 16 else "Q5_K" if more else "Q4_K"
        if self._label == "Q5_K_M":
            return "Q6_K" if more else self._base
        return {"Q2_K": "Q3_K", "Q3_K_L": "Q4_K"}.get(self._label, self._base)

    def _gate_or_up(self, layer: int) -> str:
        count = self._traits.layers
        middle = count // 8 <= layer < 7 * count // 8
        return "IQ3_XXS" if self._label == "IQ3_XS" and middle else self._base


@lru_cache(maxsize=128)
def _kind(role: str) -> str:
    """What the rules call a tensor: its role without _exps or _shared."""
    return role if role.startswith(("attn_", "ssm_", "layer_")) else role.partition("_")[0]


def more_bits(place: int, count: int) -> bool:
    """The first and last eighth, and every third between."""
    return place < count // 8 or place >= 7 * count // 8 or (place - count // 8) % 3 == 2


def fitted(wanted: str, row: int) -> str:
    """The type itself, or the one that fits this row length."""
    if row % BLOCK[wanted][0] == 0:
        return wanted
    smaller = FALLBACK.get(wanted, "IQ4_NL")
    return smaller if row % BLOCK[smaller][0] == 0 else "F16"


def size_bytes(count: int, gguf_type: str) -> int:
    per_block, block_bytes = BLOCK[gguf_type]
    return count * block_bytes // per_block
