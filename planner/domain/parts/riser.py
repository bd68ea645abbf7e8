"""Risers, cables, splitters and adapters between a slot and a card; NVLink bridges between two cards."""

from typing import Literal

from pydantic import Field

from planner.domain.parts.part import Part


class Riser(Part):
    kind: Literal["riser", "splitter", "slimsas", "mcio", "oculink", "m2_adapter", "usb_mining", "switch", "external"]
    gen: int = Field(ge=1, le=6)
    lanes: int = Field(ge=1, le=16)
    """Lanes each card behind it gets at most."""
    ports: int = Field(default=1, ge=1, le=8)
    needs_split: str | None = None
    """Bifurcation the slot must offer, such as x8/x8."""
    length_mm: float | None = None
    redriver: bool = False
    powers_slot: bool = False
    """True: the card's slot power comes from the riser's own plug."""


class Bridge(Part):
    pitch_slots: int = Field(ge=1, le=5)
    chips: tuple[str, ...]
    gb_s: float = Field(gt=0)
    """One direction."""
