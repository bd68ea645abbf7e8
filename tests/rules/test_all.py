"""What holds for every rule: listed once, documented, and with its cases."""

import inspect
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

import planner.rules
from planner.domain.findings import Severity
from planner.domain.policy import Policy
from planner.rules import RULES
from planner.rules.page import page
from planner.rules.rule import AnyRule, judge
from tests.makers import make_rig
from tests.rules import (
    test_fit,
    test_lanes_links,
    test_lanes_pairs,
    test_lanes_slots,
    test_memory,
    test_performance,
    test_power_circuits,
    test_power_limits,
    test_power_plugs,
    test_power_supplies,
    test_setup,
    test_space,
    test_thermal,
)
from tests.rules.cases import Case, facts_of

AREAS = {
    "lanes": "PCIe",
    "space": "Mechanical",
    "power": "Power",
    "thermal": "Thermal",
    "memory": "Memory",
    "fit": "Model fit",
    "performance": "Performance",
    "setup": "Setup",
    "cost": "Cost",
}
CASES: tuple[Case, ...] = (
    *test_power_supplies.CASES,
    *test_power_plugs.CASES,
    *test_power_circuits.CASES,
    *test_power_limits.CASES,
    *test_fit.CASES,
    *test_space.CASES,
    *test_thermal.CASES,
    *test_lanes_links.CASES,
    *test_lanes_slots.CASES,
    *test_lanes_pairs.CASES,
    *test_memory.CASES,
    *test_performance.CASES,
    *test_setup.CASES,
)
WITHOUT_NUMBERS = {
    "PWR-007", "PWR-009", "FIT-005", "FIT-010", "MEC-009", "THR-003", "PCI-008", "PCI-011", "PCI-014", "MEM-006",
    "PRF-002", "PRF-008", "BIO-002", "BIO-005", "BIO-006", "BIO-007", "BIO-008", "BIO-010", "PRT-001", "CST-001",
    "CST-002",
}  # fmt: skip
"""Rules that ask whether something is so, not how much: they have no edge to test."""
FOLDER = Path(planner.rules.__file__).parent


def module_of(rule: AnyRule) -> str:
    found = inspect.getmodule(rule.check)
    assert found is not None
    return found.__name__


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_is_whole(rule: AnyRule) -> None:
    area, name = module_of(rule).split(".")[-2:]
    assert rule.id == name.replace("_", "-")
    assert rule.area == AREAS[area]
    assert re.fullmatch(r"[A-Z]{3}-\d{3}", rule.code)
    assert rule.title and not rule.title.endswith(".")
    assert rule.why.endswith(".") and rule.fix.endswith(".")
    assert rule.sources
    assert set(rule.folds_into) <= {other.code for other in RULES} - {rule.code}


def test_codes_and_ids_are_used_once():
    assert max(Counter(rule.code for rule in RULES).values()) == 1
    assert max(Counter(rule.id for rule in RULES).values()) == 1


def test_every_module_with_a_rule_is_listed():
    written = {
        path.stem for path in FOLDER.rglob("*.py") if re.search(r"^RULE = ", path.read_text("utf-8"), re.MULTILINE)
    }
    assert written == {rule.id.replace("-", "_") for rule in RULES}


def test_rules_stand_in_the_order_of_their_areas():
    order = ["Power", "Model fit", "Mechanical", "Thermal", "PCIe", "Memory", "Performance", "Setup", "Cost"]
    assert list(dict.fromkeys(rule.area for rule in RULES)) == order


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_has_its_cases(rule: AnyRule) -> None:
    mine = [case for case in CASES if case.rule == rule.code]
    kinds = Counter(case.kind for case in mine)
    assert kinds["fires"] and kinds["silent"]
    assert bool(kinds["edge"]) is (rule.code not in WITHOUT_NUMBERS)
    assert all(a.expected != b.expected for a, b in _pairs(mine))
    assert all(case.expected is not None for case in mine if case.kind == "fires")


def _pairs(cases: list[Case]) -> list[tuple[Case, Case]]:
    """Edges come as two cases in a row, one for each side."""
    edges = [case for case in cases if case.kind == "edge"]
    assert len(edges) % 2 == 0
    return list(zip(edges[::2], edges[1::2], strict=True))


def test_no_case_is_for_a_rule_that_is_not():
    assert {case.rule for case in CASES} <= {rule.code for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_an_empty_build_is_no_error(rule: AnyRule) -> None:
    found = judge((rule,), facts_of(make_rig(board=None, cpu=None, psus=(), circuit=None)))
    assert not found.findings
    assert all(text for skipped in found.not_checked for text in skipped.needs)


@pytest.mark.parametrize("case", [case for case in CASES if case.kind == "fires"], ids=str)
def test_policy_silences_and_softens(case: Case) -> None:
    rule = next(rule for rule in RULES if rule.code == case.rule)
    facts = case.facts()
    soft = replace(facts, policy=Policy(max_severity={rule.code: "info"}))
    off = replace(facts, policy=Policy(max_severity={rule.code: "off"}))
    assert {finding.severity for finding in judge((rule,), soft).findings} == {Severity.INFO}
    assert judge((rule,), off).off == (rule.code,)


def test_keys_name_rule_parts_and_place_only():
    for case in CASES:
        rule = next(rule for rule in RULES if rule.code == case.rule)
        for finding in judge((rule,), case.facts()).findings:
            where = f"#{finding.where}" if finding.where else ""
            assert finding.key == f"{rule.code}@{'+'.join(finding.parts)}{where}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_has_a_page(rule: AnyRule) -> None:
    text = page(rule)
    assert text.startswith(f"# {rule.code} ")
    assert rule.why in text.replace("\n", " ") and rule.fix in text.replace("\n", " ")
    assert all(source in text for source in rule.sources)


def test_pages_show_the_figures_of_the_rule_and_no_others():
    slow_link = next(rule for rule in RULES if rule.code == "PCI-003")
    assert "- Enough: 12 GB/s" in page(slow_link)
    assert "Small active: 5,000,000,000" in page(slow_link)
    assert "Gib" not in page(next(rule for rule in RULES if rule.code == "FIT-006"))
