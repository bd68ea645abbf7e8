"""The rules against real builds: the line that is held."""

import pytest

from planner.files import buildfile
from tests.golden.cases import FOLDER, VERDICTS, CaseBuild, case_builds
from tests.scoring import WANTED_PERCENT, Score, reasons, score

BUILDS = case_builds()


@pytest.fixture(scope="module")
def scored() -> Score:
    return score()


def test_sure_verdicts_agree(scored):
    assert len(scored.sure) > 100
    assert scored.sure_percent >= WANTED_PERCENT


def test_no_build_that_worked_is_called_impossible(scored):
    assert scored.false_alarms == ()


def test_no_build_that_failed_passes(scored):
    assert scored.missed == ()


def test_every_disagreement_is_known_and_has_its_reason(scored):
    found = {mark.key: f"given {mark.expected.verdict}, ours {mark.ours}" for mark in scored.disagreements}
    assert set(found) == set(reasons()), {key: said for key, said in found.items() if key not in reasons()}
    assert all(reasons().values())


@pytest.mark.parametrize("at", BUILDS, ids=str)
def test_a_case_is_a_build_that_can_be_stored(at: CaseBuild, catalog):
    """With the parts it describes, as a user's file would be."""
    opened = buildfile.parse(buildfile.dump(at.build, at.catalog), FOLDER / f"{at.case}.slotwise", catalog)
    assert opened.build == at.build
    assert not opened.missing


@pytest.mark.parametrize("at", BUILDS, ids=str)
def test_a_case_asks_for_something(at: CaseBuild):
    assert at.expected
    assert at.outcome in ("worked", "worked-degraded", "failed", "fact")
    for expected in at.expected:
        assert VERDICTS.index(expected.verdict) <= VERDICTS.index(expected.most)
