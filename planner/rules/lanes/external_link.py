"""Cards outside the case: OCuLink, USB4 and Thunderbolt."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes, Link
from planner.domain.findings import Severity
from planner.domain.parts import Riser
from planner.domain.rig import RigCard
from planner.domain.units import PRACTICAL_SHARE, show_gb_s, show_w
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes
from planner.rules.words import card_name

EXTERNAL = ("oculink", "external")
POWERFUL_W = 400


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    for link in subject.of.links:
        card = subject.rig.card(link.gpu)
        if card and card.riser and card.riser.kind in EXTERNAL:
            yield _verdict(subject, link, card, card.riser)


def _verdict(subject: Subject[Lanes], link: Link, card: RigCard, riser: Riser) -> Verdict:
    powerful = card.power_w > POWERFUL_W
    note = f" At {show_w(card.power_w)} such links have dropped out under load." if powerful else ""
    tunnelled = riser.kind == "external"
    return Verdict(
        Severity.WARNING if subject.in_lockstep or powerful or tunnelled else Severity.INFO,
        f"{card_name(subject.rig, link.gpu)} hangs on {riser.title}: {show_gb_s(link.gb_s * PRACTICAL_SHARE)} in "
        f"practice. Plug and unplug it with the power off; if it falls off the bus, pin the link to PCIe 3.0.{note}",
        parts=(link.gpu,),
        value=card.power_w,
        fixes=lambda: fixes.use_layer_split(subject.rig) if subject.in_lockstep and not (powerful or tunnelled) else (),
        steps=link.steps,
    )


RULE = Rule(
    code="PCI-010",
    id="external-link",
    area="PCIe",
    title="Card on an external link",
    why="One card alone loses little, about 6 % over OCuLink. Cards in step are slowed by it, and hot-plugged links "
    "lose cards (Xid 79).",
    fix="Split by layers, or put the card into a slot.",
    sources=(
        "https://github.com/noonghunna/club-3090/issues/107",
        "https://github.com/NVIDIA/open-gpu-kernel-modules/issues/974",
    ),
    reads=on_lanes,
    needs=A_BOARD,
    check=check,
)
