"""python -m tests.scoring: the rules against real builds. Prints the agreement, false alarms, missed errors, and every
disagreement with its reason."""

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from planner.domain.findings import Severity
from planner.evaluate import evaluate
from planner.rules import RULES
from planner.rules.rule import judge
from tests.golden.cases import VERDICTS, CaseBuild, Expected, case_builds

REASONS = Path(__file__).parent / "golden" / "disagreements.toml"
UNCHECKED = "not checked"
"""A rule that says what it would have to know. That is a remark, so it agrees with info, and no alarm, so with pass."""
WANTED_PERCENT = 95


@dataclass(frozen=True, slots=True)
class Mark:
    """One verdict beside the one given."""

    at: CaseBuild
    expected: Expected
    ours: str
    message: str

    @property
    def agrees(self) -> bool:
        if self.ours == UNCHECKED:
            return self.expected.verdict in ("pass", "info")
        rank = VERDICTS.index
        return rank(self.expected.verdict) <= rank(self.ours) <= rank(self.expected.most)

    @property
    def key(self) -> str:
        return f"{self.at} {self.expected.rule}".strip()


@dataclass(frozen=True, slots=True)
class Score:
    marks: tuple[Mark, ...]
    false_alarms: tuple[str, ...]
    """Errors on builds that worked, which the case does not ask for."""
    missed: tuple[str, ...]
    """Errors a case asks for on a build that failed, and that were not given."""

    @property
    def sure(self) -> tuple[Mark, ...]:
        return tuple(mark for mark in self.marks if mark.at.confidence == "high")

    @property
    def disagreements(self) -> tuple[Mark, ...]:
        return tuple(mark for mark in self.marks if not mark.agrees)

    @property
    def sure_percent(self) -> float:
        return percent(self.sure)


def percent(marks: tuple[Mark, ...]) -> float:
    return 100 * sum(mark.agrees for mark in marks) / len(marks)


def score() -> Score:
    marks: list[Mark] = []
    alarms: list[str] = []
    missed: list[str] = []
    for at in case_builds():
        here = list(_marks(at))
        marks += here
        alarms += _false_alarms(at) if at.worked else ()
        missed += [
            m.key for m in here if at.outcome == "failed" and m.expected.verdict == "error" and m.ours != "error"
        ]
    return Score(tuple(marks), tuple(alarms), tuple(missed))


def _marks(at: CaseBuild) -> Iterator[Mark]:
    """Each rule by itself: what another one says for it is its own verdict all the same."""
    facts = evaluate(at.build, at.catalog).facts
    by_code = {rule.code: rule for rule in RULES}
    for expected in at.expected:
        rule = by_code.get(expected.rule)
        if rule is None:
            yield Mark(at, expected, UNCHECKED, "there is no such rule")
            continue
        judged = judge((rule,), facts)
        worst = max(judged.findings, key=lambda finding: finding.severity, default=None)
        needs = "; ".join(text for skipped in judged.not_checked for text in skipped.needs)
        if worst is not None:
            yield Mark(at, expected, worst.severity.word, worst.message)
        else:
            yield Mark(at, expected, UNCHECKED if judged.not_checked else "pass", needs and f"needs {needs}")


def _false_alarms(at: CaseBuild) -> list[str]:
    asked = {e.rule for e in at.expected if e.most == "error"}
    report = evaluate(at.build, at.catalog)
    errors = [f for f in report.findings if f.severity == Severity.ERROR and f.rule not in asked]
    return [f"{at}: {finding.rule} {finding.message}" for finding in errors]


def reasons() -> dict[str, str]:
    return tomllib.loads(REASONS.read_text("utf-8")) if REASONS.exists() else {}


def lines(result: Score) -> Iterator[str]:
    unchecked = sum(mark.ours == UNCHECKED for mark in result.marks)
    agreed = sum(mark.agrees for mark in result.sure)
    cases = len({mark.at.case for mark in result.marks})
    yield f"{cases} cases, {len(result.marks)} verdicts; {unchecked} answered by what would have to be known."
    yield f"High confidence: {agreed} of {len(result.sure)}, {result.sure_percent:.1f} % ({WANTED_PERCENT} % wanted)."
    yield f"All: {sum(m.agrees for m in result.marks)} of {len(result.marks)}, {percent(result.marks):.1f} %."
    yield f"Errors on builds that worked: {len(result.false_alarms)}."
    yield from (f"  {alarm}" for alarm in result.false_alarms)
    yield f"Errors missed on builds that failed: {len(result.missed)}."
    yield from (f"  {key}" for key in result.missed)
    yield f"Disagreements: {len(result.disagreements)}."
    why = reasons()
    for mark in result.disagreements:
        given = mark.expected.verdict + (
            f" to {mark.expected.most}" if mark.expected.most != mark.expected.verdict else ""
        )
        yield f"  {mark.key} ({mark.at.confidence}): {given} given, ours {mark.ours}. {why.get(mark.key, 'NO REASON')}"
        if "-v" in sys.argv:
            yield f"      given: {mark.expected.why}"
            yield f"      ours: {mark.message}"


if __name__ == "__main__":
    print("\n".join(lines(score())))
