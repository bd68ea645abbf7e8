"""Commands for each shell, and names that stay one harmless word."""

import re
import shlex

import pytest

from planner.documents.launch import NoLaunch
from planner.documents.launch_shell import lines, safe_name
from tests.documents.launched import launched, reason, words


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
