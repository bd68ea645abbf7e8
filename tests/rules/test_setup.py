"""What to set once it is built, and what it costs."""

from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.facts import Facts
from planner.analysis.lanes import PairPath
from planner.domain.build import Setup
from planner.rules import RULES
from planner.rules.rule import judge
from tests.makers import make_board, make_cpu, make_riser, make_workload
from tests.rules.cases import (
    ERROR,
    INFO,
    WARNING,
    Case,
    cards_in,
    changed,
    check,
    edge,
    facts_of,
    fires,
    make_lanes,
    make_link,
    needs,
    rig_with,
    silent,
)

TENSOR = make_workload(split="tensor")


def cards(number: int, above_4g: bool | None = True, vram_gib: float = 24.0) -> Facts:
    rows = tuple(range(1, number + 1))
    return facts_of(rig_with(rows, chip={"vram_gib": vram_gib}, board=make_board(above_4g=above_4g)))


def set_up(number: int = 2, vram_gib: float = 24.0, **setup: Any) -> Facts:
    facts = cards(number, vram_gib=vram_gib)
    build = facts.rig.build.replace(setup=Setup(**setup))
    return changed(facts, build=build)


def direct(p2p: bool, split: str = "tensor", kind: str = "cpu") -> Facts:
    pair = PairPath("gpu-1", "gpu-2", 26.0, kind, p2p)
    links = make_lanes(make_link(1), make_link(2), pairs=(pair,))
    return facts_of(rig_with(workload=make_workload(split=split)), lanes=links)


def linux_host(vendor: str, split: str = "tensor", host: str = "linux-headless") -> Facts:
    return facts_of(rig_with(cpu=make_cpu(vendor=vendor), workload=make_workload(split=split, host=host)))


def bars(segment: str, split: str = "tensor", kind: str = "cpu") -> Facts:
    links = make_lanes(make_link(1, root_kind=kind), make_link(2, root_kind=kind))
    return facts_of(rig_with(chip={"segment": segment}, workload=make_workload(split=split)), lanes=links)


def windows(context: int, host: str = "windows") -> Facts:
    return facts_of(rig_with(workload=make_workload(host=host, context=context, prompt=512)))


def screen(igpu: bool | None, bmc: bool = False) -> Facts:
    return facts_of(rig_with(cpu=make_cpu(igpu=igpu), board=make_board(bmc=bmc)))


def on_riser(**riser: Any) -> Facts:
    held = replace(cards_in((1,))[0], riser=make_riser(**riser))
    return facts_of(replace(rig_with((1,)), cards=(held,)))


def family(name: str, host: str = "linux-headless") -> Facts:
    return facts_of(rig_with(chip={"family": name}, workload=make_workload(host=host)))


def energy(cents: float | None) -> Facts:
    facts = facts_of(rig_with())
    return replace(facts, cost=replace(facts.cost, energy_cents_month=cents))


def priced(per_gib: float | None, *unpriced: str) -> Facts:
    facts = facts_of(rig_with())
    return replace(facts, cost=replace(facts.cost, cents_per_vram_gib=per_gib, unpriced=unpriced))


def at_wall(watts: float) -> Facts:
    facts = facts_of(rig_with())
    assert facts.power is not None and facts.power.wall is not None
    return replace(facts, power=replace(facts.power, wall=replace(facts.power.wall, sustained_w=watts)))


