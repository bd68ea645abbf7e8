"""Where files are: the shipped catalog and resources (source tree, installed or frozen), and the user's own folders."""

import sys
from pathlib import Path

from platformdirs import PlatformDirs

_DIRS = PlatformDirs("slotwise", appauthor=False)
_ROOT = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parent.parent))


def _shipped(name: str) -> Path:
    """Beside the package in a checkout or a frozen folder; inside it when installed from a wheel."""
    inside = Path(__file__).resolve().parent / f"_{name}"
    return inside if inside.is_dir() else _ROOT / name


def catalog() -> Path:
    return _shipped("catalog")


def resources() -> Path:
    return _shipped("resources")


def user_parts() -> Path:
    """Own parts that add to or override the shipped catalog."""
    return _DIRS.user_data_path / "parts"


def settings() -> Path:
    return _DIRS.user_config_path / "settings.json"


def cache() -> Path:
    return _DIRS.user_cache_path


def state() -> Path:
    """Autosaves, recovery and backups."""
    return _DIRS.user_state_path
