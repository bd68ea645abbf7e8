"""What measurements call chips, models and hosts -> ours. Tables lie beside the fitted constants in the catalog."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from planner import places
from planner.analysis.speed_case import CardSpeed, HostSpeed, family_of, fast_cores, inline_ecc, vector_class
from planner.catalog.search import Doubtful, match
from planner.catalog.store import Catalog
from planner.domain.model import Model
from planner.domain.parts import Chip, Cpu
from planner.domain.units import pcie_gb_s

_SOCKETS = re.compile(r"^\s*\d\s*x\s+", re.IGNORECASE)
_CHANNELS = re.compile(r"(\d+)\s*-?\s*ch")
ECC_ON = ("A10G",)
"""Data centre boards with GDDR6 that have no record of their own."""
_SPEED = re.compile(r"ddr[345]-(\d{4,5})")


@dataclass(frozen=True)
class Names:
    catalog: Catalog
    folder: Path

    @classmethod
    def shipped(cls, catalog: Catalog) -> "Names":
        return cls(catalog, places.catalog() / "calibration")

    def _table(self, name: str) -> list[Mapping[str, str]]:
        path = self.folder / name
        if not path.exists():
            return []
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @cached_property
    def _chips(self) -> Mapping[str, Mapping[str, str]]:
        return {row["name"].lower(): row for row in self._table("chip_names.csv")}

    @cached_property
    def _models(self) -> Mapping[str, str]:
        return {row["name"].lower(): row["model"] for row in self._table("model_names.csv")}

    @cached_property
    def _hosts(self) -> list[Mapping[str, str]]:
        return self._table("host_names.csv")

    @cached_property
    def _found(self) -> dict[str, CardSpeed | None]:
        return {}

    def card(self, name: str) -> CardSpeed | None:
        """One card of this name at stock power; None when it is not known."""
        if name not in self._found:
            self._found[name] = self._card(name)
        return self._found[name]

    def _card(self, name: str) -> CardSpeed | None:
        row = self._chips.get(name.lower())
        if row is not None and not row["chip"]:
            return _bare_card(name, row)
        chip = self.chip(name)
        return _card_of(chip) if chip else None

    def chip(self, name: str) -> Chip | None:
        """Our record, found by the table of names, by id, or by the name as people write it."""
        row = self._chips.get(name.lower())
        if row is not None:
            return self.catalog.chips.get(row["chip"])
        if "laptop" in name.lower() or "+" in name or not name:
            return None
        try:
            return match(self.catalog.chips.values(), name, "GPU")
        except Doubtful:
            return None

    def model(self, name: str) -> Model | None:
        wanted = self._models.get(name.lower(), name.lower())
        found = self.catalog.models.get(wanted)
        if found is not None:
            return found
        try:
            return match(self.catalog.models.values(), name, "model") if "reap" not in name.lower() else None
        except Doubtful:
            return None

    def host(self, cpu: str, ram: str) -> HostSpeed | None:
        """Bandwidth from the memory's stated speed, else as the table or the CPU's record has it."""
        text = f"{cpu} {ram}".lower()
        worked_out = self._worked_out_host(cpu, ram) if "ddr" in ram.lower() else None
        for row in self._hosts:
            if row["name"].lower() in text:
                sockets = int(row["sockets"])
                stated = worked_out if sockets == 1 and _SPEED.search(ram.lower()) else None
                ram_gb_s = stated.ram_gb_s if stated else float(row["ram_gb_s"])
                return HostSpeed(ram_gb_s, sockets, int(row["cores"]), row["vector"] or "avx2")
        return worked_out

    def _worked_out_host(self, cpu: str, ram: str) -> HostSpeed | None:
        """From channels and speed in the words, else as the CPU is rated; None where either stays open."""
        known = self._cpu(_SOCKETS.sub("", cpu))
        sockets = 2 if cpu.strip().lower().startswith("2x") else 1
        channels, speed = _CHANNELS.search(ram.lower()), _SPEED.search(ram.lower())
        count = int(channels[1]) if channels else known.memory_channels * sockets if known else None
        mts = int(speed[1]) if speed else known.memory_mts if known else None
        if not count or not mts:
            return None
        ram_gb_s = count * mts * 8 / 1000
        if known is None:
            return HostSpeed(ram_gb_s, sockets)
        return HostSpeed(ram_gb_s, sockets, fast_cores(known) * sockets, vector_class(known))

    def _cpu(self, name: str) -> Cpu | None:
        try:
            return match(self.catalog.cpus.values(), name.strip(), "CPU") if name.strip() else None
        except Doubtful:
            return None


def _card_of(chip: Chip) -> CardSpeed:
    return CardSpeed(
        label=chip.name,
        chip=chip.id,
        family=family_of(chip),
        memory_gb_s=chip.memory_gb_s,
        tflops=chip.fp16_tflops,
        stock_w=float(chip.tgp_w),
        limit_w=float(chip.tgp_w),
        link_gb_s=pcie_gb_s(chip.pcie_gen, chip.pcie_lanes),
        inline_ecc=inline_ecc(chip),
    )


def _bare_card(name: str, row: Mapping[str, str]) -> CardSpeed:
    watts = float(row["board_w"])
    return CardSpeed(
        label=name,
        chip=name,
        family=row["family"],
        memory_gb_s=float(row["memory_gb_s"]),
        tflops=float(row["fp16_tflops"]),
        stock_w=watts,
        limit_w=watts,
        link_gb_s=pcie_gb_s(4, 16),
        inline_ecc=name in ECC_ON,
    )
