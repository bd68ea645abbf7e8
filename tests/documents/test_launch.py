"""Launch commands match the plan, and are refused where it cannot work."""

import re
import shlex
from dataclasses import replace

import pytest

from planner.analysis.memory import memory
from planner.documents.launch import Launch, NoLaunch, launch
from planner.documents.launch_shell import lines, safe_name
from planner.domain.engine import Engine
from tests.makers import EVIDENCE, make_rig, make_rig_card, make_workload

ENGINE = {
    "gguf": "Q4_K_M",
    "vllm": "AWQ-4bit",
    "sglang": "AWQ-4bit",
    "exllamav2": "EXL2-4.0bpw",
    "exllamav3": "EXL3-4.0bpw",
}


def launched(catalog, engine="llama.cpp", *, cards=2, chips=(), model="llama-3.3-70b", changes=None, **asked):
    asked.setdefault("quant", ENGINE.get(engine, ENGINE["gguf"]))
    asked.setdefault("split", "none" if cards == 1 else "layer")
    work = make_workload(model=model, engine=engine, **asked)
    chips = chips or ("rtx-3090",) * cards
    made = tuple(make_rig_card(n, chip=catalog.chips[name]) for n, name in enumerate(chips, 1))
    drafting = catalog.models[asked["draft"]] if asked.get("draft") else None
    chosen = catalog.models[model].replace(**(changes or {}))
    rig = make_rig(cards=made, workload=work, model=chosen, engine=catalog.engines.get(engine), draft=drafting)
    return launch(rig, memory(rig))


def words(found: Launch | NoLaunch, command: int = 0) -> list[str]:
    assert isinstance(found, Launch), found
    return shlex.split(found.commands[command].text.replace("\\\n", " "))


def flag(found: Launch | NoLaunch, name: str) -> str:
    said = words(found)
    return said[said.index(name) + 1]


def reason(found: Launch | NoLaunch) -> str:
    assert isinstance(found, NoLaunch), found
    return found.reason


# ------------------------------------------------------------ llama.cpp


def test_llama_server_says_what_was_planned(catalog):
    found = launched(catalog, context=8192)
    assert words(found)[0] == "llama-server"
    assert flag(found, "-m") == "Llama-3.3-70B-Instruct-Q4_K_M.gguf"
    assert (flag(found, "-ngl"), flag(found, "-sm"), flag(found, "-c")) == ("999", "layer", "8192")
    assert words(found, 1)[0] == "llama-cli"


def test_one_user_gets_one_slot(catalog):
    """Left to itself llama-server opens four."""
    assert flag(launched(catalog, context=8192), "-np") == "1"


def test_equal_cards_get_their_layers_and_need_no_order(catalog):
    found = launched(catalog)
    assert flag(found, "-ts") == "41,40"
    assert words(found)[0] == "llama-server"


def test_unequal_cards_get_their_layers_and_a_fixed_order(catalog):
    found = launched(catalog, chips=("rtx-3090", "rtx-5060-ti-16gb"), context=4096, quant="Q3_K_S")
    layers = [int(n) for n in flag(found, "-ts").split(",")]
    assert sum(layers) == 81
    assert layers[0] > layers[1] > 0
    assert words(found)[0] == "CUDA_DEVICE_ORDER=PCI_BUS_ID"
    assert "0 is GPU 1" in " ".join(found.notes)


@pytest.mark.parametrize(
    ("chips", "number"), [(("rtx-5060-ti-16gb", "rtx-3090"), "1"), (("rtx-3090", "rtx-5060-ti-16gb"), "0")]
)
def test_the_one_card_that_works_is_the_roomiest(catalog, chips, number):
    asked = {"model": "qwen3.8-27b", "chips": chips, "split": "none", "context": 4096}
    found = launched(catalog, images=True, **asked)
    assert (flag(found, "-sm"), flag(found, "-mg")) == ("none", number)
    assert words(found)[0] == "CUDA_DEVICE_ORDER=PCI_BUS_ID"
    assert ("-mmdev" in words(found)) is (number == "1")  # the projector follows the first card otherwise
    server = launched(catalog, "vllm", **(asked | {"model": "qwen3-8b"}), quant="BF16")
    assert f"CUDA_VISIBLE_DEVICES={number}" in words(server)


