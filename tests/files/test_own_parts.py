"""Own parts are files the user may edit; they come back as they were saved."""

import json

import pytest

from planner import places
from planner.catalog.load import load_catalog, read_catalog
from planner.catalog.store import KINDS
from planner.domain.model import FileSize
from planner.files.own_parts import copied, copy_part, part_file, save_part, save_size
from planner.files.problem import FileProblem
from tests.makers import make_card, make_psu


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_saved_part_comes_back_equal(tmp_path, catalog, kind):
    record = next(iter(getattr(catalog, kind).values()))
    for whole in (False, True):
        save_part(kind, record, tmp_path, whole=whole)
        found, problems = read_catalog(own=tmp_path)
        assert problems == ()
        assert getattr(found, kind)[record.id] == record


def test_saved_again_it_replaces(tmp_path):
    save_part("psus", make_psu(watts=1000), tmp_path)
    save_part("psus", make_psu(watts=1200), tmp_path)
    assert load_catalog(own=tmp_path).psus["psu"].watts == 1200


def test_a_kind_there_is_not(tmp_path):
    with pytest.raises(ValueError, match="chairs"):
        save_part("chairs", make_psu(), tmp_path)


def test_without_a_folder_the_users_own_is_meant():
    assert part_file("psus", "mine") == places.user_parts() / "psus" / "mine.json"


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "psus").write_text("in the way", encoding="utf-8")
    with pytest.raises(FileProblem, match="cannot be saved"):
        save_part("psus", make_psu(), tmp_path)


def test_a_known_size_is_used(tmp_path):
    save_size(FileSize(model="llama-3.1-8b", quant="Q4_K_M", publisher="own file", size_bytes=123), tmp_path)
    assert load_catalog(own=tmp_path).size_of["llama-3.1-8b", "Q4_K_M"].size_bytes == 123


def test_a_size_with_signs_in_its_name_stays_in_its_folder(tmp_path):
    path = save_size(FileSize(model="m", quant="../Q4/K", publisher="own file", size_bytes=1), tmp_path)
    assert path.parent == tmp_path / "file_sizes"


def test_a_copy_says_where_it_comes_from(catalog):
    copy = copied(catalog.psus["corsair-ax1600i"], "my-supply")
    assert (copy.id, copy.watts) == ("my-supply", 1600)
    assert "copied from corsair-ax1600i" in copy.evidence.note
    assert copy.evidence.sources == catalog.psus["corsair-ax1600i"].evidence.sources


def test_a_copied_file_names_what_is_not_known(tmp_path, catalog):
    path = copy_part(catalog, "corsair-ax1600i", "my-supply", tmp_path)
    plain = json.loads(path.read_text("utf-8"))
    assert "low_line_watts" in plain
    assert list(load_catalog(own=tmp_path).psus)[-1] == "my-supply"


@pytest.mark.parametrize("new_id", ["", "My Supply", "../x", "a/b", "-x", "x" * 81])
def test_an_impossible_id_is_said(tmp_path, catalog, new_id):
    with pytest.raises(ValueError, match="cannot be an id"):
        copy_part(catalog, "corsair-ax1600i", new_id, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_id_that_is_taken_is_said(tmp_path, catalog):
    with pytest.raises(ValueError, match="is taken"):
        copy_part(catalog, "corsair-ax1600i", "rtx-4090", tmp_path)
    with pytest.raises(ValueError, match="no part has the id"):
        copy_part(catalog, "nothing", "mine", tmp_path)
    copy_part(catalog, "corsair-ax1600i", "mine", tmp_path)
    with pytest.raises(ValueError, match="is there already"):
        copy_part(catalog, "corsair-ax1600i", "mine", tmp_path)


def test_an_edited_file_with_a_wrong_value_is_left_out(tmp_path, catalog):
    path = copy_part(catalog, "corsair-ax1600i", "mine", tmp_path)
    path.write_text(path.read_text("utf-8").replace('"watts": 1600', '"watts": "many"'), encoding="utf-8")
    save_part("cards", make_card(id="fine", chip="rtx-3090"), tmp_path)
    found, problems = read_catalog(own=tmp_path)
    assert "mine" not in found.psus
    assert "fine" in found.cards
    assert [problem.file for problem in problems] == ["psus/mine.json"]
    assert "mine: watts" in str(problems[0])
