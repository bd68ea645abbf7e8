"""Slots: shared and missing lanes, splits, risers, and cards that sit nowhere."""

from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.facts import Facts
from planner.analysis.lanes import ConnectorState, SharingConflict
from planner.domain.parts import Cpu
from planner.domain.rig import Shelf
from tests import hard_boards
from tests.makers import (
    make_board,
    make_cpu,
    make_group,
    make_m2,
    make_rig,
    make_rig_card,
    make_rig_of,
    make_riser,
    make_slot,
    make_workload,
)
from tests.rules.cases import (
    BY_CODE,
    ERROR,
    INFO,
    WARNING,
    Case,
    cards_in,
    check,
    edge,
    facts_of,
    fires,
    judged,
    make_lanes,
    make_link,
    needs,
    rig_with,
    said,
    silent,
    ways_out,
    with_shelf,
)
from tests.rules.linked import LAYERS, linked


def narrowed(width: int, split: str = "layer", by: str = "drive-1") -> Facts:
    """A drive takes lanes from the second card's slot."""
    return linked(make_link(1), make_link(2, width=width), split=split, narrowed_by=(("gpu-2", by),))


def starved(*keys: str, connectors: tuple[str, ...] = ("M2_1", "M2_2")) -> Facts:
    conflict = SharingConflict("G", keys, connectors, keys)
    return linked(make_link(1), make_link(2), conflicts=(conflict,))


def state(name: str, kind: str = "slot", shares: tuple[str, ...] = (), by: str | None = None) -> ConnectorState:
    return ConnectorState(name, kind, None, 4, 4, "cpu", "cpu", by, shares)


def shared(by: str | None) -> Facts:
    """An M.2 socket shares lanes with the card's slot."""
    states = (state("PCIE1", shares=("M2_2",), by="gpu-1"), state("M2_2", "m2", ("PCIE1",), by))
    return linked(make_link(1), connectors=states)


def on_riser(gen: int = 4, split: str = "layer", tgp_w: int = 350, **riser: Any) -> Facts:
    rig = rig_with((1, 4), workload=make_workload(split=split))
    held = replace(rig.cards[0], riser=make_riser(**riser), card=rig.cards[0].card.replace(tgp_w=tgp_w))
    links = make_lanes(make_link(1, gen=gen), make_link(2))
    return facts_of(replace(rig, cards=(held, rig.cards[1])), lanes=links)


def risen(gen: int, made_for: int = 4, **riser: Any) -> Facts:
    """One card on a short riser at this rate."""
    rig = rig_with((1,))
    made = make_riser(**({"gen": made_for, "length_mm": 200.0} | riser))
    return facts_of(replace(rig, cards=(replace(rig.cards[0], riser=made),)), lanes=make_lanes(make_link(1, gen=gen)))


def splitter(*offered: str, known: bool = True) -> Facts:
    board = make_board(bifurcation={"PCIE1": offered} if known else {})
    riser = make_riser(kind="splitter", ports=2, lanes=8, needs_split="x8/x8")
    cards = tuple(make_rig_card(n, board.connector("PCIE1"), psu="psu-1", riser=riser, bay=n) for n in (1, 2))
    return facts_of(make_rig(board=board, cards=cards))


def budget(used: int, lanes: int | None = 24, cpu: Cpu | None = None) -> Facts:
    rig = rig_with((1,), cpu=cpu or make_cpu())
    return facts_of(rig, lanes=make_lanes(make_link(1), cpu_lanes_used=used, cpu_lanes=lanes))


def unplaced(slots: int) -> Facts:
    """Two cards, the second in no slot."""
    board = make_board(*(make_slot(f"PCIE{row}", row) for row in (1, 5, 7)[:slots]))
    cards = (*cards_in((1,)), make_rig_card(2, None, psu="psu-1"))
    return facts_of(make_rig(board=board, cards=cards))


def in_slot(**slot: Any) -> Facts:
    """One card in the only slot of a board."""
    board = make_board(make_slot("PCIE1", 1, **slot))
    return facts_of(make_rig(board=board, cards=(make_rig_card(1, board.connector("PCIE1"), psu="psu-1"),)))


