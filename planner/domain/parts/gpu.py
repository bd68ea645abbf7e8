"""Graphics chips and the cards built on them."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from planner.domain.base import PartId, Record
from planner.domain.parts.part import Part

PowerPlug = Literal["pcie_6pin", "pcie_8pin", "12vhpwr", "12v_2x6", "eps_8pin", "nvidia_12pin"]
SIXTEEN_PIN: tuple[PowerPlug, ...] = ("12vhpwr", "12v_2x6")

Cooler = Literal["open_air", "flow_through", "blower", "passive", "hybrid", "liquid", "unknown"]
"""How air leaves: into the case (open_air, flow_through) or out of the back (blower); passive needs a duct."""
OPEN_AIR: tuple[Cooler, ...] = ("open_air", "flow_through")


class NvLink(Record):
    gb_s: float = Field(gt=0)
    """All links together, one direction."""
    links: int = Field(default=1, ge=1)
    bridge: str = ""


class Chip(Part):
    """One GPU product as its vendor specifies it; reference clocks."""

    architecture: str
    family: str
    """Group used by the calibration: ampere, ada, blackwell, hopper, rdna3, …"""
    segment: Literal["consumer", "workstation", "datacenter"]
    form: Literal["pcie", "sxm", "oam", "integrated", "mobile"] = "pcie"
    """Mobile chips take no power limit: the laptop's controller sets it."""
    vram_gib: float = Field(gt=0, le=1024)
    """Nominal capacity, printed as GB on the box and binary in truth."""
    usable_mib: int | None = Field(default=None, gt=0)
    """What the driver reports as the card's total, where known."""
    memory_type: str
    memory_gb_s: float = Field(gt=0)
    """Decimal, of all memory chips together."""
    memory_bus_bits: int | None = Field(default=None, ge=32, le=16384)
    pcie_gen: int = Field(ge=1, le=6)
    pcie_lanes: int = Field(ge=1, le=16)
    compute_capability: str | None = None
    sm_count: int | None = Field(default=None, gt=0)
    fp16_tflops: float | None = Field(default=None, gt=0)
    """Dense matrix rate, fp16 accumulate where the chip has it; never the sparse figure."""
    int8_tops: float | None = None
    fp8_tflops: float | None = None
    tgp_w: int = Field(gt=0)
    """Board power at stock of the reference design."""
    min_limit_w: int | None = None
    max_limit_w: int | None = None
    transient_ratio: float | None = Field(default=None, ge=1, le=4)
    """Peak over 1 ms divided by board power, where measured."""
    nvlink: NvLink | None = None
    p2p: bool | None = None
    """Peer-to-peer over PCIe with the stock driver."""
    ecc: bool | None = None
    launched: str | None = None


class Card(Part):
    """One product on the shelf: the chip with its cooler, size and plugs."""

    chip: PartId
    length_mm: float | None = Field(default=None, gt=0, le=600)
    height_mm: float | None = Field(default=None, gt=0, le=300)
    """From the slot edge to the far edge of the cooler."""
    thickness_mm: float | None = Field(default=None, gt=0, le=150)
    slots_occupied: float | None = Field(default=None, gt=0, le=6)
    bracket_slots: int | None = Field(default=None, ge=1, le=5)
    cooler: Cooler
    plugs: Mapping[PowerPlug, int] = Field(default_factory=dict)
    plugs_known: bool = True
    tgp_w: int = Field(gt=0)
    max_limit_w: int | None = None
    mass_kg: float | None = None
    radiator_mm: int | None = None
    vram_gib: float | None = None
    """Only where the card differs from its chip (a 48 GB conversion)."""
