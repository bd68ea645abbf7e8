"""A part's page shows every field, with unit, source and confidence; what is not known is said."""

import re
from pathlib import Path

import pytest

from planner.catalog.store import KINDS
from planner.documents.part_page import HIDDEN, kept_text, label, part_page, shown, told
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
    assert re.search("^ *VRAM the driver reports +not known$", page, re.MULTILINE)
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
        ("plugs", {"pcie_8pin": 2, "12v_2x6": 0}, "2 × 8-pin"),
        ("cooler", "flow_through", "flow-through"),
        ("selector", "auto_presence", "by what is plugged in"),
        ("notes", ("One thing.", "Another."), "One thing. Another."),
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
    assert "VRAM the driver reports" in listed
    assert "p2p" not in listed


def test_what_was_kept_is_said_in_short():
    text = kept_text(make_card(mass_kg=None), "card", (Path("parts") / "cards" / "mine.json",), ("A note.",))
    assert text.splitlines()[0] == "Maker RTX 3090 Two Slot (card)"
    assert "Written: " in text
    assert "mass" in text
    assert text.endswith("A note.")


def test_what_a_card_shares_with_its_chip_is_no_absence():
    assert told(make_card(vram_gib=None), "vram_gib") == "as its chip"
    assert told(make_card(vram_gib=48), "vram_gib") == "48 GiB"
    assert told(make_chip(nvlink=None), "nvlink") == "none"
    assert told(make_chip(sm_count=None), "sm_count") == "not known"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_field_is_called_by_its_code(kind):
    """An abbreviation in small letters is how we write it, not how people do."""
    codes = re.compile(r"\b(fp\d+|int\d+|pcie|gpu|cpu|vram|kv|hf|sm|psu|eps|mts|gib|mm|tflops|2dpc|4g|min|max|gguf)\b")
    for field in vars(KINDS[kind])["__pydantic_fields__"]:
        if field not in HIDDEN and field != "id":
            assert not codes.search(label(field)), label(field)
            assert not label(field).endswith(" known")
