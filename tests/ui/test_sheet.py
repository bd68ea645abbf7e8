"""Sources that can be opened: web addresses, and what stands in a public repository."""

import pytest
from PySide6.QtCore import Qt

from planner.ui.widgets.sheet import address_of, source_label

HUB = "https://github.com/"


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("https://example.org/a?b=1", "https://example.org/a?b=1"),
        ("http://example.org", None),
        ("maker's price at launch", None),
        ("github: somewhere", None),
        ("github:owner/some.repo", f"{HUB}owner/some.repo"),
        ("github:owner/repo README.md@aa72e0e", f"{HUB}owner/repo/blob/aa72e0e/README.md"),
        ("github:owner/repo docs/results.json (vulkan_radv)", f"{HUB}owner/repo/blob/HEAD/docs/results.json"),
        ("github owner/repo: data/csv/video-card.csv (US shops)", f"{HUB}owner/repo/blob/HEAD/data/csv/video-card.csv"),
        ("github owner/repo@2685705 litgpt/config.py", f"{HUB}owner/repo/blob/2685705/litgpt/config.py"),
        ("github:owner/repo discussions/15396", f"{HUB}owner/repo/discussions/15396"),
        ("github:owner/repo pull/4766", f"{HUB}owner/repo/pull/4766"),
        ("github owner/repo issues #3 (RTX 3090)", f"{HUB}owner/repo"),
        ("github owner/repo (length agrees)", f"{HUB}owner/repo"),
        ("github:owner/repo ../../other/evil.md", f"{HUB}owner/repo"),
        ("github:owner/repo /login.html", f"{HUB}owner/repo"),
    ],
)
def test_where_a_source_is_found(source, address):
    assert address_of(source) == address


def test_a_source_in_a_repository_can_be_opened_by_mouse_and_key(qtbot):
    label = source_label("github:owner/repo README.md@aa72e0e")
    qtbot.addWidget(label)
    assert f'href="{HUB}owner/repo/blob/aa72e0e/README.md"' in label.text()
    assert "github:owner/repo README.md@aa72e0e" in label.text()
    assert label.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_words_stay_words(qtbot):
    label = source_label("fitted <b>here</b>")
    qtbot.addWidget(label)
    assert label.text() == "fitted <b>here</b>"
    assert label.textFormat() == Qt.TextFormat.PlainText
