"""Calls on the catalog: check, import, copy, summary, search, show."""

import argparse
import sys
from pathlib import Path

from planner import places
from planner.catalog import integrity, schema, summary
from planner.catalog.finder import Finder
from planner.catalog.load import load_catalog, read_catalog
from planner.catalog.store import KINDS
from planner.cli.common import FOUND, KIND_WORDS, OK, BadInput, print_json, the_catalog
from planner.documents.accuracy_page import accuracy_page, as_markdown, page_file
from planner.documents.part_page import COPIED, kept_text, part_page
from planner.files.own_parts import copy_part
from planner.files.part_import import import_file

SHOWN = 20
"""Parts of a kind that a search lists."""


def check_catalog(args: argparse.Namespace) -> int:
    catalog, unreadable = read_catalog(own=places.user_parts())
    problems = [str(problem) for problem in unreadable] + list(integrity.problems(catalog))
    remarks, counts = list(integrity.remarks(catalog)), integrity.counts(catalog)
    if args.json:
        print_json({"problems": problems, "remarks": remarks, "counts": counts})
    else:
        print("\n".join(problems) if problems else f"The catalog is sound ({catalog.version}, {catalog.dated}).")
        print("".join(f"Worth a look: {remark}\n" for remark in remarks), end="")
        print(", ".join(f"{kind} {n}" for kind, n in counts.items()))
    return FOUND if problems else OK


def import_part(args: argparse.Namespace) -> int:
    kept = import_file(Path(args.file), the_catalog())
    print(kept_text(kept.record, KIND_WORDS[kept.kind], kept.files, kept.notes))
    return OK


def copy(args: argparse.Namespace) -> int:
    catalog = the_catalog()
    try:
        path = copy_part(catalog, args.id, args.new_id)
    except ValueError as e:
        raise BadInput(str(e)) from e
    kind = path.parent.name
    print(kept_text(getattr(catalog, kind)[args.id], KIND_WORDS[kind], (path,), (COPIED,)))
    return OK


def show_summary(args: argparse.Namespace) -> int:
    if args.write:
        for path in (*summary.write(), *schema.write(), *_write_accuracy()):
            print(f"{path} written", file=sys.stderr)
    else:
        print(summary.summary(load_catalog()))
    return OK


def _write_accuracy() -> tuple[Path, ...]:
    calibration, path = load_catalog().calibration, page_file(places.catalog())
    text = as_markdown(accuracy_page(calibration)) if calibration else ""
    if not text or (path.exists() and path.read_text("utf-8") == text):
        return ()
    path.write_text(text, encoding="utf-8")
    return (path,)


def find(args: argparse.Namespace) -> int:
    """The same search as in the window's picker."""
    catalog = the_catalog()
    searched = {kind: Finder(kind, getattr(catalog, kind).values(), catalog) for kind in _kinds(args.kind)}
    answers = {kind: found for kind, finder in searched.items() if (found := finder.find(args.text)).hits}
    surest = min((found.doubt for found in answers.values()), default=0)
    answers = {kind: found for kind, found in answers.items() if found.doubt == surest}
    if not answers:
        raise BadInput(f"nothing in the catalog matches “{args.text}”")
    for kind, found in answers.items():
        if remark := found.remark:
            print(f"{KIND_WORDS[kind]}: {remark}", file=sys.stderr)
        for record in (hit.record for hit in found.hits[:SHOWN]):
            print(f"{KIND_WORDS[kind]:13} {record.id:48} {getattr(record, 'title', record.name)}")
    return OK


def _kinds(asked: str | None) -> tuple[str, ...]:
    return (asked,) if asked else tuple(KINDS)


def show(args: argparse.Namespace) -> int:
    catalog = the_catalog()
    for kind in KINDS:
        record = getattr(catalog, kind).get(args.id)
        if record is not None:
            print(part_page(record, KIND_WORDS[kind]))
            return OK
    raise BadInput(f"no part has the id “{args.id}”; look for it with: slotwise catalog search {args.id}")
