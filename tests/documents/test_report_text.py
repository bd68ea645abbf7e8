"""The report says everything the evaluation found, within 100 columns."""

import re

import pytest

from planner.analysis.memory import Memory
from planner.bare import Bare, estimate
from planner.catalog.examples import names
from planner.documents.report_text import estimate_text, report_text
from planner.documents.text_layout import WIDTH
from planner.domain import edits
from planner.domain.build import Build
from planner.domain.findings import Accepted
from planner.domain.policy import Policy
from planner.evaluate import evaluate
from tests.makers import SEEN, make_workload


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", names())
def test_no_line_is_wider_than_the_page(report_of, name):
    text = report_text(report_of(name))
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    assert not re.search(r"[ \t]$", text, re.MULTILINE)


@pytest.mark.parametrize("name", names())
def test_every_finding_fix_and_missing_fact_is_told(report_of, name):
    report = report_of(name)
    text = flat(report_text(report))
    for finding in report.findings:
        assert finding.rule in text
        assert flat(finding.title) in text
        assert flat(finding.message) in text
        assert all(flat(fix.label) in text for fix in finding.fixes)
    assert all(rule.rule in text for rule in report.not_checked)


@pytest.mark.parametrize("name", names())
def test_keys_of_the_build_are_put_in_words(report_of, name):
    assert not re.search(r"\b(gpu|psu|drive)-[1-9]", report_text(report_of(name)))


def test_sections_stand_in_order(report_of):
    text = report_text(report_of("dual-4090"))
    order = ("Findings", "Links", "Space", "Power", "Heat", "Memory", "Speed", "Launch", "Cost", "Sources")
    places = [text.index(f"\n{heading}\n{'─' * len(heading)}\n") for heading in order]
    assert places == sorted(places)


def test_ranges_carry_their_unit(report_of):
    speed = report_of("dual-4090").facts.throughput
    low, high = f"{speed.decode_tok_s.low:.1f}", f"{speed.decode_tok_s.high:.1f}"
    assert f"{low} to {high} tok/s" in report_text(report_of("dual-4090"))


def test_memory_of_every_card_is_a_row(report_of):
    report = report_of("quad-3090")
    assert isinstance(report.facts.memory, Memory)
    text = report_text(report)
    assert all(f"  {share.label}" in text for share in report.facts.memory.cards)


def test_an_accepted_finding_moves_and_keeps_its_reason(catalog, report_of):
    report = report_of("dual-4090")
    first = report.findings[0]
    build = edits.accept(report.build, Accepted(key=first.key, reason="bought already", value=first.value, on=SEEN))
    text = report_text(evaluate(build, catalog))
    assert "bought already" in text
    assert text.index("\nAccepted\n") > text.index("\nFindings\n")


def test_rules_switched_off_are_listed(catalog, report_of):
    report = report_of("dual-4090")
    code = report.findings[0].rule
    text = report_text(evaluate(report.build, catalog, Policy(max_severity={code: "off"})))
    assert f"Switched off\n────────────\n  {code}" in text


def test_an_empty_build_still_reads(catalog):
    text = report_text(evaluate(Build(name="Nothing yet"), catalog))
    assert text.startswith("Nothing yet\n═══════════\n")


def test_unknown_parts_are_named(catalog):
    build = edits.choose(Build(), "board", "no-such-board")
    assert "no-such-board" in report_text(evaluate(build, catalog))


def test_a_long_sum_stands_once(report_of):
    text = report_text(report_of("dual-4090"))
    assert text.count("Weights, whole model") == 1


@pytest.mark.parametrize(("quant", "said"), [("Q4_K_M", "Decode, per user"), ("F16", "No speed is given")])
def test_estimate(catalog, quant, said):
    work = make_workload(model="llama-3.3-70b", quant=quant)
    bare = Bare(chip=catalog.chips["rtx-3090"], count=2, workload=work)
    text = estimate_text(bare, estimate(bare, catalog))
    assert said in text
    assert "no board, case or supply was looked at" in flat(text)
    assert max(map(len, text.splitlines())) <= WIDTH
