"""Decode with speculation: laws that hold whatever the constants, and measured pairs."""

from dataclasses import replace
from typing import Any

import pytest

from planner.accuracy.cases import case_of
from planner.accuracy.names import Names
from planner.analysis.decode import decode_time
from planner.analysis.draft_case import block_work, drafted_as, drafted_tokens
from planner.analysis.memory import memory
from planner.analysis.speculation import kept_chance, speculation, token_seconds, tokens_per_cycle, with_text
from planner.analysis.speed_case import DraftSpeed, SpeedCase
from planner.analysis.speed_range import WIDE_SPECULATIVE, band, sure_word
from planner.analysis.speed_steps import decode_steps
from planner.analysis.throughput import NOT_MODELLED, Throughput, decode_range, not_modelled, throughput
from planner.catalog.resolve import resolve
from planner.catalog.store import Catalog
from planner.domain.build import Build
from planner.domain.drafted import read_drafted
from planner.domain.rig import Rig
from tests.makers import (
    make_calibration,
    make_card_speed,
    make_cpu,
    make_memory,
    make_rig,
    make_rig_card,
    make_speed_case,
    make_work,
    make_workload,
)

CALIBRATION = make_calibration()
CONSTANTS = CALIBRATION.constants
LARGE = make_work(params=27e9, params_read=25.6e9, layers=64, hidden=5120, kv_elements=65536.0, query_width=393216.0)
MIXTURE = make_work(
    params=30.5e9, params_read=3.04e9, routed_read=1.81e9, routed_total=29e9, experts=128, active=8, moe=True,
    moe_layers=32, expert_width=768,
)  # fmt: skip
STEP = make_speed_case(work=make_work(params=4e8, params_read=4e8, layers=1, kv_elements=2048.0), rest_bytes=1.0e9)


def case(tokens: int = 3, accepted: float | None = 0.7, text: str = "", **changes: Any) -> SpeedCase:
    asked: dict[str, Any] = {"work": LARGE, "rest_bytes": 15.6e9} | changes
    draft = DraftSpeed("block", tokens, STEP, accepted, text)
    return make_speed_case(**asked, draft=draft)


def rate(of: SpeedCase) -> float:
    return 1 / token_seconds(of, CONSTANTS)


def plain(of: SpeedCase) -> float:
    return 1 / decode_time(of, CONSTANTS).total_s


def gain(of: SpeedCase) -> float:
    found = speculation(of, CONSTANTS)
    assert found is not None
    return found.gain


ANYWHERE = [
    case(),
    case(5, card=make_card_speed(family="turing")),
    case(2, count=2),
    case(2, engine="vllm", count=2, split="tensor"),
    case(3, work=MIXTURE, rest_bytes=1.5e9, routed_bytes=15e9),
    case(4, depth=30_000.0),
    case(3, users=8.0),
]


@pytest.mark.parametrize("asked", ANYWHERE)
def test_nothing_drafted_is_the_plain_speed(asked):
    none = replace(asked, draft=replace(asked.draft, tokens=0))
    assert rate(none) == plain(asked) == rate(replace(asked, draft=None))


@pytest.mark.parametrize("asked", ANYWHERE)
def test_nothing_kept_is_never_faster(asked):
    assert rate(replace(asked, draft=replace(asked.draft, accepted=0.0))) < plain(asked)


@pytest.mark.parametrize("asked", ANYWHERE)
def test_more_kept_is_never_slower_and_never_beyond_a_token_each(asked):
    kept = [rate(replace(asked, draft=replace(asked.draft, accepted=share / 10))) for share in range(11)]
    assert kept == sorted(kept)
    assert kept[-1] < (asked.draft.tokens + 1) * plain(asked)


@pytest.mark.parametrize("engine", ["cuda", "vllm"])
def test_the_gain_falls_with_users_to_none(engine):
    gains = [gain(case(engine=engine, users=float(users))) for users in (1, 4, 16, 64, 256)]
    assert gains[0] > 1.2
    assert gains == sorted(gains, reverse=True)
    assert gains[-1] < 1.0


def test_a_mixture_of_experts_gains_less_than_a_dense_model():
    mixture = case(work=MIXTURE, rest_bytes=1.5e9, routed_bytes=15e9)
    assert gain(mixture) < gain(case())


