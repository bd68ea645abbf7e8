"""System memory."""

from typing import Any

import pytest

from planner.analysis.facts import Facts
from planner.domain.parts import MemoryBank
from planner.domain.rig import Shelf
from tests.makers import make_board, make_cpu, make_kit, make_memory, make_workload
from tests.rules.cases import (
    ERROR,
    INFO,
    WARNING,
    Case,
    check,
    edge,
    facts_of,
    fires,
    make_speed,
    needs,
    rig_with,
    said,
    silent,
)

OFFLOAD = make_workload(offload_experts=20)


def ram(gib: int, **changes: Any) -> Facts:
    """Beside 48 GiB of VRAM."""
    return facts_of(rig_with(memory=make_memory(1, modules=1, module_gib=gib), **changes))


def modules(number: int, workload: Any = None, **cpu: Any) -> Facts:
    """On eight channels and sixteen slots."""
    bank = MemoryBank(type="DDR4", channels=8, slots=16, registered=True)
    rig = rig_with(board=make_board(memory=bank), cpu=make_cpu(**cpu), memory=make_memory(number), workload=workload)
    return facts_of(rig)


def two_per_channel(rated: int | None, workload: Any = None) -> Facts:
    return modules(16, workload, memory_mts_2dpc=rated)


def from_ram(tok_s: float, limited_by: str = "host RAM", workload: Any = OFFLOAD) -> Facts:
    return facts_of(rig_with(workload=workload), throughput=make_speed(tok_s, limited_by=limited_by))


def reaches(gb_s: float | None, workload: Any = None, **cpu: Any) -> Facts:
    """Of 204.8 GB/s: eight channels of DDR4-3200."""
    return modules(8, workload, **({"measured_memory_gb_s": gb_s} | cpu))


def chosen(kit: dict[str, Any], kits: int = 1, bank: dict[str, Any] | None = None, **cpu: Any) -> Facts:
    made = {"type": "DDR4", "channels": 8, "slots": 8, "max_gib": 1024, "registered": True} | (bank or {})
    board = make_board(memory=MemoryBank.model_validate(made))
    return facts_of(rig_with(board=board, cpu=make_cpu(**cpu), memory=make_memory(kits, **kit)))


SERVER: dict[str, Any] = {"name": "EPYC 9354", "family": "genoa", "ccds": 5, "memory_mts": 4800}
"""Five links carry 250 of 307 GB/s."""
FAST = SERVER | {"memory_mts": 6400}
"""And of 410 GB/s."""


def desktop(workload: Any) -> Facts:
    """One chiplet draws 63 of 102 GB/s."""
    cpu = make_cpu(name="Ryzen 7 9700X", family="granite ridge", ccds=1, memory_channels=2, memory_mts=5600)
    bank = MemoryBank(type="DDR5", channels=2, slots=4)
    return facts_of(
        rig_with(board=make_board(memory=bank), cpu=cpu, memory=make_memory(2, speed_mts=6400), workload=workload)
    )


