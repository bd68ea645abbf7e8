"""AMD hosts on Linux whose cards work in step."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    workload, cpu = subject.workload, subject.rig.cpu
    if not subject.in_lockstep or workload is None or not workload.host.startswith("linux"):
        return
    if cpu is None:
        yield Needs("a processor")
    elif cpu.vendor == "AMD":
        yield Verdict(
            Severity.INFO,
            "Boot with “iommu=pt” on the kernel command line. Check it with “cat /proc/cmdline”.",
            parts=("cpu", *(card.key for card in subject.rig.cards)),
        )


RULE = Rule(
    code="BIO-005",
    id="iommu-passthrough",
    area="Setup",
    title="Boot with iommu=pt",
    why="On AMD hosts heavy traffic between cards has led to page faults of the IOMMU, after which a card is lost "
    "(Xid 154).",
    fix="Add iommu=pt to the kernel command line.",
    sources=(
        "https://github.com/mattbucci/2x-3090-GA102-300-A1-sglang-inference",
        "https://github.com/noonghunna/club-3090 docs/PCIE_P2P.md",
    ),
    reads=on_cards,
    needs=A_CARD,
    check=check,
)
