"""Too little air in front of a card with open fans."""

from collections.abc import Iterator

from planner.analysis.space import Gap, Space
from planner.domain.findings import Severity
from planner.domain.parts import OPEN_AIR
from planner.domain.units import SLOT_PITCH_MM, show_mm
from planner.rules.boards import Once, more_air, roomier_board
from planner.rules.missing import rows_and_sizes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_space
from planner.rules.words import card_name, count, short

CHOKED_MM = 10.0
STACK = 2
"""Choked gaps in one build from which a stack of three or more is meant."""


def check(subject: Subject[Space]) -> Iterator[Verdict | Needs]:
    if len(subject.rig.cards) < 2:
        return
    yield from rows_and_sizes(subject.of)
    open_air = [
        gap for gap in (*subject.of.gaps, *_collisions(subject.of)) if gap.neighbour and _faces_out(subject, gap)
    ]
    choked = sum(gap.gap_mm < CHOKED_MM for gap in open_air)
    boards = Once(lambda: roomier_board(subject.rig, subject.policy.min_gap_mm))
    for gap in open_air:
        if gap.gap_mm < subject.policy.min_gap_mm:
            yield _verdict(subject, gap, gap.neighbour or "", choked >= STACK, boards)


def _collisions(room: Space) -> list[Gap]:
    """Those not listed among the gaps."""
    return [gap for gap in room.collisions if gap not in room.gaps and gap.rows]


def _faces_out(subject: Subject[Space], gap: Gap) -> bool:
    """A cooler nobody describes counts as open: most are."""
    card = subject.rig.card(gap.gpu)
    return card is not None and card.card.cooler in (*OPEN_AIR, "unknown")


def _verdict(subject: Subject[Space], gap: Gap, neighbour: str, in_stack: bool, boards: Once) -> Verdict:
    choked = gap.gap_mm < CHOKED_MM
    severity = Severity.INFO if not choked else Severity.ERROR if in_stack else Severity.WARNING
    return Verdict(
        severity,
        f"{_geometry(subject, gap, neighbour)} {_result(gap, subject.policy.min_gap_mm)}",
        parts=(gap.gpu, neighbour),
        value=-gap.gap_mm,
        fixes=lambda: more_air(subject, gap.gpu, neighbour) + boards() if gap.gap_mm >= 0 else (),
        steps=gap.steps,
        assumed=in_stack,
        title="No gap between cards" if gap.gap_mm < 1 else "",
    )


def _geometry(subject: Subject[Space], gap: Gap, neighbour: str) -> str:
    room = subject.of.card(gap.gpu)
    thick = show_mm(room.thickness_mm) if room and room.thickness_mm else "too"
    name = card_name(subject.rig, gap.gpu)
    if room is not None and room.row is None:
        return f"{name} is {thick} thick and faces {short(neighbour)}."
    apart = f"{count(gap.rows, 'slot')} ({gap.rows * SLOT_PITCH_MM:g} mm)"
    return f"{name} is {thick} thick and sits {apart} above {short(neighbour)}."


def _result(gap: Gap, wanted_mm: float) -> str:
    if gap.gap_mm < 1:
        return (
            f"No gap between the cards ({show_mm(max(0.0, gap.gap_mm))}, {show_mm(wanted_mm)} wanted): the upper one's "
            "fans lie on the lower one's back."
        )
    return f"{show_mm(gap.gap_mm)} of air are left for its fans, {show_mm(wanted_mm)} wanted."


RULE = Rule(
    code="THR-001",
    id="cards-too-close",
    area="Thermal",
    title="Too little air between cards",
    why="The upper card draws in what the lower one heats. Touching pairs were measured at 88 and 91 °C with the "
    "clock down by a fifth; others throttled within ten minutes.",
    fix="Leave a slot free, use a riser or an open frame, choose a card with a blower, or cap the upper card.",
    sources=(
        "https://github.com/noonghunna/club-3090/issues/178",
        "https://github.com/system76/thelio/issues/40",
        "https://www.zotac.com/eu/faq/sli-nvlink-spacing-recommendations",
    ),
    reads=on_space,
    needs=A_BOARD,
    check=check,
    folds_into=("MEC-001",),
)
