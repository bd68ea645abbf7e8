"""Cards whose lanes come from the chipset, behind an uplink that others share."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes, Link
from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.domain.units import show_gb_s, show_link
from planner.rules import fixes
from planner.rules.missing import links_of_cards
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes
from planner.rules.words import card_name, listed, short


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    yield from links_of_cards(subject)
    for link in subject.of.links:
        if link.root_kind == "chipset":
            yield _verdict(subject, link)


def _verdict(subject: Subject[Lanes], link: Link) -> Verdict:
    slow = link.gen <= 2
    matters = subject.in_lockstep or slow or _drive_beside(link)
    return Verdict(
        Severity.WARNING if matters else Severity.INFO,
        f"{card_name(subject.rig, link.gpu)} in {link.slot} gets {show_link(link.gen, link.width)} from the chipset, "
        f"whose uplink to the processor carries {show_gb_s(link.path_gb_s)} at most{_shared(link)}. "
        f"{_meaning(subject)}",
        parts=(link.gpu,),
        where=link.slot,
        value=-link.path_gb_s,
        fixes=lambda: _fixes(subject, link) if matters else (),
        steps=link.steps,
    )


def _drive_beside(link: Link) -> bool:
    return any(key.startswith("drive-") for key in link.uplink_shared_with)


def _shared(link: Link) -> str:
    others = listed(short(key) for key in link.uplink_shared_with)
    return f" and is shared with {others}, the network and USB" if others else ", shared with network, USB and drives"


def _meaning(subject: Subject[Lanes]) -> str:
    if subject.in_lockstep:
        return "Tensor parallel was measured to lose about 15 % generating and up to 30 % on long prompts this way."
    if subject.split == "layer":
        return "With layer split a few kilobytes per token cross it: only loading takes longer."
    return "A model that sits in VRAM hardly uses it: only loading takes longer."


def _fixes(subject: Subject[Lanes], link: Link) -> fixes.Fixes:
    found = fixes.move_card(subject.rig, link.gpu, lambda rig: _better(rig, link, subject.policy.min_gap_mm))
    # Where a drive shares the uplink, or the link is of an old generation, another split changes nothing.
    helps = subject.in_lockstep and link.gen > 2 and not _drive_beside(link)
    return found + (fixes.use_layer_split(subject.rig) if helps else ())


def _better(rig: Rig, link: Link, min_gap_mm: float) -> bool:
    return fixes.on_cpu_lanes(rig, link.gpu) and fixes.sits_well(rig, min_gap_mm)


RULE = Rule(
    code="PCI-002",
    id="gpu-on-chipset-lanes",
    area="PCIe",
    title="Card hangs off the chipset",
    why="Everything behind the chipset shares one uplink, and traffic between this card and one on processor lanes "
    "takes the longer way.",
    fix="Put cards that work in step into slots on processor lanes; give the chipset slot to a card that works alone.",
    sources=(
        "https://github.com/noonghunna/club-3090/issues/126",
        "https://github.com/noonghunna/club-3090/issues/178",
    ),
    reads=on_lanes,
    needs=A_BOARD,
    check=check,
    folds_into=("PCI-005",),
)
