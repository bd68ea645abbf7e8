"""Bytes of a model's weights, layer by layer, in any format: what goes to the cards and what stays in system RAM."""

from dataclasses import dataclass, replace
from functools import lru_cache

from planner.analysis.gguf_mixture import UNQUANTISED, Mixture, size_bytes
from planner.analysis.gguf_publishers import LLAMA_CPP, Recipe
from planner.analysis.model_tensors import EMBEDDING, Tensor, next_token_parameters, parameters, tensors
from planner.analysis.quantisation import Format
from planner.domain.model import Model

HEADER_BYTES_PER_TOKEN = {"merges": 40, "pieces": 24}
"""Vocabulary and settings in a GGUF file, with byte-pair merges or SentencePiece scores; medians of exact sizes."""


@dataclass(frozen=True, slots=True)
class Weights:
    table: float
    """Token tables, looked up from system RAM."""
    layers: tuple[float, ...]
    experts: tuple[float, ...]
    """Of which routed experts, per layer."""
    output: float
    """Head and last norm; a tied table counts again, since the card gets its own copy."""
    largest: tuple[float, ...]
    """Largest tensor of each layer: streamed through the card when the layer stays in RAM."""
    file: float
    """The whole model once, without file header."""
    params: int

    @property
    def bits_per_weight(self) -> float:
        return self.file * 8 / self.params

    @property
    def on_cards(self) -> float:
        return sum(self.layers) + self.output

    def scaled_to(self, file_bytes: float) -> "Weights":
        """The same proportions at a published file size."""
        k = file_bytes / self.file
        return Weights(
            table=self.table * k,
            layers=tuple(size * k for size in self.layers),
            experts=tuple(size * k for size in self.experts),
            output=self.output * k,
            largest=tuple(size * k for size in self.largest),
            file=file_bytes,
            params=self.params,
        )


@lru_cache(maxsize=4096)
def weights(model: Model, kind: Format, recipe: Recipe = LLAMA_CPP) -> Weights:
    """`recipe` says whose GGUF files are meant; without it llama.cpp's own mixtures, and Unsloth's for UD labels."""
    if kind.family != "gguf":
        return _summed(model, kind, recipe)
    label, scale = recipe.plain(model, kind.label)
    plain = _summed(model, replace(kind, label=label), recipe)
    return plain if scale == 1.0 else plain.scaled_to(plain.file * scale)


def _summed(model: Model, kind: Format, recipe: Recipe) -> Weights:
    sizes = _gguf_sizes(model, kind.label, recipe) if kind.family == "gguf" else _linear_sizes(model, kind)
    table = output = file = embed = 0.0
    per_layer, experts, largest = ([0.0] * model.layers for _ in range(3))
    for tensor, size in zip(tensors(model), sizes, strict=True):
        file += size
        layer = tensor.layer
        if layer == EMBEDDING:
            table += size
            embed += size if tensor.role == "embed" else 0
        elif layer == model.layers:
            output += size
        else:
            per_layer[layer] += size
            largest[layer] = max(largest[layer], size)
            if tensor.role.endswith("_exps"):
                experts[layer] += size
    if kind.family == "gguf" and recipe.has_own_head(model):
        head = Mixture(model, kind.label, recipe).type_of(Tensor(model.layers, "output", model.hidden, 0))
        embed = size_bytes(model.vocab * model.hidden, head)
        file += embed
    output += embed if model.tied else 0
    return Weights(table, tuple(per_layer), tuple(experts), output, tuple(largest), file, parameters(model))


def _gguf_sizes(model: Model, label: str, recipe: Recipe) -> list[float]:
    mixture = Mixture(model, label, recipe)
    return [
        fixed or size_bytes(tensor.count, mixture.type_of(tensor))
        for tensor, fixed in zip(tensors(model), _fixed_sizes(model), strict=True)
    ]


@lru_cache(maxsize=512)
def _fixed_sizes(model: Model) -> tuple[int, ...]:
    """Of tensors that no label touches; 0 for the others."""
    return tuple(
        [
            size_bytes(tensor.count, UNQUANTISED[tensor.role]) if tensor.role in UNQUANTISED else 0
            for tensor in tensors(model)
        ]
    )


def _linear_sizes(model: Model, kind: Format) -> list[float]:
    """Formats with one width for every linear layer; tables, norms and routers stay in 16 bit."""
    return [tensor.count * _bits(model, tensor, kind) / 8 for tensor in tensors(model)]


def _bits(model: Model, tensor: Tensor, kind: Format) -> float:
    if tensor.role == "output":
        return kind.head_bits
    if tensor.layer == EMBEDDING or tensor.role in UNQUANTISED:
        return 16.0
    if kind.family == "mxfp4" and not tensor.role.endswith("_exps"):
        return 16.0
    return kind.bits


def gguf_file_bytes(model: Model, label: str, recipe: Recipe = LLAMA_CPP, header: bool = True) -> float:
    """Size of the file with all it carries: a next-token block too, where the publisher's files have one."""
    size = weights(model, Format("gguf", label, 0), recipe).file
    if recipe.has_next_token_block(model):
        bits = recipe.next_token_bits(model) or size * 8 / parameters(model)
        size += next_token_parameters(model) * min(bits, 16.0) / 8
    return size + (gguf_header_bytes(model) if header else 0)


def loaded_bytes(model: Model, file_bytes: float, recipe: Recipe = LLAMA_CPP) -> float:
    """What of a GGUF file is loaded: no header, no next-token block."""
    content = file_bytes - gguf_header_bytes(model)
    if not recipe.has_next_token_block(model):
        return content
    return content * parameters(model) / (parameters(model) + next_token_parameters(model))


def gguf_header_bytes(model: Model) -> int:
    """SentencePiece vocabularies are told by their size: 32 or 256 thousand pieces."""
    pieces = model.vocab < 33_000 or model.vocab > 250_000
    return model.vocab * HEADER_BYTES_PER_TOKEN["pieces" if pieces else "merges"]
