"""Builds for the case drawing: boards with rows known and not known, a frame with bays, cards too long or too thick.
Space and power are worked out by simple sums, so that the drawing is tested against figures that do not move."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

from planner.analysis.lanes import lanes
from planner.analysis.memory import Memory
from planner.analysis.power import Lead, PlugNeed, Power, SupplyLoad
from planner.analysis.space import CardSpace, Fit, Gap, Space
from planner.catalog.resolve import resolve
from planner.catalog.store import Catalog
from planner.domain.build import Build, Chosen, Placement
from planner.domain.parts import Board, Case, Connector, LaneGroup, Mode, Riser, Root
from planner.domain.parts.board import MemoryBank, Uplink
from planner.domain.policy import Policy
from planner.domain.rig import Rig
from planner.domain.units import SLOT_PITCH_MM
from planner.evaluate import Report
from tests.ui import fake_reports, fakes

ROOTS = (
    Root(id="cpu", kind="cpu", gen=5),
    Root(id="chipset", kind="chipset", gen=4, uplink=Uplink(parent="cpu", lanes=4, gen=4)),
)


def slot(name: str, row: int | None, lanes: int, *, mechanical: int = 16, root: str = "cpu") -> Connector:
    gen = 5 if root == "cpu" else 4
    return Connector(id=name, kind="slot", row=row, mechanical=mechanical, gen=gen, lanes=lanes, root=root)


def m2(name: str, root: str = "cpu") -> Connector:
    return Connector(id=name, kind="m2", gen=5 if root == "cpu" else 4, lanes=4, root=root)


def board(ident: str, name: str, *connectors: Connector, **more: Any) -> Board:
    sharing = (
        LaneGroup(
            id="PEG",
            root="cpu",
            lanes=16,
            selector="auto_presence",
            modes=(
                Mode(widths={"PCIEX16_1": 16, "PCIEX16_2": 0, "M2_2": 0}),
                Mode(widths={"PCIEX16_1": 8, "PCIEX16_2": 8, "M2_2": 0}),
                Mode(widths={"PCIEX16_1": 8, "PCIEX16_2": 4, "M2_2": 4}),
            ),
        ),
    )
    made: Board = fakes.part(
        Board,
        ident,
        "ASUS",
        name,
        449,
        socket="AM5",
        chipset="X670E",
        form_factor="ATX",
        memory=MemoryBank(type="DDR5", channels=2, slots=4, max_gib=192),
        roots=ROOTS,
        connectors=connectors,
        lane_groups=sharing,
        **more,
    )
    return made


SEVEN = board(
    "seven-rows",
    "ProArt X670E-CREATOR WIFI",
    slot("PCIEX16_1", 2, 16),
    slot("PCIEX16_2", 5, 8),
    slot("PCIEX16_3", 7, 2, root="chipset"),
    m2("M2_1"),
    m2("M2_2"),
    m2("M2_3", "chipset"),
)
UNKNOWN = board(
    "unknown-rows",
    "Board without rows",
    slot("PCIEX16_1", None, 16),
    slot("PCIEX16_2", None, 8),
    slot("PCIEX1_1", None, 1, mechanical=1, root="chipset"),
    slot("PCIEX16_3", None, 4, root="chipset"),
    m2("M2_1"),
    m2("M2_2"),
)
FRAME: Case = fakes.part(
    Case, "frame-six", "Open", "Frame 6", 90, kind="open frame", board_sizes=("ATX",), gpu_bays=6, bay_pitch_mm=65.0
)
TOWER: Case = fakes.part(
    Case,
    "mid-tower-fans",
    "Fractal Design",
    "Define 7",
    109,
    kind="mid tower",
    board_sizes=("ATX",),
    expansion_slots=7,
    max_gpu_length_mm=360.0,
    shroud_below_last_row_mm=18.0,
    intake="mesh",
    fans=("front 3x140",),
)
RISER: Riser = fakes.part(Riser, "riser-300", "Link", "Riser 300 mm", 60, kind="riser", gen=4, lanes=16)

CATALOG: Catalog = replace(
    fakes.CATALOG,
    boards={**fakes.CATALOG.boards, SEVEN.id: SEVEN, UNKNOWN.id: UNKNOWN},
    cases={**fakes.CATALOG.cases, FRAME.id: FRAME, TOWER.id: TOWER},
    risers={RISER.id: RISER},
)


def dual(**parts: Any) -> Build:
    """Two thick cards in rows 2 and 5 of a tower."""
    build = fakes.make_build()
    chosen = {"board": SEVEN.id, "case": TOWER.id} | parts
    return build.replace(parts=build.parts.replace(**chosen))


def framed() -> Build:
    cards = tuple(Chosen(key=f"gpu-{n}", part="rtx-4090-fe") for n in (1, 2, 3, 4))
    spots = {
        "gpu-1": Placement(slot="PCIEX16_1", bay=1, riser=RISER.id),
        "gpu-2": Placement(slot="PCIEX16_2", bay=2, riser=RISER.id),
        "gpu-3": Placement(slot="PCIEX16_3", bay=4, riser=RISER.id),
        "gpu-4": Placement(riser=RISER.id),
    }
    build = dual(gpus=cards, case=FRAME.id)
    return build.replace(placements=spots)


def judge(build: Build, catalog: Catalog, policy: Policy) -> Report:
    return report(build, catalog, policy)


def report(build: Build | None = None, catalog: Catalog = CATALOG, policy: Policy | None = None) -> Report:
    rig = resolve(build or dual(), catalog)
    bare = fake_reports.make_facts(rig, policy or Policy())
    worked_out = replace(bare, lanes=lanes(rig), space=make_space(rig), power=make_power(rig, bare.power))
    return Report(rig.build, worked_out, tuple(fake_reports.findings(worked_out)), (), (), ())


def make_power(rig: Rig, power: Power | None) -> Power | None:
    """As many 16-pin leads as the first supply has plugs."""
    if power is None:
        return None
    has = (rig.psus[0].psu.sixteen_pin or 0) if rig.psus else 0
    leads = tuple(Lead("psu-1", c.key, "16-pin", 1, False, n < has) for n, c in enumerate(rig.cards))
    plugs = (PlugNeed("psu-1", "16-pin", len(rig.cards), has, tuple(c.key for c in rig.cards)),)
    loads = tuple(
        SupplyLoad(p.key, p.psu.title, p.psu.watts, power.sustained_w, power.peak_w, p.psu.watts * 2, 2.0, "ATX 3.1")
        for p in rig.psus
    )
    return replace(power, leads=leads if rig.psus else (), plugs=plugs if rig.psus else (), supplies=loads)


def make_space(rig: Rig) -> Space | None:
    if rig.board is None:
        return None
    seated = sorted(
        (c for c in rig.cards if c.slot and c.slot.row and not c.riser),
        key=lambda c: c.slot.row if c.slot and c.slot.row else 0,
    )
    rows = {c.key: (c.slot.row or 0) if c.slot else 0 for c in seated}
    thick = {c.key: c.card.thickness_mm or 40.0 for c in rig.cards}
    covers = {key: tuple(range(row, row + round(thick[key] / SLOT_PITCH_MM + 0.4))) for key, row in rows.items()}
    gaps = [
        Gap(a.key, b.key, (rows[b.key] - rows[a.key]) * SLOT_PITCH_MM - thick[a.key], rows[b.key] - rows[a.key], 20)
        for a, b in pairwise(seated)
    ]
    longest = rig.case.max_gpu_length_mm if rig.case else None
    fits = [Fit(c.key, "length", c.card.length_mm or 0, longest) for c in rig.cards] if longest else []
    hidden = [(s.id, key) for key, taken in covers.items() for s in rig.board.slots if s.row in taken[1:]]
    return Space(
        cards=tuple(
            CardSpace(
                c.key,
                rows.get(c.key),
                thick[c.key],
                "measured",
                c.card.length_mm,
                c.card.height_mm,
                covers.get(c.key, ()),
                c.riser is not None,
            )
            for c in rig.cards
        ),
        gaps=tuple(gap for gap in gaps if gap.gap_mm >= 0),
        collisions=tuple(gap for gap in gaps if gap.gap_mm < 0),
        covered=tuple(hidden),
        occupied_under_card=(),
        last_row_used=max((row for taken in covers.values() for row in taken), default=None),
        board_rows=7,
        case_rows=rig.case.expansion_slots if rig.case else None,
        fits=tuple(fits),
        board_fits_case=True,
    )


__all__ = ["CATALOG", "Memory", "dual", "framed", "judge", "report"]
