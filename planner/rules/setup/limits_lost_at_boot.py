"""Power limits have to be set anew at every start."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig, RigCard
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards
from planner.rules.words import listed, short


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    capped = tuple(card for card in subject.rig.cards if card.limit_w is not None)
    if capped:
        limits = listed(f"{short(card.key)} {card.limit_w} W" for card in capped)
        yield Verdict(
            Severity.INFO,
            f"Planned limits: {limits}. {_how(capped)}",
            parts=tuple(card.key for card in capped),
        )


def _how(capped: tuple[RigCard, ...]) -> str:
    if all(card.chip.vendor == "NVIDIA" for card in capped):
        return "Set them with “nvidia-smi -pl” in a service that starts after nvidia-persistenced, and check."
    return "Set them in a service that runs at every start (“rocm-smi --setpoweroverdrive” for AMD), and check."


RULE = Rule(
    code="BIO-007",
    id="limits-lost-at-boot",
    area="Setup",
    title="Power limits are lost at every start",
    why="Without such a service the cards run at stock after the next reboot or driver reload, and the sums for "
    "supply and circuit no longer hold.",
    fix="Add a service that sets the limits.",
    sources=("https://github.com/olafkfreund/nixos_config/pull/1396",),
    reads=on_cards,
    needs=A_CARD,
    check=check,
)
