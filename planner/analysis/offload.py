"""Weights in system RAM: what the CPU reads per token, and how prompts get through."""

from collections.abc import Mapping

from planner.analysis.speed_case import SpeedCase


def ram_bytes(case: SpeedCase, tokens: float = 1.0) -> float:
    """Weight bytes a step of this many tokens reads from system RAM."""
    if not case.cards:
        return case.bytes_read(tokens)
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
    if host.sockets > 1:
        reach *= constants["ram_two_sockets duplicated" if host.duplicated else "ram_two_sockets"]
    return host.ram_gb_s * 1e9 * reach


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
    rate = _cores(case) * constants[f"cpu_decode_gflops {bits}"] * 1e9
    return 2 * case.work.params_read * case.users * share / rate


def _cores(case: SpeedCase) -> int:
    return (case.host.cores if case.host else None) or 8


def prompt_seconds(case: SpeedCase, constants: Mapping[str, float]) -> float:
    """Seconds per prompt token for the share in RAM: weights are sent to the card for each chunk of the prompt."""
    if not case.cards:
        return _cpu_prompt(case, constants, 1.0)
    batch = min(case.prompt, case.micro_batch)
    resident = ram_bytes(case, batch)
    if not resident:
        return 0.0
    link = min(card.link_gb_s for card in case.cards) * 1e9 * constants["stream_reach"]
    streamed = resident / link / batch
    return min(streamed, _cpu_prompt(case, constants, ram_bytes(case) / case.bytes_read()))


def _cpu_prompt(case: SpeedCase, constants: Mapping[str, float], share: float) -> float:
    flops = _cores(case) ** constants["cpu_cores_exponent"] * 1e9
    flops *= constants[f"cpu_gflops_core {'16' if case.bits == '16' else 'quant'}"]
    flops *= constants.get(f"cpu_gflops kernels {case.backend or case.engine}", 1.0)
    return float(2 * case.work.params_read * share / flops)
