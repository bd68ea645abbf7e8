"""From the first start to a saved file that outlives the process, through the real window."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

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
