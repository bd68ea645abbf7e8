"""Millisecond peaks against what the supply grants above its rating."""

from collections.abc import Iterator

from planner.analysis.power import Power, SupplyLoad
from planner.domain.findings import Severity
from planner.domain.parts import Psu
from planner.domain.units import show_w
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD_OR_CPU, Subject, on_power
from planner.rules.words import part_name

FAR_OVER = 1.25
OLD_SUPPLY_PERCENT = 70


def check(subject: Subject[Power]) -> Iterator[Verdict | Needs]:
    if not subject.of.supplies:
        yield Needs("a power supply")
    for supply in subject.of.supplies:
        if not _feeds_a_card(subject, supply.psu):
            continue
        if supply.peak_w > supply.allowed_peak_w:
            yield _over(subject, supply)
        elif _old(subject, supply) and supply.sustained_w * 100 >= supply.rated_w * OLD_SUPPLY_PERCENT:
            yield _close(subject, supply)
        elif supply.peak_w > supply.rated_w >= supply.sustained_w:
            yield _granted(subject, supply)


def _feeds_a_card(subject: Subject[Power], psu: str) -> bool:
    return any(card.psu == psu for card in subject.rig.cards)


def _old(subject: Subject[Power], supply: SupplyLoad) -> bool:
    psu = subject.rig.part(supply.psu)
    return isinstance(psu, Psu) and psu.atx_version is not None and not psu.atx3


def _peaks(supply: SupplyLoad) -> str:
    return (
        f"Peaks of about {show_w(supply.peak_w)} for a millisecond, against {show_w(supply.allowed_peak_w)} granted by"
    )


def _over(subject: Subject[Power], supply: SupplyLoad) -> Verdict:
    far = supply.peak_w > supply.allowed_peak_w * FAR_OVER
    in_step = " Tensor parallel keeps the cards in step, so their peaks coincide." if subject.of.peaks_coincide else ""
    share = (1 - subject.policy.spare_percent / 100) * supply.allowed_peak_w / supply.peak_w
    return Verdict(
        Severity.ERROR if far else Severity.WARNING,
        f"{_peaks(supply)} {part_name(subject.rig, supply.psu)} ({supply.excursion_from}).{in_step} "
        "A power limit acts on an average over milliseconds and does not stop them.",
        parts=(supply.psu,),
        value=supply.peak_w / supply.allowed_peak_w,
        fixes=lambda: fixes.larger_supply(subject.rig, subject.of, supply.psu, share),
        steps=supply.steps,
        assumed=not _all_measured(subject, supply),
    )


def _close(subject: Subject[Power], supply: SupplyLoad) -> Verdict:
    return Verdict(
        Severity.INFO,
        f"{_peaks(supply)} {part_name(subject.rig, supply.psu)}. It is older than ATX 3.0, which was the first to ask "
        "for such a reserve, so what it really bears differs from unit to unit.",
        parts=(supply.psu,),
        value=supply.peak_w / supply.allowed_peak_w,
        steps=supply.steps,
        title="Supply made before load peaks were specified",
    )


def _granted(subject: Subject[Power], supply: SupplyLoad) -> Verdict:
    return Verdict(
        Severity.INFO,
        f"{_peaks(supply)} {part_name(subject.rig, supply.psu)} ({supply.excursion_from}). That is above its rating of "
        f"{show_w(supply.rated_w)} and within what its class must bear; a power limit does not cut such peaks.",
        parts=(supply.psu,),
        value=supply.peak_w / supply.allowed_peak_w,
        steps=supply.steps,
        title="Load peaks above the rating, and granted",
    )


def _all_measured(subject: Subject[Power], supply: SupplyLoad) -> bool:
    """Whether both sides are facts: peaks measured on these chips, and a supply whose class is known."""
    psu = subject.rig.part(supply.psu)
    cards = [card for card in subject.rig.cards if card.psu == supply.psu]
    known = isinstance(psu, Psu) and psu.atx3
    return known and all(card.chip.transient_ratio is not None for card in cards)


RULE = Rule(
    code="PWR-002",
    id="peaks-exceed-supply",
    area="Power",
    title="Load peaks exceed the supply",
    why="Cards jump far above their limit for a millisecond. A supply that cannot ride this out switches the whole "
    "machine off, often just as a prompt begins, with nothing in any log.",
    fix="Use a supply of the ATX 3 class with more watts, spread the cards over two supplies, or lock the GPU clock.",
    sources=(
        "Intel, ATX Version 3.0 Multi Rail Desktop Platform Power Supply Design Guide: excursion table",
        "https://www.slashgear.com/1902896/rtx-5090-how-much-power-can-pull-nvidia-geforce-gpu/",
        "https://github.com/noonghunna/club-3090/issues/1019",
    ),
    reads=on_power,
    needs=A_CARD_OR_CPU,
    check=check,
)
