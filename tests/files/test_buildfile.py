"""Build files read back as they were written; whatever else is in a file, the answer is one sentence."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.catalog.examples import example, names
from planner.catalog.store import Catalog
from planner.domain.build import Build
from planner.domain.workload import Workload
from planner.files import atomic, buildfile
from planner.files.migrations import VERSION
from planner.files.problem import FileProblem

PATH = Path("some.slotwise")
EMPTY = Catalog()


def head(**fields: object) -> bytes:
    return json.dumps({"format": buildfile.FORMAT, "version": VERSION} | fields).encode()


@pytest.mark.parametrize("name", names())
def test_examples_read_back_the_same(tmp_path, catalog, name):
    path = tmp_path / "file.slotwise"
    buildfile.save(path, example(name), catalog)
    opened = buildfile.load(path, catalog)
    assert opened.build == example(name)
    assert (opened.version, opened.borrowed, opened.missing, opened.newer, opened.notes) == (VERSION, (), (), (), ())


def test_speculation_is_read_back_and_older_files_expect_what_is_usual(tmp_path, catalog):
    work = Workload(model="qwen3.6-27b", quant="Q4_K_M", draft="qwen3.6-27b", acceptance=0.75)
    path, build = tmp_path / "build.slotwise", example("dual-4090").replace(workloads=(work,))
    buildfile.save(path, build, catalog)
    assert buildfile.load(path, catalog).build.workload == work
    older = json.loads(path.read_bytes())
    del older["workloads"][0]["acceptance"]
    path.write_text(json.dumps(older), encoding="utf-8")
    assert buildfile.load(path, catalog).build.workload == work.replace(acceptance=None)


def test_a_file_says_first_what_it_is(catalog):
    text = buildfile.dump(Build(), catalog).decode()
    assert text.splitlines()[1:3] == [f' "format": "{buildfile.FORMAT}",', f' "version": {VERSION},']


def test_results_are_never_in_it(catalog):
    assert not {"findings", "report", "facts"} & set(json.loads(buildfile.dump(example("dual-4090"), catalog)))


def test_parts_the_catalog_lacks_come_from_the_snapshot(catalog):
    data = buildfile.dump(example("dual-4090"), catalog)
    opened = buildfile.parse(data, PATH, EMPTY)
    parts = opened.build.parts
    assert opened.missing == ()
    assert parts.board in opened.borrowed
    assert opened.catalog.boards[parts.board] == catalog.boards[parts.board]
    card = opened.catalog.cards[parts.gpus[0].part]
    assert opened.catalog.chips[card.chip] == catalog.chips[card.chip]
    assert any("taken from the file" in note for note in opened.notes)


def test_newer_figures_of_the_catalog_win_and_are_told(catalog):
    build = example("dual-4090")
    board = catalog.boards[build.parts.board]
    data = buildfile.dump(build, replace(catalog, boards={board.id: board.replace(name="Older name")}))
    opened = buildfile.parse(data, PATH, catalog)
    assert opened.newer == (board.id,)
    assert opened.catalog.boards[board.id] == board
    assert any("newer figures" in note for note in opened.notes)


def test_unknown_ids_are_kept_and_told(catalog):
    opened = buildfile.parse(head(parts={"board": "board-from-mars"}), PATH, catalog)
    assert opened.build.parts.board == "board-from-mars"
    assert opened.missing == ("board-from-mars",)
    assert "board-from-mars" in opened.notes[0]


def test_damaged_snapshot_records_are_left_out(catalog):
    opened = buildfile.parse(head(own_parts={"boards": [{"id": 5}], "no-such-kind": [1]}), PATH, catalog)
    assert opened.build == Build()


BAD = {
    b"": "is empty",
    b"  \n": "is empty",
    b"\xff\xfe\x00": "holds something else",
    b"<html>": "holds something else",
    b"[]": "is not a Slotwise build",
    b"null": "is not a Slotwise build",
    b'{"format": "other"}': "is not a Slotwise build",
    b'{"format": "slotwise-build"}': 'no usable "version"',
    b'{"format": "slotwise-build", "version": true}': 'no usable "version"',
    b'{"format": "slotwise-build", "version": 0}': 'no usable "version"',
    b'{"format": "slotwise-build", "version": "1"}': 'no usable "version"',
    b'{"format": "slotwise-build", "version": 999}': "Open it with a newer Slotwise",
    head(name=5): 'field "name" is wrong',
    head(colour="red"): 'field "colour" is wrong',
    head(parts={"gpus": [{"key": "gpu-1", "part": "UPPER"}]}): 'field "parts.gpus.0.part" is wrong',
    head(site={"ambient_c": 1000}): 'field "site.ambient_c" is wrong',
    head(limits={"gpu-1": 1.5}): 'field "limits.gpu-1" is wrong',
    head(name="x").replace(b'"x"', b"9" * 4400): "",
    head(own_parts=[]): '"own_parts"',
    head(name="x").replace(b'"x"', b"NaN"): "not a whole JSON text",
    head(name="x").replace(b'"x"', b"Infinity"): "not a whole JSON text",
    head(name="x").replace(b'"x"', b"[" * 100_000): "not a whole JSON text",
    head(name="x").replace(b'"x"', b'"\\ud800"'): "not a whole JSON text",
}


@pytest.mark.parametrize(("data", "said"), BAD.items(), ids=range(len(BAD)))
def test_bad_files_are_a_sentence(catalog, data, said):
    with pytest.raises(FileProblem) as raised:
        buildfile.parse(data, PATH, catalog)
    text = str(raised.value)
    assert said in text
    assert text.startswith("some.slotwise: ")
    assert "\n" not in text
    assert len(text) < 400


def test_the_newer_file_is_not_touched(tmp_path, catalog):
    path = tmp_path / "file.slotwise"
    path.write_bytes(head().replace(b'"version": 1', b'"version": 7'))
    before = path.read_bytes(), path.stat().st_mtime_ns
    with pytest.raises(FileProblem, match="format version 7"):
        buildfile.load(path, catalog)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_nothing_but_a_sentence(data):
    with pytest.raises(FileProblem):
        buildfile.parse(data, PATH, EMPTY)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from([*Build.model_fields, "own_parts", "else"]), JSON))
def test_any_fields_give_a_build_or_a_sentence(fields):
    try:
        opened = buildfile.parse(head(**fields), PATH, EMPTY)
    except FileProblem:
        return
    assert isinstance(opened.build, Build)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_cut_file_is_a_sentence(catalog, data):
    whole = buildfile.dump(example("dual-4090"), catalog).rstrip()
    cut = data.draw(st.integers(min_value=0, max_value=len(whole) - 1))
    with pytest.raises(FileProblem):
        buildfile.parse(whole[:cut], PATH, catalog)


def test_a_huge_file_is_not_read(tmp_path, catalog, monkeypatch):
    path = tmp_path / "huge.slotwise"
    with path.open("wb") as file:
        file.truncate(100 * 2**20)
    with pytest.raises(FileProblem, match="104,857,600 bytes"):
        buildfile.load(path, catalog)


def test_what_is_no_ordinary_file_is_not_read(tmp_path, catalog):
    for path, said in (
        (tmp_path, "is a folder"),
        (Path("/dev/zero"), "no ordinary file"),
        (tmp_path / "x", "no such file"),
    ):
        if path.exists() or path.parent == tmp_path:
            with pytest.raises(FileProblem, match=said):
                buildfile.load(path, catalog)


def test_a_build_that_cannot_be_read_back_is_never_written(tmp_path, catalog, monkeypatch):
    path = tmp_path / "file.slotwise"
    path.write_bytes(b"old")
    monkeypatch.setattr(buildfile, "dump", lambda *_: b"{}")
    with pytest.raises(AssertionError):
        buildfile.save(path, Build(), catalog)
    assert path.read_bytes() == b"old"


def test_saving_goes_through_the_safe_writer(tmp_path, catalog, monkeypatch):
    written = []
    monkeypatch.setattr(atomic, "write", lambda path, data: written.append(path))
    buildfile.save(tmp_path / "file.slotwise", Build(), catalog)
    assert written == [tmp_path / "file.slotwise"]
