"""Launch commands match the plan, and are refused where it cannot work."""

from dataclasses import replace

import pytest

from planner.analysis.memory import memory
from planner.documents.launch import Launch, NoLaunch, launch
from planner.domain.engine import Engine
from tests.makers import EVIDENCE, make_rig, make_rig_card, make_workload

ENGINE = {
    "gguf": "Q4_K_M",
    "vllm": "AWQ-4bit",
    "sglang": "AWQ-4bit",
    "exllamav2": "EXL2-4.0bpw",
    "exllamav3": "EXL3-4.0bpw",
}


def launched(catalog, engine="llama.cpp", cards=2, chips=(), model="llama-3.3-70b", **asked) -> Launch | NoLaunch:
    asked.setdefault("quant", ENGINE.get(engine, ENGINE["gguf"]))
    asked.setdefault("split", "none" if cards == 1 else "layer")
    work = make_workload(model=model, engine=engine, **asked)
    chips = chips or ("rtx-3090",) * cards
    made = tuple(make_rig_card(n, chip=catalog.chips[name]) for n, name in enumerate(chips, 1))
    drafting = catalog.models[asked["draft"]] if asked.get("draft") else None
    rig = make_rig(
        cards=made, workload=work, model=catalog.models[model], engine=catalog.engines.get(engine), draft=drafting
    )
    return launch(rig, memory(rig))


def words(found: Launch | NoLaunch, command: int = 0) -> list[str]:
    assert isinstance(found, Launch), found
    return " ".join(line.removesuffix("\\") for line in found.commands[command].lines).split()


def words_of(found: Launch | NoLaunch) -> str:
    assert isinstance(found, Launch), found
    return found.commands[0].text


def flag(found: Launch | NoLaunch, name: str) -> str:
    said = words(found)
    return said[said.index(name) + 1]


def test_llama_server_says_what_was_planned(catalog):
    found = launched(catalog, context=8192)
    assert words(found)[0] == "llama-server"
    assert flag(found, "-m") == "Llama-3.3-70B-Instruct-Q4_K_M.gguf"
    assert (flag(found, "-ngl"), flag(found, "-sm"), flag(found, "-c")) == ("999", "layer", "8192")
    assert words(found, 1)[0] == "llama-cli"


def test_equal_cards_get_no_proportions(catalog):
    assert "-ts" not in words(launched(catalog))


def test_unequal_cards_get_their_layers_and_a_fixed_order(catalog):
    found = launched(catalog, chips=("rtx-3090", "rtx-5060-ti-16gb"), context=4096, quant="Q3_K_S")
    layers = [int(n) for n in flag(found, "-ts").split(",")]
    assert sum(layers) in (80, 81)
    assert layers[0] > layers[1] > 0
    assert words(found)[0] == "CUDA_DEVICE_ORDER=PCI_BUS_ID"


def test_context_is_the_sum_over_users(catalog):
    found = launched(catalog, context=2048, users=3)
    assert (flag(found, "-c"), flag(found, "-np")) == ("6144", "3")
    assert "-np" not in words(found, 1)


@pytest.mark.parametrize(("kv", "said"), [("f16", []), ("q8_0", ["-ctk", "q8_0", "-ctv", "q8_0", "-fa", "on"])])
def test_cache_type(catalog, kv, said):
    found = words(launched(catalog, kv_type=kv))
    assert [w for w in found if w in ("-ctk", "-ctv", "-fa", "on", "q8_0")] == said


def test_tensor_split_needs_flash_attention_and_no_fitting(catalog):
    found = launched(catalog, split="tensor", context=4096)
    assert (flag(found, "-sm"), flag(found, "-fa"), flag(found, "--fit")) == ("tensor", "on", "off")


def test_layers_in_ram_count_the_output_as_one(catalog):
    assert flag(launched(catalog, cards=1, offload_layers=60), "-ngl") == "21"


def test_experts_in_ram(catalog):
    found = launched(catalog, model="gpt-oss-120b", quant="MXFP4", offload_experts=30, cards=1, split="none")
    assert flag(found, "--n-cpu-moe") == "30"


def test_a_draft_a_block_and_a_projector_are_named(catalog):
    drafting = launched(catalog, model="qwen3-32b", draft="qwen3-0.6b")
    assert flag(drafting, "-md") == "Qwen3-0.6B-Q8_0.gguf"
    own = launched(catalog, model="qwen3.6-27b", draft="qwen3.6-27b", images=True)
    assert flag(own, "--spec-type") == "draft-mtp"
    assert flag(own, "--mmproj") == "mmproj-BF16.gguf"
    assert not {"-md", "--spec-type", "--mmproj"} & set(words(launched(catalog, model="qwen3-32b")))


