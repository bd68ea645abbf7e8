"""Supplies, plugs, circuits and limits."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.facts import Facts
from planner.analysis.power import power
from planner.domain.base import Confidence, Evidence
from tests.makers import (
    SEEN,
    make_board,
    make_circuit,
    make_psu,
    make_rig_card,
    make_rig_psu,
    make_riser,
    make_workload,
)
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
    judged,
    needs,
    rig_with,
    said,
    silent,
    ways_out,
    with_shelf,
)

EIGHT_PIN = {"plugs": {"pcie_8pin": 2}}
SIXTEEN_PIN = {"plugs": {"12v_2x6": 1}, "tgp_w": 575}
NO_SUPPLY = rig_with(psus=())
TENSOR = make_workload(split="tensor")


def on_supply(sustained_w: float, rated_w: int = 1000, least_w: float | None = None) -> Facts:
    """The first supply at exactly this load."""
    rig = rig_with()
    drawn = power(rig)
    assert drawn is not None
    supply = replace(drawn.supplies[0], sustained_w=sustained_w, rated_w=rated_w, least_w=least_w)
    return facts_of(rig, power=replace(drawn, supplies=(supply,)))


def with_peak(peak_w: float, allowed_w: float = 1800.0, sustained_w: float = 500.0, **psu: Any) -> Facts:
    rig = rig_with(psus=(make_rig_psu(**psu),))
    drawn = power(rig)
    assert drawn is not None
    supply = replace(drawn.supplies[0], peak_w=peak_w, allowed_peak_w=allowed_w, sustained_w=sustained_w, rated_w=1000)
    return facts_of(rig, power=replace(drawn, supplies=(supply,)))


def measured_peak(peak_w: float, **psu: Any) -> Facts:
    """The same on chips whose peaks were measured."""
    facts = with_peak(peak_w, **psu)
    return replace(facts, rig=replace(facts.rig, cards=cards_in((1, 4), chip={"transient_ratio": 1.7})))


def one_plug_each(cables: int) -> Facts:
    supply = make_rig_psu(pcie_8pin=2, pcie_8pin_cables=cables)
    return facts_of(rig_with((1, 4), {"plugs": {"pcie_8pin": 1}}, psus=(supply,)))


def behind_ups(draw_w: float, ups_w: int | None = 1000, other_load_w: int = 0) -> Facts:
    """On the usual circuit."""
    facts = at_wall(draw_w)
    site = facts.rig.build.site.replace(ups_w=ups_w, other_load_w=other_load_w)
    return replace(facts, rig=replace(facts.rig, build=facts.rig.build.replace(site=site)))


def plugs(needed: int, has: int | None, card: dict[str, Any] | None = None, **psu: Any) -> Facts:
    """Cards with two 8-pins each on a supply that has `has` of them."""
    rows = tuple(range(1, needed // 2 + 1))
    return facts_of(rig_with(rows, card or EIGHT_PIN, psus=(make_rig_psu(pcie_8pin=has, **psu),)))


def sixteen(limit_w: int | None, **psu: Any) -> Facts:
    supply = {"sixteen_pin": 1, "sixteen_pin_w": 600} | psu
    return facts_of(rig_with((1,), SIXTEEN_PIN, limit_w=limit_w, psus=(make_rig_psu(**supply),)))


def at_wall(sustained_w: float, typical_w: float = 700.0, least_w: float | None = None) -> Facts:
    """Drawn at a socket of 1800 W, 1440 W of them for hours."""
    rig = rig_with()
    drawn = power(rig)
    assert drawn is not None and drawn.wall is not None
    wall = replace(drawn.wall, sustained_w=sustained_w, typical_w=typical_w, least_w=least_w, efficiency=0.9)
    return facts_of(rig, power=replace(drawn, wall=wall))


def limited(limit_w: int | None, chip: dict[str, Any] | None = None, split: str = "layer", **card: Any) -> Facts:
    made = {"min_limit_w": 100, "max_limit_w": 400} | (chip or {})
    return facts_of(rig_with((1,), card, chip=made, limit_w=limit_w, workload=make_workload(split=split)))


def four(inputs: int | None, rows: int = 4) -> Facts:
    return facts_of(rig_with(tuple(range(1, rows + 1)), board=make_board(gpu_power_inputs=inputs)))


def on_riser(powered: bool) -> Facts:
    riser = make_riser(powers_slot=powered)
    slot = make_board().connector("PCIE1")
    card = make_rig_card(1, slot, psu="psu-2", riser=riser)
    return facts_of(replace(rig_with(psus=TWO), cards=(card,)))


TWO = (make_rig_psu(1), make_rig_psu(2))


def low_line(low_watts: int | None, **psu: Any) -> Facts:
    """A supply at 120 V that gives `low_watts` there."""
    return facts_of(rig_with(psus=(make_rig_psu(**({"low_line_watts": low_watts} | psu)),)))


def at_volts(volts: int, low: int | None = None, sustained_w: float = 900.0, **psu: Any) -> Facts:
    """A supply of 1600 W on a circuit of so many volts."""
    supply = make_rig_psu(low_line_watts=low, **psu)
    rig = rig_with(psus=(supply,), circuit=make_circuit(volts=volts))
    drawn = power(rig)
    assert drawn is not None
    return facts_of(rig, power=replace(drawn, supplies=(replace(drawn.supplies[0], sustained_w=sustained_w),)))


CASES: tuple[Case, ...] = (
    fires("PWR-001", ERROR, "1204 W on a supply of 1000 W", lambda: on_supply(1204)),
    silent("PWR-001", "half loaded", lambda: on_supply(500)),
    needs("PWR-001", "no supply", lambda: facts_of(NO_SUPPLY)),
    fires("PWR-001", WARNING, "too much by our defaults only", lambda: on_supply(1050, least_w=1000)),
    *edge("PWR-001", "a fifth to spare", on_supply, (800, None), (800.1, INFO)),
    *edge("PWR-001", "nine tenths", on_supply, (899.9, INFO), (900, WARNING)),
    *edge("PWR-001", "rating", on_supply, (1000, WARNING), (1000.1, ERROR)),
    fires("PWR-002", WARNING, "peaks of four cards", lambda: with_peak(2000)),
    fires("PWR-002", INFO, "old supply near its rating", lambda: with_peak(1000, sustained_w=700, atx_version="2.52")),
    silent("PWR-002", "old supply with much to spare", lambda: with_peak(900, sustained_w=690, atx_version="2.52")),
    needs("PWR-002", "no supply", lambda: facts_of(NO_SUPPLY)),
    *edge("PWR-002", "rating", with_peak, (1000, None), (1000.1, INFO)),
    *edge("PWR-002", "granted", with_peak, (1800, INFO), (1800.1, WARNING)),
    *edge("PWR-002", "far over, measured", measured_peak, (2250, WARNING), (2250.1, ERROR)),
    fires("PWR-002", WARNING, "far over, measured, old supply", lambda: measured_peak(4000, atx_version="2.52")),
    silent("PWR-002", "new supply near its rating", lambda: with_peak(1000, sustained_w=900)),
    *edge(
        "PWR-002",
        "load of an old supply",
        lambda w: with_peak(1000, sustained_w=w, atx_version="2.52"),
        (699.9, None),
        (700, INFO),
    ),
    *edge("PWR-002", "overloaded anyway", lambda w: with_peak(1500, sustained_w=w), (1000.1, None), (1000, INFO)),
    fires("PWR-013", WARNING, "more than it bears", lambda: behind_ups(1200)),
    silent("PWR-013", "no UPS", lambda: behind_ups(1200, None)),
    silent("PWR-013", "the rest hangs elsewhere", lambda: behind_ups(900, other_load_w=100)),
    *edge("PWR-013", "share", behind_ups, (800, None), (800.1, INFO)),
    *edge("PWR-013", "rating", behind_ups, (1000, INFO), (1000.1, WARNING)),
    fires("PWR-003", ERROR, "four plugs wanted, three there", lambda: plugs(4, 3)),
    fires("PWR-003", INFO, "adapter", lambda: sixteen(450, sixteen_pin=0, pcie_8pin=6)),
    fires("PWR-003", ERROR, "no native plug, nothing for an adapter", lambda: sixteen(450, sixteen_pin=0, pcie_8pin=2)),
    silent("PWR-003", "three for three", lambda: plugs(2, 3)),
    silent("PWR-003", "EPS plugs missing only", lambda: eps(1)),
    needs("PWR-003", "plugs not counted", lambda: plugs(2, None)),
    *edge("PWR-003", "plugs", lambda has: plugs(4, has), (4, None), (3, ERROR)),
    fires("PWR-004", WARNING, "two plugs on one of two cables", lambda: plugs(4, 4, pcie_8pin_cables=2)),
    fires("PWR-004", ERROR, "350 W on the only cable", lambda: plugs(2, 2, pcie_8pin_cables=1)),
    fires("PWR-004", WARNING, "12-pin card", lambda: plugs(4, 4, {"plugs": {"nvidia_12pin": 1}}, pcie_8pin_cables=2)),
    silent("PWR-004", "a cable for every plug", lambda: plugs(4, 4, pcie_8pin_cables=4)),
    silent("PWR-004", "cards with one plug", lambda: one_plug_each(cables=1)),
    *edge(
        "PWR-004",
        "watts on the only cable",
        lambda watts: plugs(2, 2, EIGHT_PIN | {"tgp_w": watts}, pcie_8pin_cables=1),
        (300, WARNING),
        (301, ERROR),
    ),
    needs("PWR-004", "cables not known", lambda: plugs(2, 2, pcie_8pin_cables=None)),
    *edge(
        "PWR-004",
        "watts on one cable",
        lambda watts: plugs(2, 2, EIGHT_PIN | {"tgp_w": watts}, pcie_8pin_cables=1),
        (225, None),
        (226, WARNING),
    ),
    fires("PWR-005", ERROR, "575 W on a plug that grants 450 W", lambda: sixteen(None, sixteen_pin_w=450)),
    fires("PWR-005", INFO, "575 W on an adapter", lambda: sixteen(None, sixteen_pin=0, pcie_8pin=8)),
    *edge("PWR-005", "W on an adapter", lambda w: sixteen(w, sixteen_pin=0, pcie_8pin=8), (449, None), (450, INFO)),
    silent("PWR-005", "8-pin card", lambda: plugs(2, 4)),
    needs("PWR-005", "grade not known", lambda: sixteen(None, sixteen_pin_w=None)),
    *edge("PWR-005", "nine tenths of 600 W", sixteen, (540, None), (541, INFO)),
    *edge("PWR-005", "600 W", sixteen, (600, INFO), (601, ERROR)),
    fires("PWR-006", WARNING, "two cards", lambda: facts_of(rig_with(psus=(make_rig_psu(rails="multi"),)))),
    silent("PWR-006", "single rail", lambda: facts_of(rig_with())),
    needs("PWR-006", "not known", lambda: facts_of(rig_with(psus=(make_rig_psu(rails="unknown"),)))),
    *edge(
        "PWR-006",
        "one card",
        lambda watts: facts_of(rig_with((1,), {"tgp_w": watts}, psus=(make_rig_psu(rails="multi"),))),
        (480, None),
        (481, WARNING),
    ),
    fires("PWR-007", WARNING, "of one maker", lambda: facts_of(rig_with(psus=(make_rig_psu(oem=True),)))),
    silent("PWR-007", "ordinary", lambda: facts_of(rig_with())),
    fires("PWR-008", ERROR, "more than the breaker", lambda: at_wall(1900)),
    fires("PWR-008", ERROR, "typical draw above what it bears for hours", lambda: at_wall(1700, typical_w=1450)),
    silent("PWR-008", "half of it", lambda: at_wall(700)),
    needs("PWR-008", "no circuit", lambda: facts_of(rig_with(circuit=None))),
    *edge("PWR-008", "four fifths", at_wall, (1152, None), (1152.1, INFO)),
    *edge("PWR-008", "for hours", at_wall, (1440, INFO), (1440.1, WARNING)),
    *edge("PWR-008", "breaker", at_wall, (1800, WARNING), (1800.1, ERROR)),
    *edge("PWR-008", "typical, for hours", lambda w: at_wall(1000, typical_w=w), (1440.0, None), (1440.1, ERROR)),
    *edge("PWR-008", "by our defaults only", lambda w: at_wall(1900, least_w=w), (1800, WARNING), (1800.1, ERROR)),
    fires("PWR-009", INFO, "two supplies", lambda: facts_of(rig_with(psus=TWO))),
    silent("PWR-009", "one supply", lambda: facts_of(rig_with())),
    fires("PWR-010", WARNING, "four cards, no plug", lambda: four(0)),
    fires("PWR-010", INFO, "four cards, a plug to connect", lambda: four(1)),
    silent("PWR-010", "two cards", lambda: four(0, rows=2)),
    needs("PWR-010", "not known", lambda: four(None)),
    *edge("PWR-010", "cards", lambda rows: four(0, rows), (3, None), (4, WARNING)),
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
    fires("PWR-014", WARNING, "600 W on a low line", lambda: low_line(600)),
    fires("PWR-014", INFO, "less, but enough", lambda: low_line(1300)),
    fires("PWR-014", ERROR, "made for 200 V and more", lambda: low_line(None, mains_v=(200, 240))),
    silent("PWR-014", "same everywhere", lambda: low_line(1600)),
    needs("PWR-014", "1600 W, rating on 120 V not known", lambda: low_line(None)),
    *edge("PWR-014", "less than printed", low_line, (1600, None), (1599, INFO)),
    *edge("PWR-014", "enough", lambda w: at_volts(120, low=1300, sustained_w=w), (1300, INFO), (1300.1, WARNING)),
    *edge("PWR-014", "V it needs", lambda v: at_volts(v, mains_v=(200, 240)), (200, None), (199, ERROR)),
    *edge("PWR-014", "V of a low line", lambda v: at_volts(v, low=1300), (180, None), (179, INFO)),
    silent("PWR-014", "1500 W, rating on 120 V not known", lambda: low_line(None, watts=1500)),
    needs("PWR-014", "1501 W, rating on 120 V not known", lambda: low_line(None, watts=1501)),
    fires(
        "PWR-015",
        ERROR,
        "two wanted, one there",
        lambda: facts_of(rig_with(board=make_board(eps_required=2), psus=(make_rig_psu(eps_8pin=1),))),
    ),
    silent("PWR-015", "8-pin plugs missing only", lambda: plugs(4, 3)),
    silent("PWR-015", "one for one", lambda: facts_of(rig_with())),
    needs("PWR-015", "not counted", lambda: facts_of(rig_with(psus=(make_rig_psu(eps_8pin=None),)))),
    *edge(
        "PWR-015",
        "plugs",
        lambda has: facts_of(rig_with(board=make_board(eps_required=2), psus=(make_rig_psu(eps_8pin=has),))),
        (2, None),
        (1, ERROR),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    check(case)


def test_the_sum_is_in_the_message():
    finding = judged(fires("PWR-001", ERROR, "", lambda: on_supply(1204))).findings[0]
    assert "1,204 W" in finding.message and "1,000 W" in finding.message and "120 %" in finding.message
    assert finding.title == "Power supply is too small"


def test_a_rating_from_memory_is_no_ground_for_an_error():
    evidence = Evidence(confidence=Confidence.MEMORY, sources=(), seen_on=SEEN)
    rig = rig_with(psus=(make_rig_psu(watts=600, evidence=evidence),))
    finding = judged(fires("PWR-001", ERROR, "", lambda: facts_of(rig))).findings[0]
    assert finding.severity == WARNING
    assert "watts of psu-1" in finding.capped


def test_peaks_rest_on_an_assumed_ratio():
    """A far too high peak is an error only where the ratio was measured on this chip."""
    guessed = judged(fires("PWR-002", WARNING, "", lambda: with_peak(4000))).findings[0]
    assert guessed.severity == WARNING and guessed.capped
    rig = replace(with_peak(4000).rig, cards=cards_in((1, 4), chip={"transient_ratio": 1.7}))
    facts = replace(with_peak(4000), rig=rig)
    assert judged(fires("PWR-002", ERROR, "", lambda: facts)).findings[0].severity == ERROR


def test_a_riser_with_its_own_plug_wants_the_card_s_supply():
    powered = judged(fires("PWR-009", INFO, "", lambda: on_riser(True))).findings
    plain = judged(fires("PWR-009", INFO, "", lambda: on_riser(False))).findings
    assert len(powered) == 2 and len(plain) == 1


def test_tensor_parallel_bends_lower():
    alone = judged(silent("PWR-012", "", lambda: limited(300))).findings
    in_step = facts_of(rig_with((1, 4), {}, chip={"min_limit_w": 100}, limit_w=300, workload=TENSOR))
    assert not alone
    assert "250 W" in judged(fires("PWR-012", INFO, "", lambda: in_step)).findings[0].message


# Messages, measures and ways out


def test_overloaded_circuit_in_numbers():
    finding = said("PWR-008", at_wall(1900))
    assert "15.8 A at 120 V" in finding.message
    assert finding.value == pytest.approx(1900 / 1440)
    assert finding.parts == ("psu-1",)
    assert finding.title == "Wall circuit is overloaded"
    assert said("PWR-008", at_wall(1200)).title == "Wall circuit has little to spare"


def test_circuit_finding_is_about_the_cards_where_there_is_no_supply():
    facts = at_wall(1900)
    assert said("PWR-008", replace(facts, rig=replace(facts.rig, psus=()))).parts == ("gpu-1", "gpu-2")


@pytest.mark.parametrize(
    ("sustained_w", "typical_w", "labels"),
    [
        (1600, 700, ["Limit GPU 1 and GPU 2 to 270 W each"]),  # (700 − 0.9 × 160) / 2 = 278
        (1440.1, 700, ["Limit GPU 1 and GPU 2 to 340 W each"]),
        (1400, 1450, []),  # the limits are not what is too high
    ],
)
def test_cards_are_capped_to_what_the_circuit_bears_for_hours(sustained_w, typical_w, labels):
    assert ways_out("PWR-008", at_wall(sustained_w, typical_w)) == labels


def test_a_larger_circuit_is_offered_from_a_warning_on():
    larger = make_circuit(id="us-20a", amps=20.0)
    offered = "Use a circuit of 20 A at 120 V"
    assert offered in ways_out("PWR-008", with_shelf(at_wall(1500), circuits=(larger,)))
    assert ways_out("PWR-008", with_shelf(at_wall(1440), circuits=(larger,))) == []


def far_peak() -> Facts:
    return with_peak(2000.0, allowed_w=1800.0)


LARGER_SUPPLY: tuple[tuple[str, Callable[[], Facts], float], ...] = (
    ("PWR-001", lambda: on_supply(1204), 0.8),
    ("PWR-002", far_peak, 0.8 * 1800 / 2000),
    ("PWR-003", lambda: plugs(4, 3), 0.8),
    ("PWR-003", lambda: adapter_on(2), 0.8),
    ("PWR-004", lambda: plugs(4, 4, pcie_8pin_cables=2), 0.8),
    ("PWR-014", lambda: at_volts(120, low=600), 0.8),
    ("PWR-015", lambda: eps(1), 0.8),
)


def eps(has: int) -> Facts:
    return facts_of(rig_with(board=make_board(eps_required=2), psus=(make_rig_psu(eps_8pin=has),)))


def adapter_on(cables: int) -> Facts:
    """A 16-pin card on an adapter, on a supply with so many 8-pin cables."""
    return sixteen(450, sixteen_pin=0, pcie_8pin=6, pcie_8pin_cables=cables)


@pytest.mark.parametrize(("rule", "facts", "share"), LARGER_SUPPLY)
def test_the_supply_offered_keeps_the_share_free(rule, facts, share):
    """One watt less than that is not offered."""
    drawn = facts().power
    assert drawn is not None
    watts = math.ceil(drawn.supplies[0].sustained_w / share)
    plenty = {"pcie_8pin": 12, "pcie_8pin_cables": 12, "sixteen_pin": 4, "eps_8pin": 4}
    for offered in (watts, watts - 1):
        shelf = (make_psu(id="other", name="Other", watts=offered, low_line_watts=offered, **plenty),)
        labels = ways_out(rule, with_shelf(facts(), psus=shelf))
        assert (f"Use Maker Other ({offered} W)" in labels) is (offered == watts)


def test_less_on_this_voltage_but_enough_asks_for_no_other_supply():
    shelf = (make_psu(id="other", watts=2000, low_line_watts=2000),)
    assert ways_out("PWR-014", with_shelf(at_volts(120, low=1300), psus=shelf)) == []


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


def test_a_full_supply_is_not_yet_too_small():
    full, over = said("PWR-001", on_supply(1000)), said("PWR-001", on_supply(1001))
    assert (full.title, full.capped, full.value) == ("Power supply has little to spare", "", 1.0)
    assert (over.title, over.value) == ("Power supply is too small", 1.001)


def test_the_sum_shown_is_that_of_the_supply():
    facts = facts_of(rig_with((1,), psus=(make_rig_psu(1, watts=450), make_rig_psu(2, watts=1600))))
    assert facts.power is not None
    assert said("PWR-001", facts).steps == facts.power.supplies[0].steps != facts.power.steps


@pytest.mark.parametrize(
    ("psu", "limit_w", "severity"), [("psu-1", None, WARNING), ("psu-1", 350, ERROR), ("psu-2", None, ERROR)]
)
def test_a_card_s_power_from_memory_counts_where_it_decides(psu, limit_w, severity):
    """On this supply, and without a limit that says what it draws."""
    evidence = Evidence(confidence=Confidence.MEMORY, sources=(), seen_on=SEEN)
    rig = rig_with((1, 4, 7), psus=(make_rig_psu(1, watts=600), make_rig_psu(2)))
    guessed = replace(rig.cards[2], card=rig.cards[2].card.replace(evidence=evidence), psu=psu, limit_w=limit_w)
    finding = said("PWR-001", facts_of(replace(rig, cards=(*rig.cards[:2], guessed))))
    assert finding.severity == severity
    assert ("tgp_w of gpu-3" in finding.capped) is (severity == WARNING)


def test_peaks_are_measured_against_what_is_granted():
    old = with_peak(1000, allowed_w=1200, sustained_w=900, atx_version="2.52")
    assert said("PWR-002", with_peak(2000)).value == pytest.approx(2000 / 1800)
    assert said("PWR-002", with_peak(1500)).value == pytest.approx(1500 / 1800)
    assert said("PWR-002", old).value == pytest.approx(1000 / 1200)


def test_an_adapter_is_needed_for_want_of_leads():
    assert "has 0 16-pin leads" in said("PWR-003", adapter_on(6)).message
    two = rig_with((1, 4), SIXTEEN_PIN | {"tgp_w": 450}, psus=(make_rig_psu(sixteen_pin=1, pcie_8pin=6),))
    assert "has 1 16-pin lead," in said("PWR-003", facts_of(two)).message
    supplies = (make_rig_psu(1, sixteen_pin=3), make_rig_psu(2, sixteen_pin=0, pcie_8pin=6))
    apart = replace(two, psus=supplies, cards=(two.cards[0], replace(two.cards[1], psu="psu-2")))
    assert "has 0 16-pin leads" in said("PWR-003", facts_of(apart)).message


@pytest.mark.parametrize("card", [{"plugs": {"nvidia_12pin": 1}}, EIGHT_PIN])
def test_plugs_on_shared_cables_are_counted(card):
    assert "through 2 8-pin plugs" in said("PWR-004", plugs(4, 4, card, pcie_8pin_cables=2)).message


def test_sixteen_pin_plugs_in_numbers():
    over, near = said("PWR-005", sixteen(None, sixteen_pin_w=450)), said("PWR-005", sixteen(570))
    adapted = said("PWR-005", sixteen(None, sixteen_pin=0, pcie_8pin=8))
    assert [f.parts for f in (over, near, adapted)] == [("psu-1", "gpu-1")] * 3
    assert [f.value for f in (over, near, adapted)] == pytest.approx([575 / 450, 570 / 600, 575 / 450])
    assert [fix.label for fix in near.fixes] == ["Limit GPU 1 to 540 W"]


def test_a_rail_switch_is_named_where_there_is_one():
    def rails(kind: str) -> str:
        return said("PWR-006", facts_of(rig_with(psus=(make_rig_psu(rails=kind),)))).message

    assert "Switch it to single rail" in rails("switchable")
    assert "Spread the cables" in rails("multi")


def test_what_each_supply_feeds():
    message = said("PWR-009", facts_of(rig_with(psus=TWO))).message
    assert "supply 1 feeds the board, GPU 1 and GPU 2; supply 2 feeds nothing yet" in message


def test_slots_and_ups_in_numbers():
    assert "4 cards may draw 300 W through the slots (75 W each)" in said("PWR-010", four(0)).message
    assert said("PWR-013", behind_ups(1300, other_load_w=100)).value == 1.2
