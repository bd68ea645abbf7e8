"""The score of the speed estimates on measured rows."""

import csv
from pathlib import Path

import pytest

from planner.accuracy.cases import Skipped, case_of
from planner.accuracy.names import Names
from planner.accuracy.rows import measurement
from planner.accuracy.throughput import figures, quantile, score_rows, score_throughput, situation_name

ROW = {
    "id": "r1", "source_title": "A table", "source_url_or_repo_path": "https://example.org", "date": "2025-10",
    "gpu": "RTX 3090", "gpu_count": "1", "engine": "llama.cpp", "split_mode": "none", "model": "Llama-3.1-8B",
    "quant": "Q4_K_M", "context_or_depth": "0", "prompt_tokens": "512", "gen_tokens": "128",
    "batch_or_concurrency": "1", "decode_tps": "120", "prefill_tps": "4000", "quality": "A", "notes": "",
}  # fmt: skip


def write(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*ROW, "extra", "spec_decode", "offload", "cpu", "ram_desc"])
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_row_is_scored_for_decode_and_prefill(catalog, tmp_path):
    result = score_throughput(catalog, write(tmp_path / "rows.csv", ROW | {"extra": "ignored"}))
    assert {row["kind"] for row in result["rows"]} == {"decode", "prefill"}
    assert result["decode"]["all"]["rows"] == 1
    assert result["decode"]["all"]["median_pct"] < 40
    assert result["skipped"] == {}


def test_the_measured_value_does_not_reach_the_estimate(catalog, tmp_path):
    first = score_throughput(catalog, write(tmp_path / "a.csv", ROW))["rows"]
    second = score_throughput(catalog, write(tmp_path / "b.csv", ROW | {"decode_tps": "1", "prefill_tps": "9"}))["rows"]
    assert [(r["value"], r["low"], r["high"]) for r in first] == [(r["value"], r["low"], r["high"]) for r in second]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"gpu": "Abacus 9000"}, "card not known"),
        ({"model": "Nobody-7B"}, "model not in the catalog"),
        ({"spec_decode": "dflash n=4"}, "speculation by n-grams, EAGLE or DFlash is not modelled"),
        ({"spec_decode": "mtp n=2"}, "model without a next-token block"),
        ({"offload": "partial (auto)"}, "share kept in system RAM not stated"),
        ({"offload": "ngl 16"}, "memory bandwidth of the host not known"),
        ({"notes": "pathological: x"}, "set apart as an outlier by those who collected it"),
        ({"notes": "prompt time included; cards used not stated"}, "number of cards used not stated"),
        (
            {"notes": "sum over users; users share one context"},
            "one context shared by all users: its cache is read from the cards' own caches",
        ),
    ],
)
def test_what_cannot_be_modelled_is_counted_by_reason(catalog, tmp_path, changes, reason):
    result = score_throughput(catalog, write(tmp_path / "rows.csv", ROW | changes))
    assert result["skipped"] == {reason: 1}
    assert result["rows"] == []


def test_speculation_is_a_group_of_its_own(catalog, tmp_path):
    drafting = ROW | {"id": "r2", "model": "Qwen3.6-27B", "spec_decode": "mtp n=2 accept=0.7", "prefill_tps": ""}
    result = score_throughput(catalog, write(tmp_path / "rows.csv", ROW, drafting))
    assert result["skipped"] == {}
    assert {name: found["rows"] for name, found in result["decode"]["groups"].items()} == {
        "one card": 1,
        "speculative decoding": 1,
    }
    assert result["decode"]["all"]["rows"] == 1


def test_groups_can_be_chosen(catalog, tmp_path):
    data = write(tmp_path / "rows.csv", ROW, ROW | {"id": "r2", "gpu": "RTX 4090"})
    result = score_throughput(catalog, data, by=("engine", "gpu"))
    assert "by engine=llama.cpp, gpu=RTX 4090" in result["decode"]["groups"]
    assert "one card" in result["decode"]["groups"]
    with pytest.raises(ValueError, match="no `colour`"):
        score_throughput(catalog, data, by=("colour",))


