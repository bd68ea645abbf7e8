"""The example builds that ship: `dual-4090` is what the window opens first."""

import json
import tomllib
from pathlib import Path

from planner import places
from planner.domain.build import Build

FIRST = "dual-4090"


def names(folder: Path | None = None) -> tuple[str, ...]:
    found = sorted(path.stem for path in _folder(folder).glob("*.toml"))
    return (FIRST, *(name for name in found if name != FIRST))


def example(name: str, folder: Path | None = None) -> Build:
    """KeyError for a name that is not among `names()`."""
    if name not in names(folder):
        raise KeyError(name)
    text = (_folder(folder) / f"{name}.toml").read_text("utf-8")
    return Build.model_validate_json(json.dumps(tomllib.loads(text), default=str))


def _folder(folder: Path | None) -> Path:
    return folder or places.catalog() / "examples"
