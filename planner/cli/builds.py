"""Calls on a build file: check, report, checklist, what-runs, new, migrate."""

import argparse
import dataclasses
import importlib
import sys
from pathlib import Path

from pydantic import ValidationError

from planner.advice.plain import row_plain
from planner.advice.what_runs import Asked, WhatRuns
from planner.catalog import examples
from planner.catalog.load import load_catalog
from planner.cli.common import FOUND, OK, BadInput, print_json, the_catalog, write
from planner.documents.checklist import checklist_html, checklist_markdown
from planner.documents.report_json import report_json
from planner.documents.report_text import report_text
from planner.documents.what_runs_text import what_runs_text
from planner.domain.findings import Severity
from planner.domain.policy import Policy
from planner.evaluate import Report, evaluate
from planner.files import atomic, buildfile, settings
from planner.files.migrations import VERSION
from planner.files.problem import FileProblem


def check(args: argparse.Namespace) -> int:
    report = _report(args)
    if args.json:
        print_json(report_json(report))
    else:
        print(report_text(report))
    return FOUND if report.worst == Severity.ERROR else OK


def show_report(args: argparse.Namespace) -> int:
    print(report_text(_report(args)))
    return OK


def checklist(args: argparse.Namespace) -> int:
    report = _report(args)
    target = Path(args.output) if args.output else None
    kind = target.suffix.lower() if target else ".md"
    if kind == ".pdf" and target:
        # By name, so that this module stays free of Qt until a PDF is wanted.
        printing = importlib.import_module("planner.ui.printing")
        printing.write_pdf_without_window(report, target)
    elif kind in (".html", ".htm", ".md"):
        write(target, (checklist_markdown if kind == ".md" else checklist_html)(report))
    else:
        raise BadInput(f"a checklist is written as .pdf, .html or .md, not as “{kind}”")
    return OK


def what_runs(args: argparse.Namespace) -> int:
    report = _report(args)
    work = report.rig.workload
    if work is None or not report.rig.cards:
        raise BadInput("this build has no card, or no workload that says engine, context and users")
    rig = report.rig
    if args.context:
        rig = dataclasses.replace(rig, workload=work.replace(context=args.context))
    asked = Asked(margin_gib=report.facts.policy.margin_gib)
    table = WhatRuns(rig, report.facts.lanes, the_catalog(), asked)
    found = table.best_rows() if not args.all else (row for row in table.rows() if row)
    rows = [row_plain(row) for row in found]
    context = args.context or work.context
    if args.json:
        print_json({"build": report.build.name, "context": context, "users": work.users, "rows": rows})
    else:
        print(what_runs_text(report.build.name, context, rows))
    return OK


def new(args: argparse.Namespace) -> int:
    try:
        build = examples.example(args.example)
    except KeyError as e:
        raise BadInput(f"there is no example “{args.example}”; there are: {', '.join(examples.names())}") from e
    target = Path(args.output)
    buildfile.save(target, build, load_catalog())
    print(f"{target} written", file=sys.stderr)
    return OK


def migrate(args: argparse.Namespace) -> int:
    path = Path(args.build)
    opened = buildfile.load(path, load_catalog())
    if opened.version == VERSION:
        print(f"{path.name} is of the current version {VERSION}; nothing was changed.", file=sys.stderr)
        return OK
    backup = path.with_name(f"{path.name}.v{opened.version}")
    if backup.exists():
        raise BadInput(f"{backup.name} is in the way: move it, so that the old file can be kept under that name")
    atomic.write(backup, path.read_bytes())
    buildfile.save(path, opened.build, opened.catalog)
    print(f"{path.name} is now of version {VERSION}; the old file is {backup.name}.", file=sys.stderr)
    return OK


def _report(args: argparse.Namespace) -> Report:
    catalog = the_catalog()
    if getattr(args, "example", None):
        try:
            return evaluate(examples.example(args.example), catalog, _policy(args))
        except KeyError as e:
            raise BadInput(f"there is no example “{args.example}”; there are: {', '.join(examples.names())}") from e
    if not args.build:
        raise BadInput("name a build file, or an example with --example")
    opened = buildfile.load(Path(args.build), catalog)
    for note in opened.notes:
        print(f"slotwise: {note}", file=sys.stderr)
    return evaluate(opened.build, opened.catalog, _policy(args))


def _policy(args: argparse.Namespace) -> Policy:
    if not getattr(args, "policy", None):
        return settings.load().policy
    path = Path(args.policy)
    try:
        return Policy.model_validate_json(path.read_bytes())
    except OSError as e:
        raise FileProblem(path, f"cannot be read: {atomic.reason(e)}.") from e
    except ValidationError as e:
        first = e.errors(include_url=False)[0]
        field = ".".join(str(step) for step in first["loc"])
        raise FileProblem(path, f'field "{field}" is wrong: {first["msg"]}.') from e
