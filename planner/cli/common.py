"""What the calls share: exit codes, the catalog with the user's own parts, and how things are printed."""

import io
import json
import sys
from pathlib import Path
from typing import Any

from planner import places
from planner.catalog.load import read_catalog
from planner.catalog.store import Catalog
from planner.files import atomic

OK, FOUND, BAD_INPUT = 0, 1, 2


KIND_WORDS = {
    "chips": "GPU",
    "cards": "card",
    "boards": "board",
    "cpus": "CPU",
    "coolers": "cooler",
    "memory": "memory kit",
    "drives": "drive",
    "psus": "power supply",
    "cases": "case",
    "risers": "riser",
    "bridges": "bridge",
    "circuits": "circuit",
    "models": "model",
    "engines": "engine",
}


class BadInput(Exception):
    """One sentence for the user."""


def the_catalog() -> Catalog:
    """With the user's own parts; what is wrong with one is said, and the part left out."""
    catalog, problems = read_catalog(own=places.user_parts())
    for problem in problems:
        if problem.own:
            print(f"slotwise: {problem} (left out)", file=sys.stderr)
    return catalog


def write(target: Path | None, text: str) -> None:
    if target is None:
        print(text)
        return
    atomic.write(target, text.encode())


def print_json(plain: dict[str, Any]) -> None:
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps(plain, ensure_ascii=not unicode, indent=1))


def speak_plainly() -> None:
    """A terminal without our signs gets a question mark for them, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
