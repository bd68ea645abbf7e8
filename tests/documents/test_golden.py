"""The whole report of every example, word for word. A wanted change is written by `python -m tests.golden`."""

import difflib

import pytest

from planner.catalog.examples import names
from tests.golden import FOLDER, place_of, text_of


@pytest.mark.parametrize("name", names())
def test_report_is_as_expected(catalog, name):
    expected, found = place_of(name).read_text("utf-8"), text_of(name, catalog)
    lines = difflib.unified_diff(expected.splitlines(), found.splitlines(), "expected", "found", lineterm="", n=1)
    assert expected == found, "\n".join(["python -m tests.golden writes this anew:", *lines])


def test_no_report_is_left_over():
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(names())