def test_what_does_not_fit_gets_no_command(catalog):
    found = launched(catalog, cards=1)
    assert isinstance(found, NoLaunch)
    assert "does not fit" in found.reason
    assert "GiB too much" in found.reason


def test_a_shorter_context_is_named_where_it_would_fit(catalog):
    found = launched(catalog, context=131072)
    assert isinstance(found, NoLaunch)
    assert "at a context of 131,072 tokens. Up to " in found.reason


def test_vllm_names_a_checkpoint_in_the_planned_format(catalog):
    found = launched(catalog, "vllm", cards=4, split="tensor", context=4096, users=2)
    assert isinstance(found, Launch), found
    said = words(found)
    assert said[:3] == ["vllm", "serve", "Llama-3.3-70B-Instruct-AWQ-4bit"]
    assert (flag(found, "--tensor-parallel-size"), flag(found, "--max-model-len")) == ("4", "4096")
    assert flag(found, "--max-num-seqs") == "2"
    assert 0.5 < float(flag(found, "--gpu-memory-utilization")) <= 0.95
    assert "--dtype" not in said
    assert "meta-llama/Llama-3.3-70B-Instruct itself holds 16-bit weights, 141 GB" in " ".join(found.notes)


def test_sixteen_bit_weights_come_from_the_models_own_repository(catalog):
    found = launched(catalog, "vllm", cards=1, model="qwen3-8b", quant="BF16", context=2048)
    assert words(found)[2] == catalog.models["qwen3-8b"].hf_repo


def test_vllm_pipeline_for_a_layer_split(catalog):
    assert flag(launched(catalog, "vllm", cards=4, context=2048), "--pipeline-parallel-size") == "4"


def test_vllm_16_bit_70b_on_two_24_gb_cards_is_refused(catalog):
    assert isinstance(launched(catalog, "vllm", split="tensor", quant="BF16"), NoLaunch)


def test_sglang(catalog):
    found = launched(catalog, "sglang", cards=4, split="tensor", context=2048, kv_type="fp8")
    assert words(found)[:3] == ["python", "-m", "sglang.launch_server"]
    assert (flag(found, "--tp-size"), flag(found, "--context-length")) == ("4", "2048")
    assert flag(found, "--kv-cache-dtype").startswith("fp8")


@pytest.mark.parametrize(
    ("engine", "backend", "mode"), [("exllamav2", "exllamav2", "Q8"), ("exllamav3", "exllamav3", "8,8")]
)
def test_exllama_through_tabby(catalog, engine, backend, mode):
    found = launched(catalog, engine, cards=3, context=8000, kv_type="q8_0")
    assert isinstance(found, Launch), found
    text = found.commands[0].text
    assert f"backend: {backend}" in text
    assert f"cache_mode: {mode}" in text
    assert "cache_size: 8192" in text  # a multiple of 256
    assert "gpu_split_auto: true" in text


def test_ollama_writes_a_model_file_with_the_context(catalog):
    found = launched(catalog, "ollama", context=4096, kv_type="q8_0")
    assert isinstance(found, Launch), found
    assert "OLLAMA_KV_CACHE_TYPE=q8_0" in found.commands[0].text
    assert "PARAMETER num_ctx 4096" in found.commands[1].text


def test_windows_gets_powershell_and_no_vllm(catalog):
    assert "-ngl 999 `" in words_of(launched(catalog, host="windows", context=4096))
    refused = launched(catalog, "vllm", cards=4, split="tensor", host="windows", context=2048)
    assert isinstance(refused, NoLaunch)
    assert "WSL2" in refused.reason


def test_an_engine_nobody_wrote_a_command_for(catalog):
    own = Engine(
        id="other-engine",
        name="Other engine",
        splits=("layer",),
        formats=("gguf",),
        kv_types=("f16",),
        mixed_cards=True,
        needs_head_divisibility=False,
        offload=False,
        url="https://example.org",
        evidence=EVIDENCE,
    )
    work = make_workload(model="llama-3.3-70b", engine="other-engine", context=4096)
    cards = tuple(make_rig_card(n, chip=catalog.chips["rtx-3090"]) for n in (1, 2))
    rig = make_rig(cards=cards, workload=work, model=catalog.models["llama-3.3-70b"], engine=own)
    found = launch(rig, memory(replace(rig, engine=catalog.engines["llama.cpp"])))
    assert isinstance(found, NoLaunch)
    assert "https://example.org" in found.reason


def test_nothing_chosen():
    assert launch(make_rig(), None) == NoLaunch("the engine", "No model is chosen.")
