"""The loader reads families, lists every problem with file and field, and its cache is never stale."""

import gc
import os
import time

import pytest

from planner import places
from planner.catalog import load
from planner.catalog.load import load_catalog, read_catalog

EVIDENCE = """
[evidence]
confidence = "high"
sources = ["https://example.org/sheet"]
seen_on = 2026-11-01
"""
CASE = """id = "{id}"
vendor = "Test"
name = "Case {id}"
kind = "mid tower"
board_sizes = ["ATX"]
"""
FAMILY = """
[defaults]
vendor = "Test"
kind = "mid tower"
board_sizes = ["ATX"]
[defaults.evidence]
confidence = "medium"
sources = ["https://example.org/family"]
seen_on = 2026-11-01
[[part]]
id = "one"
name = "One"
[[part]]
id = "two"
name = "Two"
expansion_slots = 9
[part.evidence]
confidence = "high"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "cases").mkdir()
    return tmp_path


def put(folder, name, text):
    (folder / "cases" / name).write_text(text, encoding="utf-8")


def test_a_family_shares_its_defaults(folder):
    put(folder, "family.toml", FAMILY)
    cases = load_catalog(folder).cases
    assert list(cases) == ["one", "two"]
    assert cases["two"].expansion_slots == 9
    assert cases["one"].evidence.confidence.word == "medium"
    assert cases["two"].evidence.confidence.word == "high"
    assert cases["two"].evidence.sources == ("https://example.org/family",)


@pytest.mark.parametrize(
    ("text", "file_says", "field_says"),
    [
        (CASE.format(id="a") + "expansion_slots = 'many'\n" + EVIDENCE, "cases/x.toml", "a: expansion_slots"),
        (CASE.format(id="a") + "colour = 'red'\n" + EVIDENCE, "cases/x.toml", "a: colour"),
        (CASE.format(id="a"), "cases/x.toml", "a: evidence"),
        (CASE.format(id="Not An Id") + EVIDENCE, "cases/x.toml", "Not An Id: id"),
        (CASE.format(id="a") + "max_gpu_length_mm = nan\n" + EVIDENCE, "cases/x.toml", "a: max_gpu_length_mm"),
        ("id = ", "cases/x.toml", "is not TOML"),
        (FAMILY + "\n[extra]\n", "cases/x.toml", "beside its parts"),
    ],
)
def test_a_problem_names_file_and_field_and_the_rest_loads(folder, text, file_says, field_says):
    put(folder, "x.toml", text)
    put(folder, "good.toml", CASE.format(id="good") + EVIDENCE)
    catalog, problems = read_catalog(folder)
    assert file_says in str(problems[0])
    assert field_says in str(problems[0])
    assert "good" in catalog.cases


def test_an_id_used_twice_is_a_problem(folder):
    put(folder, "a.toml", CASE.format(id="same") + EVIDENCE)
    put(folder, "b.toml", CASE.format(id="same") + EVIDENCE)
    _, problems = read_catalog(folder)
    assert "used twice" in str(problems[0])
    assert "b.toml" in str(problems[0])


def test_text_that_is_not_utf8_is_a_problem(folder):
    (folder / "cases" / "x.toml").write_bytes(b"id = '\xff\xfe'")
    assert "not UTF-8" in str(read_catalog(folder)[1][0])


def test_a_file_too_large_is_a_problem(folder, monkeypatch):
    monkeypatch.setattr(load, "MAX_FILE_BYTES", 10)
    put(folder, "x.toml", CASE.format(id="a") + EVIDENCE)
    assert "bytes" in str(read_catalog(folder)[1][0])


def test_a_changed_file_is_read_again(folder):
    put(folder, "x.toml", CASE.format(id="before") + EVIDENCE)
    assert list(load_catalog(folder).cases) == ["before"]
    put(folder, "x.toml", CASE.format(id="later!").replace("!", "") + EVIDENCE)
    os.utime(folder / "cases" / "x.toml", ns=(1, 1))
    assert list(load_catalog(folder).cases) == ["later"]


def test_a_removed_file_is_gone(folder):
    put(folder, "x.toml", CASE.format(id="x") + EVIDENCE)
    put(folder, "y.toml", CASE.format(id="y") + EVIDENCE)
    load_catalog(folder)
    (folder / "cases" / "y.toml").unlink()
    assert list(load_catalog(folder).cases) == ["x"]


def test_a_damaged_cache_is_no_loss(folder):
    put(folder, "x.toml", CASE.format(id="x") + EVIDENCE)
    load_catalog(folder)
    for cached in places.cache().glob("catalog-*.json"):
        cached.write_text("{", encoding="utf-8")
    assert list(load_catalog(folder).cases) == ["x"]


def test_own_parts_add_and_override(folder, tmp_path_factory):
    put(folder, "x.toml", CASE.format(id="x") + EVIDENCE)
    own = tmp_path_factory.mktemp("own")
    (own / "cases").mkdir()
    put(own, "mine.toml", CASE.format(id="x").replace("Case x", "My case") + EVIDENCE)
    put(own, "new.toml", CASE.format(id="new") + EVIDENCE)
    cases = load_catalog(folder, own).cases
    assert cases["x"].name == "My case"
    assert set(cases) == {"x", "new"}


def test_a_change_that_hides_its_time_is_read_all_the_same(folder):
    """Same size, same time of writing: the time of the last change still differs."""
    path = folder / "cases" / "x.toml"
    put(folder, "x.toml", CASE.format(id="before") + EVIDENCE)
    os.utime(path, ns=(1, 1))
    assert list(load_catalog(folder).cases) == ["before"]
    put(folder, "x.toml", CASE.format(id="aftter") + EVIDENCE)
    os.utime(path, ns=(1, 1))
    assert list(load_catalog(folder).cases) == ["aftter"]


@pytest.mark.parametrize("damage", [lambda d: d[:-1], lambda d: d.replace(b'"x"', b'"y"'), lambda d: b"", bytes.upper])
def test_a_cache_changed_by_anyone_is_not_believed(folder, damage):
    put(folder, "x.toml", CASE.format(id="x") + EVIDENCE)
    load_catalog(folder)
    cached = next(places.cache().glob("catalog-*.json"))
    cached.write_bytes(damage(cached.read_bytes()))
    assert list(load_catalog(folder).cases) == ["x"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"model,quant\nmodel\xff,x", "not UTF-8"),
        (b"model,quant\nonly-one,", "quant"),
        (b"model,quant,publisher\na,b,c,d,e", "beyond the last column"),
        (b"model,quant,publisher,size_bytes\na,b,c,many", "size_bytes"),
    ],
)
def test_a_broken_table_is_a_problem_and_the_rest_loads(folder, data, says):
    (folder / "file_sizes").mkdir()
    (folder / "file_sizes" / "own.csv").write_bytes(data)
    put(folder, "good.toml", CASE.format(id="good") + EVIDENCE)
    catalog, problems = read_catalog(folder)
    assert any(says in str(problem) and "file_sizes/own.csv" in str(problem) for problem in problems)
    assert list(catalog.cases) == ["good"]


@pytest.mark.parametrize(
    "text", ["[defaults]\nx = 1\n[part]\nid = 'a'", "part = [1, 2]", "part = 3", "defaults = 1\npart = [{}]"]
)
def test_a_family_of_another_shape_is_a_problem(folder, text):
    put(folder, "x.toml", text)
    assert "[[part]]" in str(read_catalog(folder)[1][0])


def test_an_own_part_with_a_wrong_value_is_left_out_with_a_sentence(folder, tmp_path_factory):
    put(folder, "x.toml", CASE.format(id="x") + EVIDENCE)
    own = tmp_path_factory.mktemp("own")
    (own / "cases").mkdir()
    put(own, "bad.toml", CASE.format(id="bad") + "expansion_slots = -1\n" + EVIDENCE)
    (own / "cases" / "broken.json").write_text("{", encoding="utf-8")
    put(own, "fine.toml", CASE.format(id="fine") + EVIDENCE)
    catalog, problems = read_catalog(folder, own)
    assert list(catalog.cases) == ["x", "fine"]
    assert sorted(problem.file for problem in problems) == ["cases/bad.toml", "cases/broken.json"]
    assert any("bad: expansion_slots" in str(problem) for problem in problems)


def test_the_collector_is_as_it_was(folder):
    load_catalog(folder)
    assert gc.isenabled()


def test_the_whole_catalog_is_read_quickly():
    """From the cache, as at every start but the first after an update; CPU time, so that others do not count."""
    load_catalog()
    took = []
    for _ in range(3):
        began = time.process_time()
        load_catalog()
        took.append(time.process_time() - began)
    assert min(took) < 0.3
