"""From a rig to the bare situation the estimates work on, with every assumption named."""

from dataclasses import replace

from planner.analysis.draft_case import block_step, drafted_tokens, model_step
from planner.analysis.fit_draft import chosen
from planner.analysis.host_memory import HostMemory, host_memory
from planner.analysis.lanes import Lanes
from planner.analysis.memory import Fit
from planner.analysis.model_work import model_work
from planner.analysis.quantisation import for_engine, parse
from planner.analysis.speed_case import (
    NATIVE,
    NATIVE_CHUNK,
    CardSpeed,
    DraftSpeed,
    HostSpeed,
    SpeedCase,
    bits_class,
    engine_class,
    family_of,
    fast_cores,
    inline_ecc,
    is_plain,
    kernels_of,
    unpacking_of,
    vector_class,
)
from planner.analysis.weights import Weights, weights
from planner.domain.model import Model
from planner.domain.parts import Cpu
from planner.domain.rig import Rig, RigCard
from planner.domain.units import PRACTICAL_SHARE, pcie_gb_s
from planner.domain.workload import Workload

Assumed = tuple[str, ...]
ANSWER_TOKENS = 256
"""Decode is stated in the middle of an answer of this length after the workload's prompt."""
USUAL_LINK = (4, 16)
KV_BYTES = {
    "f32": 4.0,
    "f16": 2.0,
    "bf16": 2.0,
    "fp8": 1.0,
    "q8_0": 34 / 32,
    "q5_1": 24 / 32,
    "q5_0": 22 / 32,
    "q4_1": 20 / 32,
    "q4_0": 18 / 32,
}
_DYNAMIC = {
    "Q8_K_XL": "Q8_0",
    "Q6_K_XL": "Q6_K",
    "Q5_K_XL": "Q5_K_M",
    "Q4_K_XL": "Q4_K_M",
    "Q3_K_XL": "Q3_K_M",
    "Q2_K_XL": "Q2_K",
}
FAR = ("chipset", "sockets")
ON_CPU = "cpu"
"""Engine class of whatever runs without a card."""


def rig_case(rig: Rig, lanes: Lanes | None, memory: Fit) -> tuple[SpeedCase, Assumed] | None:
    """None without a model, or where weights lie in RAM whose speed is not known."""
    workload, model = rig.workload, rig.model
    if workload is None or model is None:
        return None
    parts = weight_parts(model, workload.quant, rig.engine.formats if rig.engine else ("gguf",), memory.weights_bytes)
    if parts is None:
        return None
    rest, routed = parts
    in_ram = _in_ram(workload, memory)
    host = host_speed(rig) if in_ram else None
    if in_ram and host is None:
        return None
    working = working_cards(rig, memory)
    cards = tuple(card_speed(card, lanes) for card in working)
    split = workload.split if len(cards) > 1 else "none"
    engine = engine_class(workload.engine, cards[0].family) if cards else ON_CPU
    link, link_gb_s, assumed = _link(lanes, working, split)
    layers_in_ram, experts_in_ram = _ram_shares(workload, model) if cards else (0.0, 0.0)
    case = SpeedCase(
        cards=cards,
        work=model_work(model),
        rest_bytes=rest,
        routed_bytes=routed,
        bits=bits_class(workload.quant),
        engine=engine,
        kernels=kernels_of(workload.quant, cards[0].family if cards else "") if engine in NATIVE else "",
        plain=is_plain(workload.quant),
        unpacking=unpacking_of(workload.quant, _backend(workload.engine)),
        split=split,
        shares=_shares(memory, working) if split == "layer" else (),
        link=link,
        link_gb_s=link_gb_s,
        depth=workload.prompt + ANSWER_TOKENS / 2,
        prompt=workload.prompt,
        users=workload.users,
        micro_batch=NATIVE_CHUNK if engine in NATIVE else workload.micro_batch,
        backend=_backend(workload.engine),
        windows=workload.host in ("windows", "wsl2"),
        kv_bytes=KV_BYTES[workload.kv_type],
        layers_in_ram=layers_in_ram,
        experts_in_ram=experts_in_ram,
        host=host,
    )
    draft = _drafting(rig, case, memory)
    return (replace(case, draft=draft) if draft else case), assumed


def _drafting(rig: Rig, case: SpeedCase, memory: Fit) -> DraftSpeed | None:
    """None where nothing is drafted, or nothing that this model and engine can use."""
    workload, model, engine = rig.workload, rig.model, rig.engine
    if rig.draft is None or workload is None or model is None or engine is None:
        return None
    sizes = sized_weights(model, workload.quant, engine.formats, memory.weights_bytes)
    found = chosen(rig, sizes.bits_per_weight) if sizes else None
    if sizes is None or found is None:
        return None
    tokens = drafted_tokens(engine.id, model)
    if found.block:
        bits = 16.0 if case.engine in NATIVE else sizes.bits_per_weight  # those engines keep the block as published
        step = block_step(case, model, sizes.output, bits)
        return DraftSpeed("block", tokens, step, workload.acceptance)
    parts = weight_parts(found.model, workload.draft_quant, engine.formats)
    if parts is None:
        return None
    return DraftSpeed("model", tokens, model_step(case, found.model, workload.draft_quant, parts), workload.acceptance)