def test_context_is_the_sum_over_users(catalog):
    found = launched(catalog, context=2048, users=3)
    assert (flag(found, "-c"), flag(found, "-np")) == ("6144", "3")
    assert "-np" not in words(found, 1)


@pytest.mark.parametrize(("kv", "said"), [("f16", []), ("q8_0", ["-ctk", "q8_0", "-ctv", "q8_0", "-fa", "on"])])
def test_cache_type(catalog, kv, said):
    found = words(launched(catalog, kv_type=kv))
    assert [w for w in found if w in ("-ctk", "-ctv", "-fa", "on", "q8_0")] == said


def test_a_quantised_cache_needs_heads_of_whole_blocks(catalog):
    asked = {"model": "phi-2", "cards": 1, "context": 2048}
    assert isinstance(launched(catalog, **asked), Launch)
    assert "80 wide" in reason(launched(catalog, kv_type="q8_0", **asked))


def test_tensor_split_needs_flash_attention_and_no_fitting(catalog):
    found = launched(catalog, split="tensor", context=4096)
    assert (flag(found, "-sm"), flag(found, "-fa"), flag(found, "--fit")) == ("tensor", "on", "off")
    assert flag(found, "-ts") == "50,50"
    found = launched(catalog, split="tensor", context=4096, host="linux-desktop")
    first, second = (float(share) for share in flag(found, "-ts").split(","))
    assert first < second  # the first card holds the desktop
    assert first + second == pytest.approx(100)


@pytest.mark.parametrize(
    ("engine", "chips", "split", "direct"),
    [
        ("llama.cpp", ("rtx-pro-6000-blackwell",) * 2, "tensor", True),
        ("llama.cpp", ("rtx-pro-6000-blackwell",) * 2, "layer", False),
        ("llama.cpp", ("rtx-4090",) * 2, "tensor", False),
        ("ik-llama.cpp", ("rtx-pro-6000-blackwell",) * 2, "tensor", False),  # tries by itself
    ],
)
def test_direct_copies_are_asked_for_where_the_cards_can(catalog, engine, chips, split, direct):
    found = launched(catalog, engine, chips=chips, split=split, context=2048)
    assert ("GGML_CUDA_P2P=1" in words(found)) is direct
    assert any("GGML_CUDA_P2P" in note for note in found.notes) is direct


@pytest.mark.parametrize(("engine", "left"), [("llama.cpp", "21"), ("ik-llama.cpp", "20")])
def test_layers_in_ram(catalog, engine, left):
    """llama.cpp counts the output as one layer more, ik_llama.cpp does not."""
    assert flag(launched(catalog, engine, cards=1, offload_layers=60), "-ngl") == left


@pytest.mark.parametrize(("model", "layers"), [("glm-4.5-air", 46), ("qwen3.6-27b", 64)])
def test_a_block_in_the_file_counts_as_a_layer(catalog, model, layers):
    asked = {"model": model, "cards": 1, "chips": ("rtx-pro-6000-blackwell",), "offload_layers": 10, "context": 4096}
    assert catalog.models[model].layers == layers
    carried = catalog.models[model].mtp.in_gguf
    assert flag(launched(catalog, **asked), "-ngl") == str(layers + 1 - 10 + carried)
    assert flag(launched(catalog, draft=model, **asked), "-ngl") == str(layers + 2 - 10)


def test_experts_in_ram(catalog):
    found = launched(catalog, model="gpt-oss-120b", quant="MXFP4", offload_experts=30, cards=1, split="none")
    assert flag(found, "--n-cpu-moe") == "30"


def test_a_draft_a_block_and_a_projector_are_named(catalog):
    drafting = launched(catalog, model="qwen3-32b", draft="qwen3-0.6b")
    assert flag(drafting, "-md") == "Qwen3-0.6B-Q8_0.gguf"
    assert flag(drafting, "--spec-type") == "draft-simple"  # -md alone loads the draft and leaves it idle
    own = launched(catalog, model="qwen3.6-27b", draft="qwen3.6-27b", images=True)
    assert flag(own, "--spec-type") == "draft-mtp"
    assert flag(own, "--mmproj") == "mmproj-Qwen3.6-27B-BF16.gguf"
    assert "has to carry the next-token block" in " ".join(own.notes)
    assert not {"-md", "--spec-type", "--mmproj"} & set(words(launched(catalog, model="qwen3-32b")))


