"""Fit and speed of a build that differs in a limit or in what is asked of it: the points of a curve.

Such a change leaves lanes, space and rules alone, so only these two are worked out.
"""

from planner.analysis.memory import Fit, Refused, quick_fit
from planner.analysis.throughput import Throughput, throughput
from planner.catalog.resolve import resolve
from planner.catalog.store import Catalog
from planner.domain.build import Build
from planner.evaluate import Report


def tried(build: Build, report: Report, catalog: Catalog) -> tuple[Fit | Refused | None, Throughput | None]:
    """`report` is of the same parts in the same places."""
    rig = resolve(build, catalog)
    fit = quick_fit(rig, report.facts.policy.margin_gib)
    return fit, throughput(rig, report.facts.lanes, fit)