def _backend(engine: str) -> str:
    return "ik" if engine.startswith("ik") else "sglang" if engine.startswith("sglang") else ""


def card_speed(card: RigCard, lanes: Lanes | None) -> CardSpeed:
    link = lanes.link(card.key) if lanes else None
    return CardSpeed(
        label=card.label,
        chip=card.chip.id,
        family=family_of(card.chip),
        memory_gb_s=card.chip.memory_gb_s,
        tflops=card.chip.fp16_tflops,
        stock_w=float(card.chip.tgp_w),
        limit_w=float(card.limit_w or card.chip.tgp_w),
        link_gb_s=link.path_gb_s if link and link.width else pcie_gb_s(*USUAL_LINK),
        inline_ecc=inline_ecc(card.chip),
    )


def host_speed(rig: Rig) -> HostSpeed | None:
    """Bandwidth of the channels that hold a module, all sockets together; None without CPU and memory."""
    memory = host_memory(rig)
    if rig.cpu is None or memory is None:
        return None
    return host_of(rig.cpu, memory, rig.board.sockets if rig.board else 1)


def host_of(cpu: Cpu, memory: HostMemory, sockets: int = 1) -> HostSpeed:
    return HostSpeed(
        ram_gb_s=memory.peak_gb_s,
        sockets=sockets,
        cores=fast_cores(cpu) * sockets,
        vector=vector_class(cpu),
        ceiling_gb_s=memory.ceiling_gb_s,
        watts=float(cpu.tdp_w * sockets),
        steps=memory.steps,
    )


def weight_parts(
    model: Model, quant: str, formats: tuple[str, ...], file_bytes: float | None = None
) -> tuple[float, float] | None:
    """Bytes that every token reads, and bytes of all routed experts; None where the format tells nothing."""
    found = sized_weights(model, quant, formats)
    if found is None:
        return None
    rest, routed = split_weights(found)
    scale = file_bytes / found.file if file_bytes else 1.0
    return rest * scale, routed * scale


def split_weights(found: Weights) -> tuple[float, float]:
    routed = sum(found.experts)
    return found.on_cards - routed, routed


def sized_weights(
    model: Model, quant: str, formats: tuple[str, ...], file_bytes: float | None = None
) -> Weights | None:
    """In this format, at the size of the file where that is known; None where the format tells nothing."""
    kind = for_engine(_plain(quant), formats) or parse(_plain(quant))
    if kind is None:
        return None
    found = weights(model, kind)
    return found.scaled_to(file_bytes) if file_bytes else found


def _plain(quant: str) -> str:
    """The ordinary mixture that a dynamic one (UD-…_XL) is nearest to: only its proportions matter here."""
    label = quant.removeprefix("UD-")
    return _DYNAMIC.get(label, label)


def _in_ram(workload: Workload, memory: Fit) -> bool:
    return bool(workload.offload_layers or workload.offload_experts) or not memory.cards


def _ram_shares(workload: Workload, model: Model) -> tuple[float, float]:
    """Share of whole layers, and of routed experts, kept in system RAM."""
    layers = min(workload.offload_layers, model.layers) / model.layers
    experts = min(workload.offload_experts, model.layers) / model.layers if model.moe else 0.0
    return layers, experts


def working_cards(rig: Rig, memory: Fit) -> tuple[RigCard, ...]:
    """Cards that hold weights: without a split one of several does all the work."""
    held = {share.device for share in memory.cards if share.weights > 0}
    return tuple(card for card in rig.cards if card.key in held) or rig.cards


def _shares(memory: Fit, working: tuple[RigCard, ...]) -> tuple[float, ...]:
    held = {share.device: share.weights for share in memory.cards}
    total = sum(held.get(card.key, 0.0) for card in working)
    return tuple(held.get(card.key, 0.0) / total for card in working) if total else ()


def _link(lanes: Lanes | None, cards: tuple[RigCard, ...], split: str) -> tuple[str, float, Assumed]:
    """Kind and practical GB/s of the slowest pair."""
    usual = pcie_gb_s(*USUAL_LINK) * PRACTICAL_SHARE
    if len(cards) < 2 or split == "none":
        return "pcie", usual, ()
    pair = lanes.slowest_pair() if lanes else None
    if pair is None:
        direct = all(card.chip.p2p for card in cards)
        return _pcie(direct), usual, ("Links between the cards are not known: taken as PCIe 4.0 x16 each.",)
    if pair.kind == "nvlink":
        return "nvlink", pair.gb_s, ()
    return ("pcie-far" if pair.kind in FAR else _pcie(pair.p2p)), max(pair.gb_s, 0.1), ()


def _pcie(direct: bool | None) -> str:
    """Cards not known to reach each other are taken to copy through RAM."""
    return "pcie" if direct else "pcie-host"
