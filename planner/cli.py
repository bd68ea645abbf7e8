"""The command line, a sub-command for each thing a build is asked. No Qt, except to write a PDF.

Exit codes: 0 done, 1 findings of severity error, 2 bad input or usage, with one sentence per problem.
"""

import argparse
import dataclasses
import importlib
import io
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn, cast, get_args

from pydantic import ValidationError

from planner import places
from planner.accuracy.memory import score_memory
from planner.accuracy.throughput import score_throughput
from planner.advice.plain import row_plain
from planner.advice.what_runs import Asked, WhatRuns
from planner.bare import Bare, estimate, read_link, read_ram
from planner.catalog import examples, integrity, schema, summary
from planner.catalog.load import load_catalog, read_catalog
from planner.catalog.search import Doubtful, match, search
from planner.catalog.store import KINDS, Catalog
from planner.documents.accuracy_text import accuracy_text
from planner.documents.checklist import checklist_html, checklist_markdown
from planner.documents.part_page import COPIED, kept_text, part_page
from planner.documents.report_json import memory_json, report_json, throughput_json
from planner.documents.report_text import estimate_text, report_text
from planner.documents.what_runs_text import what_runs_text
from planner.domain.findings import Severity
from planner.domain.policy import Policy
from planner.domain.workload import HostSystem, KvType, SplitMode, Workload
from planner.evaluate import Report, evaluate
from planner.files import atomic, buildfile, settings
from planner.files.migrations import VERSION
from planner.files.own_parts import copy_part
from planner.files.part_import import import_file
from planner.files.problem import FileProblem

OK, FOUND, BAD_INPUT = 0, 1, 2

KIND_WORDS = {
    "chips": "GPU",
    "cards": "card",
    "boards": "board",
    "cpus": "CPU",
    "coolers": "cooler",
    "memory": "memory kit",
    "drives": "drive",
    "psus": "power supply",
    "cases": "case",
    "risers": "riser",
    "bridges": "bridge",
    "circuits": "circuit",
    "models": "model",
    "engines": "engine",
}


class BadInput(Exception):
    """One sentence for the user."""