CASES: tuple[Case, ...] = (
    fires("BIO-001", ERROR, "no Above 4G decoding", lambda: cards(4, False)),
    fires("BIO-001", INFO, "two cards", lambda: cards(2)),
    fires("BIO-001", WARNING, "four of 96 GB", lambda: cards(4, vram_gib=96.0)),
    silent("BIO-001", "one small card", lambda: cards(1, vram_gib=12.0)),
    needs("BIO-001", "no board", lambda: facts_of(rig_with((), board=None))),
    *edge("BIO-001", "cards", cards, (5, INFO), (6, WARNING)),
    *edge("BIO-001", "GiB of one card", lambda gib: cards(1, vram_gib=gib), (15.0, None), (16.0, INFO)),
    fires("BIO-002", INFO, "GeForce in step", lambda: bars("consumer")),
    fires("BIO-002", WARNING, "behind a switch", lambda: bars("consumer", kind="switch")),
    silent("BIO-002", "layer split", lambda: bars("consumer", "layer")),
    silent("BIO-002", "professional cards", lambda: bars("workstation")),
    fires("BIO-002", INFO, "unofficial driver", lambda: set_up(unofficial_p2p=True)),
    fires("BIO-003", ERROR, "four cards", lambda: set_up(4, csm=True)),
    silent("BIO-003", "off", lambda: set_up(4, csm=False)),
    *edge("BIO-003", "cards", lambda number: set_up(number, csm=True), (3, WARNING), (4, ERROR)),
    fires("BIO-001", ERROR, "compatibility mode", lambda: set_up(4, csm=True)),
    fires("BIO-001", WARNING, "two GeForce without Above 4G decoding", lambda: cards(2, False)),
    fires("BIO-012", WARNING, "two cards for a guest", lambda: set_up(2, virtual_machine=True)),
    silent("BIO-012", "on the machine itself", lambda: set_up(2)),
    *edge("BIO-012", "GiB", lambda gib: set_up(1, gib, virtual_machine=True), (15.0, None), (16.0, WARNING)),
    fires("BIO-006", INFO, "unofficial driver", lambda: set_up(unofficial_p2p=True)),
    fires("BIO-005", INFO, "AMD in step on Linux", lambda: linux_host("AMD")),
    silent("BIO-005", "Intel", lambda: linux_host("Intel")),
    silent("BIO-005", "Windows", lambda: linux_host("AMD", host="windows")),
    needs("BIO-005", "no processor", lambda: facts_of(rig_with(cpu=None, workload=TENSOR))),
    fires("BIO-006", INFO, "direct copies", lambda: direct(True)),
    silent("BIO-006", "none with the stock driver", lambda: direct(False)),
    silent("BIO-006", "NVLink", lambda: direct(True, kind="nvlink")),
    fires("BIO-007", INFO, "capped", lambda: facts_of(rig_with(limit_w=280))),
    silent("BIO-007", "at stock", lambda: facts_of(rig_with())),
    fires("BIO-008", WARNING, "WSL2", lambda: family("ampere", "wsl2")),
    fires("BIO-008", INFO, "Blackwell", lambda: family("blackwell")),
    silent("BIO-008", "Ampere on Linux", lambda: family("ampere")),
    fires("BIO-009", WARNING, "long prompts on Windows", lambda: windows(131_072)),
    silent("BIO-009", "Linux", lambda: windows(131_072, "linux-headless")),
    *edge("BIO-009", "tokens", windows, (32_767, None), (32_768, WARNING)),
    fires("BIO-010", INFO, "no graphics anywhere else", lambda: screen(False)),
    silent("BIO-010", "remote console", lambda: screen(False, bmc=True)),
    silent("BIO-010", "graphics in the processor", lambda: screen(True)),
    needs("BIO-010", "not known", lambda: screen(None)),
    fires("BIO-011", INFO, "two cards", lambda: cards(2)),
    silent("BIO-011", "one card", lambda: cards(1)),
    *edge("BIO-011", "cards", cards, (1, None), (2, INFO)),
    fires("BIO-013", INFO, "dock", lambda: on_riser(kind="external", gen=3)),
    silent("BIO-013", "in the slot", lambda: cards(2)),
    *edge("BIO-013", "generation", lambda gen: on_riser(gen=gen), (3, None), (4, INFO)),
    fires("PRT-001", WARNING, "nobody knows it", lambda: facts_of(rig_with(missing=("odd-board",)))),
    silent("PRT-001", "all known", lambda: facts_of(rig_with())),
    fires("CST-001", INFO, "40 dollars", lambda: energy(4000)),
    silent("CST-001", "never on", lambda: energy(0)),
    needs("CST-001", "no supply", lambda: energy(None)),
    fires("CST-002", INFO, "priced", lambda: priced(14_700)),
    silent("CST-002", "no cards", lambda: priced(None)),
    needs("CST-002", "no price at all", lambda: priced(None, "Board")),
    fires("CST-003", INFO, "too much for it", lambda: at_wall(1500)),
    silent("CST-003", "bears it", lambda: at_wall(900)),
    needs("CST-003", "no circuit", lambda: facts_of(rig_with(circuit=None))),
    *edge("CST-003", "watts", at_wall, (1440, None), (1441, INFO)),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    check(case)


def test_wiring_is_told_with_the_circuit_s_warning():
    found = judge(RULES, at_wall(1500))
    circuit = next(f for f in found.findings if f.rule == "PWR-008")
    assert "CST-003" in circuit.also


def test_resizable_bar_is_told_with_above_4g():
    facts = bars("consumer")
    found = judge(RULES, facts)
    assert "BIO-002" in next(f for f in found.findings if f.rule == "BIO-001").also
