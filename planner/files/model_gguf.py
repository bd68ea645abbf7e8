"""A model as a GGUF file's header describes it. The tensors say what the metadata leave out, and check the whole."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.files.gguf import Header, Tensor, read_header
from planner.files.model_fields import Fields
from planner.files.problem import FileProblem

WINDOWED: Mapping[str, tuple[int, int]] = {"gemma2": (2, 1), "gemma3": (6, 5), "gpt-oss": (2, 1), "cohere2": (4, 3)}
"""Architecture -> every how many layers, and from which, one sees the whole context; the files do not say."""
NOT_WEIGHTS = ("rope_freqs", "rope_factors")
"""Tables that a runtime could work out; no parameter count holds them."""
MAX_PARTS = 256

LABELS: Mapping[int, str] = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS",
    21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S",
    29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4_MOE",
}  # fmt: skip
"""`general.file_type` -> label, as llama.cpp numbers them (github ggml-org/llama.cpp include/llama.h)."""


@dataclass(frozen=True, slots=True)
class Described:
    """A record still to be validated, and what stands beside it."""

    record: dict[str, Any]
    notes: tuple[str, ...]
    weights: int | None = None
    """As the file's tensors add up, to check the record against."""
    label: str | None = None
    """Quantisation."""
    size_bytes: int | None = None


def describe(path: Path) -> Described:
    files = _files(path, read_header(path))
    header = files[path]
    arch = _architecture(path, header)
    got = Fields(path, {key.removeprefix(f"{arch}."): value for key, value in header.metadata.items()})
    got.refuse_recurrent()
    tensors = [tensor for each in files.values() for tensor in each.tensors]
    record = _record(arch, got, tensors)
    layers, mtp = record["layers"], record["mtp"]
    ahead = range(layers, layers + (mtp["layers"] if mtp else 0))
    own = [t for t in tensors if _block(t.name) not in ahead and not t.name.startswith(NOT_WEIGHTS)]
    return Described(
        record,
        tuple(got.notes),
        weights=sum(tensor.elements for tensor in own),
        label=LABELS.get(got.maybe("general.file_type") or 0) if got.get("general.file_type") is not None else None,
        size_bytes=sum(file.stat().st_size for file in files),
    )


def _architecture(path: Path, header: Header) -> str:
    arch = Fields(path, header.metadata).needed_text("general.architecture")
    if arch == "clip":
        raise FileProblem(path, "holds a vision projector, not a language model. Import the file that goes with it.")
    return arch


def _files(path: Path, header: Header) -> dict[Path, Header]:
    """The file itself, or all parts of a model that was split over several."""
    count = Fields(path, header.metadata).maybe("split.count") or 1
    found = re.fullmatch(r"(.+)-(\d{5})-of-(\d{5})\.gguf", path.name, re.IGNORECASE)
    if count == 1:
        return {path: header}
    if found is None or int(found[3]) != count or count > MAX_PARTS:
        raise FileProblem(path, f"is one of {count:,} parts, but its name does not say which. Nothing was imported.")
    names = [path.with_name(f"{found[1]}-{n:05}-of-{found[3]}.gguf") for n in range(1, count + 1)]
    lacking = [name.name for name in names if not name.exists()]
    if lacking:
        raise FileProblem(path, f"is one of {count} parts; beside it {lacking[0]} is missing. Nothing was imported.")
    if path != names[0]:
        raise FileProblem(path, f"is a later part of its model; import {names[0].name}.")
    return {path: header} | {name: read_header(name) for name in names[1:]}


def _record(arch: str, got: Fields, tensors: list[Tensor]) -> dict[str, Any]:
    shapes = {tensor.name: tensor.shape for tensor in tensors}
    hidden, heads = got.whole("embedding_length"), got.whole("attention.head_count")
    extra = got.maybe("nextn_predict_layers") or 0
    title = got.text("general.name") or got.path.stem
    latent = got.maybe("attention.kv_lora_rank")
    kv_heads = heads if latent else got.whole("attention.head_count_kv")
    key = got.maybe("attention.key_length_mla") or got.maybe("attention.key_length") or hidden // max(heads, 1)
    return {
        "name": title,
        "family": arch,
        "hf_repo": got.text("general.source.huggingface.repository"),
        "layers": got.whole("block_count") - extra,
        "hidden": hidden,
        "intermediate": got.maybe("feed_forward_length") or 0,
        "heads": heads,
        "kv_heads": kv_heads,
        "head_dim": key,
        "vocab": _vocabulary(got, shapes),
        "tied": "output.weight" not in shapes,
        "max_context": got.whole("context_length"),
        "attention": _latent(got, latent, key) if latent else _attention(arch, got, kv_heads),
        "moe": _experts(got, shapes),
        "details": _details(shapes, key, hidden),
        "mtp": {"layers": extra, "in_gguf": True} if extra else None,
        "licence": got.text("general.license"),
    }


