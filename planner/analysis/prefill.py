"""Time per prompt token: arithmetic, attention over the prompt, weights read per chunk, copies between cards."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import mul

from planner.analysis.communication import pipeline_gain, prefill_wait_s
from planner.analysis.offload import prompt_path, ram_bytes
from planner.analysis.power_derate import prefill_derate
from planner.analysis.speed_case import CardSpeed, SpeedCase

OLD_CARDS = ("pre-tensor",)
NVIDIA_GROUPS = ("nv-gddr", "nv-hbm", "pre-tensor")
MMQ_ENGINES = ("cuda", "localscore")
TYPICAL_TFLOPS = 100


@dataclass(frozen=True, slots=True)
class PrefillTime:
    """Seconds per prompt token."""

    matrix_s: float
    attention_s: float
    chunk_s: float
    """Reading the weights and launching kernels once per chunk."""
    wait_s: float
    ram_s: float
    gain: float
    """What a layer split gains by passing chunks along."""
    reach: float
    """Share of the slowest card's matrix rate."""

    @property
    def total_s(self) -> float:
        return (self.matrix_s + self.attention_s + self.chunk_s) / self.gain + self.wait_s + self.ram_s


def prefill_time(case: SpeedCase, constants: Mapping[str, float]) -> PrefillTime | None:
    """None where a card's matrix rate is not known."""
    if not case.cards:
        return PrefillTime(0.0, 0.0, 0.0, 0.0, prompt_path(case, constants)[1], 1.0, 0.0)
    rates = [matrix_rate(case, card, constants) for card in case.kinds]
    known = [rate for rate in rates if rate is not None]
    if len(known) < len(rates):
        return None
    on_cards, ram_s = prompt_path(case, constants)
    n = case.parallel ** constants["prefill_parallel_exponent"]
    return PrefillTime(
        matrix_s=_paced(case, [2 * case.work.params_read * on_cards / rate for rate in known]) / n,
        attention_s=_paced(case, [_attention(case, card, constants) for card in case.kinds]) / n,
        chunk_s=_chunk(case, constants) / n,
        wait_s=prefill_wait_s(case, constants),
        ram_s=ram_s,
        gain=pipeline_gain(case, constants) if case.split == "layer" and case.count > 1 else 1.0,
        reach=min([rate / (card.tflops or 1) / 1e12 for rate, card in zip(known, case.kinds, strict=True)]),
    )


def _paced(case: SpeedCase, times: list[float]) -> float:
    """The slowest card sets the pace in parallel; in a layer split each does its share."""
    if case.parallel > 1:
        return max(times)
    return float(sum(map(mul, times, case.kind_shares)))


def matrix_rate(case: SpeedCase, card: CardSpeed, constants: Mapping[str, float]) -> float | None:
    """Operations per second that matrix products reach; boards with few watts per TFLOPS cannot hold their clock."""
    if card.tflops is None:
        return None
    phi = _phi(case, card, constants) * _engine(case, card, constants) * _filled(case, card, constants)
    if card.group in NVIDIA_GROUPS:
        phi *= (card.stock_w / card.tflops) ** constants["watts_exponent"]
    if case.work.moe:
        phi *= constants[_moe_kernels(case)] * _tile(case, constants)
        phi *= constants.get(f"phi_moe family {card.family}", 1.0)
    return card.tflops * 1e12 * min(1.0, phi) * prefill_derate(card, constants)


def _moe_kernels(case: SpeedCase) -> str:
    """Whose kernels multiply experts. Where dense matrices fill less of the card, as on AMD's, experts lose less."""
    if case.engine.startswith("ollama"):
        return "phi_moe ollama"
    return "phi_moe native" if case.native else "phi_moe amd" if case.engine == "amd" else "phi_moe"


def _phi(case: SpeedCase, card: CardSpeed, constants: Mapping[str, float]) -> float:
    """From the wide to the narrow: group of families, kind of weights, family, chip."""
    kind = _kind(case)
    phi = constants.get(f"phi {card.group}") or constants["phi any"]
    if kind != "quant":
        phi *= constants[f"phi {kind}"] * constants.get(f"phi {kind} {card.group}", 1.0)
    elif case.bits == "low":  # taken apart in more steps
        phi *= constants["phi low"]
    if case.kernels == "narrow":  # matrix units multiply narrow numbers faster
        phi *= constants.get(f"phi native narrow {case.bits}", 1.0)
    phi *= constants.get(f"phi family {card.family}", 1.0) * constants.get(f"phi family {card.family} {kind}", 1.0)
    if card.laptop:  # rated at a limit that few laptops allow
        phi *= constants["phi laptop"]
    return phi * constants.get(f"phi chip {card.chip}", 1.0)


