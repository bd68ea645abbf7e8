"""Every check, with one command: `python3 -m tests`. With arguments, pytest alone, with these arguments."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from planner import bootstrap

CANARIES = "tests/canaries"


def main() -> int:
    """Run the checks in order up to the first that fails, and return its exit code."""
    try:
        bootstrap.ensure("tests", needed=bootstrap.PAINTING, wanted={**bootstrap.X11, **bootstrap.SCREEN_TOOLS})
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        return _check(sys.argv[1:])
    except KeyboardInterrupt:
        return 130


def _check(arguments: list[str]) -> int:
    python = [sys.executable, "-m"]
    if arguments:
        return _run([*python, "pytest", *arguments])
    steps = {
        "Lint": [*python, "ruff", "check"],
        "Format": [*python, "ruff", "format", "--check"],
        "Types": [*python, "mypy"],
        "Floors": [_script("lint-imports"), "--no-logo"],
        "Canaries": [*python, "pytest", "-q", CANARIES],
        "Tests": [*python, "pytest", f"--ignore={CANARIES}"],
    }
    for title, command in steps.items():
        print(f"\n== {title}", flush=True)
        if code := _run(command):
            return code
    return 0


def _script(name: str) -> str:
    """The path of a tool that cannot be run as a module; its bare name, which then fails, if it is not installed."""
    return shutil.which(name, path=str(Path(sys.executable).parent)) or name


def _run(command: list[str]) -> int:
    try:
        return subprocess.run(command, cwd=bootstrap.ROOT, check=False).returncode
    except FileNotFoundError:
        print(f"{command[0]} is not installed.", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
