"""JSON schemas of the catalog's records, so that editors complete and check the files while they are written.

`python -m planner.catalog.schema` writes them anew. A file holds one record, or a family of parts under defaults.
"""

import json
from pathlib import Path
from typing import Any

from planner import places
from planner.catalog.store import KINDS

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema(kind: str) -> dict[str, Any]:
    record = KINDS[kind].model_json_schema()  # type: ignore[attr-defined]
    inner = record.pop("$defs", {})
    partial = {**record, "required": [], "title": f"{record['title']}, in part"}
    family = {
        "type": "object",
        "additionalProperties": False,
        "required": ["part"],
        "properties": {
            "defaults": {"$ref": "#/$defs/Partial"},
            "part": {"type": "array", "items": {"$ref": "#/$defs/Partial"}},
        },
    }
    defs = _with_partial_evidence({**inner, "Whole": record, "Partial": partial, "Family": family})
    return {
        "$schema": DRAFT,
        "title": kind,
        "oneOf": [{"$ref": "#/$defs/Whole"}, {"$ref": "#/$defs/Family"}],
        "$defs": defs,
    }


def _with_partial_evidence(defs: dict[str, Any]) -> dict[str, Any]:
    """In a family, evidence is joined key by key, so that none of its keys is asked for in one place."""
    defs["PartialEvidence"] = {**defs["Evidence"], "required": []}
    partial = json.loads(json.dumps(defs["Partial"]))
    partial["properties"]["evidence"] = {"$ref": "#/$defs/PartialEvidence"}
    return {**defs, "Partial": partial}


def text(kind: str) -> str:
    return json.dumps(schema(kind), indent=1, ensure_ascii=False) + "\n"


def write(folder: Path | None = None) -> tuple[Path, ...]:
    """Returns the files that had to be changed."""
    folder = (folder or places.catalog()) / "schema"
    folder.mkdir(exist_ok=True)
    changed = [path for path in (folder / f"{kind}.json" for kind in KINDS) if _outdated(path)]
    for path in changed:
        path.write_text(text(path.stem), encoding="utf-8")
    return tuple(changed)


def _outdated(path: Path) -> bool:
    return not path.exists() or path.read_text("utf-8") != text(path.stem)


if __name__ == "__main__":
    write()
