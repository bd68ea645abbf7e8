"""Risers and cables at a signalling rate they may not carry."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes, Link
from planner.domain.findings import Severity
from planner.domain.parts import Riser
from planner.domain.units import show_mm
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes
from planner.rules.words import card_name

LONG_MM = 300
NOT_CABLES = ("usb_mining", "external")


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    for link in subject.of.links:
        card = subject.rig.card(link.gpu)
        if card and card.riser and card.riser.kind not in NOT_CABLES:
            yield from _one(subject, link, card.riser)


def _one(subject: Subject[Lanes], link: Link, riser: Riser) -> Iterator[Verdict | Needs]:
    severity = _severity(link.gen, riser)
    if riser.length_mm is None and link.gen >= 4 and not riser.redriver:
        yield Needs(f"length of {riser.title}")
    if severity is not None:
        yield _verdict(subject, link, riser, severity)


def _severity(gen: int, riser: Riser) -> Severity | None:
    if riser.redriver or gen <= 3:
        return None
    too_long = riser.length_mm is not None and riser.length_mm > LONG_MM
    # A splitter is one more connector in the way of every card behind it.
    return Severity.WARNING if gen >= 5 or too_long or riser.gen < gen or riser.ports > 1 else Severity.INFO


def _verdict(subject: Subject[Lanes], link: Link, riser: Riser, severity: Severity) -> Verdict:
    length = f", {show_mm(riser.length_mm)} long" if riser.length_mm else ""
    return Verdict(
        severity,
        f"{card_name(subject.rig, link.gpu)} runs PCIe {link.gen}.0 over {riser.title}{length}, without a redriver. "
        f"Set {link.slot} to PCIe {link.gen - 1}.0 in the BIOS if links drop or errors are counted under load.",
        parts=(link.gpu,),
        where=link.slot,
        value=link.gen * 1000 + (riser.length_mm or 0),
    )


RULE = Rule(
    code="PCI-009",
    id="riser-margin-thin",
    area="PCIe",
    title="Riser at the edge of its signal",
    why="A weak link fails quietly: fewer lanes, a lower generation, or errors that are corrected at a cost until the "
    "card drops off the bus under load.",
    fix="Keep passive cables short, use one with a redriver or retimer, or run the slot one generation down.",
    sources=(
        "https://github.com/local-inference-lab/rtx6kpro daily-summaries/2026-04/2026-04-23.md",
        "https://github.com/local-inference-lab/rtx6kpro daily-summaries/2026-05/2026-05-01.md",
        "https://github.com/letsRTFM/AI-Workstation",
    ),
    reads=on_lanes,
    needs=A_BOARD,
    check=check,
)
