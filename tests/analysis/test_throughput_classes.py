"""The classes of formats, engines and kernels that constants are kept for."""

import pytest

from planner.analysis.speed_case import bits_class, engine_class, kernels_of, unpacking_of


@pytest.mark.parametrize(
    ("quant", "family", "kernels"),
    [
        ("NVFP4", "blackwell", "narrow"),
        ("NVFP4", "ampere", ""),
        ("NVFP4 (CARVE)", "blackwell", "narrow"),
        ("FP8", "ada", "narrow"),
        ("FP8", "ampere", ""),
        ("W8A8", "ampere", "narrow"),
        ("AWQ-4bit", "blackwell", "integer"),
        ("AutoRound-INT4", "ampere", "integer"),
        ("MXFP4", "blackwell", ""),
        ("BF16", "ada", ""),
    ],
)
def test_kernels_of_a_format_on_a_card(quant, family, kernels):
    assert kernels_of(quant, family) == kernels


@pytest.mark.parametrize(
    ("quant", "unpacking"),
    [
        ("BF16", "16"),
        ("F16", "16"),
        ("Q4_0", "repacked"),
        ("IQ4_NL", "repacked"),
        ("IQ4_XS", "quant"),
        ("Q4_K_M", "quant"),
        ("Q2_K_S", "quant"),
        ("IQ2_KS", "quant"),
        ("IQ3_K", "quant"),
        ("IQ2_XXS", "codebook"),
        ("UD-IQ1_S", "codebook"),
    ],
)
def test_what_cpu_kernels_make_of_a_format(quant, unpacking):
    assert unpacking_of(quant) == unpacking


@pytest.mark.parametrize(
    ("backend", "early", "unpacking"), [("ik", False, "quant"), ("ik", True, "codebook"), ("", False, "codebook")]
)
def test_ik_brings_codebooks_into_its_common_layout(backend, early, unpacking):
    assert unpacking_of("IQ2_XXS", backend, early) == unpacking


@pytest.mark.parametrize(
    ("quant", "bits"),
    [
        ("F16", "16"),
        ("BF16/F16", "16"),
        ("Q8_0", "8"),
        ("FP8", "8"),
        ("EXL2-8.0bpw", "8"),
        ("Q6_K", "4"),
        ("Q4_K_M", "4"),
        ("AWQ-4bit", "4"),
        ("NVFP4", "4"),
        ("MXFP4", "4"),
        ("IQ4_XS", "4"),
        ("Q3_K_S", "low"),
        ("UD-Q2_K_XL", "low"),
        ("IQ2_XXS", "low"),
        ("EXL2-2.5bpw", "low"),
        ("EXL2-4.0bpw", "4"),
    ],
)
def test_bits_class(quant, bits):
    assert bits_class(quant) == bits


@pytest.mark.parametrize(
    ("engine", "family", "expected"),
    [
        ("llama.cpp", "ada", "cuda"),
        ("llama.cpp", "rdna3", "amd"),
        ("llama.cpp", "xe2", "sycl"),
        ("ik-llama.cpp", "ampere", "cuda"),
        ("ollama", "ada", "ollama"),
        ("ollama", "rdna3", "ollama-amd"),
        ("ollama", "apple-m3m4", "metal"),
        ("llamafile (LocalScore)", "pascal", "localscore"),
        ("llamafile (LocalScore)", "apple-m1m2", "localscore-metal"),
        ("sglang", "ampere", "vllm"),
        ("exllamav3", "ampere", "exl"),
        ("tensorrt-llm", "hopper", "tensorrt"),
    ],
)
def test_engine_class(engine, family, expected):
    assert engine_class(engine, family) == expected
