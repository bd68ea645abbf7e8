"""Cards on links of such widths and rates."""

from typing import Any

from planner.analysis.facts import Facts
from planner.analysis.lanes import Link, PairPath
from tests.makers import make_workload
from tests.rules.cases import changed, facts_of, make_lanes, make_link, rig_with

LAYERS = "Split by layers instead"


def linked(*links: Link, split: str = "layer", cards: int | None = None, **lanes: Any) -> Facts:
    """So many cards as links, unless said otherwise."""
    rows = (1, 4, 7)[: cards or len(links)]
    rig = rig_with(rows, workload=make_workload(split=split))
    return facts_of(rig, lanes=make_lanes(*links, **lanes))


def in_step(gb_s: float, split: str = "tensor", **model: Any) -> Facts:
    """Two cards that exchange at this rate in practice."""
    links = (make_link(1), make_link(2, width=8, gb_s=gb_s / 0.85))
    facts = linked(*links, split=split, pairs=(PairPath("gpu-1", "gpu-2", gb_s, "cpu", False),))
    return changed(facts, **model)