def test_a_cycle_keeps_each_token_only_after_all_before_it():
    chance = kept_chance(DraftSpeed("block", 3, STEP, None, ""), CONSTANTS)
    assert tokens_per_cycle(DraftSpeed("block", 3, STEP, None, ""), CONSTANTS) == pytest.approx(
        1 + chance + chance**2 + chance**3
    )
    assert tokens_per_cycle(DraftSpeed("block", 3, STEP, 0.5, ""), CONSTANTS) == 2.5


def test_code_keeps_more_than_prose():
    usual = case(accepted=None)
    assert rate(with_text(usual, "prose")) < rate(usual) < rate(with_text(usual, "code"))


def test_a_draft_model_of_recurrent_layers_goes_back_by_copies():
    of_model = replace(case(), draft=DraftSpeed("model", 3, STEP, 0.7, ""))
    recurrent = replace(of_model, work=replace(LARGE, recurrent_layers=48))
    one, other = speculation(of_model, CONSTANTS), speculation(recurrent, CONSTANTS)
    assert one and other
    assert other.between_s - one.between_s == pytest.approx(CONSTANTS["draft_rollback_ms"] * 1e-3)


# ---------------------------------------------------------------- ranges, words, steps


def test_a_range_of_its_own_that_is_never_well_known():
    usual, known = case(accepted=None), case()
    none = CALIBRATION.replace(spread={k: v for k, v in CALIBRATION.spread.items() if "specul" not in k})
    assert band(known, "decode", none) == pytest.approx(WIDE_SPECULATIVE)
    assert band(usual, "prefill", CALIBRATION) == band(replace(usual, draft=None), "prefill", CALIBRATION)
    assert sure_word(usual, CALIBRATION, ()) == "as the text allows"
    assert sure_word(known, CALIBRATION, ()) == "speculative"
    wide, narrow = (decode_range(one, CALIBRATION) for one in (usual, replace(usual, draft=None)))
    assert wide.high / wide.low > narrow.high / narrow.low


def test_the_range_holds_prose_and_code():
    usual = case(accepted=None)
    found = decode_range(usual, CALIBRATION)
    assert found.low < rate(with_text(usual, "prose")) < rate(with_text(usual, "code")) < found.high
    told = band(with_text(usual, "code"), "decode", CALIBRATION)
    wide = band(usual, "decode", CALIBRATION)
    assert wide[0] < told[0] < told[1] < wide[1]


def test_steps_say_what_is_drafted_kept_and_gained():
    asked = case(accepted=None)
    found = speculation(asked, CONSTANTS)
    assert found
    steps = list(decode_steps(asked, decode_time(asked, CONSTANTS), CALIBRATION, drafting=found))
    said = {step.label: step for step in steps}
    assert said["Tokens drafted"].value == 3
    assert said["Drafted tokens kept"].assumed
    assert said["Drafted tokens kept"].value == pytest.approx(found.accepted * 100)
    assert said["Without speculation"].value == pytest.approx(plain(asked))
    assert said["Time of the cycle"].value == pytest.approx(found.cycle_s * 1000)
    assert said["Tokens per cycle"].value == found.per_cycle
    assert steps[-1].label == "Decode" and steps[-1].value == pytest.approx(rate(asked))


def test_a_loss_is_said():
    asked = case(users=256.0)
    found = speculation(asked, CONSTANTS)
    steps = list(decode_steps(asked, decode_time(asked, CONSTANTS), CALIBRATION, drafting=found))
    (told,) = [step.how for step in steps if step.label == "Gain by speculation"]
    assert told.startswith("slower than without")


def test_a_loss_to_experts_in_ram_is_said(catalog):
    asked = {"model": "qwen3.6-35b-a3b", "quant": "Q8_0", "offload_experts": 40, "draft": "qwen3.6-35b-a3b"}
    rigged = replace(rig(catalog, **asked), cpu=make_cpu(), memory=make_memory(4))
    found = throughput(rigged, None, memory(rigged))
    assert found and found.speculation and found.speculation.gain < 1.05
    told = [step.how for step in found.decode_steps if step.label == "Gain by speculation"]
    assert told == ["slower than without: tokens checked together read experts of their own"]


def test_what_is_left_out_follows_the_draft():
    assert not_modelled(replace(case(), draft=None)) == NOT_MODELLED
    assert "EAGLE" in " ".join(not_modelled(case())) and "speculative decoding" not in " ".join(not_modelled(case()))


# ---------------------------------------------------------------- models of the catalog


