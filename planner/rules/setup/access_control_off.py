"""ACS, for cards that copy to each other directly."""

from collections.abc import Iterator

from planner.analysis.lanes import Lanes
from planner.domain.findings import Severity
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    direct = {key for pair in subject.of.pairs if pair.p2p and pair.kind != "nvlink" for key in (pair.a, pair.b)}
    if subject.in_lockstep and direct:
        yield Verdict(
            Severity.INFO,
            "Switch ACS off in the BIOS or by kernel, so that copies between the cards take the short way. Leave it "
            "on where virtual machines share the host: it is what keeps them apart.",
            parts=tuple(card.key for card in subject.rig.cards if card.key in direct),
        )


RULE = Rule(
    code="BIO-006",
    id="access-control-off",
    area="Setup",
    title="Switch ACS off for direct copies",
    why="With access control every copy between cards goes up to the processor and back.",
    fix="Switch ACS off on a machine without virtual machines.",
    sources=("https://github.com/aikitoria/open-gpu-kernel-modules/issues/6",),
    reads=on_lanes,
    needs=A_BOARD,
    check=check,
)
