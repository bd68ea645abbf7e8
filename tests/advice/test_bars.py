"""Bars of the throughput chart."""

import time
from dataclasses import replace

from planner.advice.bars import Wanted, bars, main_bars
from planner.catalog.store import Catalog
from planner.domain.rig import Rig
from tests.makers import make_calibration, make_rig, make_rig_card, make_workload


def rig_of(catalog: Catalog, chip: str = "rtx-4090", count: int = 2) -> Rig:
    cards = tuple(replace(make_rig_card(n), chip=catalog.chips[chip]) for n in range(1, count + 1))
    return make_rig(
        cards=cards,
        workload=make_workload(model="llama-3.1-70b", quant="Q4_K_M"),
        engine=catalog.engines["llama.cpp"],
        calibration=make_calibration(),
        measurements=catalog.measured_on.get(chip, ()),
    )


def test_each_wanted_pair_gets_a_bar_in_order(catalog):
    wanted = main_bars(catalog)
    found = bars(rig_of(catalog), None, wanted)
    assert [(bar.model, bar.quant) for bar in found] == [(item.model.id, item.quant) for item in wanted]
    assert len(found) > 30


def test_a_bar_has_speeds_when_it_fits_and_a_reason_when_not(catalog):
    small, big = (Wanted(catalog.models[name], "Q4_K_M") for name in ("llama-3.1-8b", "qwen3-235b-a22b"))
    fitting, too_big = bars(rig_of(catalog), None, (small, big))
    assert fitting.fits and fitting.decode_tok_s and fitting.prefill_tok_s and not fitting.why_not
    assert too_big.fits is False and too_big.decode_tok_s is None
    assert "GiB more on GPU" in too_big.why_not


def test_a_chip_without_matrix_rate_gets_no_guess(catalog):
    rig = rig_of(catalog, count=1)
    unrated = replace(rig.cards[0], chip=rig.cards[0].chip.replace(fp16_tflops=None))
    (bar,) = bars(replace(rig, cards=(unrated,)), None, (Wanted(catalog.models["llama-3.1-8b"], "Q4_K_M"),))
    assert bar.decode_tok_s is None and bar.fits is None
    assert "matrix rate" in bar.why_not


def test_every_model_drafts_with_its_own_block_where_this_one_does(catalog):
    """The one asked about and its rivals are measured by the same rule."""
    plain = replace(rig_of(catalog), model=catalog.models["qwen3.6-27b"])
    asked = make_workload(model="qwen3.6-27b", quant="Q4_K_M", draft="qwen3.6-27b")
    drafting = replace(plain, workload=asked, draft=plain.model)
    wanted = [Wanted(catalog.models[name], "Q4_K_M") for name in ("qwen3.6-27b", "qwen3.6-35b-a3b", "llama-3.1-8b")]
    own, kin, none = zip(bars(plain, None, wanted), bars(drafting, None, wanted), strict=True)
    for before, after in (own, kin):
        assert before.decode_tok_s and after.decode_tok_s
        assert after.decode_tok_s.value > before.decode_tok_s.value
        assert after.sure == "as the text allows"
    assert none[0] == none[1]


def test_no_bars_without_cards_or_constants(catalog):
    wanted = main_bars(catalog)
    assert bars(replace(rig_of(catalog), cards=()), None, wanted) == ()
    assert bars(replace(rig_of(catalog), calibration=None), None, wanted) == ()


def test_a_chart_is_quick_once_models_are_known(catalog):
    rig, wanted = rig_of(catalog), main_bars(catalog)
    bars(rig, None, wanted)
    spent = []
    for _ in range(3):
        start = time.process_time()
        bars(rig, None, wanted)
        spent.append(time.process_time() - start)
    assert min(spent) < 0.15  # about 0.02 s on a quiet machine
