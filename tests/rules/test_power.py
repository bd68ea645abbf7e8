"""Supplies, plugs, circuits and limits."""

from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.facts import Facts
from planner.analysis.power import power
from planner.domain.base import Confidence, Evidence
from tests.makers import (
    SEEN,
    make_board,
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
    silent,
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


def behind_ups(draw_w: float, ups_w: int | None = 1000) -> Facts:
    """On the usual circuit."""
    facts = at_wall(draw_w)
    site = facts.rig.build.site.replace(ups_w=ups_w)
    return replace(facts, rig=replace(facts.rig, build=facts.rig.build.replace(site=site)))


def plugs(needed: int, has: int | None, card: dict[str, Any] | None = None, **psu: Any) -> Facts:
    """Cards with two 8-pins each on a supply that has `has` of them."""
    rows = tuple(range(1, needed // 2 + 1))
    return facts_of(rig_with(rows, card or EIGHT_PIN, psus=(make_rig_psu(pcie_8pin=has, **psu),)))


def sixteen(limit_w: int | None, **psu: Any) -> Facts:
    supply = {"sixteen_pin": 1, "sixteen_pin_w": 600} | psu
    return facts_of(rig_with((1,), SIXTEEN_PIN, limit_w=limit_w, psus=(make_rig_psu(**supply),)))


def at_wall(sustained_w: float, typical_w: float = 700.0) -> Facts:
    """Drawn at a socket of 1800 W, 1440 W of them for hours."""
    rig = rig_with()
    drawn = power(rig)
    assert drawn is not None and drawn.wall is not None
    wall = replace(drawn.wall, sustained_w=sustained_w, typical_w=typical_w)
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
    fires("PWR-013", WARNING, "more than it bears", lambda: behind_ups(1200)),
    silent("PWR-013", "no UPS", lambda: behind_ups(1200, None)),
    *edge("PWR-013", "share", behind_ups, (800, None), (800.1, INFO)),
    *edge("PWR-013", "rating", behind_ups, (1000, INFO), (1000.1, WARNING)),
    fires("PWR-003", ERROR, "four plugs wanted, three there", lambda: plugs(4, 3)),
    fires("PWR-003", INFO, "adapter", lambda: sixteen(450, sixteen_pin=0, pcie_8pin=6)),
    fires("PWR-003", ERROR, "no native plug, nothing for an adapter", lambda: sixteen(450, sixteen_pin=0, pcie_8pin=2)),
    silent("PWR-003", "three for three", lambda: plugs(2, 3)),
    needs("PWR-003", "plugs not counted", lambda: plugs(2, None)),
    *edge("PWR-003", "plugs", lambda has: plugs(4, has), (4, None), (3, ERROR)),
    fires("PWR-004", WARNING, "two plugs on one of two cables", lambda: plugs(4, 4, pcie_8pin_cables=2)),
    fires("PWR-004", ERROR, "350 W on the only cable", lambda: plugs(2, 2, pcie_8pin_cables=1)),
    fires("PWR-004", WARNING, "12-pin card", lambda: plugs(4, 4, {"plugs": {"nvidia_12pin": 1}}, pcie_8pin_cables=2)),
    silent("PWR-004", "a cable for every plug", lambda: plugs(4, 4, pcie_8pin_cables=4)),
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
    fires(
        "PWR-015",
        ERROR,
        "two wanted, one there",
        lambda: facts_of(rig_with(board=make_board(eps_required=2), psus=(make_rig_psu(eps_8pin=1),))),
    ),
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
