"""A model imported from its own files is the model of the catalog: the same weights, the same memory."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.analysis.memory import Memory, memory
from planner.files.gguf import KEPT_ARRAY
from planner.files.model_import import import_model
from planner.files.problem import FileProblem
from tests.files.gguf_writer import about, attention, dense, experts, latent_attention, whole, write
from tests.makers import make_rig, make_rig_card, make_workload

BESIDE = (
    "id",
    "name",
    "family",
    "hf_repo",
    "licence",
    "released",
    "evidence",
    "params_total",
    "params_active",
    "params_text",
    "params_encoders",
    "projector_mib",
    "image_buffer_mib",
)
"""Fields of a record that are not its shape."""


def shape(model) -> dict[str, Any]:
    return {name: value for name, value in model.model_dump().items() if name not in BESIDE}


def fit(model, engine, quant: str) -> Memory:
    rig = make_rig(
        cards=tuple(make_rig_card(n) for n in (1, 2, 3, 4)),
        model=model,
        engine=engine,
        workload=make_workload(model=model.id, engine=engine.id, quant=quant, context=16384),
    )
    found = memory(rig)
    assert isinstance(found, Memory), found
    return found


# ------------------------------------------------------------------ GGUF


def llama():
    block = attention(4096, 32, 8, 128) | dense(4096, 14336)
    fields = about(
        "llama",
        block_count=32,
        context_length=131072,
        embedding_length=4096,
        feed_forward_length=14336,
        attention__head_count=32,
        attention__head_count_kv=8,
        vocab_size=128256,
    )
    return fields, whole(4096, 128256, [block] * 32) | {"rope_freqs.weight": (64,)}


def gemma3():
    block = attention(5376, 32, 16, 128) | dense(5376, 21504)
    block |= {"attn_q_norm.weight": (128,), "attn_k_norm.weight": (128,)}
    block |= {"post_attention_norm.weight": (5376,), "post_ffw_norm.weight": (5376,)}
    fields = about(
        "gemma3",
        block_count=62,
        context_length=131072,
        embedding_length=5376,
        feed_forward_length=21504,
        attention__head_count=32,
        attention__head_count_kv=16,
        attention__key_length=128,
        attention__value_length=128,
        attention__sliding_window=1024,
    )
    return fields, whole(5376, 262144, [block] * 62, tied=True)


def mixtral():
    block = attention(4096, 32, 8, 128) | experts(4096, 14336, 8)
    fields = about(
        "llama",
        block_count=32,
        context_length=32768,
        embedding_length=4096,
        feed_forward_length=14336,
        attention__head_count=32,
        attention__head_count_kv=8,
        expert_count=8,
        expert_used_count=2,
    )
    return fields, whole(4096, 32000, [block] * 32)


def gpt_oss():
    block = attention(2880, 64, 8, 64) | experts(2880, 2880, 32)
    block["post_attention_norm.weight"] = block.pop("ffn_norm.weight")
    block |= {"attn_q.bias": (4096,), "attn_k.bias": (512,), "attn_v.bias": (512,), "attn_output.bias": (2880,)}
    block |= {"attn_sinks.weight": (64,), "ffn_gate_inp.bias": (32,)}
    block |= {f"ffn_{name}_exps.bias": (2880, 32) for name in ("gate", "up", "down")}
    fields = about(
        "gpt-oss",
        block_count=24,
        context_length=131072,
        embedding_length=2880,
        feed_forward_length=2880,
        attention__head_count=64,
        attention__head_count_kv=8,
        attention__key_length=64,
        attention__value_length=64,
        attention__sliding_window=128,
        expert_count=32,
        expert_used_count=4,
        expert_feed_forward_length=2880,
    )
    return fields, whole(2880, 201088, [block] * 24)


def deepseek():
    body = latent_attention(2048, 16, rank=512, nope=128, rope=64, value=128)
    shared = {name.replace(".weight", "_shexp.weight"): size for name, size in dense(2048, 2816).items()}
    blocks = [body | dense(2048, 10944)] + [body | experts(2048, 1408, 64) | shared] * 26
    fields = about(
        "deepseek2",
        block_count=27,
        context_length=163840,
        embedding_length=2048,
        feed_forward_length=10944,
        leading_dense_block_count=1,
        attention__head_count=16,
        attention__head_count_kv=1,
        attention__kv_lora_rank=512,
        attention__key_length=576,
        attention__value_length=512,
        attention__key_length_mla=192,
        attention__value_length_mla=128,
        rope__dimension_count=64,
        expert_count=64,
        expert_used_count=6,
        expert_shared_count=2,
        expert_feed_forward_length=1408,
    )
    return fields, whole(2048, 102400, blocks)


GGUF = {
    "llama-3.1-8b": llama,
    "gemma-3-27b": gemma3,
    "mixtral-8x7b": mixtral,
    "gpt-oss-20b": gpt_oss,
    "deepseek-v2-lite": deepseek,
}


@pytest.mark.parametrize("model_id", GGUF)
def test_a_gguf_header_gives_the_record_of_the_catalog(tmp_path, catalog, model_id):
    found = import_model(write(tmp_path / "model.gguf", *GGUF[model_id]()))
    known = catalog.models[model_id]
    assert shape(found.model) == shape(known)
    assert found.model.params_total == known.text_params
    assert found.notes == ()


@pytest.mark.parametrize("model_id", GGUF)
def test_and_takes_the_same_memory(tmp_path, catalog, model_id):
    found = import_model(write(tmp_path / "model.gguf", *GGUF[model_id]()))
    engine, quant = catalog.engines["llama.cpp"], "MXFP4" if "oss" in model_id else "Q4_K_M"
    mine, known = fit(found.model, engine, quant), fit(catalog.models[model_id], engine, quant)
    assert [s.used for s in mine.cards] == [s.used for s in known.cards]
    assert (mine.max_context, mine.weights_bytes) == (known.max_context, known.weights_bytes)


def test_the_file_is_remembered_with_its_size(tmp_path):
    path = write(tmp_path / "Test-Q4_K_M.gguf", *llama())
    size = import_model(path).size
    assert size is not None
    assert (size.model, size.quant, size.size_bytes) == ("own-test-llama", "Q4_K_M", path.stat().st_size)


def test_an_unknown_file_type_is_no_size(tmp_path):
    fields, shapes = llama()
    assert import_model(write(tmp_path / "m.gguf", fields | {"general.file_type": 1024}, shapes)).size is None


def test_parts_are_read_together(tmp_path):
    fields, shapes = llama()
    half = len(shapes) // 2
    parts = [dict(list(shapes.items())[:half]), dict(list(shapes.items())[half:])]
    for n, part in enumerate(parts):
        write(tmp_path / f"m-0000{n + 1}-of-00002.gguf", (fields if n == 0 else {}) | {"split.count": 2}, part)
    found = import_model(tmp_path / "m-00001-of-00002.gguf")
    assert found.model.params_total == 8_030_261_248
    assert found.size is not None
    assert found.size.size_bytes == sum(path.stat().st_size for path in tmp_path.iterdir())
    (tmp_path / "m-00002-of-00002.gguf").unlink()
    with pytest.raises(FileProblem, match=r"m-00002-of-00002\.gguf is missing"):
        import_model(tmp_path / "m-00001-of-00002.gguf")


@pytest.mark.parametrize(
    "name", ["block_count", "embedding_length", "context_length", "attention.head_count", "attention.head_count_kv"]
)
def test_a_header_without_a_field_names_it(tmp_path, name):
    fields, shapes = llama()
    del fields[f"llama.{name}"]
    with pytest.raises(FileProblem, match=f"lacks “{name}”"):
        import_model(write(tmp_path / "m.gguf", fields, shapes))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"general.architecture": "clip"}, "vision projector"),
        ({"general.architecture": 7}, "general.architecture"),
        ({"llama.block_count": 16}, "8.03 billion weights.*4.54"),
        ({"llama.block_count": 0}, "impossible “layers”"),
        ({"llama.block_count": "many"}, "“block_count” as 'many'"),
        ({"llama.attention.head_count": 0}, "impossible “heads”"),
        ({"llama.attention.head_count_kv": [8, 4]}, "each layer its own"),
        ({"llama.embedding_length": 2**31}, "larger than any"),
        ({"llama.expert_count": 2**31, "llama.expert_used_count": 2}, "larger than any"),
        ({"llama.ssm.state_size": 16}, "recurrent"),
        ({"split.count": 3}, "does not say which"),
    ],
)
def test_what_cannot_be_imported_is_said(tmp_path, changes, says):
    fields, shapes = llama()
    with pytest.raises(FileProblem, match=says):
        import_model(write(tmp_path / "m.gguf", fields | changes, shapes))


def test_the_same_count_of_kv_heads_in_every_layer_is_one_count(tmp_path):
    fields, shapes = llama()
    found = import_model(write(tmp_path / "m.gguf", fields | {"llama.attention.head_count_kv": [8] * 32}, shapes))
    assert found.model.kv_heads == 8


def test_a_window_of_unknown_layers_is_ignored_and_said(tmp_path):
    fields, shapes = llama()
    found = import_model(write(tmp_path / "m.gguf", fields | {"llama.attention.sliding_window": 4096}, shapes))
    assert found.model.attention.kind == "gqa"
    assert "4,096" in found.notes[0]


def test_layers_with_a_window_may_be_listed(tmp_path):
    fields, shapes = llama()
    listed = {"llama.attention.sliding_window": 512, "llama.attention.sliding_window_pattern": [True, False] * 16}
    found = import_model(write(tmp_path / "m.gguf", fields | listed, shapes))
    assert found.model.attention.global_layers == tuple(range(1, 32, 2))


def test_a_block_for_further_tokens_is_no_layer(tmp_path):
    fields, shapes = llama()
    extra = {f"blk.32.{name}": size for name, size in (attention(4096, 32, 8, 128) | dense(4096, 14336)).items()}
    found = import_model(
        write(tmp_path / "m.gguf", fields | {"llama.block_count": 33, "llama.nextn_predict_layers": 1}, shapes | extra)
    )
    assert (found.model.layers, found.model.params_total) == (32, 8_030_261_248)


WORDS = st.one_of(st.integers(0, 2**32 - 1), st.booleans(), st.floats(width=32, allow_nan=True), st.text(max_size=5))
SMALL = about(
    "llama", block_count=1, context_length=512, embedding_length=8, feed_forward_length=16, attention__head_count=2,
    attention__head_count_kv=1, attention__sliding_window=0, expert_count=0, leading_dense_block_count=0,
    attention__kv_lora_rank=0, nextn_predict_layers=0,
)  # fmt: skip
SMALL_SHAPES = whole(8, 32, [attention(8, 2, 1, 4) | dense(8, 16)])


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    changes=st.dictionaries(
        st.sampled_from(sorted(SMALL)),
        st.one_of(WORDS, st.lists(WORDS.filter(lambda w: type(w) is int), min_size=1, max_size=3)),
        max_size=4,
    )
)
def test_fields_of_any_kind_are_imported_or_refused(tmp_path, changes):
    try:
        found = import_model(write(tmp_path / "m.gguf", SMALL | changes, SMALL_SHAPES))
    except FileProblem as problem:
        assert "m.gguf" in str(problem)
    else:
        assert found.model.params_total > 0


# ------------------------------------------------------------------ config.json

COMMON = {"tie_word_embeddings": False, "torch_dtype": "bfloat16"}
CONFIGS: dict[str, dict[str, Any]] = {
    "llama-3.1-8b": {
        "model_type": "llama", "num_hidden_layers": 32, "hidden_size": 4096, "intermediate_size": 14336,
        "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256, "max_position_embeddings": 131072,
        "attention_bias": False,
    },
    "llama-3.1-70b": {
        "model_type": "llama", "num_hidden_layers": 80, "hidden_size": 8192, "intermediate_size": 28672,
        "num_attention_heads": 64, "num_key_value_heads": 8, "vocab_size": 128256, "max_position_embeddings": 131072,
        "attention_bias": False,
    },
    "qwen2.5-32b": {
        "model_type": "qwen2", "num_hidden_layers": 64, "hidden_size": 5120, "intermediate_size": 27648,
        "num_attention_heads": 40, "num_key_value_heads": 8, "vocab_size": 152064, "max_position_embeddings": 32768,
        "sliding_window": 131072, "use_sliding_window": False,
    },
    "qwen3-30b-a3b": {
        "model_type": "qwen3_moe", "num_hidden_layers": 48, "hidden_size": 2048, "intermediate_size": 6144,
        "moe_intermediate_size": 768, "num_experts": 128, "num_experts_per_tok": 8, "decoder_sparse_step": 1,
        "mlp_only_layers": [], "num_attention_heads": 32, "num_key_value_heads": 4, "head_dim": 128,
        "vocab_size": 151936, "max_position_embeddings": 40960, "attention_bias": False, "sliding_window": None,
    },
    "mixtral-8x7b": {
        "model_type": "mixtral", "num_hidden_layers": 32, "hidden_size": 4096, "intermediate_size": 14336,
        "num_local_experts": 8, "num_experts_per_tok": 2, "num_attention_heads": 32, "num_key_value_heads": 8,
        "vocab_size": 32000, "max_position_embeddings": 32768, "sliding_window": None,
    },
    "gpt-oss-120b": {
        "model_type": "gpt_oss", "num_hidden_layers": 36, "hidden_size": 2880, "intermediate_size": 2880,
        "num_local_experts": 128, "num_experts_per_tok": 4, "num_attention_heads": 64, "num_key_value_heads": 8,
        "head_dim": 64, "vocab_size": 201088, "max_position_embeddings": 131072, "attention_bias": True,
        "sliding_window": 128, "layer_types": ["sliding_attention", "full_attention"] * 18,
    },
    "deepseek-v3": {
        "model_type": "deepseek_v3", "num_hidden_layers": 61, "hidden_size": 7168, "intermediate_size": 18432,
        "moe_intermediate_size": 2048, "n_routed_experts": 256, "n_shared_experts": 1, "num_experts_per_tok": 8,
        "first_k_dense_replace": 3, "num_attention_heads": 128, "num_key_value_heads": 128, "kv_lora_rank": 512,
        "q_lora_rank": 1536, "qk_rope_head_dim": 64, "qk_nope_head_dim": 128, "v_head_dim": 128,
        "vocab_size": 129280, "max_position_embeddings": 163840, "num_nextn_predict_layers": 1,
    },
}  # fmt: skip
"""As their publishers give them, without the fields that have no bearing on memory."""
NAMED = (
    "num_hidden_layers", "hidden_size", "num_attention_heads", "vocab_size", "max_position_embeddings", "model_type",
)  # fmt: skip


def config(folder: Path, **fields: Any) -> Path:
    path = folder / "config.json"
    path.write_text(json.dumps(fields), encoding="utf-8")
    return path


@pytest.mark.parametrize("model_id", CONFIGS)
def test_a_config_counts_as_the_catalog_does(tmp_path, catalog, model_id):
    found, known = import_model(config(tmp_path, **COMMON, **CONFIGS[model_id])).model, catalog.models[model_id]
    assert found.params_total == known.text_params
    unlike = {name for name, value in shape(found).items() if value != shape(known)[name]}
    assert unlike <= {"intermediate"}  # of a model whose layers are all experts: not used
    assert not unlike or known.moe is not None


@pytest.mark.parametrize("model_id", CONFIGS)
def test_and_takes_the_same_memory_as_well(tmp_path, catalog, model_id):
    found, engine = import_model(config(tmp_path, **COMMON, **CONFIGS[model_id])).model, catalog.engines["llama.cpp"]
    mine, known = (fit(model, engine, "Q8_0") for model in (found, catalog.models[model_id]))
    assert [s.used for s in mine.cards] == [s.used for s in known.cards]


def test_what_gemma_leaves_out_is_filled_and_said(tmp_path, catalog):
    text = {
        "model_type": "gemma3_text", "num_hidden_layers": 62, "hidden_size": 5376, "intermediate_size": 21504,
        "num_attention_heads": 32, "num_key_value_heads": 16, "head_dim": 128, "sliding_window": 1024,
    }  # fmt: skip
    found = import_model(config(tmp_path, model_type="gemma3", text_config=text))
    known = catalog.models["gemma-3-27b"]
    assert found.model.params_total == known.text_params + 64 * 5376  # the config pads the vocabulary, a GGUF does not
    assert found.model.replace(vocab=known.vocab).attention == known.attention
    assert found.model.tied
    assert "max_position_embeddings, vocab_size" in found.notes[0]


@pytest.mark.parametrize("name", NAMED)
def test_a_config_without_a_field_names_it(tmp_path, name):
    fields = {key: value for key, value in CONFIGS["llama-3.1-8b"].items() if key != name}
    with pytest.raises(FileProblem, match=f"lacks “{name}”"):
        import_model(config(tmp_path, **fields))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"model_type": "something_new"}, "“something_new”.*GGUF"),
        ({"hidden_size": "wide"}, "“hidden_size” as 'wide'"),
        ({"hidden_size": 4096.5}, "“hidden_size” as 4096.5"),
        ({"num_hidden_layers": -1}, "“num_hidden_layers” as -1"),
        ({"num_hidden_layers": 10**9}, "impossible “layers”"),
        ({"hidden_size": 10**9}, "larger than any"),
        ({"mamba_d_state": 16}, "recurrent"),
        ({"num_experts": 8, "num_experts_per_tok": 2, "mlp_only_layers": [3]}, "mlp_only_layers"),
    ],
)
def test_a_config_that_cannot_be_imported_is_said(tmp_path, changes, says):
    with pytest.raises(FileProblem, match=says):
        import_model(config(tmp_path, **CONFIGS["llama-3.1-8b"] | changes))


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"{", "not JSON"), (b"[1]", "one JSON object"), (b"\xff", "not JSON"), (b" " * 3_000_000, "MiB")],
)
def test_a_file_that_is_no_config(tmp_path, data, says):
    (tmp_path / "config.json").write_bytes(data)
    with pytest.raises(FileProblem, match=says):
        import_model(tmp_path / "config.json")


def test_other_files_are_refused(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    with pytest.raises(FileProblem, match="neither"):
        import_model(tmp_path / "model.safetensors")


def test_a_gguf_file_may_have_any_name(tmp_path):
    assert import_model(write(tmp_path / "sha256-1234", *llama())).model.layers == 32


def test_the_folder_names_a_model_that_does_not(tmp_path):
    folder = tmp_path / "My Model 8B"
    folder.mkdir()
    assert import_model(config(folder, **CONFIGS["llama-3.1-8b"])).model.id == "own-my-model-8b"


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    model_id=st.sampled_from(sorted(CONFIGS)),
    value=st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=4),
        st.lists(st.integers(0, 9), max_size=3),
    ),
    data=st.data(),
)
def test_values_of_any_kind_are_imported_or_refused(tmp_path, model_id, value, data):
    name = data.draw(st.sampled_from(sorted(CONFIGS[model_id])))
    try:
        found = import_model(config(tmp_path, **CONFIGS[model_id] | {name: value}))
    except FileProblem as problem:
        assert "config.json" in str(problem)
    else:
        assert found.model.params_total > 0


def test_a_vocabulary_is_counted_where_nothing_else_says_it(tmp_path):
    fields, shapes = llama()
    del fields["llama.vocab_size"], shapes["token_embd.weight"], shapes["output.weight"]
    tokens = {"tokenizer.ggml.tokens": ["a"] * (KEPT_ARRAY + 5)}
    assert import_model(write(tmp_path / "m.gguf", fields | tokens, shapes)).model.vocab == KEPT_ARRAY + 5
    with pytest.raises(FileProblem, match="lacks “vocab_size”"):
        import_model(write(tmp_path / "m.gguf", fields, shapes))
