"""From the first start to a saved file that outlives the process, through the real window."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.catalog import examples
from planner.catalog.load import load_catalog
from planner.files import buildfile

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def screen() -> Iterator[dict[str, str]]:
    """A virtual X screen with a window manager where both are installed; else Qt's own offscreen platform."""
    if not (shutil.which("Xvfb") and shutil.which("openbox")):
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    told, tell = os.pipe()
    size = ["-screen", "0", "1440x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(["Xvfb", "-displayfd", str(tell), *size], pass_fds=[tell], stderr=subprocess.DEVNULL)
    os.close(tell)
    with os.fdopen(told) as answer:
        display = f":{answer.readline().strip()}"
    manager = subprocess.Popen(["openbox"], env={**os.environ, "DISPLAY": display}, stderr=subprocess.DEVNULL)
    yield {"QT_QPA_PLATFORM": "xcb", "DISPLAY": display}
    for process in (manager, server):
        process.terminate()
        process.wait()


def drive(screen: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.journeys.driver", *words]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **screen}, capture_output=True, text=True, timeout=100, check=False
    )


@pytest.mark.timeout(240)
def test_drag_undo_redo_fix_save_die_and_reopen(screen, tmp_path):
    file = tmp_path / "mine.slotwise"
    first = drive(screen, "build", str(file))
    assert first.returncode == -signal.SIGKILL, first.stderr + first.stdout
    second = drive(screen, "open", str(file))
    assert second.returncode == 0, second.stderr
    before, after = json.loads(first.stdout), json.loads(second.stdout)
    assert after == before
    assert after["placements"]["gpu-2"]["slot"] == "PCIEX16(G4)"
    assert after["parts"]["psus"][0]["part"] != "corsair-rm1000e-2025"


def test_with_the_keyboard_alone(screen):
    done = drive(screen, "keys")
    assert done.returncode == 0, done.stderr
    build = json.loads(done.stdout)
    assert [accepted["reason"] for accepted in build["accepted"]] == ["measured on the bench"]
    assert build["parts"]["psus"][0]["part"] != "corsair-rm1000e-2025"


def test_a_card_is_looked_for_with_the_keyboard(screen):
    done = drive(screen, "look")
    assert done.returncode == 0, done.stderr
    cards = json.loads(done.stdout)["parts"]["gpus"]
    assert [card["part"] for card in cards] == ["nvidia-rtx-4090-founders-edition", "nvidia-rtx-3090-founders-edition"]


BAD = {
    "cut.slotwise": lambda text: text[: len(text) // 2],
    "empty.slotwise": lambda _: "",
    "nan.slotwise": lambda text: re.sub(r'("context":\s*)8192', r"\g<1>NaN", text),
    "newer.slotwise": lambda text: re.sub(r'("(?:version|schema)":\s*)\d+', r"\g<1>9999", text, count=1),
    "picture.slotwise": lambda _: "\x89PNG\r\n\x1a\n\x00",
}


def test_a_bad_file_is_named_and_the_open_build_stays(screen, tmp_path):
    good = tmp_path / "good.slotwise"
    catalog = load_catalog()
    buildfile.save(good, examples.example("dual-4090"), catalog)
    text = good.read_text("utf-8")
    good.unlink()
    for name, spoil in BAD.items():
        spoiled = spoil(text)
        assert spoiled != text, name
        (tmp_path / name).write_text(spoiled, "utf-8")
    with (tmp_path / "large.slotwise").open("wb") as file:
        file.truncate(100 * 2**20)
    (tmp_path / "folder.slotwise").mkdir()
    (tmp_path / "unknown.slotwise").write_text(text.replace("corsair-rm1000e-2025", "no-such-supply"), "utf-8")
    done = drive(screen, "bad", str(tmp_path))
    assert done.returncode == 0, done.stderr
    said = {name: (opened, words) for name, opened, words in map(json.loads, done.stdout.splitlines())}
    assert set(said) == {*BAD, "large.slotwise", "folder.slotwise", "unknown.slotwise"}
    assert [name for name, (opened, _) in said.items() if opened] == ["unknown.slotwise"]
    for name, (opened, words) in said.items():
        assert opened or name in words, words
    assert "no-such-supply" in said["unknown.slotwise"][1]
    assert "newer" in said["newer.slotwise"][1]


def test_another_theme_and_the_checklist_as_pdf(screen, tmp_path):
    file = tmp_path / "checklist.pdf"
    done = drive(screen, "paper", str(file))
    assert done.returncode == 0, done.stderr
    assert file.read_bytes().startswith(b"%PDF-")
    assert "QPainter" not in done.stderr
