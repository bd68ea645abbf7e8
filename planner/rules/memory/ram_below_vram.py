"""System memory against the memory of the cards."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.domain.units import show_gib
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD, Subject, on_cards

HEADROOM_GIB = 16


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    rig = subject.rig
    if rig.memory is None:
        yield Needs("system memory")
        return
    vram = sum(card.vram_gib for card in rig.cards)
    if rig.memory.total_gib < vram:
        yield _verdict(rig, rig.memory.total_gib, vram)


def _verdict(rig: Rig, ram: float, vram: float) -> Verdict:
    return Verdict(
        Severity.WARNING if ram * 2 < vram else Severity.INFO,
        f"{show_gib(ram)} of system memory for {show_gib(vram)} on the cards: {100 * ram / vram:.0f} %. Builds have "
        "run with less when the engine streams the file instead of mapping it (no mmap in llama.cpp).",
        parts=("memory",),
        value=vram / ram,
        fixes=lambda: fixes.more_memory(rig, vram + HEADROOM_GIB),
    )


RULE = Rule(
    code="MEM-001",
    id="ram-below-vram",
    area="Memory",
    title="Less system memory than VRAM",
    why="Models are read through system memory. With too little of it loading gets slow, and some engines fail while "
    "they convert or pin what they load.",
    fix="Plan system memory for all VRAM and 16 GiB more.",
    sources=(
        "https://github.com/stas00/ml-engineering",
        "https://github.com/noonghunna/club-3090/issues/178",
        "https://github.com/geerlingguy/raspberry-pi-pcie-devices/issues/791",
    ),
    reads=on_cards,
    needs=A_CARD,
    check=check,
)
