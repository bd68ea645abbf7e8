"""What an estimate prints of a processor and its memory alone, and what it refuses."""

import json

import pytest

from tests.cli.calls import refused, run

ON_CPU = ("estimate", "--cpu", "Ryzen 9 7950X", "--ram", "2x48 DDR5-6000", "--model", "llama-3.1-8b")


def test_estimate_of_a_cpu_alone(capsys):
    code, out, _ = run(capsys, *ON_CPU, "--quant", "Q4_K_M")
    words = " ".join(out.split())
    assert code == 0
    assert out.startswith("AMD Ryzen 9 7950X with 2x48 DDR5-6000, llama-3.1-8b Q4_K_M")
    for said in ("llama.cpp, CPU only", "Decode, per user", "The tightest is system RAM", "Most bits that fit"):
        assert said in words
    assert "one card" not in words and "GPU" not in words


def test_estimate_of_a_cpu_alone_as_json(capsys):
    plain = json.loads(run(capsys, *ON_CPU, "--quant", "Q4_K_M", "--json")[1])
    assert (plain["gpu"], plain["count"]) == (None, 0)
    assert plain["memory"]["fits"] is True and plain["memory"]["tightest"] == "ram"
    assert plain["memory"]["per_gpu_gib"] == []
    assert 4 < plain["throughput"]["decode_tok_s"]["value"] < 21


def test_an_engine_that_needs_cards_refuses_the_cpu(capsys):
    plain = json.loads(run(capsys, *ON_CPU, "--quant", "BF16", "--engine", "vllm", "--json")[1])
    assert plain["memory"]["refused_by"] == "cards"
    assert plain["throughput"] is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--cpu", "Ryzen 9 7950X"), "--ram"),
        (("--ram", "2x48 DDR5-6000"), "--cpu"),
        ((), "--gpu"),
        ((*ON_CPU[1:5], "--link", "gen4x8"), "--link is about cards"),
        ((*ON_CPU[1:5], "--count", 2), "--count is about cards"),
        ((*ON_CPU[1:5], "--power-limit", 200), "--power-limit is about cards"),
    ],
)
def test_neither_a_card_nor_a_whole_host(capsys, words, said):
    assert said in refused(capsys, "estimate", "--model", "llama-3.1-8b", "--quant", "Q4_K_M", *words)
