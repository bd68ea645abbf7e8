"""The user's own speeds: from runs or a form, kept, read back, forgotten."""

from datetime import date

import pytest

from planner.files.bench_run import BenchProblem, BenchRun
from planner.files.own_measurements import (
    Setup,
    forget_own,
    guess_chip,
    guess_model,
    measurements_of,
    own_file,
    read_own,
    save_own,
    typed,
)
from planner.files.problem import FileProblem

SETUP = Setup(model="llama-3.1-8b", quant="Q4_K_M", chip="rtx-3090", count=1)
DAY = date(2026, 11, 23)


def runs() -> tuple[BenchRun, ...]:
    return (
        BenchRun(3, "prefill", 4700.0, "m", prompt=512),
        BenchRun(4, "decode", 131.0, "m", generated=128, depth=4096),
    )


def test_runs_become_measurements_of_this_machine():
    prefill, decode = measurements_of(runs(), SETUP, DAY)
    assert (prefill.prefill_tok_s, prefill.decode_tok_s, prefill.own) == (4700.0, None, True)
    assert (decode.decode_tok_s, decode.depth, decode.chip, decode.split) == (131.0, 4096, "rtx-3090", "none")
    assert measurements_of(runs(), SETUP, DAY)[0].id == prefill.id != decode.id


@pytest.mark.parametrize(("text", "value"), [("131.5", 131.5), ("131,5", 131.5), ("1,234", 1234), ("1 234,5", 1234.5)])
def test_a_form_takes_numbers_as_people_type_them(text, value):
    (found,) = typed(SETUP, "llama.cpp", {"decode": text, "prefill": ""}, DAY)
    assert found.decode_tok_s == value


def test_speculation_is_said_of_the_decode_alone():
    drafting = Setup(model="qwen3.6-27b", quant="Q4_K_M", chip="rtx-3090", count=1, speculative="mtp n=3")
    decode, prefill = typed(drafting, "llama.cpp", {"decode": "60", "prefill": "1200"}, DAY)
    assert (decode.speculative, prefill.speculative) == ("mtp n=3", "")


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"decode": "", "prefill": ""}, 1),
        ({"decode": "fast"}, 1),
        ({"decode": "20", "users": "0"}, 2),
        ({"decode": "90000"}, 1),
    ],
)
def test_a_form_without_sense_is_refused(values, line):
    with pytest.raises(BenchProblem) as found:
        typed(SETUP, "llama.cpp", values, DAY)
    assert found.value.line == line


def test_kept_read_back_and_forgotten(tmp_path):
    rows = measurements_of(runs(), SETUP, DAY)
    save_own(rows, tmp_path)
    save_own(rows[:1], tmp_path)
    assert read_own(tmp_path) == rows
    forget_own([rows[0].id], tmp_path)
    assert read_own(tmp_path) == rows[1:]


def test_a_damaged_file_is_named_with_its_line(tmp_path):
    path = save_own(measurements_of(runs(), SETUP, DAY), tmp_path)
    path.write_text(path.read_text("utf-8").replace("131.0", "quick"), "utf-8")
    with pytest.raises(FileProblem, match=r"own\.csv: line 3, decode_tok_s"):
        read_own(tmp_path)
    assert own_file(tmp_path) == path


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("models/Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf", "llama-3.1-8b"),
        ("C:\\m\\gpt-oss-20b-mxfp4.gguf", "gpt-oss-20b"),
        ("Qwen/Qwen3-32B-AWQ", "qwen3-32b"),
        ("nobody knows", None),
    ],
)
def test_a_model_is_guessed_from_a_file_name(catalog, text, model):
    assert guess_model(text, catalog) == model


def test_a_chip_is_guessed_where_all_cards_are_alike(catalog):
    assert guess_chip(["NVIDIA GeForce RTX 3090"] * 2, catalog) == "rtx-3090"
    assert guess_chip(["NVIDIA GeForce RTX 3090", "NVIDIA GeForce RTX 4090"], catalog) is None
