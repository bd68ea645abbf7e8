"""What cards working together wait for: hand-overs of a layer split, all-reduces of tensor parallel."""

from collections.abc import Mapping

from planner.analysis.speed_case import SpeedCase

DETOURS = ("host", "far")
NARROWED_BYTES = 36 / 32
"""Of a number in blocks of 32 bytes with two fp16 scales, as kernels for quantised weights take what they multiply."""
TYPICAL_PARAMS = 8e9
"""Size of the models on which most gains of the layer split were measured."""


def reduce_class(case: SpeedCase) -> str:
    """Which all-reduce the engine does over this link."""
    if case.split == "row":
        return "llama.cpp row"
    if not case.native:
        return "llama.cpp nvlink" if case.link == "nvlink" else "llama.cpp ik" if case.backend == "ik" else "llama.cpp"
    if case.link.startswith("pcie"):
        return "pcie 2023" if case.engine == "vllm-2023" else "pcie"
    return case.link


def growth_class(case: SpeedCase) -> str:
    """How an all-reduce grows with more cards: hardly where each reaches all others at once."""
    return "row" if case.split == "row" else "pcie" if case.link.startswith("pcie") else "direct"


def detour_us(case: SpeedCase, constants: Mapping[str, float]) -> float:
    """What an all-reduce takes longer where cards meet only in RAM, or through the chipset or both CPUs."""
    way = case.link.removeprefix("pcie-")
    return constants[f"detour_us {way}"] if case.native and way in DETOURS else 0.0


def decode_wait_s(case: SpeedCase, constants: Mapping[str, float]) -> float:
    """Seconds one token waits for the other cards."""
    n = case.count
    if n < 2 or case.split == "none":
        return 0.0
    if case.split == "layer":
        return (n - 1) * constants["hop_us"] * constants.get(f"hop {case.cards[0].group}", 1.0) * 1e-6
    reduce_us = constants[f"reduce_us {reduce_class(case)}"] + detour_us(case, constants)
    latency_s = reduce_us * 1e-6 * (n / 2) ** constants[f"reduce_growth {growth_class(case)}"]
    copied_s = reduce_bytes(case, case.users) / (case.link_gb_s * 1e9)
    copied_s += _through_host_s(case, reduce_bytes(case, case.users - 1), constants)  # the latency holds one token's
    exchanges = 2 if case.context_ways == 1 else 3  # parts of the attention are put together as well
    return float(exchanges * case.work.layers * latency_s + copied_s)


def reduce_bytes(case: SpeedCase, tokens: float) -> float:
    """Bytes each card sends for this many tokens: two ring all-reduces of fp16 activations a layer."""
    n = case.count
    return 2 * case.work.layers * tokens * case.work.hidden * 2 * 2 * (n - 1) / n


def row_bytes(case: SpeedCase) -> float:
    """Bytes per prompt token through the first card's link, with every matrix cut by rows: what is multiplied goes to
    each other card and the products come back, matrix by matrix, in fp32 unless it is narrowed before it goes.

    Each passes through system RAM, in and out: about half the link's rate is left. How wide the link is decides; few
    sources say it, so the fit keeps to that half rather than learn the slots of single machines.
    """
    work, others = case.work, case.count - 1
    narrowed = case.bits != "16" and (case.engine != "cuda-2023" or case.cards[0].group == "pre-tensor")
    sent = (6 * work.hidden + work.inner_width) * others * (NARROWED_BYTES if narrowed else 4)
    returned = (5 * work.hidden + 2 * work.inner_width) * others / case.count * 4
    return work.layers * (sent + returned)


def prefill_wait_s(case: SpeedCase, constants: Mapping[str, float]) -> float:
    """Seconds per prompt token that tensor parallel spends on copies."""
    if case.split not in ("tensor", "row") or case.count < 2:
        return 0.0
    sent = row_bytes(case) if case.split == "row" else reduce_bytes(case, 1.0)
    reach = constants[f"prefill_link_reach {_copying(case)}"] * constants.get(f"prefill_link {case.link}", 1.0)
    pair_gb_s = case.link_gb_s * reach * _undisturbed(case, constants)
    return sent / (pair_gb_s * 1e9) + _through_host_s(case, sent, constants)


def _copying(case: SpeedCase) -> str:
    """Whose way of copying activations between cards."""
    if case.split == "row":
        return "row"
    return "native" if case.native else "ik" if case.backend == "ik" else "llama.cpp"


def _handed_on(case: SpeedCase) -> bool:
    """Whether copies take no turns around a ring: ik_llama.cpp hands each part straight to the others, and rows all
    pass through the first card, which `row_bytes` counts."""
    return case.split == "row" or case.backend == "ik"


def _undisturbed(case: SpeedCase, constants: Mapping[str, float]) -> float:
    """Share of a link left to each pair where more than two cards meet at one root; bridges and fabrics are each
    card's own."""
    if _handed_on(case) or not case.link.startswith("pcie"):
        return 1.0
    return float((2 / case.count) ** constants["prefill_crowding"])


def crowds_host(case: SpeedCase) -> bool:
    """Whether every copy passes through system RAM, where all cards meet."""
    return case.split == "tensor" and case.link.removeprefix("pcie-") in DETOURS and not _handed_on(case)


def _through_host_s(case: SpeedCase, sent: float, constants: Mapping[str, float]) -> float:
    """Where cards meet only in RAM, all write to it and read from it at once: what the host gives to each falls
    quickly with their number, however wide their links are."""
    if not crowds_host(case):
        return 0.0
    rate_gb_s = constants["host_copy_gb_s"] * (2 / case.count) ** constants["host_crowding"]
    return float(sent / (rate_gb_s * 1e9))


def pipeline_gain(case: SpeedCase, constants: Mapping[str, float]) -> float:
    """How much faster a layer split reads a prompt than one card: chunks follow one another through the cards.

    Large models gained less of the ideal, above all in builds of before mid 2024.
    """
    n = case.count
    chunks = max(1.0, case.prompt / case.micro_batch)
    waits = case.backend == "vulkan" and case.era != ""  # before 2026 it read one chunk after the other
    ideal = 1.0 if waits else max(1.0, n * chunks / (n + chunks - 1))
    kind = "now" if case.engine != "cuda-2023" else "16" if case.bits == "16" else "quant"
    size = (TYPICAL_PARAMS / case.work.params) ** constants[f"pipeline_size_exponent {kind}"]
    share = constants["pipeline_exponent"] * size
    return float(ideal ** min(1.0, share) * constants["pipeline_factor"])
