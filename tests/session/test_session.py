"""The session: one signal, one step of history per intent, and files."""

from dataclasses import replace

import pytest
from PySide6.QtTest import QSignalSpy

from planner.advice.choosing import Target
from planner.domain import edits
from planner.domain.build import Build
from planner.domain.policy import Policy
from planner.files import autosave
from planner.files.problem import FileProblem
from planner.session.keeping import Keeper
from planner.session.session import Session
from tests.ui.fake_reports import judge
from tests.ui.fakes import CATALOG, make_build


@pytest.fixture
def session(qapp, tmp_path, monkeypatch):
    monkeypatch.setattr(autosave, "folder", lambda: tmp_path / "autosave")
    return Session(CATALOG, make_build(), judge=judge)


def limited(session, watts):
    return edits.limit_power(session.build, ("gpu-1",), watts)


def test_edit_announces_one_report_and_can_be_undone_and_redone(session):
    said = QSignalSpy(session.changed)
    before = session.build
    session.edit("Limit GPU 1 to 300 W", limited(session, 300))
    assert said.count() == 1
    assert session.report.build.limits == {"gpu-1": 300}
    assert session.report.facts.power.sustained_w == 1050
    session.undo()
    assert session.build == before
    session.redo()
    assert session.build.limits == {"gpu-1": 300}
    assert said.count() == 3


def test_equal_build_is_no_step(session):
    said = QSignalSpy(session.changed)
    session.edit("Nothing", session.build.replace())
    assert (said.count(), session.history.count()) == (0, 0)


def test_steps_with_one_merge_key_undo_as_one(session):
    before = session.build
    for watts in (400, 350, 300):
        session.edit("Limit GPU 1", limited(session, watts), merge="limit gpu-1")
    assert session.history.count() == 1
    session.undo()
    assert session.build == before


def test_merged_steps_back_to_the_start_disappear(session):
    session.edit("Limit GPU 1", limited(session, 400), merge="limit gpu-1")
    session.edit("Limit GPU 1", limited(session, None), merge="limit gpu-1")
    assert session.history.count() == 0
    assert session.saved


@pytest.mark.parametrize(("first", "second"), [(None, None), ("a", None), (None, "a"), ("a", "b")])
def test_other_steps_stay_apart(session, first, second):
    session.edit("One", limited(session, 400), merge=first)
    session.edit("Two", limited(session, 300), merge=second)
    assert session.history.count() == 2


def test_edit_from_inside_an_announcement_raises(session):
    caught = []

    def answer(report):
        try:
            session.edit("Again", limited(session, 200))
        except RuntimeError as error:
            caught.append(error)

    session.changed.connect(answer)
    session.edit("Limit GPU 1", limited(session, 300))
    assert len(caught) == 1
    assert session.history.count() == 1
    assert session.build.limits == {"gpu-1": 300}


def test_edit_that_cannot_be_judged_changes_nothing(qapp):
    def breaks(build, catalog, policy):
        if build.name == "bad":
            raise ZeroDivisionError
        return judge(build, catalog, policy)

    session = Session(CATALOG, make_build(), judge=breaks)
    with pytest.raises(ZeroDivisionError):
        session.edit("Rename", edits.rename(session.build, "bad"))
    assert session.history.count() == 0
    assert session.build.name == "Two cards"


def test_new_forgets_history_and_path(session, tmp_path):
    session.save(tmp_path / "one.slotwise")
    session.edit("Rename", edits.rename(session.build, "Other"))
    session.new()
    assert session.build == Build()
    assert session.path is None
    assert not session.history.canUndo()


def test_saved_follows_save_edit_and_undo(session, tmp_path):
    path = tmp_path / "one.slotwise"
    session.edit("Rename", edits.rename(session.build, "Other"))
    assert not session.saved
    session.save(path)
    assert session.saved
    session.undo()
    assert not session.saved
    session.redo()
    assert session.saved


def test_what_was_saved_opens_again(session, tmp_path):
    path = tmp_path / "one.slotwise"
    session.save(path)
    other = Session(CATALOG, judge=judge)
    assert other.open(path) == ()
    assert other.build == session.build
    assert other.path == path
    assert other.saved


def test_file_that_cannot_be_read_leaves_the_build(session, tmp_path):
    before = session.build
    with pytest.raises(FileProblem):
        session.open(tmp_path / "absent.slotwise")
    assert session.build is before


def test_saving_a_new_build_needs_a_path(session):
    with pytest.raises(ValueError, match="needs a path"):
        session.save()


def test_other_limits_judge_the_same_build_again(session):
    said = QSignalSpy(session.changed)
    session.use(policy=Policy(spare_percent=30))
    assert said.count() == 1
    assert session.report.facts.policy.spare_percent == 30
    assert session.history.count() == 0


def test_preview_touches_nothing(session):
    said = QSignalSpy(session.changed)
    report = session.preview(limited(session, 300))
    assert report.facts.power.sustained_w == 1050
    assert session.report.facts.power.sustained_w == 1200
    assert said.count() == 0


CHANGES = {
    "edit": lambda session: session.edit("Rename", edits.rename(session.build, "Other")),
    "undo": lambda session: session.undo(),
    "limits": lambda session: session.use(policy=Policy(spare_percent=30)),
    "catalog": lambda session: session.use(replace(CATALOG, version="next")),
    "new": lambda session: session.new(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_how_parts_would_do_is_kept_until_the_report_becomes_another(session, change):
    session.edit("Limit GPU 1 to 300 W", limited(session, 300))
    target = Target("psus", "psu-1")
    first = session.candidates(target)
    first.standing("volta-1600")
    assert session.candidates(target) is first
    assert session.candidates(Target("psus")) is not first
    CHANGES[change](session)
    again = session.candidates(target)
    assert again.get("volta-1600") is None
    assert (again.report, again.catalog) == (session.report, session.catalog)


def test_unsaved_work_is_kept_and_found_again(session, monkeypatch):
    keeper = Keeper(session)
    keeper.keep()
    assert not autosave.copy_of(None).exists()  # nothing to lose yet
    session.edit("Rename", edits.rename(session.build, "Precious"))
    keeper.keep()
    monkeypatch.setattr(autosave, "_alive", lambda process: False)
    (kept,) = autosave.found(CATALOG)
    other = Session(CATALOG, judge=judge)
    other.recover(kept)
    assert other.build.name == "Precious"
    assert not other.saved
    keeper.forget()
    assert autosave.found(CATALOG) == []