CASES: tuple[Case, ...] = (
    fires("PCI-006", ERROR, "card without lanes", lambda: starved("gpu-2")),
    fires("PCI-006", WARNING, "drive without lanes", lambda: starved("drive-1")),
    fires("PCI-006", INFO, "socket to leave empty", lambda: shared(None)),
    fires(
        "PCI-006",
        ERROR,
        "drive or card without lanes",
        lambda: starved("drive-1", connectors=("PCIE1", "M2_2")),
    ),
    fires("PCI-006", WARNING, "four lanes left in step", lambda: narrowed(4, "tensor")),
    silent("PCI-006", "nothing shared", lambda: linked(make_link(1))),
    silent("PCI-006", "another card takes them", lambda: narrowed(8, by="gpu-1")),
    silent("PCI-006", "shared with a socket in use that takes nothing", lambda: shared("drive-1")),
    *edge("PCI-006", "lanes left", narrowed, (4, INFO), (2, WARNING)),
    fires("PCI-007", ERROR, "dead slot", lambda: linked(make_link(1), cards=2, dead=("gpu-2",))),
    fires("PCI-007", INFO, "eight slot lanes", lambda: budget(8, cpu=make_cpu(slot_lanes=8))),
    silent("PCI-007", "within budget", lambda: budget(20)),
    silent("PCI-007", "sixteen slot lanes", lambda: budget(16, cpu=make_cpu(slot_lanes=16))),
    needs("PCI-007", "no processor", lambda: facts_of(rig_with(cpu=None))),
    *edge("PCI-007", "lanes", budget, (24, None), (25, WARNING)),
    fires("PCI-008", ERROR, "BIOS does not offer it", lambda: splitter("x4/x4/x4/x4")),
    fires("PCI-008", WARNING, "not known", lambda: splitter(known=False)),
    fires("PCI-008", INFO, "offered", lambda: splitter("x8/x8")),
    silent("PCI-008", "no splitter", lambda: facts_of(rig_with())),
    fires("PCI-009", WARNING, "5.0 over any passive riser", lambda: on_riser(5, length_mm=200.0)),
    fires("PCI-009", INFO, "short and rated", lambda: on_riser(4, length_mm=200.0)),
    silent("PCI-009", "3.0", lambda: on_riser(3, length_mm=600.0)),
    fires("PCI-009", WARNING, "5.0 over a riser made for it", lambda: risen(5, made_for=5)),
    fires("PCI-009", WARNING, "4.0 over a riser for 3.0", lambda: risen(4, made_for=3)),
    fires("PCI-009", WARNING, "4.0 over a splitter of two", lambda: risen(4, ports=2)),
    silent("PCI-009", "3.0, length not known", lambda: risen(3, length_mm=None)),
    silent("PCI-009", "with a redriver, length not known", lambda: risen(4, length_mm=None, redriver=True)),
    silent("PCI-009", "with a redriver", lambda: on_riser(5, length_mm=600.0, redriver=True)),
    *edge("PCI-009", "mm", lambda mm: on_riser(4, length_mm=mm), (300.0, INFO), (301.0, WARNING)),
    fires("PCI-010", WARNING, "in step", lambda: on_riser(split="tensor", kind="external")),
    fires("PCI-010", INFO, "layer split", lambda: on_riser(kind="oculink")),
    fires("PCI-010", WARNING, "tunnelled", lambda: on_riser(kind="external")),
    silent("PCI-010", "plain riser", on_riser),
    *edge("PCI-010", "watts", lambda watts: on_riser(kind="oculink", tgp_w=watts), (400, INFO), (401, WARNING)),
    fires("PCI-016", WARNING, "a slot is free", lambda: unplaced(2)),
    silent("PCI-016", "all placed", lambda: facts_of(rig_with())),
    *edge("PCI-016", "slots", unplaced, (2, WARNING), (1, ERROR)),
    fires("PCI-016", WARNING, "closed x8 slot", lambda: in_slot(mechanical=8)),
    silent("PCI-016", "open x8 slot", lambda: in_slot(mechanical=8, open_ended=True)),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    check(case)


def test_an_m2_drive_halves_a_slot_on_a_real_board():
    """x16, or x8 beside an M.2 socket."""
    modes = [{"PCIE1": 16, "M2_2": 0}, {"PCIE1": 8, "M2_2": 4}]
    board = make_board(make_slot("PCIE1", 1), make_m2("M2_2"), lane_groups=(make_group("PEG", modes),))
    rig = make_rig_of(board, "PCIE1")
    assert "Leave M2_2 empty" in said("PCI-006", facts_of(rig)).message


def test_an_unplaced_card_is_put_where_it_sits_well():
    facts = with_shelf(unplaced(2), boards=(make_board(),))
    assert ways_out("PCI-016", facts) == ["Put GPU 2 in PCIE5 (4.0 x16)"]


# Messages, measures and ways out


def placed(name: str | None, rows: tuple[int, ...] = (1, 5), thickness_mm: float = 40.0) -> Facts:
    """A second card that is meant for this slot and sits nowhere."""
    board = make_board(*(make_slot(f"PCIE{row}", row) for row in rows))
    card = {"thickness_mm": thickness_mm}
    cards = (
        make_rig_card(1, board.connector("PCIE1"), psu="psu-1", card=card),
        make_rig_card(2, board.connector(name) if name else None, slot_name=name, psu="psu-1", card=card),
    )
    return facts_of(make_rig(board=board, cards=cards, shelf=Shelf(boards=(board,))))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (None, "GPU 2 (RTX 3090) has no slot yet"),
        ("PCIE9", "is meant for PCIE9, a slot this board does not have"),
        ("PCIE1", "shares a slot with GPU 1"),
    ],
)
def test_where_a_card_without_slot_is(name, words):
    assert words.removeprefix("GPU 2 (RTX 3090) ") in said("PCI-016", placed(name)).message


