"""The command line, a sub-command for each thing a build is asked. No Qt, except to write a PDF.

Exit codes: 0 done, 1 findings of severity error, 2 bad input or usage, with one sentence per problem.
"""

import argparse
import sys
from collections.abc import Callable, Sequence

from planner.catalog.search import Doubtful
from planner.cli.common import BAD_INPUT, OK, BadInput, speak_plainly
from planner.cli.parser import make_parser
from planner.files.problem import FileProblem


def main(argv: Sequence[str] | None = None) -> int:
    speak_plainly()
    args = make_parser().parse_args(argv)
    try:
        run: Callable[[argparse.Namespace], int] = args.run
        return run(args)
    except (BadInput, FileProblem, Doubtful) as problem:
        print(f"slotwise: {problem}", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        sys.stderr.close()
        return OK
