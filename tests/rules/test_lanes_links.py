"""Narrow, slow and chipset links, and what they cost."""

from typing import Any

import pytest

from planner.analysis.facts import Facts
from planner.domain.model import Model
from planner.domain.rig import Shelf
from planner.rules import RULES
from planner.rules.rule import judge
from tests.makers import make_board, make_build, make_model, make_rig_of, make_slot, make_workload
from tests.rules.cases import (
    ERROR,
    INFO,
    WARNING,
    Case,
    check,
    edge,
    facts_of,
    fires,
    make_link,
    needs,
    said,
    silent,
    ways_out,
)
from tests.rules.linked import LAYERS, in_step, linked


def chipset(split: str = "layer", gen: int = 4, **link: Any) -> Facts:
    return linked(
        make_link(1), make_link(2, width=4, gen=gen, root_kind="chipset", uplink_gb_s=7.9, **link), split=split
    )


def older_slot(split: str) -> Facts:
    return linked(make_link(1), make_link(2, width=8, card_width=8, gen=3), split=split)


def half_of_eight(split: str) -> Facts:
    return linked(make_link(1), make_link(2, width=4, card_width=8), split=split)


def active(billions: float) -> Model:
    """A model that reads so many weights for a token."""
    return make_model(params_total=30_000_000_000, params_active=round(billions * 1e9))


