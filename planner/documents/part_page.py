"""Every field of one part, with unit, source and how sure it is."""

from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from planner.catalog.known import NONE_IS_NONE, unknown
from planner.documents.part_words import PLAIN, UNITS, VALUES
from planner.documents.text_layout import Sources, pairs, paragraph, section, table, title
from planner.domain.base import Evidence, Record
from planner.domain.parts import Card
from planner.domain.parts.board import Mode
from planner.domain.parts.part import Price
from planner.domain.units import show_money

HIDDEN = ("evidence", "price", "plugs_known")
COPIED = "Edit the file: null stands for what is not known, and its sources should be yours."

LONG_FIELDS = ("connectors", "lane_groups", "roots")
"""Fields of a board that are tables of their own."""


def part_page(record: BaseModel, kind_word: str) -> str:
    sources = Sources()
    evidence: Evidence | None = getattr(record, "evidence", None)
    name = str(getattr(record, "title", None) or getattr(record, "name", None) or getattr(record, "id", kind_word))
    names = [field for field in type(record).model_fields if field not in (*HIDDEN, *LONG_FIELDS)]
    rows = [(label(field), told(record, field), *_sure(record, field, evidence, sources)) for field in names]
    lines = [*title(f"{name} ({kind_word})"), "", *table(("Field", "Value", "Sure", ""), rows)]
    for field in LONG_FIELDS:
        lines += section(label(field).capitalize(), _entries(getattr(record, field, ())))
    lines += section("Price", _price(getattr(record, "price", None), "price" in type(record).model_fields, sources))
    if evidence is not None:
        lines += section("Evidence", pairs([("Seen on", evidence.seen_on.isoformat()), ("Note", evidence.note)]))
    lines += section("Not known", paragraph(", ".join(unknown_words(record)), "  ")) if unknown_words(record) else []
    lines += section("Sources", sources.lines())
    return "\n".join(line.rstrip() for line in lines)


def unknown_words(record: BaseModel) -> tuple[str, ...]:
    """What nobody has said of this part, in words."""
    return tuple(label(field) for field in unknown(record)) if isinstance(record, Record) else ()


def kept_text(record: BaseModel, kind_word: str, files: Sequence[Path], notes: Sequence[str]) -> str:
    """What was written into the user's folder."""
    name = str(getattr(record, "title", None) or getattr(record, "name", ""))
    lines = [f"{name} ({kind_word})"]
    lines += [f"Written: {file}" for file in files]
    lines += paragraph(f"Not known: {', '.join(unknown_words(record)) or 'nothing'}.", "  ", "")
    return "\n".join([*lines, *(line for note in notes for line in paragraph(note, "  ", ""))])


def told(record: BaseModel, field: str) -> str:
    """A field's value in words; one that is empty says whether nobody knows or there is no such thing."""
    value = getattr(record, field)
    if isinstance(record, Record) and field in unknown(record):
        return "not known"
    if value is None and isinstance(record, Card) and field in ("vram_gib", "max_limit_w"):
        return "as its chip"
    return "none" if value is None and field in NONE_IS_NONE else shown(field, value)


def shown(field: str, value: Any) -> str:
    """A value in words; None is never a blank."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.name).lower()
    if isinstance(value, int | float):
        number = f"{value:,.6g}" if isinstance(value, float) else f"{value:,}"
        return f"{number} {unit(field)}".rstrip()
    if isinstance(value, Mode):
        return _mode(value)
    if isinstance(value, BaseModel):
        told = [name for name in type(value).model_fields if name in value.model_fields_set and name != "id"]
        return ", ".join(f"{label(name)} {shown(name, getattr(value, name))}" for name in told) or "–"
    if isinstance(value, Mapping) and field == "plugs":
        return ", ".join(f"{number} × {VALUES[plug]}" for plug, number in value.items() if number) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {shown(field, entry)}" for key, entry in value.items()) or "none"
    if isinstance(value, tuple | list):
        sentences = all(str(entry).endswith(".") for entry in value)
        return (" " if sentences else ", ").join(shown(field, entry) for entry in value) or "none"
    return VALUES.get(str(value), str(value)) or "–"


def _mode(mode: Mode) -> str:
    """A way to share lanes: PCIE1 x8 + PCIE2 x8."""
    lanes = " + ".join(f"{name} x{width}" for name, width in mode.widths.items() if width) or "none has lanes"
    told = [f"{name} gen {gen}" for name, gen in mode.gens.items()] + ([mode.setting] if mode.setting else [])
    return f"{lanes} ({'; '.join(told)})" if told else lanes


def label(field: str) -> str:
    """A field's name in words, without its unit."""
    if field in PLAIN:
        return PLAIN[field][0]
    ending = next((end for end in UNITS if field.endswith(end)), "")
    return field.removesuffix(ending).replace("_", " ")


def headed(words: str) -> str:
    """With a capital first letter; the others stay as they are."""
    return words[:1].upper() + words[1:]


def unit(field: str) -> str:
    return PLAIN[field][1] if field in PLAIN else next((unit for end, unit in UNITS.items() if field.endswith(end)), "")


def _sure(record: BaseModel, field: str, evidence: Evidence | None, sources: Sources) -> tuple[str, str]:
    """Nobody is sure of what is not known, unless something is said about that very field."""
    if evidence is None or field in ("id", "name", "vendor"):
        return "", ""
    if getattr(record, field) is None and field not in evidence.fields:
        return "", ""
    known = evidence.of(field)
    marks = sources.marks(known.sources or evidence.sources)
    return known.confidence.word, f"{marks} {known.note}".strip()


def _entries(records: tuple[BaseModel, ...]) -> list[str]:
    """One line each: what is set, without what is not."""
    return pairs(
        (
            str(getattr(record, "id", "")),
            "; ".join(
                f"{label(name)} {shown(name, getattr(record, name))}"
                for name in type(record).model_fields
                if name != "id" and name in record.model_fields_set
            ),
        )
        for record in records
    )


def _price(price: Price | None, priced: bool, sources: Sources) -> list[str]:
    if price is None:
        return ["  not known"] if priced else []
    text = (
        f"{show_money(price.cents, price.currency)}, {price.kind}, {price.on.isoformat()} {sources.mark(price.source)}"
    )
    return pairs([("Price", text)])
