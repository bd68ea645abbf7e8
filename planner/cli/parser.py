"""What can be called, with its words and options."""

import argparse
import sys
from typing import NoReturn, get_args

from planner.catalog import examples
from planner.catalog.store import KINDS
from planner.cli import builds, estimates, parts
from planner.cli.common import BAD_INPUT
from planner.domain.workload import HostSystem, KvType, SplitMode


class _Parser(argparse.ArgumentParser):
    """Usage errors in one sentence."""

    def error(self, message: str) -> NoReturn:
        print(f"slotwise: {message}. See {self.prog} --help.", file=sys.stderr)
        raise SystemExit(BAD_INPUT)


def make_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="slotwise",
        description="Plan a workstation for large language models. Without arguments, or with a build file alone, "
        "the window opens.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    check = commands.add_parser("check", help="evaluate a build file; exit 1 when it has errors")
    _takes_build(check)
    check.add_argument("--json", action="store_true", help="one JSON object on standard output")
    check.set_defaults(run=builds.check)

    report = commands.add_parser("report", help="the whole report as text")
    _takes_build(report)
    report.set_defaults(run=builds.show_report)

    checklist = commands.add_parser("checklist", help="the printable checklist")
    _takes_build(checklist)
    checklist.add_argument("-o", "--output", help="FILE.pdf, .html or .md; without it, Markdown on standard output")
    checklist.set_defaults(run=builds.checklist)

    runs = commands.add_parser("what-runs", help="every model on this build: what fits, how far, how fast")
    _takes_build(runs)
    runs.add_argument("--context", type=_tokens, metavar="N", help="tokens for each user, in place of the build's own")
    runs.add_argument("--all", action="store_true", help="every quantisation, not the best of each model")
    runs.add_argument("--json", action="store_true", help="one JSON object on standard output")
    runs.set_defaults(run=builds.what_runs)

    _add_estimate(commands.add_parser("estimate", help="memory and speed for bare cards, without a whole build"))

    accuracy = commands.add_parser("accuracy", help="error of the estimates on measured data")
    accuracy.add_argument("what", choices=("throughput", "memory"))
    accuracy.add_argument(
        "--data", help="CSV file of measurements, or for memory a folder of such; without it, the shipped ones"
    )
    accuracy.add_argument("--by", help="columns to group by, with commas: engine,split,gpu")
    accuracy.add_argument("--where", help="only rows that match, with commas: quality=A,gpu=RTX*,id=m*")
    accuracy.add_argument("--json", action="store_true")
    accuracy.set_defaults(run=estimates.show_accuracy)

    _add_catalog(commands.add_parser("catalog", help="check, search or show the catalog"))

    new = commands.add_parser("new", help="write an example build")
    new.add_argument("--example", default=examples.FIRST, help="name of the example")
    new.add_argument("-o", "--output", required=True, metavar="BUILD")
    new.set_defaults(run=builds.new)

    migrate = commands.add_parser("migrate", help="bring an old build file up to date; the old one is kept")
    migrate.add_argument("build", metavar="BUILD")
    migrate.set_defaults(run=builds.migrate)
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
    parser.add_argument("--gpu", metavar="NAME", help="without one the CPU does all, with --cpu and --ram")
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
    parser.add_argument("--draft", metavar="NAME", help="model that drafts tokens; the model itself: its own block")
    parser.add_argument(
        "--acceptance", type=float, metavar="SHARE", help="share of drafted tokens kept, 0 to 1; default: what is usual"
    )
    parser.add_argument("--images", action="store_true", help="read images too")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=estimates.show_estimate)


def _add_catalog(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    check = verbs.add_parser("check", help="what does not add up; exit 1 when anything")
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=parts.check_catalog)
    find = verbs.add_parser("search", help="parts by what you type")
    find.add_argument("text")
    find.add_argument("--kind", choices=tuple(KINDS))
    find.set_defaults(run=parts.find)
    show = verbs.add_parser("show", help="every field of one part, with source and confidence")
    show.add_argument("id")
    show.set_defaults(run=parts.show)
    bring = verbs.add_parser("import", help="a GGUF file, a model's config.json or a BuildCores OpenDB record")
    bring.add_argument("file", metavar="FILE")
    bring.set_defaults(run=parts.import_part)
    copy = verbs.add_parser("copy", help="a part as a file of your own, to be edited")
    copy.add_argument("id", metavar="ID")
    copy.add_argument("new_id", metavar="NEW-ID")
    copy.set_defaults(run=parts.copy)
    told = verbs.add_parser("summary", help="what the catalog holds and how much of it is known")
    told.add_argument("--write", action="store_true", help="into the shipped catalog's read-me, with the schemas")
    told.set_defaults(run=parts.show_summary)
