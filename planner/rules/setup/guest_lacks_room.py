"""Cards handed to a virtual machine: the guest needs address space for their windows."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.domain.units import show_gib
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards

SEVERAL = 2
LARGE_GIB = 16


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    cards = subject.rig.cards
    if not subject.rig.build.setup.virtual_machine:
        return
    if len(cards) >= SEVERAL or any(card.vram_gib >= LARGE_GIB for card in cards):
        windows = sum(card.vram_gib for card in cards)
        yield Verdict(
            Severity.WARNING,
            f"Give the guest a 64-bit MMIO window of at least {show_gib(2 * windows)}, twice the {show_gib(windows)} "
            "of the cards, and read link widths on the host: those the guest shows are made up.",
            parts=tuple(card.key for card in cards),
            value=windows,
        )


RULE = Rule(
    code="BIO-012",
    id="guest-lacks-room",
    area="Setup",
    title="Virtual machine needs room for the cards' memory",
    why="Firmware of guests leaves a few GiB by default. Cards that do not go in fail to start in the guest while the "
    "host sees them all.",
    fix="Raise the guest's 64-bit MMIO size, or run on the machine itself.",
    sources=("OVMF: fw_cfg opt/ovmf/X-PciMmio64Mb sets the 64-bit window of a guest",),
    reads=on_cards,
    needs=A_CARD,
    check=check,
)
