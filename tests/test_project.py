"""The shape of the project: what lies at its root, what its files may say, what a wheel would hold."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator

import pytest

from planner.bootstrap import LOCK, NEWEST, OLDEST, ROOT

TOP_LEVEL = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "NOTICE",
    "README.md",
    "catalog",
    "packaging",
    "planner",
    "pyproject.toml",
    "resources",
    "tests",
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
MACHINE_PATH = re.compile(r"(?<![\w.:/~-])/(?:work|root|tmp|home|Users)/\w")


def tracked() -> list[str]:
    """The files under version control, or that would be after the next commit."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs a git checkout")
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def product_texts() -> Iterator[tuple[str, str]]:
    """Every text file of ours but the catalog and the tests, which may quote paths and links of others."""
    for name in tracked():
        if not name.startswith(("catalog/", "tests/")):
            try:
                yield name, (ROOT / name).read_text("utf-8")
            except UnicodeDecodeError:
                continue


def test_root_holds_only_what_belongs_there():
    assert {name.split("/")[0] for name in tracked()} <= TOP_LEVEL


def test_locks_name_no_place_to_fetch_from():
    locks = [name for name in tracked() if name.endswith(".lock") or "pylock" in name]
    assert LOCK.relative_to(ROOT).as_posix() in locks
    for name in locks:
        text = (ROOT / name).read_text("utf-8")
        assert "http" not in text, name
        assert "index-url" not in text, name


def test_lock_holds_every_dependency():
    locked = {line.split("==")[0] for line in LOCK.read_text("utf-8").splitlines() if "==" in line}
    asked = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]
    assert {re.split(r"[^\w-]", name)[0].lower() for name in asked} <= locked


def test_files_name_no_folder_of_one_machine():
    assert [name for name, text in product_texts() if MACHINE_PATH.search(text)] == []


def test_packaging_stays_a_plain_folder():
    """With an `__init__.py` it would hide the package of the same name that pytest imports."""
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_planner_itself_imports_nothing():
    """The bootstrap is imported through it, before anything is installed."""
    tree = ast.parse((ROOT / "planner" / "__init__.py").read_text("utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def test_bootstrap_needs_the_standard_library_only():
    tree = ast.parse((ROOT / "planner" / "bootstrap.py").read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names)


def test_python_versions_agree():
    assert PROJECT["project"]["requires-python"] == f">=3.{OLDEST[1]},<3.{NEWEST[1] + 1}"


def test_changelog_begins_with_this_version():
    heads = re.findall(r"^## \[?([\d.]+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert heads[0] == PROJECT["project"]["version"]


def test_wheel_carries_the_data_folders():
    """Under the names `places` looks for."""
    carried = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert carried == {"catalog": "planner/_catalog", "resources": "planner/_resources"}
