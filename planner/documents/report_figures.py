"""The figures of a report as text: links, space, power, heat, memory, speed, cost, each with its sum."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from planner.analysis.cost import Cost
from planner.analysis.lanes import Lanes, Link
from planner.analysis.memory import Memory, Refused
from planner.analysis.power import Power
from planner.analysis.space import Space
from planner.analysis.thermal import Thermal
from planner.analysis.throughput import Throughput
from planner.documents.text_layout import Sources, bullets, paragraph, table
from planner.documents.words import in_words, named, percent, sentence, short_name
from planner.domain.rig import Rig
from planner.domain.steps import Range, Step
from planner.domain.units import (
    gib,
    show_gb_s,
    show_gib,
    show_link,
    show_mm,
    show_money,
    show_s,
    show_tok_s,
    show_w,
)
from planner.domain.workload import SPLIT_WORDS
from planner.rules.words import listed

WAYS = {"cpu": "CPU", "chipset": "chipset", "switch": "switch", "nvlink": "NVLink", "sockets": "two CPUs"}


def step_lines(steps: Iterable[Step], sources: Sources, indent: str = "    ") -> list[str]:
    """What, how it was worked out, what came of it, who says so."""
    rows = [(in_words(step.label), _how(step), f"{step.shown} {sources.mark(step.source)}".rstrip()) for step in steps]
    return table(("", "", ""), rows, indent, "")


def _how(step: Step) -> str:
    return in_words(f"{step.how} (our default)".strip() if step.assumed else step.how)


def _grouped_steps(steps_of: Iterable[tuple[str, tuple[Step, ...]]], sources: Sources) -> list[str]:
    """Steps under the name of what they are about; what has the very same steps shares them."""
    groups: dict[tuple[Step, ...], list[str]] = {}
    for name, steps in steps_of:
        groups.setdefault(steps, []).append(name)
    return [
        line
        for steps, names in groups.items()
        if steps
        for line in ("", *paragraph(listed(names), "  ", "  "), *step_lines(steps, sources))
    ]


def unknown_lines(unknown: Iterable[str]) -> list[str]:
    missing = list(unknown)
    return ["", *paragraph(in_words(f"Not known: {'; '.join(missing)}."), "  ", "  ")] if missing else []


# ------------------------------------------------------------------ links and space


def link_lines(lanes: Lanes | None, rig: Rig, sources: Sources) -> list[str]:
    if lanes is None:
        return []
    rows = [
        (
            named(rig, link.gpu),
            link.slot,
            show_link(link.gen, link.width),
            f"of {show_link(link.slot_gen, link.slot_width)}",
            show_gb_s(link.gb_s),
            f"switch {link.root}" if link.root_kind == "switch" else WAYS.get(link.root_kind, link.root_kind),
        )
        for link in lanes.links
    ]
    lines = table(("Card", "Slot", "Link", "Slot alone", "Each way", "From"), rows, right="")
    lines += [line for link in lanes.links for line in _limits(link)]
    lines += _grouped_steps(((short_name(link.gpu), link.steps) for link in lanes.links), sources)
    lines += [
        line
        for mode in lanes.modes
        if mode.setting
        for line in ("", *paragraph(f"To set ({mode.selector.replace('_', ' ')}): {mode.setting}.", "    ", "  "))
    ]
    if lanes.dead or lanes.unplaced:
        gone = [f"{short_name(key)} is in a slot without lanes" for key in lanes.dead]
        gone += [f"{short_name(key)} is in no slot of this board" for key in lanes.unplaced]
        lines += paragraph(f"{'; '.join(gone)}.", "  ", "  ")
    return lines + _pair_lines(lanes) + unknown_lines(lanes.unknown)


def _limits(link: Link) -> list[str]:
    lines = []
    if link.limited_by:
        lines += ["", *paragraph(f"{short_name(link.gpu)}: {'; '.join(link.limited_by)}.", "  ", "  ")]
    if link.uplink_gb_s is not None:
        others = [short_name(key) for key in link.uplink_shared_with if key != link.gpu]
        shared = f", shared with {', '.join(others)}" if others else ""
        text = f"{short_name(link.gpu)} hangs behind an uplink of {show_gb_s(link.uplink_gb_s)}{shared}."
        lines += paragraph(text, "  ", "  ")
    return lines


def _pair_lines(lanes: Lanes) -> list[str]:
    rows = [
        (
            f"{short_name(pair.a)} ↔ {short_name(pair.b)}",
            show_gb_s(pair.gb_s),
            WAYS[pair.kind],
            {True: "peer to peer", False: "through system memory", None: "peer to peer not known"}[pair.p2p],
        )
        for pair in lanes.pairs
    ]
    return ["", *table(("Between cards", "Practical", "Over", ""), rows)] if rows else []


def space_lines(space: Space | None, rig: Rig, sources: Sources) -> list[str]:
    if space is None:
        return []
    cards = [
        (
            named(rig, card.gpu),
            "riser" if card.on_riser else _rows(card.rows) if card.row is not None else "not known",
            show_mm(card.thickness_mm) if card.thickness_mm is not None else "not known",
            show_mm(card.length_mm) if card.length_mm is not None else "not known",
            show_mm(card.height_mm) if card.height_mm is not None else "not known",
        )
        for card in space.cards
    ]
    lines = table(("Card", "Rows", "Thick", "Long", "High"), cards)
    gaps = [
        (
            f"{short_name(gap.gpu)} to {short_name(gap.neighbour) if gap.neighbour else 'the case floor'}",
            show_mm(gap.gap_mm),
            f"wants {show_mm(gap.wants_mm)}",
        )
        for gap in space.gaps
    ]
    if gaps:
        lines += ["", *table(("Air in front of the fans", "Gap", ""), gaps, right="lr")]
    for gap in space.gaps:
        lines += step_lines(gap.steps, sources)
    fits = [
        (f"{named(rig, fit.key)}: {fit.what}", show_mm(fit.needs_mm), show_mm(fit.has_mm), show_mm(fit.spare_mm))
        for fit in space.fits
    ]
    if fits:
        lines += ["", *table(("Clearance", "Needs", "Has", "Spare"), fits, right="lrrr")]
    lines += [f"  {slot} is covered by {short_name(gpu)}." for slot, gpu in space.covered]
    return lines + unknown_lines(space.unknown)


def _rows(rows: tuple[int, ...]) -> str:
    return f"{rows[0]}–{rows[-1]}" if len(rows) > 1 else f"{rows[0]}" if rows else "not known"


# ------------------------------------------------------------------ power and heat


def power_lines(power: Power | None, rig: Rig, sources: Sources) -> list[str]:
    if power is None:
        return []
    loads = [
        (
            load.label + (" (our default)" if load.assumed else ""),
            show_w(load.typical_w),
            show_w(load.sustained_w),
            show_w(load.peak_w),
        )
        for load in power.loads
    ]
    total = ("All", show_w(power.typical_w), show_w(power.sustained_w), show_w(power.peak_w))
    lines = table(("Load", "Generating", "At the limit", "Peak, 1 ms"), [*loads, total], right="lrrr")
    lines += ["", *step_lines(power.steps, sources, "  ")] if power.steps else []
    for supply in power.supplies:
        text = (
            f"{supply.label}: {show_w(supply.sustained_w)} of {show_w(supply.rated_w)}, {percent(supply.share)}, "
            f"{_spare(supply.spare_w)}. Peaks {show_w(supply.peak_w)}, allowed {show_w(supply.allowed_peak_w)} "
            f"({supply.excursion_from})."
        )
        lines += ["", *paragraph(text, "  ", "  "), *step_lines(supply.steps, sources)]
    lines += _plug_lines(power, rig)
    return lines + _wall_lines(power, sources) + unknown_lines(power.unknown)


def _spare(watts: float) -> str:
    return f"{show_w(watts)} spare" if watts >= 0 else f"{show_w(-watts)} too little"


def _plug_lines(power: Power, rig: Rig) -> list[str]:
    plugs = [
        (
            named(rig, plug.psu),
            plug.kind,
            str(plug.needed),
            "not known" if plug.has is None else str(plug.has),
            ", ".join(short_name(card) for card in plug.cards),
        )
        for plug in power.plugs
    ]
    return ["", *table(("Supply", "Plug", "Needed", "Has", "For"), plugs, right="llrr")] if plugs else []


def _wall_lines(power: Power, sources: Sources) -> list[str]:
    wall = power.wall
    if wall is None:
        return []
    text = (
        f"At the wall: {show_w(wall.sustained_w)} with every part at its limit, {show_w(wall.typical_w)} while "
        f"generating, at {percent(wall.efficiency)} efficiency ({wall.efficiency_from}). The circuit, {wall.circuit}, "
        f"carries {show_w(wall.continuous_w)} for hours and {show_w(wall.limit_w)} at most."
    )
    return ["", *paragraph(text, "  ", "  "), *step_lines(wall.steps, sources)]


def thermal_lines(thermal: Thermal | None, rig: Rig, sources: Sources) -> list[str]:
    if thermal is None:
        return []
    rows = [
        (
            named(rig, card.gpu),
            show_w(card.heat_w),
            card.cooler.replace("_", " "),
            "not known" if card.intake_gap_mm is None else show_mm(card.intake_gap_mm),
            {True: "blocked", False: "free", None: "not known"}[card.blocked],
            "" if card.hotter_c is None else f"about +{card.hotter_c:.0f} °C",
        )
        for card in thermal.cards
    ]
    limit = (
        f", where the case carries off about {show_w(thermal.case_limit_w)} ({thermal.case_limit_from})"
        if thermal.case_limit_w is not None
        else ""
    )
    text = (
        f"{show_w(thermal.case_heat_w)} stay in the case{limit}. The room gets {show_w(thermal.room_heat_w)} "
        f"({thermal.room_btu_h:,.0f} BTU/h) while generating. These are estimates."
    )
    lines = table(("Card", "Heat", "Cooler", "Air", "Intake", "Against alone"), rows, right="lrlr")
    lines += ["", *paragraph(text, "  ", "  "), *step_lines(thermal.steps, sources)]
    return lines + unknown_lines(thermal.unknown)


# ------------------------------------------------------------------ memory and speed


SHARE_COLUMNS = {
    "weights": "Weights",
    "kv": "Cache",
    "compute": "Buffers",
    "draft": "Speculation",
    "images": "Images",
    "context": "Driver",
    "reserved": "Desktop/OS",
}
SELDOM = ("draft", "images")
"""Shown only where a card holds some."""


def memory_lines(memory: Memory | Refused | None, sources: Sources) -> list[str]:
    if memory is None:
        return []
    if isinstance(memory, Refused):
        return paragraph(memory.reason, "  ", "  ")
    columns = [name for name in SHARE_COLUMNS if name not in SELDOM or any(getattr(s, name) for s in memory.shares)]
    rows = [
        (
            share.label,
            *(f"{gib(getattr(share, name)):.1f}" for name in columns),
            f"{gib(share.used):.1f}",
            f"{gib(share.usable):.1f}",
            f"{gib(share.free):.1f}",
        )
        for share in memory.shares
    ]
    head = ("GiB", *(SHARE_COLUMNS[name] for name in columns), "Used", "Usable", "Free")
    lines = [*paragraph(fit_sentence(memory), "  ", "  "), "", *table(head, rows, right="l" + "r" * len(head[1:])), ""]
    tightest = memory.tightest if memory.cards else "system RAM"
    lines += paragraph(f"The tightest is {tightest}: {memory.why}.".replace("gpu-", "GPU "), "  ", "  ")
    lines += ["", *_memory_steps(memory, sources), ""]
    lines += paragraph(f"The total is known within ±{memory.error_percent:g} %.", "  ", "  ")
    if memory.not_modelled:
        lines += paragraph(f"Not modelled: {'; '.join(memory.not_modelled)}.", "  ", "  ")
    return lines


def _memory_steps(memory: Memory, sources: Sources) -> list[str]:
    """The model's own steps, then those of each device; equal cards share theirs."""
    names = {f"{share.label}: ": share.label for share in memory.shares}
    whole = [step for step in memory.steps if not step.label.startswith(tuple(names))]
    per_device = (
        (
            label,
            tuple(
                replace(s, label=sentence(s.label.removeprefix(start)))
                for s in memory.steps
                if s.label.startswith(start)
            ),
        )
        for start, label in names.items()
    )
    return step_lines(whole, sources) + _grouped_steps(per_device, sources)