def main(argv: Sequence[str] | None = None) -> int:
    _speak_plainly()
    args = _parser().parse_args(argv)
    try:
        run: Callable[[argparse.Namespace], int] = args.run
        return run(args)
    except (BadInput, FileProblem, Doubtful) as problem:
        print(f"slotwise: {problem}", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        sys.stderr.close()
        return OK


# ------------------------------------------------------------------ builds


def _check(args: argparse.Namespace) -> int:
    report = _report(args)
    if args.json:
        _print_json(report_json(report))
    else:
        print(report_text(report))
    return FOUND if report.worst == Severity.ERROR else OK


def _show_report(args: argparse.Namespace) -> int:
    print(report_text(_report(args)))
    return OK


def _checklist(args: argparse.Namespace) -> int:
    report = _report(args)
    target = Path(args.output) if args.output else None
    kind = target.suffix.lower() if target else ".md"
    if kind == ".pdf" and target:
        # By name, so that this module stays free of Qt until a PDF is wanted.
        printing = importlib.import_module("planner.ui.printing")
        printing.write_pdf_without_window(report, target)
    elif kind in (".html", ".htm", ".md"):
        _write(target, (checklist_markdown if kind == ".md" else checklist_html)(report))
    else:
        raise BadInput(f"a checklist is written as .pdf, .html or .md, not as “{kind}”")
    return OK


def _what_runs(args: argparse.Namespace) -> int:
    report = _report(args)
    work = report.rig.workload
    if work is None or not report.rig.cards:
        raise BadInput("this build has no card, or no workload that says engine, context and users")
    rig = report.rig
    if args.context:
        rig = dataclasses.replace(rig, workload=work.replace(context=args.context))
    asked = Asked(margin_gib=report.facts.policy.margin_gib)
    table = WhatRuns(rig, report.facts.lanes, _catalog(), asked)
    found = table.best_rows() if not args.all else (row for row in table.rows() if row)
    rows = [row_plain(row) for row in found]
    context = args.context or work.context
    if args.json:
        _print_json({"build": report.build.name, "context": context, "users": work.users, "rows": rows})
    else:
        print(what_runs_text(report.build.name, context, rows))
    return OK


def _new(args: argparse.Namespace) -> int:
    try:
        build = examples.example(args.example)
    except KeyError as e:
        raise BadInput(f"there is no example “{args.example}”; there are: {', '.join(examples.names())}") from e
    target = Path(args.output)
    buildfile.save(target, build, load_catalog())
    print(f"{target} written", file=sys.stderr)
    return OK


def _migrate(args: argparse.Namespace) -> int:
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
    catalog = _catalog()
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


# ------------------------------------------------------------------ estimates


def _estimate(args: argparse.Namespace) -> int:
    catalog = _catalog()
    bare = _bare(args, catalog)
    result = estimate(bare, catalog)
    if args.json:
        _print_json(
            {
                "gpu": bare.chip.name,
                "count": bare.count,
                "model": bare.workload.model,
                "quant": bare.workload.quant,
                "memory": memory_json(result.memory),
                "throughput": throughput_json(result.throughput),
                "assumed": list(result.assumed),
                "not_modelled": list(result.not_modelled),
            }
        )
    else:
        print(estimate_text(bare, result))
    return OK


def _bare(args: argparse.Namespace, catalog: Catalog) -> Bare:
    split = args.split or ("none" if args.count == 1 else "layer")
    try:
        work = Workload(
            model=match(catalog.models.values(), args.model, "model").id,
            quant=args.quant,
            context=args.context,
            prompt=args.prompt,
            users=args.users,
            engine=match(catalog.engines.values(), args.engine, "engine").id,
            split=cast(SplitMode, split),
            kv_type=args.kv_type,
            host=args.host,
            offload_layers=args.offload_layers,
            offload_experts=args.offload_experts,
        )
        return Bare(
            chip=match(catalog.chips.values(), args.gpu, "GPU"),
            count=args.count,
            workload=work,
            link=read_link(args.link) if args.link else None,
            nvlink=args.nvlink,
            power_limit_w=args.power_limit,
            ram=read_ram(args.ram, next(iter(catalog.memory.values()))) if args.ram else None,
            cpu=match(catalog.cpus.values(), args.cpu, "CPU") if args.cpu else None,
        )
    except ValidationError as e:
        first = e.errors(include_url=False)[0]
        raise BadInput(f"{'.'.join(map(str, first['loc']))}: {first['msg']} (given: {first['input']})") from e
    except ValueError as e:
        raise BadInput(str(e)) from e


# ------------------------------------------------------------------ accuracy and the catalog


def _accuracy(args: argparse.Namespace) -> int:
    score = score_throughput if args.what == "throughput" else score_memory
    by = tuple(name for name in (args.by or "").split(",") if name)
    try:
        result = score(_catalog(), Path(args.data) if args.data else None, by)
    except (OSError, ValueError) as e:
        raise BadInput(f"{args.data}: {e}") from e
    if args.json:
        _print_json(result)
    else:
        print(accuracy_text(args.what, result))
    return OK


def _catalog_check(args: argparse.Namespace) -> int:
    catalog, unreadable = read_catalog(own=places.user_parts())
    problems = [str(problem) for problem in unreadable] + list(integrity.problems(catalog))
    remarks, counts = list(integrity.remarks(catalog)), integrity.counts(catalog)
    if args.json:
        _print_json({"problems": problems, "remarks": remarks, "counts": counts})
    else:
        print("\n".join(problems) if problems else f"The catalog is sound ({catalog.version}, {catalog.dated}).")
        print("".join(f"Worth a look: {remark}\n" for remark in remarks), end="")
        print(", ".join(f"{kind} {n}" for kind, n in counts.items()))
    return FOUND if problems else OK


def _catalog_import(args: argparse.Namespace) -> int:
    kept = import_file(Path(args.file), _catalog())
    print(kept_text(kept.record, KIND_WORDS[kept.kind], kept.files, kept.notes))
    return OK


def _catalog_copy(args: argparse.Namespace) -> int:
    catalog = _catalog()
    try:
        path = copy_part(catalog, args.id, args.new_id)
    except ValueError as e:
        raise BadInput(str(e)) from e
    kind = path.parent.name
    print(kept_text(getattr(catalog, kind)[args.id], KIND_WORDS[kind], (path,), (COPIED,)))
    return OK


def _catalog_summary(args: argparse.Namespace) -> int:
    if args.write:
        for path in (*summary.write(), *schema.write()):
            print(f"{path} written", file=sys.stderr)
    else:
        print(summary.summary(load_catalog()))
    return OK


def _catalog_search(args: argparse.Namespace) -> int:
    catalog = _catalog()
    kinds = [args.kind] if args.kind else list(KINDS)
    found = [(kind, record) for kind in kinds for record in search(getattr(catalog, kind).values(), args.text)[:20]]
    for kind, record in found:
        print(f"{KIND_WORDS[kind]:13} {record.id:48} {getattr(record, 'title', record.name)}")
    if not found:
        raise BadInput(f"nothing in the catalog matches “{args.text}”")
    return OK


def _catalog_show(args: argparse.Namespace) -> int:
    catalog = _catalog()
    for kind in KINDS:
        record = getattr(catalog, kind).get(args.id)
        if record is not None:
            print(part_page(record, KIND_WORDS[kind]))
            return OK
    raise BadInput(f"no part has the id “{args.id}”; look for it with: slotwise catalog search {args.id}")


# ------------------------------------------------------------------ plumbing


def _catalog() -> Catalog:
    """With the user's own parts; what is wrong with one is said, and the part left out."""
    catalog, problems = read_catalog(own=places.user_parts())
    for problem in problems:
        if problem.own:
            print(f"slotwise: {problem} (left out)", file=sys.stderr)
    return catalog


def _write(target: Path | None, text: str) -> None:
    if target is None:
        print(text)
        return
    atomic.write(target, text.encode())


def _print_json(plain: dict[str, Any]) -> None:
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps(plain, ensure_ascii=not unicode, indent=1))