def test_a_free_slot_is_offered_even_where_it_is_tight():
    assert ways_out("PCI-016", placed(None, rows=(1, 3))) == ["Put GPU 2 in PCIE3 (4.0 x16)"]
    assert ways_out("PCI-016", placed(None, rows=(1, 3, 5))) == ["Put GPU 2 in PCIE5 (4.0 x16)"]


@pytest.mark.parametrize(
    ("cpu", "offered"),
    [({}, True), ({"socket": "AM5"}, False), ({"id": "cpu"}, False), ({"memory_type": "DDR5"}, False)],
)
def test_a_processor_that_feeds_the_slot_is_offered(cpu, offered):
    other = make_cpu(**({"id": "other", "name": "Other"} | cpu))
    facts = with_shelf(linked(make_link(1), cards=2, dead=("gpu-2",)), cpus=(other,))
    labels = ways_out("PCI-007", facts)
    assert (labels[0] == "Use Maker Other") is offered
    assert labels[-1].startswith("Move GPU 2 to ")


@pytest.mark.parametrize(
    ("facts", "labels"),
    [
        (lambda: on_riser(split="tensor", kind="oculink"), [LAYERS]),
        (lambda: on_riser(split="layer", kind="oculink"), []),
        (lambda: on_riser(split="tensor", kind="external"), []),
        (lambda: on_riser(split="tensor", kind="oculink", tgp_w=401), []),
    ],
)
def test_another_split_helps_a_slow_cable_only_where_nothing_else_is_wrong(facts, labels):
    assert ways_out("PCI-010", facts()) == labels


def test_riser_and_shared_lanes_in_numbers():
    assert said("PCI-009", risen(4)).value == 4200
    assert said("PCI-009", risen(5, length_mm=None)).value == 5000
    told = judged("PCI-006", narrowed(4)).findings
    assert [(f.parts, f.value) for f in told] == [(("gpu-2", "drive-1"), 16 - 4)]


@pytest.mark.parametrize("gen", [4, 5])
def test_a_riser_whose_length_is_not_known_is_asked_for(gen):
    needed = judged("PCI-009", risen(gen, length_mm=None)).not_checked
    assert [text for skipped in needed for text in skipped.needs] == ["length of Maker Riser"]


def test_the_bios_setting_has_a_title_of_its_own():
    assert said("PCI-008", splitter("x8/x8")).title == "Set the slot's bifurcation"
    assert said("PCI-008", splitter("x4/x4/x4/x4")).title == BY_CODE["PCI-008"].title


@pytest.mark.parametrize(("pcie_lanes", "offered"), [(44, True), (16, False), (40, False)])
def test_the_processor_offered_is_known_to_feed_every_slot(pcie_lanes, offered):
    """A board with a table per class of processor: 16 lanes leave the second slot dead, of 40 nothing is known."""
    board = hard_boards.x299_creation()
    other = make_cpu(id="other", name="Other", socket=board.socket, pcie_lanes=pcie_lanes, pcie_gen=3)
    now = make_cpu(socket=board.socket, pcie_lanes=16, pcie_gen=3)
    rig = make_rig_of(board, "E1", "E2", cpu=now, shelf=Shelf(cpus=(other,)))
    assert ("Use Maker Other" in ways_out("PCI-007", facts_of(rig))) is offered
