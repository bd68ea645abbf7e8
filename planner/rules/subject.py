"""What a rule is handed: one result, with the rig and the policy it belongs to."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from planner.analysis.cost import Cost
from planner.analysis.facts import Facts
from planner.analysis.lanes import Lanes
from planner.analysis.memory import Memory, Refused
from planner.analysis.power import Power
from planner.analysis.space import Space
from planner.analysis.thermal import Thermal
from planner.analysis.throughput import Throughput
from planner.domain.policy import Policy
from planner.domain.rig import Rig
from planner.domain.workload import Workload

Result = TypeVar("Result")

A_BOARD = "a motherboard"
A_CARD_OR_CPU = "a graphics card or a processor"
A_CARD = "a graphics card"
A_CPU = "a processor"
A_CASE = "a case"
MEMORY = "system memory"
A_WORKLOAD = "a model to run"
A_PLAN = "a model, a graphics card and a split the engine accepts"
AN_ESTIMATE = "a speed estimate: a model that fits, on cards whose figures are known"


@dataclass(frozen=True, slots=True)
class Subject(Generic[Result]):
    facts: Facts
    of: Result

    @property
    def rig(self) -> Rig:
        return self.facts.rig

    @property
    def policy(self) -> Policy:
        return self.facts.policy

    @property
    def workload(self) -> Workload | None:
        return self.facts.rig.workload

    @property
    def split(self) -> str:
        """How the model is spread: none, layer, row or tensor; `none` with one card or without a workload."""
        return self.workload.split if self.workload and len(self.rig.cards) > 1 else "none"

    @property
    def in_lockstep(self) -> bool:
        """Tensor parallel: the cards exchange results in every layer and wait for the slowest."""
        return self.split == "tensor"

    @property
    def offloads(self) -> bool:
        """Part of the model is computed from system memory, the rest on cards."""
        if self.workload is None or not self.rig.cards:
            return False
        return bool(self.workload.offload_layers or self.workload.offload_experts)


def _about(facts: Facts, result: Result | None) -> Subject[Result] | None:
    return None if result is None else Subject(facts, result)


def on_rig(facts: Facts) -> Subject[Rig]:
    return Subject(facts, facts.rig)


def on_cards(facts: Facts) -> Subject[Rig] | None:
    return Subject(facts, facts.rig) if facts.rig.cards else None


def on_lanes(facts: Facts) -> Subject[Lanes] | None:
    return _about(facts, facts.lanes)


def on_space(facts: Facts) -> Subject[Space] | None:
    return _about(facts, facts.space)


def on_power(facts: Facts) -> Subject[Power] | None:
    return _about(facts, facts.power)


def on_thermal(facts: Facts) -> Subject[Thermal] | None:
    return _about(facts, facts.thermal)


def on_memory(facts: Facts) -> Subject[Memory] | None:
    """Only where the engine accepts the plan; the refusal has rules of its own."""
    return Subject(facts, facts.memory) if isinstance(facts.memory, Memory) else None


def on_plan(facts: Facts) -> Subject[Memory | Refused] | None:
    return _about(facts, facts.memory)


def on_throughput(facts: Facts) -> Subject[Throughput] | None:
    return _about(facts, facts.throughput)


def on_cost(facts: Facts) -> Subject[Cost]:
    return Subject(facts, facts.cost)


def on_workload(facts: Facts) -> Subject[Workload] | None:
    return _about(facts, facts.rig.workload)
