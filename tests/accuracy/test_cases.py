"""Measured rows become situations: what the row's words mean for the estimate."""

import pytest

from planner.accuracy.cases import LOCALSCORE_DEPTH, Skipped, case_of
from planner.accuracy.names import Names
from planner.accuracy.throughput import prefill_gap
from planner.analysis.speed_case import SpeedCase
from planner.domain.measurement import Measurement


@pytest.fixture(scope="module")
def names(catalog):
    return Names.shipped(catalog)


ROW = {
    "id": "r", "source": "s", "url": "u", "date": "2026-01", "gpu": "RTX 3090", "count": 1, "engine": "llama.cpp",
    "split": "none", "model": "llama-3.1-8b", "quant": "Q4_K_M", "quality": "A",
}  # fmt: skip


def case(names: Names, **changes: object) -> SpeedCase:
    found = case_of(Measurement.model_validate(ROW | changes), names)
    assert isinstance(found, SpeedCase)
    return found


def test_localscore_decodes_at_the_mean_depth_of_its_tests_without_fused_attention(names):
    found = case(names, engine="llamafile (LocalScore)", date="2025-04")
    tests = [(1024, 16), (4096, 256), (2048, 256), (2048, 768), (1024, 1024), (1280, 3072), (384, 1152), (64, 1024)]
    middles = [prompt + answer / 2 for prompt, answer in [*tests, (16, 1536)]]
    assert found.depth == LOCALSCORE_DEPTH == round(sum(middles) / 9)
    assert found.rereads


@pytest.mark.parametrize(
    ("notes", "generated", "mean"),
    [("", 1024, 1012), ("three runs of ./main", 1024, 384), ("./main", 12, 506), ("./main", 13, 384)],
)
def test_what_the_old_main_wrote_stayed_within_its_default_context(names, notes, generated, mean):
    assert case(names, depth=500, generated=generated, notes=notes).depth == mean


@pytest.mark.parametrize(("stated", "layers"), [(33, 0), (32, 1), (17, 16), (0, 32)])
def test_the_output_counts_as_a_layer(names, stated, layers):
    found = case(names, offload=f"ngl {stated}", cpu="Ryzen 9 7950X", ram="DDR5 2ch")
    assert found.layers_in_ram == layers / 32


@pytest.mark.parametrize(("date", "fused"), [("2025-10", False), ("2025-11", True), ("2026", True)])
def test_experts_in_few_launches_since(names, date, fused):
    assert case(names, date=date).fused_experts is fused


@pytest.mark.parametrize(("date", "earlier"), [("2026", True), ("2026-06-30", True), ("2026-07", False)])
def test_builds_of_before_mid_2026(names, date, earlier):
    assert case(names, date=date).earlier is earlier


@pytest.mark.parametrize(
    ("cpu", "ram", "gb_s"),
    [
        ("Ryzen 7 5800X", "DDR4-2133", 34.1),
        ("Ryzen 7 5800X", "32 GB", 51.2),
        ("Threadripper PRO 7975WX", "768GB DDR5-5600 8ch", 358.4),
        ("2x EPYC 9355", "12ch DDR5-6000", 1152.0),
        ("EPYC 9554", "12ch DDR5-6400", 460.8),
        ("1x Xeon Gold 6454S", "8x DDR5-4800", 307.2),
        ("EPYC 9554", "4x DDR5-4800", 153.6),
    ],
)
def test_memory_runs_as_fast_as_stated(names, cpu, ram, gb_s):
    assert names.host(cpu, ram).ram_gb_s == pytest.approx(gb_s, abs=0.05)


def test_speculation_by_the_models_own_block(names):
    found = case(names, model="qwen3.6-27b", speculative="mtp n=2 accept=0.7 text=code").draft
    assert found
    assert (found.kind, found.tokens, found.accepted, found.text) == ("block", 2, 0.7, "code")
    assert found.step.work.layers == 1


