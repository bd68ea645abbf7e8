"""A model as its Hugging Face `config.json` describes it. The file says too little of some layouts, so that those are
known by name; another one is refused, not guessed."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planner.files.model_fields import Fields
from planner.files.model_gguf import Described
from planner.files.problem import FileProblem

MAX_CONFIG_BYTES = 2 * 2**20

LAYOUTS: Mapping[str, Mapping[str, Any]] = {
    "llama": {},
    "mistral": {},
    "mistral3": {},
    "ministral": {},
    "mixtral": {},
    "granite": {},
    "seed_oss": {},
    "phi3": {"fused_qkv": True},
    "qwen2": {"qkv_bias": True},
    "qwen2_moe": {"qkv_bias": True},
    "qwen3": {"qk_norm": "head"},
    "qwen3_moe": {"qk_norm": "head"},
    "olmo2": {"qk_norm": "full"},
    "olmoe": {"qk_norm": "full"},
    "gemma": {},
    "gemma2": {"norms_per_layer": 4},
    "gemma3": {"norms_per_layer": 4, "qk_norm": "head"},
    "gemma3_text": {"norms_per_layer": 4, "qk_norm": "head"},
    "gpt_oss": {"o_bias": True, "sinks": True},
    "deepseek_v2": {},
    "deepseek_v3": {},
    "kimi_k2": {},
}
"""`model_type` -> traits the file does not state (github huggingface/transformers src/transformers/models)."""
ROUTER_BIAS = ("gpt_oss", "deepseek_v3", "kimi_k2")
TIED = ("gemma", "gemma2", "gemma3", "gemma3_text")
"""Share the token table unless the file says otherwise."""
LEFT_OUT: Mapping[str, Mapping[str, Any]] = {
    "gemma3_text": {
        "vocab_size": 262208,
        "max_position_embeddings": 131072,
        "num_attention_heads": 8,
        "num_key_value_heads": 4,
        "head_dim": 256,
    }
}
"""Values a file may leave out because they are the class's own (configuration_gemma3.py of the same repository)."""
WINDOWED: Mapping[str, tuple[int, int]] = {"gemma2": (2, 1), "gemma3_text": (6, 5), "gpt_oss": (2, 1)}


def describe(path: Path) -> Described:
    plain = _read(path)
    inner = plain.get("text_config")
    values = {**plain, **inner} if isinstance(inner, dict) else plain
    got = Fields(path, values)
    got.refuse_recurrent()
    arch = _layout(got, values)
    filled = LEFT_OUT.get(arch, {})
    got = Fields(path, {**filled, **{name: value for name, value in values.items() if value is not None}})
    left_out = sorted(name for name in filled if values.get(name) is None)
    if left_out:
        got.notes.append(f"The file leaves out {', '.join(left_out)}; the values are those of its class, {arch}.")
    return Described(_record(arch, got, plain), tuple(got.notes))


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MAX_CONFIG_BYTES:
            raise FileProblem(path, f"is larger than {MAX_CONFIG_BYTES // 2**20} MiB, too large for a config.json.")
        plain = json.loads(path.read_bytes())
    except OSError as e:
        raise FileProblem(path, f"cannot be read: {(e.strerror or str(e)).lower()}.") from e
    except (ValueError, RecursionError) as e:
        raise FileProblem(path, f"is not JSON ({e}). Nothing was imported.") from e
    if not isinstance(plain, dict):
        raise FileProblem(path, "should hold one JSON object. Nothing was imported.")
    return plain


def _layout(got: Fields, values: Mapping[str, Any]) -> str:
    arch = got.needed_text("model_type")
    if arch in LAYOUTS:
        return arch
    raise FileProblem(
        got.path,
        f"is of the architecture “{arch}”, whose layers a config.json does not describe in full. Import a GGUF file of "
        "the model instead: its tensors say it all.",
    )


