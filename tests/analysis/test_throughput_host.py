"""What the processor and its memory do to speed."""

from dataclasses import replace

import pytest

from planner.analysis.offload import ram_seconds
from planner.analysis.speed_case import HostSpeed, fast_cores, unpacking_of, vector_class
from tests.analysis.speeds import CONSTANTS, decode, prefill
from tests.makers import make_cpu, make_speed_case


def test_every_layer_moved_to_ram_costs_speed():
    host = HostSpeed(90.0, cores=16)
    speeds = [decode(make_speed_case(layers_in_ram=share, host=host)) for share in (0.0, 0.25, 0.5, 1.0)]
    assert speeds == sorted(speeds, reverse=True)
    assert speeds[-1] < 90e9 / 4.6e9


def test_cpu_alone_is_bound_by_its_memory():
    case = replace(make_speed_case(engine="cpu", host=HostSpeed(90.0, cores=16)), cards=())
    assert 0.3 * 90e9 / 4.6e9 < decode(case) < 90e9 / 4.6e9
    assert ram_seconds(case, CONSTANTS) > 0


def cpu_prefill(cores: int, vector: str) -> float:
    return prefill(replace(make_speed_case(engine="cpu", host=HostSpeed(90.0, cores=cores, vector=vector)), cards=()))


def test_a_cpu_reads_prompts_as_fast_as_its_cores_multiply():
    speeds = [cpu_prefill(8, vector) for vector in ("sse", "avx", "avx2", "avx2-new", "bf16", "bf16-full")]
    assert speeds == sorted(speeds)
    assert 1.5 * cpu_prefill(8, "avx2") < cpu_prefill(16, "avx2") <= 2.1 * cpu_prefill(8, "avx2")


def test_more_watts_for_each_core_hurry_prompts_and_unpacking():
    hosts = [HostSpeed(90.0, cores=16, watts=watts) for watts in (35.0, 160.0)]
    slow, fast = (replace(make_speed_case(engine="cpu", host=host), cards=()) for host in hosts)
    assert prefill(slow) < prefill(fast) < 2 * prefill(slow)
    assert decode(slow) < decode(fast)
    assert prefill(fast) == pytest.approx(cpu_prefill(16, "avx2"), rel=1e-6)  # ten watts each


def on_cpu(quant: str, backend: str = "") -> float:
    unpacking = unpacking_of(quant, backend, early=True)
    case = make_speed_case(engine="cpu", backend=backend, unpacking=unpacking, host=HostSpeed(90.0, cores=16))
    return prefill(replace(case, cards=()))


def test_cpu_kernels_care_for_the_format_where_they_do_not_bring_all_into_one_layout():
    speeds = [on_cpu(quant) for quant in ("IQ3_XXS", "Q4_K_M", "Q4_0")]
    assert speeds == sorted(speeds) and speeds[0] < 0.7 * speeds[1] < 0.6 * speeds[2]
    assert on_cpu("Q4_0", "ik") == on_cpu("BF16", "ik") == on_cpu("Q6_K", "ik") > on_cpu("IQ3_XXS", "ik")


def test_attention_of_long_prompts_costs_a_cpu():
    case = replace(make_speed_case(engine="cpu", host=HostSpeed(90.0, cores=16)), cards=())
    short, deep = (prefill(replace(case, prompt=512.0, prompt_depth=depth)) for depth in (0.0, 16384.0))
    assert deep < 0.8 * short


@pytest.mark.parametrize(
    ("family", "cores", "threads", "fast", "vector"),
    [
        ("raphael", 16, 32, 16, "bf16"),
        ("granite ridge", 16, 32, 16, "bf16-full"),
        ("naples", 32, 64, 32, "avx"),
        ("vermeer", 16, 32, 16, "avx2-new"),
        ("raptor lake", 24, 32, 8, "avx2-new"),
        ("alder lake", 6, 12, 6, "avx2-new"),
        ("coffee lake", 8, 8, 8, "avx2"),
        ("arrow lake", 14, 14, 6, "avx2-new"),
        ("arrow lake", 24, 24, 8, "avx2-new"),
        ("sapphire rapids", 32, 64, 32, "bf16"),
    ],
)
def test_cores_that_read_prompts(family, cores, threads, fast, vector):
    cpu = make_cpu(family=family, cores=cores, threads=threads)
    assert (fast_cores(cpu), vector_class(cpu)) == (fast, vector)
