"""A build's ids -> a rig with the parts in hand. Ids nobody knows are listed, the rest is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from planner.catalog.store import Catalog
from planner.domain.build import Build, Chosen, Placement
from planner.domain.parts import Connector
from planner.domain.rig import OwnSpeed, Rig, RigCard, RigDrive, RigMemory, RigPsu

T = TypeVar("T")


def resolve(build: Build, catalog: Catalog) -> Rig:
    find = _Finder(catalog)
    parts, workload = build.parts, build.workload
    kit = find(catalog.memory, parts.memory.kit) if parts.memory else None
    bare = Rig(
        build=build,
        board=find(catalog.boards, parts.board),
        psus=tuple(RigPsu(c.key, psu) for c in _in_order(parts.psus) if (psu := find(catalog.psus, c.part))),
    )
    cards = tuple(card for c in _in_order(parts.gpus) if (card := _card(c, bare, catalog, find)))
    return replace(
        bare,
        cpu=find(catalog.cpus, parts.cpu),
        cooler=find(catalog.coolers, parts.cooler),
        case=find(catalog.cases, parts.case),
        memory=RigMemory(kit, parts.memory.kits) if kit and parts.memory else None,
        cards=cards,
        drives=tuple(drive for c in _in_order(parts.drives) if (drive := _drive(c, bare, catalog, find))),
        bridges=tuple(bridge for c in parts.bridges if (bridge := find(catalog.bridges, c.part))),
        circuit=find(catalog.circuits, build.site.circuit),
        workload=workload,
        model=find(catalog.models, workload.model) if workload else None,
        engine=find(catalog.engines, workload.engine) if workload else None,
        draft=find(catalog.models, workload.draft) if workload else None,
        missing=tuple(find.missing),
        replaced=tuple(find.borrowed),
        file_size=catalog.size_of.get((workload.model, workload.quant)) if workload else None,
        calibration=catalog.calibration,
        measurements=build.measured
        + tuple(m for chip in {c.chip.id for c in cards} for m in catalog.measured_on.get(chip, ())),
        own_speeds=tuple(_own(build, catalog)),
        shelf=catalog.shelf,
    )


def _own(build: Build, catalog: Catalog) -> Iterator[OwnSpeed]:
    for row in build.measured:
        model = catalog.models.get(row.model)
        if model is not None:
            size = catalog.size_of.get((row.model, row.quant))
            yield OwnSpeed(row, model, size, catalog.engines.get(row.engine))


def _in_order(chosen: tuple[Chosen, ...]) -> list[Chosen]:
    """By number: the order in which parts were picked must change nothing."""
    return sorted(chosen, key=lambda c: int(c.key.rpartition("-")[2]))


class _Finder:
    """Looks ids up and remembers what was not there, or only in the build file's snapshot."""

    def __init__(self, catalog: Catalog) -> None:
        self._borrowed_ids = catalog.borrowed
        self.missing: dict[str, None] = {}
        self.borrowed: dict[str, None] = {}

    def __call__(self, records: Mapping[str, T], part: str | None) -> T | None:
        if part is None:
            return None
        found = records.get(part)
        if found is None:
            self.missing[part] = None
        elif part in self._borrowed_ids:
            self.borrowed[part] = None
        return found


def _card(chosen: Chosen, rig: Rig, catalog: Catalog, find: _Finder) -> RigCard | None:
    card = find(catalog.cards, chosen.part)
    chip = find(catalog.chips, card.chip) if card else None
    if card is None or chip is None:
        return None
    spot = rig.build.placement(chosen.key)
    feeding = [psu.key for psu in rig.psus]
    return RigCard(
        key=chosen.key,
        card=card,
        chip=chip,
        slot=_connector(rig, spot),
        slot_name=spot.slot,
        riser=find(catalog.risers, spot.riser),
        bay=spot.bay,
        psu=spot.psu if spot.psu in feeding else next(iter(feeding), None),
        limit_w=rig.build.limits.get(chosen.key),
    )


def _drive(chosen: Chosen, rig: Rig, catalog: Catalog, find: _Finder) -> RigDrive | None:
    drive = find(catalog.drives, chosen.part)
    spot = rig.build.placement(chosen.key)
    return RigDrive(chosen.key, drive, _connector(rig, spot), spot.slot) if drive else None


def _connector(rig: Rig, spot: Placement) -> Connector | None:
    return rig.board.connector(spot.slot) if rig.board and spot.slot else None
