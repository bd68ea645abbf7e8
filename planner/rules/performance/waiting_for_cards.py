"""Most of a token's time goes into exchanges between cards."""

from collections.abc import Iterator

from planner.analysis.throughput import Throughput
from planner.domain.findings import Severity
from planner.domain.units import show_tok_s
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import AN_ESTIMATE, Subject, on_throughput
from planner.rules.words import count


def check(subject: Subject[Throughput]) -> Iterator[Verdict | Needs]:
    if subject.in_lockstep and subject.of.limited_by == "link":
        speed = subject.of.decode_tok_s.value
        yield Verdict(
            Severity.INFO,
            f"At about {show_tok_s(speed)} most of each token's time is {count(len(subject.rig.cards), 'card')} "
            "waiting for each other's results: two exchanges per layer, 15 to 25 µs each without direct copies.",
            parts=tuple(card.key for card in subject.rig.cards),
            value=-speed,
            fixes=lambda: fixes.use_layer_split(subject.rig),
            steps=subject.of.decode_steps,
        )


RULE = Rule(
    code="PRF-002",
    id="waiting-for-cards",
    area="Performance",
    title="Cards wait for each other",
    why="The exchanges cost a fixed time however fast the cards are: small models gain least from tensor parallel.",
    fix="Fewer cards per group, NVLink, or layer split for a small model.",
    sources=("https://github.com/local-inference-lab/rtx6kpro hardware pages: all-reduce timings",),
    reads=on_throughput,
    needs=AN_ESTIMATE,
    check=check,
    folds_into=("PCI-003",),
)
