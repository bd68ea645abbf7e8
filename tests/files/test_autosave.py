"""The copy kept while working: offered after a process that ended badly, never while it runs, never at a price."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from planner.catalog.examples import example
from planner.domain.build import Build
from planner.files import autosave, buildfile
from planner.files.problem import FileProblem


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(autosave, "folder", lambda: tmp_path / "autosave")
    return tmp_path / "autosave"


def dead_process() -> int:
    """The number of a process that has ended."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def kept_by(process: int, original: Path | None, build: Build, catalog) -> Path:
    """A copy as another process would have left it."""
    place = autosave.copy_of(original, process)
    place.parent.mkdir(parents=True, exist_ok=True)
    head = {"original": str(original) if original else None, "process": process}
    place.write_bytes(json.dumps(head).encode() + b"\n" + buildfile.dump(build, catalog))
    return place


def test_work_of_a_dead_process_is_offered(catalog, tmp_path):
    original = tmp_path / "mine.slotwise"
    copy = kept_by(dead_process(), original, example("dual-4090"), catalog)
    (found,) = autosave.found(catalog)
    assert (found.copy, found.original, found.build) == (copy, original, example("dual-4090"))


def test_unsaved_work_has_no_original(catalog):
    kept_by(dead_process(), None, Build(name="never saved"), catalog)
    (found,) = autosave.found(catalog)
    assert found.original is None


def test_work_of_this_process_is_not_offered(catalog, tmp_path):
    autosave.keep(Build(), catalog, tmp_path / "mine.slotwise")
    assert autosave.found(catalog) == []


def test_work_of_a_living_process_is_not_offered(catalog):
    kept_by(os.getppid(), None, Build(), catalog)
    assert autosave.found(catalog) == []


def test_discarding_after_a_save(catalog, tmp_path, folder):
    original = tmp_path / "mine.slotwise"
    autosave.keep(Build(), catalog, original)
    autosave.discard(original)
    autosave.discard(original)
    assert list(folder.iterdir()) == []


def test_files_of_one_name_do_not_meet(tmp_path):
    assert autosave.copy_of(tmp_path / "a" / "x") != autosave.copy_of(tmp_path / "b" / "x")
    assert autosave.copy_of(None, 1) != autosave.copy_of(None, 2)


HEADS = [
    b"",
    b"\n",
    b"no json\n{}",
    b"[]\n{}",
    b'{"process": "x"}\n{}',
    b'{"process": 1e300, "original": null}\n{}',
    b'{"process": 99999999999999999999, "original": null}\n{}',
    b'{"original": null}\n{}',
    b"[" * 5000 + b"\n{}",
]


@pytest.mark.parametrize("data", HEADS, ids=range(len(HEADS)))
def test_a_damaged_copy_is_left_and_not_offered(catalog, folder, data):
    folder.mkdir()
    copy = folder / f"x{autosave.SUFFIX}"
    copy.write_bytes(data)
    good = kept_by(dead_process(), None, Build(), catalog)
    assert [found.copy for found in autosave.found(catalog)] == [good]
    assert copy.read_bytes() == data


def test_an_original_that_is_no_path_is_not_offered(catalog, folder):
    folder.mkdir()
    head = json.dumps({"process": dead_process(), "original": 5}).encode()
    (folder / f"x{autosave.SUFFIX}").write_bytes(head + b"\n" + buildfile.dump(Build(), catalog))
    assert autosave.found(catalog) == []


def test_a_link_to_nowhere_stops_nothing(catalog, folder):
    folder.mkdir()
    (folder / f"gone{autosave.SUFFIX}").symlink_to(folder / "nowhere")
    assert autosave.found(catalog) == []


def test_no_folder_no_offer(catalog):
    assert autosave.found(catalog) == []


def test_a_folder_that_cannot_be_made_is_a_sentence(catalog, folder, tmp_path):
    folder.write_text("a file in its place")
    with pytest.raises(FileProblem, match="cannot be kept"):
        autosave.keep(Build(), catalog, tmp_path / "x")
