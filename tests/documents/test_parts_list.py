"""The shopping list adds up, and a spreadsheet runs nothing in it."""

import csv
import io

import pytest

from planner.documents.parts_list import harmless, parts_list_csv, parts_list_text, rows, total_cents


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx"])
def test_formulas_are_made_harmless(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["RTX 4090", "", "1=1", "'=1"])
def test_other_cells_stay(cell):
    assert harmless(cell) == cell


def test_equal_cards_are_one_line(report_of):
    found = rows(report_of("quad-3090"))
    assert [row.count for row in found if row.kind == "Card"] == [4]
    assert total_cents(found) == report_of("quad-3090").facts.cost.total_cents


def test_csv_reads_back(report_of):
    lines = list(csv.reader(io.StringIO(parts_list_csv(report_of("dual-4090")))))
    assert lines[0][0] == "count"
    assert len(lines) == len(rows(report_of("dual-4090"))) + 1
    assert {len(line) for line in lines[1:]} == {7}


def test_text_names_what_has_no_price(report_of):
    report = report_of("dual-4090")
    text = " ".join(parts_list_text(report).split())
    assert all(row.part.title in text for row in rows(report))
