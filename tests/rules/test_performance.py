"""What holds the speed down."""

from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.facts import Facts
from planner.analysis.lanes import PairPath
from planner.rules import RULES
from planner.rules.rule import judge
from tests.makers import make_bridge, make_cpu, make_workload
from tests.rules.cases import (
    INFO,
    WARNING,
    Case,
    check,
    edge,
    facts_of,
    fires,
    make_fit,
    make_lanes,
    make_link,
    make_speed,
    needs,
    rig_with,
    shipped,
    silent,
)

TENSOR = make_workload(split="tensor")


def speed(tok_s: float = 30.0, workload: Any = None, **changes: Any) -> Facts:
    return facts_of(rig_with(workload=workload or make_workload()), throughput=make_speed(tok_s, **changes))


def served(users: int, split: str = "layer", rows: tuple[int, ...] = (1, 4)) -> Facts:
    """A small model: it fits one card with all its users."""
    catalog = shipped()
    workload = make_workload(model="llama-3.1-8b", users=users, split=split)
    rig = rig_with(rows, model=catalog.models["llama-3.1-8b"], engine=catalog.engines["llama.cpp"], workload=workload)
    return facts_of(rig, memory=make_fit())


def paced(gb_s: float, split: str = "tensor") -> Facts:
    """A 3090 (936 GB/s) beside a faster card."""
    rig = rig_with(workload=make_workload(split=split))
    fast = replace(rig.cards[1], chip=rig.cards[1].chip.replace(memory_gb_s=gb_s))
    return facts_of(replace(rig, cards=(rig.cards[0], fast)))


def behind(gb_s: float) -> Facts:
    """Like cards in step, the second of them behind a link of this rate."""
    links = make_lanes(make_link(1), make_link(2, gb_s=gb_s))
    return facts_of(rig_with(workload=TENSOR), lanes=links)


def prompted(tokens: int, gb_s: float = 6.7, split: str = "tensor") -> Facts:
    pair = PairPath("gpu-1", "gpu-2", gb_s, "cpu", False)
    links = make_lanes(make_link(1), make_link(2, width=4), pairs=(pair,))
    return facts_of(rig_with(workload=make_workload(split=split, prompt=tokens)), lanes=links)


def host(split: str = "tensor", **cpu: Any) -> Facts:
    return facts_of(rig_with(workload=make_workload(split=split), cpu=make_cpu(**cpu)))


def bridge(split: str) -> Facts:
    return facts_of(rig_with((1, 5), bridges=(make_bridge(),), workload=make_workload(split=split)))


CASES: tuple[Case, ...] = (
    fires("PRF-001", INFO, "3 tok/s", lambda: speed(3)),
    silent("PRF-001", "30 tok/s", speed),
    *edge("PRF-001", "upper end of the range", speed, (5.84, None), (5.83, INFO)),
    fires("PRF-002", INFO, "in step", lambda: speed(workload=TENSOR, limited_by="link")),
    silent("PRF-002", "memory", lambda: speed(workload=TENSOR)),
    silent("PRF-002", "layer split", lambda: speed(limited_by="link")),
    fires("PRF-003", INFO, "eight users of a small model", lambda: served(8)),
    fires("PRF-003", INFO, "four cards in step for one", lambda: served(1, "tensor", (1, 3, 5, 7))),
    silent("PRF-003", "one card", lambda: served(8, rows=(1,))),
    *edge("PRF-003", "users", served, (2, None), (3, INFO)),
    *edge("PRF-003", "cards in step", lambda n: served(1, "tensor", (1, 3, 5, 7)[:n]), (3, None), (4, INFO)),
    fires("PRF-004", WARNING, "5090 beside a 3090", lambda: paced(1792)),
    fires("PRF-004", WARNING, "one card behind a slow link", lambda: behind(3.9)),
    *edge("PRF-004", "GB/s in practice", lambda gb_s: behind(gb_s / 0.85), (12.0, None), (11.9, WARNING)),
    silent("PRF-004", "layer split", lambda: paced(1792, "layer")),
    *edge("PRF-004", "GB/s", paced, (1216.8, None), (1217, WARNING)),
    fires("PRF-005", WARNING, "32K over x4", lambda: prompted(32_768)),
    silent("PRF-005", "layer split", lambda: prompted(32_768, split="layer")),
    *edge("PRF-005", "tokens", prompted, (8191, None), (8192, WARNING)),
    *edge("PRF-005", "GB/s", lambda rate: prompted(8192, rate), (12.0, None), (11.9, WARNING)),
    fires("PRF-006", WARNING, "ten minutes", lambda: speed(load_s=600)),
    silent("PRF-006", "half a minute", speed),
    needs("PRF-006", "no drive", lambda: speed(load_s=None)),
    *edge("PRF-006", "seconds", lambda s: speed(load_s=s), (120, None), (121, INFO)),
    *edge("PRF-006", "minutes", lambda s: speed(load_s=s), (300, INFO), (301, WARNING)),
    fires("PRF-007", WARNING, "Skylake-SP", lambda: host(socket="LGA3647", pcie_gen=3)),
    fires("PRF-007", INFO, "PCIe 3.0, younger", lambda: host(socket="LGA2066", pcie_gen=3)),
    silent("PRF-007", "layer split", lambda: host("layer", pcie_gen=3)),
    needs("PRF-007", "no processor", lambda: facts_of(rig_with(cpu=None, workload=TENSOR))),
    fires("PRF-007", INFO, "old desktop", lambda: host(socket="LGA1155", pcie_gen=3)),
    *edge("PRF-007", "PCIe", lambda gen: host(socket="LGA1200", pcie_gen=gen), (4, None), (3, INFO)),
    fires("PRF-008", INFO, "layer split", lambda: bridge("layer")),
    fires("PRF-008", INFO, "in step", lambda: bridge("tensor")),
    silent("PRF-008", "no bridge", lambda: facts_of(rig_with(workload=make_workload()))),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    check(case)


def test_a_slow_link_is_told_once():
    found = judge(RULES, prompted(32_768))
    slow = next(f for f in found.findings if f.rule == "PCI-003")
    assert "PRF-005" in slow.also
