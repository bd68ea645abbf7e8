"""How a speed was worked out, line by line."""

from planner.analysis.communication import crowds_host
from planner.analysis.decode import DecodeTime
from planner.analysis.offload import ram_bytes
from planner.analysis.own_speed import NOTHING, Own
from planner.analysis.prefill import PrefillTime
from planner.analysis.speculation import Speculation
from planner.analysis.speculation_steps import speculation_steps
from planner.analysis.speed_case import SpeedCase
from planner.domain.calibration import Calibration
from planner.domain.steps import Step
from planner.domain.units import GB

MS = 1000.0
LINK_WORDS = {
    "nvlink": "NVLink",
    "pcie": "PCIe",
    "pcie-host": "PCIe and system RAM",
    "pcie-far": "the chipset or both CPUs",
    "fabric": "the cards' own fabric",
}
US = 1e6


def decode_steps(
    case: SpeedCase,
    parts: DecodeTime,
    calibration: Calibration,
    own: Own = NOTHING,
    drafting: Speculation | None = None,
) -> tuple[Step, ...]:
    fitted = f"fitted on {calibration.rows:,} published measurements, {calibration.fitted_on}"
    lines = [
        Step(
            "Tokens in the cache",
            round(case.depth),
            "tokens",
            "the workload's prompt and half of a 256-token answer",
            assumed=True,
        ),
        *_weights(case, parts, fitted),
        Step("Reading the KV cache", parts.cache_s * MS, "ms", f"{parts.cache_bytes / GB:.2f} GB per token", fitted),
        Step("Launches, norms, sampling", parts.overhead_s * MS, "ms", _launches(case), fitted),
    ]
    if parts.wait_s:
        lines.append(Step("Waiting for the other cards", parts.wait_s * MS, "ms", _wait(case), fitted))
    if parts.compute_s:
        lines.append(Step("Arithmetic beyond the reads", parts.compute_s * MS, "ms", f"{case.users:.0f} users", fitted))
    token_s = drafting.token_s if drafting else parts.total_s
    per_user = own.factor / token_s
    lines += _own(own)
    if drafting:
        lines += speculation_steps(case, drafting, calibration, fitted, own.factor)
    times = f" x {own.factor:.2f}" if own.runs else ""
    cycle = f"{drafting.per_cycle:.2f} tokens x " if drafting else ""
    whole_s = drafting.cycle_s if drafting else parts.total_s
    lines.append(Step("Decode", per_user, "tok/s", f"{cycle}1000 / {whole_s * MS:.2f} ms{times}"))
    if case.users > 1:
        lines.append(
            Step("All users", per_user * case.users, "tok/s", f"{case.users:.0f} users x {per_user:.1f} tok/s")
        )
    return tuple(lines)


def _launches(case: SpeedCase) -> str:
    layers = f"{case.work.layers} layers"
    if not case.odd_experts:
        return layers
    return (
        f"{layers}; experts of {case.work.expert_width} on {case.parallel} cards are no multiple of 64: slower kernels"
    )


def _own(own: Own) -> list[Step]:
    if not own.runs:
        return []
    how = f"measured over estimated, {own.trust:.0%} believed" + ("" if own.runs == 1 else f", {own.runs} runs")
    return [Step("Your measurements", own.factor, "x", how, "timed on this machine")]


def _weights(case: SpeedCase, parts: DecodeTime, fitted: str) -> list[Step]:
    lines = [
        Step(
            "Weights read per token",
            case.bytes_read(case.users) / GB,
            "GB",
            _how_read(case),
        )
    ]
    if case.cards:
        slowest = min(case.cards, key=lambda card: card.memory_gb_s)
        spread = f" on {case.parallel} cards at once" if case.parallel > 1 else ""
        how = f"{parts.card_bytes / GB:.1f} GB at {slowest.memory_gb_s:,.0f} GB/s x {parts.reach:.2f}{spread}"
        lines.append(Step("Reading weights", parts.weights_s * MS, "ms", how + _slowed(case), fitted))
    if parts.ram_s and case.host:
        how = f"{ram_bytes(case, case.users) / GB:.1f} GB from RAM of {case.host.ram_gb_s:.0f} GB/s by the book"
        lines += case.host.steps
        lines.append(Step("Weights in system RAM", parts.ram_s * MS, "ms", how, fitted))
    return lines


def _slowed(case: SpeedCase) -> str:
    """What makes these reads slower than those of other cards and formats."""
    ecc = "; ECC reads check bits along" if any(card.inline_ecc for card in case.cards) else ""
    return ecc + ("; experts take longer where many tokens are narrowed on their way" if case.narrows_batch else "")


def _how_read(case: SpeedCase) -> str:
    rest = f"{case.rest_bytes / GB:.1f} GB, the token table left out"
    if not case.work.moe:
        return rest
    return f"{rest} + {case.work.active} of {case.work.experts} experts of {case.routed_bytes / GB:.1f} GB"


def _wait(case: SpeedCase) -> str:
    if case.split == "layer":
        return "1 hand-over" if case.count == 2 else f"{case.count - 1} hand-overs"
    return f"2 all-reduces x {case.work.layers} layers over {LINK_WORDS[case.link]} between {case.count} cards"


def _cpu(case: SpeedCase) -> str:
    number = case.host.cores if case.host else None
    return f"2 x {case.work.params_read / 1e9:.2f} billion weights and attention" + (
        f" on {number} cores" if number else ""
    )


def prefill_steps(
    case: SpeedCase, parts: PrefillTime, calibration: Calibration, own: Own = NOTHING
) -> tuple[Step, ...]:
    fitted = f"fitted on {calibration.rows:,} published measurements, {calibration.fitted_on}"
    lines = [Step("Prompt", case.prompt, "tokens", f"chunks of {min(case.prompt, case.micro_batch):.0f}")]
    if case.cards:
        tflops = min(card.tflops or 0.0 for card in case.cards)
        how = f"2 x {case.work.params_read / 1e9:.2f} billion weights at {tflops:.0f} TFLOPS x {parts.reach:.2f}"
        lines += [
            Step("Matrix products", parts.matrix_s * US, "µs per token", how, fitted),
            Step("Attention", parts.attention_s * US, "µs per token", "grows with the prompt", fitted),
            Step("Weights and launches per chunk", parts.chunk_s * US, "µs per token", "", fitted),
        ]
    if parts.gain != 1:
        how = f"{case.count} cards pass {max(1, case.prompt / case.micro_batch):.0f} chunks along"
        lines.append(Step("Gain of the layer split", parts.gain, "x", how, fitted))
    if parts.wait_s:
        how = f"2 all-reduces a layer at {case.link_gb_s:.1f} GB/s"
        how += "; all cards at once through system RAM" if crowds_host(case) else ""
        lines.append(Step("Copies between cards", parts.wait_s * US, "µs per token", how, fitted))
    if parts.ram_s:
        label, how = ("Weights in system RAM", "sent per chunk") if case.cards else ("Work of the CPU", _cpu(case))
        lines.append(Step(label, parts.ram_s * US, "µs per token", how, fitted))
    lines += _own(own)
    times = f" x {own.factor:.2f}" if own.runs else ""
    rate = own.factor / parts.total_s
    lines.append(Step("Prefill", rate, "tok/s", f"1,000,000 / {parts.total_s * US:.1f} µs{times}"))
    return tuple(lines)
