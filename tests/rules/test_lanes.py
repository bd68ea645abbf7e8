"""Links, sharing, risers and bridges."""

from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.facts import Facts
from planner.analysis.lanes import ConnectorState, Link, PairPath, SharingConflict
from planner.domain.build import Chosen, Parts, Setup
from planner.domain.model import Model
from planner.domain.parts import Cpu
from planner.domain.rig import Shelf
from planner.rules import RULES
from planner.rules.rule import judge
from tests import hard_boards
from tests.makers import (
    make_board,
    make_bridge,
    make_build,
    make_chip,
    make_cpu,
    make_group,
    make_m2,
    make_model,
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


def linked(*links: Link, split: str = "layer", cards: int | None = None, **lanes: Any) -> Facts:
    """So many cards as links, unless said otherwise."""
    rows = (1, 4, 7)[: cards or len(links)]
    rig = rig_with(rows, workload=make_workload(split=split))
    return facts_of(rig, lanes=make_lanes(*links, **lanes))


def in_step(gb_s: float, split: str = "tensor", **model: Any) -> Facts:
    """Two cards that exchange at this rate in practice."""
    links = (make_link(1), make_link(2, width=8, gb_s=gb_s / 0.85))
    facts = linked(*links, split=split, pairs=(PairPath("gpu-1", "gpu-2", gb_s, "cpu", False),))
    return replace(facts, rig=replace(facts.rig, **model))


def chipset(split: str = "layer", gen: int = 4, **link: Any) -> Facts:
    return linked(
        make_link(1), make_link(2, width=4, gen=gen, root_kind="chipset", uplink_gb_s=7.9, **link), split=split
    )


def older_slot(split: str) -> Facts:
    return linked(make_link(1), make_link(2, width=8, card_width=8, gen=3), split=split)


def half_of_eight(split: str) -> Facts:
    return linked(make_link(1), make_link(2, width=4, card_width=8), split=split)


def narrowed(width: int, split: str = "layer", by: str = "drive-1") -> Facts:
    """A drive takes lanes from the second card's slot."""
    return linked(make_link(1), make_link(2, width=width), split=split, narrowed_by=(("gpu-2", by),))


def active(billions: float) -> Model:
    """A model that reads so many weights for a token."""
    return make_model(params_total=30_000_000_000, params_active=round(billions * 1e9))


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


MIXED_BRIDGE = replace(
    rig_with((1, 5), bridges=(make_bridge(),)),
    cards=(
        cards_in((1,))[0],
        make_rig_card(2, make_board().connector("PCIE5"), chip={"id": "rtx-4090", "nvlink": None}),
    ),
)


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
    fires("PCI-016", WARNING, "a slot is free", lambda: unplaced(2)),
    silent("PCI-016", "all placed", lambda: facts_of(rig_with())),
    *edge("PCI-016", "slots", unplaced, (2, WARNING), (1, ERROR)),
    fires("PCI-016", WARNING, "closed x8 slot", lambda: in_slot(mechanical=8)),
    silent("PCI-016", "open x8 slot", lambda: in_slot(mechanical=8, open_ended=True)),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    check(case)


def test_few_active_weights_bear_a_slow_link(catalog):
    sparse = catalog.models["qwen3-30b-a3b"]
    facts = in_step(6.7, model=sparse)
    assert judged(fires("PCI-003", INFO, "", lambda: facts)).findings[0].severity == INFO
    assert judged(fires("PCI-003", INFO, "", lambda: in_step(5.9, model=sparse))).findings[0].severity == WARNING


def test_one_lane_in_step_is_told_once():
    found = judge(RULES, linked(make_link(1), make_link(2, width=1), split="tensor"))
    one_lane = next(f for f in found.findings if f.rule == "PCI-005")
    assert "PCI-003" in one_lane.also


def test_an_m2_drive_halves_a_slot_on_a_real_board():
    """x16, or x8 beside an M.2 socket."""
    modes = [{"PCIE1": 16, "M2_2": 0}, {"PCIE1": 8, "M2_2": 4}]
    board = make_board(make_slot("PCIE1", 1), make_m2("M2_2"), lane_groups=(make_group("PEG", modes),))
    rig = make_rig_of(board, "PCIE1")
    assert "Leave M2_2 empty" in judged(fires("PCI-006", INFO, "", lambda: facts_of(rig))).findings[0].message


def test_a_card_is_moved_to_a_live_slot():
    board = make_board(make_slot("PCIE1", 1), make_slot("PCIE4", 4), make_slot("LOW", 7, lanes=1))
    rig = make_rig_of(board, "PCIE1", "LOW", shelf=Shelf(boards=(board,)))
    finding = judged(fires("PCI-005", WARNING, "", lambda: facts_of(rig))).findings[0]
    assert [fix.label for fix in finding.fixes] == ["Move GPU 2 to PCIE4 (4.0 x16)"]


def test_layer_split_is_the_way_out_of_a_slow_link():
    finding = judged(fires("PCI-003", WARNING, "", lambda: in_step(3.0))).findings[0]
    assert finding.fixes[0].label == "Split by layers instead"
    build = make_build(workloads=(make_workload(split="tensor"),))
    after = finding.fixes[0].edit(build)
    assert after.workload is not None and after.workload.split == "layer"


def test_an_unplaced_card_is_put_where_it_sits_well():
    facts = unplaced(2)
    facts = replace(facts, rig=replace(facts.rig, shelf=Shelf(boards=(make_board(),))))
    finding = judged(fires("PCI-016", WARNING, "", lambda: facts)).findings[0]
    assert [fix.label for fix in finding.fixes] == ["Put GPU 2 in PCIE5 (4.0 x16)"]


# Messages, measures and ways out

LAYERS = "Split by layers instead"


def test_why_a_bridge_fits_nowhere():
    assert "it spans 3 slots (61 mm)" in said("PCI-012", bridged(3)).message
    assert "it needs two cards of one model" in said("PCI-012", facts_of(MIXED_BRIDGE)).message


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


@pytest.mark.parametrize(("second", "words"), [("rtx-3090", "needs Resizable BAR"), ("another", "pairs of one chip")])
def test_what_the_unofficial_driver_does_for_the_pair(second, words):
    assert words in said("PCI-011", patched("tensor", second=second)).message


def test_riser_and_shared_lanes_in_numbers():
    assert said("PCI-009", risen(4)).value == 4200
    assert said("PCI-009", risen(5, length_mm=None)).value == 5000
    told = judged(fires("PCI-006", INFO, "", lambda: narrowed(4))).findings
    assert [(f.parts, f.value) for f in told] == [(("gpu-2", "drive-1"), 16 - 4)]


@pytest.mark.parametrize("gen", [4, 5])
def test_a_riser_whose_length_is_not_known_is_asked_for(gen):
    needed = judged(fires("PCI-009", INFO, "", lambda: risen(gen, length_mm=None))).not_checked
    assert [text for skipped in needed for text in skipped.needs] == ["length of Maker Riser"]


def test_the_bios_setting_has_a_title_of_its_own():
    assert said("PCI-008", splitter("x8/x8")).title == "Set the slot's bifurcation"
    assert said("PCI-008", splitter("x4/x4/x4/x4")).title == BY_CODE["PCI-008"].title


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


@pytest.mark.parametrize(("pcie_lanes", "offered"), [(44, True), (16, False), (40, False)])
def test_the_processor_offered_is_known_to_feed_every_slot(pcie_lanes, offered):
    """A board with a table per class of processor: 16 lanes leave the second slot dead, of 40 nothing is known."""
    board = hard_boards.x299_creation()
    other = make_cpu(id="other", name="Other", socket=board.socket, pcie_lanes=pcie_lanes, pcie_gen=3)
    now = make_cpu(socket=board.socket, pcie_lanes=16, pcie_gen=3)
    rig = make_rig_of(board, "E1", "E2", cpu=now, shelf=Shelf(cpus=(other,)))
    assert ("Use Maker Other" in ways_out("PCI-007", facts_of(rig))) is offered
