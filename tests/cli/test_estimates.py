"""What an estimate and the list of models that run print, and what they refuse."""

import json

import pytest

from tests.cli.calls import refused, run

ASKED = ("estimate", "--gpu", "3090", "--count", 2, "--model", "llama-3.3-70b", "--quant", "Q4_K_M")


def test_estimate_in_words(capsys):
    code, out, _ = run(capsys, *ASKED)
    assert code == 0
    assert "Decode, per user" in out
    assert "Most users at once" in out


def test_estimate_as_json(capsys):
    plain = json.loads(run(capsys, *ASKED, "--json", "--link", "gen4x8")[1])
    assert plain["memory"]["fits"] is True
    band = plain["throughput"]["decode_tok_s"]
    assert band["low"] < band["value"] < band["high"]
    assert plain["assumed"]
    assert plain["not_modelled"]
    possible = {answer["question"]: answer["changes"] for answer in plain["possible"]}
    assert possible["Longest context"]["context"] > 8192


SPECULATING = ("estimate", "--gpu", "3090", "--model", "Qwen3.6-27B", "--quant", "Q4_K_M", "--draft", "Qwen3.6-27B")


def test_estimate_with_speculation(capsys):
    code, out, _ = run(capsys, *SPECULATING)
    assert code == 0
    for label in ("Tokens drafted", "Drafted tokens kept", "Tokens per cycle", "Time of the cycle", "Gain by"):
        assert label in out
    words = " ".join(out.split())
    assert "of the drafted tokens are kept, as is usual: more of code, less of prose" in words
    assert "this one is as the text allows" in words


def test_estimate_with_the_acceptance_expected(capsys):
    low, high = (
        json.loads(run(capsys, *SPECULATING, "--acceptance", share, "--json")[1])["throughput"] for share in (0.3, 0.9)
    )
    assert (low["speculation"]["accepted"], high["speculation"]["accepted"]) == (0.3, 0.9)
    assert low["decode_tok_s"]["value"] < high["decode_tok_s"]["value"]
    assert "acceptance" in refused(capsys, *SPECULATING, "--acceptance", 1.5)


def test_what_the_engine_cannot_do_is_said(capsys):
    plain = json.loads(run(capsys, *ASKED, "--engine", "vllm", "--split", "row", "--json")[1])
    assert plain["memory"]["fits"] is False
    assert plain["memory"]["refused"]
    assert plain["throughput"] is None


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--gpu", "no such card", "no such card"),
        ("--model", "no such model", "no such model"),
        ("--engine", "no such engine", "no such engine"),
        ("--link", "fast", "gen4x8"),
        ("--ram", "much", "8x64 DDR4-3200"),
        ("--context", "10", "context"),
        ("--context", "many", "--context"),
        ("--count", "0", "--count"),
        ("--users", "-1", "users"),
        ("--quant", "", "quant"),
        ("--split", "sideways", "--split"),
        ("--kv-type", "q9", "--kv-type"),
    ],
)
def test_bad_estimates(capsys, option, value, said):
    assert said in refused(capsys, *ASKED, option, value)


def test_what_runs_lists_every_model_once(capsys, catalog):
    code, out, _ = run(capsys, "what-runs", "--example", "rtx-pro-6000")
    assert code == 0
    assert all(out.count(f"\n{model.name} ") >= 1 for model in catalog.models.values())


def test_what_runs_as_json(capsys, catalog):
    code, out, _ = run(capsys, "what-runs", "--example", "quad-3090", "--context", "8192", "--json")
    found = json.loads(out)
    assert code == 0 and found["context"] == 8192 and len(found["rows"]) == len(catalog.models)
    assert found["rows"][0]["here"].keys() >= {"verdict", "max_context", "spare_gib", "decode_tok_s"}


def test_what_runs_wants_a_sensible_context(capsys):
    assert "256 to 16,777,216" in refused(capsys, "what-runs", "--example", "dual-4090", "--context", "5")


def test_a_doubtful_name_lists_the_candidates(capsys):
    said = refused(capsys, *ASKED, "--gpu", "rtx 30")
    assert "3090" in said
    assert "3080" in said
