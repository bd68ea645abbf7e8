"""Every check of the catalog is tried with a record that breaks it; sound records bring no sentence."""

import time
from datetime import date
from typing import Any

import pytest

from planner.catalog.integrity import counts, problems, remarks
from planner.catalog.store import KINDS, Catalog
from planner.domain.base import Confidence, Evidence, FieldEvidence
from planner.domain.build import Build
from planner.domain.model import FileSize
from planner.domain.parts import Mode, Price, Root, Uplink
from tests.makers import (
    CHIPSET_ROOT,
    CPU_ROOT,
    SEEN,
    make_board,
    make_bridge,
    make_build,
    make_card,
    make_chip,
    make_circuit,
    make_cooler,
    make_cpu,
    make_drive,
    make_engine,
    make_group,
    make_kit,
    make_m2,
    make_model,
    make_psu,
    make_slot,
)

TODAY = date(2026, 6, 1)
MAKE = {
    "chips": make_chip,
    "cards": make_card,
    "boards": make_board,
    "cpus": make_cpu,
    "psus": make_psu,
    "coolers": make_cooler,
    "memory": make_kit,
    "bridges": make_bridge,
    "circuits": make_circuit,
    "models": make_model,
    "engines": make_engine,
    "drives": lambda **changes: make_drive(**changes).drive,
}


def catalog_of(**records) -> Catalog:
    """One sound record of each kind, in place of those that are given."""
    assert set(records) <= {*KINDS, "file_sizes", "measurements"}
    made: dict[str, Any] = {kind: [make()] for kind, make in MAKE.items()} | records
    fields: dict[str, Any] = {
        kind: tuple(found) if kind in ("file_sizes", "measurements") else {record.id: record for record in found}
        for kind, found in made.items()
    }
    return Catalog(**fields)


def found(catalog: Catalog, builds: dict[str, Build] | None = None) -> list[str]:
    return list(problems(catalog, TODAY, builds or {}))


def test_sound_records_bring_no_sentence():
    assert found(catalog_of()) == []


def test_a_card_may_be_set_a_little_below_its_chip():
    assert found(catalog_of(cards=[make_card(tgp_w=315)])) == []


def test_the_rates_of_a_chip_with_matrix_units_agree():
    rates = {"fp16_tflops": 142.3, "int8_tops": 284.7, "sm_count": 82}
    assert found(catalog_of(chips=[make_chip(**rates)])) == []
    assert list(remarks(catalog_of())) == []


def evidence(**changes) -> Evidence:
    fields = {"confidence": Confidence.HIGH, "sources": ("https://example.org",), "seen_on": SEEN}
    return Evidence.model_validate(fields | changes)


def street(on: date) -> Price:
    return Price(cents=100, kind="street", on=on, source="https://example.org/shop")


GPU_GROUP = [{"PCIE1": 16, "PCIE2": 0}, {"PCIE1": 8, "PCIE2": 8}]
TWO_SLOTS = (make_slot("PCIE1", 1), make_slot("PCIE2", 3, lanes=8))


def board(*groups, slots=TWO_SLOTS, **changes):
    return make_board(*slots, lane_groups=groups, **changes)


LOOSE = Root(id="plx", kind="switch", gen=3)
LOST = Root(id="plx", kind="switch", gen=3, uplink=Uplink(parent="cpu9", lanes=16, gen=3))
SLOW = Root(id="cpu", kind="cpu", gen=3)

