"""Every flag, variable and key of every launch command is one the engine's own parser knows, with a value it takes."""

import itertools
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest

from planner.analysis.memory import Memory, Refused, memory
from planner.documents.launch import Launch, launch
from planner.documents.launch_plan import Command
from planner.domain.rig import Rig
from planner.domain.workload import Workload
from tests.makers import make_rig, make_rig_card, make_workload

KNOWN = tomllib.loads((Path(__file__).parent / "launch_flags.toml").read_text())
OF_ENGINE = {name: found for found in KNOWN.values() for name in found["engines"]}

KINDS = {
    "count": re.compile(r"\d+"),
    "fraction": re.compile(r"0\.\d+|1"),
    "shares": re.compile(r"\d+(\.\d)?(,\d+(\.\d)?)+"),
    "file": re.compile(r"(\./)?[A-Za-z0-9][A-Za-z0-9._+-]*\.gguf"),
    "name": re.compile(r"[A-Za-z0-9][A-Za-z0-9._+/-]*"),
    "address": re.compile(r"127\.0\.0\.1"),
    "list": re.compile(r"\[\d+\.\d(, \d+\.\d)+\]"),
}

CARDS = {
    1: ("rtx-5090",),
    2: ("rtx-5090", "rtx-5090"),
    3: ("rtx-5090",) * 3,
    "mixed": ("rtx-5060-ti-16gb", "rtx-5090"),
    "direct": ("rtx-pro-6000-blackwell",) * 2,
    "amd": ("rx-7900-xtx", "rx-7900-xtx"),
}
DENSE, EXPERTS, OWN_BLOCK = "qwen3-14b", "glm-4.5-air", "qwen3.8-27b"
QUANTS = {
    "vllm": ("AWQ-4bit", "FP8"),
    "sglang": ("AWQ-4bit", "FP8"),
    "exllamav2": ("EXL2-4.0bpw",),
    "exllamav3": ("EXL3-4.0bpw",),
}
BESIDE: tuple[dict[str, Any], ...] = (
    {},
    {"users": 3},
    {"draft": True},
    {"images": True},
    {"draft": True, "images": True},
    {"micro_batch": 4096},
    {"offload_layers": 7},
    {"offload_experts": 20},
    {"memory_share": 0.85},
    {"extra_gib": 2.0},
    {"host": "linux-desktop"},
)


