"""Whether the model fits, and what the engine refuses."""

from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.facts import Facts, facts
from planner.analysis.memory import Memory, Refused
from planner.catalog.store import Catalog
from planner.domain.policy import Policy
from planner.domain.rig import Rig, Shelf
from planner.rules import RULES
from planner.rules.fit.format_not_supported import FIRST_OF
from planner.rules.fit.ways_to_fit import LADDERS
from planner.rules.rule import judge
from tests.makers import make_cpu, make_memory, make_rig_psu, make_workload
from tests.rules.cases import (
    ERROR,
    INFO,
    WARNING,
    Case,
    changed,
    check,
    edge,
    facts_of,
    fires,
    make_fit,
    make_share,
    needs,
    rig_with,
    said,
    shipped,
    silent,
)


def planned(fit: Memory | Refused | None, model: str = "llama-3.3-70b", engine: str = "llama.cpp", **rig: Any) -> Facts:
    workload = rig.pop("workload", None) or make_workload(model=model)
    catalog = shipped()
    made = rig_with(model=catalog.models[model], engine=catalog.engines[engine], workload=workload, **rig)
    return facts_of(made, memory=fit)


def free(gib: float, **rig: Any) -> Facts:
    return planned(make_fit(make_share("gpu-1", gib), make_share("gpu-2", 8.0)), **rig)


def unequal(second_gib: float, split: str = "tensor", free_gib: float = 4.0) -> Facts:
    fit = make_fit(make_share("gpu-1"), make_share("gpu-2", usable_gib=second_gib, free_gib=free_gib))
    return planned(fit, workload=make_workload(split=split))


def asked(context: int, max_context: int = 100_000, *, fits: bool = True, **changes: Any) -> Facts:
    fit = make_fit(max_context=max_context, fits=fits, over_bytes=0.0 if fits else 1e9)
    return planned(fit, workload=make_workload(context=context, **changes))


def refused(rule: str, **rig: Any) -> Facts:
    return planned(Refused("The engine cannot do this.", rule), **rig)


def pool(gib: float, context: int = 65_536) -> Facts:
    return free(gib, engine="vllm", workload=make_workload(context=context))


def on_host(host: str, free_gib: float = 4.0, reserved: float = 1.3) -> Facts:
    share = make_share("gpu-1", free_gib, reserved_gib=reserved)
    return planned(make_fit(share), rows=(1,), workload=make_workload(host=host))


def overbooked(host: str) -> Facts:
    facts = on_host(host)
    assert isinstance(facts.memory, Memory)
    return replace(facts, memory=replace(facts.memory, overbooked=("gpu-1",)))


def stored(kind: str, capability: str, kv_type: str = "f16") -> Facts:
    rig: dict[str, Any] = {"chip": {"compute_capability": capability}, "workload": make_workload(kv_type=kv_type)}
    return planned(make_fit(format=kind), engine="vllm", **rig)


def offloaded(gib: float, **rig: Any) -> Facts:
    """Of 64 GiB installed."""
    memory = {"memory": make_memory(2)} | rig
    return planned(make_fit(ram_bytes=gib * 2**30), workload=make_workload(offload_layers=20), **memory)


def mixed(split: str, refused_by: str = "", **second: Any) -> Facts:
    fit = make_fit(make_share("gpu-1"), make_share("gpu-2"))
    facts = planned(Refused("No.", refused_by) if refused_by else fit, workload=make_workload(split=split))
    cards = facts.rig.cards
    other = replace(cards[1], chip=cards[1].chip.replace(**second))
    return changed(facts, cards=(cards[0], other))


LONG = make_workload(context=131_072)
BEYOND = make_workload(context=262_144)
ADA = {"id": "rtx-4090", "name": "GeForce RTX 4090", "architecture": "Ada"}

