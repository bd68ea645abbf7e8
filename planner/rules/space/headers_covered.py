"""Slots and front-panel headers that end up under a card."""

from collections.abc import Iterator

from planner.analysis.space import Space
from planner.domain.findings import Severity
from planner.rules.missing import rows_and_sizes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_space
from planner.rules.words import card_name, cards_listed, listed, verb


def check(subject: Subject[Space]) -> Iterator[Verdict | Needs]:
    room = subject.of
    yield from rows_and_sizes(room)
    lost = [(slot, by) for slot, by in room.covered if not _in_use(subject, slot)]
    if lost:
        yield _slots(lost)
    lowest = max((c for c in room.cards if c.rows), key=lambda c: c.rows[-1], default=None)
    if lowest is not None and lowest.rows[-1] >= room.board_rows:
        yield _headers(subject, lowest.gpu)


def _in_use(subject: Subject[Space], slot: str) -> bool:
    """Then it is a collision, which has a rule of its own."""
    return any(card.slot_name == slot for card in subject.rig.cards)


def _slots(lost: list[tuple[str, str]]) -> Verdict:
    slots = tuple(slot for slot, _ in lost)
    cards = tuple(dict.fromkeys(by for _, by in lost))
    return Verdict(
        Severity.INFO,
        f"{cards_listed(cards)} {verb(len(cards), 'covers', 'cover')} {listed(slots)}: nothing else can be plugged in "
        "there.",
        parts=cards,
        where="slots",
        title="Slots under a card",
    )


def _headers(subject: Subject[Space], key: str) -> Verdict:
    return Verdict(
        Severity.WARNING,
        f"{card_name(subject.rig, key)} lies over the lower edge of the board, where front USB, audio, fans and the "
        "power button usually connect. Connect them before the card goes in, with flat or angled plugs.",
        parts=(key, "board"),
        where="headers",
        assumed=True,
    )


RULE = Rule(
    code="MEC-006",
    id="headers-covered",
    area="Mechanical",
    title="Lowest card covers the board's headers",
    why="Upright plugs there push against the card's fans, and cannot be reached once it sits.",
    fix="Connect these headers first, use angled plugs, or move the card up.",
    sources=("http://www.maximumpc.com/article/features/dream_machine?page=1,6",),
    reads=on_space,
    needs=A_BOARD,
    check=check,
)
