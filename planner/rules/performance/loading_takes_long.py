"""Minutes until the model is loaded."""

from collections.abc import Iterator

from planner.analysis.throughput import Throughput
from planner.domain.findings import Severity
from planner.domain.units import show_s
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import AN_ESTIMATE, Subject, on_throughput

LONG_S = 120.0
VERY_LONG_S = 300.0


def check(subject: Subject[Throughput]) -> Iterator[Verdict | Needs]:
    load_s = subject.of.load_s
    if load_s is None:
        yield Needs("a drive whose read rate is known")
    elif load_s > LONG_S:
        yield Verdict(
            Severity.WARNING if load_s > VERY_LONG_S else Severity.INFO,
            f"Reading the model from the drive takes about {show_s(load_s)} at every start and change of model.",
            parts=tuple(drive.key for drive in subject.rig.drives) or tuple(card.key for card in subject.rig.cards),
            value=load_s,
        )


RULE = Rule(
    code="PRF-006",
    id="loading-takes-long",
    area="Performance",
    title="Loading takes minutes",
    why="The slowest of drive and slot decides; a memory card took ten minutes where a server took thirty seconds.",
    fix="Put models on an NVMe drive in a socket with four lanes.",
    sources=("https://github.com/geerlingguy/raspberry-pi-pcie-devices/issues/791",),
    reads=on_throughput,
    needs=AN_ESTIMATE,
    check=check,
)
