"""The command line, a sub-command for each thing a build is asked. No Qt, except to write a PDF.

Exit codes: 0 done, 1 findings of severity error, 2 bad input or usage, with one sentence per problem.
"""

import argparse
import os
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
        code = run(args)
        sys.stdout.flush()  # here, where a reader that has gone is no error
        return code
    except (BadInput, FileProblem, Doubtful) as problem:
        print(f"slotwise: {problem}", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is left in the buffer
        return OK
