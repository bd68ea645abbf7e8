"""Where a part that is added goes: the first free place that does no harm."""

from collections.abc import Callable, Generator

from planner.domain import edits
from planner.domain.build import Build, Placement
from planner.domain.findings import Severity
from planner.evaluate import Report

MAX_TRIED = 4
"""Places judged before the least bad one is taken."""


def free_slots(report: Report) -> tuple[str, ...]:
    """Slots a card can be plugged into: alive, empty and not under another card. At a CPU first, then the widest."""
    if report.facts.lanes is None:
        return ()
    covered = {name for name, _ in report.facts.space.covered} if report.facts.space else set()
    free = [
        state
        for state in report.facts.lanes.connectors
        if state.kind == "slot" and state.occupied_by is None and state.width != 0 and state.connector not in covered
    ]
    free.sort(key=lambda state: (state.root_kind != "cpu", -(state.width or 0), state.row or 99))
    return tuple(state.connector for state in free)


def free_drive_places(report: Report, kind: str) -> tuple[str, ...]:
    wanted = {"nvme": ("m2",), "sata": ("sata",), "u2": ("u2", "slimsas", "mcio", "oculink")}[kind]
    states = report.facts.lanes.connectors if report.facts.lanes else ()
    found = [state for state in states if state.kind in wanted and state.occupied_by is None and state.width != 0]
    return tuple(state.connector for state in sorted(found, key=lambda state: state.root_kind != "cpu"))


def placing_card(
    report: Report, part: str, judge: Callable[[Build], Report]
) -> Generator[None, None, tuple[Build, Report]]:
    """The card in the first free slot that brings no new error; else in the one that brings the fewest. Stops after
    each slot that would not do, so that a caller can go on with other things meanwhile."""
    tries = [edits.add(report.build, "gpus", part, Placement(slot=slot)) for slot in free_slots(report)[:MAX_TRIED]]
    best: tuple[Build, Report] | None = None
    for build in tries or [edits.add(report.build, "gpus", part)]:
        after = judge(build)
        if after.count(Severity.ERROR) <= report.count(Severity.ERROR):
            return build, after
        if best is None or after.count(Severity.ERROR) < best[1].count(Severity.ERROR):
            best = build, after
        yield
    assert best is not None  # at least one build was judged
    return best


def add_drive(report: Report, part: str, kind: str) -> Build:
    place = next(iter(free_drive_places(report, kind)), None)
    return edits.add(report.build, "drives", part, Placement(slot=place) if place else None)


def reseating(build: Build, judge: Callable[[Build], Report]) -> Generator[None, None, tuple[Build, Report]]:
    """After another board was chosen: what sat in a slot or socket this one does not have goes to the first free one,
    one card after the other, since each may cover slots. Stops after each judgement but the last."""
    report = judge(build)
    homeless = _homeless(report)
    for key in (chosen.key for chosen in build.parts.gpus if chosen.key in homeless):
        slot = next(iter(free_slots(report)), None)
        if slot is None:
            break
        yield
        build = edits.move_to_slot(build, key, slot)
        report = judge(build)
    seated = _drives_seated(report, homeless)
    if seated != build:
        yield
        build, report = seated, judge(seated)
    return build, report


def _homeless(report: Report) -> frozenset[str]:
    """Keys of what sits in a connector that the board does not have."""
    board = report.rig.board
    places = report.build.placements.items()
    return frozenset(key for key, spot in places if board and spot.slot and board.connector(spot.slot) is None)


def _drives_seated(report: Report, homeless: frozenset[str]) -> Build:
    build, taken = report.build, set[str]()
    for drive in report.rig.drives:
        if drive.key in homeless:
            free = [place for place in free_drive_places(report, drive.drive.kind) if place not in taken]
            if free:
                taken.add(free[0])
                build = edits.move_to_slot(build, drive.key, free[0])
    return build
