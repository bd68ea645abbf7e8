"""A graphics card on a single lane."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes, Link
from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.domain.units import PRACTICAL_SHARE, show_gb_s, show_s
from planner.rules import fixes
from planner.rules.missing import links_of_cards
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes
from planner.rules.words import card_name

FULL_CARD_GB = 1.07
"""Gigabytes in one GiB."""


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    yield from links_of_cards(subject)
    for link in subject.of.links:
        if link.width == 1:
            yield _verdict(subject, link)


def _verdict(subject: Subject[Lanes], link: Link) -> Verdict:
    card = subject.rig.card(link.gpu)
    practical = link.gb_s * PRACTICAL_SHARE
    fill_s = card.vram_gib * FULL_CARD_GB / practical if card else 0

    def cures(rig: Rig) -> bool:
        return fixes.has_lanes(rig, link.gpu, 4) and fixes.sits_well(rig, subject.policy.min_gap_mm)

    return Verdict(
        Severity.ERROR if subject.in_lockstep else Severity.WARNING,
        f"{card_name(subject.rig, link.gpu)} in {link.slot} gets one lane of PCIe {link.gen}.0: "
        f"{show_gb_s(practical)}, {show_s(fill_s)} to fill its memory once. {_meaning(subject)}",
        parts=(link.gpu,),
        where=link.slot,
        value=-link.gb_s,
        fixes=lambda: (
            fixes.move_card(subject.rig, link.gpu, cures)
            + (fixes.use_layer_split(subject.rig) if subject.in_lockstep else ())
        ),
        steps=link.steps,
    )


def _meaning(subject: Subject[Lanes]) -> str:
    if subject.in_lockstep:
        return "Too slow for cards that work in step."
    return "Once the model is loaded, generating hardly suffers."


RULE = Rule(
    code="PCI-005",
    id="slot-has-one-lane",
    area="PCIe",
    title="Card gets a single lane",
    why="Some slots are as long as a card and have one lane, and mining risers carry one. Loading takes minutes, and "
    "anything that moves data between cards crawls.",
    fix="Move the card to a slot with at least four lanes.",
    sources=(
        "https://www.manualowl.com/m/MSI/B450-A-PRO/Manual/631865?page=29",
        "https://www.sweclockers.com/forum/post/20720520",
    ),
    reads=on_lanes,
    needs=A_BOARD,
    check=check,
)
