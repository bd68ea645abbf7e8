"""Builds without a card: the model in system RAM, and its speed on the CPU."""

from dataclasses import replace

import pytest

from planner.accuracy.cases import case_of
from planner.accuracy.names import Names
from planner.analysis.card_memory import SYSTEM_RAM_GIB
from planner.analysis.decode import decode_time
from planner.analysis.lanes import Lanes
from planner.analysis.memory import Memory, Refused, memory, quick_fit
from planner.analysis.prefill import prefill_time
from planner.analysis.rig_speed import rig_case
from planner.analysis.speed_case import SpeedCase
from planner.analysis.throughput import CPU_ONLY, throughput
from planner.domain.measurement import Measurement
from planner.domain.units import GIB
from tests.makers import (
    make_build,
    make_calibration,
    make_memory,
    make_rig,
    make_rig_card,
    make_workload,
)

CPU = "amd-ryzen-9-7950x"
NO_LANES: Lanes | None = None


def cpu_rig(catalog, model="llama-3.1-8b", engine="llama.cpp", *, kits=2, gib=48, **asked):
    work = make_workload(**{"model": model, "engine": engine, "split": "none", "host": "linux-headless"} | asked)
    return make_rig(
        board=None,
        cpu=catalog.cpus[CPU],
        memory=make_memory(kits, module_gib=gib, speed_mts=6000, type="DDR5"),
        workload=work,
        model=catalog.models[model],
        engine=catalog.engines[engine],
        draft=catalog.models[asked["draft"]] if asked.get("draft") else None,
        calibration=make_calibration(),
    )


def fit(catalog, margin_gib=1.0, **asked) -> Memory:
    found = memory(cpu_rig(catalog, **asked), margin_gib)
    assert isinstance(found, Memory), found
    return found


# ------------------------------------------------------------ memory


def test_the_whole_file_the_cache_and_a_buffer_lie_in_ram(catalog):
    found = fit(catalog)
    (share,) = found.shares
    assert (share.device, found.tightest, found.cards, found.devices) == ("ram", "ram", (), (share,))
    assert share.weights == found.weights_bytes
    assert share.kv == found.kv_bytes == 8192 * found.kv_bytes_per_token
    assert share.compute > 0 and share.context == 0
    assert share.reserved == SYSTEM_RAM_GIB["linux-headless"] * GIB
    assert share.usable == 96 * GIB
    assert found.ram_bytes == share.used
    assert found.layers_per_device == (("ram", 32),)
    assert found.fits and not found.tight


@pytest.mark.parametrize(
    ("left_gib", "fits", "tight"),
    [(1.001, True, False), (0.999, True, True), (0.001, True, True), (-0.001, False, False)],
)
def test_the_edge_of_the_ram(catalog, monkeypatch, left_gib, fits, tight):
    needs = fit(catalog).ram_bytes
    monkeypatch.setitem(SYSTEM_RAM_GIB, "linux-headless", 1.0 + (96 * GIB - needs) / GIB - left_gib)
    found = fit(catalog)
    assert (found.fits, found.tight) == (fits, tight)
    assert found.shares[0].free == pytest.approx(left_gib * GIB)
    assert found.over_bytes == pytest.approx(max(0.0, -left_gib) * GIB, abs=1)
    assert found.total_over_bytes == pytest.approx(max(0.0, -left_gib) * GIB, abs=1)


def test_the_longest_context_keeps_the_margin_and_one_step_more_does_not(catalog):
    asked = {"model": "llama-3.3-70b", "kits": 1, "gib": 48}
    most = fit(catalog, **asked).max_context
    assert 0 < most < 131072
    assert fit(catalog, context=most, **asked).roomy
    assert not fit(catalog, context=most + 256, **asked).roomy


def test_steps_tell_the_sum_and_speak_of_no_card(catalog):
    found = fit(catalog)
    steps = {step.label: step for step in found.steps}
    assert steps["System RAM: needed"].value == pytest.approx(found.ram_bytes / GIB)
    assert steps["System RAM: needed"].how.startswith("weights + cache + buffers + system = 4.6 + 1.0 + ")
    assert "Of which stays in system RAM" not in steps
    assert "processor count" not in " ".join(found.not_modelled)


def test_a_draft_and_a_projector_take_ram_as_well(catalog):
    plain = fit(catalog, model="llama-3.3-70b").ram_bytes
    drafting = fit(catalog, model="llama-3.3-70b", draft="llama-3.2-1b", draft_quant="Q8_0")
    assert drafting.shares[0].draft > 1.2 * GIB
    assert drafting.ram_bytes == pytest.approx(plain + drafting.shares[0].draft)
    assert "speculation" in next(step.how for step in drafting.steps if step.label == "System RAM: needed")


@pytest.mark.parametrize("engine", ["llama.cpp", "ik-llama.cpp", "ollama"])
def test_engines_that_read_gguf_run_without_a_card(catalog, engine):
    assert isinstance(memory(cpu_rig(catalog, engine=engine)), Memory)