def test_speculation_by_a_draft_model(names):
    found = case(names, model="qwen3.6-27b", speculative="draft qwen3.5-0.8b Q8_0 n=5").draft
    assert found
    assert (found.kind, found.tokens, found.accepted) == ("model", 5, None)
    assert found.step.work.params < 1.2e9


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("ngram", "speculation by n-grams, EAGLE or DFlash is not modelled"),
        ("eagle3 n=3", "speculation by n-grams, EAGLE or DFlash is not modelled"),
        ("mtp n=2", "model without a next-token block"),
        ("draft nobody-1b Q8_0 n=4", "draft model not in the catalog"),
    ],
)
def test_speculation_that_is_not_modelled_is_told(names, said, reason):
    row = Measurement.model_validate(ROW | {"speculative": said})
    found = case_of(row, names)
    assert isinstance(found, Skipped) and found.reason == reason


@pytest.mark.parametrize(
    ("changes", "shares"),
    [
        ({}, (0.75, 0.25)),
        ({"notes": "even shares of unlike cards"}, ()),
        ({"notes": "split 3 to 2; second card on a riser"}, (0.6, 0.4)),
        ({"split": "tensor"}, ()),
        ({"engine": "vllm"}, ()),
        ({"gpu": "RTX 3090"}, ()),
    ],
)
def test_llamacpp_shares_layers_of_unlike_cards_by_their_memory(names, changes, shares):
    unlike = {"gpu": "RTX PRO 6000 + Radeon AI PRO R9700", "count": 2, "split": "layer"}
    assert case(names, **(unlike | changes)).shares == pytest.approx(shares)


@pytest.mark.parametrize(("date", "era"), [("2025-12", "2025"), ("2026-01", "2025"), ("2026", ""), ("2026-02", "")])
def test_attention_is_that_of_the_builds_month(names, date, era):
    assert case(names, date=date).era == era


@pytest.mark.parametrize(
    ("quant", "notes", "used"),
    [
        ("AutoRound-INT4", "activations of 8 bits", False),
        ("W8A8-INT8", "activations of 8 bits", True),
        ("AutoRound-INT4", "", True),
    ],
)
def test_prompts_with_narrowed_activations_count_only_where_kernels_are_modelled(names, quant, notes, used):
    row = Measurement.model_validate(ROW | {"engine": "vllm", "quant": quant, "notes": notes, "prompt": 8192})
    found = case_of(row, names)
    assert isinstance(found, SpeedCase)
    assert (prefill_gap(row, found) == "") is used


@pytest.mark.parametrize(
    ("cpu", "cores", "vector", "watts"),
    [
        ("AMD Ryzen 7 5700X 8-Core", 8, "avx2-new", 65),
        ("AMD Ryzen 7 5700X3D 8-Core", 8, "avx2-new", 105),
        ("Intel Core i7-10710U CPU @ 1.10GHz", 6, "avx2", 15),
        ("Intel(R) Core(TM) i9-10900X CPU @ 3.70GHz", 10, "avx2", 165),
        ("13th Gen Intel Core i9-13900KF", 8, "avx2-new", 125),
        ("Threadripper PRO 7965WX", 24, "bf16", 350),
        ("2x EPYC 9355", 64, "bf16-full", 560),
        ("Intel Xeon CPU E5-2630 v3 @ 2.40GHz", 8, "avx2", 85),
        ("Intel N100", 4, "avx", 6),
    ],
)
def test_hosts_by_their_records_and_the_table(names, cpu, cores, vector, watts):
    found = names.host(cpu, "")
    assert (found.cores, found.vector, found.watts) == (cores, vector, watts)


@pytest.mark.parametrize("cpu", ["", "Pentium III", "Core i7-5700", "Apple M3 Max 12P+4E"])
def test_unknown_hosts_have_no_bandwidth(names, cpu):
    assert names.host(cpu, "32 GB") is None


def test_measured_rows_obey_the_same_ceilings(names):
    assert names.host("EPYC 7302P", "").ceiling_gb_s == 116
    assert names.host("EPYC 9965", "768 GB; 256 GiB/s by mlc").ceiling_gb_s == pytest.approx(274.9, abs=0.05)


def test_every_host_of_the_table_can_be_read(names):
    for _, line in names._hosts:
        found = names.host(line["name"], "")
        assert found is not None and found.ram_gb_s > 10 and found.cores
        assert line["source"]