def _speak_plainly() -> None:
    """A terminal without our signs gets a question mark for them, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


class _Parser(argparse.ArgumentParser):
    """Usage errors in one sentence."""

    def error(self, message: str) -> NoReturn:
        print(f"slotwise: {message}. See {self.prog} --help.", file=sys.stderr)
        raise SystemExit(BAD_INPUT)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="slotwise",
        description="Plan a workstation for large language models. Without arguments, or with a build file alone, "
        "the window opens.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    check = commands.add_parser("check", help="evaluate a build file; exit 1 when it has errors")
    _takes_build(check)
    check.add_argument("--json", action="store_true", help="one JSON object on standard output")
    check.set_defaults(run=_check)

    report = commands.add_parser("report", help="the whole report as text")
    _takes_build(report)
    report.set_defaults(run=_show_report)

    checklist = commands.add_parser("checklist", help="the printable checklist")
    _takes_build(checklist)
    checklist.add_argument("-o", "--output", help="FILE.pdf, .html or .md; without it, Markdown on standard output")
    checklist.set_defaults(run=_checklist)

    runs = commands.add_parser("what-runs", help="every model on this build: what fits, how far, how fast")
    _takes_build(runs)
    runs.add_argument("--context", type=_tokens, metavar="N", help="tokens for each user, in place of the build's own")
    runs.add_argument("--all", action="store_true", help="every quantisation, not the best of each model")
    runs.add_argument("--json", action="store_true", help="one JSON object on standard output")
    runs.set_defaults(run=_what_runs)

    _add_estimate(commands.add_parser("estimate", help="memory and speed for bare cards, without a whole build"))

    accuracy = commands.add_parser("accuracy", help="error of the estimates on measured data")
    accuracy.add_argument("what", choices=("throughput", "memory"))
    accuracy.add_argument("--data", help="CSV file of measurements; without it, the shipped ones")
    accuracy.add_argument("--by", help="columns to group by, with commas: engine,split,gpu")
    accuracy.add_argument("--json", action="store_true")
    accuracy.set_defaults(run=_accuracy)

    _add_catalog(commands.add_parser("catalog", help="check, search or show the catalog"))

    new = commands.add_parser("new", help="write an example build")
    new.add_argument("--example", default=examples.FIRST, help="name of the example")
    new.add_argument("-o", "--output", required=True, metavar="BUILD")
    new.set_defaults(run=_new)

    migrate = commands.add_parser("migrate", help="bring an old build file up to date; the old one is kept")
    migrate.add_argument("build", metavar="BUILD")
    migrate.set_defaults(run=_migrate)
    return parser


def _tokens(text: str) -> int:
    count = int(text)
    if not 256 <= count <= 16_777_216:
        raise argparse.ArgumentTypeError("a context is 256 to 16,777,216 tokens")
    return count


def _takes_build(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("build", nargs="?", metavar="BUILD", help="a .slotwise file")
    parser.add_argument("--example", help="an example build in place of a file")
    parser.add_argument("--policy", metavar="FILE", help="your own limits, as JSON")


def _add_estimate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--gpu", required=True, metavar="NAME")
    parser.add_argument("--count", type=int, default=1, choices=range(1, 33), metavar="N")
    parser.add_argument("--model", required=True, metavar="NAME")
    parser.add_argument("--quant", required=True, metavar="Q", help="Q4_K_M, Q8_0, F16, AWQ-4bit, FP8, …")
    parser.add_argument("--context", type=int, default=8192, metavar="N")
    parser.add_argument("--prompt", type=int, default=1024, metavar="N")
    parser.add_argument("--users", type=int, default=1, metavar="N")
    parser.add_argument("--engine", default="llama.cpp", metavar="E")
    parser.add_argument("--split", choices=get_args(SplitMode), help="default: none for one card, else layer")
    parser.add_argument("--link", metavar="gen4x8", help="link of every card; default 4.0 x16")
    parser.add_argument("--nvlink", action="store_true")
    parser.add_argument("--power-limit", type=int, metavar="W")
    parser.add_argument("--kv-type", default="f16", choices=get_args(KvType))
    parser.add_argument("--host", default="linux-headless", choices=get_args(HostSystem))
    parser.add_argument("--ram", metavar="'8x64 DDR4-3200'")
    parser.add_argument("--cpu", metavar="NAME")
    parser.add_argument("--offload-layers", type=int, default=0, metavar="N")
    parser.add_argument("--offload-experts", type=int, default=0, metavar="N")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_estimate)


def _add_catalog(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    check = verbs.add_parser("check", help="what does not add up; exit 1 when anything")
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=_catalog_check)
    find = verbs.add_parser("search", help="parts by what you type")
    find.add_argument("text")
    find.add_argument("--kind", choices=tuple(KINDS))
    find.set_defaults(run=_catalog_search)
    show = verbs.add_parser("show", help="every field of one part, with source and confidence")
    show.add_argument("id")
    show.set_defaults(run=_catalog_show)
    bring = verbs.add_parser("import", help="a GGUF file, a model's config.json or a BuildCores OpenDB record")
    bring.add_argument("file", metavar="FILE")
    bring.set_defaults(run=_catalog_import)
    copy = verbs.add_parser("copy", help="a part as a file of your own, to be edited")
    copy.add_argument("id", metavar="ID")
    copy.add_argument("new_id", metavar="NEW-ID")
    copy.set_defaults(run=_catalog_copy)
    told = verbs.add_parser("summary", help="what the catalog holds and how much of it is known")
    told.add_argument("--write", action="store_true", help="into the shipped catalog's read-me, with the schemas")
    told.set_defaults(run=_catalog_summary)