@pytest.mark.parametrize(
    ("engine", "quant"), [("vllm", "BF16"), ("sglang", "BF16"), ("tensorrt-llm", "BF16"), ("exllamav3", "EXL3-4.0bpw")]
)
def test_engines_that_keep_weights_on_cards_are_refused(catalog, engine, quant):
    found = memory(cpu_rig(catalog, engine=engine, quant=quant))
    assert isinstance(found, Refused) and found.rule == "cards"
    assert "this build has none" in found.reason and "llama.cpp" in found.reason
    assert throughput(cpu_rig(catalog, engine=engine, quant=quant), None, found) is None


@pytest.mark.parametrize("asked", [{"split": "tensor"}, {"split": "layer"}, {"offload_layers": 7}])
def test_how_cards_would_share_does_not_matter(catalog, asked):
    assert quick_fit(cpu_rig(catalog, **asked)) == quick_fit(cpu_rig(catalog))


def test_nothing_is_said_without_memory_or_where_a_card_is_named_but_not_known(catalog):
    rig = cpu_rig(catalog)
    assert memory(replace(rig, memory=None)) is None
    assert memory(replace(rig, cpu=None)) is None
    named = make_build(parts={"gpus": ({"key": "gpu-1", "part": "nobody-knows"},)})
    assert memory(replace(rig, build=named)) is None


def test_a_card_takes_the_model_back(catalog):
    rig = replace(cpu_rig(catalog), cards=(make_rig_card(),))
    found = memory(rig)
    assert isinstance(found, Memory) and found.tightest == "gpu-1"


# ------------------------------------------------------------ speed


def case(rig) -> SpeedCase:
    fitted = quick_fit(rig)
    assert fitted is not None and not isinstance(fitted, Refused)
    found = rig_case(rig, NO_LANES, fitted)
    assert found is not None
    return found[0]


def row(**changes) -> Measurement:
    fields = {
        "id": "r",
        "source": "A bench page",
        "url": "https://example.org/bench",
        "date": "2026-11-01",
        "gpu": "none",
        "count": 0,
        "engine": "llama.cpp",
        "split": "none",
        "model": "llama-3.1-8b",
        "quant": "Q4_K_M",
        "cpu": "Ryzen 9 7950X",
        "ram": "2x48 DDR5-6000",
        "prompt": 1024,
        "depth": 1024,
        "generated": 256,
        "fused": True,
        "quality": "A",
        "decode_tok_s": 10.0,
    }
    return Measurement.model_validate(fields | changes)


@pytest.mark.parametrize(("model", "quant"), [("llama-3.1-8b", "Q4_K_M"), ("qwen3-30b-a3b", "Q8_0")])
@pytest.mark.parametrize(("engine", "said"), [("llama.cpp", "llama.cpp"), ("ik-llama.cpp", "ik_llama.cpp")])
def test_as_fast_as_a_measured_row_of_the_same(catalog, model, quant, engine, said):
    ours = case(cpu_rig(catalog, model=model, quant=quant, engine=engine, prompt=1024))
    theirs = case_of(row(model=model, quant=quant, engine=said), Names.shipped(catalog))
    assert isinstance(theirs, SpeedCase), theirs
    assert (ours.engine, ours.cards, ours.host) == ("cpu", (), theirs.host)
    same = replace(theirs, rest_bytes=ours.rest_bytes, routed_bytes=ours.routed_bytes, link_gb_s=ours.link_gb_s)
    assert ours == same
    assert theirs.bytes_read() == pytest.approx(ours.bytes_read(), rel=0.01)  # files carry a header
    constants = make_calibration().constants
    assert decode_time(ours, constants) == decode_time(same, constants)
    assert prefill_time(ours, constants) == prefill_time(same, constants)


def test_the_result_says_so_in_words(catalog):
    rig = cpu_rig(catalog)
    found = throughput(rig, None, quick_fit(rig))
    assert found is not None
    assert (found.split, found.limited_by) == (CPU_ONLY, "host RAM")
    assert 0.3 * 96 / 4.7 < found.decode_tok_s.value < 96 / 4.6
    assert found.decode_tok_s.low < found.decode_tok_s.value < found.decode_tok_s.high
    work = next(step for step in found.prefill_steps if step.label == "Work of the CPU")
    assert work.how.endswith("on 16 cores")


def test_more_channels_are_faster(catalog):
    one, two = (case(cpu_rig(catalog, kits=kits)) for kits in (1, 2))
    constants = make_calibration().constants
    assert decode_time(one, constants).total_s > 1.5 * decode_time(two, constants).total_s


def test_no_speed_where_it_does_not_fit(catalog):
    rig = cpu_rig(catalog, model="llama-3.3-70b", quant="F16")
    found = quick_fit(rig)
    assert found is not None and not isinstance(found, Refused) and not found.fits
    assert throughput(rig, None, found) is None


def test_no_estimate_of_a_processor_is_called_well_known(catalog):
    rig = cpu_rig(catalog)
    found = throughput(rig, None, quick_fit(rig))
    assert found is not None and found.sure == "rough"
