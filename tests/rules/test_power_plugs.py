"""Plugs, leads, adapters and rails."""

from dataclasses import replace

import pytest

from planner.analysis.facts import Facts
from tests.makers import make_rig_psu
from tests.rules.cases import ERROR, INFO, WARNING, Case, check, edge, facts_of, fires, needs, rig_with, said, silent
from tests.rules.plugged import EIGHT_PIN, SIXTEEN_PIN, adapter_on, eps, on_psu, plugs, sixteen


def one_plug_each(cables: int) -> Facts:
    supply = make_rig_psu(pcie_8pin=2, pcie_8pin_cables=cables)
    return facts_of(rig_with((1, 4), {"plugs": {"pcie_8pin": 1}}, psus=(supply,)))


CASES: tuple[Case, ...] = (
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
    fires("PWR-006", WARNING, "two cards", lambda: on_psu(rails="multi")),
    silent("PWR-006", "single rail", lambda: facts_of(rig_with())),
    needs("PWR-006", "not known", lambda: on_psu(rails="unknown")),
    *edge(
        "PWR-006",
        "one card",
        lambda watts: facts_of(rig_with((1,), {"tgp_w": watts}, psus=(make_rig_psu(rails="multi"),))),
        (480, None),
        (481, WARNING),
    ),
    fires("PWR-015", ERROR, "two wanted, one there", lambda: eps(1)),
    silent("PWR-015", "8-pin plugs missing only", lambda: plugs(4, 3)),
    silent("PWR-015", "one for one", lambda: facts_of(rig_with())),
    needs("PWR-015", "not counted", lambda: on_psu(eps_8pin=None)),
    *edge("PWR-015", "plugs", eps, (2, None), (1, ERROR)),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    check(case)


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
    assert "Switch it to single rail" in said("PWR-006", on_psu(rails="switchable")).message
    assert "Spread the cables" in said("PWR-006", on_psu(rails="multi")).message
