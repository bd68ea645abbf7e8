"""Weights in system RAM: what the CPU reads per token, and how prompts get through."""

from collections.abc import Mapping

from planner.analysis.speed_case import SpeedCase

OWN_KERNELS = ("ik", "llamafile")
"""Engines whose kernels for CPUs are not those of llama.cpp."""
WATTS_A_CORE = 10.0
"""At which a core's speed is stated."""
SMALLEST_COPIED = 32.0
"""Tokens of a chunk from which llama.cpp copies weights in RAM to the card (its default of op offload)."""


def ram_bytes(case: SpeedCase, tokens: float = 1.0) -> float:
    """Weight bytes a step of this many tokens reads from system RAM."""
    if not case.cards:
        return case.bytes_read(tokens)
    if not case.layers_in_ram and not case.experts_in_ram:
        return 0.0
    routed = case.routed_read(tokens)
    layers = case.layers_in_ram * case.bytes_read(tokens)
    experts = case.experts_in_ram * routed * (1 - case.layers_in_ram)
    return layers + experts


def layers_off_card(case: SpeedCase) -> float:
    """Layers whose work, or whose experts' work, is handed to the CPU."""
    if not case.cards:
        return 0.0
    return case.work.layers * min(1.0, case.layers_in_ram + case.experts_in_ram)


def ram_rate(case: SpeedCase, constants: Mapping[str, float]) -> float:
    """Bytes per second the CPU gets through."""
    host = case.host
    if host is None:
        return 0.0
    kind = "moe" if case.work.moe else "dense"
    reach = constants[f"ram_reach {kind}"] * constants.get(f"ram_reach bits {case.bits}", 1.0)
    if case.cards:  # cards take attention and the rest: fewer, larger reads are left
        reach *= constants.get("ram_reach beside cards", 1.0)
    if case.backend:
        reach *= constants.get(f"ram_reach backend {case.backend}", 1.0)
    per_socket = host.ram_gb_s / host.sockets
    if per_socket > constants["ram_wide_gb_s"]:  # many channels are harder to keep busy
        reach *= (constants["ram_wide_gb_s"] / per_socket) ** constants["ram_wide_exponent"]
    rate = min(host.ram_gb_s * reach, host.ceiling_gb_s or host.ram_gb_s) * 1e9
    if host.sockets > 1:
        rate *= constants["ram_two_sockets duplicated" if host.duplicated else "ram_two_sockets"]
    return rate


def ram_seconds(case: SpeedCase, constants: Mapping[str, float]) -> float:
    """Seconds per token spent on weights in system RAM, hand-overs included."""
    amount = ram_bytes(case, case.users)
    if not amount:
        return 0.0
    hand_over = layers_off_card(case) * constants["hand_over_us"] * 1e-6
    read_s, work_s = amount / ram_rate(case, constants), _unpacking_s(case, constants)
    return float((read_s**2 + work_s**2) ** 0.5) + hand_over


def _unpacking_s(case: SpeedCase, constants: Mapping[str, float]) -> float:
    """Arithmetic of the cores on the weights in RAM, which for codebook formats outweighs reading them."""
    share = ram_bytes(case, case.users) / case.bytes_read(case.users)
    bits = "low" if case.bits == "low" else "16" if case.bits == "16" else "quant"
    rate = _cores_speed(case, constants) * constants[f"cpu_decode_gflops {bits}"] * 1e9
    if case.backend:
        rate *= constants.get(f"cpu_decode_gflops kernels {case.backend}", 1.0)
    return 2 * case.work.params_read * case.users * share / rate


def cores(case: SpeedCase) -> int:
    return (case.host.cores if case.host else None) or 8


def prompt_path(case: SpeedCase, constants: Mapping[str, float]) -> tuple[float, float]:
    """Share of a prompt's products done on the cards, and seconds per token that weights in RAM add.

    A large chunk's weights are copied to the card, which does the arithmetic; a small one is left to the CPU.
    """
    if not case.cards:
        return 0.0, _cpu_prompt(case, constants, 1.0) + _cpu_attention(case, constants)
    batch = min(case.prompt, case.micro_batch)
    resident = ram_bytes(case, batch)
    if not resident:
        return 1.0, 0.0
    attention_s = case.layers_in_ram * _cpu_attention(case, constants)
    if batch < _smallest_copied(case):
        share = ram_bytes(case) / case.bytes_read()
        return 1.0 - share, _cpu_prompt(case, constants, share) + attention_s
    link = min(card.link_gb_s for card in case.cards) * 1e9 * constants["stream_reach"]
    return 1.0, resident / link / batch + attention_s


def _smallest_copied(case: SpeedCase) -> float:
    """Tokens of the smallest chunk whose weights are copied; ik_llama.cpp wants as many for each expert."""
    if case.backend == "ik" and case.work.moe:
        return SMALLEST_COPIED * case.work.experts / case.work.active
    return SMALLEST_COPIED


def _cpu_attention(case: SpeedCase, constants: Mapping[str, float]) -> float:
    """Seconds per prompt token of attention over a cache in RAM, were all layers there."""
    mean = case.prompt_depth + case.prompt / 2
    rate = _cores_speed(case, constants) * constants["cpu_attention_gflops"] * 1e9
    rate *= constants.get(f"cpu_attention_gflops kernels {case.backend}", 1.0) if case.backend in OWN_KERNELS else 1.0
    return 2 * case.work.scores_read(mean) / rate


def _cpu_prompt(case: SpeedCase, constants: Mapping[str, float], share: float) -> float:
    flops = _cores_speed(case, constants) * constants[f"cpu_gflops_core {_multiplied(case)}"] * 1e9
    flops *= constants.get(f"cpu_gflops kernels {case.backend if case.backend in OWN_KERNELS else 'cpu'}", 1.0)
    return float(2 * case.work.params_read * share / flops)


def _multiplied(case: SpeedCase) -> str:
    """What the cores multiply. ik_llama.cpp and llamafile bring most formats into one layout first, llama.cpp some."""
    if case.backend in OWN_KERNELS:
        return "ik codebook" if case.unpacking == "codebook" else "quant"
    return case.unpacking


def _cores_speed(case: SpeedCase, constants: Mapping[str, float]) -> float:
    """All cores together, against one with AVX2 at ten watts: more watts for each let them run faster."""
    number, host = cores(case), case.host
    speed = number ** constants["cpu_cores_exponent"]
    speed *= constants[f"cpu_gflops vector {host.vector if host else 'avx2'}"]
    if host and host.watts:
        speed *= (host.watts / number / WATTS_A_CORE) ** constants["cpu_watts_exponent"]
    return float(speed)
