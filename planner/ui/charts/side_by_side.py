"""The workload as it would run on something else: what can stand side by side in the throughput chart beside models."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from planner.advice.point import Point
from planner.advice.sweeps import Machine, build_sweep, cards_sweep, split_label, split_sweep
from planner.catalog import examples
from planner.evaluate import Report
from planner.session.session import Session

MODELS, CARDS, SPLITS, BUILDS = "Models", "Numbers of cards", "Splits and engines", "Other builds"
SIDES = (MODELS, CARDS, SPLITS, BUILDS)
REMARKS = {
    CARDS: "Cards beyond those of the build are taken as the first one, each on a link of its own.",
    SPLITS: "Choose this engine and split in the workload to see the estimate step by step.",
    BUILDS: "The workload of the open build on another one. Open that build to see its estimate step by step.",
}


@dataclass(frozen=True, slots=True)
class Beside:
    point: Point
    own: bool
    """Whether it is the build as it is now."""


def beside(side: str, session: Session, report: Report, others: Iterable[Report]) -> Iterator[Beside]:
    """One by one; `others` are asked for only where builds are compared."""
    work, machine = report.rig.workload, machine_of(report)
    if work is None or not report.rig.computes:
        return
    if side == CARDS:
        for point in cards_sweep(machine):
            yield Beside(point, point.x == len(report.rig.cards))
    elif side == SPLITS:
        now = split_label(report.rig.engine, work.split) if report.rig.engine else ""
        engines = sorted(session.catalog.engines.items(), key=lambda item: item[0] != work.engine)
        for point in split_sweep(machine, dict(engines)):
            yield Beside(point, point.label == now)
    elif side == BUILDS:
        machines = (machine, *(machine_of(other) for other in others if other.rig.computes))
        for number, point in enumerate(build_sweep(machines, work)):
            yield Beside(point, number == 0)


def machine_of(report: Report) -> Machine:
    facts = report.facts
    return Machine(report.rig, facts.lanes, facts.policy.margin_gib, report.build.name)


def shipped_builds(session: Session) -> Iterator[Report]:
    """The examples, but for the one that is open."""
    for name in examples.names():
        build = examples.example(name)
        if build.name != session.build.name:
            yield session.preview(build)
