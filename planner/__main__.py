"""The command `slotwise`, the same as `python -m planner`: the window, or one of the command line's calls."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from planner import bootstrap

EXAMPLE = "dual-4090"


def main(argv: Sequence[str] | None = None) -> int:
    """Run with the words after the command, and return the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        bootstrap.ensure("planner", needed=_libraries(words))
        return _dispatch(words)
    except KeyboardInterrupt:
        return 130


def _dispatch(words: list[str]) -> int:
    if _opens_window(words) and bootstrap.has_display():
        gc.disable()  # a tenth of the start; `planner.app` lets it run again
        from planner.app import run

        return run(Path(words[0]) if words else None)
    if _opens_window(words):
        print("There is no display to open the window on; here is the report instead.", file=sys.stderr)
        words = ["report", *(words or ["--example", EXAMPLE])]
    from planner.cli import main as cli

    return cli(words)


def _libraries(words: list[str]) -> dict[str, str]:
    """What these words need from the system: only the window and PDF pages are drawn by Qt."""
    if _opens_window(words):
        return bootstrap.window_libraries() if bootstrap.has_display() else {}
    return bootstrap.PAINTING if any(word.lower().endswith(".pdf") for word in words) else {}


def _opens_window(words: list[str]) -> bool:
    """Whether there is nothing but a build file, or nothing at all."""
    if len(words) != 1:
        return not words
    path = Path(words[0])
    return path.suffix == ".slotwise" or (path.suffix != "" and path.is_file())


if __name__ == "__main__":
    sys.exit(main())
