"""Windows resets the driver when one job takes longer than two seconds."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.units import show_tokens
from planner.domain.workload import Workload
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_WORKLOAD, Subject, on_workload

LONG = 32_768


def check(subject: Subject[Workload]) -> Iterator[Verdict | Needs]:
    workload = subject.of
    longest = max(workload.prompt, workload.context)
    if workload.host in ("windows", "wsl2") and longest >= LONG:
        yield Verdict(
            Severity.WARNING,
            f"Prompts of up to {show_tokens(longest)} tokens: set TdrDelay to 60 (seconds) in the Windows registry, "
            "and restart.",
            parts=tuple(card.key for card in subject.rig.cards),
            value=longest,
        )


RULE = Rule(
    code="BIO-009",
    id="windows-resets-driver",
    area="Setup",
    title="Windows may reset the driver",
    why="Reading a long prompt keeps a card busy for longer than the two seconds after which Windows takes it for "
    "hung.",
    fix="Set TdrDelay, or run on Linux.",
    sources=("https://github.com/noonghunna/club-3090/issues/50",),
    reads=on_workload,
    needs=A_WORKLOAD,
    check=check,
)
