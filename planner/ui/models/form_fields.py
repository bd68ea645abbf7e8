"""The fields of a record as entries of a form: what kind of answer each takes, and how answers are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from planner.documents.part_page import headed, label, unit
from planner.domain.base import Record

LEFT_OUT = ("id", "evidence", "price", "chip")
"""Asked for elsewhere, or not to be changed in a copy."""
Kind = Literal["number", "whole", "text", "choice", "words", "counts"]


@dataclass(frozen=True, slots=True)
class FormField:
    name: str
    title: str
    unit: str
    kind: Kind
    optional: bool
    """May be left empty: not known."""
    choices: tuple[tuple[str, Any], ...] = ()
    """What is shown, and what it means."""

    def text(self, value: Any) -> str:
        """The value as it is typed."""
        if value is None:
            return ""
        if self.kind == "words":
            return ", ".join(value)
        if self.kind == "counts":
            return ", ".join(f"{name}: {count}" for name, count in value.items())
        return f"{value:g}" if isinstance(value, float) else str(value)

    def read(self, typed: str) -> Any:
        """The value that was typed; None for nothing. ValueError with a sentence."""
        plain = typed.strip()
        if self.kind == "words":
            return tuple(word.strip() for word in plain.split(",") if word.strip())
        if self.kind == "counts":
            return dict(self._count(part) for part in plain.split(",") if part.strip())
        if not plain:
            return None if self.optional or self.kind != "text" else ""
        return plain if self.kind == "text" else self._number(plain)

    def _number(self, typed: str) -> float | int:
        try:
            return int(typed.replace(",", "")) if self.kind == "whole" else float(typed.replace(",", "."))
        except ValueError as e:
            kind = "a whole number" if self.kind == "whole" else "a number"
            raise ValueError(f"{headed(self.title)} should be {kind}, not “{typed[:30]}”.") from e

    def _count(self, part: str) -> tuple[str, int]:
        name, _, count = part.partition(":")
        if not count.strip().isdigit():
            raise ValueError(f"{headed(self.title)} should be written like “pcie_8pin: 2”, not “{part.strip()[:30]}”.")
        return name.strip(), int(count)


def form_fields(record: type[Record]) -> tuple[FormField, ...]:
    """Those that fit in one line; lists of records, such as a board's connectors, are edited in the file."""
    found = (_field(name, info.annotation) for name, info in record.model_fields.items() if name not in LEFT_OUT)
    return tuple(field for field in found if field is not None)


def _field(name: str, annotation: Any) -> FormField | None:
    parts = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    bare = [part for part in parts if part is not NoneType]
    if len(bare) != 1:
        return None
    kind, choices = _kind(bare[0])
    return FormField(name, label(name), unit(name), kind, NoneType in parts, choices) if kind else None


def _kind(bare: Any) -> tuple[Kind | None, tuple[tuple[str, Any], ...]]:
    simple: Mapping[Any, Kind] = {int: "whole", float: "number", str: "text"}
    if bare in simple:
        return simple[bare], ()
    if bare is bool:
        return "choice", (("yes", True), ("no", False))
    origin, inner = get_origin(bare), get_args(bare)
    if origin is Literal:
        return "choice", tuple((str(word).replace("_", " "), word) for word in inner)
    if origin is tuple and inner == (str, ...):
        return "words", ()
    if origin is not None and issubclass(origin, Mapping) and inner[-1] is int:
        return "counts", ()
    return None, ()
