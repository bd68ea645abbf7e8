"""Heavy cards that hang on their slot."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig, RigCard
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards
from planner.rules.words import cards_listed

HEAVY_KG = 1.5
LONG_MM = 300
THICK_SLOTS = 2.7


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    if subject.rig.case is not None and subject.rig.case.kind == "open frame":
        return
    heavy = tuple(card for card in subject.rig.cards if card.riser is None and card.bay is None and _heavy(card))
    if heavy:
        yield _verdict(heavy)


def _heavy(card: RigCard) -> bool:
    if card.card.mass_kg is not None:
        return card.card.mass_kg > HEAVY_KG
    return (card.card.slots_occupied or 0) >= THICK_SLOTS and (card.card.length_mm or 0) >= LONG_MM


def _verdict(heavy: tuple[RigCard, ...]) -> Verdict:
    known = [card.card.mass_kg for card in heavy if card.card.mass_kg is not None]
    weight = (
        f" Up to {max(known):g} kg hang on one slot." if known else " By their size they weigh more than 1.5 kg each."
    )
    keys = tuple(card.key for card in heavy)
    return Verdict(
        Severity.INFO,
        f"Give {cards_listed(keys)} a brace.{weight}",
        parts=keys,
        value=max(known) if known else None,
    )


RULE = Rule(
    code="MEC-007",
    id="card-sags",
    area="Mechanical",
    title="Heavy cards want a brace",
    why="A sagging card pulls on its slot. Reinforced slots do not keep the card's own board from cracking, least of "
    "all in transport.",
    fix="Use a brace or support, and take heavy cards out before moving the machine.",
    sources=("https://www.eteknix.com/nvidia-geforce-rtx-3090-pictured-inside-case/",),
    reads=on_cards,
    needs=A_CARD,
    check=check,
)
