"""Speculation and images beside the model, as load logs state them and as the laws of every fit."""

import pytest

from planner.analysis.fit_draft import Draft, draft_shares
from planner.analysis.kv_cache import Cache
from planner.analysis.memory import Memory, memory, quick_fit
from planner.domain.units import GIB, MIB
from tests.makers import make_rig, make_rig_card, make_workload

RTX_3090 = {"id": "rtx-3090", "name": "RTX 3090", "vram_gib": 24.0, "usable_mib": 24576, "sm_count": 82}


def fit(catalog, model, count=1, engine="llama.cpp", draft=None, **asked) -> Memory:
    cards = tuple(make_rig_card(n, chip=RTX_3090) for n in range(1, count + 1))
    work = make_workload(model=model, engine=engine, draft=draft, **asked)
    drafting = catalog.models[draft] if draft else None
    rig = make_rig(
        cards=cards, model=catalog.models[model], engine=catalog.engines[engine], workload=work, draft=drafting
    )
    found = memory(rig)
    assert isinstance(found, Memory), found
    assert quick_fit(rig).shares == found.shares
    return found


@pytest.mark.parametrize(("tokens", "mib"), [(8192, 32), (32768, 128)])
def test_the_next_token_block_keeps_one_layer_in_16_bit(catalog, tokens, mib):
    """Logs of Qwen3.8-27B: 4,096 B a token, whatever the main cache is, and three more recurrent states."""
    draft = Draft(catalog.models["qwen3.8-27b"], "", block=True, bits=4.5)
    (share,) = draft_shares(draft, (20 * GIB,), Cache(tokens, key_bytes=0.5, value_bytes=0.5))
    assert share.kv / MIB == pytest.approx(mib + 3 * 149.62, abs=0.1)


def test_the_blocks_buffer_as_a_log_states_it(catalog):
    """130 MiB at 8,192 tokens."""
    draft = Draft(catalog.models["qwen3.8-27b"], "", block=True, bits=4.5)
    (share,) = draft_shares(draft, (20 * GIB,), Cache(8192))
    assert share.compute / MIB == pytest.approx(130.02, rel=0.01)


def test_a_draft_model_is_what_it_would_be_alone(catalog):
    alone = fit(catalog, "qwen3-0.6b", quant="Q8_0", context=8192).cards[0]
    beside = fit(catalog, "qwen3-8b", quant="Q4_K_M", context=8192, draft="qwen3-0.6b").cards[0]
    assert beside.draft == pytest.approx(alone.weights + alone.kv + alone.compute)
    assert beside.used - beside.draft == pytest.approx(
        fit(catalog, "qwen3-8b", quant="Q4_K_M", context=8192).cards[0].used
    )


def test_its_layers_are_shared_out_and_none_is_lost(catalog):
    one = fit(catalog, "qwen3-8b", quant="Q4_K_M", draft="qwen3-0.6b")
    two = fit(catalog, "qwen3-8b", count=2, quant="Q4_K_M", draft="qwen3-0.6b")
    assert all(share.draft > 0 for share in two.cards)
    assert sum(share.draft for share in two.cards) >= one.cards[0].draft


def test_more_beside_the_model_leaves_less_context(catalog):
    plain, drafting, looking = (
        fit(catalog, "qwen3.6-27b", quant="Q5_K_M", **asked)
        for asked in ({}, {"draft": "qwen3.6-27b"}, {"images": True})
    )
    assert drafting.max_context < plain.max_context
    assert looking.max_context < plain.max_context


def test_a_projector_as_the_log_states_it(catalog):
    found = fit(catalog, "qwen3.6-27b", count=2, quant="Q4_K_M", images=True)
    assert found.cards[0].images / MIB == pytest.approx(887.99 + 248.1)
    assert found.cards[1].images == 0


def test_unstated_projectors_take_two_bytes_a_weight(catalog):
    model = catalog.models["mistral-small-3.1-24b-2503"]
    found = fit(catalog, model.id, quant="Q4_K_M", images=True)
    assert found.cards[0].images / MIB == pytest.approx(2 * model.params_encoders / MIB + 323)


@pytest.mark.parametrize("model", ["llama-3.1-8b", "gemma-4-31b"])
def test_what_is_not_asked_for_takes_nothing(catalog, model):
    found = fit(catalog, model, count=2, quant="Q4_K_M")
    assert all(share.draft == share.images == 0 for share in found.shares)


def test_a_text_model_has_no_projector_and_a_model_without_a_block_drafts_nothing(catalog):
    found = fit(catalog, "llama-3.1-8b", quant="Q4_K_M", draft="llama-3.1-8b", images=True)
    assert found.cards[0].draft == found.cards[0].images == 0


def test_both_are_explained(catalog):
    found = fit(catalog, "qwen3.6-27b", quant="Q4_K_M", draft="qwen3.6-27b", images=True)
    told = {step.label.partition(": ")[2]: step for step in found.steps}
    assert told["speculation"].value == pytest.approx(found.cards[0].draft / MIB)
    assert told["reading images"].value == pytest.approx(found.cards[0].images / MIB)
    assert "next-token block" in told["speculation"].how
    assert not any("speculation" in said or "reading images" in said for said in found.not_modelled)
