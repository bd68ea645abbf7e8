"""Processors too old or slow for cards that work in step."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards

SLOW_SOCKETS = ("LGA1366", "LGA2011", "LGA2011-3", "LGA3647", "SP3", "sTR4", "AM3+")
"""Many slow cores. Old desktop processors have few and faster ones, and lost 8 to 15 % where it was measured."""
OLD_GEN = 3


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    cpu = subject.rig.cpu
    if not subject.in_lockstep:
        return
    if cpu is None:
        yield Needs("a processor")
    elif cpu.pcie_gen <= OLD_GEN:
        slow = cpu.socket in SLOW_SOCKETS
        yield Verdict(
            Severity.WARNING if slow else Severity.INFO,
            f"{cpu.title} is of a generation (PCIe {cpu.pcie_gen}.0) on which tensor parallel was measured "
            f"{'30 to 65' if slow else '8 to 15'} % slower than on current desktops: it launches work on the cards too "
            "slowly.",
            parts=("cpu",),
        )


RULE = Rule(
    code="PRF-007",
    id="old-host-slows-cards",
    area="Performance",
    title="Processor holds the cards back",
    why="For every token the processor starts thousands of small jobs on the cards. Old and slow cores keep the cards "
    "waiting.",
    fix="A processor with fast cores: Zen 2 or later, Core of the 12th generation or later.",
    sources=(
        "https://github.com/noonghunna/club-3090/issues/137",
        "https://github.com/noonghunna/club-3090/issues/178",
    ),
    reads=on_cards,
    needs=A_CARD,
    check=check,
)
