"""What each part draws: sustained at its limit, typically while generating tokens, and at its 1 ms peak. Watts."""

import math
from collections.abc import Iterable, Mapping

from planner.analysis.lane_seats import key_order
from planner.analysis.power_results import Load
from planner.domain.rig import Rig, RigCard
from planner.domain.steps import Step

DECODE_SHARE = 0.75
"""Share of its limit a card draws while generating."""
CPU_SHARE = 0.5
"""Share of its package power a processor draws while cards generate."""
AMD_PACKAGE_RATIO = 1.35
"""AMD's desktop sockets: package power over TDP."""
DEFAULT_PEAK_RATIO = 1.6
PEAK_RATIOS: Mapping[str, float] = {"ada": 1.5, "ampere": 1.7, "blackwell": 1.57}
"""Peak over 1 ms against board power, by family, where the chip's record has none."""
BOARD_W, SERVER_BOARD_W = 50, 90
LEAST_BOARD_W, LEAST_SERVER_BOARD_W = 40, 80
"""What no board with its modules and fans stays below under load."""
MODULE_W, REGISTERED_MODULE_W = 3, 6
DRIVE_W: Mapping[str, float] = {"nvme": 8, "u2": 12, "sata": 5}
FANS, FAN_W, PUMP_W = 4, 3, 20
OURS = "our default"


def card_loads(cards: Iterable[RigCard]) -> tuple[list[Load], list[Step]]:
    loads, steps = [], []
    for card in cards:
        watts, ratio = card.power_w, peak_ratio(card)
        how = "power limit set" if card.limit_w is not None else "board power at stock"
        steps.append(Step(card.label, watts, "W", how))
        loads.append(
            Load(
                key=card.key,
                label=card.label,
                psu=card.psu,
                sustained_w=watts,
                typical_w=watts * DECODE_SHARE,
                peak_w=watts * ratio,
                min_limit_w=card.chip.min_limit_w,
            )
        )
    return loads, steps


def peak_ratio(card: RigCard) -> float:
    return card.chip.transient_ratio or PEAK_RATIOS.get(card.chip.family, DEFAULT_PEAK_RATIO)


def ratio_step(card: RigCard) -> Step:
    assumed = card.chip.transient_ratio is None
    where = OURS if assumed else card.chip.title
    return Step(f"Peak of {card.key} over its limit", peak_ratio(card), "", "over 1 ms", where, assumed)


def cpu_load(rig: Rig, psu: str | None) -> tuple[list[Load], list[Step]]:
    """All sockets of the board are taken to hold the chosen processor."""
    if rig.cpu is None:
        return [], []
    sockets = rig.board.sockets if rig.board else 1
    each, how, assumed = _package_w(rig)
    watts = each * sockets
    label = rig.cpu.title if sockets == 1 else f"{sockets} × {rig.cpu.title}"
    how = how if sockets == 1 else f"{sockets} × {each:g} W ({how})"
    least = float(rig.cpu.tdp_w * sockets) if assumed else None
    load = Load("cpu", label, psu, watts, watts * CPU_SHARE, watts, assumed, least_w=least)
    return [load], [Step(label, watts, "W", how, OURS if assumed else "", assumed)]


def _package_w(rig: Rig) -> tuple[float, str, bool]:
    cpu = rig.cpu
    assert cpu is not None
    if cpu.ppt_w is not None:
        return cpu.ppt_w, "package power limit", False
    if cpu.socket in ("AM4", "AM5"):
        return round(cpu.tdp_w * AMD_PACKAGE_RATIO), f"{AMD_PACKAGE_RATIO} × TDP {cpu.tdp_w} W", True
    return cpu.tdp_w, "TDP, for want of a package power limit", True


def rest_load(rig: Rig, psu: str | None) -> tuple[Load, list[Step]]:
    """Board, modules, drives and fans: defaults of ours unless a drive's record has a figure."""
    server = _is_server(rig)
    board_w, kind = (SERVER_BOARD_W, "workstation or server") if server else (BOARD_W, "desktop")
    parts: list[tuple[str, float, str]] = [("Board", board_w, kind)]
    if rig.memory is not None:
        each = MODULE_W if rig.memory.kit.form in ("UDIMM", "CUDIMM") else REGISTERED_MODULE_W
        parts.append(("Memory", rig.memory.modules * each, f"{rig.memory.modules} modules × {each} W"))
    if rig.drives:
        drives = [d.drive for d in sorted(rig.drives, key=lambda d: key_order(d.key))]
        watts = [d.active_w if d.active_w is not None else DRIVE_W[d.kind] for d in drives]
        parts.append(("Drives", round(sum(sorted(watts)), 3), " + ".join(f"{w:g}" for w in watts) + " W"))
    parts.append(("Fans", FANS * FAN_W, f"{FANS} fans × {FAN_W} W"))
    if rig.cooler is not None and rig.cooler.kind == "liquid":
        parts.append(("Pump", PUMP_W, ""))
    total = sum(watts for _, watts, _ in parts)
    steps = [Step(name, watts, "W", how, OURS, True) for name, watts, how in parts]
    least = LEAST_SERVER_BOARD_W if server else LEAST_BOARD_W
    return Load("rest", "Board, memory, drives, fans", psu, total, total, total, True, least_w=min(total, least)), steps


def _is_server(rig: Rig) -> bool:
    """Boards with many channels, two sockets or a BMC feed more regulators and controllers."""
    board = rig.board
    return board is not None and (board.bmc or board.sockets > 1 or board.memory.channels > 2)


def peak_w(loads: Iterable[Load], coincide: bool) -> float:
    """Cards in step spike together; others rarely do, so their excess adds as squares."""
    loads = list(loads)
    sustained = sum(load.sustained_w for load in loads)
    excess = sorted(load.peak_w - load.sustained_w for load in loads)
    return sustained + (sum(excess) if coincide else math.sqrt(sum(e * e for e in excess)))
