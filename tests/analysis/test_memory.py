"""The model fit: the builds people ask about, refusals, and what must hold for every build."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.analysis.fit_pool import stage_layers
from planner.analysis.memory import Memory, Refused, memory
from planner.domain.model import FileSize
from planner.domain.units import GIB, MIB
from tests.makers import make_engine, make_memory, make_model, make_rig, make_rig_card, make_workload

RTX_4090 = {"id": "rtx-4090", "name": "RTX 4090", "vram_gib": 24.0, "usable_mib": 24564, "sm_count": 128}


def rig_of(model, engine, count=1, chip=RTX_4090, **asked):
    cards = tuple(make_rig_card(n, chip=chip) for n in range(1, count + 1))
    extra = {name: asked.pop(name) for name in ("memory", "file_size") if name in asked}
    work = make_workload(model=model.id, engine=engine.id, **asked)
    return make_rig(cards=cards, model=model, engine=engine, workload=work, **extra)


def fit(*args, margin_gib=1.0, **asked) -> Memory:
    found = memory(rig_of(*args, **asked), margin_gib)
    assert isinstance(found, Memory), found
    return found


def refused(*args, **asked) -> Refused:
    found = memory(rig_of(*args, **asked))
    assert isinstance(found, Refused), found
    return found


# ------------------------------------------------------------ builds people ask about


def test_70b_in_four_bits_fits_two_24_gib_cards(catalog):
    found = fit(catalog.models["llama-3.1-70b"], catalog.engines["llama.cpp"], 2, quant="Q4_K_M", context=8192)
    assert (found.fits, found.tight, found.over_bytes) == (True, False, 0)
    assert [round(share.weights / MIB) for share in found.cards] == [20039, 19941]
    assert found.layers_per_device == (("gpu-1", 41), ("gpu-2", 39))
    assert 8192 <= found.max_context < 32768


def test_mixtral_in_four_bits_does_not_fit_one(catalog):
    found = fit(catalog.models["mixtral-8x7b"], catalog.engines["llama.cpp"], quant="Q4_K_M")
    assert not found.fits
    assert 3 * GIB < found.over_bytes == found.total_over_bytes < 6 * GIB
    assert found.max_context == 0


def test_70b_unquantised_says_how_much_is_missing(catalog):
    found = fit(catalog.models["llama-3.1-70b"], catalog.engines["llama.cpp"], 2, quant="F16")
    assert not found.fits
    assert 85 * GIB < found.total_over_bytes < 90 * GIB
    assert found.over_bytes > found.total_over_bytes / 2


def test_experts_in_ram_make_room(catalog):
    model, engine = catalog.models["gpt-oss-120b"], catalog.engines["llama.cpp"]
    whole, moved = (fit(model, engine, quant="MXFP4", offload_experts=n, memory=make_memory()) for n in (0, 30))
    assert not whole.fits
    assert moved.fits
    assert moved.ram_bytes - whole.ram_bytes > 45 * GIB
    assert moved.shares[-1].device == "ram"


def test_too_little_ram_does_not_fit(catalog):
    ram = make_memory(kits=1, modules=1, module_gib=16)
    found = fit(
        catalog.models["gpt-oss-120b"], catalog.engines["llama.cpp"], quant="MXFP4", offload_experts=30, memory=ram
    )
    assert not found.fits
    assert found.over_bytes > 30 * GIB


def test_the_desktop_takes_its_share(catalog):
    model, engine = catalog.models["qwen2.5-32b"], catalog.engines["llama.cpp"]
    headless, windows = (fit(model, engine, host=host).cards[0].free for host in ("linux-headless", "windows"))
    assert headless - windows > GIB


def test_the_smaller_card_is_the_tightest(catalog):
    model, engine = catalog.models["llama-3.1-8b"], catalog.engines["llama.cpp"]
    rig = rig_of(model, engine, 2)
    small = make_rig_card(2, chip={"id": "small", "name": "Small", "vram_gib": 12.0, "sm_count": 28})
    found = memory(make_rig(cards=(rig.cards[0], small), model=model, engine=engine, workload=rig.workload))
    assert isinstance(found, Memory)
    assert found.tightest == "gpu-2"
    assert "least memory" in found.why
    assert found.layers_per_device[0][1] > found.layers_per_device[1][1]


def test_layers_move_when_the_even_split_is_too_much(catalog):
    model, engine = catalog.models["llama-3.1-70b"], catalog.engines["llama.cpp"]
    most = fit(model, engine, 3, host="windows").max_context
    moved = fit(model, engine, 3, host="windows", context=most)
    stuck = fit(model, engine.replace(rebalances=False), 3, host="windows", context=most)
    assert (moved.shifted, moved.tight) == (True, False)
    assert (stuck.shifted, stuck.tight) == (False, True)


def test_a_published_size_beats_the_rule(catalog):
    model, engine = catalog.models["llama-3.1-8b"], catalog.engines["llama.cpp"]
    size = FileSize(model=model.id, quant="Q4_K_M", publisher="somebody", size_bytes=5_500_000_000)
    rule, file = fit(model, engine), fit(model, engine, file_size=size)
    assert file.weights_bytes == pytest.approx(5_500_000_000, rel=0.01)
    assert file.cards[0].weights > 1.1 * rule.cards[0].weights
    assert "somebody" in file.weights_from


def test_a_next_token_block_in_the_file_is_not_loaded(catalog):
    model, engine = catalog.models["glm-4.5-air"], catalog.engines["llama.cpp"]
    size = FileSize(model=model.id, quant="Q8_0", publisher="unsloth", size_gib=109.4, resolution_gib=0.1)
    assert fit(model, engine, 8, quant="Q8_0", file_size=size).weights_bytes < 107 * GIB


def test_pool_engines_leave_their_share(catalog):
    model, engine = catalog.models["llama-3.1-70b"], catalog.engines["vllm"]
    found = fit(model, engine, 4, quant="AWQ-4bit", split="tensor", context=16384)
    assert found.fits
    assert found.cards[0].reserved > 0.09 * found.cards[0].usable
    assert found.cards[0].kv == 16384 * 327680 / 4
    assert {round(share.weights) for share in found.cards} == {round(found.weights_bytes / 4)}


@pytest.mark.parametrize(("bits", "mib"), [("4.0", 14438), ("6.0", 20040)])
def test_exllama_with_its_image_encoder(catalog, bits, mib):
    model, engine = catalog.models["qwen3.6-27b"], catalog.engines["exllamav3"]
    found = fit(model, engine, quant=f"EXL3-{bits}bpw", kv_type="q8_0", context=8192)
    card = found.cards[0]
    assert (card.used - card.reserved) / MIB == pytest.approx(mib, rel=0.02)  # as read on one RTX 3090


def test_one_card_of_several_stays_idle(catalog):
    found = fit(catalog.models["llama-3.1-8b"], catalog.engines["llama.cpp"], 2, split="none")
    assert found.cards[1].weights == found.cards[1].context == 0


def test_every_number_is_explained(catalog):
    found = fit(catalog.models["gemma-3-27b"], catalog.engines["llama.cpp"], 2, memory=make_memory())
    assert all(step.label and (step.how or step.source or "installed" in step.label) for step in found.steps)
    for share in found.cards:
        assert any(step.label == f"{share.label}: free" and step.value == share.free / MIB for step in found.steps)


def test_no_model_or_card_no_answer():
    engine, model = make_engine(), make_model()
    work = make_workload(model=model.id)
    assert memory(make_rig(model=model, engine=engine, workload=work)) is None
    assert memory(make_rig(cards=(make_rig_card(),), engine=engine, workload=work)) is None
    assert memory(make_rig(cards=(make_rig_card(),), model=model, workload=work)) is None


# ------------------------------------------------------------ refusals

REFUSALS = [
    ("vllm", 2, {"quant": "Q4_K_M", "split": "tensor"}, "format"),
    ("llama.cpp", 1, {"quant": "AWQ-4bit"}, "format"),
    ("llama.cpp", 1, {"quant": "no such thing"}, "format"),
    ("ollama", 2, {"split": "row"}, "split"),
    ("vllm", 3, {"quant": "AWQ-4bit", "split": "tensor"}, "heads"),
    ("vllm", 1, {"quant": "AWQ-4bit", "split": "none", "kv_type": "q4_0"}, "kv"),
    ("vllm", 1, {"quant": "AWQ-4bit", "split": "none", "offload_layers": 4}, "offload"),
    ("llama.cpp", 1, {"offload_experts": 4}, "offload"),
    ("vllm", 1, {"quant": "AWQ-4bit", "split": "none", "context": 262144}, "context"),
]


@pytest.mark.parametrize(("engine", "count", "asked", "rule"), REFUSALS)
def test_refused(catalog, engine, count, asked, rule):
    found = refused(catalog.models["llama-3.1-70b"], catalog.engines[engine], count, **asked)
    assert found.rule == rule
    assert found.reason.endswith(".")


@pytest.mark.parametrize(("count", "runs"), [(2, True), (4, True), (8, True), (16, True), (3, False), (6, False)])
def test_heads_must_divide(catalog, count, runs):
    asked = {"quant": "AWQ-4bit", "split": "tensor"}
    found = memory(rig_of(catalog.models["llama-3.1-70b"], catalog.engines["vllm"], count, **asked))
    assert isinstance(found, Memory) is runs


@pytest.mark.parametrize(("count", "runs"), [(2, True), (4, True), (5, False), (8, True)])
def test_the_feed_forward_width_must_divide(catalog, count, runs):
    """40 heads and as many keys: five cards share them, but not 13,824 rows."""
    asked = {"quant": "AWQ-4bit", "split": "tensor", "context": 2048}
    found = memory(rig_of(catalog.models["llama-2-13b"], catalog.engines["vllm"], count, **asked))
    assert isinstance(found, Memory) is runs
    if isinstance(found, Refused):
        assert (found.rule, "13,824 rows" in found.reason) == ("heads", True)


@pytest.mark.parametrize(
    ("engine", "model", "split", "runs"),
    [
        ("llama.cpp", "llama-3.1-70b", "tensor", True),
        ("llama.cpp", "deepseek-r1", "tensor", False),
        ("llama.cpp", "deepseek-r1", "layer", True),
        ("llama.cpp", "minimax-m2", "tensor", False),  # by its family
        ("ik-llama.cpp", "deepseek-r1", "tensor", True),
        ("ik-llama.cpp", "qwen2.5-72b", "tensor", False),
        ("ik-llama.cpp", "qwen2.5-72b", "row", False),
    ],
)
def test_architectures_that_cannot_be_cut_are_refused(catalog, engine, model, split, runs):
    found = memory(rig_of(catalog.models[model], catalog.engines[engine], 2, split=split))
    assert isinstance(found, Memory) is runs
    if isinstance(found, Refused):
        assert found.rule == "split"


def test_what_an_engine_cannot_cut_is_in_the_catalog(catalog):
    families = {model.family for model in catalog.models.values()}
    for engine in catalog.engines.values():
        assert set(engine.no_tensor) <= families | set(catalog.models), engine.id


@pytest.mark.parametrize(
    ("layers", "stages", "vllm", "held"),
    [
        (80, 2, True, (40, 40)),
        (81, 2, True, (41, 40)),
        (81, 2, False, (40, 41)),
        (62, 4, True, (15, 16, 16, 15)),
        (62, 4, False, (15, 15, 16, 16)),
        (63, 4, True, (16, 16, 16, 15)),
    ],
)
def test_layers_that_stages_do_not_divide(layers, stages, vllm, held):
    assert stage_layers(layers, stages, vllm) == held


def test_mixed_cards_are_refused_where_the_engine_does(catalog):
    model, engine = catalog.models["llama-3.1-8b"], catalog.engines["sglang"]
    cards = (make_rig_card(1, chip=RTX_4090), make_rig_card(2))
    work = make_workload(model=model.id, engine=engine.id, quant="FP8", split="tensor")
    found = memory(make_rig(cards=cards, model=model, engine=engine, workload=work))
    assert isinstance(found, Refused)
    assert found.rule == "mixed"


def test_a_longer_context_than_trained_is_a_note_for_llama_cpp(catalog):
    found = fit(catalog.models["llama-3-8b"], catalog.engines["llama.cpp"], context=32768)
    assert any("8K" in note for note in found.not_modelled)
    assert found.max_context <= 8192


# ------------------------------------------------------------ what must hold for every build

MODELS = (
    "llama-3.1-8b",
    "gemma-3-27b",
    "qwen3-30b-a3b",
    "qwen3.5-35b-a3b",
    "deepseek-v2-lite",
    "gpt-oss-20b",
    "qwen2.5-72b",
)
LABELS = ("Q2_K", "Q3_K_M", "Q4_K_M", "Q5_K_M", "Q6_K", "Q8_0", "F16")
asks = st.fixed_dictionaries(
    {
        "model": st.sampled_from(MODELS),
        "quant": st.sampled_from(LABELS),
        "context": st.integers(256, 40_000),
        "users": st.integers(1, 4),
        "count": st.integers(1, 4),
        "split": st.sampled_from(("layer", "row", "tensor", "none")),
    }
)
FEW = settings(max_examples=40, deadline=None)


def any_architecture(catalog):
    """llama.cpp as if its tensor split knew them all: the arithmetic does."""
    return catalog.engines["llama.cpp"].replace(no_tensor=())


def asked_of(catalog, ask, **changes):
    ask = ask | changes
    model, engine = catalog.models[ask.pop("model")], any_architecture(catalog)
    return fit(model, engine, ask.pop("count"), **ask)


def total(found: Memory) -> float:
    return sum(share.used for share in found.cards)


@FEW
@given(ask=asks)
def test_more_context_users_or_bits_need_more(catalog, ask):
    base = total(asked_of(catalog, ask))
    assert total(asked_of(catalog, ask, context=ask["context"] + 4096)) >= base
    assert total(asked_of(catalog, ask, users=ask["users"] + 1)) > base
    better = LABELS.index(ask["quant"]) + 1
    if better < len(LABELS) and ask["model"] != "gpt-oss-20b":
        assert total(asked_of(catalog, ask, quant=LABELS[better])) > base


@FEW
@given(ask=asks)
def test_splitting_loses_nothing_and_saves_nothing(catalog, ask):
    alone, shared = asked_of(catalog, ask, count=1), asked_of(catalog, ask)
    weights, kv = (sum(getattr(share, name) for share in shared.cards) for name in ("weights", "kv"))
    assert weights == pytest.approx(alone.cards[0].weights)
    assert kv >= alone.cards[0].kv * 0.999999
    assert total(shared) >= total(alone) * 0.999999


@FEW
@given(ask=asks)
def test_the_largest_context_fits_and_one_step_more_does_not(catalog, ask):
    found = asked_of(catalog, ask, users=1)
    most = catalog.models[ask["model"]].max_context // 256 * 256
    if found.max_context:
        at_most = asked_of(catalog, ask, users=1, context=found.max_context)
        assert at_most.fits
        assert not at_most.tight
    if found.max_context < most:
        beyond = asked_of(catalog, ask, users=1, context=found.max_context + 256)
        assert beyond.tight or not beyond.fits


@FEW
@given(ask=asks, margin_gib=st.floats(0, 4))
def test_the_verdict_follows_the_margin(catalog, ask, margin_gib):
    ask = dict(ask)
    model, engine = catalog.models[ask.pop("model")], any_architecture(catalog)
    found = fit(model, engine, ask.pop("count"), margin_gib=margin_gib, **ask)
    used = [share for share in found.cards if share.weights]
    least = min(share.free for share in used)
    assert found.fits is (least >= min(300 * MIB, found.margin_bytes))
    assert found.tight is (found.fits and least < found.margin_bytes)
    assert (found.over_bytes == 0) is found.fits
