"""Data page and “Copy and edit”: every field is shown, and an edited copy is a part like the others."""

import json
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel

from planner import places
from planner.catalog.examples import example
from planner.catalog.known import unknown
from planner.catalog.load import load_catalog
from planner.domain.parts import Board, Card, Psu
from planner.session.session import Session
from planner.ui.choices import FIELDS, Target, offered
from planner.ui.dialogs.own_part import OwnPart, free_id, reloaded
from planner.ui.dialogs.part_page import PartPage
from planner.ui.models.form_fields import form_fields
from tests.makers import make_card, make_psu
from tests.ui.fakes import CATALOG

SUPPLY = Target("psus", "psu-1")


@pytest.fixture(scope="module")
def shipped():
    return load_catalog()


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "user_parts", lambda: tmp_path / "parts")
    return tmp_path / "parts"


@pytest.fixture
def real(dressed, shipped, own_folder):
    return Session(shipped, example("dual-4090"))


@pytest.fixture
def form(qtbot, real, own_folder):
    made = OwnPart(real, SUPPLY, real.catalog.psus["corsair-rm1000e-2025"])
    qtbot.addWidget(made)
    return made


def answer(form, name) -> Any:
    return next(widget for field, widget in form.answers.items() if field.name == name)


def test_every_field_stands_on_the_data_page(qtbot, dressed):
    card = make_card(mass_kg=None)
    page = PartPage(card)
    qtbot.addWidget(page)
    texts = [label.text() for label in page.findChildren(QLabel)]
    assert {"Length", "280 mm", "Board power (TGP)", "350 W", "Mass", "high"} <= set(texts)
    assert texts.count("not known") >= len(unknown(card))
    assert any("example.org" in text for text in texts)


@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_every_kind_has_a_page_and_a_form(qtbot, real, kind):
    part = next(iter(offered(real.catalog, kind).values()))
    qtbot.addWidget(PartPage(part))
    made = OwnPart(real, Target(kind), part)
    qtbot.addWidget(made)
    assert {n: v for n, v in made.edited() if n not in ("id", "evidence")} == {
        n: v for n, v in part if n not in ("id", "evidence")
    }


def test_an_edited_copy_is_saved_and_used(form, real, own_folder):
    answer(form, "watts").setText("1250")
    answer(form, "sixteen_pin").setText("2")
    form.source.setText("https://example.org/measured")
    form.save()
    path = own_folder / "psus" / "own-corsair-rm1000e-2025.json"
    assert json.loads(path.read_text("utf-8"))["watts"] == 1250
    psu = real.report.rig.psus[0].psu
    assert (psu.id, psu.watts, psu.sixteen_pin) == ("own-corsair-rm1000e-2025", 1250, 2)
    assert psu.evidence.of("watts").sources == ("https://example.org/measured",)
    assert psu.evidence.of("length_mm").sources == real.catalog.psus["corsair-rm1000e-2025"].evidence.sources
    real.undo()
    assert real.report.rig.psus[0].psu.id == "corsair-rm1000e-2025"


def test_a_copy_may_only_be_kept(form, real):
    form.use_it.setChecked(False)
    form.save()
    assert "own-corsair-rm1000e-2025" in real.catalog.psus
    assert real.report.rig.psus[0].psu.id == "corsair-rm1000e-2025"
    assert real.saved


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("watts", "many", "Rating should be a whole number, not “many”."),
        ("watts", "-5", "Rating: Input should be greater than 0"),
        ("watts", "", "Rating: "),
        ("length_mm", "wide", "Length should be a number"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(form, own_folder, name, typed, says):
    answer(form, name).setText(typed)
    form.save()
    assert form.problem.text().startswith(says)
    assert not own_folder.exists()


@pytest.mark.parametrize(("ident", "says"), [("corsair-hx1500i-2025", "is taken"), ("No Id", "cannot be an id")])
def test_ids_are_checked(form, own_folder, ident, says):
    form.ident.setText(ident)
    form.save()
    assert says in form.problem.text()
    assert not own_folder.exists()


def test_an_empty_answer_is_not_known(form):
    answer(form, "length_mm").setText("")
    assert form.edited().length_mm is None


def test_free_ids():
    psu = next(iter(CATALOG.psus))
    assert free_id(CATALOG, "psus", psu) == f"own-{psu}"


def test_fields_of_a_form():
    kinds = {field.name: field.kind for field in form_fields(Card)}
    assert kinds["length_mm"] == "number"
    assert kinds["plugs"] == "counts"
    assert kinds["cooler"] == "choice"
    assert not {"id", "evidence", "chip"} & set(kinds)
    assert "connectors" not in {field.name for field in form_fields(Board)}
    plugs = next(field for field in form_fields(Card) if field.name == "plugs")
    assert plugs.read(plugs.text({"pcie_8pin": 2, "pcie_6pin": 1})) == {"pcie_8pin": 2, "pcie_6pin": 1}
    with pytest.raises(ValueError, match="written like"):
        plugs.read("two")


def test_figures_are_read_as_people_write_them():
    length = next(field for field in form_fields(Psu) if field.name == "length_mm")
    assert (length.read("160,5"), length.read(" 160 "), length.read("")) == (160.5, 160.0, None)


def test_parts_an_open_file_brought_along_stay(shipped, own_folder):
    lent = shipped.with_borrowed({"psus": [make_psu(id="lent")]})
    assert "lent" in reloaded(lent, own_folder).psus
    assert reloaded(lent, own_folder).borrowed == {"lent"}


def test_the_menu_imports_a_file(window, own_folder, tmp_path, monkeypatch):
    path = tmp_path / "part.json"
    path.write_text("{}", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    window.commands.import_part()
    assert "neither a model's config.json" in window.notice.label.text()


def test_an_imported_model_can_be_chosen(window, session, own_folder, tmp_path):
    config = {
        "model_type": "llama", "num_hidden_layers": 32, "hidden_size": 4096, "intermediate_size": 14336,
        "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256, "max_position_embeddings": 131072,
    }  # fmt: skip
    folder = tmp_path / "My 8B"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    window.commands.import_path(folder / "config.json")
    assert "own-my-8b" in session.catalog.models
    assert "among your own parts" in window.notice.label.text()


def test_the_parts_list_opens_both(window, qtbot):
    rows = window.parts.model.rows
    window.parts.view.setCurrentIndex(window.parts.model.index([row.key for row in rows].index("psu-1")))
    window.parts.data_action.trigger()
    window.parts.copy_action.trigger()
    found = [type(child).__name__ for child in window.children()]
    assert "PartPage" in found
    assert "OwnPart" in found
