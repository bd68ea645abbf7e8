"""Launch commands of a build without a card: nothing is offered to one."""

import pytest

from planner.analysis.memory import memory
from planner.documents.launch import Launch, launch
from tests.documents.launched import flag, reason, words
from tests.makers import make_memory, make_rig, make_workload


def on_cpu(catalog, engine="llama.cpp", **asked):
    work = make_workload(**{"model": "llama-3.1-8b", "engine": engine, "quant": "Q4_K_M"} | asked)
    model, drafting = catalog.models[work.model], catalog.models[asked["draft"]] if asked.get("draft") else None
    rig = make_rig(memory=make_memory(), workload=work, model=model, engine=catalog.engines.get(engine), draft=drafting)
    return launch(rig, memory(rig))


@pytest.mark.parametrize("split", ["none", "layer", "tensor"])
@pytest.mark.parametrize("engine", ["llama.cpp", "ik-llama.cpp"])
def test_without_a_card_no_layer_is_offered_to_one(catalog, engine, split):
    found = on_cpu(catalog, engine, split=split)
    assert flag(found, "-ngl") == "0"
    assert not {"-sm", "-ts", "-mg", "--n-cpu-moe"} & set(words(found))
    assert isinstance(found, Launch) and any("there is no card" in note for note in found.notes)


def test_without_a_card_the_draft_stays_in_ram_too(catalog):
    found = on_cpu(catalog, model="llama-3.3-70b", draft="llama-3.2-1b", draft_quant="Q8_0")
    assert (flag(found, "-ngld"), flag(found, "-ngl")) == ("0", "0")


def test_ollama_without_a_card(catalog):
    found = on_cpu(catalog, "ollama")
    assert isinstance(found, Launch)
    assert "PARAMETER num_gpu 0" in found.commands[1].lines
    assert found.commands[3].title.endswith("on the CPU")


def test_engines_that_need_cards_are_not_started_without(catalog):
    assert "this build has none" in reason(on_cpu(catalog, "vllm", quant="BF16"))
