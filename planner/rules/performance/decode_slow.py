"""Generating slower than one reads."""

from collections.abc import Iterator

from planner.analysis.throughput import Throughput
from planner.domain.findings import Severity
from planner.domain.units import show_tok_s
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import AN_ESTIMATE, Subject, on_throughput

READING_TOK_S = 7.0
"""A person reads about five words a second."""


def check(subject: Subject[Throughput]) -> Iterator[Verdict | Needs]:
    speed = subject.of.decode_tok_s
    if speed.high < READING_TOK_S:
        yield Verdict(
            Severity.INFO,
            f"About {show_tok_s(speed.value)} per user ({show_tok_s(speed.low)} to {show_tok_s(speed.high)}), limited "
            f"by {subject.of.limited_by}. Reading aloud takes about {READING_TOK_S:g} tok/s, and a model that thinks "
            "first makes you wait.",
            parts=tuple(card.key for card in subject.rig.cards) or ("memory",),
            value=-speed.value,
            steps=subject.of.decode_steps,
        )


RULE = Rule(
    code="PRF-001",
    id="decode-slow",
    area="Performance",
    title="Slower than one reads",
    why="Each token reads all active weights once: memory bandwidth divided by their size is the ceiling.",
    fix="A smaller quantisation, a model with fewer active weights, or cards with more bandwidth.",
    sources=("https://github.com/noonghunna/club-3090 BENCHMARKS.md",),
    reads=on_throughput,
    needs=AN_ESTIMATE,
    check=check,
    folds_into=("MEM-004",),
)
