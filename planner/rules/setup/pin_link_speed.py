"""Risers, external boxes and new cards whose links like to be pinned."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig, RigCard
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards
from planner.rules.words import cards_listed


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    wanting = tuple(card.key for card in subject.rig.cards if _wants_pinning(card))
    if wanting:
        yield Verdict(
            Severity.INFO,
            f"If {cards_listed(wanting)} drop off the bus or show errors, set the slot's PCIe generation one down in "
            "the BIOS. Cards that vanish when idle: “pcie_aspm=off pcie_port_pm=off” on the kernel command line.",
            parts=wanting,
        )


def _wants_pinning(card: RigCard) -> bool:
    riser = card.riser
    return riser is not None and (riser.kind in ("oculink", "external", "usb_mining") or riser.gen >= 4)


RULE = Rule(
    code="BIO-013",
    id="pin-link-speed",
    area="Setup",
    title="Be ready to pin the link speed",
    why="A dock that lost its card again and again was stable once its link was held at generation 2.",
    fix="Fix the generation in the BIOS instead of Auto.",
    sources=("https://github.com/NVIDIA/open-gpu-kernel-modules/issues/974",),
    reads=on_cards,
    needs=A_CARD,
    check=check,
    folds_into=("PCI-009", "PCI-010"),
)
