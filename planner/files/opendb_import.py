"""A part from a record of BuildCores OpenDB (github buildcores/buildcores-open-db, ODC-By 1.0), as a JSON file.

Its traps are known: a count of 0 means that nobody counted, slot generations of boards are filled in blindly, whole
slot widths are rounded, lists of board sizes often stop before E-ATX, and M.2 sockets are listed once per length.
What a record does not say stays unknown; what our record cannot do without, and nobody knows, is named.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from planner.catalog.search import FILLER, words
from planner.catalog.store import KINDS, Catalog
from planner.domain.base import Confidence, Evidence, FieldEvidence
from planner.domain.parts import Board, Chip, Cpu, Part
from planner.files.model_import import slug
from planner.files.problem import FileProblem

LICENCE = "BuildCores OpenDB (ODC-By 1.0)"
MARKS: Mapping[str, tuple[str, ...]] = {
    "GPU": ("chipset_manufacturer", "chipset"),
    "PSU": ("wattage", "efficiency_rating"),
    "PCCase": ("supported_motherboard_form_factors",),
    "CPU": ("cores", "specifications"),
    "CPUCooler": ("cpu_sockets",),
    "RAM": ("modules", "ram_type"),
    "Storage": ("nvme", "interface"),
    "Motherboard": ("pcie_slots", "m2_slots"),
}
"""Kind of their record -> fields that only this kind has."""
BOARD_SIZES = {"EATX": "E-ATX", "XL ATX": "XL-ATX"}
COOLING = {"Blower": "blower", "Passive": "passive", "Hybrid": "hybrid", "Water Cooled": "liquid"}
PLUGS = {"pcie_6_pin": "pcie_6pin", "pcie_8_pin": "pcie_8pin", "pcie_12VHPWR": "12vhpwr", "pcie_12V_2x6": "12v_2x6"}
MOST_SLOTS = 6


@dataclass(frozen=True, slots=True)
class ImportedPart:
    kind: str
    """Folder of the catalog."""
    part: Part
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Draft:
    """A record being put together, with what is to be said about its fields."""

    kind: str
    values: dict[str, Any]
    sure: dict[str, FieldEvidence] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def doubt(self, name: str, note: str) -> None:
        self.sure[name] = FieldEvidence(confidence=Confidence.LOW, note=note)


class _Lacking(Exception):
    """What is missing, in words that go after the file's name."""


def is_opendb(plain: Any) -> bool:
    return isinstance(plain, dict) and isinstance(plain.get("opendb_id"), str)


def import_opendb(path: Path, plain: dict[str, Any], catalog: Catalog) -> ImportedPart:
    """`FileProblem` says what keeps the record from being a part of ours."""
    theirs = next((kind for kind, marks in MARKS.items() if all(mark in plain for mark in marks)), None)
    if theirs is None:
        raise FileProblem(path, f"is a record of a kind that a build has no place for. Known are: {', '.join(MARKS)}.")
    try:
        draft = _READERS[theirs](plain, catalog)
        part = _validated(draft, plain, theirs, path)
    except _Lacking as e:
        raise FileProblem(path, f"{e} Nothing was imported.") from e
    return ImportedPart(draft.kind, part, tuple(draft.notes))


def _validated(draft: _Draft, plain: dict[str, Any], theirs: str, path: Path) -> Part:
    about = _mapping(plain, "metadata")
    name, vendor = _text(about, "name"), _text(about, "manufacturer")
    if not name or not vendor:
        raise _Lacking(f"lacks “metadata.{'manufacturer' if name else 'name'}”.")
    page = _text(_mapping(plain, "general_product_information"), "manufacturer_url")
    head = {
        "id": slug(name if name.lower().startswith(vendor.lower()) else f"{vendor} {name}"),
        "vendor": vendor,
        "name": name[len(vendor) :].strip() if name.lower().startswith(f"{vendor.lower()} ") else name,
        "evidence": Evidence(
            confidence=Confidence.MEDIUM,
            sources=tuple(filter(None, (f"{path.name}: {LICENCE}, open-db/{theirs}/{plain['opendb_id']}.json", page))),
            seen_on=date.today(),
            fields=draft.sure,
            note="imported from a file",
        ),
    }
    try:
        part: Part = KINDS[draft.kind].model_validate(head | draft.values)  # type: ignore[attr-defined]
    except ValidationError as e:
        first = e.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise _Lacking(f"gives an impossible “{where}”: {first['msg']} (found {first['input']!r:.40}).") from e
    return part