# ------------------------------------------------------------ ik_llama.cpp


def test_ik_says_graph_for_tensor_and_names_its_own_speculation(catalog):
    assert flag(launched(catalog, "ik-llama.cpp", split="tensor", context=4096), "-sm") == "graph"
    own = launched(catalog, "ik-llama.cpp", model="qwen3.6-27b", draft="qwen3.6-27b")
    assert flag(own, "--spec-type") == "mtp:n_max=3"
    drafting = launched(catalog, "ik-llama.cpp", model="qwen3-32b", draft="qwen3-0.6b")
    assert (flag(drafting, "--spec-type"), flag(drafting, "-ngld")) == ("draft:n_max=3", "999")


def test_ik_shares_by_bytes(catalog):
    found = launched(catalog, "ik-llama.cpp", chips=("rtx-3090", "rtx-5060-ti-16gb"), context=4096, quant="Q3_K_S")
    shares = [float(share) for share in flag(found, "-ts").split(",")]
    assert sum(shares) == pytest.approx(100, abs=0.11)
    assert 55 < shares[0] < 65


def test_ik_speculates_for_one_user(catalog):
    asked = {"model": "qwen3-32b", "draft": "qwen3-0.6b", "context": 2048}
    assert isinstance(launched(catalog, "ik-llama.cpp", **asked), Launch)
    assert "one user only" in reason(launched(catalog, "ik-llama.cpp", users=2, **asked))


# ------------------------------------------------------------ Ollama


def test_ollama_writes_a_model_file_with_the_context(catalog):
    found = launched(catalog, "ollama", context=4096, kv_type="q8_0", offload_layers=10, micro_batch=1024)
    assert isinstance(found, Launch), found
    assert "OLLAMA_KV_CACHE_TYPE=q8_0" in found.commands[0].text
    assert found.commands[1].lines == (
        "FROM ./Llama-3.3-70B-Instruct-Q4_K_M.gguf",
        "PARAMETER num_ctx 4096",
        "PARAMETER num_gpu 71",
        "PARAMETER num_batch 1024",
    )


def test_ollama_drafts_with_the_models_own_block_only(catalog):
    own = launched(catalog, "ollama", model="qwen3.8-27b", draft="qwen3.8-27b", images=True)
    assert {"PARAMETER draft_num_predict 3", "FROM ./mmproj-Qwen3.8-27B-BF16.gguf"} <= set(own.commands[1].lines)
    assert "own next-token block" in reason(launched(catalog, "ollama", model="qwen3-32b", draft="qwen3-0.6b"))


@pytest.mark.parametrize(
    ("model", "users", "runs"), [("qwen3-14b", 2, True), ("qwen3.8-27b", 1, True), ("qwen3.8-27b", 2, False)]
)
def test_ollama_serves_some_families_to_one_user(catalog, model, users, runs):
    found = launched(catalog, "ollama", model=model, users=users, context=4096)
    assert isinstance(found, Launch) is runs


# ------------------------------------------------------------ what is refused


def test_what_does_not_fit_gets_no_command(catalog):
    found = launched(catalog, cards=1)
    assert "does not fit" in reason(found)
    assert "GiB too much" in reason(found)


def test_a_shorter_context_is_named_where_it_would_fit(catalog):
    assert "at a context of 131,072 tokens. Up to " in reason(launched(catalog, context=131072))


@pytest.mark.parametrize(
    ("engine", "chips", "said"),
    [
        ("vllm", ("tesla-v100-pcie-32gb",) * 2, "compute capability 7.5 or more"),
        ("vllm", ("rtx-2080-ti",) * 4, None),
        ("exllamav3", ("rtx-2080-ti",) * 4, "compute capability 8 or more"),
        ("exllamav3", ("rx-7900-xtx",) * 2, "NVIDIA cards only"),
        ("exllamav3", ("rtx-3090",) * 2, None),
    ],
)
def test_chips_the_engine_is_not_built_for(catalog, engine, chips, said):
    asked = {"model": "qwen3-14b", "chips": chips, "cards": len(chips), "split": "tensor", "context": 2048}
    found = launched(catalog, engine, **asked)
    assert said in reason(found) if said else isinstance(found, Launch), found


