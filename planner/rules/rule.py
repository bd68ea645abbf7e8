"""The frame every rule fills in, and how its verdicts become findings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from planner.analysis.facts import Facts
from planner.domain.base import Confidence
from planner.domain.findings import Accepted, Finding, Fix, NotChecked, Severity
from planner.domain.policy import Policy
from planner.domain.steps import Step

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `check` yields when there is something to say."""

    severity: Severity
    message: str
    """One or two sentences with this build's numbers and the arithmetic."""
    parts: tuple[str, ...]
    where: str = ""
    value: float | None = None
    """Greater is worse."""
    fixes: Callable[[], tuple[Fix, ...]] = tuple
    """Asked for only when somebody looks: ways out are tried on the whole shelf, which takes longer than judging."""
    steps: tuple[Step, ...] = ()
    rests_on: tuple[tuple[str, str], ...] = ()
    """(key in the build, field of the part) the verdict hangs on: a fact from memory caps it at a warning."""
    assumed: bool = False
    """A default of ours decided it: never above a warning."""
    title: str = ""
    """Where the state flagged has degrees: instead of the rule's title."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What `check` yields when it cannot judge: what would have to be known."""

    what: str


@dataclass(frozen=True, slots=True)
class Rule(Generic[Fact]):
    code: str
    """PWR-001: never reused."""
    id: str
    """The state flagged: the module's name."""
    area: str
    """PCIe, Power, Thermal, Mechanical, Memory, Model fit, Performance, Setup, Cost."""
    title: str
    why: str
    """What happens if it is left so: shown as the consequence."""
    fix: str
    """What to do, in general words."""
    sources: tuple[str, ...]
    reads: Callable[[Facts], Fact | None]
    """None: not applicable yet; `needs` says what is missing."""
    needs: str
    check: Callable[[Fact], Iterator[Verdict | Needs]]
    folds_into: tuple[str, ...] = ()
    """Codes that name the same root cause: where one of them says something at least as grave about the same parts, it
    speaks for this rule as well. One cause, one message."""


AnyRule = Rule[Any]


@dataclass(frozen=True, slots=True)
class Judgement:
    findings: tuple[Finding, ...]
    passed: tuple[str, ...]
    not_checked: tuple[NotChecked, ...]
    off: tuple[str, ...] = ()


def judge(rules: tuple[AnyRule, ...], facts: Facts) -> Judgement:
    """Every rule over the same facts. A rule is passed only when it could judge and had nothing to say."""
    said: list[tuple[AnyRule, Finding]] = []
    passed, not_checked, off = [], [], []
    for rule in rules:
        if facts.policy.max_severity.get(rule.code) == "off":
            off.append(rule.code)
            continue
        subject = rule.reads(facts)
        if subject is None:
            not_checked.append(NotChecked(rule.code, rule.id, rule.title, (rule.needs,)))
            continue
        answers = list(rule.check(subject))
        verdicts = [v for v in answers if isinstance(v, Verdict)]
        needs = tuple(dict.fromkeys(n.what for n in answers if isinstance(n, Needs)))
        said += [(rule, _finding(rule, verdict, facts)) for verdict in verdicts]
        if needs:
            not_checked.append(NotChecked(rule.code, rule.id, rule.title, needs))
        elif not verdicts:
            passed.append(rule.code)
    findings = sorted(_one_message_per_cause(said), key=lambda finding: -finding.severity)
    return Judgement(tuple(findings), tuple(passed), tuple(not_checked), tuple(off))


def _one_message_per_cause(said: list[tuple[AnyRule, Finding]]) -> list[Finding]:
    """Findings in order, without those another one speaks for; that one lists their codes in `also`."""
    also: dict[int, tuple[str, ...]] = {place: () for place in range(len(said))}
    for place, (rule, finding) in enumerate(said):
        roots = (n for n, (_, other) in enumerate(said) if other.rule in rule.folds_into) if rule.folds_into else ()
        root = next((n for n in roots if n in also and _covers(said[n][1], finding)), None)
        if root is not None:
            also[root] += (finding.rule, *also.pop(place))
    return [
        replace(said[place][1], also=tuple(dict.fromkeys(codes))) if codes else said[place][1]
        for place, codes in also.items()
    ]


def _covers(root: Finding, finding: Finding) -> bool:
    return set(finding.parts) <= set(root.parts) and root.severity >= finding.severity


def _finding(rule: AnyRule, verdict: Verdict, facts: Facts) -> Finding:
    severity, capped = _capped(verdict, facts)
    severity = _allowed(rule.code, severity, facts.policy)
    key = f"{rule.code}@{'+'.join(verdict.parts)}" + (f"#{verdict.where}" if verdict.where else "")
    finding = Finding(
        rule=rule.code,
        id=rule.id,
        severity=severity,
        title=verdict.title or rule.title,
        message=verdict.message,
        consequence=rule.why,
        parts=verdict.parts,
        where=verdict.where,
        key=key,
        value=verdict.value,
        find_fixes=verdict.fixes,
        steps=verdict.steps,
        sources=rule.sources,
        capped=capped,
    )
    accepted = next((a for a in facts.rig.build.accepted if a.key == key and _still_holds(a, verdict.value)), None)
    return replace(finding, accepted=accepted) if accepted else finding


def _capped(verdict: Verdict, facts: Facts) -> tuple[Severity, str]:
    """A fact from memory, or a default of ours, never raises an alarm above a warning."""
    if verdict.severity < Severity.ERROR:
        return verdict.severity, ""
    if verdict.assumed:
        return Severity.WARNING, "rests on an assumption of ours"
    for key, field in verdict.rests_on:
        if facts.rig.confidence(key, field) == Confidence.MEMORY:
            return Severity.WARNING, f"{field} of {key} is known from memory only"
    return verdict.severity, ""


def _allowed(code: str, severity: Severity, policy: Policy) -> Severity:
    most = policy.max_severity.get(code)
    return severity if most in (None, "off") else min(severity, Severity[most.upper()])


def _still_holds(accepted: Accepted, value: float | None) -> bool:
    """An acceptance ends when the measured value got worse than the one accepted (a hundredth of it is noise)."""
    if accepted.value is None or value is None:
        return True
    return value <= accepted.value + abs(accepted.value) * 0.01
