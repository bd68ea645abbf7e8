"""The only way from choices to results, the same for window, command line and tests: build + catalog → report."""

from dataclasses import dataclass

from planner.analysis.facts import Facts, facts
from planner.catalog.resolve import resolve
from planner.catalog.store import Catalog
from planner.domain.build import Build
from planner.domain.findings import Finding, NotChecked, Severity
from planner.domain.policy import Policy
from planner.domain.rig import Rig
from planner.rules import RULES
from planner.rules.rule import judge


@dataclass(frozen=True, slots=True)
class Report:
    build: Build
    facts: Facts
    findings: tuple[Finding, ...]
    passed: tuple[str, ...]
    not_checked: tuple[NotChecked, ...]
    off: tuple[str, ...]

    @property
    def rig(self) -> Rig:
        return self.facts.rig

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """Those the user has not accepted."""
        return tuple(finding for finding in self.findings if finding.accepted is None)

    @property
    def worst(self) -> Severity | None:
        return max((finding.severity for finding in self.open_findings), default=None)

    def count(self, severity: Severity) -> int:
        return sum(finding.severity == severity for finding in self.open_findings)

    def about(self, key: str) -> tuple[Finding, ...]:
        """Open findings that name this part of the build."""
        return tuple(finding for finding in self.open_findings if key in finding.parts)


def evaluate(build: Build, catalog: Catalog, policy: Policy | None = None) -> Report:
    worked_out = facts(resolve(build, catalog), policy or Policy())
    judgement = judge(RULES, worked_out)
    return Report(
        build=build,
        facts=worked_out,
        findings=judgement.findings,
        passed=judgement.passed,
        not_checked=judgement.not_checked,
        off=judgement.off,
    )
