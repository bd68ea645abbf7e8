"""Time per decoded token: host work, weights read, cache read, waiting for other cards, weights in system RAM."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import mul

from planner.analysis.communication import decode_wait_s
from planner.analysis.offload import cores, ram_bytes, ram_seconds
from planner.analysis.power_derate import decode_derate
from planner.analysis.speed_case import AMD_FAMILIES, CardSpeed, SpeedCase

NO_DP4A = ("pascal-hbm", "maxwell")
"""Chips that multiply bytes one by one: four at once came with compute capability 6.1."""
TWICE_IN_HALVES = ("pascal-hbm", "turing-16")
"""Chips without matrix units whose 16-bit rate is twice that of the integers and 32-bit numbers of unpacking."""
RENEWED = ("cuda", "amd", "sycl", "vllm")
"""Engine classes timed both before and since the kernels of mid 2026."""
UNPACKING = ("apple-old", "apple-new", "pre-tensor")


@dataclass(frozen=True, slots=True)
class DecodeTime:
    """Seconds of one step, in which every user gets one token."""

    overhead_s: float
    weights_s: float
    cache_s: float
    wait_s: float
    ram_s: float
    compute_s: float
    """Arithmetic beyond what hides behind the reads: many users only."""
    card_bytes: float
    cache_bytes: float
    reach: float
    """Share of the slowest card's bandwidth that weight reads get."""

    @property
    def total_s(self) -> float:
        return self.overhead_s + self.weights_s + self.cache_s + self.wait_s + self.ram_s + self.compute_s


def decode_time(case: SpeedCase, constants: Mapping[str, float]) -> DecodeTime:
    if not case.cards:
        return _on_cpu(case, constants)
    in_ram = ram_bytes(case, case.users)
    amount, cache = case.bytes_read(case.users) - in_ram, case.cache_bytes() * case.users
    rates = [_rate(case, card, constants) for card in case.kinds]
    reaches = [reach(case, card, constants) for card in case.kinds]
    weights_s = _over_cards(case, _weight_times(case, amount, map(mul, rates, reaches), constants), constants)
    weights_s *= _narrowed_batch(case, constants)
    return DecodeTime(
        overhead_s=overhead_s(case, constants),
        weights_s=weights_s,
        cache_s=_over_cards(case, _cache_times(case, cache, rates, constants), constants),
        wait_s=decode_wait_s(case, constants),
        ram_s=ram_seconds(case, constants) if in_ram else 0.0,
        compute_s=_batch_seconds(case, weights_s, constants),
        card_bytes=amount,
        cache_bytes=cache,
        reach=min(reaches),
    )


def _on_cpu(case: SpeedCase, constants: Mapping[str, float]) -> DecodeTime:
    overhead = case.work.layers * (constants["tau_us cpu"] + cores(case) * constants["barrier_us"]) * 1e-6
    cache = case.cache_bytes() * case.users
    host = case.host
    cache_s = cache / (host.ram_gb_s * 1e9 * constants["ram_reach dense"]) if host else 0.0
    return DecodeTime(overhead, 0.0, cache_s, 0.0, ram_seconds(case, constants), 0.0, 0.0, cache, 0.0)


def overhead_s(case: SpeedCase, constants: Mapping[str, float]) -> float:
    """Launches, norms, sampling: a part per token and a part per layer."""
    engine = f"{case.engine} tp" if case.parallel > 1 and f"t0_ms {case.engine} tp" in constants else case.engine
    layers_us = constants[f"tau_us {engine}"] * _layers(case, constants)
    layers_us += case.work.moe_layers * _slower_experts_us(case, constants)
    if case.backend == "vulkan":
        layers_us *= constants.get(f"overhead vulkan {case.cards[0].family}", 1.0)
    if case.windows:
        layers_us *= constants.get("overhead system windows", 1.0)
    step_s = constants[f"t0_ms {engine}"] * 1e-3 + layers_us * 1e-6
    if case.native and case.cards[0].family in AMD_FAMILIES:
        step_s *= constants["overhead_rocm"]
    return step_s + constants["user_us"] * (case.users - 1) * 1e-6


def _layers(case: SpeedCase, constants: Mapping[str, float]) -> float:
    """The model's layers, counted as dense ones with attention: experts and recurrent blocks are more launches."""
    work, native = case.work, " native" if case.native else ""
    found = float(work.layers)
    if work.moe_layers:
        found += work.moe_layers * (constants[_moe_layers(case)] - 1)
    if work.recurrent_layers:
        built = " earlier" if case.earlier and not native else ""
        found += work.recurrent_layers * (constants[f"recurrent_layers{native}{built}"] - 1)
    if work.latent and not case.native:
        found += work.layers * (constants["latent_layers"] - 1)
    return found


def _slower_experts_us(case: SpeedCase, constants: Mapping[str, float]) -> float:
    """What a layer of experts takes longer where the fast kernels for one token do not fit."""
    if not case.native:
        return 0.0
    found = constants["batch_experts_us"] if case.users > 1 else 0.0
    if case.odd_experts:
        found += constants["odd_experts_us"]
    elif case.kernels == "narrow":
        found += constants["narrow_experts_us"]
    return found


def _moe_layers(case: SpeedCase) -> str:
    if not case.native:
        return "moe_layers" if case.fused_experts else "moe_layers 2025"
    return "moe_layers native tp" if case.parallel > 1 else "moe_layers native"


