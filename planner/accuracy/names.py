"""What measurements call chips, models and hosts -> ours. Tables lie beside the fitted constants in the catalog."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from planner import places
from planner.analysis.host_memory import memory_of, running_mts
from planner.analysis.rig_speed import host_of
from planner.analysis.speed_case import CardSpeed, HostSpeed, family_of, inline_ecc
from planner.catalog.search import Doubtful, match
from planner.catalog.store import Catalog
from planner.domain.model import Model
from planner.domain.parts import Chip, Cpu
from planner.domain.units import GB, GIB, pcie_gb_s

_SOCKETS = re.compile(r"^\s*\d\s*x\s+", re.IGNORECASE)
_CHANNELS = re.compile(r"(\d+)\s*-?\s*ch")
ECC_ON = ("A10G",)
"""Data centre boards with GDDR6 that have no record of their own."""
_SPEED = re.compile(r"ddr[345]-(\d{4,5})")
_MODULES = re.compile(r"(\d+)\s*x\s*ddr")
_READ = re.compile(r"(\d+) g(i?)b/s by mlc")
_MARKS = re.compile(r"\((?:R|TM)\)|\bCPU\b|@.*$", re.IGNORECASE)


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
    def _hosts(self) -> list[tuple[re.Pattern[str], Mapping[str, str]]]:
        return [(_whole(row["name"]), row) for row in self._table("host_names.csv")]

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
        """From the CPU's record, else from the table; channels and speed as the words state them, else as rated."""
        sockets = 2 if cpu.strip().lower().startswith("2x") else 1
        name = _plain(cpu)
        found, read = self._host(name, ram.lower(), sockets), _READ.search(ram.lower())
        if found is None or read is None:
            return found
        return replace(found, ceiling_gb_s=float(read[1]) * (GIB / GB if read[2] else 1.0))

    def _host(self, name: str, ram: str, sockets: int) -> HostSpeed | None:
        line = next((row for pattern, row in self._hosts if pattern.search(name)), None)
        record = self._cpu(name) or (self.catalog.cpus.get(line["cpu"]) if line else None)
        if record is not None:
            return _host_of_record(record, ram, sockets)
        return _host_of_line(line, ram, sockets) if line else _host_of_words(ram, sockets)

    def _cpu(self, name: str) -> Cpu | None:
        """The record whose name, or whose number of letters and digits (7965WX), the words hold."""
        for patterns in self._cpu_names:
            held = [cpu for pattern, cpu in patterns if pattern.search(name)]
            if held:
                return max(held, key=lambda cpu: len(cpu.name))
        return None

    @cached_property
    def _cpu_names(self) -> tuple[list[tuple[re.Pattern[str], Cpu]], ...]:
        cpus = self.catalog.cpus.values()
        numbers = [(number, cpu) for cpu in cpus if (number := _number(cpu.name))]
        return [(_whole(cpu.name), cpu) for cpu in cpus], [(_whole(number), cpu) for number, cpu in numbers]


def _plain(cpu: str) -> str:
    """Without the number of sockets and the words that makers put between."""
    return " ".join(_MARKS.sub(" ", _SOCKETS.sub("", cpu)).split())


def _whole(name: str) -> re.Pattern[str]:
    """As whole words: an i7-12700 is no i7-12700K, a 5700X no 5700X3D; a letter F only leaves the graphics out."""
    return re.compile(rf"(?<![\w-]){re.escape(name)}F?(?![\w+-])", re.IGNORECASE)


def _number(name: str) -> str:
    """Of a name, what tells it apart by itself; empty for plain figures, which other makers use as well."""
    last = name.rsplit(maxsplit=1)[-1].rsplit("-", maxsplit=1)[-1]
    return last if re.fullmatch(r"\d{3,5}[A-Z]\w*", last) else ""


def _host_of_record(cpu: Cpu, ram: str, sockets: int) -> HostSpeed | None:
    mts = _stated_mts(ram)
    mts = running_mts(cpu, mts) if mts else cpu.memory_mts
    if mts is None:
        return None
    return host_of(cpu, memory_of(cpu, _channels(ram, cpu.memory_channels, sockets), mts, sockets), sockets)


def _host_of_line(line: Mapping[str, str], ram: str, sockets: int) -> HostSpeed:
    mts = _stated_mts(ram) or int(line["mts"])
    return HostSpeed(
        ram_gb_s=_channels(ram, int(line["channels"]), sockets) * mts * 8 / 1000,
        sockets=sockets,
        cores=int(line["cores"]) * sockets,
        vector=line["vector"],
        ceiling_gb_s=float(line["ceiling_gb_s"]) * sockets if line["ceiling_gb_s"] else None,
        watts=float(line["watts"]) * sockets if line["watts"] else None,
    )


def _host_of_words(ram: str, sockets: int) -> HostSpeed | None:
    mts, channels = _stated_mts(ram), _channels(ram, 0, sockets)
    return HostSpeed(channels * mts * 8 / 1000, sockets) if mts and channels else None


def _stated_mts(ram: str) -> int | None:
    found = _SPEED.search(ram)
    return int(found[1]) if found else None


def _channels(ram: str, per_socket: int, sockets: int) -> int:
    """Of all sockets: as stated for each or for all of them, as modules are stated, else all there are."""
    stated, modules = _CHANNELS.search(ram), _MODULES.search(ram)
    if stated:
        count = int(stated[1])
        return count * sockets if not per_socket or count <= per_socket else count
    return min(per_socket * sockets, int(modules[1])) if modules else per_socket * sockets


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
