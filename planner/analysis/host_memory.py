"""What a processor gets of its memory: what the filled channels carry, and what few chiplets can draw of it."""

from dataclasses import dataclass

from planner.domain.parts import Cpu
from planner.domain.rig import Rig
from planner.domain.steps import Step

LINK_SOURCE = "https://github.com/kvcache-ai/ktransformers/pull/2175"
LINK_GB_S = {
    "rome": 37.0,
    "milan": 37.0,
    "castle peak": 37.0,
    "chagall": 37.0,
    "genoa": 50.0,
    "turin": 56.0,
    "storm peak": 56.0,
    "shimada peak": 56.0,
    "raphael": 63.0,
    "granite ridge": 63.0,
}
"""What a link carries from the memory to its chiplet, by family. Measured on Zen 2 (one chiplet of an EPYC 7452 read
36 GB/s, two 72: 86 % of 32 bytes per clock of the fabric) and on AM5 (63 GB/s by a Ryzen 7 9700X,
https://github.com/memtest86plus/memtest86plus/issues/557). The others: 86 % of 32 bytes x 1.8 and 2.0 GHz; four links
of a Threadripper PRO 7965WX carried at most 64 GB/s each (https://github.com/ikawrakow/ik_llama.cpp/pull/534)."""
CROWDED_GB_S = {"rome": 29.0, "castle peak": 29.0, "milan": 35.0, "chagall": 35.0}
"""The same where more than two chiplets are at work and meet in the fabric. The four of that EPYC 7452 read 116 GB/s of
171 by the book, those of a Threadripper PRO 5975WX about 140 of 205 (https://github.com/chsasank/device-benchmarks/pull/1)."""
MEASURED = "measured"


@dataclass(frozen=True, slots=True)
class HostMemory:
    """Of all sockets together."""

    channels: int
    """That hold a module."""
    mts: int
    """What the modules run at."""
    peak_gb_s: float
    """What the channels carry by the book."""
    ceiling_gb_s: float | None
    """What the processors can draw however many channels are filled; None where nothing is known to limit them."""
    drawn_by: str
    """In words: "4 chiplets", "measured"; empty without a ceiling."""
    label: str = ""

    @property
    def held_back(self) -> bool:
        return self.ceiling_gb_s is not None and self.ceiling_gb_s < self.peak_gb_s

    @property
    def steps(self) -> tuple[Step, ...]:
        how = f"{self.channels} channels x {self.mts:,} MT/s x 8 bytes"
        found = [Step("Memory by the book", self.peak_gb_s, "GB/s", how)]
        if self.ceiling_gb_s is not None and self.held_back:
            how = f"{self.label} ({self.drawn_by}) draws about {self.ceiling_gb_s:.0f} of {self.peak_gb_s:.0f} GB/s"
            source = "" if self.drawn_by == MEASURED else LINK_SOURCE
            found.append(Step("Drawn by the processor", self.ceiling_gb_s, "GB/s", how, source))
        return tuple(found)


def host_memory(rig: Rig) -> HostMemory | None:
    """None without processor and memory."""
    if rig.cpu is None or rig.memory is None:
        return None
    sockets = rig.board.sockets if rig.board else 1
    available = channels_of(rig) or 1
    mts = running_mts(rig.cpu, rig.memory.kit.speed_mts, rig.memory.modules > available)
    return memory_of(rig.cpu, min(available, rig.memory.modules), mts, sockets)


def memory_of(cpu: Cpu, channels: int, mts: int, sockets: int = 1) -> HostMemory:
    each = reads_gb_s(cpu)
    return HostMemory(
        channels=channels,
        mts=mts,
        peak_gb_s=channels * mts * 8 / 1000,
        ceiling_gb_s=each * sockets if each is not None else None,
        drawn_by=_drawn_by(cpu, sockets) if each is not None else "",
        label=cpu.name,
    )


def channels_of(rig: Rig) -> int | None:
    """Channels that both board and processors have; one processor's where the board is not chosen."""
    if rig.cpu is None:
        return None
    if rig.board is None:
        return rig.cpu.memory_channels
    return min(rig.cpu.memory_channels * rig.board.sockets, rig.board.memory.channels)


def running_mts(cpu: Cpu, kit_mts: int, two_per_channel: bool = False) -> int:
    """The kit's speed; less with two modules per channel, and never above its rating on a processor of servers."""
    rated = [cpu.memory_mts_2dpc] if two_per_channel else []
    if not overclocks_memory(cpu):
        rated.append(cpu.memory_mts)
    return min([kit_mts, *(mts for mts in rated if mts)])


def overclocks_memory(cpu: Cpu) -> bool:
    """Whether kits may run above the rating (XMP, EXPO): not on EPYC and Xeon, but for the Xeon w with an X."""
    return not cpu.name.startswith(("EPYC", "Xeon")) or (cpu.name.startswith("Xeon w") and cpu.name.endswith("X"))


def reads_gb_s(cpu: Cpu) -> float | None:
    """Of one socket: as measured, else what the links of its chiplets carry; None where neither is known."""
    if cpu.measured_memory_gb_s is not None:
        return cpu.measured_memory_gb_s
    if cpu.ccds is None or cpu.family not in LINK_GB_S:
        return None
    each = LINK_GB_S[cpu.family] if cpu.ccds <= 2 else CROWDED_GB_S.get(cpu.family, LINK_GB_S[cpu.family])
    return cpu.ccds * (cpu.ccd_links or 1) * each


def _drawn_by(cpu: Cpu, sockets: int) -> str:
    if cpu.measured_memory_gb_s is not None:
        return MEASURED
    number = (cpu.ccds or 0) * sockets
    return f"{number} chiplets" if number > 1 else "1 chiplet"
