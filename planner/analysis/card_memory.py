"""What a card has to give: what the driver reports, less the desktop and the driver's own context."""

from dataclasses import dataclass

from planner.domain.rig import RigCard
from planner.domain.units import GIB, MIB
from planner.domain.workload import HostSystem

HIDDEN_SHARE, HIDDEN_MOST_MIB = 0.014, 500
"""What the driver keeps of the total it reports: programs see 24,217 of 24,564 MiB on an RTX 4090, 24,259 of 24,576 on
a 3090, 32,113 of 32,607 on a 5090, and about 600 MiB less on cards of 80 GB and more."""
CONTEXT_BASE_MIB, CONTEXT_MIB_PER_SM = 60, 3.4
"""CUDA context, kernels and cuBLAS of one process (13 loads on 5 to 188 SMs, 1.7 % median error)."""
BARE_BASE_MIB, BARE_MIB_PER_SM = 8, 2.91
"""Of that before any kernel is loaded, on a card nothing else uses: 107 MiB on 34 SMs, 555 MiB on 188
(ggml-org/llama.cpp pull request 23604). Eight readings that count idle use lie 4 to 30 MiB above."""
UNKNOWN_CONTEXT_MIB = 500

FIRST_CARD_DESKTOP_MIB: dict[HostSystem, float] = {
    "linux-headless": 20,
    "linux-desktop": 600,
    "windows": 1800,
    "wsl2": 1800,
}
"""Seen: 4 to 36 MiB headless, 250 to 800 MiB under a Linux desktop, 1.3 to 2.6 GiB under Windows."""
OTHER_CARD_DESKTOP_MIB = 20
SYSTEM_RAM_GIB: dict[HostSystem, float] = {"linux-headless": 1.0, "linux-desktop": 3.0, "windows": 5.0, "wsl2": 6.0}


@dataclass(frozen=True, slots=True)
class CardMemory:
    """One card, in bytes."""

    key: str
    label: str
    usable: float
    hidden: float
    """Kept by the driver."""
    desktop: float
    context: float
    sm_count: int | None
    reported: bool
    """Whether `usable` is the driver's own figure."""
    extra: float = 0.0
    """Held by something else the user named."""

    @property
    def reserved(self) -> float:
        return self.hidden + self.desktop + self.extra

    @property
    def free(self) -> float:
        """As an engine sees it at start: the context exists by then."""
        return self.usable - self.reserved - self.context


def card_memory(placed: RigCard, host: HostSystem, first: bool, extra_gib: float = 0.0) -> CardMemory:
    chip = placed.chip
    reported = chip.usable_mib is not None and placed.card.vram_gib is None
    usable = chip.usable_mib * MIB if chip.usable_mib and reported else placed.vram_gib * GIB
    desktop = FIRST_CARD_DESKTOP_MIB[host] if first else OTHER_CARD_DESKTOP_MIB
    return CardMemory(
        key=placed.key,
        label=placed.label,
        usable=usable,
        hidden=min(usable * HIDDEN_SHARE, HIDDEN_MOST_MIB * MIB),
        desktop=desktop * MIB,
        context=context_mib(chip.sm_count) * MIB,
        sm_count=chip.sm_count,
        reported=reported,
        extra=extra_gib * GIB,
    )


def bare_context_mib(sm_count: int) -> float:
    return BARE_BASE_MIB + BARE_MIB_PER_SM * sm_count


def context_mib(sm_count: int | None) -> float:
    return UNKNOWN_CONTEXT_MIB if sm_count is None else CONTEXT_BASE_MIB + CONTEXT_MIB_PER_SM * sm_count
