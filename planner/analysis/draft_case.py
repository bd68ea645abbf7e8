"""What one pass of a draft asks of the machine: a case of its own, so that the very same arithmetic times it."""

from dataclasses import replace

from planner.analysis.fit_draft import DRAFT_LENGTH, chosen
from planner.analysis.model_layers import ATTENTION, layers
from planner.analysis.model_tensors import next_token_parameters
from planner.analysis.model_work import ModelWork, model_work
from planner.analysis.speed_case import NATIVE, SpeedCase, bits_class, is_plain, kernels_of
from planner.domain.drafted import said_of
from planner.domain.model import Model
from planner.domain.rig import Rig

AS_THE_MODEL_SAYS = ("vllm", "tensorrt-llm")
"""Engines that draft as many tokens as the model has next-token blocks (vLLM, "Multi-Token Prediction";
TensorRT-LLM, `num_nextn_predict_layers`)."""
DRAFTED = {"exllamav2": 4, "exllamav3": 4}
"""`num_draft_tokens` of their generators. llama.cpp drafts `DRAFT_LENGTH` (common/common.h, `n_max`), and so does
SGLang with next-token blocks (server_args.py, `auto_choose_speculative_params`)."""


def drafted_tokens(engine: str, model: Model) -> int:
    """How many tokens this engine drafts before each check, where nobody says."""
    if engine in AS_THE_MODEL_SAYS:
        return model.mtp.layers if model.mtp else DRAFT_LENGTH
    return DRAFTED.get(engine, DRAFT_LENGTH)


def drafted_as(rig: Rig) -> str:
    """How a measurement of this rig's workload says its speculation; empty where nothing is drafted."""
    workload, draft = rig.workload, chosen(rig, 0.0)
    if workload is None or draft is None or rig.model is None:
        return ""
    tokens = drafted_tokens(workload.engine, rig.model)
    model = "" if draft.block else draft.model.id
    return said_of(tokens, model, workload.draft_quant, workload.acceptance)


def block_step(case: SpeedCase, model: Model, head_bytes: float, bits: float) -> SpeedCase:
    """One pass of the model's own block: a layer, and the output head. llama.cpp keeps both on the last card."""
    work = block_work(model)
    block = model.mtp
    assert block is not None
    own_head = block.own_embed or block.own_head
    table = model.vocab * model.hidden if block.own_embed else 0
    dense = next_token_parameters(model) / block.layers - table - work.routed_total
    here = case if case.engine in NATIVE else replace(case, cards=case.cards[-1:], split="none", shares=())
    return replace(
        here,
        work=work,
        rest_bytes=dense * bits / 8 + (0.0 if own_head else head_bytes),
        routed_bytes=work.routed_total * bits / 8,
        kv_bytes=2.0,
        layers_in_ram=0.0,
        experts_in_ram=0.0,
        draft=None,
    )


def model_step(case: SpeedCase, model: Model, quant: str, parts: tuple[float, float]) -> SpeedCase:
    """One token of a draft model, spread over the same cards as the model it drafts for."""
    family = case.cards[0].family if case.cards else ""
    return replace(
        case,
        work=model_work(model),
        rest_bytes=parts[0],
        routed_bytes=parts[1],
        bits=bits_class(quant),
        kernels=kernels_of(quant, family) if case.engine in NATIVE else "",
        plain=is_plain(quant),
        kv_bytes=2.0,
        layers_in_ram=0.0,
        experts_in_ram=0.0,
        draft=None,
    )


def block_work(model: Model) -> ModelWork:
    """Of the block and the head: one layer that attends, with experts where the model has them."""
    whole, block = model_work(model), model.mtp
    assert block is not None
    attending = [layer for layer in layers(model) if layer.kind == ATTENTION and layer.kv_heads]
    full = sum(layer.window is None for layer in attending)
    part = 1 / (full or len(attending) or 1)
    routed = _routed(model)
    head = model.vocab * model.hidden
    params = next_token_parameters(model) / block.layers
    tables = head if block.own_embed else 0
    dense = params - routed - tables + (0 if block.own_embed or block.own_head else head)
    return replace(
        whole,
        params=params,
        params_read=dense + routed * whole.active / whole.experts,
        routed_read=routed * whole.active / whole.experts,
        routed_total=routed,
        layers=1,
        moe=routed > 0,
        kv_elements=(whole.kv_elements or whole.window_elements) * part,
        window_elements=0.0,
        query_width=(whole.query_width or whole.window_query_width) * part,
        window_query_width=0.0,
        moe_layers=1 if routed else 0,
        recurrent_layers=0,
    )


def _routed(model: Model) -> float:
    """Routed experts of one block: the model's own kind of layer, but for blocks that are dense."""
    moe, block = model.moe, model.mtp
    if moe is None or block is None or block.kind == "window_dense":
        return 0.0
    return float(min(moe.experts * 3 * model.hidden * moe.expert_intermediate, next_token_parameters(model)))
