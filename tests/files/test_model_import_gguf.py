"""A model imported from a GGUF header is the model of the catalog: the same weights, the same memory."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.files.gguf import KEPT_ARRAY
from planner.files.model_import import import_model
from planner.files.problem import FileProblem
from tests.files.gguf_writer import about, attention, dense, experts, latent_attention, whole, write
from tests.files.imported import fit, shape


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


def test_a_gguf_file_may_have_any_name(tmp_path):
    assert import_model(write(tmp_path / "sha256-1234", *llama())).model.layers == 32


def test_a_vocabulary_is_counted_where_nothing_else_says_it(tmp_path):
    fields, shapes = llama()
    del fields["llama.vocab_size"], shapes["token_embd.weight"], shapes["output.weight"]
    tokens = {"tokenizer.ggml.tokens": ["a"] * (KEPT_ARRAY + 5)}
    assert import_model(write(tmp_path / "m.gguf", fields | tokens, shapes)).model.vocab == KEPT_ARRAY + 5
    with pytest.raises(FileProblem, match="lacks “vocab_size”"):
        import_model(write(tmp_path / "m.gguf", fields, shapes))
