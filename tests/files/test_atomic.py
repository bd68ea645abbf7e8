"""A save replaces the file whole or leaves it whole: failing calls at every step, a full disk, a killed process."""

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from planner.files import atomic
from planner.files.problem import FileProblem

OLD, NEW = b"old " * 1000, b"new " * 1000
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "build.slotwise"
    path.write_bytes(OLD)
    return path


def strays(folder: Path) -> list[Path]:
    return list(folder.glob(f"{atomic.SCRATCH_PREFIX}*"))


def test_replaces_and_leaves_nothing_behind(target):
    atomic.write(target, NEW)
    assert target.read_bytes() == NEW
    assert strays(target.parent) == []


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


class _FullFile:
    """Takes half of what it is given, as a full disk does."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self._handle)

    def write(self, data: bytes) -> None:
        os.write(self._handle, data[: len(data) // 2])
        full()


@pytest.mark.parametrize("step", ["mkstemp", "write", "fsync", "chmod", "replace"])
def test_a_full_disk_at_any_step_leaves_the_old_file(target, monkeypatch, step):
    match step:
        case "mkstemp":
            monkeypatch.setattr("planner.files.atomic.tempfile.mkstemp", full)
        case "write":
            monkeypatch.setattr("planner.files.atomic.os.fdopen", lambda handle, _: _FullFile(handle))
        case "fsync":
            monkeypatch.setattr("planner.files.atomic.os.fsync", full)
        case _:
            monkeypatch.setattr(Path, step, full)
    with pytest.raises(FileProblem, match="no space left on device"):
        atomic.write(target, NEW)
    monkeypatch.undo()
    assert target.read_bytes() == OLD
    assert strays(target.parent) == []


def test_a_folder_that_cannot_be_synced_is_no_failure(target, monkeypatch):
    monkeypatch.setattr(atomic, "_sync_folder", full)
    atomic.write(target, NEW)
    assert target.read_bytes() == NEW


def test_mode_is_kept(target):
    target.chmod(0o640)
    atomic.write(target, NEW)
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_new_file_follows_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        atomic.write(tmp_path / "new", NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


def test_links_are_followed(target, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(target)
    atomic.write(link, NEW)
    assert link.is_symlink()
    assert target.read_bytes() == NEW


def test_a_loop_of_links_is_a_sentence(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(FileProblem):
        atomic.write(tmp_path / "a" / "file", NEW)


@pytest.mark.parametrize("name", ["no/such/folder/file", "nul\0name"])
def test_impossible_names_are_a_sentence(tmp_path, name):
    with pytest.raises(FileProblem, match="Choose another folder"):
        atomic.write(tmp_path / name, NEW)


def test_a_folder_in_the_way_is_a_sentence(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(FileProblem, match="was not saved"):
        atomic.write(tmp_path / "folder", NEW)


KILLED = """
import sys
from pathlib import Path
from planner.files import atomic
print("go", flush=True)
n = 0
while True:
    n += 1
    atomic.write(Path(sys.argv[1]), (b"%08d" % n) * 20_000)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_a_killed_save_never_leaves_half_a_file(target):
    for delay_s in (0.002, 0.005, 0.011, 0.017, 0.023):
        words = [sys.executable, "-c", KILLED, str(target)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"go\n"
            time.sleep(delay_s)
            process.send_signal(signal.SIGKILL)
        data = target.read_bytes()
        assert data == OLD or data == data[:8] * 20_000


def test_strays_go_after_a_day(tmp_path):
    young, old, other = (tmp_path / name for name in (".slotwise-a", ".slotwise-b", "notes"))
    for path in (young, old, other):
        path.touch()
    day_ago = time.time() - atomic.SCRATCH_AGE_S - 60
    os.utime(old, (day_ago, day_ago))
    os.utime(other, (day_ago, day_ago))
    atomic.remove_stray(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {".slotwise-a", "notes"}