BROKEN = [
    ("psus", {"evidence": evidence(sources=())}, "psus/psu, evidence.sources: no source"),
    ("psus", {"evidence": evidence(sources=(" ",))}, "psus/psu, evidence.sources: one of them is empty"),
    ("psus", {"evidence": evidence(seen_on=date(2026, 6, 2))}, "evidence.seen_on: 2026-06-02 is still to come"),
    (
        "psus",
        {"evidence": evidence(fields={"colour": FieldEvidence(confidence=Confidence.LOW)})},
        "evidence.fields: colour is not a field",
    ),
    ("psus", {"price": street(date(2024, 11, 1))}, "price: the street price is from 2024-11-01"),
    ("psus", {"price": street(date(2026, 6, 2))}, "price: its date, 2026-06-02, is still to come"),
    ("psus", {"low_line_watts": 1700}, "low_line_watts: 1700 W"),
    ("psus", {"pcie_8pin_cables": 7}, "pcie_8pin_cables: 7 cables for 6 plugs"),
    ("psus", {"sixteen_pin_w": 500}, "sixteen_pin_w: 500 W"),
    ("psus", {"mains_v": (240, 100)}, "mains_v: 240 to 100 V"),
    ("cards", {"chip": "rtx-9090"}, "cards/rtx-3090-two-slot, chip: rtx-9090 is not a chip"),
    ("cards", {"thickness_mm": 70.0}, "thickness_mm: 70 mm does not go with 2 slots"),
    ("cards", {"tgp_w": 390}, "plugs: 390 W cannot come over plugs that grant 375 W"),
    ("cards", {"tgp_w": 314}, "tgp_w: 314 W is less than the 350 W of its chip"),
    ("cards", {"plugs_known": False}, "plugs: given, and said to be unknown"),
    ("cards", {"max_limit_w": 300}, "max_limit_w: 300 W is less than the 350 W"),
    ("cards", {"vram_gib": 24.0}, "vram_gib: 24 GiB is what its chip has"),
    ("cards", {"name": "RTX 3090 Two Slot 12 GB"}, "chip: the name says 12 GB, rtx-3090 has 24"),
    ("chips", {"form": "sxm"}, "chip: rtx-3090 is made for sxm"),
    ("chips", {"memory_bus_bits": 256}, "memory_gb_s: 936 GB/s over 256 bits is 29.2 Gbit/s a pin"),
    ("chips", {"fp16_tflops": 142.3, "int8_tops": 142.3}, "int8_tops: 142.3 is not 2 times the 142.3"),
    ("chips", {"fp16_tflops": 100.0, "int8_tops": 200.0, "fp8_tflops": 400.0}, "fp8_tflops: 400 is not the 200"),
    ("chips", {"family": "xe", "fp16_tflops": 16.79}, "int8_tops: missing on a chip with matrix units"),
    (
        "chips",
        {"fp16_tflops": 284.7, "int8_tops": 569.4, "sm_count": 82},
        "fp16_tflops: 284.7 TFLOPS of 82 SMs would need 3,391 MHz",
    ),
    ("chips", {"usable_mib": 12288}, "usable_mib: 12,288 MiB"),
    ("chips", {"min_limit_w": 400}, "min_limit_w: 400 W"),
    ("chips", {"max_limit_w": 300}, "max_limit_w: 300 W"),
    ("chips", {"p2p": True}, "p2p: the stock driver gives none"),
    ("cpus", {"threads": 8}, "threads: 8 do not go with 16 cores"),
    ("cpus", {"slot_lanes": 129}, "slot_lanes: 129 of 128"),
    ("cpus", {"memory_mts": 2933, "memory_mts_2dpc": 3200}, "memory_mts_2dpc: 3200"),
    ("coolers", {"radiator_mm": 360}, "radiator_mm: 360 mm on an air cooler"),
    ("drives", {"gen": 3, "lanes": 4, "read_gb_s": 7.0}, "read_gb_s: 7 GB/s does not fit through 3.0 x4"),
    ("bridges", {"chips": ("rtx-9090",)}, "bridges/bridge, chips: rtx-9090"),
    ("engines", {"formats": ("gguf", "zip")}, "engines/llama.cpp, formats: zip"),
    ("circuits", {"id": "eu-16a"}, "circuits, us-15a: the circuit of a new build"),
    ("models", {"params_active": 9 * 10**9}, "params_active: 9,000,000,000 of 8,030,261,248"),
    ("models", {"layer_kinds": "AA"}, "layer_kinds: 2 letters for 32 layers"),
    ("models", {"attention": {"kind": "swa", "global_layers": (32,)}}, "attention.global_layers"),
    ("models", {"moe": {"experts": 2, "active": 3, "expert_intermediate": 9}}, "moe.active: 3 of 2"),
]