def test_a_table_without_a_needed_column_is_refused(catalog, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("id,gpu\n1,RTX 3090\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no column `engine`"):
        score_throughput(catalog, bad)


def test_many_rows_of_one_machine_have_one_vote(catalog, tmp_path):
    data = write(tmp_path / "r.csv", *[ROW | {"id": f"r{n}"} for n in range(9)], ROW | {"id": "x", "gpu": "RTX 4090"})
    assert score_throughput(catalog, data)["decode"]["all"]["votes"] == 2


def test_offload_of_experts_is_read_from_words(catalog):
    names = Names.shipped(catalog)
    row = measurement(ROW | {"model": "gpt-oss-120b", "quant": "MXFP4", "offload": "n-cpu-moe 18", "cpu": "EPYC 9554"})
    assert not isinstance(row, str)
    case = case_of(row, names)
    assert not isinstance(case, Skipped)
    assert case.experts_in_ram == pytest.approx(0.5)
    assert case.host is not None and case.host.ram_gb_s == pytest.approx(460.8)


@pytest.mark.parametrize(
    ("date", "engine"),
    [("2023-12", "vllm-2023"), ("2024-01", "vllm-2024"), ("2024-12", "vllm-2024"), ("2025-01", "vllm")],
)
def test_old_vllm_has_its_own_overheads(catalog, date, engine):
    row = measurement(ROW | {"engine": "vllm", "quant": "AWQ-4bit", "date": date, "notes": "DCP=4"})
    assert not isinstance(row, str)
    case = case_of(row, Names.shipped(catalog))
    assert not isinstance(case, Skipped)
    assert case.engine == engine
    assert case.context_ways == 4


@pytest.mark.parametrize(
    ("values", "weights", "share", "expected"),
    [
        ([1, 2, 3], [1, 1, 1], 0.5, 2),
        ([1, 100], [9, 1], 0.5, 10.9),
        ([5], [1], 0.9, 5),
        ([1, 2, 3, 4], [1] * 4, 0.9, 4),
    ],
)
def test_weighted_quantile(values, weights, share, expected):
    assert quantile(values, weights, share) == pytest.approx(expected)


def test_the_shipped_measurements_are_met_within_the_published_error(catalog):
    result = score_throughput(catalog)
    decode, prefill = result["decode"]["groups"], result["prefill"]["groups"]
    assert result["cross_validated"]
    assert decode["one card"]["median_pct"] < 11
    assert decode["layer split"]["median_pct"] < 8
    assert decode["tensor parallel"]["median_pct"] < 12 and abs(decode["tensor parallel"]["bias_pct"]) < 5
    assert decode["tensor parallel, many users"]["median_pct"] < 20
    assert prefill["one card"]["median_pct"] < 14
    assert prefill["layer split"]["median_pct"] < 17
    assert prefill["tensor parallel"]["median_pct"] < 20
    assert prefill["CPU only"]["median_pct"] < 32
    assert abs(result["decode"]["all"]["bias_pct"]) < 3 and abs(result["prefill"]["all"]["bias_pct"]) < 3
    assert decode["one card"]["rows"] > 500


@pytest.mark.parametrize("kind", ["decode", "prefill"])
def test_ranges_hold_the_share_they_promise(catalog, kind):
    for name, group in score_throughput(catalog)[kind]["groups"].items():
        assert group["rows"] < 30 or 75 <= group["coverage_pct"] <= 88, name


def test_plain_estimates_are_nearer_than_those_of_rows_left_out(catalog):
    calibration = catalog.calibration
    assert calibration is not None
    plain, _ = score_rows(((m.id, m) for m in catalog.measurements), Names.shipped(catalog), calibration)
    one_card = figures([s for s in plain if s.kind == "decode" and situation_name(s) == "one card"])
    assert one_card["median_pct"] < 8
    assert one_card["median_pct"] < score_throughput(catalog)["decode"]["groups"]["one card"]["median_pct"]
