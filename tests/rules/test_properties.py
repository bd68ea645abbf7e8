"""What must hold of the rules whatever the build: tried on the examples, the golden cases and drawn variations."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.analysis.power import power
from planner.catalog.examples import example, names
from planner.catalog.load import load_catalog
from planner.catalog.resolve import resolve
from planner.catalog.store import Catalog
from planner.domain import edits
from planner.domain.build import Build
from planner.domain.findings import Accepted, Finding, Severity
from planner.evaluate import Report, evaluate
from planner.files import buildfile
from planner.rules.rule import judge
from planner.session.session import Session
from tests.golden.cases import case_builds
from tests.rules.cases import BY_CODE, facts_of, rig_with

CARDS = (
    "nvidia-rtx-3090-founders-edition",
    "nvidia-rtx-5090-founders-edition",
    "nvidia-rtx-a6000",
    "nvidia-tesla-p40",
    "msi-rtx-5060-ti-16gb-ventus-2x-plus",
)
SPACING = ("MEC-001", "THR-001", "THR-002", "THR-004", "THR-007")
LAST_ROW = 7
SOME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def plans() -> Iterator[tuple[str, Build, Catalog]]:
    shipped = load_catalog()
    yield from ((name, example(name), shipped) for name in names())
    yield from ((str(at), at.build, at.catalog) for at in case_builds())


PLANS = tuple(plans())
NAMES = [name for name, _, _ in PLANS]
a_plan = st.sampled_from([(build, catalog) for _, build, catalog in PLANS])


def sustained(build: Build, catalog: Catalog) -> float:
    found = power(resolve(build, catalog))
    return found.sustained_w if found else 0.0


@SOME
@given(plan=a_plan, card=st.sampled_from(CARDS))
def test_another_card_never_draws_less(plan, card):
    build, catalog = plan
    assert sustained(edits.add(build, "gpus", card), catalog) > sustained(build, catalog)


def pair(rows: tuple[int, int], thickness: float, cooler: str) -> dict[str, tuple[int, float]]:
    """Worst severity and value of each rule about the distance of two cards."""
    facts = facts_of(rig_with(rows, {"thickness_mm": thickness, "cooler": cooler}))
    found = {}
    for code in SPACING:
        findings = judge((BY_CODE[code],), facts).findings
        worst = max(findings, key=lambda finding: finding.severity, default=None)
        found[code] = (int(worst.severity), worst.value or 0.0) if worst else (0, float("-inf"))
    return found


@SOME
@given(
    first=st.integers(1, LAST_ROW - 2),
    data=st.data(),
    thickness=st.floats(20, 90),
    cooler=st.sampled_from(("open_air", "flow_through", "blower", "passive", "unknown")),
)
def test_more_room_between_two_cards_is_never_worse(first, data, thickness, cooler):
    second = data.draw(st.integers(first + 1, LAST_ROW - 1))
    near, far = pair((first, second), thickness, cooler), pair((first, second + 1), thickness, cooler)
    for code in SPACING:
        assert far[code][0] <= near[code][0], code
        if far[code][0] == near[code][0] and code != "THR-002":  # blowers count their watts, not their distance
            assert far[code][1] <= near[code][1], code


def said(report: Report) -> set[tuple[str, Severity, str]]:
    return {(finding.key, finding.severity, finding.message) for finding in report.findings}


@SOME
@given(plan=a_plan, order=st.randoms(use_true_random=False))
def test_the_order_of_parts_never_changes_what_is_found(plan, order):
    build, catalog = plan
    mixed = {field: list(getattr(build.parts, field)) for field in ("gpus", "psus", "drives")}
    for chosen in mixed.values():
        order.shuffle(chosen)
    other = build.replace(parts=build.parts.replace(**{field: tuple(chosen) for field, chosen in mixed.items()}))
    assert said(evaluate(other, catalog)) == said(evaluate(build, catalog))


@pytest.mark.parametrize(("name", "build", "catalog"), PLANS, ids=NAMES)
def test_acceptances_survive_saving_reopening_and_renaming(name, build, catalog):
    shipped = load_catalog()
    for finding in evaluate(build, catalog).findings:
        build = edits.accept(build, Accepted(key=finding.key, reason="Seen", value=finding.value, on=date(2026, 1, 1)))
    opened = buildfile.parse(buildfile.dump(edits.rename(build, "Another"), catalog), Path("a.slotwise"), shipped)
    assert [f.key for f in evaluate(opened.build, opened.catalog).open_findings] == []


def lessened(before: Finding, after: Report) -> bool:
    """Gone, milder, or of a smaller value."""
    same = [f for f in after.findings if f.rule == before.rule and f.where == before.where]
    same = [f for f in same if set(f.parts) & set(before.parts) or not before.parts]
    return all(
        f.severity < before.severity
        or (f.value is not None and before.value is not None and f.value < before.value)
        or f.key != before.key
        for f in same
    )


def errors(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings if finding.severity == Severity.ERROR}


@pytest.mark.parametrize(("name", "build", "catalog"), PLANS, ids=NAMES)
def test_every_fix_helps_and_breaks_nothing(name, build, catalog):
    before = evaluate(build, catalog)
    for finding in before.findings:
        for fix in finding.fixes:
            changed = fix.edit(build)
            assert changed != build, (finding.rule, fix.label)
            after = evaluate(changed, catalog)
            assert lessened(finding, after), (finding.rule, fix.label, finding.message)
            new = {
                f.key: f.message
                for f in after.findings
                if f.severity == Severity.ERROR and f.rule not in errors(before)
            }
            assert not new, (finding.rule, fix.label, new)


@pytest.mark.parametrize("name", names())
def test_every_fix_is_one_step_back(name, qapp):
    session = Session(load_catalog(), example(name))
    before = session.build
    for finding in session.report.findings:
        for fix in finding.fixes:
            session.edit(fix.label, fix.edit(session.build))
            assert session.build != before
            session.undo()
            assert session.build == before