def _vocabulary(got: Fields, shapes: Mapping[str, tuple[int, ...]]) -> int:
    """Rows of the token table: what the metadata say may leave the padding out."""
    table = shapes.get("token_embd.weight", ())
    found = table[1] if len(table) == 2 else got.maybe("vocab_size") or got.maybe("tokenizer.ggml.tokens.length")
    if not found:
        raise got.lacks("vocab_size")
    return found


def _latent(got: Fields, rank: int, key: int) -> dict[str, Any]:
    rope = got.whole("rope.dimension_count")
    return {
        "kind": "mla",
        "kv_lora_rank": rank,
        "q_lora_rank": got.maybe("attention.q_lora_rank"),
        "qk_rope_head_dim": rope,
        "qk_nope_head_dim": key - rope,
        "v_head_dim": got.maybe("attention.value_length_mla") or got.whole("attention.value_length"),
    }


def _attention(arch: str, got: Fields, kv_heads: int) -> dict[str, Any]:
    kind = "mqa" if kv_heads == 1 else "gqa"
    window, pattern = got.maybe("attention.sliding_window"), got.get("attention.sliding_window_pattern")
    if not window:
        return {"kind": kind}
    if isinstance(pattern, list):
        whole = [index for index, windowed in enumerate(pattern) if not windowed]
        return {"kind": "swa", "window": window, "global_layers": whole} if whole else {"kind": kind}
    if arch in WINDOWED:
        every, offset = WINDOWED[arch]
        return {"kind": "swa", "window": window, "global_layers": {"every": every, "offset": offset}}
    got.notes.append(f"A window of {window:,} tokens is ignored: which layers use it is not known for “{arch}”.")
    return {"kind": kind}


def _experts(got: Fields, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Any] | None:
    count = got.maybe("expert_count")
    if not count:
        return None
    shared = next((shape[-1] for name, shape in shapes.items() if name.endswith("ffn_up_shexp.weight")), None)
    first = got.maybe("leading_dense_block_count") or 0
    return {
        "experts": count,
        "active": got.whole("expert_used_count"),
        "expert_intermediate": got.maybe("expert_feed_forward_length") or got.whole("feed_forward_length"),
        "shared": got.maybe("expert_shared_count") or (1 if shared else 0),
        "shared_intermediate": shared,
        "shared_gate": _has(shapes, "ffn_gate_inp_shexp.weight"),
        "first_dense_layers": first,
        "dense_intermediate": got.maybe("feed_forward_length") if first else None,
        "router_bias": _has(shapes, "ffn_gate_inp.bias", "exp_probs_b.bias", "exp_probs_b"),
        "expert_bias": _has(shapes, "ffn_up_exps.bias"),
        "ffn": "gated"
        if _has(shapes, "ffn_gate_exps.weight", "ffn_gate_up_exps.weight", "ffn_gate.0.weight")
        else "plain",
    }


def _details(shapes: Mapping[str, tuple[int, ...]], key: int, hidden: int) -> dict[str, Any]:
    first = {name.removeprefix("blk.0."): shape for name, shape in shapes.items() if name.startswith("blk.0.")}
    norm = first.get("attn_q_norm.weight")
    up, down = first.get("ffn_up.weight"), first.get("ffn_down.weight")
    gate_within = up is not None and down is not None and up[-1] == 2 * down[0]
    plain = up is not None and "ffn_gate.weight" not in first and not gate_within
    return {
        "qkv_bias": _has(shapes, "attn_q.bias", "attn_qkv.bias"),
        "o_bias": _has(shapes, "attn_output.bias"),
        "head_bias": "output.bias" in shapes,
        "norm_bias": "attn_norm.bias" in first,
        "ffn_bias": "ffn_up.bias" in first,
        "qk_norm": None if norm is None else "head" if norm == (key,) else "full",
        "norms_per_layer": sum(_is_norm(name) and shape == (hidden,) for name, shape in first.items()) or 2,
        "ffn": "plain" if plain else "gated",
        "fused_qkv": "attn_qkv.weight" in first,
        "sinks": _has(shapes, "attn_sinks.weight"),
    }


def _is_norm(name: str) -> bool:
    """Norms of the layer's input and output, not those within attention."""
    return name.endswith("norm.weight") and not re.match(r"attn_(q|k|q_a|kv_a|sub)_norm", name)


def _has(shapes: Iterable[str], *endings: str) -> bool:
    return any(name.startswith("blk.") and name.split(".", 2)[2] in endings for name in shapes)


def _block(name: str) -> int:
    """Number of the layer a tensor is in; -1 outside of layers."""
    found = re.match(r"blk\.(\d{1,6})\.", name)
    return int(found[1]) if found else -1
