"""The lowest card's fans against the floor or the supply's cover."""

from collections.abc import Iterator

from planner.analysis.space import Gap, Space
from planner.domain.findings import Severity
from planner.domain.parts import OPEN_AIR
from planner.domain.units import show_mm
from planner.rules import fixes
from planner.rules.missing import rows_and_sizes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_space
from planner.rules.words import card_name

WANTED_MM = 25.0


def check(subject: Subject[Space]) -> Iterator[Verdict | Needs]:
    if subject.rig.case is None:
        yield Needs("a case")
    yield from rows_and_sizes(subject.of)
    for unknown in subject.of.unknown:
        if unknown.startswith("free height"):
            yield Needs(unknown)
    for gap in subject.of.gaps:
        card = subject.rig.card(gap.gpu)
        open_air = card is not None and card.card.cooler in (*OPEN_AIR, "unknown")
        if gap.neighbour is None and open_air and gap.gap_mm < WANTED_MM:
            yield _verdict(subject, gap)


def _verdict(subject: Subject[Space], gap: Gap) -> Verdict:
    return Verdict(
        Severity.WARNING,
        f"{card_name(subject.rig, gap.gpu)} has {show_mm(max(0.0, gap.gap_mm))} between its fans and the floor "
        f"or the supply's cover; {show_mm(WANTED_MM)} wanted.",
        parts=(gap.gpu, "case"),
        value=-gap.gap_mm,
        fixes=lambda: fixes.move_card(
            subject.rig, gap.gpu, lambda rig: fixes.sits_well(rig, subject.policy.min_gap_mm)
        ),
        steps=gap.steps,
        rests_on=(("case", "shroud_below_last_row_mm"),),
    )


RULE = Rule(
    code="THR-005",
    id="bottom-card-starved",
    area="Thermal",
    title="Lowest card has too little air below",
    why="A card wedged between its neighbour and the floor recycles its own heat; a pair like this ran at 88 and 91 "
    "°C.",
    fix="Move it up, choose a case without a cover or with more slots, or let air in from below.",
    sources=(
        "https://github.com/noonghunna/club-3090/issues/178",
        "https://www.zotac.com/eu/faq/sli-nvlink-spacing-recommendations",
    ),
    reads=on_space,
    needs=A_BOARD,
    check=check,
    folds_into=("MEC-002",),
)