def fit_sentence(memory: Memory) -> str:
    margin = f"the margin of {show_gib(gib(memory.margin_bytes))}"
    longest = f"The longest context that keeps {margin} is {memory.max_context:,} tokens."
    if not memory.fits:
        short = f"It does not fit: {show_gib(gib(memory.over_bytes))} too much on the tightest device."
        return f"{short} {longest}" if memory.max_context else short
    return f"It fits, but with less than {margin} free. {longest}" if memory.tight else f"It fits. {longest}"


def throughput_lines(speed: Throughput | None, sources: Sources) -> list[str]:
    if speed is None:
        return []
    rows = [
        ("Decode, per user", *_band(speed.decode_tok_s)),
        ("Decode, all users", *_band(speed.decode_sum_tok_s)),
        ("Prefill", *_band(speed.prefill_tok_s)),
        (
            "Time to first token",
            show_s(speed.ttft_s.value),
            f"{show_s(speed.ttft_s.low)} to {show_s(speed.ttft_s.high)}",
        ),
    ]
    if speed.decode_sum_tok_s == speed.decode_tok_s:
        del rows[1]
    loading = [("Loading the model", show_s(speed.load_s), "from the fastest drive")] if speed.load_s else []
    split = SPLIT_WORDS.get(speed.split, speed.split)
    text = (
        f"{speed.engine}, {split}, at {speed.depth:,} tokens in the cache. Most of a token's time goes to "
        f"{speed.limited_by}. The range is meant to hold 80 of 100 measurements; this one is {speed.sure}."
    )
    lines = [*paragraph(text, "  ", "  "), "", *table(("", "Estimate", "Range"), [*rows, *loading], right="lr")]
    lines += ["", "  Decode, per token", *step_lines(speed.decode_steps, sources)]
    lines += ["", "  Prefill", *step_lines(speed.prefill_steps, sources)]
    if speed.assumed:
        lines += ["", "  Assumed", *bullets(speed.assumed, "    ")]
    return [*lines, "", "  Not modelled", *bullets(speed.not_modelled, "    ")]


