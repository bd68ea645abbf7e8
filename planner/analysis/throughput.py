"""Tokens per second: decode, prefill and time to first token, with the range earned on measured data."""

from dataclasses import dataclass

from planner.analysis.lanes import Lanes
from planner.analysis.memory import Memory, Refused
from planner.domain.rig import Rig
from planner.domain.steps import Range, Step


@dataclass(frozen=True, slots=True)
class Throughput:
    decode_tok_s: Range
    """Per user."""
    decode_sum_tok_s: Range
    """All users together."""
    prefill_tok_s: Range
    ttft_s: Range
    """Time to the first token of a prompt of the workload's length."""
    load_s: float | None
    """Reading the model from the drive."""
    limited_by: str
    """memory, compute, link, host RAM or overhead: what most of a token's time goes to."""
    sure: str
    """measured nearby, well known, young, or extrapolated: in a word how the range was earned."""
    decode_steps: tuple[Step, ...]
    prefill_steps: tuple[Step, ...]
    not_modelled: tuple[str, ...]
    assumed: tuple[str, ...]
    engine: str
    split: str


def throughput(rig: Rig, lanes: Lanes | None, memory: Memory | Refused | None) -> Throughput | None:
    """None where the model does not fit, or a figure of a chip is not known."""
    raise NotImplementedError