def _record(arch: str, got: Fields, plain: Mapping[str, Any]) -> dict[str, Any]:
    heads, hidden = got.whole("num_attention_heads"), got.whole("hidden_size")
    kv_heads = got.maybe("num_key_value_heads") or heads
    latent = _latent(got) if got.maybe("kv_lora_rank") else None
    latent_dim = latent["qk_nope_head_dim"] + latent["qk_rope_head_dim"] if latent else None
    repo = got.text("_name_or_path")
    title = (repo or got.path.parent.name or arch).rstrip("/").rsplit("/", 1)[-1]
    extra = got.maybe("num_nextn_predict_layers") or 0
    tied = got.get("tie_word_embeddings")
    if tied is None:
        tied = plain.get("tie_word_embeddings", arch in TIED)
    return {
        "name": title,
        "family": arch.replace("_", "-"),
        "hf_repo": repo if repo.count("/") == 1 and not repo.startswith(("/", ".")) else "",
        "layers": got.whole("num_hidden_layers"),
        "hidden": hidden,
        "intermediate": got.maybe("intermediate_size") or 0,
        "heads": heads,
        "kv_heads": kv_heads,
        "head_dim": latent_dim or got.maybe("head_dim") or hidden // max(heads, 1),
        "vocab": got.whole("vocab_size"),
        "tied": bool(tied),
        "max_context": got.whole("max_position_embeddings"),
        "attention": latent or _attention(arch, got, kv_heads),
        "moe": _experts(arch, got),
        "details": _details(arch, got),
        "mtp": {"layers": extra, "own_embed": True} if extra else None,
    }


def _details(arch: str, got: Fields) -> dict[str, Any]:
    details = dict(LAYOUTS[arch])
    if got.get("attention_bias"):
        details["qkv_bias"] = True
        details.setdefault("o_bias", arch in ("llama", "granite"))
    if got.get("mlp_bias"):
        details["ffn_bias"] = True
    return details


def _latent(got: Fields) -> dict[str, Any]:
    return {
        "kind": "mla",
        "kv_lora_rank": got.whole("kv_lora_rank"),
        "q_lora_rank": got.maybe("q_lora_rank"),
        "qk_rope_head_dim": got.whole("qk_rope_head_dim"),
        "qk_nope_head_dim": got.whole("qk_nope_head_dim"),
        "v_head_dim": got.whole("v_head_dim"),
    }


def _attention(arch: str, got: Fields, kv_heads: int) -> dict[str, Any]:
    kind = "mqa" if kv_heads == 1 else "gqa"
    window = got.maybe("sliding_window") if got.get("use_sliding_window") is not False else None
    if not window:
        return {"kind": kind}
    types = got.get("layer_types")
    if isinstance(types, list) and types:
        whole = [index for index, name in enumerate(types) if name == "full_attention"]
        return {"kind": kind} if len(whole) in (0, len(types)) else _windowed(window, whole)
    if arch in WINDOWED:
        every, offset = WINDOWED[arch]
        return {"kind": "swa", "window": window, "global_layers": {"every": every, "offset": offset}}
    got.notes.append(f"A window of {window:,} tokens is ignored, as the inference engines ignore it for “{arch}”.")
    return {"kind": kind}


def _windowed(window: int, whole: list[int]) -> dict[str, Any]:
    """Layers that see all, as a step where they follow one."""
    every = whole[1] - whole[0] if len(whole) > 1 else 0
    stepped = every > whole[0] and whole == list(range(whole[0], whole[-1] + 1, every))
    where = {"every": every, "offset": whole[0]} if stepped else whole
    return {"kind": "swa", "window": window, "global_layers": where}


def _experts(arch: str, got: Fields) -> dict[str, Any] | None:
    names = ("num_local_experts", "num_experts", "n_routed_experts")
    count = next((found for name in names if (found := got.maybe(name))), None)
    if not count:
        return None
    width = got.maybe("moe_intermediate_size") or got.whole("intermediate_size")
    shared, first = got.maybe("n_shared_experts") or 0, got.maybe("first_k_dense_replace") or 0
    shared_width = got.maybe("shared_expert_intermediate_size") or (shared * width if shared else None)
    step = got.maybe("decoder_sparse_step") or 1
    if got.get("mlp_only_layers"):
        raise FileProblem(got.path, "lists “mlp_only_layers”, which cannot be imported yet. Nothing was imported.")
    return {
        "experts": count,
        "active": got.whole("num_experts_per_tok"),
        "expert_intermediate": width,
        "shared": shared or (1 if shared_width else 0),
        "shared_intermediate": shared_width,
        "shared_gate": arch == "qwen2_moe",
        "first_dense_layers": first,
        "dense_intermediate": got.maybe("intermediate_size") if first or step > 1 else None,
        "moe_every": {"every": step, "offset": step - 1} if step > 1 else None,
        "router_bias": arch in ROUTER_BIAS,
        "expert_bias": arch == "gpt_oss",
    }
