"""The limits of cards: what they accept and what is worth setting."""

from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.facts import Facts
from tests.makers import make_workload
from tests.rules.cases import (
    ERROR,
    INFO,
    WARNING,
    Case,
    check,
    edge,
    facts_of,
    fires,
    judged,
    needs,
    rig_with,
    said,
    silent,
)

TENSOR = make_workload(split="tensor")


def limited(limit_w: int | None, chip: dict[str, Any] | None = None, split: str = "layer", **card: Any) -> Facts:
    made = {"min_limit_w": 100, "max_limit_w": 400} | (chip or {})
    return facts_of(rig_with((1,), card, chip=made, limit_w=limit_w, workload=make_workload(split=split)))


CASES: tuple[Case, ...] = (
    fires("PWR-011", ERROR, "5090 below its lowest", lambda: limited(300, {"min_limit_w": 400})),
    silent("PWR-011", "at stock", lambda: limited(None)),
    fires("PWR-011", INFO, "laptop", lambda: limited(None, {"form": "mobile"})),
    fires("PWR-011", ERROR, "limit for a laptop", lambda: limited(200, {"form": "mobile"})),
    *edge("PWR-011", "floor", lambda low: limited(None, {"min_limit_w": low}), (174, None), (175, INFO)),
    needs("PWR-011", "lowest not known", lambda: limited(200, {"min_limit_w": None})),
    silent("PWR-011", "at stock by limit, lowest not known", lambda: limited(350, {"min_limit_w": None})),
    *edge("PWR-011", "lowest", limited, (100, None), (99, ERROR)),
    *edge("PWR-011", "highest", limited, (400, None), (401, ERROR)),
    fires("PWR-012", INFO, "3090 at stock", lambda: limited(None)),
    fires("PWR-012", WARNING, "3090 at 180 W", lambda: limited(180)),
    silent("PWR-012", "3090 at 280 W", lambda: limited(280)),
    silent("PWR-012", "5060 Ti at its lowest", lambda: limited(150, {"name": "GeForce RTX 5060 Ti 16 GB"}, tgp_w=180)),
    *edge("PWR-012", "above the bend", limited, (322, None), (323, INFO)),
    *edge("PWR-012", "too low", limited, (200, None), (199, WARNING)),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    check(case)


def test_tensor_parallel_bends_lower():
    alone = judged("PWR-012", limited(300)).findings
    in_step = facts_of(rig_with((1, 4), {}, chip={"min_limit_w": 100}, limit_w=300, workload=TENSOR))
    assert not alone
    assert "250 W" in said("PWR-012", in_step).message


def test_a_limit_out_of_range_in_numbers():
    finding = said("PWR-011", limited(500))
    assert "500 W" in finding.message and "400 W" in finding.message
    assert finding.value == 100


def test_the_16_gb_card_of_a_name_bends_like_the_name():
    assert "about 150 W" in said("PWR-012", limited(180, {"name": "GeForce RTX 5060 Ti 16 GB"})).message


KNEES = [
    ("GeForce RTX 3090", 280, 250, 200),
    ("GeForce RTX 3090 Ti", 280, 200, 190),
    ("GeForce RTX 4090", 280, 270, 220),
    ("GeForce RTX 5090", 400, 400, 400),
    ("RTX PRO 6000 Blackwell", 300, 300, 250),
    ("NVIDIA RTX 5060 Ti", 150, 150, 150),
]


@pytest.mark.parametrize(("name", "alone_w", "tensor_w", "cliff_w"), KNEES)
def test_bends_and_cliffs_of_the_sweeps(name, alone_w, tensor_w, cliff_w):
    chip = {"name": name}
    assert f"about {alone_w} W" in said("PWR-012", limited(600, chip)).message
    assert f"about {tensor_w} W" in said("PWR-012", limited(600, chip, split="tensor")).message
    assert f"Below about {cliff_w} W" in said("PWR-012", limited(cliff_w - 1, chip)).message


def test_watts_saved_and_watts_too_low_add_up():
    """Two cards at 350 W that bend at 280 W; limits of 150 W and 180 W where 200 W is the least."""
    assert said("PWR-012", facts_of(rig_with())).value == 2 * (350 - 280)
    rig = rig_with()
    cards = tuple(replace(card, limit_w=watts) for card, watts in zip(rig.cards, (150, 180), strict=True))
    assert said("PWR-012", facts_of(replace(rig, cards=cards))).value == 200 - 150
