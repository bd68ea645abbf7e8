"""Where a power limit saves much and costs little, and where it costs too much.

The limits are where measured power sweeps bend while tokens are generated; above them each watt buys next to nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from planner.domain.findings import Severity
from planner.domain.parts import Chip
from planner.domain.rig import Rig, RigCard
from planner.domain.units import show_w
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards
from planner.rules.words import cards_listed, verb

WITHIN = 1.15


@dataclass(frozen=True, slots=True)
class Knee:
    """Watts per card."""

    alone: int
    """Dense model on one card or split by layers."""
    tensor: int
    """Tensor parallel: cards wait for each other and draw less."""
    cliff: int
    """Below this, dense models lose more speed than watts."""


KNEES = {
    "rtx 3090": Knee(alone=280, tensor=250, cliff=200),
    "rtx 3090 ti": Knee(alone=280, tensor=200, cliff=190),
    "rtx 4090": Knee(alone=280, tensor=270, cliff=220),
    "rtx 5090": Knee(alone=400, tensor=400, cliff=400),
    "rtx pro 6000 blackwell": Knee(alone=300, tensor=300, cliff=250),
    "rtx 5060 ti": Knee(alone=150, tensor=150, cliff=150),
}
"""By chip name. Sweeps: club-3090 (3090, 3090 Ti, 4090, 5090), rtx6kpro (RTX PRO 6000), InventiveHQ (5060 Ti)."""


def knee_of(chip: Chip) -> Knee | None:
    name = chip.name.lower().removeprefix("nvidia ").removeprefix("geforce ")
    return KNEES.get(name) or KNEES.get(name.removesuffix(" 16 gb").removesuffix(" 16gb"))


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    tensor = subject.workload is not None and subject.workload.split == "tensor"
    for chip in dict.fromkeys(card.chip.id for card in subject.rig.cards):
        cards = [card for card in subject.rig.cards if card.chip.id == chip]
        knee = knee_of(cards[0].chip)
        if knee is None:
            continue
        watts = knee.tensor if tensor else knee.alone
        yield from _worth_capping(subject.rig, [card for card in cards if card.power_w > watts * WITHIN], watts)
        yield from _capped_too_far([card for card in cards if card.power_w < knee.cliff], knee.cliff)


def _worth_capping(rig: Rig, cards: list[RigCard], watts: int) -> Iterator[Verdict]:
    if not cards:
        return
    keys = tuple(card.key for card in cards)
    saved = sum(card.power_w - watts for card in cards)
    yield Verdict(
        Severity.INFO,
        f"{cards_listed(keys)} {verb(len(keys), 'runs', 'run')} at {show_w(max(c.power_w for c in cards))}. Measured "
        f"speed of generating tokens bends at about {watts} W on this chip: {show_w(saved)} less for a few percent. "
        "Long prompts lose more.",
        parts=keys,
        value=saved,
        fixes=lambda: fixes.cap_cards(rig, keys, watts),
    )


def _capped_too_far(cards: list[RigCard], cliff: int) -> Iterator[Verdict]:
    if not cards:
        return
    keys = tuple(card.key for card in cards)
    yield Verdict(
        Severity.WARNING,
        f"{cards_listed(keys)} {verb(len(keys), 'is', 'are')} limited to {show_w(min(c.power_w for c in cards))}. "
        f"Below about {cliff} W this chip loses speed faster than watts on dense models.",
        parts=keys,
        where="cliff",
        value=cliff - min(card.power_w for card in cards),
        fixes=lambda: (fixes.limit_to(f"Limit {cards_listed(keys)} to {cliff} W", keys, cliff),),
        title="Power limit costs too much speed",
        assumed=True,
    )


RULE = Rule(
    code="PWR-012",
    id="limit-worth-setting",
    area="Power",
    title="A power limit would save much",
    why="Generating tokens waits for memory, not for the cores. The last third of the watts buys heat, noise and load "
    "on the supply, and hardly any speed.",
    fix="Set a power limit near the bend of the measured curve.",
    sources=(
        "https://github.com/noonghunna/club-3090 docs/HARDWARE.md",
        "https://github.com/local-inference-lab/rtx6kpro hardware/gpu-configs.md",
        "https://inventivehq.com/blog/gpu-power-limit-tokens-per-watt",
    ),
    reads=on_cards,
    needs=A_CARD,
    check=check,
)
