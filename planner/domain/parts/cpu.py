"""Processors and their coolers."""

from typing import Literal

from pydantic import Field

from planner.domain.parts.part import Part


class Cpu(Part):
    socket: str
    family: str = ""
    cores: int = Field(ge=1)
    threads: int = Field(ge=1)
    tdp_w: int = Field(gt=0)
    ppt_w: int | None = Field(default=None, gt=0)
    """What the socket may draw for long (AMD PPT, Intel PL2)."""
    igpu: bool | None = None
    pcie_gen: int = Field(ge=2, le=6)
    pcie_lanes: int = Field(ge=1, le=256)
    slot_lanes: int | None = None
    """Lanes meant for expansion slots; fewer on APUs."""
    memory_type: str
    memory_channels: int = Field(ge=1, le=12)
    memory_mts: int | None = None
    """Rated speed with one module per channel."""
    memory_mts_2dpc: int | None = None
    memory_max_gib: int | None = None
    ecc: bool | None = None
    ccds: int | None = None
    """Chiplets that hold cores and reach the memory through links of their own."""
    ccd_links: int | None = Field(default=None, ge=1, le=2)
    """Such links of each chiplet, where more than one."""
    measured_memory_gb_s: float | None = None
    """STREAM Triad or a read test of one socket, where published."""


class CpuCooler(Part):
    kind: Literal["air", "liquid"]
    height_mm: float | None = None
    radiator_mm: int | None = None
    rated_w: int | None = None
    sockets: tuple[str, ...] = ()