def rig(catalog: Catalog, **work: Any) -> Rig:
    asked = {"model": "qwen3.6-27b", "quant": "Q4_K_M", "split": "none"} | work
    resolved = resolve(Build(workloads=(make_workload(**asked),)), catalog)
    return replace(
        make_rig(cards=(make_rig_card(1, chip=catalog.chips["rtx-3090"]),)),
        workload=resolved.workload,
        model=resolved.model,
        draft=resolved.draft,
        engine=resolved.engine,
        file_size=resolved.file_size,
        calibration=make_calibration(),
    )


def speed(catalog: Catalog, **work: Any) -> Throughput:
    asked = rig(catalog, **work)
    found = throughput(asked, None, memory(asked))
    assert found is not None
    return found


def test_the_workloads_draft_changes_its_speed(catalog):
    none, block = speed(catalog), speed(catalog, draft="qwen3.6-27b")
    assert none.speculation is None and block.speculation
    assert 1.2 < block.decode_tok_s.value / none.decode_tok_s.value < 2.0
    assert block.prefill_tok_s == none.prefill_tok_s
    (kept,) = block.assumed
    assert "of the drafted tokens are kept" in kept
    expected = speed(catalog, draft="qwen3.6-27b", acceptance=0.95)
    assert expected.decode_tok_s.value > block.decode_tok_s.value and expected.assumed == ()


def test_speculation_that_the_plan_leaves_out_is_said(catalog):
    """Memory and launch commands of engines with a pool leave it out; their speed is told all the same."""
    found = speed(catalog, draft="qwen3.6-27b", quant="AWQ-4bit", engine="vllm", context=2048)
    assert found.speculation and found.speculation.tokens == 1
    assert any("no part of this plan" in said for said in found.assumed)


def test_a_draft_of_another_vocabulary_changes_nothing(catalog):
    assert speed(catalog, draft="llama-3.2-1b").decode_tok_s == speed(catalog).decode_tok_s


def test_a_draft_model_takes_longer_to_ask_than_the_own_block(catalog):
    block, model = speed(catalog, draft="qwen3.6-27b"), speed(catalog, draft="qwen3.5-0.8b")
    assert block.speculation and model.speculation
    assert block.speculation.draft_s < model.speculation.draft_s


@pytest.mark.parametrize(("engine", "tokens"), [("llama.cpp", 3), ("vllm", 1), ("sglang", 3), ("exllamav3", 4)])
def test_engines_draft_as_many_tokens_as_they_do_untold(catalog, engine, tokens):
    assert drafted_tokens(engine, catalog.models["qwen3.6-27b"]) == tokens


def test_the_block_is_one_layer_and_the_head(catalog):
    model = catalog.models["qwen3.6-27b"]
    work = block_work(model)
    assert work.layers == 1 and not work.moe
    assert model.vocab * model.hidden < work.params_read < model.text_params / 10


def test_measurements_name_the_draft(catalog):
    assert drafted_as(rig(catalog)) == ""
    assert drafted_as(rig(catalog, draft="qwen3.6-27b")) == "mtp n=3"
    named = drafted_as(rig(catalog, draft="qwen3.5-0.8b", acceptance=0.6))
    assert named == "draft qwen3.5-0.8b Q8_0 n=3 accept=0.6"


def pairs(catalog: Catalog) -> tuple[float, dict[int, tuple[float, SpeedCase]]]:
    """A 27B on an RTX 3090: without speculation, and with so many tokens drafted, kept as the engine printed."""
    names, drafting = Names.shipped(catalog), {}
    rows = [row for row in catalog.measurements if "phase_nmax_report" in row.url and row.decode_tok_s]
    (without,) = [row.decode_tok_s for row in rows if not row.speculative]
    for row in rows:
        said, found = read_drafted(row.speculative), case_of(row, names)
        if said and said.accepted and isinstance(found, SpeedCase):
            drafting[said.tokens] = (row.decode_tok_s or 0.0, found)
    return without or 0.0, drafting


@pytest.mark.parametrize("tokens", [1, 2, 3, 4, 6, 8])
def test_measured_gain_of_one_card(catalog, tokens):
    without, drafting = pairs(catalog)
    measured, asked = drafting[tokens]
    assert gain(asked) == pytest.approx(measured / without, rel=0.12)


def test_measured_speeds_lie_in_the_range(catalog):
    """Most do: it is meant to hold four of five."""
    _, drafting = pairs(catalog)
    ranges = {tokens: decode_range(asked, CALIBRATION) for tokens, (_, asked) in drafting.items()}
    inside = [ranges[tokens].low <= drafting[tokens][0] <= ranges[tokens].high for tokens in ranges]
    assert len(inside) == 8 and sum(inside) >= 6
