"""One pure function per user action: build in, changed build out; an equal one when nothing changes."""

from collections.abc import Mapping
from typing import Any, TypeVar

from planner.domain.build import Build, Chosen, MemoryChoice, Placement
from planner.domain.findings import Accepted
from planner.domain.measurement import Measurement
from planner.domain.workload import Workload

T = TypeVar("T")

SINGLE_KINDS = ("cpu", "board", "case", "cooler")
MANY_KINDS = {"gpus": "gpu", "psus": "psu", "drives": "drive", "bridges": "bridge"}
"""Field of Parts -> stem of its keys."""


def _with_parts(build: Build, **changes: Any) -> Build:
    return build.replace(parts=build.parts.replace(**changes))


def _without(mapping: Mapping[str, T], key: str) -> dict[str, T]:
    return {name: value for name, value in mapping.items() if name != key}


def next_key(build: Build, field: str) -> str:
    """The lowest free key, so that a card taken out and put back is the same card."""
    stem, used = MANY_KINDS[field], {chosen.key for chosen in getattr(build.parts, field)}
    return next(key for n in range(1, 1000) if (key := f"{stem}-{n}") not in used)


def rename(build: Build, name: str) -> Build:
    return build.replace(name=name)


def choose(build: Build, kind: str, part: str | None) -> Build:
    """Set the CPU, board, case or cooler. A new board keeps placements whose slot names it shares; the rest are freed
    by `evaluate`, which reports a slot the board does not have."""
    if kind not in SINGLE_KINDS:
        raise ValueError(f"{kind} is not a part a build has once")
    return _with_parts(build, **{kind: part})


def choose_memory(build: Build, kit: str | None, kits: int = 1) -> Build:
    return _with_parts(build, memory=None if kit is None else MemoryChoice(kit=kit, kits=kits))


def add(build: Build, field: str, part: str, placement: Placement | None = None) -> Build:
    """Add a card, supply, drive or bridge under the next free key."""
    key = next_key(build, field)
    chosen = (*getattr(build.parts, field), Chosen(key=key, part=part))
    changed = _with_parts(build, **{field: tuple(sorted(chosen, key=lambda c: int(c.key.rsplit("-", 1)[1])))})
    return changed if placement is None else place(changed, key, placement)


def swap(build: Build, field: str, key: str, part: str) -> Build:
    """Another part in the same place."""
    chosen = tuple(c.replace(part=part) if c.key == key else c for c in getattr(build.parts, field))
    return _with_parts(build, **{field: chosen})


def remove(build: Build, field: str, key: str) -> Build:
    """Take an instance out, with its place and its limit; what it fed goes back to the first supply."""
    changed = _with_parts(build, **{field: tuple(c for c in getattr(build.parts, field) if c.key != key)})
    placements = {
        name: spot.replace(psu=None) if spot.psu == key else spot
        for name, spot in changed.placements.items()
        if name != key
    }
    return changed.replace(placements=placements, limits=_without(changed.limits, key))


def place(build: Build, key: str, placement: Placement) -> Build:
    if placement == Placement():
        return build.replace(placements=_without(build.placements, key))
    return build.replace(placements={**build.placements, key: placement})


def move_to_slot(build: Build, key: str, slot: str | None) -> Build:
    """Put an instance in a slot; one that sits there already changes places with it."""
    here = build.placement(key)
    tenant = next((name for name, spot in build.placements.items() if slot and spot.slot == slot and name != key), None)
    if tenant is not None:
        build = place(build, tenant, build.placement(tenant).replace(slot=here.slot))
    return place(build, key, here.replace(slot=slot))


def feed_from(build: Build, key: str, psu: str | None) -> Build:
    return place(build, key, build.placement(key).replace(psu=psu))


def use_riser(build: Build, key: str, riser: str | None, bay: int | None = None) -> Build:
    return place(build, key, build.placement(key).replace(riser=riser, bay=bay))


def limit_power(build: Build, keys: tuple[str, ...], watts: int | None) -> Build:
    """Cap cards, or with None let them run at stock."""
    kept = {key: limit for key, limit in build.limits.items() if key not in keys}
    return build.replace(limits=kept if watts is None else {**kept, **dict.fromkeys(keys, watts)})


def set_workload(build: Build, **changes: Any) -> Build:
    """Change the first workload, or make one from `model` and `quant`."""
    first = build.workload
    changed = Workload.model_validate(changes) if first is None else first.replace(**changes)
    return build.replace(workloads=(changed, *build.workloads[1:]))


def judge_workload(build: Build, place: int) -> Build:
    """Put one of the workloads first: that one is judged; the others keep their order."""
    first = build.workloads[place]
    return build.replace(workloads=(first, *build.workloads[:place], *build.workloads[place + 1 :]))


def add_workload(build: Build, workload: Workload) -> Build:
    """Another one, which is judged from now on."""
    return build.replace(workloads=(workload, *build.workloads))


def remove_workload(build: Build, place: int) -> Build:
    return build.replace(workloads=(*build.workloads[:place], *build.workloads[place + 1 :]))


def set_site(build: Build, **changes: Any) -> Build:
    return build.replace(site=build.site.replace(**changes))


def set_setup(build: Build, **changes: Any) -> Build:
    return build.replace(setup=build.setup.replace(**changes))


def add_measured(build: Build, rows: tuple[Measurement, ...]) -> Build:
    """Speeds timed on this machine; one of a known id replaces it."""
    ids = {row.id for row in rows}
    kept = tuple(row for row in build.measured if row.id not in ids)
    return build.replace(measured=(*kept, *(row.replace(own=True) for row in rows)))


def forget_measured(build: Build, ids: tuple[str, ...]) -> Build:
    return build.replace(measured=tuple(row for row in build.measured if row.id not in ids))


def accept(build: Build, accepted: Accepted) -> Build:
    return build.replace(accepted=(*(a for a in build.accepted if a.key != accepted.key), accepted))


def withdraw_acceptance(build: Build, key: str) -> Build:
    return build.replace(accepted=tuple(a for a in build.accepted if a.key != key))
