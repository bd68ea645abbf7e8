"""Launch commands of llama.cpp, ik_llama.cpp and Ollama match the plan."""

import pytest

from planner.documents.launch import Launch
from tests.documents.launched import flag, launched, reason, words


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


# ik_llama.cpp


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


# Ollama


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
