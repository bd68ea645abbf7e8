"""Scores of the memory estimates: small tables here, the targets on large ones where they are at hand."""

import os
from pathlib import Path

import pytest

from planner.accuracy.memory import figures, score_memory
from planner.accuracy.memory_rows import Scored

SIZE = {
    "id": "1",
    "model_id": "llama-3.1-8b",
    "repo": "somebody/x",
    "file": "x",
    "quant": "Q4_K_M",
    "kind": "file",
    "size_gib": "4.58",
    "resolution_gib": "0.01",
    "bytes": "",
}
PROBE = {
    "run": "P1",
    "model_id": "llama-3.3-70b",
    "ngl": "999",
    "ot": "",
    "ndev": "1",
    "n_ctx": "4096",
    "ubatch": "512",
    "parallel": "1",
    "kv_unified": "0",
    "flash_attn": "1",
    "n_outputs_max": "1",
    "cache_k": "f16",
    "cache_v": "f16",
    "swa_full": "0",
    "device": "all",
    "component": "kv",
    "mib": "1280.0",
    "kv_cells": "4096x80",
}
READING = {
    "id": "7",
    "run": "L1",
    "source": "a log",
    "engine": "llama.cpp",
    "version": "",
    "model_id": "llama-3-8b",
    "model": "",
    "quant": "Q4_K",
    "n_ctx": "8192",
    "cache_type": "f16",
    "flash_attn": "0",
    "ubatch": "512",
    "parallel": "",
    "gpus": "1x NVIDIA GeForce RTX 3070",
    "ngl": "33/33",
    "component": "weights",
    "device": "CUDA0",
    "mib": "4403.49",
    "unit": "MiB",
    "reliability": "log",
    "notes": "",
}


@pytest.mark.parametrize(("row", "component"), [(SIZE, "gguf file"), (PROBE, "kv"), (READING, "weights")])
def test_tables_are_told_by_their_header(catalog, row, component):
    found = score_memory(catalog, [row])
    assert [item["component"] for item in found["rows"]] == [component]
    assert found["groups"][component]["median_pct"] < 0.2
    assert set(found) == {"groups", "fit", "skipped", "rows"}


def test_the_measured_value_is_never_looked_at(catalog):
    for row, column in ((SIZE, "size_gib"), (PROBE, "mib"), (READING, "mib")):
        honest, doubled = (score_memory(catalog, [row | {column: str(float(row[column]) * k)}]) for k in (1, 2))
        assert honest["rows"][0]["value_mib"] == doubled["rows"][0]["value_mib"]
        assert doubled["rows"][0]["measured_mib"] == 2 * honest["rows"][0]["measured_mib"]


def test_what_cannot_be_modelled_is_counted_with_its_reason(catalog):
    found = score_memory(
        catalog, [SIZE | {"model_id": "nobody"}, SIZE | {"quant": "odd"}, SIZE | {"resolution_gib": "1"}]
    )
    assert not found["rows"]
    assert sum(found["skipped"].values()) == len(found["skipped"]) == 3


def test_an_unknown_table_is_refused_in_words(catalog):
    with pytest.raises(ValueError, match="columns"):
        score_memory(catalog, [{"a": "b"}])


def test_figures():
    found = figures([Scored(str(n), "x", 100, 100 + n) for n in range(1, 21)])
    assert (found["rows"], found["median_pct"], found["p95_pct"], found["bias_pct"]) == (20, 10.5, 19.0, 10.5)


def test_sizes_in_the_catalog_are_those_the_rules_miss(catalog):
    found = score_memory(catalog)
    assert len(found["rows"]) > 300
    assert found["groups"]["gguf file"]["median_pct"] < 10


TOTAL = READING | {
    "source": "somebody 4x3090-llm-benchmarks data/benchmarks.jsonl orch/gemma_tp2x1_single_stream",
    "model_id": "gemma-4-12b",
    "quant": "Q8_0",
    "n_ctx": "32768",
    "flash_attn": "1",
    "parallel": "1",
    "gpus": "2x RTX 3090 (tp2 pp1)",
    "ngl": "",
    "component": "total",
    "device": "all",
    "mib": "29616",
    "reliability": "nvml",
}


@pytest.mark.parametrize(
    ("gpus", "stream", "mib"),
    [
        ("1x RTX 3090", "single_stream", 54136),
        ("2x RTX 3090", "single_stream", 29616),
        ("4x RTX 3090", "single_stream", 17568),
        ("2x RTX 3090", "aggregate", 35552),
    ],
)
def test_totals_that_are_the_fullest_card_times_four(catalog, gpus, stream, mib):
    row = TOTAL | {"gpus": gpus, "source": TOTAL["source"].replace("single_stream", stream), "mib": str(mib)}
    assert score_memory(catalog, [row])["groups"]["total"]["median_pct"] < 1.5


