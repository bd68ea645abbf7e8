"""What every value read from a file has in common, and how sure we are of a fact."""

from collections.abc import Mapping
from datetime import date
from enum import IntEnum
from typing import Annotated, Any, Self

import pydantic.fields  # must be loaded before Qt: shiboken's import hook breaks pydantic's lazy names
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

PartId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{0,79}$")]


class Record(BaseModel):
    """A frozen value. Unknown keys, NaN and words where numbers belong are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True, defer_build=True)

    def replace(self, **changes: Any) -> Self:
        """A changed copy, validated (`model_copy` would not validate)."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate(fields | changes)


class Confidence(IntEnum):
    """How sure a fact is; the order is the order of trust."""

    MEMORY = 0
    """Known from memory only: shown as such, never the ground for an error."""
    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def word(self) -> str:
        return {0: "from memory", 1: "low", 2: "medium", 3: "high"}[self.value]


def _confidence(word: object) -> object:
    return Confidence[word.upper()] if isinstance(word, str) and word.upper() in Confidence.__members__ else word


ConfidenceWord = Annotated[
    Confidence,
    pydantic.BeforeValidator(_confidence, json_schema_input_type=str),
    pydantic.PlainSerializer(lambda c: Confidence(c).name.lower(), return_type=str),
]
"""Written as high, medium, low or memory in files."""


class FieldEvidence(Record):
    """What is known about one field where it differs from its record."""

    confidence: ConfidenceWord
    sources: tuple[str, ...] = ()
    note: str = ""


class Evidence(Record):
    """Where a record comes from: the default for its fields, and the exceptions."""

    confidence: ConfidenceWord
    sources: tuple[str, ...]
    seen_on: date
    fields: Mapping[str, FieldEvidence] = Field(default_factory=dict)
    note: str = ""

    def of(self, field: str) -> FieldEvidence:
        return self.fields.get(field) or FieldEvidence(confidence=self.confidence, sources=self.sources)