# ------------------------------------------------------------------ reading with care


def _mapping(plain: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = plain.get(name)
    return value if isinstance(value, dict) else {}


def _text(plain: Mapping[str, Any], name: str) -> str:
    value = plain.get(name)
    return value.strip() if isinstance(value, str) else ""


def _texts(plain: Mapping[str, Any], name: str) -> list[str]:
    value = plain.get(name)
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def _figure(plain: Mapping[str, Any], name: str) -> float | None:
    """None for 0 too: where nobody looked, their records say 0."""
    value = plain.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e9 else None


def _count(plain: Mapping[str, Any], name: str) -> int | None:
    value = _figure(plain, name)
    return int(value) if value is not None and value.is_integer() else None


def _needed(plain: Mapping[str, Any], name: str) -> int:
    if (value := _count(plain, name)) is None:
        raise _Lacking(f"lacks “{name}”, or gives it as 0.")
    return value


def _socket(text: str) -> str:
    """LGA 1700 -> LGA1700, TR4 -> sTR4."""
    return {"TR4": "sTR4"}.get(text, text.replace("LGA ", "LGA"))


# ------------------------------------------------------------------ one function for each kind


def _card(plain: dict[str, Any], catalog: Catalog) -> _Draft:
    chip = _chip(_text(plain, "chipset"), _count(plain, "memory"), catalog)
    plugs = {
        ours: count for name, ours in PLUGS.items() if (count := _count(_mapping(plain, "power_connectors"), name))
    }
    width, bracket = _figure(plain, "total_slot_width"), _count(plain, "case_expansion_slot_width")
    cooling, power = _text(plain, "cooling"), _count(plain, "tdp")
    draft = _Draft(
        "cards",
        {
            "chip": chip.id,
            "length_mm": _figure(plain, "length"),
            "slots_occupied": width if width and width <= MOST_SLOTS else None,
            "bracket_slots": bracket if bracket and bracket <= MOST_SLOTS - 1 else None,
            "cooler": COOLING.get(cooling, "open_air" if cooling.endswith(("Fan", "Fans")) else "unknown"),
            "plugs": plugs,
            "plugs_known": bool(plugs),
            "tgp_w": power or chip.tgp_w,
            "radiator_mm": _count(plain, "radiator_size"),
        },
    )
    if width and width.is_integer():
        draft.doubt("slots_occupied", "a whole number: the record may have rounded it")
    if power is None:
        draft.doubt("tgp_w", f"not in the record: that of the chip, {chip.name}")
    return draft


def _chip(name: str, memory: int | None, catalog: Catalog) -> Chip:
    wanted = _telling(name)
    same = [chip for chip in catalog.chips.values() if _telling(chip.name) == wanted]
    fitting = [chip for chip in same if memory is None or chip.vram_gib == memory]
    if len(fitting) == 1:
        return fitting[0]
    amount = f" with {memory} GB" if memory else ""
    if not fitting:
        raise _Lacking(
            f"is a card with the chip “{name}”{amount}, which the catalog does not have; a card needs the figures of "
            "its chip."
        )
    raise _Lacking(f"names the chip “{name}”{amount}; that may be {' or '.join(chip.name for chip in fitting)}.")


def _telling(name: str) -> frozenset[str]:
    """The words that tell chips apart; how much memory they have is compared as a figure."""
    plain = re.sub(r"\b\d+ ?GB\b", "", name, flags=re.IGNORECASE)
    return frozenset(words(plain)) - FILLER - {"generation", "workstation"}


def _psu(plain: dict[str, Any], _: Catalog) -> _Draft:
    plugs, name = _mapping(plain, "connectors"), _text(_mapping(plain, "metadata"), "name")
    version = re.search(r"\bATX ?(3\.[01])\b", name)
    grade = _text(plain, "efficiency_rating").removeprefix("80+").strip().lower()
    return _Draft(
        "psus",
        {
            "watts": _needed(plain, "wattage"),
            "form_factor": _text(plain, "form_factor") or "ATX",
            "atx_version": version[1] if version else None,
            "grade": grade if grade in ("bronze", "silver", "gold", "platinum", "titanium", "white") else "none",
            "length_mm": _figure(plain, "length"),
            "pcie_8pin": _count(plugs, "pcie_6_plus_2_pin"),
            "sixteen_pin": _count(plugs, "pcie_12vhpwr"),
            "eps_8pin": _count(plugs, "eps_8_pin"),
        },
    )


def _case(plain: dict[str, Any], _: Catalog) -> _Draft:
    form = _text(plain, "form_factor")
    kinds = {"Test Bench": "open frame", "Full Tower": "full tower", "Mid Tower": "mid tower"}
    sizes = tuple(BOARD_SIZES.get(size, size) for size in _texts(plain, "supported_motherboard_form_factors"))
    if not sizes:
        raise _Lacking("lacks “supported_motherboard_form_factors”.")
    draft = _Draft(
        "cases",
        {
            "kind": next((ours for theirs, ours in kinds.items() if theirs in form), "small"),
            "board_sizes": sizes,
            "expansion_slots": _count(plain, "expansion_slots"),
            "max_gpu_length_mm": _figure(plain, "max_video_card_length"),
            "max_cooler_height_mm": _figure(plain, "max_cpu_cooler_height"),
            "max_psu_length_mm": _figure(plain, "max_psu_length"),
        },
    )
    if "E-ATX" not in sizes:
        draft.doubt("board_sizes", "lists of this kind often stop before E-ATX")
    return draft


def _cpu(plain: dict[str, Any], catalog: Catalog) -> _Draft:
    cores, specs = _mapping(plain, "cores"), _mapping(plain, "specifications")
    memory, graphics = _mapping(specs, "memory"), _text(_mapping(specs, "integratedGraphics"), "model")
    socket, family = _socket(_text(plain, "socket")), _text(plain, "coreFamily").lower()
    known = [cpu for cpu in catalog.cpus.values() if cpu.socket == socket and cpu.family == family]
    lanes, gen, slot_lanes = _agreed(known, family, socket)
    types = _texts(memory, "types")
    draft = _Draft(
        "cpus",
        {
            "socket": socket,
            "family": family,
            "cores": _needed(cores, "total"),
            "threads": _needed(cores, "threads"),
            "tdp_w": _needed(specs, "tdp"),
            "ppt_w": _count(specs, "ppt"),
            "igpu": graphics not in ("None", "0") if graphics else None,
            "pcie_gen": gen,
            "pcie_lanes": lanes,
            "slot_lanes": slot_lanes,
            "memory_type": " or ".join(sorted(types)) or known[0].memory_type,
            "memory_channels": _count(memory, "channels") or known[0].memory_channels,
            "memory_max_gib": _count(memory, "maxSupport"),
            "ecc": specs.get("eccSupport") or None if specs.get("eccSupport") in (True, False) else None,
        },
    )
    for name in ("pcie_lanes", "pcie_gen", "slot_lanes"):
        draft.doubt(name, f"not in the record: as the {len(known)} of the family {family} in the catalog")
    return draft


def _agreed(known: list[Cpu], family: str, socket: str) -> tuple[int, int, int | None]:
    """Lanes of a family all of whose processors in the catalog have the same."""
    found = {(cpu.pcie_lanes, cpu.pcie_gen, cpu.slot_lanes) for cpu in known}
    if len(found) != 1:
        what = "disagree on them" if found else "are not there"
        raise _Lacking(
            "does not say how many PCIe lanes the processor has (no such record does), and processors of its family "
            f"({family or 'not named'}, {socket}) {what} in the catalog. Copy a similar processor and edit it instead."
        )
    return found.pop()


def _cooler(plain: dict[str, Any], _: Catalog) -> _Draft:
    liquid = plain.get("water_cooled")
    if not isinstance(liquid, bool):
        raise _Lacking("does not say whether it cools with air or water (“water_cooled”).")
    radiator = _count(plain, "radiator_size")
    values = {
        "kind": "liquid" if liquid else "air",
        "height_mm": None if liquid else _figure(plain, "height"),
        "radiator_mm": radiator if liquid else None,
        "sockets": tuple(dict.fromkeys(_socket(name) for name in _texts(plain, "cpu_sockets"))),
    }
    return _Draft("coolers", values)


def _memory(plain: dict[str, Any], _: Catalog) -> _Draft:
    modules, form = _mapping(plain, "modules"), _text(plain, "form_factor")
    if "SO-DIMM" in form:
        raise _Lacking("is memory for laptops (SO-DIMM).")
    ecc = _text(plain, "ecc")
    draft = _Draft(
        "memory",
        {
            "type": _text(plain, "ram_type"),
            "form": "RDIMM" if _text(plain, "registered") == "Registered" else "UDIMM",
            "modules": _needed(modules, "quantity"),
            "module_gib": _needed(modules, "capacity_gb"),
            "speed_mts": _needed(plain, "speed"),
            "ecc": ecc == "ECC",
        },
    )
    if not _text(plain, "registered"):
        draft.doubt("form", "not in the record: most kits are unbuffered")
    if not ecc:
        draft.doubt("ecc", "not in the record: most kits have none")
    return draft


def _drive(plain: dict[str, Any], _: Catalog) -> _Draft:
    link = _text(plain, "interface")
    pcie = re.search(r"PCIe (\d)\.0 x(\d+)", link)
    kind = "u2" if link == "U.2" else "nvme" if plain.get("nvme") is True and "SATA" not in link else "sata"
    if kind == "sata" and "SATA" not in link:
        raise _Lacking(f"has the interface “{link}”, which no board of the catalog takes.")
    gen, lanes = (int(pcie[1]), int(pcie[2])) if pcie else (None, None)
    return _Draft("drives", {"kind": kind, "capacity_gb": _needed(plain, "capacity"), "gen": gen, "lanes": lanes})


def _board(plain: dict[str, Any], catalog: Catalog) -> _Draft:
    memory = _mapping(plain, "memory")
    socket, sockets = _socket(_text(plain, "socket")), 1
    if twice := re.fullmatch(r"2 x (.+)", socket):
        socket, sockets = twice[1], 2
    chipset = _text(plain, "chipset").removeprefix("AMD ").removeprefix("Intel ")
    known = [b for b in catalog.boards.values() if (b.socket, b.chipset, b.sockets) == (socket, chipset, sockets)]
    if not known:
        raise _Lacking(
            f"is a board with the chipset “{chipset}” and socket {socket}, which no board of the catalog has: where "
            "its slots get their lanes cannot be said. Copy a similar board and edit it instead."
        )
    draft = _Draft("boards", _board_values(plain, memory, known[0], (chipset, socket, sockets)))
    draft.doubt("roots", f"not in the record: as {known[0].name} has them")
    draft.doubt("connectors", "lengths only: no record says how slots are wired, where they lie and what they share")
    draft.notes.append(
        "Slots carry the length alone: which lanes they have, in which row they lie and what they share is not in the "
        "record. M.2 sockets are left out, since records list one socket once per length."
    )
    return draft


def _board_values(
    plain: dict[str, Any], memory: Mapping[str, Any], like: Board, seat: tuple[str, str, int]
) -> dict[str, Any]:
    chipset, socket, sockets = seat
    form = _text(plain, "form_factor")
    return {
        "socket": socket,
        "sockets": sockets,
        "chipset": chipset,
        "form_factor": BOARD_SIZES.get(form, form),
        "memory": {
            "type": _text(memory, "ram_type") or like.memory.type,
            "channels": like.memory.channels,
            "slots": _needed(memory, "slots"),
            "max_gib": _count(memory, "max"),
        },
        "roots": like.roots,
        "connectors": tuple(
            {"id": f"slot {n}", "kind": "slot", "mechanical": length, "note": "name on the board not known"}
            for n, length in enumerate(_slot_lengths(plain.get("pcie_slots")), start=1)
        ),
    }


def _slot_lengths(slots: Any) -> Iterable[int]:
    for slot in slots if isinstance(slots, list) else ():
        length = _count(slot, "lanes") if isinstance(slot, dict) else None
        if length in (1, 2, 4, 8, 16):
            yield from [length] * min(_count(slot, "quantity") or 1, 12)


_READERS: Mapping[str, Callable[[dict[str, Any], Catalog], _Draft]] = {
    "GPU": _card,
    "PSU": _psu,
    "PCCase": _case,
    "CPU": _cpu,
    "CPUCooler": _cooler,
    "RAM": _memory,
    "Storage": _drive,
    "Motherboard": _board,
}
