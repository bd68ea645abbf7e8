"""Launch commands of vLLM, SGLang and ExLlama match the plan."""

import re

import pytest

from planner.documents.launch import Launch, NoLaunch
from tests.documents.launched import flag, launched, reason, words


def test_vllm_names_a_checkpoint_in_the_planned_format(catalog):
    found = launched(catalog, "vllm", cards=4, split="tensor", context=4096, users=2)
    said = words(found)
    assert said[:3] == ["vllm", "serve", "Llama-3.3-70B-Instruct-AWQ-4bit"]
    assert (flag(found, "--tensor-parallel-size"), flag(found, "--max-model-len")) == ("4", "4096")
    assert flag(found, "--max-num-seqs") == "2"
    assert flag(found, "--gpu-memory-utilization") == "0.9"
    assert flag(found, "--host") == "127.0.0.1"  # left to itself it listens to everybody
    assert "--dtype" not in said
    assert "meta-llama/Llama-3.3-70B-Instruct itself holds 16-bit weights, 141 GB" in " ".join(found.notes)


@pytest.mark.parametrize(("share", "said"), [(0.85, "0.85"), (0.8999, "0.899"), (0.805, "0.805")])
def test_the_share_is_the_plans_and_never_more(catalog, share, said):
    found = launched(catalog, "vllm", cards=4, split="tensor", context=4096, memory_share=share)
    assert flag(found, "--gpu-memory-utilization") == said


def test_a_desktop_takes_from_the_share(catalog):
    found = launched(
        catalog, "vllm", cards=1, model="qwen3-8b", quant="BF16", context=2048, host="wsl2", memory_share=0.97
    )
    assert 0.85 < float(flag(found, "--gpu-memory-utilization")) < 0.93


@pytest.mark.parametrize(
    ("model", "quant", "named"),
    [
        ("qwen3-8b", "BF16", "Qwen/Qwen3-8B"),
        ("qwen3-8b", "FP8", "Qwen3-8B-FP8"),
        ("gpt-oss-20b", "MXFP4", "openai/gpt-oss-20b"),
        ("deepseek-r1-distill-qwen-7b", "BF16", "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B"),
        ("ministral-3-8b-2512", "FP8", "mistralai/Ministral-3-8B-Instruct-2512"),
    ],
)
def test_the_models_own_repository_where_it_has_the_format(catalog, model, quant, named):
    found = launched(catalog, "vllm", cards=1, model=model, quant=quant, context=2048)
    assert words(found)[2] == named


def test_vllm_pipeline_for_a_layer_split(catalog):
    assert flag(launched(catalog, "vllm", cards=4, context=2048), "--pipeline-parallel-size") == "4"


def test_vllm_16_bit_70b_on_two_24_gb_cards_is_refused(catalog):
    assert isinstance(launched(catalog, "vllm", split="tensor", quant="BF16"), NoLaunch)


@pytest.mark.parametrize(("cards", "warns"), [(2, False), (4, True)])
def test_experts_that_cut_a_block_of_fp8(catalog, cards, warns):
    asked = {"model": "qwen3-30b-a3b", "quant": "FP8", "split": "tensor", "context": 2048}
    found = launched(catalog, "vllm", cards=cards, chips=("rtx-5090",) * cards, **asked)
    assert ("--enable-expert-parallel" in " ".join(found.notes)) is warns


def test_sglang(catalog):
    found = launched(catalog, "sglang", cards=4, split="tensor", context=2048, kv_type="fp8")
    assert words(found)[:2] == ["sglang", "serve"]
    assert (flag(found, "--tp-size"), flag(found, "--context-length")) == ("4", "2048")
    assert flag(found, "--kv-cache-dtype").startswith("fp8")
    assert flag(found, "--chunked-prefill-size") == "2048"  # as the plan's buffers; its own default is 4096 here


@pytest.mark.parametrize("engine", ["vllm", "sglang", "exllamav3"])
def test_speculation_that_is_not_part_of_the_plan_is_left_out_and_said(catalog, engine):
    found = launched(catalog, engine, model="qwen3-8b", draft="qwen3-0.6b", cards=2, context=2048)
    assert "Speculation with Qwen3 0.6B is left out" in " ".join(found.notes)
    assert "spec" not in found.commands[0].text


# ExLlama


@pytest.mark.parametrize(
    ("engine", "kv", "mode"),
    [
        ("exllamav2", "q8_0", "Q8"),
        ("exllamav3", "q8_0", "8,8"),
        ("exllamav3", "q5_0", "5,5"),
        ("exllamav3", "q4_0", "4,4"),
        ("exllamav3", "f16", "FP16"),
    ],
)
def test_exllama_through_tabby(catalog, engine, kv, mode):
    found = launched(catalog, engine, cards=3, context=8000, kv_type=kv)
    assert isinstance(found, Launch), found
    text = next(command.text for command in found.commands if command.title.startswith("config.yml"))
    assert f"backend: {engine}" in text
    assert f"cache_mode: {mode}" in text
    assert "cache_size: 8192" in text  # a multiple of 256
    assert "gpu_split_auto: true" in text


def test_exllamav2_needs_the_tabby_that_had_it(catalog):
    assert "git checkout 79126f9" in launched(catalog, "exllamav2", context=2048).commands[0].text
    assert "git" not in launched(catalog, "exllamav3", context=2048).commands[0].text
    assert "not as fp8" in reason(launched(catalog, "exllamav2", context=2048, kv_type="fp8"))


def test_different_cards_share_by_what_they_can_hold(catalog):
    found = launched(catalog, "exllamav3", chips=("rtx-3090", "rtx-5060-ti-16gb"), quant="EXL3-3.0bpw", context=4096)
    line = next(line for line in found.commands[0].lines if "gpu_split: " in line)
    first, second = (float(room) for room in re.findall(r"\d+\.\d", line))
    assert 20 < first < 23
    assert 13 < second < 15
