"""The user's own limits; rules read them through Facts."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from planner.domain.base import Record

SeverityWord = Literal["off", "info", "warning", "error"]


class Policy(Record):
    spare_percent: float = Field(default=20, ge=0, le=60)
    """Share of a supply's rating to keep free at sustained load."""
    min_gap_mm: float = Field(default=20, ge=0, le=200)
    """Free air wanted in front of an open-air cooler."""
    margin_gib: float = Field(default=1.0, ge=0, le=16)
    """Memory to keep free on every card."""
    max_severity: Mapping[str, SeverityWord] = Field(default_factory=dict)
    """Rule code -> the most it may say; `off` silences it (and the report lists it as off)."""
