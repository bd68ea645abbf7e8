"""What pressing a fix would cost: worked out before it is pressed, on a copy."""

from collections.abc import Callable

from planner.advice.difference import Difference, difference
from planner.catalog.store import Catalog
from planner.domain.build import Build
from planner.domain.findings import Fix
from planner.evaluate import Report, evaluate


def cost_of(fix: Fix, report: Report, catalog: Catalog) -> Difference:
    return cost_with(fix, report, lambda build: evaluate(build, catalog, report.facts.policy))


def cost_with(fix: Fix, report: Report, judge: Callable[[Build], Report]) -> Difference:
    """The same, judged by the caller's own means."""
    return difference(report, judge(fix.edit(report.build)))
