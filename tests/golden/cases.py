"""Real builds and makers' facts with the verdict a planner must give: one TOML file each, turned into a build.

A case says only what its source says. What a catalog part answers is named by id; anything else is a table, from which
a part of the case's own is made: a board of the stated slots, a card of a chip whose cooler nobody described. What had
to be assumed stands in `assumed`. A second `[[build]]` repeats the first but for what it names.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from planner.catalog.load import load_catalog
from planner.catalog.store import KINDS, Catalog
from planner.domain.build import Build
from planner.files import buildfile

FOLDER = Path(__file__).parent / "cases"
SEEN = "2026-11-23"
VERDICTS = ("pass", "info", "warning", "error")
PART_FIELDS = ("expect", "assumed", "name")
RUN_DEFAULTS = {"context": 8192}
PER_KIND: Mapping[str, dict[str, Any]] = {
    "cpus": {"vendor": "As stated"},
    "coolers": {"vendor": "As stated"},
    "memory": {"vendor": "As stated", "form": "UDIMM"},
    "drives": {"vendor": "As stated"},
    "psus": {"vendor": "As stated", "name": "Supply"},
    "cases": {"vendor": "As stated"},
    "risers": {"vendor": "As stated"},
    "boards": {"vendor": "As stated", "name": "Board", "chipset": "not stated", "form_factor": "ATX"},
    "cards": {"vendor": "As stated", "cooler": "unknown", "plugs_known": False},
    "chips": {},
}


@dataclass(frozen=True, slots=True)
class Expected:
    rule: str
    verdict: str
    most: str
    why: str


@dataclass(frozen=True, slots=True)
class CaseBuild:
    case: str
    name: str
    build: Build
    catalog: Catalog
    """The shipped one, and what the case describes itself."""
    expected: tuple[Expected, ...]
    outcome: str
    """worked, worked-degraded, failed, or fact."""
    confidence: str

    @property
    def worked(self) -> bool:
        return self.outcome.startswith("worked")

    def __str__(self) -> str:
        return f"{self.case} {self.name}".strip()


@cache
def case_builds() -> tuple[CaseBuild, ...]:
    shipped = load_catalog()
    return tuple(found for path in sorted(FOLDER.glob("*.toml")) for found in read(path, shipped))


def read(path: Path, shipped: Catalog) -> Iterator[CaseBuild]:
    plain = tomllib.loads(path.read_text("utf-8"))
    merged: dict[str, Any] = {}
    for table in plain["build"]:
        merged = {key: value for key, value in merged.items() if key not in PART_FIELDS} | table
        build, catalog = _Maker(plain, merged, shipped).made()
        expected = tuple(Expected(e["rule"], e["is"], e.get("most", e["is"]), e["why"]) for e in merged["expect"])
        name = merged.get("name", "")
        yield CaseBuild(path.stem, name, build, catalog, expected, plain["outcome"], plain["confidence"])


class _Maker:
    """One build of a case, and the parts it describes."""

    def __init__(self, case: dict[str, Any], table: dict[str, Any], shipped: Catalog) -> None:
        self._case, self._table, self._shipped = case, table, shipped
        self._own: dict[str, dict[str, dict[str, Any]]] = {}
        self._placements: dict[str, dict[str, Any]] = {}

    def made(self) -> tuple[Build, Catalog]:
        table = self._table
        for chip in table.get("chips", ()):
            self._keep("chips", chip)
        parts = self._parts(table)
        plain = {
            "name": self._case["title"],
            "parts": {key: value for key, value in parts.items() if value},
            "placements": self._placements,
            "limits": self._limits(table.get("limits"), len(parts["gpus"])),
            "workloads": [RUN_DEFAULTS | table["run"]] if "run" in table else [],
            "site": {"circuit": None} | table.get("site", {}),
            "setup": table.get("setup", {}),
        }
        build = Build.model_validate_json(json.dumps(plain))
        records = {
            kind: [KINDS[kind].model_validate_json(json.dumps(own)) for own in found.values()]  # type: ignore[attr-defined]
            for kind, found in self._own.items()
        }
        wider = self._shipped.with_borrowed(records)
        return buildfile.parse(buildfile.dump(build, wider), Path("case"), self._shipped).build, wider

    def _parts(self, table: dict[str, Any]) -> dict[str, Any]:
        cpu = self._one("cpus", table.get("cpu"))
        kit = self._one("memory", table.get("ram"), self._kit)
        board = self._one("boards", table.get("board"), self._board)
        gpus = [{"key": f"gpu-{n}", "part": self._card(card)} for n, card in enumerate(table.get("gpus", ()), 1)]
        psus = [{"key": f"psu-{n}", "part": self._one("psus", psu)} for n, psu in enumerate(table.get("psus", ()), 1)]
        drives = [self._drive(n, drive) for n, drive in enumerate(table.get("drives", ()), 1)]
        self._seat(table, len(gpus))
        return {
            "cpu": cpu,
            "board": board,
            "gpus": gpus,
            "memory": {"kit": kit} if kit else None,
            "psus": psus,
            "case": self._one("cases", table.get("case")),
            "cooler": self._cooler(table.get("cooler")),
            "drives": drives,
            "bridges": [{"key": f"bridge-{n}", "part": part} for n, part in enumerate(table.get("bridges", ()), 1)],
        }

    def _one(self, kind: str, said: Any, expand: Any = None) -> str | None:
        """Id of a catalog part, or of the one this table describes."""
        if not said:
            return None
        if isinstance(said, str):
            assert said in getattr(self._shipped, kind) or said in self._own.get(kind, {}), (self._case["title"], said)
            return said
        return self._keep(kind, expand(said) if expand else said)

    def _keep(self, kind: str, said: dict[str, Any]) -> str:
        evidence = {"confidence": "high", "sources": [self._case["source"]], "seen_on": SEEN}
        same = self._own.setdefault(kind, {})
        record = PER_KIND[kind] | {"evidence": evidence} | said
        twin = next((id_ for id_, known in same.items() if {**known, "id": ""} == {**record, "id": ""}), None)
        record.setdefault("id", twin or f"stated-{kind}-{len(same) + 1}")
        same[record["id"]] = record
        return str(record["id"])

    def _kit(self, said: dict[str, Any]) -> dict[str, Any]:
        form = said.get("form", "UDIMM")
        size, speed = said["modules"] * said["gib"], said["speed"]
        name = f"{size} GiB {said['type']}-{speed}"
        found = {"name": name, "type": said["type"], "form": form, "modules": said["modules"]}
        return found | {"module_gib": said["gib"], "speed_mts": speed}

    def _board(self, said: dict[str, Any]) -> dict[str, Any]:
        cpu, ram = self._record("cpus", self._table.get("cpu")), self._table.get("ram") or {}
        ram = ram if isinstance(ram, dict) else {}
        modules, channels = ram.get("modules", 2), cpu.get("memory_channels", 2)
        memory = {"type": ram.get("type", "DDR4"), "channels": channels, "slots": max(modules, 2 * channels)}
        connectors = [_connector(n, text) for n, text in enumerate(said["slots"], 1)]
        split = {c["id"]: ["x8/x8"] for c, text in zip(connectors, said["slots"], strict=True) if "split" in text}
        made = {
            "socket": cpu.get("socket", "not stated"),
            "memory": memory,
            "roots": list(_roots(connectors, said)),
            "connectors": connectors,
            "bifurcation": split,
        }
        return made | {key: value for key, value in said.items() if key not in ("slots", "uplink", "switch_uplink")}

    def _record(self, kind: str, said: Any) -> dict[str, Any]:
        if isinstance(said, str):
            return getattr(self._shipped, kind)[said].model_dump()  # type: ignore[no-any-return]
        return said or {}

    def _card(self, said: Any) -> str:
        """A card by id; a chip by id or a table about one: a card of it that is as little known as stated."""
        if isinstance(said, str) and said in self._shipped.cards:
            return said
        said = {"chip": said} if isinstance(said, str) else said
        chip = self._own.get("chips", {}).get(said["chip"]) or self._shipped.chips[said["chip"]].model_dump()
        return self._keep("cards", {"name": chip["name"], "tgp_w": chip["tgp_w"]} | said)

    def _drive(self, n: int, said: Any) -> dict[str, Any]:
        if isinstance(said, dict):
            self._placements[f"drive-{n}"] = {"slot": said.get("at")}
            said = {key: value for key, value in said.items() if key != "at"}
        return {"key": f"drive-{n}", "part": self._one("drives", said)}

    def _cooler(self, said: Any) -> str | None:
        if isinstance(said, dict) and "mount" in said:
            self._placements["cooler"] = {"mount": said["mount"]}
            said = {key: value for key, value in said.items() if key != "mount"}
        return self._one("coolers", said)

    def _seat(self, table: dict[str, Any], cards: int) -> None:
        """Cards take the stated slots in order, unless `at` says otherwise."""
        board = table.get("board")
        slots = (
            [_connector(n, text)["id"] for n, text in enumerate(board["slots"], 1)]
            if board and _is_table(board)
            else []
        )
        at = table.get("at") or slots
        risers = table.get("risers")
        fed = table.get("fed") or ()
        for n in range(1, cards + 1):
            spot: dict[str, Any] = {}
            if n <= len(at) and at[n - 1]:
                spot["slot"] = at[n - 1]
            riser = risers[n - 1] if isinstance(risers, list) else risers
            if riser:
                spot["riser"] = self._one("risers", riser)
            if fed:
                spot["psu"] = f"psu-{fed[n - 1]}"
            if spot:
                self._placements[f"gpu-{n}"] = spot

    @staticmethod
    def _limits(said: Any, cards: int) -> dict[str, int]:
        each = said if isinstance(said, list) else [said] * cards
        return {f"gpu-{n}": watts for n, watts in enumerate(each, 1) if watts}


def _is_table(said: Any) -> bool:
    return isinstance(said, dict)


def _connector(number: int, text: str) -> dict[str, Any]:
    """`PCI_E3 gen4 x4 chipset row5`: a name may come first; S1, S2 and so on otherwise."""
    words = text.split()
    name = f"S{number}" if words[0].startswith("gen") else words.pop(0)
    gen, lanes = int(words[0].removeprefix("gen")), int(words[1].removeprefix("x"))
    root = next((w for w in words if w.startswith(("chipset", "switch"))), "cpu")
    row = next((int(w.removeprefix("row")) for w in words if w.startswith("row")), None)
    kind = "m2" if "m2" in words else "slot"
    length = None if kind == "m2" else 1 if "short" in words else 16
    return {"id": name, "kind": kind, "gen": gen, "lanes": lanes, "root": root, "row": row, "mechanical": length}


def _roots(connectors: list[dict[str, Any]], said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"id": "cpu", "kind": "cpu", "gen": max(c["gen"] for c in connectors)}
    for root in dict.fromkeys(c["root"] for c in connectors if c["root"] != "cpu"):
        here = max(c["gen"] for c in connectors if c["root"] == root)
        chipset = root.startswith("chipset")
        gen, lanes = said.get(
            "uplink" if chipset else "switch_uplink", f"gen{here} {'x4' if chipset else 'x16'}"
        ).split()
        uplink = {"parent": "cpu", "gen": int(gen.removeprefix("gen")), "lanes": int(lanes.removeprefix("x"))}
        yield {"id": root, "kind": "chipset" if chipset else "switch", "gen": here, "uplink": uplink}