# ------------------------------------------------------------ vLLM and SGLang


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


# ------------------------------------------------------------ ExLlama


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


# ------------------------------------------------------------ shells


def test_windows_gets_powershell_and_no_vllm(catalog):
    found = launched(catalog, host="windows", context=4096, chips=("rtx-3090", "rtx-5060-ti-16gb"), quant="Q3_K_S")
    text = found.commands[0].text
    assert text.startswith("$env:CUDA_DEVICE_ORDER = 'PCI_BUS_ID'\nllama-server `\n")
    assert "-ngl 999 `" in text
    assert re.search(r"-ts '\d+,\d+' `", text)  # PowerShell would make a list of bare words with a comma
    assert "\\\n" not in text
    assert "PowerShell" in found.notes[-1]
    refused = launched(catalog, "vllm", cards=4, split="tensor", host="windows", context=2048)
    assert "WSL2" in reason(refused)


@pytest.mark.parametrize(
    ("value", "posix", "powershell"),
    [
        ("model.gguf", "model.gguf", "model.gguf"),
        ("my model.gguf", "'my model.gguf'", "'my model.gguf'"),
        ("it's", "'it'\"'\"'s'", "'it''s'"),
        ("$(reboot)", "'$(reboot)'", "'$(reboot)'"),
        ("`reboot`", "'`reboot`'", "'`reboot`'"),
        ("41,40", "41,40", "'41,40'"),
        ("", "''", "''"),
    ],
)
def test_words_are_quoted(value, posix, powershell):
    assert lines("run", [("-m", value)]) == ("run \\", f"  -m {posix}")
    assert lines("run", [("-m", value)], windows=True) == ("run `", f"  -m {powershell}")


HOSTILE = (
    "x; rm -rf ~",
    "x\nSYSTEM evil",
    "--host 0.0.0.0",
    "$(reboot)",
    "`reboot`",
    "x' ; calc ; '",
    "a: b #",
    "../../x",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_safe_names(name):
    assert re.fullmatch(r"[A-Za-z0-9/][A-Za-z0-9._+/-]*", safe_name(name))


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(
    ("engine", "quant"), [("llama.cpp", "Q4_K_M"), ("ollama", "Q4_K_M"), ("vllm", "FP8"), ("exllamav3", "EXL3-4.0bpw")]
)
@pytest.mark.parametrize("host", ["linux-headless", "windows"])
def test_a_hostile_model_name_stays_one_harmless_word(catalog, engine, quant, host, name):
    asked = {"model": "qwen3-8b", "quant": quant, "cards": 1, "context": 2048, "host": host}
    tame = launched(catalog, engine, changes={"hf_repo": "some/Name"}, **asked)
    wild = launched(catalog, engine, changes={"hf_repo": f"some/{name}"}, **asked)
    assert type(tame) is type(wild)
    if isinstance(tame, NoLaunch):
        return
    for one, other in zip(tame.commands, wild.commands, strict=True):
        assert len(one.lines) == len(other.lines)
        for line in other.lines:
            assert not re.search(r"[;$`\n|&<>(]", line.removesuffix(" `").removesuffix(" \\").replace("$env:", ""))
        if host != "windows" and "config" not in one.title:
            assert len(shlex.split(one.text.replace("\\\n", " "))) == len(shlex.split(other.text.replace("\\\n", " ")))


def test_a_hostile_quantisation_stays_one_word(catalog):
    found = launched(catalog, "vllm", cards=4, split="tensor", quant="FP8; rm -rf ~", model="qwen3-8b", context=2048)
    assert words(found)[2] == "Qwen3-8B-FP8-rm--rf-"


# ------------------------------------------------------------ what is missing


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
    assert "https://example.org" in reason(found)


def test_nothing_chosen():
    assert launch(make_rig(), None) == NoLaunch("the engine", "No model is chosen.")
