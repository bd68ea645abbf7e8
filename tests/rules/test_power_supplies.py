"""What supplies bear: sustained, in peaks, on this voltage; and several of them."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from planner.analysis.facts import Facts
from planner.analysis.power import power
from planner.domain.rig import Rig
from tests.makers import make_board, make_circuit, make_psu, make_rig_card, make_rig_psu, make_riser
from tests.rules.cases import (
    ERROR,
    FROM_MEMORY,
    INFO,
    WARNING,
    Case,
    cards_in,
    changed,
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
from tests.rules.plugged import adapter_on, eps, on_psu, plugs

NO_SUPPLY = rig_with(psus=())


def supplying(rig: Rig, **figures: Any) -> Facts:
    """With these figures for the first supply, the only one that counts."""
    drawn = power(rig)
    assert drawn is not None
    return facts_of(rig, power=replace(drawn, supplies=(replace(drawn.supplies[0], **figures),)))


def on_supply(sustained_w: float, rated_w: int = 1000, least_w: float | None = None) -> Facts:
    """The first supply at exactly this load."""
    return supplying(rig_with(), sustained_w=sustained_w, rated_w=rated_w, least_w=least_w)


def with_peak(peak_w: float, allowed_w: float = 1800.0, sustained_w: float = 500.0, **psu: Any) -> Facts:
    rig = rig_with(psus=(make_rig_psu(**psu),))
    return supplying(rig, peak_w=peak_w, allowed_peak_w=allowed_w, sustained_w=sustained_w, rated_w=1000)


def measured_peak(peak_w: float, **psu: Any) -> Facts:
    """The same on chips whose peaks were measured."""
    facts = with_peak(peak_w, **psu)
    return changed(facts, cards=cards_in((1, 4), chip={"transient_ratio": 1.7}))


def on_riser(powered: bool) -> Facts:
    riser = make_riser(powers_slot=powered)
    slot = make_board().connector("PCIE1")
    card = make_rig_card(1, slot, psu="psu-2", riser=riser)
    return facts_of(replace(rig_with(psus=TWO), cards=(card,)))


TWO = (make_rig_psu(1), make_rig_psu(2))


def low_line(low_watts: int | None, **psu: Any) -> Facts:
    """A supply at 120 V that gives `low_watts` there."""
    return on_psu(**({"low_line_watts": low_watts} | psu))


def at_volts(volts: int, low: int | None = None, sustained_w: float = 900.0, **psu: Any) -> Facts:
    """A supply of 1600 W on a circuit of so many volts."""
    supply = make_rig_psu(low_line_watts=low, **psu)
    return supplying(rig_with(psus=(supply,), circuit=make_circuit(volts=volts)), sustained_w=sustained_w)


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
    fires("PWR-007", WARNING, "of one maker", lambda: on_psu(oem=True)),
    silent("PWR-007", "ordinary", lambda: facts_of(rig_with())),
    fires("PWR-009", INFO, "two supplies", lambda: facts_of(rig_with(psus=TWO))),
    silent("PWR-009", "one supply", lambda: facts_of(rig_with())),
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
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    check(case)


def test_the_sum_is_in_the_message():
    finding = said("PWR-001", on_supply(1204))
    assert "1,204 W" in finding.message and "1,000 W" in finding.message and "120 %" in finding.message
    assert finding.title == "Power supply is too small"


def test_a_rating_from_memory_is_no_ground_for_an_error():
    rig = rig_with(psus=(make_rig_psu(watts=600, evidence=FROM_MEMORY),))
    finding = said("PWR-001", facts_of(rig))
    assert finding.severity == WARNING
    assert "watts of psu-1" in finding.capped


def test_peaks_rest_on_an_assumed_ratio():
    """A far too high peak is an error only where the ratio was measured on this chip."""
    guessed = said("PWR-002", with_peak(4000))
    assert guessed.severity == WARNING and guessed.capped
    rig = replace(with_peak(4000).rig, cards=cards_in((1, 4), chip={"transient_ratio": 1.7}))
    facts = replace(with_peak(4000), rig=rig)
    assert said("PWR-002", facts).severity == ERROR


def test_a_riser_with_its_own_plug_wants_the_card_s_supply():
    powered = judged("PWR-009", on_riser(True)).findings
    plain = judged("PWR-009", on_riser(False)).findings
    assert len(powered) == 2 and len(plain) == 1


# Messages, measures and ways out


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
    rig = rig_with((1, 4, 7), psus=(make_rig_psu(1, watts=600), make_rig_psu(2)))
    guessed = replace(rig.cards[2], card=rig.cards[2].card.replace(evidence=FROM_MEMORY), psu=psu, limit_w=limit_w)
    finding = said("PWR-001", facts_of(replace(rig, cards=(*rig.cards[:2], guessed))))
    assert finding.severity == severity
    assert ("tgp_w of gpu-3" in finding.capped) is (severity == WARNING)


def test_peaks_are_measured_against_what_is_granted():
    old = with_peak(1000, allowed_w=1200, sustained_w=900, atx_version="2.52")
    assert said("PWR-002", with_peak(2000)).value == pytest.approx(2000 / 1800)
    assert said("PWR-002", with_peak(1500)).value == pytest.approx(1500 / 1800)
    assert said("PWR-002", old).value == pytest.approx(1000 / 1200)


def test_what_each_supply_feeds():
    message = said("PWR-009", facts_of(rig_with(psus=TWO))).message
    assert "supply 1 feeds the board, GPU 1 and GPU 2; supply 2 feeds nothing yet" in message