@pytest.mark.parametrize(("kind", "changes", "says"), BROKEN)
def test_a_broken_record_is_one_sentence(kind, changes, says):
    sentences = found(catalog_of(**{kind: [MAKE[kind](**changes)]}))
    assert len(sentences) == 1, sentences
    assert says in sentences[0]


BROKEN_BOARDS = [
    (make_board(make_slot("A"), make_slot("A")), "connectors: A is there twice"),
    (make_board(make_slot("A", 1), make_slot("B", 1)), "connectors: row 1 holds two slots"),
    (make_board(make_slot("A", root="cpu9")), "connectors.A.root: cpu9 is not a root"),
    (make_board(make_slot("A", gen=5, root="chipset")), "connectors.A.gen: 5.0 on a root of generation 4.0"),
    (make_board(make_slot("A", mechanical=8)), "connectors.A.lanes: 16 lanes in a x8 slot"),
    (make_board(make_m2("M2", row=2)), "connectors.M2.row: only slots lie in rows"),
    (make_board(roots=(CPU_ROOT, CHIPSET_ROOT, CHIPSET_ROOT)), "roots: chipset is there twice"),
    (make_board(roots=(CPU_ROOT, LOST)), "roots.plx.uplink: cpu9 is not a root"),
    (make_board(roots=(CPU_ROOT, LOOSE)), "roots.plx.uplink: a switch needs one"),
    (make_board(bifurcation={"PCIE9": ("x8/x8",)}), "bifurcation: PCIE9 is not a connector"),
    (board(make_group("g", GPU_GROUP, root="cpu9")), "lane_groups.g.root: cpu9"),
    (board(make_group("g", GPU_GROUP), make_group("g", GPU_GROUP)), "lane_groups: g is there twice"),
    (board(make_group("g", [{"PCIE1": 8, "PCIE9": 8}])), "lane_groups.g.modes: PCIE9 is not a connector"),
    (board(make_group("g", [{"PCIE1": 16, "PCIE2": 8}])), "lane_groups.g.modes: mode 1 hands out 24 lanes of 16"),
    (board(make_group("g", [{"PCIE2": 16}])), "lane_groups.g.modes: mode 1 gives PCIE2 16 lanes, but 8 are wired"),
    (board(make_group("g", GPU_GROUP, default=2)), "lane_groups.g.default: there is no mode 2"),
    (board(make_group("g", GPU_GROUP, gen=6)), "lane_groups.g.gen: 6.0 on a root of generation 5.0"),
    (board(make_group("g", [{"PCIE1": 16}, {"PCIE1": 16}])), "lane_groups.g.modes: two of them are the same"),
    (board(make_group("g", [Mode(widths={"PCIE1": 16}, gens={"PCIE2": 3})])), "mode 1 names the generation of PCIE2"),
    (
        make_board(*(make_slot(f"P{n}", n) for n in range(1, 10))),
        "roots.cpu: 144 lanes are handed out; no processor for SP3 has more than 128",
    ),
]


@pytest.mark.parametrize(("broken", "says"), BROKEN_BOARDS)
def test_a_broken_board_is_one_sentence(broken, says):
    sentences = set(found(catalog_of(boards=[broken])))
    assert any(says in sentence for sentence in sentences), sentences
    assert len(sentences) == 1 or "g is there twice" in says


def test_a_fed_connector_may_not_be_faster_than_its_root():
    slow = make_board(make_slot("A", gen=3), roots=(SLOW,))
    assert found(catalog_of(boards=[slow])) == []
    assert found(catalog_of(boards=[make_board(make_slot("A", gen=4), roots=(SLOW,))]))


def test_just_as_many_lanes_as_the_processor_has_are_fine():
    assert found(catalog_of(boards=[make_board(*(make_slot(f"P{n}", n) for n in range(1, 9)))])) == []


@pytest.mark.parametrize(
    ("first", "second"), [("RTX 3090  Two-Slot", "rtx 3090 two slot"), ("RTX 3090 Two Slot", "RTX 3090 Two Slot")]
)
def test_a_part_entered_twice(first, second):
    twice = [make_card(name=first), make_card(id="again", name=second)]
    assert found(catalog_of(cards=twice)) == ["cards/again, name: the same as rtx-3090-two-slot"]