def _band(band: Range) -> tuple[str, str]:
    return show_tok_s(band.value), range_words(band)


def range_words(band: Range) -> str:
    """16.1 to 21.7 tok/s."""
    return f"{bare_range(band)} tok/s"


def bare_range(band: Range) -> str:
    """16.1 to 21.7."""
    return " to ".join(show_tok_s(rate).removesuffix(" tok/s") for rate in (band.low, band.high))


# ------------------------------------------------------------------ cost


def cost_lines(cost: Cost, sources: Sources) -> list[str]:
    alike: dict[tuple[str, int | None, str], int] = {}
    for line in cost.lines:
        place = (line.label, line.cents, line.price_note)
        alike[place] = alike.get(place, 0) + 1
    rows = [
        (
            label if number == 1 else f"{number} × {label}",
            "not known" if cents is None else show_money(cents * number, cost.currency),
            note,
        )
        for (label, cents, note), number in alike.items()
    ]
    if not rows:
        return []
    lines = table(("Part", "Price", ""), [*rows, ("All", show_money(cost.total_cents, cost.currency), "")], right="lr")
    lines += list(_cost_notes(cost))
    return lines + (["", *step_lines(cost.steps, sources)] if cost.steps else [])


def unpriced(cost: Cost) -> str:
    """Parts without a price, equal ones counted."""
    names = list(cost.unpriced)
    return ", ".join(
        name if (number := names.count(name)) == 1 else f"{number} × {name}" for name in dict.fromkeys(names)
    )


def _cost_notes(cost: Cost) -> Iterator[str]:
    said = []
    if cost.unpriced:
        said.append(f"The total leaves out {unpriced(cost)}: no price is known.")
    if cost.energy_cents_month is not None:
        said.append(
            f"Energy costs about {show_money(100 * round(cost.energy_cents_month / 100), cost.currency)} a month."
        )
    if cost.cents_per_vram_gib is not None:
        said.append(f"{show_money(round(cost.cents_per_vram_gib), cost.currency)} per GiB of video memory.")
    if said:
        yield ""
        yield from paragraph(" ".join(said), "  ", "  ")
