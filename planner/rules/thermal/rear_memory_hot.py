"""Cards with hot memory chips on their back, close to another card."""

from collections.abc import Iterator
from functools import partial

from planner.analysis.space import Gap, Space
from planner.domain.findings import Severity
from planner.domain.parts import Chip
from planner.domain.units import show_mm, show_w
from planner.rules import fixes
from planner.rules.missing import rows_and_sizes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_space
from planner.rules.words import card_name, cards_listed, verb

CLOSE_MM = 15.0
CAP_W = 280


def check(subject: Subject[Space]) -> Iterator[Verdict | Needs]:
    if len(subject.rig.cards) > 1 and any(memory_on_back(card.chip) for card in subject.rig.cards):
        yield from rows_and_sizes(subject.of)
    close = [gap for gap in subject.of.gaps if gap.gap_mm < CLOSE_MM and _hot_back(subject, gap)]
    if close:
        yield _verdict(subject, close)
    yield from _alone(subject, {gap.neighbour for gap in close if gap.neighbour})


def _hot_back(subject: Subject[Space], gap: Gap) -> bool:
    lower = subject.rig.card(gap.neighbour) if gap.neighbour else None
    return lower is not None and memory_on_back(lower.chip)


def _verdict(subject: Subject[Space], close: list[Gap]) -> Verdict:
    hot = tuple(dict.fromkeys(gap.neighbour for gap in close if gap.neighbour))
    smallest = min(gap.gap_mm for gap in close)
    capped = all(card.power_w <= CAP_W for card in subject.rig.cards if card.key in hot)
    return Verdict(
        Severity.INFO if capped else Severity.WARNING,
        f"{cards_listed(hot)} {verb(len(hot), 'carries', 'carry')} half the GDDR6X on the back, "
        f"{show_mm(max(0.0, smallest))} from the card above. Alone such a card passes 100 °C there; watch the memory "
        "junction temperature.",
        parts=tuple(dict.fromkeys((*hot, *(gap.gpu for gap in close)))),
        value=-smallest,
        fixes=lambda: fixes.cap_cards(subject.rig, hot, CAP_W),
        steps=tuple(step for gap in close for step in gap.steps),
    )


def _alone(subject: Subject[Space], told: set[str]) -> Iterator[Verdict]:
    """The maker's own cooler passes 100 °C on the back even with nothing behind it, in a closed case at full power."""
    case = subject.rig.case
    if case is None or case.open:
        return
    for card in subject.rig.cards:
        hot = memory_on_back(card.chip) and card.card.cooler == "flow_through" and card.power_w > CAP_W
        if hot and card.key not in told:
            yield Verdict(
                Severity.WARNING,
                f"{card_name(subject.rig, card.key)} carries half its GDDR6X on the back, where it passed "
                f"100 °C at stock with nothing behind it; {show_w(CAP_W)} and good pads help.",
                parts=(card.key,),
                where="back",
                value=card.power_w,
                fixes=partial(fixes.cap_cards, subject.rig, (card.key,), CAP_W),
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
