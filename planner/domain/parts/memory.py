"""Memory kits and storage."""

from typing import Literal

from pydantic import Field

from planner.domain.parts.part import Part


class MemoryKit(Part):
    type: Literal["DDR3", "DDR4", "DDR5"]
    form: Literal["UDIMM", "CUDIMM", "RDIMM", "LRDIMM"]
    modules: int = Field(ge=1, le=24)
    module_gib: int = Field(ge=1, le=512)
    speed_mts: int = Field(ge=800, le=12000)
    ecc: bool = False
    ranks: int | None = None


class Drive(Part):
    kind: Literal["nvme", "sata", "u2"]
    capacity_gb: int = Field(gt=0)
    """Decimal, as drives are sold."""
    gen: int | None = Field(default=None, ge=1, le=6)
    lanes: int | None = Field(default=None, ge=1, le=16)
    read_gb_s: float | None = None
    active_w: float | None = None
