"""The page of errors, from the calibration's own figures."""

import pytest

from planner import places
from planner.documents.accuracy_page import HEAD, accuracy_page, as_markdown, cells, page_file
from planner.domain.calibration import Calibration
from tests.makers import make_calibration

FIGURES = {"rows": 40.0, "median_pct": 8.4, "p90_pct": 31.0, "bias_pct": -1.6, "coverage_pct": 79.6}


def calibration(**errors: dict[str, float]) -> Calibration:
    named = {name.replace("_", " "): figures for name, figures in errors.items()}
    return make_calibration().replace(errors=named, rows=1234, fitted_on="2026-11-23")


def test_a_line_per_situation_with_what_was_unseen():
    page = accuracy_page(
        calibration(decode=FIGURES, decode_one=FIGURES, decode_one_by_card=FIGURES | {"median_pct": 12.0})
    )
    assert [table.title for table in page.tables] == ["Decode"]
    line = page.tables[0].lines[1]
    assert cells(line) == ("One card", "40", "8.4 %", "31 %", "-1.6 %", "12.0 %", "–", "–", "80 %")
    assert len(cells(line)) == len(HEAD)


def test_too_few_measurements_are_no_line():
    page = accuracy_page(calibration(decode=FIGURES, decode_row=FIGURES | {"rows": 4.0}))
    assert [line.situation for line in page.tables[0].lines] == ["All situations"]


def test_speculation_is_lines_of_its_own():
    errors = {"decode": FIGURES, "decode speculative": FIGURES, "decode speculative, acceptance known": FIGURES}
    page = accuracy_page(make_calibration().replace(errors=errors))
    assert [line.situation for line in page.tables[0].lines][1:] == [
        "With speculation",
        "With speculation, acceptance known",
    ]
    assert any("with speculation" in words for words in page.words)
    assert not any("speculation" in words for words in accuracy_page(calibration(decode=FIGURES)).words)


def test_the_shipped_page_names_its_data():
    text = as_markdown(accuracy_page(make_calibration()))
    assert "## Prefill" in text and "tensor parallel" in text
    assert f"{make_calibration().rows:,} published measurements" in text
    assert text.count("| One card |") == 2


def test_the_page_in_the_repository_is_up_to_date(catalog):
    text = page_file(places.catalog()).read_text("utf-8")
    assert text == as_markdown(accuracy_page(catalog.calibration)), "run: python -m planner catalog summary --write"


@pytest.mark.parametrize(
    ("bias", "said"), [(-0.04, "+0.0 %"), (0.04, "+0.0 %"), (-0.06, "-0.1 %"), (3.25, "+3.2 %"), (-12.0, "-12.0 %")]
)
def test_a_bias_of_nothing_has_no_minus(bias, said):
    page = accuracy_page(calibration(decode=FIGURES | {"bias_pct": bias}))
    assert cells(page.tables[0].lines[0])[4] == said
