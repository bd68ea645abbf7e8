"""The command that starts each inference engine as planned, or the reason why none is given."""

from collections.abc import Callable
from dataclasses import replace

from planner.analysis.memory import Memory, Refused
from planner.analysis.quantisation import for_engine
from planner.documents.launch_gguf import llama_cpp
from planner.documents.launch_ollama import ollama
from planner.documents.launch_plan import Command, Launch, NoCommand, NoLaunch, Plan
from planner.documents.launch_servers import sglang, vllm
from planner.documents.launch_tabby import tabby
from planner.domain.engine import Engine
from planner.domain.rig import Rig
from planner.domain.units import gib, show_gib
from planner.domain.workload import SPLIT_WORDS, Workload

__all__ = ["Command", "Launch", "NoLaunch", "launch"]

POWERSHELL = (
    "The lines are for PowerShell. The older command prompt (cmd) takes set NAME=value, double quotes, and ^ at the "
    "end of a line that goes on."
)


def launch(rig: Rig, fit: Memory | Refused | None) -> Launch | NoLaunch:
    """For the rig's engine and workload, as `fit` (worked out for the same rig) says they sit in memory."""
    name = rig.engine.name if rig.engine else rig.workload.engine if rig.workload else "the engine"
    try:
        plan = _plan(rig, fit)
        return _with_shell(_writer(plan.engine)(plan), plan)
    except NoCommand as reason:
        return NoLaunch(name, str(reason))


def _with_shell(found: Launch, plan: Plan) -> Launch:
    return replace(found, notes=(*found.notes, POWERSHELL)) if plan.windows else found


def _plan(rig: Rig, fit: Memory | Refused | None) -> Plan:
    work, model, engine = rig.workload, rig.model, rig.engine
    if work is None or model is None:
        raise NoCommand("No model is chosen.")
    if engine is None:
        raise NoCommand(f"The engine {work.engine} is not in the catalog.")
    if isinstance(fit, Refused):
        raise NoCommand(fit.reason)
    if fit is None:
        raise NoCommand("No card is chosen, nor a processor with memory, so there is nothing to load the model on.")
    if not fit.fits:
        raise NoCommand(_does_not_fit(fit, work))
    if work.split not in engine.splits and len(rig.cards) > 1:
        raise NoCommand(f"{engine.name} has no {SPLIT_WORDS[work.split]}.")
    _check_chips(rig, engine)
    form = for_engine(work.quant, engine.formats)
    if form is None:
        raise NoCommand(f"{engine.name} cannot load {work.quant}.")
    return Plan(rig, work, model, engine, fit, form)


def _check_chips(rig: Rig, engine: Engine) -> None:
    """Chips that the engine's present version is not built for."""
    for card in rig.cards:
        if engine.vendors and card.chip.vendor not in engine.vendors:
            raise NoCommand(f"{engine.name} runs on {' and '.join(engine.vendors)} cards only, not on {card.label}.")
        known, least = card.chip.compute_capability, engine.least_compute_capability
        if known is not None and float(known) < least:
            raise NoCommand(
                f"{engine.name} needs compute capability {least:g} or more, and {card.label} has {known}: only older "
                "versions of it ran there."
            )


def _does_not_fit(fit: Memory, work: Workload) -> str:
    text = f"The model does not fit: {show_gib(gib(fit.over_bytes))} too much on {_device(fit.tightest)}"
    if 0 < fit.max_context < work.context:
        return f"{text} at a context of {work.context:,} tokens. Up to {fit.max_context:,} it fits."
    return f"{text}. Any command would end in an out-of-memory error."


def _device(key: str) -> str:
    return "system RAM" if key == "ram" else key.replace("gpu-", "GPU ")


def _writer(engine: Engine) -> Callable[[Plan], Launch]:
    writers = {
        "llama": llama_cpp,
        "ik": llama_cpp,
        "ollama": ollama,
        "vllm": vllm,
        "sglang": sglang,
        "exllama": tabby,
        "tabby": tabby,
    }
    found = next((write for stem, write in writers.items() if engine.id.startswith(stem)), None)
    if found is None:
        where = f" Its own pages: {engine.url}." if engine.url else ""
        raise NoCommand(f"How {engine.name} is started is not known here.{where}")
    return found
