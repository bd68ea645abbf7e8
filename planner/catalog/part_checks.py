"""What does not add up in a part that is not a board. Texts begin with the field."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from planner.catalog.store import Catalog
from planner.domain.model import Model
from planner.domain.parts import Card, Chip, Cpu, CpuCooler, Drive, Psu
from planner.domain.units import GB_S_PER_LANE, SLOT_PITCH_MM

PLUG_W = {"pcie_6pin": 75, "pcie_8pin": 150, "12vhpwr": 600, "12v_2x6": 600, "eps_8pin": 300, "nvidia_12pin": 450}
SLOT_W = 75
MOST_OVER_GRANT = 1.03
"""NVIDIA's RTX A5000 and A5500 take 230 W over one 8-pin and the slot, which grant 225 W."""
MOST_ROUNDING_SLOTS = 0.75
"""Makers round the slot count up to the bracket's."""
GBIT_PER_PIN: Mapping[str, tuple[float, float]] = {
    "GDDR5": (3.6, 9),
    "GDDR5X": (8, 12),
    "GDDR6": (10, 21),
    "GDDR6X": (18, 24),
    "GDDR7": (18, 36),
    "HBM2": (1.4, 2.5),
    "HBM2e": (2.4, 3.7),
    "HBM3": (3, 6.6),
    "HBM3e": (4.5, 9.8),
}
"""Slowest and fastest rate each kind of memory was sold at on a graphics card."""
INT8_PER_FP16: Mapping[str, float] = {
    "turing": 2,
    "ampere": 2,
    "ada": 2,
    "hopper": 2,
    "blackwell": 2,
    "xe": 2,
    "xe2": 2,
    "rdna3": 1,
    "rdna4": 2,
}
"""How much faster the matrix units of a family are with bytes."""
FLOP_PER_SM = {"turing": 1024, "ampere": 1024, "ada": 1024, "blackwell": 1024}
"""Dense fp16 operations per clock; Hopper and the big Ampere chips go by another figure."""
CLOCKS_MHZ = (1000, 2900)
LEAST_OF_REFERENCE_W = 0.9
"""No maker sells a card that takes much less than its chip's reference."""


def part_problems(record: Any) -> Iterator[str]:
    check = _CHECKS.get(type(record))
    return check(record) if check else iter(())


def part_remarks(record: Any) -> Iterator[str]:
    if isinstance(record, Card):
        if record.bracket_slots and record.slots_occupied and record.slots_occupied < record.bracket_slots - 0.5:
            yield f"slots_occupied: {record.slots_occupied:g} is less than its bracket of {record.bracket_slots}"
        if record.height_mm and record.length_mm and record.height_mm > record.length_mm:
            yield f"height_mm: {record.height_mm:g} mm is more than the length of {record.length_mm:g} mm"
    if isinstance(record, Cpu) and record.ppt_w and record.ppt_w < record.tdp_w:
        yield f"ppt_w: {record.ppt_w} W is less than the {record.tdp_w} W of tdp_w"


def card_problems(card: Card, catalog: Catalog) -> Iterator[str]:
    chip = catalog.chips.get(card.chip)
    if chip is None:
        yield f"chip: {card.chip} is not a chip of the catalog"
    elif chip.form != "pcie":
        yield f"chip: {card.chip} is made for {chip.form} and comes on no card"
    else:
        yield from _vram(card, chip)
        if card.tgp_w < LEAST_OF_REFERENCE_W * chip.tgp_w:
            yield f"tgp_w: {card.tgp_w} W is less than the {chip.tgp_w} W of its chip"
    thick, slots = card.thickness_mm, card.slots_occupied
    if thick and slots and abs(thick / SLOT_PITCH_MM - slots) > MOST_ROUNDING_SLOTS:
        yield f"thickness_mm: {thick:g} mm does not go with {slots:g} slots"
    granted = SLOT_W + sum(PLUG_W[plug] * count for plug, count in card.plugs.items())
    if card.plugs_known and card.tgp_w > granted * MOST_OVER_GRANT:
        yield f"plugs: {card.tgp_w} W cannot come over plugs that grant {granted} W with the slot"
    if not card.plugs_known and card.plugs:
        yield "plugs: given, and said to be unknown (plugs_known)"
    if card.max_limit_w is not None and card.max_limit_w < card.tgp_w:
        yield f"max_limit_w: {card.max_limit_w} W is less than the {card.tgp_w} W of tgp_w"


def _vram(card: Card, chip: Chip) -> Iterator[str]:
    if card.vram_gib == chip.vram_gib:
        yield f"vram_gib: {card.vram_gib:g} GiB is what its chip has; give it only where a card differs"
    named = re.findall(r"\b(\d{1,3}) ?GB?\b", card.name)
    amount = card.vram_gib or chip.vram_gib
    if named and float(named[-1]) != amount:
        yield f"chip: the name says {named[-1]} GB, {card.chip} has {amount:g}"


