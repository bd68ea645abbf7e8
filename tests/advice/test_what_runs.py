"""The table of what runs on a build."""

from dataclasses import replace
from itertools import islice

import pytest

from planner.advice.plain import row_plain
from planner.advice.what_runs import Asked, WhatRuns
from planner.analysis.fit import Planned, planned
from planner.analysis.fit_buffers import unweighed
from planner.documents.what_runs_text import what_runs_text
from tests.advice.test_answers import keeps_margin, rig_of

SMALL = ("llama-3.1-8b", "llama-3.3-70b", "gpt-oss-120b", "deepseek-v3")


def table_of(catalog, rig=None, **asked):
    models = {name: catalog.models[name] for name in SMALL}
    return WhatRuns(rig or rig_of(catalog), None, replace(catalog, models=models), Asked(**asked))


def rows_of(catalog, rig=None, **asked):
    return {(row.model, row.quant): row for row in table_of(catalog, rig, **asked).rows() if row}


def test_every_model_has_a_row_for_every_usual_quantisation(catalog):
    table = table_of(catalog, neighbours=False)
    rows = [row for row in table.rows() if row]
    assert len(rows) == len(table) == 10 + 10 + 1 + 10
    assert {row.quant for row in rows if row.model == "gpt-oss-120b"} == {"MXFP4"}


def test_verdicts_agree_with_the_fit(catalog):
    rig = rig_of(catalog)
    for (model, quant), row in rows_of(catalog, rig, neighbours=False).items():
        size = catalog.size_of.get((model, quant))
        alone = replace(rig, model=catalog.models[model], file_size=size)
        assert (row.here.verdict == "fits") == keeps_margin(alone, model=model, quant=quant), (model, quant)
        if row.here.max_context:
            assert keeps_margin(alone, model=model, quant=quant, context=row.here.max_context)


@pytest.mark.parametrize("engine", ["llama.cpp", "vllm", "exllamav3"])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_the_brief_verdict_is_that_of_the_whole_fit(catalog, engine, count):
    quant = {"llama.cpp": "Q4_K_M", "vllm": "AWQ-4bit", "exllamav3": "EXL3-4.0bpw"}[engine]
    split = "layer" if engine == "llama.cpp" else "tensor" if count > 1 else "none"
    found = planned(rig_of(catalog, engine=engine, quant=quant, split=split, count=count))
    assert isinstance(found, Planned)
    for context in (256, 8192, 16384, 65536, 131072):
        fit = found.at(context)
        fits, spare = found.brief(context)
        assert (fits, fits and spare < 0) == (fit.fits, fit.tight)
        if not fits:
            assert spare == pytest.approx(-max(fit.over_bytes, fit.total_over_bytes))


def test_one_quantisation_after_another_is_as_each_alone(catalog):
    """What is kept from one to the next is only what they share."""
    rig = rig_of(catalog, model="gemma-3-27b", count=2)
    order = ("Q8_0", "Q4_K_M", "Q2_K")
    for context in (4096, 32768):
        shares = [_fit(rig, quant, context).shares for quant in order]
        unweighed.cache_clear()
        assert shares == [_fit(rig, quant, context).shares for quant in reversed(order)][::-1]
        assert len({share[0].weights for share in shares}) == 3
        assert len({(share[0].kv, share[0].compute) for share in shares}) == 1


def _fit(rig, quant, context):
    found = planned(replace(rig, workload=rig.workload.replace(quant=quant)))
    assert isinstance(found, Planned)
    return found.at(context)


def test_a_row_says_by_how_much_and_what_could_stay_in_ram(catalog):
    rows = rows_of(catalog)
    small, big, huge = rows["llama-3.1-8b", "Q8_0"], rows["gpt-oss-120b", "MXFP4"], rows["deepseek-v3", "Q8_0"]
    assert small.here.verdict == "fits" and small.here.spare_bytes > 0 and small.here.decode
    assert big.here.verdict == "offload" and big.in_ram[0] == "experts" and big.here.decode
    assert huge.here.verdict == "no" and huge.here.spare_bytes < 0 and huge.here.decode is None


def test_contexts_beyond_the_model_s_own_are_told_apart(catalog):
    cells = {cell.context: cell for cell in rows_of(catalog, contexts=(8192, 262144))["llama-3.1-8b", "Q4_K_M"].cells}
    assert cells[8192].verdict == "fits" and cells[262144].verdict == "beyond"


def test_longer_contexts_never_fit_better(catalog):
    order = {"fits": 0, "tight": 1, "offload": 2, "no": 3, "beyond": 4}
    for row in rows_of(catalog, neighbours=False).values():
        ranks = [order[cell.verdict] for cell in row.cells]
        assert ranks == sorted(ranks), row.model


def test_a_card_more_reaches_further_and_a_card_less_not_as_far(catalog):
    row = rows_of(catalog)["llama-3.3-70b", "Q4_K_M"]
    assert row.fewer.cards == 1 and row.more.cards == 3
    assert row.fewer.max_context < row.here.max_context < row.more.max_context


def test_an_engine_s_refusal_is_told_with_its_reason(catalog):
    rig = rig_of(catalog, engine="vllm", quant="AWQ-4bit", split="tensor", count=3)
    row = rows_of(catalog, rig)["llama-3.3-70b", "AWQ-4bit"]
    assert row.here.verdict == "refused" and "64 attention heads" in row.here.why


def test_a_window_may_stop_after_any_row_and_go_on_later(catalog, monkeypatch):
    table = table_of(catalog, neighbours=False, offload=False)
    first = list(islice(table.rows(), 3))
    monkeypatch.setattr(table, "_work_out", lambda model, quant: pytest.fail("worked out twice"))
    assert list(islice(table.rows(), 3)) == first


def test_another_model_asked_for_leaves_the_table_as_it_is(catalog):
    table, rig = table_of(catalog), rig_of(catalog)
    other = replace(rig, workload=rig.workload.replace(model="qwen3-32b", quant="Q8_0"))
    longer = replace(rig, workload=rig.workload.replace(context=16384))
    assert table.still_holds(other, None)
    assert not table.still_holds(longer, None) and not table.still_holds(rig_of(catalog, count=3), None)


def test_best_rows_name_the_most_bits_that_fit(catalog):
    best = {row.model: row for row in table_of(catalog).best_rows()}
    assert best["llama-3.1-8b"].quant == "BF16"
    assert best["llama-3.3-70b"].here.verdict == "fits" and best["llama-3.3-70b"].quant != "BF16"
    assert best["deepseek-v3"].here.verdict in ("no", "offload")


def test_as_text_and_as_plain_values(catalog):
    rows = [row_plain(row) for row in table_of(catalog).best_rows()]
    text = what_runs_text("Two cards", 8192, rows)
    assert "Llama 3.3 70B" in text and "with 8K tokens" in text and "GiB" in text
    assert rows[0]["here"]["decode_tok_s"]["value"] > 0 and rows[0]["one_card_less"]["cards"] == 1
