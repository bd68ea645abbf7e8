"""All results for one rig, worked out once, in order."""

from dataclasses import dataclass

from planner.analysis.cost import Cost, cost
from planner.analysis.lanes import Lanes, lanes
from planner.analysis.memory import Memory, Refused, memory
from planner.analysis.power import Power, power
from planner.analysis.space import Space, space
from planner.analysis.thermal import Thermal, thermal
from planner.analysis.throughput import Throughput, throughput
from planner.domain.policy import Policy
from planner.domain.rig import Rig


@dataclass(frozen=True, slots=True)
class Facts:
    """None is a result that lacks a part; the result's own `unknown` lists missing data."""

    rig: Rig
    policy: Policy
    lanes: Lanes | None
    space: Space | None
    power: Power | None
    thermal: Thermal | None
    memory: Memory | Refused | None
    throughput: Throughput | None
    cost: Cost


def facts(rig: Rig, policy: Policy) -> Facts:
    board_lanes = lanes(rig)
    case_space = space(rig)
    draw = power(rig)
    fit = memory(rig, policy.margin_gib)
    return Facts(
        rig=rig,
        policy=policy,
        lanes=board_lanes,
        space=case_space,
        power=draw,
        thermal=thermal(rig, case_space, draw),
        memory=fit,
        throughput=throughput(rig, board_lanes, fit),
        cost=cost(rig, draw),
    )
