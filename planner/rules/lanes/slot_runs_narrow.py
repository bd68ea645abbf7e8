"""Cards on processor lanes that get fewer of them than they could take."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes, Link
from planner.domain.findings import Severity
from planner.domain.units import PRACTICAL_SHARE, show_gb_s, show_link
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes
from planner.rules.words import listed, short


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    for unknown in subject.of.unknown:
        yield Needs(unknown)
    taken = {gpu for gpu, other in subject.of.narrowed_by if other.startswith("drive-")}
    narrow = [link for link in subject.of.links if _narrow(link) and link.gpu not in taken]
    if narrow:
        yield _verdict(subject, narrow)


def _narrow(link: Link) -> bool:
    """One lane, chipset lanes and lanes a drive took have rules of their own."""
    return link.root_kind == "cpu" and 1 < link.width < min(link.card_width, 16)


def _verdict(subject: Subject[Lanes], narrow: list[Link]) -> Verdict:
    keys = tuple(link.gpu for link in narrow)
    each = [
        f"{short(link.gpu)} {show_link(link.gen, link.width)} ({show_gb_s(link.gb_s * PRACTICAL_SHARE)} in practice)"
        for link in narrow
    ]
    reasons = tuple(dict.fromkeys(reason for link in narrow for reason in link.limited_by))
    because = f" because {listed(reasons)}" if reasons else ""
    return Verdict(
        Severity.INFO,
        f"{listed(each)}{because}. {_meaning(subject)}",
        parts=keys,
        value=-min(link.gb_s for link in narrow),
        steps=tuple(step for link in narrow for step in link.steps),
    )


def _meaning(subject: Subject[Lanes]) -> str:
    if subject.in_lockstep:
        return "Eight lanes of PCIe 4.0 cost tensor parallel next to nothing while generating; long prompts feel more."
    return "This costs load time only: a model that sits in VRAM sends next to nothing over the slot."


RULE = Rule(
    code="PCI-001",
    id="slot-runs-narrow",
    area="PCIe",
    title="Slots share the processor's lanes",
    why="Boards split the sixteen lanes of a desktop processor among their slots. Measured rigs with 4.0 x8 generate "
    "as fast as those with x16.",
    fix="Nothing to do. Where prompts are long and the split is tensor parallel, prefer slots that keep sixteen lanes.",
    sources=(
        "https://github.com/noonghunna/club-3090/issues/642",
        "https://github.com/noonghunna/club-3090/issues/474",
        "https://github.com/turboderp-org/exllamav2/issues/571",
    ),
    reads=on_lanes,
    needs=A_BOARD,
    check=check,
    folds_into=("PCI-007", "PCI-015"),
)
