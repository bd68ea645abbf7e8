"""Bandwidth of system memory: channels, the speed kits run at, and what chiplets draw of it."""

from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.host_memory import HostMemory, host_memory, reads_gb_s, running_mts
from planner.analysis.offload import ram_rate
from planner.analysis.rig_speed import host_speed
from planner.domain.parts import MemoryBank
from planner.domain.rig import Rig
from tests.makers import make_board, make_calibration, make_cpu, make_memory, make_rig, make_speed_case

CONSTANTS = make_calibration().constants
GENOA: dict[str, Any] = {"family": "genoa", "memory_channels": 12, "memory_mts": 4800, "memory_type": "DDR5"}
ROME: dict[str, Any] = {"family": "rome", "memory_channels": 8, "memory_mts": 3200}


def rig(modules: int, mts: int, sockets: int = 1, channels: int | None = None, **cpu: Any) -> Rig:
    made = make_cpu(**({"name": "EPYC"} | cpu))
    bank = MemoryBank(type="DDR5", channels=channels or made.memory_channels * sockets, slots=48)
    return replace(
        make_rig(), cpu=made, board=make_board(sockets=sockets, memory=bank), memory=make_memory(modules, speed_mts=mts)
    )


def memory(modules: int, mts: int, **more: Any) -> HostMemory:
    found = host_memory(rig(modules, mts, **more))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "kit", "runs_at"),
    [
        ("EPYC 9354", 4799, 4799),
        ("EPYC 9354", 4800, 4800),
        ("EPYC 9354", 4801, 4800),
        ("Xeon Gold 6430", 5600, 4800),
        ("Xeon w7-2475", 5600, 4800),
        ("Xeon w7-2475X", 5600, 5600),
        ("Ryzen 9 9950X", 6400, 6400),
        ("Ryzen Threadripper PRO 7975WX", 5600, 5600),
        ("Core i9-14900K", 7200, 7200),
    ],
)
def test_only_desktops_and_workstations_run_kits_above_the_rating(name, kit, runs_at):
    assert running_mts(make_cpu(name=name, memory_mts=4800), kit) == runs_at


def test_an_unknown_rating_slows_nothing():
    assert running_mts(make_cpu(name="EPYC"), 6400) == 6400


@pytest.mark.parametrize(("modules", "mts"), [(2, 6000), (3, 3600)])
def test_two_modules_per_channel_run_as_slow_as_rated(modules, mts):
    found = memory(modules, 6000, name="Ryzen", memory_channels=2, memory_mts=5600, memory_mts_2dpc=3600)
    assert (found.channels, found.mts) == (2, mts)


@pytest.mark.parametrize(("sockets", "modules", "board", "channels"), [(1, 4, 12, 4), (1, 12, 8, 8), (2, 24, 24, 24)])
def test_channels_that_hold_a_module_on_this_board(sockets, modules, board, channels):
    found = memory(modules, 4800, sockets=sockets, channels=board, **GENOA)
    assert found.channels == channels
    assert found.peak_gb_s == pytest.approx(channels * 38.4)


@pytest.mark.parametrize(
    ("cpu", "gb_s"),
    [
        ({"family": "rome", "ccds": 1}, 37),
        ({"family": "rome", "ccds": 2}, 74),
        ({"family": "rome", "ccds": 4}, 116),
        ({"family": "rome", "ccds": 8}, 232),
        ({"family": "genoa", "ccds": 4}, 200),
        ({"family": "genoa", "ccds": 12}, 600),
        ({"family": "turin", "ccds": 8, "ccd_links": 2}, 896),
        ({"family": "granite ridge", "ccds": 1}, 63),
        ({"family": "rome", "ccds": 8, "measured_memory_gb_s": 150.0}, 150),
        ({"family": "rome"}, None),
        ({"family": "cascade lake", "ccds": 2}, None),
    ],
)
def test_what_links_of_chiplets_carry(cpu, gb_s):
    assert reads_gb_s(make_cpu(**cpu)) == gb_s


def test_few_chiplets_are_said_in_the_steps():
    found = memory(12, 4800, ccds=4, **GENOA | {"name": "EPYC 9124"})
    assert found.held_back
    assert found.steps[-1].how == "EPYC 9124 (4 chiplets) draws about 200 of 461 GB/s"
    assert found.steps[-1].source
    enough = memory(12, 4800, ccds=12, **GENOA)
    assert not enough.held_back and len(enough.steps) == 1


def decode_rate(**cpu: Any) -> float:
    """GB/s of offloaded layers."""
    host = host_speed(rig(12, 4800, **GENOA | cpu))
    return ram_rate(make_speed_case(layers_in_ram=1.0, host=host), CONSTANTS) / 1e9


def test_four_chiplets_slow_what_twelve_reach():
    assert decode_rate(ccds=2) < decode_rate(ccds=4) <= 200 < decode_rate(ccds=12)
    assert decode_rate(ccds=2) == pytest.approx(100)
    assert decode_rate(ccds=12) == pytest.approx(decode_rate())


def test_a_ceiling_above_what_channels_reach_changes_nothing():
    """It caps what is reached, and is not taken of it a second time."""
    reached = decode_rate()
    assert decode_rate(measured_memory_gb_s=reached * 1.01) == pytest.approx(reached)
    assert decode_rate(measured_memory_gb_s=reached * 0.99) == pytest.approx(reached * 0.99)


def test_two_sockets_draw_twice_as_much():
    one, two = (memory(12 * n, 4800, sockets=n, ccds=4, **GENOA) for n in (1, 2))
    assert (two.ceiling_gb_s, two.drawn_by) == (400, "8 chiplets")
    assert one.ceiling_gb_s == 200


def test_a_rig_without_memory_has_no_figures():
    assert host_memory(replace(rig(1, 4800), memory=None)) is None
    assert host_speed(replace(rig(1, 4800), cpu=None)) is None


def test_the_speed_takes_over_bandwidth_ceiling_and_watts():
    host = host_speed(rig(8, 3200, ccds=4, tdp_w=155, **ROME))
    assert host is not None
    assert (host.ram_gb_s, host.ceiling_gb_s, host.watts) == (pytest.approx(204.8), 116, 155)
