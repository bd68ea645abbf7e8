"""Generating goes at the pace of system memory."""

from collections.abc import Iterator

from planner.analysis.throughput import Throughput
from planner.domain.findings import Severity
from planner.domain.units import show_tok_s
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import AN_ESTIMATE, Subject, on_throughput

SLOW_TOK_S = 15.0


def check(subject: Subject[Throughput]) -> Iterator[Verdict | Needs]:
    speed = subject.of
    if not subject.offloads or speed.limited_by != "host RAM":
        return
    yield Verdict(
        Severity.WARNING if speed.decode_tok_s.value < SLOW_TOK_S else Severity.INFO,
        f"About {show_tok_s(speed.decode_tok_s.value)}: each token waits for the weights that lie in system memory. "
        "More channels and fewer layers or experts there are what helps; faster cards do not.",
        parts=("memory",),
        value=-speed.decode_tok_s.value,
        steps=speed.decode_steps,
    )


RULE = Rule(
    code="MEM-004",
    id="ram-rules-decode",
    area="Memory",
    title="System memory sets the speed",
    why="Memory of a desktop is ten to twenty times slower than that of a card, and every token reads the weights "
    "anew.",
    fix="Keep fewer layers or experts in system memory, choose a smaller quantisation, or more channels.",
    sources=(
        "https://github.com/ollama/ollama/issues/17557",
        "https://github.com/JustVugg/colibri/issues/537",
    ),
    reads=on_throughput,
    needs=AN_ESTIMATE,
    check=check,
)
