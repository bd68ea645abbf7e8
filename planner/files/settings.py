"""The user's settings: theme, recent files, limits. A damaged file gives defaults and is kept aside, never lost."""

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from planner import places
from planner.domain.base import Record
from planner.domain.policy import Policy
from planner.files import atomic
from planner.files.problem import FileProblem

MAX_RECENT = 10
MAX_BYTES = 256 * 2**10


class Settings(Record):
    theme: Literal["system", "light", "dark"] = "system"
    recent: tuple[str, ...] = Field(default=(), max_length=100)
    policy: Policy = Policy()
    geometry: str = Field(default="", max_length=10_000)
    """Window layout as Qt saved it, in base64."""


def load(path: Path | None = None) -> Settings:
    """Defaults when there is no file, or none that can be read; a damaged one is renamed with `.damaged`."""
    path = path or places.settings()
    try:
        data = path.read_bytes()[: MAX_BYTES + 1]
    except OSError:
        return Settings()
    try:
        if len(data) > MAX_BYTES:
            raise ValueError("too large")
        return Settings.model_validate_json(data)
    except (ValidationError, ValueError):
        _put_aside(path)
        return Settings()


def save(settings: Settings, path: Path | None = None) -> None:
    """`FileProblem` when the folder cannot be written."""
    path = path or places.settings()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise FileProblem(path, f"cannot be saved: {atomic.reason(e)}.") from e
    atomic.write(path, settings.model_dump_json(indent=1).encode())


def with_recent(settings: Settings, path: Path) -> Settings:
    """`path` first; the others in their order."""
    name = str(path.resolve())
    return settings.replace(recent=(name, *(r for r in settings.recent if r != name))[:MAX_RECENT])


def _put_aside(path: Path) -> None:
    try:
        path.replace(path.with_name(path.name + ".damaged"))
    except OSError:
        return
