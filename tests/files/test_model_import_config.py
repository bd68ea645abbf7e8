"""A model imported from its config.json is the model of the catalog: the same weights, the same memory."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.files.model_import import import_model
from planner.files.problem import FileProblem
from tests.files.imported import fit, shape

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


NAMED = (
    "num_hidden_layers", "hidden_size", "num_attention_heads", "vocab_size", "max_position_embeddings", "model_type",
)  # fmt: skip


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
