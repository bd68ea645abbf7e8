"""Risers that need their slot split in the BIOS."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.parts import Board, Riser
from planner.domain.rig import Rig
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import Subject, on_rig
from planner.rules.words import cards_listed


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    rig = subject.rig
    groups: dict[tuple[str, str], list[str]] = {}
    risers = {card.riser.id: card.riser for card in rig.cards if card.riser and card.riser.needs_split}
    for card in rig.cards:
        if card.riser and card.riser.needs_split and card.slot_name:
            groups.setdefault((card.slot_name, card.riser.id), []).append(card.key)
    if rig.board is None:
        if groups:
            yield Needs("a motherboard")
        return
    for (slot, riser), keys in groups.items():
        yield from _one(rig.board, slot, risers[riser], tuple(keys))


def _one(board: Board, slot: str, riser: Riser, keys: tuple[str, ...]) -> Iterator[Verdict | Needs]:
    offered = board.bifurcation.get(slot)
    if offered is None:
        severity, said = Severity.WARNING, f"whether the BIOS of {board.title} can split {slot} so is not known"
    elif riser.needs_split not in offered:
        severity, said = Severity.ERROR, f"the BIOS offers {', '.join(offered) or 'no split'} for {slot}"
    else:
        severity, said = Severity.INFO, f"set PCIe bifurcation of {slot} to {riser.needs_split} in the BIOS"
    yield Verdict(
        severity,
        f"{riser.title} for {cards_listed(keys)} needs {slot} split into {riser.needs_split}: {said}.",
        parts=(*keys, "board"),
        where=slot,
        rests_on=(("board", "bifurcation"),),
        title="Set the slot's bifurcation" if severity == Severity.INFO else "",
    )


RULE = Rule(
    code="PCI-008",
    id="slot-does-not-split",
    area="PCIe",
    title="Slot may not split its lanes",
    why="A passive splitter shows a single card unless the BIOS divides the slot's lanes the same way.",
    fix="Use a slot and a board whose BIOS offers the split, or a splitter with its own switch.",
    sources=(
        "https://github.com/ikawrakow/ik_llama.cpp/pull/1596",
        "https://github.com/letsRTFM/AI-Workstation",
    ),
    reads=on_rig,
    needs="",
    check=check,
)
