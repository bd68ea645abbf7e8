"""Boards whose lane sharing no formula reproduces, each reduced to the connectors that make it hard."""

from planner.domain.parts import Board, Condition, Mode, Root, Uplink
from planner.domain.parts.board import Feed
from tests.makers import CHIPSET_ROOT, CPU_ROOT, make_board, make_group, make_m2, make_slot

CPU_GEN3 = Root(id="cpu", kind="cpu", gen=3)
CHIPSET_GEN3 = Root(id="chipset", kind="chipset", gen=3, uplink=Uplink(parent="cpu", lanes=4, gen=3))


def x99_designare_ex() -> Board:
    """Gigabyte X99-Designare EX: a switch whose uplink has 16 lanes, or 8 with a CPU of 28."""
    switches = tuple(
        Root(id=name, kind="switch", gen=3, uplink=Uplink(parent="cpu", lanes=lanes, gen=3))
        for name, lanes in (("plx", 16), ("plx28", 8))
    )
    behind = [
        {"PCIE_4": 16, "PCIE_6": 16, "M2": 0, "U2": 0},
        {"PCIE_4": 8, "PCIE_6": 8, "M2": 4, "U2": 4},
    ]
    return make_board(
        make_slot("PCIE_1", 1, gen=3),
        make_slot("PCIE_4", 4, gen=3, root="plx"),
        make_slot("PCIE_5", 5, lanes=4, gen=2, root="chipset"),
        make_slot("PCIE_6", 6, gen=3, root="plx"),
        make_slot("PCIE_7", 7, gen=3),
        make_m2("M2", gen=3, root="plx"),
        make_m2("U2", kind="u2", gen=3, root="plx"),
        roots=(CPU_GEN3, CHIPSET_GEN3, *switches),
        lane_groups=(
            make_group("A", [{"PCIE_1": 16, "PCIE_7": 0}, {"PCIE_1": 8, "PCIE_7": 8}]),
            make_group("P40", behind, root="plx", lanes=32, condition=Condition(cpu_lanes=(40,))),
            make_group("P28", behind, root="plx28", lanes=32, condition=Condition(cpu_lanes=(28,))),
        ),
    )


def x870e_carbon() -> Board:
    """MSI MPG X870E CARBON WIFI: the second slot is never x8."""
    return make_board(
        make_slot("E1", 2, gen=5),
        make_slot("E2", 6, lanes=4, gen=5),
        make_slot("E3", 7, lanes=4, gen=4, root="chipset"),
        make_m2("M2_1", gen=5),
        make_m2("M2_2", gen=5),
        lane_groups=(
            make_group(
                "PEG",
                [{"E1": 16}, {"E1": 8, "E2": 4}, {"E1": 8, "M2_2": 4}, {"E1": 8, "E2": 4, "M2_2": 4}],
                gen=5,
            ),
        ),
        reservations={"USB4": 4},
    )


def b550_unify() -> Board:
    """MSI MEG B550 UNIFY: two M.2 sockets fed by the chipset, or by the CPU at the first slot's cost."""
    second = Feed(root="chipset", lanes=2, gen=3)
    return make_board(
        make_slot("E1", 1),
        make_slot("E2", 3, lanes=1, gen=3, root="chipset"),
        make_slot("E3", 4, lanes=1, gen=3, root="chipset"),
        make_slot("E4", 6, lanes=4, gen=3, root="chipset"),
        make_m2("M2_2", alternate=second),
        make_m2("M2_3", alternate=second),
        make_m2("M2_4", gen=3, root="chipset"),
        roots=(Root(id="cpu", kind="cpu", gen=4), CHIPSET_GEN3),
        lane_groups=(
            make_group(
                "PEG",
                [
                    Mode(widths={"E1": 16}),
                    Mode(widths={"E1": 8, "M2_2": 4}, setting="M2_2 from the CPU"),
                    Mode(widths={"E1": 8, "M2_2": 4, "M2_3": 4}, setting="M2_2 and M2_3 from the CPU"),
                ],
                selector="bios_setting",
            ),
            make_group("PCH_A", [{"E4": 4, "M2_4": 0}, {"E4": 0, "M2_4": 4}], root="chipset", lanes=4, gen=3),
            make_group("PCH_B", [{"E2": 1, "E3": 1}, {"M2_2": 2}], root="chipset", lanes=2, gen=3),
        ),
    )


def romed8_2t() -> Board:
    """ASRock Rack ROMED8-2T: jumpers route the lanes of the second slot."""
    slots = tuple(make_slot(f"PCIE{number}", number) for number in range(1, 8))
    return make_board(
        *slots,
        make_m2("M2_2"),
        make_m2("OCU1", kind="oculink"),
        make_m2("OCU2", kind="oculink"),
        lane_groups=(
            make_group(
                "Q2",
                [
                    Mode(widths={"PCIE2": 16, "OCU1": 0, "OCU2": 0, "M2_2": 0}, setting="both jumpers to the slot"),
                    Mode(widths={"PCIE2": 8, "OCU1": 4, "OCU2": 4, "M2_2": 0}, setting="one jumper to the slot"),
                    Mode(widths={"PCIE2": 0, "OCU1": 4, "OCU2": 4, "M2_2": 4}),
                ],
                selector="jumper",
            ),
        ),
    )


def x299_creation() -> Board:
    """MSI MEG X299 CREATION: one table per CPU lane class, an M.2 socket inside it."""
    members = ("E1", "E2", "E3", "E5", "M2_3")
    tables = {
        44: ["8,8,0,0,4", "16,0,0,8,4", "16,0,16,0,4", "8,8,16,0,4", "16,0,16,8,4", "8,8,16,8,4"],
        28: ["8,8,0,0,4", "16,0,8,0,4", "8,8,0,4,0", "16,0,8,4,0", "8,8,8,0,4", "8,8,8,4,0"],
        16: ["8,0,4,0,4", "8,0,4,4,0"],
    }
    return make_board(
        *(make_slot(name, row, gen=3) for name, row in zip(members[:4], (1, 3, 4, 6), strict=True)),
        make_m2("M2_3", gen=3),
        roots=(CPU_GEN3, CHIPSET_GEN3),
        lane_groups=tuple(
            make_group(
                f"CPU{lanes}",
                [dict(zip(members, map(int, row.split(",")), strict=True)) for row in rows],
                lanes=lanes,
                condition=Condition(cpu_lanes=(lanes,)),
            )
            for lanes, rows in tables.items()
        ),
    )


def w790e_sage() -> Board:
    """ASUS Pro WS W790E-SAGE SE: the processor's family decides which slots live."""
    widths = {"_1": 16, "_2": 16, "_3": 16, "_4": 16, "_5": 16, "_6": 8, "_7": 16}
    few = widths | {"_2": 0, "_4": 0, "_6": 0}
    return make_board(
        *(make_slot(name, row, lanes, gen=5) for row, (name, lanes) in enumerate(widths.items(), 1)),
        roots=(CPU_ROOT, CHIPSET_ROOT),
        lane_groups=(
            make_group("W3400", [widths], lanes=112, condition=Condition(cpu_families=("W-3400", "W-3500"))),
            make_group("W2400", [few], lanes=64, condition=Condition(cpu_families=("W-2400", "W-2500"))),
        ),
    )
