"""Writes headers of GGUF files, and the tensor lists of models as llama.cpp names them."""

import struct
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

F32, STRING, ARRAY = 0, 8, 9
Shapes = dict[str, tuple[int, ...]]


def write(path: Path, metadata: Mapping[str, Any], shapes: Mapping[str, tuple[int, ...]] | None = None) -> Path:
    path.write_bytes(header(metadata, shapes or {}))
    return path


def header(metadata: Mapping[str, Any], shapes: Mapping[str, tuple[int, ...]], version: int = 3) -> bytes:
    body = b"".join(_text(key) + _value(value) for key, value in metadata.items())
    body += b"".join(
        _text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, F32, 0) for name, shape in shapes.items()
    )
    return b"GGUF" + struct.pack("<IQQ", version, len(shapes), len(metadata)) + body


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _value(value: Any) -> bytes:
    if isinstance(value, list):
        kind, body = _typed(value[0])[0], b"".join(_typed(entry)[1] for entry in value)
        return struct.pack("<IIQ", ARRAY, kind, len(value)) + body
    kind, body = _typed(value)
    return struct.pack("<I", kind) + body


def _typed(value: Any) -> tuple[int, bytes]:
    if isinstance(value, bool):
        return 7, struct.pack("<?", value)
    if isinstance(value, int):
        return 4, struct.pack("<I", value)
    if isinstance(value, float):
        return 6, struct.pack("<f", value)
    return STRING, _text(value)


# ------------------------------------------------------------------ models


def about(arch: str, **fields: Any) -> dict[str, Any]:
    """Metadata; a double underscore stands for the dot."""
    told = {f"{arch}.{name.replace('__', '.')}": value for name, value in fields.items()}
    return {"general.architecture": arch, "general.name": f"Test {arch}", "general.file_type": 15} | told


def attention(hidden: int, heads: int, kv_heads: int, dim: int) -> Shapes:
    return {
        "attn_norm.weight": (hidden,),
        "attn_q.weight": (hidden, heads * dim),
        "attn_k.weight": (hidden, kv_heads * dim),
        "attn_v.weight": (hidden, kv_heads * dim),
        "attn_output.weight": (heads * dim, hidden),
        "ffn_norm.weight": (hidden,),
    }


def latent_attention(hidden: int, heads: int, *, rank: int, nope: int, rope: int, value: int) -> Shapes:
    return {
        "attn_norm.weight": (hidden,),
        "attn_q.weight": (hidden, heads * (nope + rope)),
        "attn_kv_a_mqa.weight": (hidden, rank + rope),
        "attn_kv_a_norm.weight": (rank,),
        "attn_kv_b.weight": (rank, heads * (nope + value)),
        "attn_output.weight": (heads * value, hidden),
        "ffn_norm.weight": (hidden,),
    }


def dense(hidden: int, width: int) -> Shapes:
    return {
        "ffn_gate.weight": (hidden, width),
        "ffn_up.weight": (hidden, width),
        "ffn_down.weight": (width, hidden),
    }


def experts(hidden: int, width: int, count: int) -> Shapes:
    return {
        "ffn_gate_inp.weight": (hidden, count),
        "ffn_gate_exps.weight": (hidden, width, count),
        "ffn_up_exps.weight": (hidden, width, count),
        "ffn_down_exps.weight": (width, hidden, count),
    }


def whole(hidden: int, vocab: int, blocks: Iterable[Shapes], tied: bool = False) -> Shapes:
    found: Shapes = {"token_embd.weight": (hidden, vocab), "output_norm.weight": (hidden,)}
    if not tied:
        found["output.weight"] = (hidden, vocab)
    for n, block in enumerate(blocks):
        found |= {f"blk.{n}.{name}": shape for name, shape in block.items()}
    return found