def test_an_id_of_two_kinds():
    assert found(catalog_of(psus=[make_psu(id="board")])) == ["psus/board, id: also the id of a record of boards"]


def test_prices_of_the_launch_never_grow_stale():
    launch = Price(cents=1, kind="launch", on=date(2016, 1, 1), source="https://example.org")
    assert found(catalog_of(psus=[make_psu(price=launch)])) == []
    assert found(catalog_of(psus=[make_psu(price=street(date(2024, 11, 28)))])) == []  # 550 days


def test_tables():
    sizes = [
        FileSize(model="llama-8b", quant="Q8_0", publisher="a", size_bytes=1),
        FileSize(model="llama-8b", quant="Q8_0", publisher="a", size_bytes=2),
        FileSize(model="nobody", quant="Q8_0", publisher="a"),
    ]
    assert found(catalog_of(file_sizes=sizes)) == [
        "file sizes, llama-8b Q8_0 of a: is there twice",
        "file sizes, nobody Q8_0 of a, model: is not a model of the catalog",
        "file sizes, nobody Q8_0 of a, size_bytes: neither this nor size_gib is given",
    ]


def test_measurements(catalog):
    row = catalog.measurements[0].replace(chip="rtx-3090")
    broken = [row, row, row.replace(id="b", chip="nothing"), row.replace(id="c", decode_tok_s=None, prefill_tok_s=None)]
    assert found(catalog_of(measurements=broken)) == [
        f"measurement {row.id}, id: is there twice",
        "measurement b, chip: nothing is not a chip of the catalog",
        "measurement c, decode_tok_s: neither this nor prefill_tok_s is given",
    ]


def test_builds_that_name_what_is_not_there():
    build = make_build(
        parts={"board": "board", "case": "no-case", "gpus": ({"key": "gpu-1", "part": "rtx-3090-two-slot"},)},
        placements={"gpu-1": {"slot": "PCIE9"}, "gpu-2": {"slot": "PCIE1"}},
        limits={"gpu-3": 300},
        site={"circuit": "mars-1a"},
    )
    assert found(catalog_of(), {"mine": build}) == [
        "example mine, parts: no-case is not in the catalog",
        "example mine, parts: mars-1a is not in the catalog",
        "example mine, placements.gpu-1.slot: Board has no PCIE9",
        "example mine, placements.gpu-2: there is no such part in the build",
        "example mine, limits.gpu-3: there is no such card in the build",
    ]


@pytest.mark.parametrize(
    ("rows", "speaks"), [((1, 3, 5), False), ((5, 3, 1), False), ((1, 5, 3), True), ((2, 1, None), False)]
)
def test_numbers_on_the_board_and_rows(rows, speaks):
    slots = [make_slot(f"PCIEX16(G5)_{n}", row) for n, row in enumerate(rows, 1)]
    said = list(remarks(catalog_of(boards=[make_board(*slots)])))
    assert bool(said) is speaks
    assert all("back and forth" in text for text in said)


def test_a_width_is_no_number():
    slots = [make_slot("PCIEX16", 2), make_slot("PCIEX4", 4), make_slot("PCIEX1", 3)]
    assert list(remarks(catalog_of(boards=[make_board(*slots)]))) == []


@pytest.mark.parametrize(
    ("kind", "changes", "says"),
    [
        ("cards", {"bracket_slots": 3}, "slots_occupied: 2 is less than its bracket of 3"),
        ("cards", {"height_mm": 290.0}, "height_mm: 290 mm is more than the length of 280 mm"),
        ("cpus", {"ppt_w": 100}, "ppt_w: 100 W is less than the 155 W of tdp_w"),
    ],
)
def test_remarks(kind, changes, says):
    assert [says in text for text in remarks(catalog_of(**{kind: [MAKE[kind](**changes)]}))] == [True]


def test_the_shipped_catalog_is_checked_quickly(catalog):
    began = time.process_time()
    assert list(problems(catalog)) == []
    list(remarks(catalog))
    assert time.process_time() - began < 1


def test_counts_name_every_kind():
    assert counts(catalog_of())["boards_all_rows"] == 1
    assert {"gpus", "storage", "measurements"} <= set(counts(catalog_of()))