def test_a_total_elsewhere_is_the_sum_over_its_cards(catalog):
    fullest, summed = (
        score_memory(catalog, [row])["rows"][0]["value_mib"] for row in (TOTAL, TOTAL | {"source": "a log"})
    )
    assert fullest / 4 < summed < fullest / 2


def test_a_total_with_layers_in_ram_counts_what_the_card_holds(catalog):
    row = READING | {"component": "total", "model_id": "llama-3.1-8b", "quant": "Q4_K_M", "flash_attn": "1"}
    whole, part = (
        score_memory(catalog, [row | {"ngl": ngl, "mib": "5000"}])["rows"][0]["value_mib"] for ngl in ("33/33", "17/33")
    )
    assert 0.5 * whole < part < 0.75 * whole


@pytest.mark.parametrize(
    ("component", "mib", "scored"),
    [
        ("mtp_kv", 128, "draft cache"),
        ("mmproj_weights", 887.99, "image projector"),
        ("mmproj_compute", 248.1, "image projector's buffer"),
    ],
)
def test_what_stands_beside_the_model(catalog, component, mib, scored):
    row = READING | {"model_id": "qwen3.8-27b", "n_ctx": "32768", "component": component, "mib": str(mib)}
    assert score_memory(catalog, [row])["groups"][scored]["median_pct"] < 0.1


def test_a_file_named_after_something_else_is_left_out(catalog):
    named, other = (score_memory(catalog, [READING | {"notes": f"file {gib} GiB"}]) for gib in ("4.58", "9.10"))
    assert named["rows"] and not other["rows"]


@pytest.mark.parametrize(
    ("notes", "mib"), [("34 SMs", 107), ("34 SMs; any idle use", 127), ("34 SMs; any idle use; idle 4 MiB", 111)]
)
def test_a_bare_context_with_what_else_is_counted(catalog, notes, mib):
    row = READING | {
        "mib": "110",
        "component": "bare_context",
        "device": "GPU",
        "gpus": "1x RTX 4060 Ti",
        "notes": notes,
    }
    assert score_memory(catalog, [row])["rows"][0]["value_mib"] == pytest.approx(mib, abs=1)


TABLES = Path(os.environ.get("SLOTWISE_MEMORY_TABLES", "no-tables"))
"""Folder of measured tables, too large to ship."""
TARGETS = [  # file, component, median and 95th percentile of the error in percent
    ("gguf_sizes.csv", "gguf file", 0.2, 6),
    ("gguf_sizes.csv", "gguf file, hybrid", 1, 6),
    ("llamacpp_probe.csv", "kv", 0.001, 0.01),
    ("llamacpp_probe.csv", "recurrent state", 0.01, 0.02),
    ("llamacpp_probe.csv", "compute, flash attention, one card", 1, 12),
    ("llamacpp_probe.csv", "compute, flash attention, several cards", 1, 12),
    ("llamacpp_probe.csv", "compute, flash attention, part in RAM", 1, 12),
    ("vram_measured.csv", "total", 2.5, 12),
    ("vram_measured.csv", "weights per card, llama.cpp", 0.01, 8),
    ("vram_measured.csv", "kv per card, llama.cpp", 0.01, 0.01),
    ("vram_measured.csv", "driver context", 10, 10),
]


@pytest.mark.parametrize(("file", "component", "median_pct", "p95_pct"), TARGETS)
def test_targets_on_measured_tables(catalog, file, component, median_pct, p95_pct):
    if not (TABLES / file).exists():
        pytest.skip("the measured tables are not at hand")
    found = score_memory(catalog, TABLES / file)["groups"][component]
    assert found["median_pct"] <= median_pct
    assert found["p95_pct"] <= p95_pct


def test_a_folder_is_all_its_tables(catalog, tmp_path):
    size = next(size for size in catalog.file_sizes if size.size_gib)
    line = f"1,{size.model},{size.quant},{size.publisher},{size.size_gib},"
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text(f"id,model_id,quant,repo,size_gib,bytes\n{line}\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a table", encoding="utf-8")
    assert [row["id"] for row in score_memory(catalog, tmp_path)["rows"]] == ["one 1", "two 1"]


def test_a_folder_without_tables_is_said(catalog, tmp_path):
    with pytest.raises(ValueError, match="holds no CSV file"):
        score_memory(catalog, tmp_path)
