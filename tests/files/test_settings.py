"""Settings survive; damaged ones are put aside and defaults taken."""

from pathlib import Path

import pytest

from planner.domain.policy import Policy
from planner.files import settings
from planner.files.problem import FileProblem
from planner.files.settings import MAX_RECENT, Settings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def test_read_back(path):
    kept = Settings(theme="dark", policy=Policy(spare_percent=30))
    settings.save(kept, path)
    assert settings.load(path) == kept


def test_defaults_without_a_file(path):
    assert settings.load(path) == Settings()


@pytest.mark.parametrize(
    "data", [b"", b"{", b'{"theme": "pink"}', b'{"new": 1}', b"\xff", b"[" * 5000, b" " * (settings.MAX_BYTES + 1)]
)
def test_a_damaged_file_is_put_aside(path, data):
    path.parent.mkdir()
    path.write_bytes(data)
    assert settings.load(path) == Settings()
    assert not path.exists()
    assert path.with_name("settings.json.damaged").read_bytes() == data


def test_a_folder_in_its_place_gives_defaults(path):
    path.mkdir(parents=True)
    assert settings.load(path) == Settings()


def test_a_folder_that_cannot_be_made_is_a_sentence(path):
    path.parent.write_text("a file where the folder should be")
    with pytest.raises(FileProblem, match="cannot be saved"):
        settings.save(Settings(), path)


def test_recent_files_are_few_and_newest_first(tmp_path):
    kept = Settings()
    for number in range(MAX_RECENT + 3):
        kept = settings.with_recent(kept, tmp_path / f"{number}.slotwise")
    assert len(kept.recent) == MAX_RECENT
    assert kept.recent[0].endswith(f"{MAX_RECENT + 2}.slotwise")
    again = settings.with_recent(kept, tmp_path / "5.slotwise")
    assert again.recent[0].endswith("5.slotwise")
    assert len(set(again.recent)) == MAX_RECENT