CASES: tuple[Case, ...] = (
    fires("PCI-001", INFO, "x8 and x8", lambda: linked(make_link(1, width=8), make_link(2, width=8), split="tensor")),
    silent("PCI-001", "x16", lambda: linked(make_link(1), make_link(2))),
    silent("PCI-001", "card with eight lanes in a long slot", lambda: linked(make_link(1, width=8, card_width=8))),
    needs("PCI-001", "lanes not known", lambda: linked(make_link(1), unknown=("lanes of slot PCIE2",))),
    *edge("PCI-001", "lanes", lambda width: linked(make_link(1, width=width)), (16, None), (8, INFO)),
    *edge("PCI-001", "one lane", lambda width: linked(make_link(1, width=width)), (1, None), (2, INFO)),
    fires("PCI-002", WARNING, "in step", lambda: chipset("tensor")),
    fires("PCI-002", INFO, "layer split", chipset),
    fires("PCI-002", WARNING, "a drive on the same uplink", lambda: chipset(uplink_shared_with=("drive-1",))),
    silent("PCI-002", "processor lanes", lambda: linked(make_link(1), make_link(2), split="tensor")),
    needs("PCI-002", "feed not known", lambda: linked(make_link(1), cards=2, unknown=("feed of slot PCIE4",))),
    *edge("PCI-002", "generation", lambda gen: chipset(gen=gen), (3, INFO), (2, WARNING)),
    fires("PCI-003", WARNING, "4.0 x4", lambda: in_step(6.7)),
    fires("PCI-003", INFO, "row split", lambda: in_step(3.3, "row")),
    silent("PCI-003", "layer split over one lane", lambda: in_step(0.8, "layer")),
    silent("PCI-003", "4.0 x8", lambda: in_step(13.4)),
    needs("PCI-003", "lanes not known", lambda: linked(make_link(1), split="tensor", cards=2, unknown=("lanes of B",))),
    *edge("PCI-003", "enough", in_step, (12.0, None), (11.9, WARNING)),
    *edge("PCI-003", "of no use", in_step, (1.5, WARNING), (1.49, ERROR)),
    *edge("PCI-003", "of no use to a row split", lambda x: in_step(x, "row"), (1.5, INFO), (1.49, WARNING)),
    *edge("PCI-003", "few weights, GB/s", lambda x: in_step(x, model=active(3)), (6.0, INFO), (5.99, WARNING)),
    *edge("PCI-003", "1e9 weights", lambda n: in_step(6.7, model=active(n)), (5, INFO), (5.000000001, WARNING)),
    fires("PCI-004", INFO, "x4", lambda: linked(make_link(1), make_link(2, width=4))),
    silent("PCI-004", "in step", lambda: linked(make_link(1), make_link(2, width=4), split="tensor")),
    *edge("PCI-004", "lanes", lambda width: linked(make_link(1), make_link(2, width=width)), (8, None), (4, INFO)),
    *edge("PCI-004", "one lane", lambda width: linked(make_link(1), make_link(2, width=width)), (1, None), (2, INFO)),
    fires("PCI-005", ERROR, "in step", lambda: linked(make_link(1), make_link(2, width=1), split="tensor")),
    fires("PCI-005", WARNING, "layer split", lambda: linked(make_link(1), make_link(2, width=1))),
    silent("PCI-005", "x16", lambda: linked(make_link(1))),
    *edge("PCI-005", "lanes", lambda width: linked(make_link(1, width=width)), (2, None), (1, WARNING)),
    fires("PCI-015", INFO, "older slot", lambda: linked(make_link(1, width=8, card_width=8, gen=3))),
    fires(
        "PCI-015",
        WARNING,
        "halved, in step",
        lambda: half_of_eight("tensor"),
    ),
    silent("PCI-015", "all it takes", lambda: linked(make_link(1, width=8, card_width=8))),
    fires("PCI-015", INFO, "older slot, in step", lambda: older_slot("tensor")),
    silent("PCI-015", "sixteen lanes in an older slot", lambda: linked(make_link(1, gen=3))),
    *edge("PCI-015", "one lane", lambda w: linked(make_link(1, width=w, card_width=8)), (1, None), (2, INFO)),
    *edge("PCI-015", "lanes", lambda w: linked(make_link(1, width=w, card_width=8)), (8, None), (4, INFO)),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    check(case)


def test_few_active_weights_bear_a_slow_link(catalog):
    sparse = catalog.models["qwen3-30b-a3b"]
    facts = in_step(6.7, model=sparse)
    assert said("PCI-003", facts).severity == INFO
    assert said("PCI-003", in_step(5.9, model=sparse)).severity == WARNING


def test_one_lane_in_step_is_told_once():
    found = judge(RULES, linked(make_link(1), make_link(2, width=1), split="tensor"))
    one_lane = next(f for f in found.findings if f.rule == "PCI-005")
    assert "PCI-003" in one_lane.also


def test_a_card_is_moved_to_a_live_slot():
    board = make_board(make_slot("PCIE1", 1), make_slot("PCIE4", 4), make_slot("LOW", 7, lanes=1))
    rig = make_rig_of(board, "PCIE1", "LOW", shelf=Shelf(boards=(board,)))
    finding = said("PCI-005", facts_of(rig))
    assert [fix.label for fix in finding.fixes] == ["Move GPU 2 to PCIE4 (4.0 x16)"]


def test_layer_split_is_the_way_out_of_a_slow_link():
    finding = said("PCI-003", in_step(3.0))
    assert finding.fixes[0].label == "Split by layers instead"
    build = make_build(workloads=(make_workload(split="tensor"),))
    after = finding.fixes[0].edit(build)
    assert after.workload is not None and after.workload.split == "layer"


# Messages, measures and ways out


@pytest.mark.parametrize(
    ("facts", "helps"),
    [
        (lambda: chipset("tensor"), True),
        (lambda: chipset("tensor", gen=3), True),
        (lambda: chipset("tensor", gen=2), False),
        (lambda: chipset("layer", gen=2), False),
        (lambda: chipset("tensor", uplink_shared_with=("drive-1",)), False),
        (lambda: chipset("layer", uplink_shared_with=("drive-1",)), False),
    ],
)
def test_another_split_helps_chipset_lanes_unless_they_are_old_or_shared(facts, helps):
    """The first slot that also leaves air: PCIE3 would not. On the board itself PCIE4 is as good as any."""
    assert ways_out("PCI-002", facts()) == ["Move GPU 2 to PCIE4 (4.0 x16)", *([LAYERS] if helps else [])]


@pytest.mark.parametrize(
    ("split", "words"), [("tensor", "15 % generating"), ("layer", "With layer split"), ("none", "A model that sits")]
)
def test_what_chipset_lanes_mean_for_the_split(split, words):
    assert words in said("PCI-002", chipset(split)).message


def test_one_lane_in_numbers():
    """24 GiB are 25.7 GB; one lane of 4.0 carries 1.97 GB/s, 85 % of it in practice."""
    message = said("PCI-005", linked(make_link(1, width=1))).message
    assert "1.7 GB/s, 15.3 s to fill its memory once" in message


def test_a_card_on_one_lane_moves_to_four_that_leave_air():
    slots = (make_slot("PCIE1", 1), make_slot("PCIE3", 3), make_slot("PCIE5", 5, lanes=4), make_slot("LOW", 7, lanes=1))
    board = make_board(*slots)
    rig = make_rig_of(board, "PCIE1", "LOW", shelf=Shelf(boards=(board,)))
    assert ways_out("PCI-005", facts_of(rig)) == ["Move GPU 2 to PCIE5 (4.0 x4)"]


def test_a_narrow_link_is_as_slow_as_its_slowest():
    finding = said("PCI-001", linked(make_link(1, width=8), make_link(2, width=4)))
    assert finding.value == -make_link(2, width=4).gb_s


@pytest.mark.parametrize(
    ("gb_s", "words"),
    [(6.0, "15 % slower"), (5.9, "a third slower"), (1.5, "a third slower"), (1.49, "slower than one card alone")],
)
def test_what_a_slow_link_costs(gb_s, words):
    assert words in said("PCI-003", in_step(gb_s)).message


def test_a_slow_pair_moves_where_it_is_fast_and_has_air():
    assert ways_out("PCI-003", in_step(6.7)) == [LAYERS, "Move GPU 2 to PCIE4 (4.0 x16)"]
