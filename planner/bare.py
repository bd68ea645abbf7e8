"""Memory and speed for bare cards, without a whole build: the small brother of `evaluate`."""

import re
from dataclasses import dataclass
from itertools import combinations

from planner.analysis.lanes import Lanes, Link, PairPath
from planner.analysis.memory import Memory, Refused, memory
from planner.analysis.throughput import Throughput, throughput
from planner.catalog.store import Catalog
from planner.domain.build import Build
from planner.domain.parts import Card, Chip, Cpu, MemoryKit
from planner.domain.rig import Rig, RigCard, RigMemory
from planner.domain.units import PRACTICAL_SHARE, pcie_gb_s
from planner.domain.workload import Workload

_LINK = re.compile(r"^(?:gen|pcie)?\s*([1-6])(?:\.0)?\s*x\s*(1|2|4|8|16)$", re.IGNORECASE)
_RAM = re.compile(r"^(\d+)\s*x\s*(\d+)\s*(?:gb|gib)?\s+(DDR[345])-(\d+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PcieLink:
    gen: int
    width: int


@dataclass(frozen=True, slots=True)
class Bare:
    """What is asked: so many cards of one chip, and what is known of the rest. Without a chip the CPU does it all."""

    chip: Chip | None
    count: int
    workload: Workload
    link: PcieLink | None = None
    nvlink: bool = False
    power_limit_w: int | None = None
    ram: RigMemory | None = None
    cpu: Cpu | None = None

    @property
    def title(self) -> str:
        if self.chip is not None:
            return f"{self.count} × {self.chip.title}"
        return " with ".join([self.cpu.title if self.cpu else "CPU", self.ram.kit.name if self.ram else "its memory"])


@dataclass(frozen=True, slots=True)
class Estimate:
    memory: Memory | Refused | None
    throughput: Throughput | None
    assumed: tuple[str, ...]
    not_modelled: tuple[str, ...]
    rig: Rig
    lanes: Lanes | None
    """As given; for questions beyond this estimate."""


def read_link(text: str) -> PcieLink:
    """`gen4x8` or `4.0 x8`; ValueError with a sentence otherwise."""
    found = _LINK.match(text.strip())
    if not found:
        raise ValueError(f"“{text}” is not a link; write generation and width, such as gen4x8")
    return PcieLink(int(found[1]), int(found[2]))


def read_ram(text: str, like: MemoryKit) -> RigMemory:
    """`8x64 DDR4-3200`: eight modules of 64 GiB. `like` lends the evidence a record must have."""
    found = _RAM.match(text.strip())
    if not found:
        raise ValueError(
            f"“{text}” is not a memory set; write modules, GiB each, type and speed, such as 8x64 DDR4-3200"
        )
    modules, module_gib, kind, speed = int(found[1]), int(found[2]), found[3].upper(), int(found[4])
    kit = like.replace(
        id="as-given", name=text, modules=modules, module_gib=module_gib, type=kind, speed_mts=speed, price=None
    )
    return RigMemory(kit, 1)


def estimate(bare: Bare, catalog: Catalog) -> Estimate:
    rig = _rig(bare, catalog)
    lanes = _lanes(bare, rig)
    fit = memory(rig)
    speed = throughput(rig, lanes, fit)
    return Estimate(
        memory=fit,
        throughput=speed,
        assumed=_assumed(bare) + (speed.assumed if speed else ()),
        not_modelled=tuple(
            dict.fromkeys((fit.not_modelled if isinstance(fit, Memory) else ()) + (speed.not_modelled if speed else ()))
        ),
        rig=rig,
        lanes=lanes,
    )


def _assumed(bare: Bare) -> tuple[str, ...]:
    if bare.chip is None:
        return ("CPU and memory alone, every channel of the CPU wired: no board was looked at",)
    assumed = ["bare cards: no board, case or supply was looked at"]
    if bare.count > 1 and bare.link is None and not bare.nvlink:
        assumed.append("every card on a 4.0 x16 link of its own at the CPU")
    if bare.power_limit_w is None:
        assumed.append(f"stock power limit of {bare.chip.tgp_w} W per card")
    return tuple(assumed)


def _cards(bare: Bare, chip: Chip) -> tuple[RigCard, ...]:
    card = Card(
        id=f"bare-{chip.id}"[:80],
        vendor=chip.vendor,
        name=chip.name,
        evidence=chip.evidence,
        chip=chip.id,
        cooler="unknown",
        tgp_w=chip.tgp_w,
        plugs_known=False,
    )
    return tuple(
        RigCard(f"gpu-{n}", card, chip, None, None, None, None, None, bare.power_limit_w)
        for n in range(1, bare.count + 1)
    )


def _rig(bare: Bare, catalog: Catalog) -> Rig:
    chip, work = bare.chip, bare.workload
    return Rig(
        build=Build(name=f"{bare.count} x {chip.name}" if chip else "CPU only", workloads=(work,)),
        cards=_cards(bare, chip) if chip else (),
        cpu=bare.cpu,
        memory=bare.ram,
        workload=work,
        model=catalog.models.get(work.model),
        engine=catalog.engines.get(work.engine),
        draft=catalog.models.get(work.draft) if work.draft else None,
        file_size=catalog.size_of.get((work.model, work.quant)),
        calibration=catalog.calibration,
        measurements=catalog.measured_on.get(chip.id, ()) if chip else (),
    )


def _lanes(bare: Bare, rig: Rig) -> Lanes | None:
    """Links as given; None leaves the analysis to its own stated assumption."""
    chip = bare.chip
    if chip is None or (bare.link is None and not bare.nvlink):
        return None
    link = bare.link or PcieLink(min(4, chip.pcie_gen), min(16, chip.pcie_lanes))
    gen, width = min(link.gen, chip.pcie_gen), min(link.width, chip.pcie_lanes)
    raw = pcie_gb_s(gen, width)
    bridged = chip.nvlink if bare.nvlink else None
    links = tuple(
        Link(
            gpu=card.key,
            slot="as given",
            width=width,
            gen=gen,
            root="cpu",
            root_kind="cpu",
            gb_s=raw,
            slot_width=link.width,
            card_width=chip.pcie_lanes,
            slot_gen=link.gen,
            card_gen=chip.pcie_gen,
            limited_by=(),
        )
        for card in rig.cards
    )
    pairs = tuple(
        PairPath(
            a=a.key,
            b=b.key,
            gb_s=bridged.gb_s if bridged else raw * PRACTICAL_SHARE,
            kind="nvlink" if bridged else "cpu",
            p2p=True if bridged else chip.p2p,
        )
        for a, b in combinations(rig.cards, 2)
    )
    return Lanes(links=links, connectors=(), modes=(), conflicts=(), pairs=pairs)
