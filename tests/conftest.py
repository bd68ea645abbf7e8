"""What every test stands on: Qt without a screen, and folders of its own in place of the user's."""

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import planner.session  # noqa: F401  # brings Qt in the one order that leaves pydantic whole
from planner.catalog.load import load_catalog
from planner.catalog.store import Catalog


@pytest.fixture(autouse=True, scope="session")
def _own_folders(tmp_path_factory):
    """Settings, caches and autosaves of the tests never touch the user's."""
    patch = pytest.MonkeyPatch()
    for name in ("CONFIG", "CACHE", "DATA", "STATE"):
        patch.setenv(f"XDG_{name}_HOME", str(tmp_path_factory.mktemp(name.lower())))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def catalog(_own_folders) -> Catalog:
    """The shipped catalog."""
    return load_catalog()
