"""One timed run as a benchmark printed it, and what is wrong with a text that holds none."""

import math
from dataclasses import dataclass

MOST_RUNS = 100
MOST_TOK_S = {"decode": 200_000.0, "prefill": 2_000_000.0}
"""No machine a build can describe is quicker; per user a decode is bound far below."""
MOST_PER_USER = 5_000.0
MOST_DIGITS = 15


class BenchProblem(ValueError):
    """One sentence about one line of what was pasted."""

    def __init__(self, line: int, text: str) -> None:
        self.line, self.text = line, text
        super().__init__(f"Line {line} {text}" if text.endswith("?") else f"Line {line} {text}.")


@dataclass(frozen=True, slots=True)
class BenchRun:
    line: int
    kind: str
    """decode or prefill."""
    speed: float
    """tok/s, of all users together."""
    model: str
    """As the benchmark calls it: a type, a file or a name."""
    quant: str = ""
    prompt: int | None = None
    generated: int | None = None
    depth: int = 0
    users: int = 1
    engine: str = "llama.cpp"
    version: str = ""
    split: str = "layer"
    fused: bool | None = None
    kv: str = ""
    micro_batch: int | None = None
    gpus: tuple[str, ...] = ()
    backend: str = ""
    file_gib: float | None = None


def number(line: int, text: str, name: str, least: float = 1e-6) -> float:
    """A number as benchmarks print it. BenchProblem for words, commas for points, and what cannot be."""
    try:
        found = float(text)
    except ValueError:
        comma = "; write a point, not a comma" if "," in text else ""
        raise BenchProblem(line, f"gives “{text[:40]}” for {name}, which is not a number{comma}") from None
    if not math.isfinite(found) or found < least:
        raise BenchProblem(line, f"gives {text[:40]} for {name}, which cannot be")
    return found


def whole(text: str) -> int | None:
    """A count as benchmarks print it; None for anything else, and for more digits than a count has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def checked(run: BenchRun) -> BenchRun:
    """The run itself; BenchProblem for a speed no machine has."""
    limit = min(MOST_TOK_S[run.kind], MOST_PER_USER * run.users) if run.kind == "decode" else MOST_TOK_S[run.kind]
    if run.speed > limit:
        raise BenchProblem(run.line, f"gives {run.speed:,.0f} tok/s of {run.kind}, more than any machine reaches")
    if max(run.prompt or 0, run.generated or 0, run.depth) > 16_777_216 or run.users > 4096:
        raise BenchProblem(run.line, "speaks of more tokens or users than can be")
    return run
