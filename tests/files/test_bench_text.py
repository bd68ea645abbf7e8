"""What benchmarks print, read whole or refused with the line to look at."""

import json

import pytest

from planner.files.bench_run import BenchProblem
from planner.files.bench_text import quant_of, read_bench

TABLE = """\
ggml_cuda_init: found 1 CUDA devices:
  Device 0: NVIDIA GeForce RTX 3090, compute capability 8.6, VMM: yes
| model                  |     size | params | backend | ngl | fa |          test |             t/s |
| ---------------------- | -------: | -----: | ------- | --: | -: | ------------: | --------------: |
| llama 8B Q4_K - Medium | 4.58 GiB | 8.03 B | CUDA    |  99 |  1 |         pp512 | 4710.62 ± 12.30 |
| llama 8B Q4_K - Medium | 4.58 GiB | 8.03 B | CUDA    |  99 |  1 | tg128 @ d4096 |   131.05 ± 0.41 |

build: 8cf427ff (5163)
"""
RECORD = {
    "build_commit": "8cf427ff", "build_number": 5163, "gpu_info": "NVIDIA GeForce RTX 3090", "backends": "CUDA",
    "model_filename": "models/Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf", "model_type": "llama 8B Q4_K - Medium",
    "model_size": 4912898304, "n_ubatch": 512, "type_k": "f16", "split_mode": "layer", "flash_attn": True,
    "n_prompt": 0, "n_gen": 128, "n_depth": 0, "avg_ts": 133.5,
}  # fmt: skip
SERVE = """\
$ vllm bench serve --model Qwen/Qwen3-32B-AWQ --max-concurrency 8 -tp 2
============ Serving Benchmark Result ============
Successful requests:                     100
Maximum request concurrency:             8
Benchmark duration (s):                  31.02
Total input tokens:                      102400
Total generated tokens:                  12800
Output token throughput (tok/s):         412.60
---------------Time to First Token----------------
Mean TTFT (ms):                          310.20
-----Time per Output Token (excl. 1st token)------
Mean TPOT (ms):                          20.00
==================================================
"""


def as_csv(*records: dict[str, object]) -> str:
    lines = [",".join(RECORD)]
    lines += [",".join(f'"{str(value).lower() if value is True else value}"' for value in r.values()) for r in records]
    return "\n".join(lines) + "\n"


def as_sql(record: dict[str, object]) -> str:
    values = ", ".join(f"'{value}'" for value in record.values())
    return f"CREATE TABLE IF NOT EXISTS test (\n  x\n);\nINSERT INTO test ({', '.join(record)}) VALUES ({values});\n"


def test_markdown():
    prompt, answer = read_bench(TABLE)
    assert (prompt.kind, prompt.speed, prompt.prompt, prompt.quant) == ("prefill", 4710.62, 512, "Q4_K_M")
    assert (answer.kind, answer.speed, answer.generated, answer.depth) == ("decode", 131.05, 128, 4096)
    assert answer.gpus == ("NVIDIA GeForce RTX 3090",)
    assert answer.version == "8cf427ff (b5163)"
    assert answer.fused is True
    assert answer.line == 6


def test_two_tables_one_after_the_other_are_each_read_by_their_own_heading():
    other = TABLE.replace("| fa |", "| sm | fa |").replace("|  1 |", "| row | 1 |").replace("| -: |", "| -- | -: |")
    found = read_bench(TABLE + other)
    assert [(run.split, run.line) for run in found] == [("layer", 5), ("layer", 6), ("row", 13), ("row", 14)]
    assert {run.gpus for run in found} == {("NVIDIA GeForce RTX 3090",)}  # not twice


@pytest.mark.parametrize(
    "text",
    [
        as_csv(RECORD),
        json.dumps([RECORD]),
        json.dumps(RECORD),
        json.dumps(RECORD, indent=2),
        json.dumps(RECORD) + "\n" + json.dumps(RECORD),
        as_sql(RECORD),
    ],
)
def test_every_form_of_llama_bench_says_the_same(text):
    found = read_bench(text)[0]
    assert (found.kind, found.speed, found.generated, found.prompt) == ("decode", 133.5, 128, None)
    assert (found.quant, found.gpus, found.split) == ("Q4_K_M", ("NVIDIA GeForce RTX 3090",), "layer")
    assert found.file_gib == pytest.approx(4.575, abs=0.01)


def test_vllm_serve_with_many_users():
    (found,) = read_bench(SERVE)
    assert found.speed == pytest.approx(8 * 50)
    assert (found.users, found.prompt, found.generated, found.split) == (8, 1024, 128, "tensor")
    assert found.model == "Qwen/Qwen3-32B-AWQ"


def test_vllm_serve_of_one_user_times_the_prompt_too():
    decode, prefill = read_bench(SERVE.replace(" 8", " 1"))
    assert decode.speed == pytest.approx(50)
    assert (prefill.kind, prefill.speed) == ("prefill", pytest.approx(1024 / 0.3102))


