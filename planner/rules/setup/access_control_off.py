"""ACS, for cards that copy to each other directly."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    direct = _direct(subject)
    if len(direct) > 1:
        yield Verdict(
            Severity.INFO,
            "Switch ACS off in the BIOS or by kernel, so that copies between the cards take the short way. Leave it "
            "on where virtual machines share the host: it is what keeps them apart.",
            parts=tuple(card.key for card in subject.rig.cards if card.key in direct),
        )


def _direct(subject: Subject[Rig]) -> set[str]:
    """Cards that copy to each other over PCIe: those that can and work in step, or all with a patched driver."""
    links = subject.facts.lanes
    if subject.rig.build.setup.unofficial_p2p:
        return {card.key for card in subject.rig.cards}
    if not subject.in_lockstep or links is None:
        return set()
    return {key for pair in links.pairs if pair.p2p and pair.kind != "nvlink" for key in (pair.a, pair.b)}


RULE = Rule(
    code="BIO-006",
    id="access-control-off",
    area="Setup",
    title="Switch ACS off for direct copies",
    why="With access control every copy between cards goes up to the processor and back.",
    fix="Switch ACS off on a machine without virtual machines.",
    sources=("https://github.com/aikitoria/open-gpu-kernel-modules/issues/6",),
    reads=on_cards,
    needs=A_CARD,
    check=check,
)