def combinations(engine):
    """Every split, cache type and set of cards, with each thing that may stand beside."""
    splits = ("none", "layer", "row", "tensor")
    caches = ("f32", "f16", "bf16", "fp8", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0")
    for (name, cards), split, cache in itertools.product(CARDS.items(), splits, caches):
        for beside in BESIDE if cache in ("f16", "q8_0", "fp8") else BESIDE[:1]:
            for model in (DENSE, EXPERTS, OWN_BLOCK) if cache == "f16" else (DENSE,):
                for quant in QUANTS.get(engine, ("Q4_K_M",)):
                    yield name, cards, {"split": split, "kv_type": cache, "model": model, "quant": quant, **beside}


def asked(catalog, engine, cards, wanted) -> tuple[Rig, Memory | Refused | None]:
    wanted = dict(wanted)
    drafting = wanted.pop("draft", None)
    small = "qwen3-0.6b" if wanted["model"] == DENSE else wanted["model"]
    work = make_workload(engine=engine, context=4096, draft=small if drafting else None, **wanted)
    made = tuple(make_rig_card(n, chip=catalog.chips[chip]) for n, chip in enumerate(cards, 1))
    rig = make_rig(
        cards=made,
        workload=work,
        model=catalog.models[work.model],
        engine=catalog.engines[engine],
        draft=catalog.models[small] if drafting else None,
    )
    return rig, memory(rig)


def accepts(kind: str | list[str], value: str) -> bool:
    return value in kind if isinstance(kind, list) else bool(KINDS[kind].fullmatch(value))


def check_shell(known, command: Command) -> None:
    """A shell's own reading of the lines: variables, the program, then flags with their values."""
    said = shlex.split(command.text.replace("\\\n", " "))
    while "=" in said[0]:
        name, value = said.pop(0).split("=", 1)
        assert accepts(known["variables"][name], value), (name, value)
    program = next((p for p in known["programs"] if said[: len(p.split())] == p.split()), None)
    assert program, said
    said = said[len(program.split()) :]
    if program == "vllm serve":
        assert accepts("name", said.pop(0))
    while said:
        flag, value = said.pop(0), said.pop(0)
        assert accepts(known["flags"][flag], value), (flag, value)
        assert program != "llama-cli" or flag not in known["server_only"]["flags"]


def check_config(known, command: Command) -> None:
    section = ""
    for line in command.lines:
        key, value = (part.strip() for part in line.split(":", 1))
        if not line.startswith(" "):
            section = key
        else:
            assert accepts(known["keys"][f"{section}.{key}"], value), line


def check_modelfile(known, command: Command) -> None:
    for line in command.lines:
        words = line.removeprefix("PARAMETER ").split()
        assert len(words) == 2 and accepts(known["modelfile"][words[0]], words[1]), line


def check(known, found: Launch) -> None:
    for command in found.commands:
        if command.title.startswith("config.yml"):
            check_config(known, command)
        elif "Modelfile" in command.title and command.lines[0].startswith("FROM"):
            check_modelfile(known, command)
        elif command.lines[0].startswith(("git ", "ollama create", "ollama ps")):
            continue
        else:
            check_shell(known, command)
    said = {flag for note in found.notes for flag in re.findall(r"(?<![\w-])--[a-z][a-z-]+", note)}
    said -= {"--query-gpu", "--format"}
    assert said <= {*known["flags"], *known.get("said", {"flags": ()})["flags"]}, said


@pytest.mark.parametrize("engine", sorted(OF_ENGINE))
def test_every_flag_is_known_to_the_engine(catalog, engine):
    seen = 0
    for _, cards, wanted in combinations(engine):
        rig, fit = asked(catalog, engine, cards, wanted)
        found = launch(rig, fit)
        if isinstance(found, Launch):
            seen += 1
            check(OF_ENGINE[engine], found)
    assert seen > 20


def test_every_engine_with_commands_has_a_table(catalog):
    assert set(OF_ENGINE) == set(catalog.engines) - {"tensorrt-llm"}
    assert all(found["version"] and found["sources"] for found in KNOWN.values())


def placed(counts: list[float], total: int, first: int) -> list[int]:
    """llama.cpp's own dealing: card of each layer and of the output, from `first` on (src/llama-model.cpp)."""
    edges = [running / sum(counts) for running in itertools.accumulate(counts)]
    return [next(card for card, edge in enumerate(edges) if edge > n / (total - first)) for n in range(total - first)]


def values(found: Launch, flag: str) -> str:
    said = shlex.split(found.commands[0].text.replace("\\\n", " "))
    return said[said.index(flag) + 1]


@pytest.mark.parametrize(
    "chips", [("rtx-5090",) * 2, ("rtx-3090",) * 3, ("rtx-3090", "rtx-5090"), ("rtx-5090", "rtx-3090")]
)
@pytest.mark.parametrize(
    "wanted",
    [
        {"model": DENSE},
        {"model": OWN_BLOCK, "host": "linux-desktop"},
        {"model": "qwen3.6-27b", "draft": True},
        {"model": EXPERTS, "offload_experts": 40},
        {"model": "llama-3.3-70b", "offload_layers": 30},
        {"model": EXPERTS, "offload_layers": 30},
    ],
    ids=str,
)
def test_layers_lie_where_the_plan_has_them(catalog, chips, wanted):
    rig, fit = asked(catalog, "llama.cpp", chips, {"split": "layer", "quant": "Q4_K_M", **wanted})
    found, model = launch(rig, fit), rig.model
    assert isinstance(found, Launch), found
    in_file = model.mtp_layers if model.mtp and (model.mtp.in_gguf or wanted.get("draft")) else 0
    total = model.layers + in_file + 1
    first = max(0, total - int(values(found, "-ngl")))
    assert first == wanted.get("offload_layers", 0)
    cards = placed([float(n) for n in values(found, "-ts").split(",")], total, first)
    held = [cards[: model.layers - first].count(card) for card in range(len(chips))]
    assert held == [dict(fit.layers_per_device)[card.key] for card in rig.cards]


def test_workloads_of_the_table_cover_every_field():
    """A new field of the workload asks whether a command has to say it."""
    told = {name for beside in BESIDE for name in beside} | {"model", "quant", "context", "engine", "split", "kv_type"}
    assert set(Workload.model_fields) - told == {"prompt", "draft_quant", "acceptance"}
