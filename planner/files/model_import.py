"""A model's record from files the user has: a GGUF file's header, or a Hugging Face `config.json`. No network.

What a file lacks is named, and nothing is imported. A shape this version cannot work out is refused, not guessed.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from planner.analysis.model_tensors import parameters
from planner.domain.base import Confidence, Evidence
from planner.domain.model import FileSize, Model
from planner.files.gguf import Header, read_header
from planner.files.problem import FileProblem

MAX_CONFIG_BYTES = 2 * 2**20

WINDOWED: Mapping[str, tuple[int, int]] = {
    "gemma2": (2, 1),
    "gemma3": (6, 5),
    "gemma3_text": (6, 5),
    "gpt-oss": (2, 1),
    "gpt_oss": (2, 1),
    "cohere2": (4, 3),
}
"""Architecture -> every how many layers, and from which, one sees the whole context; GGUF files do not say."""

RECURRENT_KEYS = (
    "ssm.state_size",
    "linear_num_key_heads",
    "mamba_d_state",
    "ssm_state_size",
    "state_size",
    "conv_L_cache",
)

GGUF_LABELS: Mapping[int, str] = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS",
    21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S",
    29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4_MOE",
}  # fmt: skip
"""`general.file_type` -> label, as llama.cpp numbers them (github ggml-org/llama.cpp include/llama.h)."""


@dataclass(frozen=True, slots=True)
class Imported:
    model: Model
    size: FileSize | None
    """The file itself, for a GGUF: a known size beats a rule."""
    notes: tuple[str, ...]


def import_model(path: Path) -> Imported:
    """From a `.gguf` file or a `config.json`. `FileProblem` names what is missing."""
    if path.suffix.lower() == ".gguf":
        return from_gguf(path)
    if path.suffix.lower() == ".json":
        return from_config(path)
    raise FileProblem(path, "is neither a .gguf file nor a config.json.")


# ------------------------------------------------------------------ GGUF


def from_gguf(path: Path) -> Imported:
    header = read_header(path)
    data = _Fields(path, header.metadata)
    arch = str(data.need("general.architecture"))
    got = _Fields(path, {key.removeprefix(f"{arch}."): value for key, value in header.metadata.items()})
    _refuse_recurrent(path, got)
    names = {tensor.name for tensor in header.tensors}
    heads, kv_heads = int(got.need("attention.head_count")), got.need("attention.head_count_kv")
    if isinstance(kv_heads, list):
        raise FileProblem(path, "gives each layer its own number of KV heads, which cannot be imported yet.")
    hidden = int(got.need("embedding_length"))
    vocab = got.get("vocab_size") or got.get("tokenizer.ggml.tokens.length")
    if not vocab:
        raise FileProblem(path, "lacks vocab_size and the list of tokens. Nothing was imported.")
    title = str(data.get("general.name") or path.stem)
    record = {
        "id": _slug(title),
        "name": title,
        "family": arch,
        "hf_repo": str(data.get("general.source.huggingface.repository") or ""),
        "layers": int(got.need("block_count")),
        "hidden": hidden,
        "intermediate": int(got.get("feed_forward_length") or 0),
        "heads": heads,
        "kv_heads": int(kv_heads),
        "head_dim": int(got.get("attention.key_length") or hidden // heads),
        "vocab": int(vocab),
        "tied": "output.weight" not in names,
        "max_context": int(got.need("context_length")),
        "attention": _gguf_attention(arch, got),
        "moe": _gguf_experts(got, header),
        "licence": str(data.get("general.license") or ""),
    }
    model, notes = _model(path, record)
    return Imported(model, _size(path, header, model), notes)


def _gguf_attention(arch: str, got: "_Fields") -> dict[str, Any]:
    if rank := got.get("attention.kv_lora_rank"):
        rope = int(got.need("rope.dimension_count"))
        key = int(got.get("attention.key_length_mla") or got.need("attention.key_length"))
        return {
            "kind": "mla",
            "kv_lora_rank": int(rank),
            "q_lora_rank": got.get("attention.q_lora_rank"),
            "qk_rope_head_dim": rope,
            "qk_nope_head_dim": key - rope,
            "v_head_dim": int(got.get("attention.value_length_mla") or got.need("attention.value_length")),
        }
    return _attention(arch, got.get("attention.sliding_window"), int(got.need("attention.head_count_kv")), got)


def _attention(arch: str, window: Any, kv_heads: int, got: "_Fields", layer_types: Any = None) -> dict[str, Any]:
    kind = "mqa" if kv_heads == 1 else "gqa"
    if not window:
        return {"kind": kind}
    if layer_types:
        whole = tuple(i for i, name in enumerate(layer_types) if name == "full_attention")
        if len(whole) == len(layer_types):
            return {"kind": kind}
        return {"kind": "swa", "window": int(window), "global_layers": whole}
    if arch in WINDOWED:
        every, offset = WINDOWED[arch]
        return {"kind": "swa", "window": int(window), "global_layers": {"every": every, "offset": offset}}
    got.notes.append(f"window of {window} tokens ignored: which layers use it is not known for “{arch}”")
    return {"kind": kind}


def _gguf_experts(got: "_Fields", header: Header) -> dict[str, Any] | None:
    count = got.get("expert_count")
    if not count:
        return None
    names = {tensor.name for tensor in header.tensors}
    shared = next((t.shape[-1] for t in header.tensors if t.name.endswith("ffn_up_shexp.weight")), None)
    return {
        "experts": int(count),
        "active": int(got.need("expert_used_count")),
        "expert_intermediate": int(got.get("expert_feed_forward_length") or got.need("feed_forward_length")),
        "shared": int(got.get("expert_shared_count") or (1 if shared else 0)),
        "shared_intermediate": shared,
        "first_dense_layers": int(got.get("leading_dense_block_count") or 0),
        "dense_intermediate": got.get("feed_forward_length") if got.get("leading_dense_block_count") else None,
        "expert_bias": any(name.endswith("ffn_up_exps.bias") for name in names),
    }


def _size(path: Path, header: Header, model: Model) -> FileSize | None:
    label = GGUF_LABELS.get(int(header.metadata.get("general.file_type", -1)))
    if label is None or header.metadata.get("split.count", 1) not in (0, 1):
        return None
    return FileSize(model=model.id, quant=label, publisher="own file", size_bytes=path.stat().st_size, source=path.name)


# ------------------------------------------------------------------ config.json


def from_config(path: Path) -> Imported:
    try:
        if path.stat().st_size > MAX_CONFIG_BYTES:
            raise FileProblem(path, "is too large for a config.json.")
        plain = json.loads(path.read_bytes())
    except OSError as e:
        raise FileProblem(path, f"cannot be read: {(e.strerror or str(e)).lower()}.") from e
    except (ValueError, RecursionError) as e:
        raise FileProblem(path, f"is not JSON ({e}). Nothing was imported.") from e
    if not isinstance(plain, dict):
        raise FileProblem(path, "should hold one JSON object. Nothing was imported.")
    got = _Fields(path, {**plain, **(plain.get("text_config") or {})})
    _refuse_recurrent(path, got)
    arch = str(got.get("model_type") or "")
    heads, hidden = int(got.need("num_attention_heads")), int(got.need("hidden_size"))
    title = str(plain.get("_name_or_path") or path.parent.name or arch).rsplit("/", 1)[-1]
    kv_heads = int(got.get("num_key_value_heads") or heads)
    record = {
        "id": _slug(title),
        "name": title,
        "family": arch,
        "hf_repo": str(plain.get("_name_or_path") or ""),
        "layers": int(got.need("num_hidden_layers")),
        "hidden": hidden,
        "intermediate": int(got.get("intermediate_size") or 0),
        "heads": heads,
        "kv_heads": kv_heads,
        "head_dim": int(got.get("head_dim") or hidden // heads),
        "vocab": int(got.need("vocab_size")),
        "tied": bool(got.get("tie_word_embeddings", False)),
        "max_context": int(got.need("max_position_embeddings")),
        "attention": _config_attention(arch, got, kv_heads),
        "moe": _config_experts(got),
        "details": {"qkv_bias": bool(got.get("attention_bias") or arch == "qwen2")},
    }
    model, notes = _model(path, record)
    return Imported(model, None, notes)


def _config_attention(arch: str, got: "_Fields", kv_heads: int) -> dict[str, Any]:
    if rank := got.get("kv_lora_rank"):
        return {
            "kind": "mla",
            "kv_lora_rank": int(rank),
            "q_lora_rank": got.get("q_lora_rank"),
            "qk_rope_head_dim": int(got.need("qk_rope_head_dim")),
            "qk_nope_head_dim": int(got.need("qk_nope_head_dim")),
            "v_head_dim": int(got.need("v_head_dim")),
        }
    window = got.get("sliding_window") if got.get("use_sliding_window", True) else None
    return _attention(arch, window, kv_heads, got, got.get("layer_types"))


def _config_experts(got: "_Fields") -> dict[str, Any] | None:
    count = got.get("num_local_experts") or got.get("num_experts") or got.get("n_routed_experts")
    if not count:
        return None
    width = int(got.get("moe_intermediate_size") or got.need("intermediate_size"))
    shared = int(got.get("n_shared_experts") or 0)
    shared_width = got.get("shared_expert_intermediate_size") or (shared * width if shared else None)
    return {
        "experts": int(count),
        "active": int(got.need("num_experts_per_tok")),
        "expert_intermediate": width,
        "shared": shared or (1 if shared_width else 0),
        "shared_intermediate": shared_width,
        "first_dense_layers": int(got.get("first_k_dense_replace") or 0),
        "dense_intermediate": got.get("intermediate_size") if got.get("first_k_dense_replace") else None,
        "expert_bias": str(got.get("model_type")) == "gpt_oss",
    }


# ------------------------------------------------------------------ both


class _Fields:
    """Reads fields and names the one that is missing; remembers what the user should know."""

    def __init__(self, path: Path, values: Mapping[str, Any]) -> None:
        self._path, self._values = path, values
        self.notes: list[str] = []

    def get(self, name: str, default: Any = None) -> Any:
        return self._values.get(name, default)

    def need(self, name: str) -> Any:
        value = self._values.get(name)
        if value is None or (not isinstance(value, list) and value == ""):
            raise FileProblem(self._path, f"lacks “{name}”. Nothing was imported.")
        return value


def _refuse_recurrent(path: Path, got: _Fields) -> None:
    for key in RECURRENT_KEYS:
        if got.get(key):
            raise FileProblem(
                path,
                f"describes recurrent layers (“{key}”), which cannot be imported yet; models of this kind "
                "that are in the catalog can be chosen there.",
            )


def _model(path: Path, record: dict[str, Any]) -> tuple[Model, tuple[str, ...]]:
    evidence = Evidence(
        confidence=Confidence.HIGH, sources=(path.name,), seen_on=date.today(), note="imported from a file"
    )
    record = {**record, "evidence": evidence.model_dump(mode="json"), "params_total": 1}
    try:
        model = Model.model_validate_json(json.dumps(record))
    except ValidationError as e:
        first = e.errors(include_url=False)[0]
        field = ".".join(str(step) for step in first["loc"])
        raise FileProblem(path, f"gives an impossible “{field}”: {first['msg']}. Nothing was imported.") from e
    if model.hidden * model.vocab > 2**36 or model.layers * model.hidden > 2**28:
        raise FileProblem(path, "describes a model larger than any there is. Nothing was imported.")
    return model.replace(params_total=parameters(model)), ()


def _slug(title: str) -> str:
    slug = re.sub(r"[^a-z0-9.]+", "-", title.lower()).strip("-.")[:60]
    return f"own-{slug or 'model'}"
