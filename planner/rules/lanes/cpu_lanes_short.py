"""Slots that this processor leaves without lanes, or with fewer."""

from collections.abc import Iterator
from dataclasses import replace

from planner.analysis.lanes import Lanes, lanes
from planner.domain.findings import Severity
from planner.domain.parts import Cpu
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_BOARD, Subject, on_lanes
from planner.rules.words import card_name, cards_listed

DESKTOP_SLOT_LANES = 16


def check(subject: Subject[Lanes]) -> Iterator[Verdict | Needs]:
    cpu = subject.rig.cpu
    if cpu is None:
        yield Needs("a processor")
        return
    for key in subject.of.dead:
        yield _dead(subject, key, cpu)
    if subject.of.cpu_lanes is not None and subject.of.cpu_lanes_used > subject.of.cpu_lanes:
        yield _over_budget(subject.of, cpu)
    yield from _few_slot_lanes(subject, cpu)


def _dead(subject: Subject[Lanes], key: str, cpu: Cpu) -> Verdict:
    card = subject.rig.card(key)
    slot = card.slot_name if card and card.slot_name else "its slot"
    return Verdict(
        Severity.ERROR,
        f"{card_name(subject.rig, key)} sits in {slot}, which has no lanes with {cpu.title}.",
        parts=(key, "cpu"),
        where=slot,
        fixes=lambda: (
            _other_cpu(subject, cpu)
            + fixes.move_card(subject.rig, key, lambda rig: fixes.sits_well(rig, subject.policy.min_gap_mm))
        ),
        rests_on=(("cpu", "pcie_lanes"),),
    )


def _other_cpu(subject: Subject[Lanes], now: Cpu) -> fixes.Fixes:
    rig = subject.rig
    memory_type = rig.memory.kit.type if rig.memory else now.memory_type

    def cures(cpu: Cpu) -> bool:
        if cpu.socket != now.socket or cpu.id == now.id or memory_type not in cpu.memory_type:
            return False
        with_it = lanes(replace(rig, cpu=cpu))
        return with_it is not None and not with_it.dead and not with_it.unknown

    return fixes.cheapest(rig.shelf.cpus, "cpu", cures)


def _over_budget(links: Lanes, cpu: Cpu) -> Verdict:
    return Verdict(
        Severity.WARNING,
        f"Cards, drives and the board's own controllers ask for {links.cpu_lanes_used} processor lanes; {cpu.title} "
        f"has {links.cpu_lanes}. The board will give some of them fewer.",
        parts=("cpu", "board"),
        where="budget",
        value=links.cpu_lanes_used,
        title="More lanes asked for than the processor has",
    )


def _few_slot_lanes(subject: Subject[Lanes], cpu: Cpu) -> Iterator[Verdict]:
    """A desktop processor with graphics of its own gives its slot eight lanes or four."""
    if cpu.slot_lanes is None or cpu.slot_lanes >= DESKTOP_SLOT_LANES:
        return
    keys = tuple(link.gpu for link in subject.of.links if link.root_kind == "cpu")
    if keys:
        yield Verdict(
            Severity.INFO,
            f"{cpu.title} has {cpu.slot_lanes} lanes for slots where other processors for this socket have sixteen: "
            f"{cards_listed(keys)} cannot get more.",
            parts=(*keys, "cpu"),
            where="slot lanes",
            title="Processor has few lanes for slots",
        )


RULE = Rule(
    code="PCI-007",
    id="cpu-lanes-short",
    area="PCIe",
    title="Slot is dead with this processor",
    why="Slots are wired to particular lanes of the processor. One with fewer lanes leaves some of them without, "
    "whatever the board's product page says.",
    fix="Choose a processor with more lanes, or a slot that is fed by the chipset.",
    sources=(
        "https://www.easymanua.ls/msi/meg-x570-unify/manual?p=31",
        "https://newegg.ca/p/pl?d=intel&n=100006520&page=11",
    ),
    reads=on_lanes,
    needs=A_BOARD,
    check=check,
)
