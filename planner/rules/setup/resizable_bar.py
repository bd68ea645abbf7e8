"""Where Resizable BAR matters beyond a faster load."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards
from planner.rules.words import cards_listed


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    patched = subject.rig.build.setup.unofficial_p2p
    if not (subject.in_lockstep or patched):
        return
    consumer = {card.key for card in subject.rig.cards if card.chip.segment == "consumer"}
    links = subject.facts.lanes.links if subject.facts.lanes else ()
    switched = tuple(link.gpu for link in links if link.root_kind == "switch" and link.gpu in consumer)
    if switched:
        yield Verdict(
            Severity.WARNING,
            f"{cards_listed(switched)} sit behind a switch: on some server boards Resizable BAR does not work there, "
            "and without it direct copies are not to be had. Check that BAR1 equals the card's memory.",
            parts=switched,
            where="switch",
        )
    elif len(consumer) > 1:
        keys = tuple(card.key for card in subject.rig.cards if card.key in consumer)
        yield Verdict(
            Severity.INFO,
            "Check that BAR1 in “nvidia-smi -q -d MEMORY” equals the card's memory; early RTX 3090 firmware stops at "
            "256 MiB and wants an update.",
            parts=keys,
        )


RULE = Rule(
    code="BIO-002",
    id="resizable-bar",
    area="Setup",
    title="Check Resizable BAR",
    why="Loading is faster with it, and direct copies between cards need it. Generating does not.",
    fix="Switch it on in the BIOS; update the cards' firmware where the window stays small.",
    sources=(
        "https://github.com/aikitoria/open-gpu-kernel-modules/issues/6",
        "https://github.com/aikitoria/open-gpu-kernel-modules/issues/9",
    ),
    reads=on_cards,
    needs=A_CARD,
    check=check,
    folds_into=("BIO-001",),
)
