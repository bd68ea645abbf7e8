"""Which fields of a record are known. Unknown is None, the word “unknown”, or a list nobody has filled in."""

from typing import Any

from pydantic.fields import FieldInfo

from planner.domain.base import Record

NOT_FACTS = frozenset(("id", "name", "vendor", "evidence", "note", "notes", "family", "segment", "hf_repo"))
"""Fields that name a record or speak about it."""
NONE_IS_NONE = frozenset(
    {"vram_gib", "radiator_mm", "max_limit_w", "nvlink", "compute_capability", "low_line_watts", "needs_split"}
    | {"gpu_bays", "bay_pitch_mm", "moe", "ssm", "layer_kinds", "mtp", "params_text", "params_active"}
)
"""Fields whose absence says that there is no such thing, or that the usual holds."""
BY_FLAG = {"plugs": "plugs_known"}
"""Field -> the field that says whether it is known."""


def can_be_unknown(field: FieldInfo) -> bool:
    """A field whose default says that nobody knows."""
    return not field.is_required() and field.default in (None, "unknown")


def unknown(record: Record) -> tuple[str, ...]:
    """Names of the fields that are not known, in the record's order."""
    fields = type(record).model_fields
    left_out = NOT_FACTS | NONE_IS_NONE
    return tuple(name for name, field in fields.items() if name not in left_out and _is_unknown(record, name, field))


def _is_unknown(record: Record, name: str, field: FieldInfo) -> bool:
    value: Any = getattr(record, name)
    if name in BY_FLAG:
        return not getattr(record, BY_FLAG[name])
    return value == "unknown" or (value is None and can_be_unknown(field))