def reach(case: SpeedCase, card: CardSpeed, constants: Mapping[str, float]) -> float:
    """Share of bandwidth that weight reads get: per group of chips, refined by family and chip where data allow."""
    bits = "4-8" if case.bits in ("4", "8") else case.bits
    tuned = case.native and case.engine != "exl"
    kernels = " native" if tuned and f"eta {card.group} {bits} native" in constants else ""
    base = constants.get(f"eta {card.group} {bits}{kernels}") or constants[f"eta any {bits}"]
    vulkan = constants.get(f"eta vulkan {card.group}", 1.0) if case.backend == "vulkan" else 1.0
    family = constants.get(f"eta family {card.family} {case.bits}{' native' if case.native else ''}", 1.0)
    engine = constants.get(f"eta engine {case.engine} {case.bits}", 1.0)
    engine *= constants.get(f"eta pair {case.engine} {card.group}", 1.0)
    engine *= constants["eta laptop"] if card.laptop else 1.0
    engine *= constants["eta ecc"] if card.inline_ecc else 1.0
    if case.backend == "ik":
        engine *= constants.get(f"eta ik {card.group}", 1.0)
    if case.earlier and case.engine in RENEWED:
        engine *= constants.get(f"eta earlier {case.engine} {card.group}", 1.0)
    if case.plain and not case.native:
        engine *= constants.get(f"eta plain {card.group}", 1.0)
    most = constants["eta most"]  # refreshing the memory takes a share of the rated bandwidth from the best of kernels
    return float(min(most, base * vulkan * family * engine * constants.get(f"eta chip {card.chip}", 1.0)))


def cache_share(case: SpeedCase, card: CardSpeed, constants: Mapping[str, float]) -> float:
    if case.rereads:
        return float(constants["eta_kv unfused"] * constants.get(f"eta_kv unfused {card.group}", 1.0))
    share = constants["eta_kv"] * constants.get(f"eta_kv family {card.family}", 1.0)
    if case.work.latent:
        share *= constants.get(f"eta_kv kind latent{' native' if case.native else ''}", 1.0)
    if case.era == "2025" and case.engine == "amd":
        share *= constants.get(f"eta_kv kernels amd 2025 {case.backend}", 1.0)
    share *= constants.get(f"eta_kv kernels {case.backend or case.engine}", 1.0)
    return float(min(share, _readers_share(case, card, constants)))


def _readers_share(case: SpeedCase, card: CardSpeed, constants: Mapping[str, float]) -> float:
    """Share of bandwidth that the few readers of fallback kernels keep busy: so many for each KV head of each user."""
    if not case.few_readers:
        return 1.0
    heads = max(1.0, case.work.kv_heads / case.parallel) * case.users
    return constants["reader_gb_s"] * heads / card.memory_gb_s


def _unpack_s(case: SpeedCase, card: CardSpeed, share: float, constants: Mapping[str, float]) -> float:
    """Arithmetic of unpacking weights on chips without matrix units, whose cores are slow for their memory."""
    if card.group not in UNPACKING or case.bits == "16" or not card.tflops:
        return 0.0
    operations = constants[f"unpack_ops {card.group}"]
    if card.family in NO_DP4A:
        operations *= constants["unpack_no_dp4a"]
    if case.plain:
        operations *= constants["unpack_plain"]
    rate = card.tflops * (0.5 if card.family in TWICE_IN_HALVES else 1.0)
    return 2 * case.work.params_read * share * operations / (rate * 1e12)


def _rate(case: SpeedCase, card: CardSpeed, constants: Mapping[str, float]) -> float:
    """Bytes per second of its memory, under its power limit."""
    return card.memory_gb_s * 1e9 * decode_derate(card, constants, case.count)


def _weight_times(
    case: SpeedCase, amount: float, rates: Iterable[float], constants: Mapping[str, float]
) -> list[float]:
    """Seconds in which each kind of card reads and unpacks so many bytes of weights."""
    share = amount / case.bytes_read(case.users)
    return [
        amount / rate + _unpack_s(case, card, share, constants) for card, rate in zip(case.kinds, rates, strict=True)
    ]


def _cache_times(case: SpeedCase, amount: float, rates: list[float], constants: Mapping[str, float]) -> list[float]:
    cut = min(case.parallel, case.work.kv_heads * case.context_ways) / case.parallel
    return [
        amount / (rate * cache_share(case, card, constants) * cut) for card, rate in zip(case.kinds, rates, strict=True)
    ]


def _over_cards(case: SpeedCase, times: list[float], constants: Mapping[str, float]) -> float:
    """Seconds of all together: card after card in a layer split, else all at once at the slowest's pace."""
    n = case.parallel
    if n > 1:
        return float(max(times) / n ** constants["parallel_exponent"])
    return float(sum(map(mul, times, case.kind_shares)))


def _narrowed_batch(case: SpeedCase, constants: Mapping[str, float]) -> float:
    """How much longer experts are read for many users where tokens are narrowed too: each expert that is touched has
    its few tokens scaled, sorted and padded to whole tiles."""
    if not case.narrows_batch:
        return 1.0
    routed = case.routed_read(case.users) / case.bytes_read(case.users)
    return 1 + routed * (1 / constants["batch_narrow_reach"] - 1)


def _batch_seconds(case: SpeedCase, weights_s: float, constants: Mapping[str, float]) -> float:
    """Arithmetic of many users' tokens beyond the time of the reads it overlaps with."""
    if case.users <= 1:
        return 0.0
    flops = 2 * case.work.params_read * case.users
    rates = [card.tflops * 1e12 * constants["batch_reach"] for card in case.cards if card.tflops]
    if len(rates) < case.count:
        return 0.0
    return max(0.0, flops / (min(rates) * case.parallel) - weights_s)
