"""What changed between two reports, as it is told."""

from planner.advice.difference import difference
from planner.domain import edits
from planner.domain.findings import Severity
from planner.domain.policy import Policy
from tests.ui.fake_reports import judge
from tests.ui.fakes import CATALOG, make_build


def report(build):
    return judge(build, CATALOG, Policy())


def test_a_finding_that_only_names_another_card_besides_is_neither_new_nor_gone():
    build = make_build()
    change = difference(report(build), report(edits.add(build, "gpus", "rtx-a4000")))
    assert "Both cards run at x8" in {finding.title for finding in change.gained}
    assert "Both cards run at x8" not in {finding.title for _, finding in change.told}


def test_the_gravest_is_told_first():
    build = make_build()
    told = difference(report(build), report(edits.swap(build, "psus", "psu-1", "volta-1600"))).told
    assert told
    severities = [finding.severity for _, finding in told]
    assert severities == sorted(severities, reverse=True)
    assert (False, Severity.ERROR) in {(new, finding.severity) for new, finding in told}
