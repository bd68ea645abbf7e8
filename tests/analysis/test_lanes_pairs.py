"""Which way two cards talk, how fast, and the bridges between them."""

from dataclasses import replace

import pytest

from planner.analysis.lanes import lanes
from planner.domain.parts import Board, Root, Uplink
from tests.analysis.lanes_solved import result_of, solved
from tests.makers import make_board, make_bridge, make_cpu, make_rig_of, make_riser, make_slot, rig_with


def two_sockets() -> Board:
    roots = (Root(id="cpu0", kind="cpu", gen=3), Root(id="cpu1", kind="cpu", gen=3))
    return make_board(make_slot("S1", 1, root="cpu0"), make_slot("S2", 3, root="cpu1"), roots=roots, sockets=2)


def test_cards_on_two_sockets():
    result = solved(two_sockets(), "S1 S2")
    assert result.pairs[0].kind == "sockets"
    assert [link.numa_node for link in result.links] == ["cpu0", "cpu1"]
    assert result.assumed == ("all 2 sockets hold the chosen processor",)


def test_a_pair_moves_at_its_slower_link():
    board = make_board(make_slot("S1", 1), make_slot("S2", 4, lanes=4, root="chipset"))
    (pair,) = solved(board, "S1 S2").pairs
    assert pair.kind == "chipset"
    assert pair.gb_s == pytest.approx(4 * 1.969 * 0.85)


# Bridges


@pytest.mark.parametrize(("rows", "bridged"), [((1, 5), True), ((1, 4), False), ((2, 6), True)])
def test_a_bridge_spans_exactly_its_distance(rows, bridged):
    board = make_board(*(make_slot(f"S{row}", row) for row in rows))
    result = result_of(make_rig_of(board, *(f"S{row}" for row in rows), bridges=(make_bridge(),)))
    assert (result.pairs[0].kind == "nvlink") is bridged
    assert bool(result.idle_bridges) is not bridged
    if bridged:
        assert result.pairs[0].gb_s == 56.0


def test_a_bridge_over_unknown_rows_is_not_judged():
    board = make_board(make_slot("S1", 1), make_slot("S2", None))
    result = result_of(make_rig_of(board, "S1", "S2", bridges=(make_bridge(),)))
    assert not result.idle_bridges and not result.bridged
    assert "distance of gpu-1 and gpu-2" in result.unknown[0]


@pytest.mark.parametrize(("bridge_gb_s", "gb_s"), [(100.0, 56.0), (40.0, 40.0)])
def test_a_bridge_is_as_fast_as_the_slower_of_card_and_bridge(bridge_gb_s, gb_s):
    board = make_board()
    result = result_of(make_rig_of(board, "PCIE1", "PCIE5", bridges=(make_bridge(gb_s=bridge_gb_s),)))
    assert result.pairs[0].gb_s == gb_s


@pytest.mark.parametrize(("chips", "joined"), [(("rtx-3090",), True), ((), True), (("rtx-a6000",), False)])
def test_a_bridge_joins_the_chips_it_is_made_for(chips, joined):
    result = result_of(make_rig_of(make_board(), "PCIE1", "PCIE5", bridges=(make_bridge(chips=chips),)))
    assert bool(result.bridged) is joined


def test_a_card_takes_one_bridge():
    """Three cards, four slots apart each: the second bridge finds only one card left."""
    board = make_board(*(make_slot(f"S{row}", row) for row in (1, 5, 9)))
    bridges = (make_bridge(), make_bridge(id="second"))
    result = result_of(make_rig_of(board, "S1", "S5", "S9", bridges=bridges))
    assert result.bridged == (("bridge", "gpu-1", "gpu-2"),)
    assert result.idle_bridges == ("second",)


def test_the_distance_of_a_card_on_a_riser_is_not_known():
    rig = make_rig_of(make_board(), "PCIE1", "PCIE5", bridges=(make_bridge(),))
    for held in ({"riser": make_riser()}, {"bay": 1}):
        result = lanes(replace(rig, cards=(rig.cards[0], replace(rig.cards[1], **held))))
        assert result is not None
        assert not result.bridged and not result.idle_bridges


# Which way two cards talk


SWITCH = Root(id="plx", kind="switch", gen=4, uplink=Uplink(parent="cpu", lanes=16, gen=4))


SWITCHED = make_board(
    make_slot("A", 1, root="plx"),
    make_slot("B", 2, lanes=8, root="plx"),
    make_slot("C", 3),
    make_slot("D", 4),
    roots=(Root(id="cpu", kind="cpu", gen=5), SWITCH),
)


@pytest.mark.parametrize(
    ("slots", "p2p", "kind", "lanes_shared"),
    [
        ("A B", True, "switch", 8),
        ("A B", False, "switch", 8),
        ("A C", True, "cpu", 16),
        ("C D", True, "cpu", 16),
        ("B C", True, "cpu", 8),
    ],
)
def test_which_way_a_pair_talks(slots, p2p, kind, lanes_shared):
    """Direct below one switch: the narrower of the two links, not the wider."""
    rig = rig_with(SWITCHED, slots)
    result = result_of(replace(rig, cards=tuple(replace(c, chip=c.chip.replace(p2p=p2p)) for c in rig.cards)))
    (pair,) = result.pairs
    assert (pair.kind, pair.p2p) == (kind, p2p)
    if p2p:
        assert pair.gb_s == pytest.approx(lanes_shared * 31.504 / 16 * 0.85)


@pytest.mark.parametrize(
    ("chips", "p2p"),
    [
        (({"p2p": True}, {"p2p": True}), True),
        (({"p2p": True}, {"p2p": False}), False),
        (({"p2p": True}, {"p2p": True, "id": "another"}), None),
        (({"p2p": True}, {"p2p": None}), None),
        (({"p2p": None}, {"p2p": None}), None),
    ],
)
def test_peer_to_peer_is_known_for_two_of_a_kind(chips, p2p):
    rig = rig_with(SWITCHED, "C D")
    cards = tuple(replace(c, chip=c.chip.replace(**chip)) for c, chip in zip(rig.cards, chips, strict=True))
    result = result_of(replace(rig, cards=cards))
    assert result.pairs[0].p2p is p2p


def test_links_and_the_slowest_pair_are_found():
    result = solved(SWITCHED, "B C D")
    assert [link.slot for gpu in ("gpu-1", "gpu-3") if (link := result.link(gpu))] == ["B", "D"]
    slowest = result.slowest_pair()
    assert slowest is not None
    assert slowest.gb_s == min(pair.gb_s for pair in result.pairs) < max(pair.gb_s for pair in result.pairs)


@pytest.mark.parametrize(
    ("sockets", "cpu", "lanes_there", "assumed"),
    [
        (1, make_cpu(), 128, ()),
        (2, make_cpu(), 256, ("all 2 sockets hold the chosen processor",)),
        (2, None, None, ()),
    ],
)
def test_every_socket_is_taken_to_hold_the_processor(sockets, cpu, lanes_there, assumed):
    result = result_of(make_rig_of(make_board(sockets=sockets), "PCIE1", cpu=cpu))
    assert (result.cpu_lanes, result.assumed) == (lanes_there, assumed)
