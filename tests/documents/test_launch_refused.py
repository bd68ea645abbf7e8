"""Where a plan cannot work there is a reason in place of a command."""

from dataclasses import replace

import pytest

from planner.analysis.memory import memory
from planner.documents.launch import Launch, NoLaunch, launch
from planner.domain.engine import Engine
from tests.documents.launched import launched, reason
from tests.makers import EVIDENCE, make_rig, make_rig_card, make_workload


def test_what_does_not_fit_gets_no_command(catalog):
    found = launched(catalog, cards=1)
    assert "does not fit" in reason(found)
    assert "GiB too much" in reason(found)


def test_a_shorter_context_is_named_where_it_would_fit(catalog):
    assert "at a context of 131,072 tokens. Up to " in reason(launched(catalog, context=131072))


@pytest.mark.parametrize(
    ("engine", "chips", "said"),
    [
        ("vllm", ("tesla-v100-pcie-32gb",) * 2, "compute capability 7.5 or more"),
        ("vllm", ("rtx-2080-ti",) * 4, None),
        ("exllamav3", ("rtx-2080-ti",) * 4, "compute capability 8 or more"),
        ("exllamav3", ("rx-7900-xtx",) * 2, "NVIDIA cards only"),
        ("exllamav3", ("rtx-3090",) * 2, None),
    ],
)
def test_chips_the_engine_is_not_built_for(catalog, engine, chips, said):
    asked = {"model": "qwen3-14b", "chips": chips, "cards": len(chips), "split": "tensor", "context": 2048}
    found = launched(catalog, engine, **asked)
    assert said in reason(found) if said else isinstance(found, Launch), found


def test_an_engine_nobody_wrote_a_command_for(catalog):
    own = Engine(
        id="other-engine",
        name="Other engine",
        splits=("layer",),
        formats=("gguf",),
        kv_types=("f16",),
        mixed_cards=True,
        needs_head_divisibility=False,
        offload=False,
        url="https://example.org",
        evidence=EVIDENCE,
    )
    work = make_workload(model="llama-3.3-70b", engine="other-engine", context=4096)
    cards = tuple(make_rig_card(n, chip=catalog.chips["rtx-3090"]) for n in (1, 2))
    rig = make_rig(cards=cards, workload=work, model=catalog.models["llama-3.3-70b"], engine=own)
    found = launch(rig, memory(replace(rig, engine=catalog.engines["llama.cpp"])))
    assert "https://example.org" in reason(found)


def test_nothing_chosen():
    assert launch(make_rig(), None) == NoLaunch("the engine", "No model is chosen.")