def _chip(chip: Chip) -> Iterator[str]:
    if chip.memory_bus_bits:
        rate = chip.memory_gb_s * 8 / chip.memory_bus_bits
        low, high = GBIT_PER_PIN.get(chip.memory_type, (0, 100))
        if not low <= rate <= high:
            yield (
                f"memory_gb_s: {chip.memory_gb_s:g} GB/s over {chip.memory_bus_bits} bits is {rate:.1f} Gbit/s a pin; "
                f"{chip.memory_type} runs at {low:g} to {high:g}"
            )
    yield from _matrix_rates(chip)
    if chip.usable_mib and not 0.85 < chip.usable_mib / (chip.vram_gib * 1024) <= 1:
        yield f"usable_mib: {chip.usable_mib:,} MiB does not go with {chip.vram_gib:g} GiB"
    if chip.min_limit_w and chip.min_limit_w > chip.tgp_w:
        yield f"min_limit_w: {chip.min_limit_w} W is more than the {chip.tgp_w} W of tgp_w"
    if chip.max_limit_w and chip.max_limit_w < chip.tgp_w:
        yield f"max_limit_w: {chip.max_limit_w} W is less than the {chip.tgp_w} W of tgp_w"
    if (
        chip.p2p
        and chip.segment == "consumer"
        and chip.vendor == "NVIDIA"
        and chip.family in ("ampere", "ada", "blackwell")
    ):
        yield "p2p: the stock driver gives none to GeForce cards of this age"


def _matrix_rates(chip: Chip) -> Iterator[str]:
    """A vector rate, a sparse rate or the clock of another card in the place of the dense matrix rate."""
    times = INT8_PER_FP16.get(chip.family)
    if chip.fp16_tflops is None or times is None:
        return
    if chip.int8_tops is None:
        if chip.family in ("xe", "xe2", "ada", "blackwell"):
            yield "int8_tops: missing on a chip with matrix units; fp16_tflops may be the rate without them"
        return
    if abs(chip.int8_tops / chip.fp16_tflops - times) > 0.05 * times:
        yield f"int8_tops: {chip.int8_tops:g} is not {times:g} times the {chip.fp16_tflops:g} of fp16_tflops"
    if chip.fp8_tflops is not None and abs(chip.fp8_tflops / chip.int8_tops - 1) > 0.05:
        yield f"fp8_tflops: {chip.fp8_tflops:g} is not the {chip.int8_tops:g} of int8_tops"
    flop = FLOP_PER_SM.get(chip.family)
    if chip.sm_count and flop:
        clock = chip.fp16_tflops * 1e6 / chip.sm_count / flop
        if not CLOCKS_MHZ[0] <= clock <= CLOCKS_MHZ[1]:
            yield f"fp16_tflops: {chip.fp16_tflops:g} TFLOPS of {chip.sm_count} SMs would need {clock:,.0f} MHz"


def _cpu(cpu: Cpu) -> Iterator[str]:
    if not cpu.cores <= cpu.threads <= 4 * cpu.cores:
        yield f"threads: {cpu.threads} do not go with {cpu.cores} cores"
    if cpu.slot_lanes is not None and cpu.slot_lanes > cpu.pcie_lanes:
        yield f"slot_lanes: {cpu.slot_lanes} of {cpu.pcie_lanes} lanes"
    if cpu.memory_mts and cpu.memory_mts_2dpc and cpu.memory_mts_2dpc > cpu.memory_mts:
        yield f"memory_mts_2dpc: {cpu.memory_mts_2dpc} is faster than with one module per channel ({cpu.memory_mts})"


def _psu(psu: Psu) -> Iterator[str]:
    if psu.low_line_watts is not None and psu.low_line_watts > psu.watts:
        yield f"low_line_watts: {psu.low_line_watts} W is more than its {psu.watts} W"
    if psu.pcie_8pin is not None and psu.pcie_8pin_cables is not None and psu.pcie_8pin_cables > psu.pcie_8pin:
        yield f"pcie_8pin_cables: {psu.pcie_8pin_cables} cables for {psu.pcie_8pin} plugs"
    if psu.sixteen_pin_w is not None and psu.sixteen_pin_w not in (150, 300, 450, 600):
        yield f"sixteen_pin_w: {psu.sixteen_pin_w} W; the standard knows 150, 300, 450 and 600"
    if psu.mains_v is not None and not 90 <= psu.mains_v[0] < psu.mains_v[1] <= 480:
        yield f"mains_v: {psu.mains_v[0]} to {psu.mains_v[1]} V"


def _cooler(cooler: CpuCooler) -> Iterator[str]:
    if cooler.kind == "air" and cooler.radiator_mm is not None:
        yield f"radiator_mm: {cooler.radiator_mm} mm on an air cooler"


def _drive(drive: Drive) -> Iterator[str]:
    if drive.gen and drive.lanes and drive.read_gb_s and drive.read_gb_s > GB_S_PER_LANE[drive.gen] * drive.lanes:
        yield f"read_gb_s: {drive.read_gb_s:g} GB/s does not fit through {drive.gen}.0 x{drive.lanes}"


def _model(model: Model) -> Iterator[str]:
    if model.params_active is not None and model.params_active > model.params_total:
        yield f"params_active: {model.params_active:,} of {model.params_total:,}"
    if model.moe and model.moe.active > model.moe.experts:
        yield f"moe.active: {model.moe.active} of {model.moe.experts} experts"
    if model.layer_kinds is not None and len(model.layer_kinds) != model.layers:
        yield f"layer_kinds: {len(model.layer_kinds)} letters for {model.layers} layers"
    where = model.attention.global_layers
    if isinstance(where, tuple) and any(not 0 <= index < model.layers for index in where):
        yield f"attention.global_layers: layers beyond the {model.layers} there are"


_CHECKS: Mapping[type, Callable[[Any], Iterator[str]]] = {
    Chip: _chip,
    Cpu: _cpu,
    Psu: _psu,
    CpuCooler: _cooler,
    Drive: _drive,
    Model: _model,
}