CASES: tuple[Case, ...] = (
    fires("FIT-001", ERROR, "lacks 5 GiB", lambda: free(-5)),
    silent("FIT-001", "4 GiB free", lambda: free(4)),
    silent("FIT-001", "only system memory is short", lambda: planned(make_fit(make_share(), make_share("ram", -9)))),
    *edge("FIT-001", "comfort", free, (1.5, None), (1.49, INFO)),
    *edge("FIT-001", "margin", free, (1.0, INFO), (0.99, WARNING)),
    *edge("FIT-001", "at all", free, (0.0, WARNING), (-0.1, ERROR)),
    fires("FIT-002", WARNING, "24 and 12 GB in step", lambda: unequal(12)),
    silent("FIT-002", "layer split", lambda: unequal(12, "layer")),
    *edge("FIT-002", "equal", unequal, (23.6, None), (22.9, INFO)),
    *edge("FIT-002", "much lost", unequal, (17.8, INFO), (17.6, WARNING)),
    fires("FIT-003", ERROR, "more than fits", lambda: asked(131_072, 65_536, fits=False)),
    fires("FIT-003", WARNING, "more than the model has", lambda: asked(262_144, 131_072)),
    fires("FIT-003", ERROR, "and the engine refuses", lambda: refused("context", workload=BEYOND)),
    silent("FIT-003", "short", lambda: asked(8192)),
    *edge("FIT-003", "near", asked, (80_000, None), (80_001, INFO)),
    fires("FIT-004", INFO, "hybrid", lambda: planned(make_fit(), "qwen3.5-27b", workload=LONG)),
    silent("FIT-004", "every layer caches", lambda: planned(make_fit(), workload=LONG)),
    *edge(
        "FIT-004",
        "tokens",
        lambda tokens: planned(make_fit(), "qwen3.5-27b", workload=make_workload(context=tokens)),
        (32_767, None),
        (32_768, INFO),
    ),
    fires("FIT-005", ERROR, "six cards, eight heads", lambda: refused("heads")),
    silent("FIT-005", "accepted", lambda: free(4)),
    silent("FIT-005", "refused for another reason", lambda: refused("kv")),
    fires("FIT-006", WARNING, "0.4 GiB free", lambda: pool(0.4)),
    silent("FIT-006", "engine that states its buffers", lambda: free(0.4)),
    *edge("FIT-006", "GiB", pool, (2.0, None), (1.99, INFO)),
    *edge("FIT-006", "too little for a peak", pool, (1.5, INFO), (1.49, WARNING)),
    *edge("FIT-006", "tokens", lambda tokens: pool(1.7, tokens), (16_383, None), (16_384, INFO)),
    fires("FIT-002", WARNING, "layers that leave nothing over", lambda: unequal(12, "layer", 0.5)),
    fires("FIT-010", WARNING, "unlike cards whose number divides nothing", lambda: mixed("tensor", "heads", **ADA)),
    fires("FIT-007", INFO, "desktop", lambda: on_host("linux-desktop")),
    fires("FIT-007", WARNING, "which tips it over", lambda: on_host("wsl2", -1.0)),
    fires("FIT-007", WARNING, "which the engine's share does not leave", lambda: overbooked("wsl2")),
    silent("FIT-007", "no screen", lambda: on_host("linux-headless")),
    *edge("FIT-007", "tips", lambda gib: on_host("wsl2", gib), (0.0, INFO), (-0.1, WARNING)),
    fires("FIT-008", ERROR, "format", lambda: refused("format")),
    fires("FIT-008", ERROR, "cache type", lambda: refused("kv")),
    fires("FIT-008", INFO, "FP8 cache on Ampere", lambda: stored("awq", "8.6", "fp8")),
    silent("FIT-008", "AWQ", lambda: stored("awq", "8.6")),
    *edge("FIT-008", "FP8 from capability", lambda c: stored("fp8", c), ("8.9", None), ("8.6", INFO)),
    fires("FIT-009", ERROR, "85 GiB of 64", lambda: offloaded(85)),
    silent("FIT-009", "nothing in system memory", lambda: free(4)),
    needs("FIT-009", "no memory chosen", lambda: offloaded(40, memory=None)),
    *edge("FIT-009", "GiB", offloaded, (64, INFO), (64.1, ERROR)),
    fires("FIT-010", ERROR, "split unknown to the engine", lambda: refused("split")),
    fires("FIT-010", WARNING, "generations in step", lambda: mixed("tensor", **ADA)),
    fires("FIT-010", INFO, "generations, layer split", lambda: mixed("layer", **ADA)),
    fires("FIT-010", WARNING, "two makers", lambda: mixed("layer", vendor="AMD")),
    silent("FIT-010", "A5000 beside a 3090", lambda: mixed("tensor", id="rtx-a5000", name="RTX A5000")),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    check(case)


def real(catalog: Catalog, quant: str = "Q4_K_M", rows: tuple[int, ...] = (1, 5), **workload: Any) -> Rig:
    """Llama 3.3 70B on 3090s."""
    return rig_with(
        rows,
        model=catalog.models["llama-3.3-70b"],
        engine=catalog.engines["llama.cpp"],
        workload=make_workload(model="llama-3.3-70b", quant=quant, **workload),
        shelf=Shelf(psus=(make_rig_psu().psu,)),
    )


def test_every_way_out_makes_it_fit(catalog):
    rig = real(catalog, context=24_576)
    finding = next(f for f in judge(RULES, facts(rig, Policy())).findings if f.rule == "FIT-001")
    assert len(finding.fixes) >= 2
    for fix in finding.fixes:
        changed = replace(rig, workload=fix.edit(rig.build.replace(workloads=(rig.workload,))).workload)
        after = facts(changed, Policy()).memory
        assert isinstance(after, Memory) and after.fits, fix.label


def test_the_next_smaller_quantisation_that_fits_is_offered(catalog):
    finding = next(f for f in judge(RULES, facts(real(catalog, "Q6_K"), Policy())).findings if f.rule == "FIT-001")
    assert "Use Q4_K_M" in [fix.label for fix in finding.fixes]


def test_too_much_context_is_told_once(catalog):
    found = judge(RULES, facts(real(catalog, context=131_072), Policy()))
    fit = next(f for f in found.findings if f.rule == "FIT-001")
    assert fit.severity == ERROR and "FIT-003" in fit.also
    assert "largest context that fits" in fit.message


def test_ladders_name_quantisations_the_program_knows():
    steps = {step for ladder in LADDERS for step in ladder}
    assert set(FIRST_OF.values()) <= steps


def test_a_processor_with_graphics_is_pointed_out():
    facts = on_host("linux-desktop")
    facts = changed(facts, cpu=make_cpu(igpu=True))
    assert "Plug the screen into the board" in said("FIT-007", facts).message
