"""Columns keep to the width, and sources are numbered once."""

import pytest

from planner.documents.text_layout import WIDTH, Sources, bullets, pairs, paragraph, section, table


def test_the_widest_column_gives_way():
    lines = table(("A", "B"), [("short", "word " * 60)])
    assert max(map(len, lines)) <= WIDTH
    assert len(lines) > 3


@pytest.mark.parametrize(("right", "start"), [("", "ab    "), ("r", "    ab")])
def test_alignment(right, start):
    assert table(("", "x"), [("longer", ""), ("ab", "")], indent="", right=right)[-1].startswith(start.rstrip())


def test_an_empty_table_is_nothing():
    assert table(("A",), []) == []


def test_a_section_without_lines_is_left_out():
    assert section("Empty", []) == []


def test_long_words_are_broken():
    assert max(map(len, paragraph("x" * 250))) <= WIDTH


def test_pairs_leave_empty_rows_out():
    assert pairs([("A", "one"), ("B", "")], indent="") == ["A  one"]


def test_bullets_hang():
    first, second = bullets(["word " * 25])
    assert (first[:2], second[:2]) == ("· ", "  ")


def test_a_source_has_one_number():
    sources = Sources()
    assert sources.marks(("b", "a", "b")) == "[1][2][1]"
    assert sources.mark("") == ""
    assert [line.split() for line in sources.lines()] == [["[1]", "b"], ["[2]", "a"]]