CASES: tuple[Case, ...] = (
    fires("MEM-001", WARNING, "16 GiB", lambda: ram(16)),
    silent("MEM-001", "64 GiB", lambda: ram(64)),
    needs("MEM-001", "no memory yet", lambda: facts_of(rig_with())),
    *edge("MEM-001", "all of it", ram, (48, None), (47, INFO)),
    *edge("MEM-001", "half of it", ram, (24, INFO), (23, WARNING)),
    fires("MEM-002", INFO, "four of eight", lambda: modules(4, make_workload())),
    fires("MEM-002", WARNING, "four of eight, nothing planned yet", lambda: modules(4)),
    fires("MEM-002", WARNING, "four of eight, experts in memory", lambda: modules(4, OFFLOAD)),
    silent("MEM-002", "eight of eight", lambda: modules(8)),
    needs("MEM-002", "no processor", lambda: facts_of(rig_with(cpu=None, memory=make_memory()))),
    *edge("MEM-002", "modules", lambda number: modules(number, make_workload()), (8, None), (7, INFO)),
    fires("MEM-003", INFO, "on the cards", lambda: two_per_channel(2933)),
    fires("MEM-003", WARNING, "experts in memory", lambda: two_per_channel(2933, OFFLOAD)),
    silent("MEM-003", "one module per channel", lambda: modules(8, memory_mts_2dpc=2933)),
    fires("MEM-003", INFO, "rating not known", lambda: two_per_channel(None)),
    needs("MEM-003", "no processor", lambda: facts_of(rig_with(cpu=None, memory=make_memory()))),
    *edge("MEM-003", "MT/s", two_per_channel, (3200, None), (3199, INFO)),
    fires("MEM-004", WARNING, "10 tok/s", lambda: from_ram(10)),
    silent("MEM-004", "on the cards", lambda: from_ram(10, "memory", make_workload())),
    *edge("MEM-004", "tok/s", from_ram, (15.0, INFO), (14.9, WARNING)),
    fires("MEM-005", WARNING, "85 of 205 GB/s", lambda: reaches(84.6)),
    fires("MEM-005", INFO, "on the cards", lambda: reaches(84.6, make_workload())),
    fires("MEM-005", WARNING, "two chiplets", lambda: reaches(None, ccds=2, family="rome")),
    fires("MEM-005", WARNING, "four chiplets", lambda: reaches(None, ccds=4, family="rome")),
    silent("MEM-005", "eight chiplets", lambda: reaches(None, ccds=8, family="rome")),
    silent("MEM-005", "a kit faster than the processor", lambda: chosen({"speed_mts": 6400}, 8, **SERVER)),
    fires("MEM-005", WARNING, "a kit as fast as the processor", lambda: chosen({"speed_mts": 6400}, 8, **FAST)),
    silent("MEM-005", "a desktop without offload", lambda: desktop(None)),
    fires("MEM-005", WARNING, "a desktop with offload", lambda: desktop(OFFLOAD)),
    needs("MEM-005", "nothing known", lambda: reaches(None)),
    *edge("MEM-005", "GB/s", reaches, (143.4, None), (143.3, WARNING)),
    fires("MEM-006", INFO, "two sockets", lambda: facts_of(rig_with(board=make_board(sockets=2)))),
    silent("MEM-006", "one socket", lambda: facts_of(rig_with())),
    needs("MEM-006", "no board", lambda: facts_of(rig_with((), board=None))),
    fires("MEM-007", ERROR, "DDR5 in DDR4", lambda: chosen({"type": "DDR5"})),
    fires("MEM-007", ERROR, "unregistered", lambda: chosen({"form": "UDIMM"})),
    fires("MEM-007", ERROR, "processor of another kind", lambda: chosen({}, memory_type="DDR5")),
    fires("MEM-007", WARNING, "more than the processor is specified for", lambda: chosen({}, 8, memory_max_gib=128)),
    silent("MEM-007", "right", lambda: chosen({}, 8)),
    needs("MEM-007", "registered or not", lambda: chosen({}, 8, {"registered": None})),
    *edge("MEM-007", "slots", lambda kits: chosen({}, kits), (8, None), (9, ERROR)),
    *edge("MEM-007", "GiB", lambda gib: chosen({"module_gib": gib}, 4), (256, None), (257, ERROR)),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    check(case)


def test_more_memory_is_offered_one_module_per_channel():
    now, larger = make_kit(), make_kit(id="kit-64", name="Kit 64", module_gib=64)
    slow = make_kit(id="slow", name="Slow", module_gib=64, speed_mts=2133)
    rig = rig_with(memory=make_memory(1), shelf=Shelf(memory=(now, larger, slow)))
    finding = said("MEM-001", facts_of(rig))
    assert [fix.label for fix in finding.fixes] == ["Use 2 × Maker Kit (64 GiB)"]
    after = finding.fixes[0].edit(rig.build)
    assert after.parts.memory is not None and after.parts.memory.kits == 2
