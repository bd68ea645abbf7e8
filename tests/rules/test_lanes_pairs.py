"""Pairs of cards: direct copies, bridges, switches and sockets."""

from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.facts import Facts
from planner.analysis.lanes import PairPath
from planner.domain.build import Chosen, Parts, Setup
from tests.makers import make_board, make_bridge, make_build, make_chip, make_rig_card, make_workload
from tests.rules.cases import (
    ERROR,
    INFO,
    WARNING,
    Case,
    cards_in,
    check,
    edge,
    facts_of,
    fires,
    make_lanes,
    make_link,
    rig_with,
    said,
    silent,
)
from tests.rules.linked import in_step, linked


def bridged(pitch: int, rows: tuple[int, ...] = (1, 5), card: dict[str, Any] | None = None, **chip: Any) -> Facts:
    build = make_build(parts=Parts(bridges=(Chosen(key="bridge-1", part="bridge"),)))
    return facts_of(rig_with(rows, card, chip=chip, bridges=(make_bridge(pitch_slots=pitch),), build=build))


def switched(cards: int = 2, split: str = "tensor", segment: str = "consumer") -> Facts:
    links = [make_link(n, root_kind="switch", uplink_gb_s=31.5) for n in range(1, cards + 1)]
    rig = rig_with((1, 4)[:cards] if cards < 3 else (1, 4, 7), chip={"segment": segment})
    return facts_of(replace(rig, workload=make_workload(split=split)), lanes=make_lanes(*links))


def patched(split: str | None, second: str = "rtx-3090") -> Facts:
    """Two GeForce cards and the unofficial driver."""
    workload = make_workload(split=split) if split else None
    rig = rig_with(workload=workload, build=make_build(setup=Setup(unofficial_p2p=True)))
    other = replace(rig.cards[1], chip=make_chip(id=second))
    return facts_of(replace(rig, cards=(rig.cards[0], other)))


def professional(split: str) -> Facts:
    return facts_of(rig_with(chip={"p2p": True, "segment": "workstation"}, workload=make_workload(split=split)))


def two_switches(split: str) -> Facts:
    """Two professional cards behind each."""
    links = [make_link(n, root_kind="switch", root=f"PLX{(n + 1) // 2}", uplink_gb_s=31.5) for n in range(1, 5)]
    rig = rig_with((1, 3, 5, 7), chip={"segment": "workstation"}, workload=make_workload(split=split))
    return facts_of(rig, lanes=make_lanes(*links))


def two_sockets(split: str, kind: str = "sockets") -> Facts:
    return linked(make_link(1), make_link(2), split=split, pairs=(PairPath("gpu-1", "gpu-2", 20.0, kind, False),))


MIXED_BRIDGE = replace(
    rig_with((1, 5), bridges=(make_bridge(),)),
    cards=(
        cards_in((1,))[0],
        make_rig_card(2, make_board().connector("PCIE5"), chip={"id": "rtx-4090", "nvlink": None}),
    ),
)


CASES: tuple[Case, ...] = (
    fires("PCI-011", INFO, "GeForce in step", lambda: in_step(13.4)),
    fires("PCI-011", WARNING, "unofficial driver in step", lambda: patched("tensor")),
    fires("PCI-011", INFO, "unofficial driver, nothing planned", lambda: patched(None)),
    fires("PCI-011", INFO, "unofficial driver, two chips", lambda: patched("tensor", second="another")),
    silent("PCI-011", "layer split", lambda: in_step(13.4, "layer")),
    silent("PCI-011", "professional cards in step", lambda: professional("tensor")),
    fires("PCI-012", ERROR, "another distance", lambda: bridged(3)),
    fires("PCI-012", ERROR, "cards of two models", lambda: facts_of(MIXED_BRIDGE)),
    silent("PCI-012", "in place", lambda: bridged(4)),
    fires("PCI-012", WARNING, "no air between the cards", lambda: bridged(4, card={"thickness_mm": 80.0})),
    silent("PCI-012", "no bridge", lambda: facts_of(rig_with())),
    *edge("PCI-012", "slots apart", lambda row: bridged(4, (1, row)), (5, None), (4, ERROR)),
    *edge("PCI-012", "mm thick", lambda mm: bridged(4, card={"thickness_mm": mm}), (71.28, None), (71.29, WARNING)),
    fires("PCI-013", WARNING, "GeForce in step", switched),
    fires("PCI-013", INFO, "professional cards", lambda: switched(segment="workstation")),
    fires("PCI-013", WARNING, "professional cards behind two switches", lambda: two_switches("tensor")),
    fires("PCI-013", INFO, "behind two switches, layer split", lambda: two_switches("layer")),
    silent("PCI-013", "no switch", lambda: linked(make_link(1), make_link(2))),
    *edge("PCI-013", "cards", switched, (1, None), (2, WARNING)),
    fires("PCI-014", WARNING, "in step", lambda: two_sockets("tensor")),
    fires("PCI-014", INFO, "layer split", lambda: two_sockets("layer")),
    silent("PCI-014", "one socket", lambda: two_sockets("tensor", "cpu")),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    check(case)


def test_why_a_bridge_fits_nowhere():
    assert "it spans 3 slots (61 mm)" in said("PCI-012", bridged(3)).message
    assert "it needs two cards of one model" in said("PCI-012", facts_of(MIXED_BRIDGE)).message


@pytest.mark.parametrize(("second", "words"), [("rtx-3090", "needs Resizable BAR"), ("another", "pairs of one chip")])
def test_what_the_unofficial_driver_does_for_the_pair(second, words):
    assert words in said("PCI-011", patched("tensor", second=second)).message
