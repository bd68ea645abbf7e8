"""One record per kind of part. Units are in the names; None is unknown, never zero."""

from planner.domain.parts.board import Board, Condition, Connector, LaneGroup, MemoryBank, Mode, Root, Uplink
from planner.domain.parts.case import Case
from planner.domain.parts.cpu import Cpu, CpuCooler
from planner.domain.parts.gpu import OPEN_AIR, SIXTEEN_PIN, Card, Chip, NvLink
from planner.domain.parts.memory import Drive, MemoryKit
from planner.domain.parts.part import Part, Price
from planner.domain.parts.psu import Circuit, Psu
from planner.domain.parts.riser import Bridge, Riser

__all__ = [
    "OPEN_AIR",
    "SIXTEEN_PIN",
    "Board",
    "Bridge",
    "Card",
    "Case",
    "Chip",
    "Circuit",
    "Condition",
    "Connector",
    "Cpu",
    "CpuCooler",
    "Drive",
    "LaneGroup",
    "MemoryBank",
    "MemoryKit",
    "Mode",
    "NvLink",
    "Part",
    "Price",
    "Psu",
    "Riser",
    "Root",
    "Uplink",
]
