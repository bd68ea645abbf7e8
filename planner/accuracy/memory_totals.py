"""What a whole load takes: readings of drivers and of people against weights, cache, buffers and driver context."""

import re
from collections.abc import Iterator

from planner.accuracy.memory_rows import Fit, Row, Score, whole
from planner.accuracy.memory_run import Run, held
from planner.analysis.card_memory import context_mib
from planner.analysis.compute_buffer import Streamed, Work, compute_bytes
from planner.analysis.kv_cache import kv_bytes, layer_kinds
from planner.analysis.weights import Weights
from planner.domain.parts import Chip
from planner.domain.units import MIB

FULLEST_CARD = "4x3090-llm-benchmarks"
"""A source whose readings are called sums over all cards, but are the fullest card, times four in one campaign: all of
that campaign's 94 figures divide by eight, and eighteen of llama.cpp match the fullest card times four within 1.3 %
where no publisher's own mixture is in play. Its launch lines (launch_argv in data/benchmarks.jsonl) say
--split-mode layer, and one slot for single streams, eight for aggregates."""
FOUR_TIMES = "orch/"


def score_total(row: Row, run: Run, chip: Chip | None, score: Score) -> None:
    sizes = run.weights
    if sizes is None or run.engine.memory == "pool":
        score.skipped["total of a pool engine is its share of the card, or quantisation not stated"] += 1
        return
    if not run.cache_known or run.in_ram is None or run.overridden:
        score.skipped["total without context or with tensors placed by hand"] += 1
        return
    if re.search(r"spec-(?!none)|spec-decode|MTP, draft", row["source"] + row["notes"]):
        score.skipped["total beside a draft"] += 1
        return
    slots = _slots(row)
    if slots is None:
        score.skipped["total of several users whose slots are not known"] += 1
        return
    fullest, times = _fullest(row)
    needs = list(_needs(run.with_slots(slots), sizes, chip))
    value = (max(needs) if fullest else sum(needs)) * times
    held_there = sum(load.weights for load in held(run)[: run.cards])
    if float(row["mib"]) * MIB < 0.75 * (held_there / run.cards if fullest else held_there) * times:
        score.skipped["total below three quarters of the weights: partly in RAM"] += 1
        return
    told = row["reliability"] == "self-reported"
    score.add(row["id"], "total, self-reported" if told else "total", float(row["mib"]), value)
    if chip is not None and not told:
        room = (chip.usable_mib or chip.vram_gib * 1024) * MIB
        score.fits.append(Fit(row["id"], ran=True, said=max(needs) <= room))


def _slots(row: Row) -> int | None:
    if FULLEST_CARD in row["source"]:
        return 8 if "_aggregate" in row["source"] else 1
    if "slots unknown" in row["notes"] and (whole(row["parallel"]) or 1) > 1:
        return None
    return 1


def _fullest(row: Row) -> tuple[bool, int]:
    """Whether the reading is the fullest card's, and how many times it was counted."""
    if FULLEST_CARD not in row["source"]:
        return False, 1
    return True, 4 if FOUR_TIMES in row["source"] else 1


def _largest_cache(run: Run) -> float:
    kinds = layer_kinds(run.model)
    return max(kv_bytes(kinds.distinct[number], run.cache) for number in kinds.numbers[: run.in_ram or 0])


def _needs(run: Run, sizes: Weights, chip: Chip | None) -> Iterator[float]:
    """Of each card."""
    kept = run.in_ram or 0
    work = Work(run.cache.slots, 1 if kept else run.cards, run.first["flash_attn"] != "0", first=not kept)
    streamed = Streamed(max(sizes.largest[:kept]), _largest_cache(run)) if kept else None
    loads, overhead = held(run), run.engine.overhead_mib
    for place in range(run.cards):
        compute = 0.0
        if run.engine.memory == "buffers":
            part = loads[place].part(run.cache)
            last, brought = place == run.cards - 1, None if place else streamed
            compute = compute_bytes(run.model, run.cache, work, place, last, part=part, streamed=brought)
        context = (overhead if overhead is not None else context_mib(chip.sm_count if chip else None)) * MIB
        yield loads[place].weights + loads[place].kv(run.cache) + compute + context
