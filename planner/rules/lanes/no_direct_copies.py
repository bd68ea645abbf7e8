"""Tensor parallel on cards that cannot copy to each other directly."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards
from planner.rules.words import cards_listed


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    patched = subject.rig.build.setup.unofficial_p2p
    keys = _without(subject)
    if len(keys) < 2 or not (subject.in_lockstep or patched):
        return
    yield _patched(subject, keys) if patched else _stock(keys)


def _without(subject: Subject[Rig]) -> tuple[str, ...]:
    """GeForce cards but for those a bridge joins."""
    links = subject.facts.lanes
    joined = {key for pair in links.pairs if pair.kind == "nvlink" for key in (pair.a, pair.b)} if links else set()
    return tuple(card.key for card in subject.rig.cards if card.chip.p2p is False and card.key not in joined)


def _patched(subject: Subject[Rig], keys: tuple[str, ...]) -> Verdict:
    """Risky where the plan's speed would hang on it; between different chips it does nothing."""
    chips = {card.chip.id for card in subject.rig.cards if card.key in keys}
    if len(chips) > 1:
        effect = "serves pairs of one chip only: between different ones even that driver gives no direct copies"
    else:
        effect = (
            "needs Resizable BAR, iommu=pt and ACS off; it has hung at the first exchange and, with every test green, "
            "produced wrong results. Check the text it generates, and do not plan on its gain of about a tenth"
        )
    return Verdict(
        Severity.WARNING if subject.in_lockstep and len(chips) == 1 else Severity.INFO,
        f"The unofficial driver for direct copies between {cards_listed(keys)} {effect}.",
        parts=keys,
        where="driver",
        title="Unofficial driver for direct copies",
    )


def _stock(keys: tuple[str, ...]) -> Verdict:
    return Verdict(
        Severity.INFO,
        f"With the stock driver {cards_listed(keys)} exchange results through system memory: these cards have no "
        "peer-to-peer over PCIe. Estimates here count with that. An unofficial driver adds about a tenth on pairs of "
        "one model, needs Resizable BAR, iommu=pt and ACS off, and has produced wrong results: check the text it "
        "generates.",
        parts=keys,
    )


RULE = Rule(
    code="PCI-011",
    id="no-direct-copies",
    area="PCIe",
    title="Cards copy through system memory",
    why="Every exchange costs about 15 µs instead of 1 µs. It is part of the estimate, not a fault.",
    fix="Nothing to do. Do not plan on an unofficial driver's gain.",
    sources=(
        "https://github.com/noonghunna/club-3090/issues/294",
        "https://github.com/noonghunna/club-3090/issues/922",
        "https://github.com/tinygrad/open-gpu-kernel-modules/issues/28",
    ),
    reads=on_cards,
    needs=A_CARD,
    check=check,
)
