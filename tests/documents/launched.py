"""The launch of a plan, and what its command says."""

import shlex

from planner.analysis.memory import memory
from planner.documents.launch import Launch, NoLaunch, launch
from tests.makers import make_rig, make_rig_card, make_workload

ENGINE = {
    "gguf": "Q4_K_M",
    "vllm": "AWQ-4bit",
    "sglang": "AWQ-4bit",
    "exllamav2": "EXL2-4.0bpw",
    "exllamav3": "EXL3-4.0bpw",
}


def launched(catalog, engine="llama.cpp", *, cards=2, chips=(), model="llama-3.3-70b", changes=None, **asked):
    asked.setdefault("quant", ENGINE.get(engine, ENGINE["gguf"]))
    asked.setdefault("split", "none" if cards == 1 else "layer")
    work = make_workload(model=model, engine=engine, **asked)
    chips = chips or ("rtx-3090",) * cards
    made = tuple(make_rig_card(n, chip=catalog.chips[name]) for n, name in enumerate(chips, 1))
    drafting = catalog.models[asked["draft"]] if asked.get("draft") else None
    chosen = catalog.models[model].replace(**(changes or {}))
    rig = make_rig(cards=made, workload=work, model=chosen, engine=catalog.engines.get(engine), draft=drafting)
    return launch(rig, memory(rig))


def words(found: Launch | NoLaunch, command: int = 0) -> list[str]:
    assert isinstance(found, Launch), found
    return shlex.split(found.commands[command].text.replace("\\\n", " "))


def flag(found: Launch | NoLaunch, name: str) -> str:
    said = words(found)
    return said[said.index(name) + 1]


def reason(found: Launch | NoLaunch) -> str:
    assert isinstance(found, NoLaunch), found
    return found.reason
