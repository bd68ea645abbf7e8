"""File sizes from the mixtures, exact where the publisher printed bytes."""

import pytest

from planner.analysis.gguf_mixture import fitted, more_bits, size_bytes
from planner.analysis.gguf_publishers import recipe
from planner.analysis.quantisation import BASE, BLOCK, Format, for_engine, gguf_label, parse
from planner.analysis.weights import gguf_file_bytes, weights
from planner.domain.units import GIB
from tests.makers import make_model

PUBLISHED_GIB = [
    ("llama-3.1-8b", "Q4_K_M", 4.58),
    ("llama-3.1-70b", "Q4_K_M", 39.6),
    ("mixtral-8x7b", "Q4_K_M", 26.49),
    ("qwen3-235b-a22b", "Q8_0", 232.77),
    ("glm-4-32b-0414", "IQ4_XS", 16.38),
]
"""As load logs print them."""


@pytest.mark.parametrize(("model_id", "label", "gib"), PUBLISHED_GIB)
def test_sizes_as_published(catalog, model_id, label, gib):
    assert gguf_file_bytes(catalog.models[model_id], label) / GIB == pytest.approx(gib, rel=0.003)


def test_experts_of_gpt_oss_stay_in_mxfp4(catalog):
    model = catalog.models["gpt-oss-120b"]
    assert weights(model, Format("gguf", "Q2_K", 0)).bits_per_weight == pytest.approx(4.3, abs=0.1)


def test_more_bits_make_a_larger_file():
    labels = (
        "Q2_K",
        "Q3_K_S",
        "Q3_K_M",
        "Q3_K_L",
        "Q4_K_S",
        "Q4_K_M",
        "Q5_K_S",
        "Q5_K_M",
        "Q6_K",
        "Q8_0",
        "F16",
        "F32",
    )
    sizes = [weights(make_model(), Format("gguf", label, 0)).file for label in labels]
    assert sizes == sorted(set(sizes))


def test_layers_table_and_output_are_the_whole_file():
    kept = weights(make_model(), Format("gguf", "Q4_K_M", 0))
    assert kept.table + sum(kept.layers) + kept.output == kept.file


def test_a_tied_table_is_copied_to_the_card():
    kept = weights(make_model(tied=True), Format("gguf", "Q8_0", 0))
    assert kept.on_cards > kept.file - kept.table
    assert kept.table + kept.on_cards > kept.file


@pytest.mark.parametrize(
    ("wanted", "row", "given"),
    [
        ("Q4_K", 256, "Q4_K"),
        ("Q4_K", 2880, "Q5_0"),
        ("Q6_K", 2880, "Q8_0"),
        ("IQ2_S", 96, "IQ4_NL"),
        ("Q4_K", 40, "F16"),
    ],
)
def test_rows_that_do_not_divide_fall_back(wanted, row, given):
    assert fitted(wanted, row) == given


def test_a_third_of_the_middle_gets_more_bits():
    assert [layer for layer in range(32) if more_bits(layer, 32)] == [
        0,
        1,
        2,
        3,
        6,
        9,
        12,
        15,
        18,
        21,
        24,
        27,
        28,
        29,
        30,
        31,
    ]


def test_a_published_size_scales_every_part():
    kept = weights(make_model(), Format("gguf", "Q4_K_M", 0))
    larger = kept.scaled_to(kept.file * 1.1)
    assert larger.on_cards == pytest.approx(kept.on_cards * 1.1)
    assert larger.file == kept.file * 1.1


def test_next_token_blocks_are_in_the_file_but_on_no_card(catalog):
    model = catalog.models["glm-4.5-air"]
    assert gguf_file_bytes(model, "Q8_0") > 1.03 * weights(model, Format("gguf", "Q8_0", 0)).file


def test_publishers_differ(catalog):
    model = catalog.models["qwen3-235b-a22b-2507"]
    plain, theirs = (gguf_file_bytes(model, "Q3_K_L", recipe(repo)) for repo in ("ggml-org/x", "bartowski/x"))
    assert theirs / GIB == pytest.approx(105.8, rel=0.03)
    assert theirs < 0.95 * plain


@pytest.mark.parametrize(
    ("model_id", "label", "repo", "gib"),
    [
        ("gemma-4-12b", "Q4_K_M", "unsloth/x", 6.6),
        ("gemma-4-12b", "Q4_K_M", "lmstudio-community/x", 6.9),
        ("gemma-4-31b", "Q3_K_M", "unsloth/x", 13.7),
        ("qwen3-14b", "Q2_K_L", "unsloth/x", 5.5),
        ("minimax-m2.5", "IQ4_XS", "unsloth/x", 113.6),
        ("qwen3.5-397b-a17b", "Q5_K_M", "unsloth/x", 273.6),
    ],
)
def test_unsloth_leaves_the_mixtures_at_their_own_dates(catalog, model_id, label, repo, gib):
    assert gguf_file_bytes(catalog.models[model_id], label, recipe(repo)) / GIB == pytest.approx(gib, rel=0.02)


def test_every_base_type_has_a_block():
    assert set(BASE.values()) <= set(BLOCK)
    assert size_bytes(256, "Q4_K") == 144


@pytest.mark.parametrize(
    ("quant", "family", "bits"),
    [
        ("AWQ-4bit", "awq", 4.15625),
        ("GPTQ-Int8", "gptq", 8.15625),
        ("EXL2-4.0bpw", "exl2", 4.0),
        ("4.65bpw", "exl3", 4.65),
        ("FP8", "fp8", 8.0),
        ("NVFP4", "nvfp4", 4.5),
        ("MXFP4", "mxfp4", 4.25),
        ("BF16", "bf16", 16.0),
        ("Q4_K_M", "gguf", 0),
    ],
)
def test_formats_by_name(quant, family, bits):
    found = parse(quant)
    assert found is not None
    assert (found.family, found.bits) == (family, bits)


def test_names_that_say_nothing():
    assert parse("Q4") is None
    assert gguf_label("banana") is None


def test_f16_is_a_gguf_label_for_llama_cpp_and_plain_for_others():
    assert for_engine("F16", ("gguf",)) == Format("gguf", "F16", 0)
    plain = for_engine("F16", ("bf16", "fp8"))
    assert plain is not None
    assert plain.family == "bf16"


def test_a_bare_width_is_read_as_the_engine_can():
    found = for_engine("4.0bpw", ("exl2",))
    assert found is not None
    assert found.family == "exl2"
