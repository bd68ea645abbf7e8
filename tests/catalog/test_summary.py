"""The read-me's table and the schemas say what the catalog is now, and what is unknown is counted as such."""

import json
from typing import Any

import pytest

from planner import places
from planner.catalog import schema, summary
from planner.catalog.known import unknown
from planner.catalog.load import load_catalog
from planner.catalog.store import KINDS, Catalog
from tests.makers import make_board, make_card, make_case, make_chip, make_psu, make_slot


def test_the_table_is_up_to_date(catalog):
    text = (places.catalog() / "README.md").read_text("utf-8")
    assert summary.written(text, catalog) == text, "run: python -m planner.catalog.summary"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_schemas_are_up_to_date(kind):
    text = (places.catalog() / "schema" / f"{kind}.json").read_text("utf-8")
    assert schema.text(kind) == text, "run: python -m planner.catalog.schema"


def test_a_changed_catalog_makes_another_table(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{summary.BEGIN}\nold\n{summary.END}\nafter\n", encoding="utf-8")
    assert summary.write(tmp_path) == (readme,)
    text = readme.read_text("utf-8")
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "| psus | 0 | 0 |" in text
    assert summary.write(tmp_path) == ()


def test_a_read_me_without_marks_is_an_error():
    with pytest.raises(ValueError, match="lacks the marks"):
        summary.written("nothing", Catalog())


def test_shares_and_confidences():
    known, lacking = make_psu(id="a", mains_v=(100, 240)), make_psu(id="b", length_mm=None, sixteen_pin_w=None)
    text = summary.summary(Catalog(psus={"a": known, "b": lacking}))
    assert "| psus | 2 | 2 | 0 | 0 | 0 |" in text
    row = next(line for line in text.splitlines() if line.startswith("| psus |") and "%" in line)
    assert "length_mm 50 %" in row
    assert "mains_v 50 %" in row
    assert "watts" not in row


def test_boards_by_what_is_known():
    boards = [
        make_board(make_slot("A", 1), id="a"),
        make_board(make_slot("A"), id="b"),
        make_board(make_slot("A", 1, None), id="c"),
    ]
    text = summary.summary(Catalog(boards={board.id: board for board in boards}))
    assert "| the row of every slot is known | 2 |" in text
    assert "| the lanes of every slot are known | 2 |" in text
    assert "| both, and where each slot hangs | 1 |" in text


@pytest.mark.parametrize(
    ("record", "names"),
    [
        (make_card(mass_kg=2.0, bracket_slots=2), {"price"}),
        (make_card(mass_kg=2.0, bracket_slots=2, plugs_known=False, plugs={}), {"price", "plugs"}),
        (make_card(mass_kg=2.0, bracket_slots=2, cooler="unknown"), {"price", "cooler"}),
        (make_case(intake="unknown"), {"price", "intake", "vertical_slots", "max_psu_length_mm"}),
    ],
)
def test_what_is_unknown(record, names):
    missing = set(unknown(record))
    assert names - {"max_psu_length_mm"} <= missing
    assert not {"id", "evidence", "tgp_w", "vram_gib", "kind"} & missing


def test_no_is_an_answer():
    assert "p2p" not in unknown(make_chip(p2p=False))
    assert "p2p" in unknown(make_chip(p2p=None))


# ------------------------------------------------------------------ schemas: checked with a reader of our own


def fits(value, rule, defs) -> bool:
    """As much of JSON Schema as the catalog's schemas use, for the shape of objects."""
    if "$ref" in rule:
        return fits(value, defs[rule["$ref"].rsplit("/", 1)[-1]], defs)
    for word in ("anyOf", "oneOf"):
        if word in rule:
            return any(fits(value, one, defs) for one in rule[word])
    if rule.get("type") == "object" and "properties" in rule:
        known = rule["properties"]
        if not isinstance(value, dict) or not set(rule.get("required", ())) <= set(value) or set(value) - set(known):
            return False
        return all(fits(entry, known[name], defs) for name, entry in value.items())
    kinds: dict[str, Any] = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "array": list,
        "null": type(None),
    }
    kind = kinds.get(rule.get("type", ""))
    return kind is None or (isinstance(value, kind) and not (kind is int and isinstance(value, bool)))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_shipped_records_fit_their_schema(catalog, kind):
    rules = schema.schema(kind)
    for record in getattr(catalog, kind).values():
        plain = json.loads(record.model_dump_json(exclude_unset=True))
        assert fits(plain, rules["$defs"]["Whole"], rules["$defs"]), record.id
        assert not fits(plain | {"colour": "red"}, rules["$defs"]["Whole"], rules["$defs"])


def test_a_family_fits_without_saying_everything_twice():
    rules = schema.schema("psus")
    part = {"id": "a", "watts": 1000, "evidence": {"confidence": "high"}}
    assert fits({"defaults": {"vendor": "X"}, "part": [part]}, rules, rules["$defs"])
    assert not fits({"defaults": {"vendor": "X"}, "part": [part], "more": 1}, rules, rules["$defs"])
    assert not fits(part, rules, rules["$defs"])


def test_schemas_are_no_records():
    assert load_catalog() == load_catalog(places.catalog())
