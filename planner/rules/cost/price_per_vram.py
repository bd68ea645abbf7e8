"""What a GiB of VRAM costs in this build, and which prices are missing."""

from collections.abc import Iterator

from planner.analysis.cost import Cost
from planner.domain.findings import Severity
from planner.domain.units import show_money
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import Subject, on_cost
from planner.rules.words import listed

MOST_NAMED = 3


def check(subject: Subject[Cost]) -> Iterator[Verdict | Needs]:
    bill = subject.of
    if bill.unpriced:
        parts = list(dict.fromkeys(bill.unpriced))
        more = len(parts) - MOST_NAMED
        named = [*parts[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])]
        yield Needs(f"prices of {listed(named)}")
    if bill.cents_per_vram_gib is not None:
        yield Verdict(
            Severity.INFO,
            f"{show_money(bill.total_cents, bill.currency)} for the parts with a known price: "
            f"{show_money(round(bill.cents_per_vram_gib), bill.currency)} per GiB of VRAM.",
            parts=(),
            where="price",
            value=bill.cents_per_vram_gib,
            steps=bill.steps,
        )


RULE = Rule(
    code="CST-002",
    id="price-per-vram",
    area="Cost",
    title="Price per GiB of VRAM",
    why="The figure to compare builds by when memory is what is wanted.",
    fix="Compare with a build of other cards.",
    sources=("Prices of the parts, each with its date and source",),
    reads=on_cost,
    needs="",
    check=check,
)
