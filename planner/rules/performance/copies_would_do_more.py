"""A model that fits one card, spread over several; or spread wider than it gains."""

from collections.abc import Iterator
from dataclasses import replace

from planner.analysis.memory import Fit, Memory, quick_fit
from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_PLAN, Subject, on_memory
from planner.rules.words import count

MANY = 4


def check(subject: Subject[Memory]) -> Iterator[Verdict | Needs]:
    rig, workload = subject.rig, subject.workload
    if workload is None or subject.split == "none":
        return
    keys = tuple(card.key for card in rig.cards)
    if workload.users > 2 and _fits_one(rig, subject.policy.margin_gib):
        yield Verdict(
            Severity.INFO,
            f"The model fits one card with {count(workload.users, 'user')}: {len(keys)} instances, one per card, "
            "answer more users in all than one instance over all cards. One alone answers a single user faster.",
            parts=keys,
            value=workload.users,
        )
    elif subject.in_lockstep and len(keys) >= MANY:
        yield Verdict(
            Severity.INFO,
            f"Tensor parallel over {len(keys)} cards generates hardly faster for one user than over two: what grows is "
            "room for context and users, and the speed of reading prompts.",
            parts=keys,
            value=len(keys),
            title="More cards, hardly faster for one user",
        )


def _fits_one(rig: Rig, margin_gib: float) -> bool:
    """Every user on one card: the smallest must hold it alone."""
    if rig.workload is None:
        return False
    smallest = min(rig.cards, key=lambda card: card.vram_gib)
    alone = quick_fit(replace(rig, cards=(smallest,), workload=rig.workload.replace(split="none")), margin_gib)
    return isinstance(alone, Fit) and alone.fits


RULE = Rule(
    code="PRF-003",
    id="copies-would-do-more",
    area="Performance",
    title="Several copies would serve more users",
    why="Copies need not exchange anything; a model spread over cards pays for every exchange.",
    fix="Run one instance per card behind a load balancer, or in groups of two.",
    sources=(
        "https://github.com/noonghunna/club-3090 docs/MULTI_CARD.md",
        "https://github.com/turboderp-org/exllamav2/issues/571",
    ),
    reads=on_memory,
    needs=A_PLAN,
    check=check,
)
