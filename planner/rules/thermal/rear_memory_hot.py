"""Cards with hot memory chips on their back, close to another card."""

from collections.abc import Iterator

from planner.analysis.space import Space
from planner.domain.findings import Severity
from planner.domain.parts import Chip
from planner.domain.units import show_mm
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_space
from planner.rules.words import card_name, short

CLOSE_MM = 15.0
CAP_W = 280


def check(subject: Subject[Space]) -> Iterator[Verdict | Needs]:
    for gap in subject.of.gaps:
        lower = subject.rig.card(gap.neighbour) if gap.neighbour else None
        if lower is not None and memory_on_back(lower.chip) and gap.gap_mm < CLOSE_MM:
            yield Verdict(
                Severity.WARNING,
                f"{card_name(subject.rig, lower.key)} carries half its GDDR6X on the back, "
                f"{show_mm(max(0.0, gap.gap_mm))} from {short(gap.gpu)}. Alone it passes 100 °C there; watch the "
                "memory junction temperature.",
                parts=(lower.key, gap.gpu),
                value=-gap.gap_mm,
                fixes=fixes.cap_cards(subject.rig, (lower.key,), CAP_W),
                steps=gap.steps,
            )


def memory_on_back(chip: Chip) -> bool:
    """The RTX 3090: 24 chips of 1 GB, twelve on each side."""
    return chip.name.removeprefix("GeForce ") == "RTX 3090"


RULE = Rule(
    code="THR-007",
    id="rear-memory-hot",
    area="Thermal",
    title="Hot memory on the card's back",
    why="Memory that passes about 105 °C slows the card down and ages; the back has no fan.",
    fix="Good thermal pads, a fan on the back plate, a limit of 280 W, or more distance.",
    sources=("https://snepi.space/posts/3090/",),
    reads=on_space,
    needs=A_BOARD,
    check=check,
    folds_into=("MEC-001", "THR-001"),
)
