"""Operating system and driver: what this plan asks of them."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards
from planner.rules.words import cards_listed, verb


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    workload = subject.workload
    if workload is not None and workload.host == "wsl2":
        yield Verdict(
            Severity.WARNING,
            "WSL2 has halved generating in measured cases and holds more than 1 GiB per card. Linux on the machine "
            "itself is the plan to prefer.",
            parts=tuple(card.key for card in subject.rig.cards),
            where="wsl2",
        )
    young = tuple(card.key for card in subject.rig.cards if card.chip.family == "blackwell")
    if young and (workload is None or workload.host.startswith("linux")):
        yield Verdict(
            Severity.INFO,
            f"{cards_listed(young)} {verb(len(young), 'wants', 'want')} the open kernel modules of the driver, branch "
            "570 or later; engines built for "
            "CUDA 13 want 580.",
            parts=young,
            where="driver",
            title="Driver for new cards",
        )


RULE = Rule(
    code="BIO-008",
    id="system-costs-speed",
    area="Setup",
    title="System costs speed",
    why="The same cards run at different speeds under different systems, and not at all with too old a driver.",
    fix="Linux on the machine itself, with a driver of the branch the engine names.",
    sources=("https://github.com/noonghunna/club-3090 docs/HARDWARE.md",),
    reads=on_cards,
    needs=A_CARD,
    check=check,
)