def test_results_one_after_the_other_are_each_read():
    first, second = read_bench(SERVE + SERVE.replace(" 8\n", " 4\n").replace("$ vllm bench serve", "$ again"))
    assert [(run.users, run.speed, run.line) for run in (first, second)] == [(8, 400, 12), (4, 200, 25)]


@pytest.mark.parametrize(("backend", "engine"), [("sglang", "sglang"), ("sglang-oai-chat", "sglang"), ("vllm", "vllm")])
def test_sglang_says_what_it_timed(backend, engine):
    said = f"Backend:                                 {backend}\nSuccessful"
    (found,) = read_bench(SERVE.replace("Successful", said).replace("Maximum request", "Max request"))
    assert (found.engine, found.users) == (engine, 8)


def test_figures_with_more_digits_than_a_count_are_left_out():
    (found,) = read_bench(json.dumps(RECORD | {"n_ubatch": "²", "model_size": "9" * 5000}))
    assert (found.micro_batch, found.file_gib) == (None, None)


def test_a_question_ends_with_its_own_sign():
    with pytest.raises(BenchProblem, match=r"is it cut off\?$"):
        read_bench(json.dumps([RECORD])[:-20])


def test_vllm_latency_and_throughput():
    (latency,) = read_bench(
        "Namespace(input_len=32, output_len=128, batch_size=8, model='m')\nAvg latency: 2.0 seconds\n"
    )
    assert (latency.speed, latency.users) == (512, 8)
    (many,) = read_bench(
        "vllm bench throughput --input-len 512 --output-len 128 --num-prompts 1000\n"
        "Throughput: 9.38 requests/s, 6003.2 total tokens/s, 1200.64 output tokens/s\n"
    )
    assert (many.speed, many.users) == (1200.64, 256)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("Guten Tag", 1, "neither"),
        (TABLE.replace("4710.62 ± 12.30", "4710,62 ± 12,30"), 5, "not a comma"),
        (TABLE.replace("4710.62", "-3"), 5, "cannot be"),
        (TABLE.replace("4710.62", "nan"), 5, "cannot be"),
        (TABLE.replace("131.05", "99131.05"), 6, "more than any machine"),
        (TABLE.replace("tg128 @ d4096", "pp512+tg128"), 6, "run them apart"),
        (TABLE.replace("tg128 @ d4096", "Antwort"), 6, "is no test"),
        (TABLE.replace(" t/s |", " Tempo |"), 3, "“t/s”"),
        (TABLE[: TABLE.index("131.05")].rstrip("| "), 6, "cut off"),
        (as_csv(RECORD)[:-30], 2, "cut off"),
        (as_csv(RECORD).replace("avg_ts", "tempo", 1), 1, "avg_ts"),
        (json.dumps([RECORD])[:-20], 1, "cut off"),
        (json.dumps([{"n": 1}]), 1, "model_type"),
        (as_sql(RECORD)[:-30], 4, "cut off"),
        (SERVE.replace("Mean TPOT (ms):", "Mittlere TPOT:"), 12, "mean tpot"),
        (SERVE.replace("--max-concurrency 8", "").replace("Maximum request", "Some"), 3, "--max-concurrency"),
        (SERVE.replace("--max-concurrency 8", "").replace(" 8\n", " ²\n"), 3, "--max-concurrency"),
        (SERVE + SERVE.replace("20.00", "0.00"), 25, "cannot be"),
        (TABLE.replace("tg128", "tg" + "9" * 5000), 6, "is no test"),
        (json.dumps([RECORD, RECORD | {"avg_ts": None}], indent=1), 19, "avg_ts"),
        (json.dumps([RECORD, RECORD], indent=1)[:-3], 35, "cut off"),
        (json.dumps([RECORD], indent=1)[:-2], 18, "closing bracket"),
        ("Avg latency: 2.0 seconds\n", 1, "--output-len"),
        (SERVE.replace("Mean TPOT", "Acceptance rate (%):          61.2\nMean TPOT"), 12, "speculation"),
        ("x" * 1_000_001, 1, "longer"),
        ("[" * 200_000, 1, ""),
    ],
)  # fmt: skip
def test_what_cannot_be_read_names_its_line_and_nothing_is_taken(text, line, words):
    with pytest.raises(BenchProblem) as found:
        read_bench(text)
    assert found.value.line == line
    assert words in str(found.value)


@pytest.mark.parametrize(
    ("said", "quant"),
    [
        ("llama 8B Q4_K - Medium", "Q4_K_M"),
        ("qwen3moe 30B.A3B Q5_K - Small", "Q5_K_S"),
        ("gpt-oss 20B MXFP4 MoE", "MXFP4"),
        ("llama 7B Q8_0", "Q8_0"),
        ("llama 8B IQ4_XS - 4.25 bpw", "IQ4_XS"),
        ("llama 8B F16", "F16"),
        ("llama 8B", ""),
    ],
)
def test_quantisation_from_a_model_s_type(said, quant):
    assert quant_of(said) == quant
