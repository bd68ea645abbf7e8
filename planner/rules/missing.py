"""What several rules of one area lack in the same way: said by each of them, since silence would be a pass."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes
from planner.analysis.space import Space
from planner.rules.rule import Needs
from planner.rules.subject import Subject

PLACES = ("row of", "thickness of", "bay pitch", "place of")


def rows_and_sizes(room: Space) -> Iterator[Needs]:
    """Where each card sits and how thick it is."""
    return (Needs(text) for text in room.unknown if text.startswith(PLACES))


def links_of_cards(subject: Subject[Lanes]) -> Iterator[Needs]:
    """Links of cards that do sit in a slot. Those in none, or in a dead one, have rules of their own."""
    links = subject.of
    told = {link.gpu for link in links.links} | set(links.unplaced) | set(links.dead)
    told |= {key for conflict in links.conflicts for key in conflict.starved}
    if any(card.key not in told for card in subject.rig.cards):
        yield from (Needs(text) for text in links.unknown or ("lanes of the cards' slots",))
