"""A part's page shows every field, with unit, source and confidence; what is not known is said."""

from pathlib import Path

import pytest

from planner.catalog.store import KINDS
from planner.documents.part_page import kept_text, part_page, shown
from planner.domain.base import Confidence, Evidence, FieldEvidence
from planner.domain.parts.board import Mode
from tests.makers import SEEN, make_card, make_chip

EVIDENCE = Evidence(
    confidence=Confidence.HIGH,
    sources=("https://example.org/sheet",),
    seen_on=SEEN,
    fields={"length_mm": FieldEvidence(confidence=Confidence.MEMORY, note="measured by hand")},
)


def test_unit_confidence_and_source():
    page = part_page(make_card(evidence=EVIDENCE), "card")
    length = next(line for line in page.splitlines() if line.strip().startswith("length"))
    assert "280 mm" in length
    assert "from memory" in length
    assert "measured by hand" in length
    assert "https://example.org/sheet" in page


def test_none_is_not_known():
    page = part_page(make_chip(usable_mib=None), "GPU")
    assert any(line.split()[:1] == ["usable"] and line.split()[1:] == ["not", "known"] for line in page.splitlines())
    assert page.rstrip().count("Price\n─────\n  not known") == 1


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("tgp_w", 350, "350 W"),
        ("watts", 1600, "1,600 W"),
        ("gb_s", 56.0, "56 GB/s"),
        ("memory_gb_s", 936.2, "936.2 GB/s"),
        ("vram_gib", 24.0, "24 GiB"),
        ("p2p", False, "no"),
        ("plugs", {"pcie_8pin": 2}, "pcie_8pin: 2"),
        ("sockets", (), "none"),
        ("pcie_8pin", 0, "0 plugs"),
        ("modes", (Mode(widths={"A": 16, "B": 0}), Mode(widths={"A": 8, "B": 8})), "A x16, A x8 + B x8"),
        ("modes", (Mode(widths={"A": 0}, gens={"A": 4}, setting="BIOS: off"),), "none has lanes (A gen 4; BIOS: off)"),
    ],
)
def test_values_in_words(field, value, text):
    assert shown(field, value) == text


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_the_catalog_has_a_page(catalog, kind):
    record = next(iter(getattr(catalog, kind).values()))
    page = part_page(record, kind)
    assert record.id in page
    assert max(map(len, page.splitlines())) <= 100


def test_fields_that_are_not_known_are_listed():
    page = part_page(make_chip(usable_mib=None, p2p=False), "GPU")
    listed = page.split("Not known\n")[1].split("Sources")[0]
    assert "usable" in listed
    assert "p2p" not in listed


def test_what_was_kept_is_said_in_short():
    text = kept_text(make_card(mass_kg=None), "card", (Path("parts") / "cards" / "mine.json",), ("A note.",))
    assert text.splitlines()[0] == "Maker RTX 3090 Two Slot (card)"
    assert "Written: " in text
    assert "mass" in text
    assert text.endswith("A note.")