def _kind(case: SpeedCase) -> str:
    return "native" if case.native else "16" if case.bits == "16" else "quant"


def _engine(case: SpeedCase, card: CardSpeed, constants: Mapping[str, float]) -> float:
    """What kernels of an engine, a back end and a time make of a card."""
    kind, effect = _kind(case), 1.0
    if case.engine != "cuda-2023":
        effect *= constants.get(f"phi engine {'ik' if case.backend == 'ik' else case.engine}", 1.0)
        effect *= constants.get(f"phi pair {_kernels(case, card)} {card.family}", 1.0)
    elif kind == "quant" and card.group not in OLD_CARDS:
        effect *= constants["phi cublas"] * constants.get(f"phi cublas {card.family}", 1.0)
    if case.era == "2023" and card.group not in OLD_CARDS:
        effect *= constants.get(f"phi old {kind}", 1.0)
    if case.era == "2025" and case.engine == "amd":
        effect *= constants.get(f"phi pair amd 2025 {case.backend}", 1.0)
    if case.backend == "vulkan":
        effect *= constants["phi_vulkan"] * constants.get(f"phi vulkan {card.family} {kind}", 1.0)
        effect *= constants["phi_vulkan 16"] if kind == "16" else 1.0
    return effect


def _kernels(case: SpeedCase, card: CardSpeed) -> str:
    """llama.cpp and LocalScore multiply quantised weights as they are (mmq) since mid 2024; before, cuBLAS did."""
    return "mmq" if case.engine in MMQ_ENGINES and card.group in NVIDIA_GROUPS else case.engine


def _filled(case: SpeedCase, card: CardSpeed, constants: Mapping[str, float]) -> float:
    """Small matrices fill no card, and a fast card even less."""
    width = case.work.hidden
    narrow = constants["narrow_width"] * ((card.tflops or 0) / TYPICAL_TFLOPS) ** constants["narrow_growth"]
    return float(width / (width + narrow))


def _tile(case: SpeedCase, constants: Mapping[str, float]) -> float:
    """An expert's matrices are multiplied with the few tokens of a chunk that chose it: small tiles fill no card."""
    tokens = min(case.prompt, case.micro_batch) * case.work.active / case.work.experts
    return tokens / (tokens + constants["moe_tile"])


def _attention(case: SpeedCase, card: CardSpeed, constants: Mapping[str, float]) -> float:
    """Scores and weighted sums over what is before each prompt token, on average."""
    mean = case.prompt_depth + case.prompt / 2
    window = case.work.window or mean
    flops = 4 * (case.work.query_width * mean + case.work.window_query_width * min(mean, window))
    if case.native or case.backend == "ik":  # a latent is unfolded for prompts; llama.cpp works on it as it is
        flops *= case.work.unfolded
    if not case.fused:  # every score is written out and read again, so memory sets the pace
        return (
            flops / 4 / (card.memory_gb_s * 1e9 * constants["scores_reach"] * _attention_effect(case, card, constants))
        )
    share = constants["phi_attention"] * _attention_effect(case, card, constants)
    return flops / ((card.tflops or 1.0) * 1e12 * share)


def _attention_effect(case: SpeedCase, card: CardSpeed, constants: Mapping[str, float]) -> float:
    effect = constants.get(f"phi_attention family {card.family}", 1.0)
    effect *= constants.get(f"phi_attention kernels {'native' if case.native else case.backend or case.engine}", 1.0)
    if case.era == "2025" and case.engine == "amd":
        effect *= constants.get("phi_attention kernels amd 2025", 1.0)
    return effect


def _chunk(case: SpeedCase, constants: Mapping[str, float]) -> float:
    """Each chunk of the prompt reads every weight and launches every kernel once."""
    tokens = min(case.prompt, case.micro_batch)
    slowest = min([card.memory_gb_s for card in case.kinds])
    resident = case.bytes_read(tokens) - ram_bytes(case, tokens)
    return (resident / (slowest * 1e9) + case.work.layers * constants["chunk_layer_us"] * 1e-6) / tokens
