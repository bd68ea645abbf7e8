"""Checklist, first half: what was planned, what to buy, which card goes where, which cable goes where."""

from collections.abc import Iterator

from planner.analysis.lanes import ConnectorState, Link
from planner.documents.checklist_blocks import Block, Picture, Section, Table, Text, Tick
from planner.documents.parts_list import Row, rows, total_cents
from planner.documents.report_text import headline
from planner.documents.words import named, short_name
from planner.domain.parts import Card, Cpu, CpuCooler, Drive, MemoryKit, Part, Psu, Riser
from planner.domain.parts import Case as CasePart
from planner.domain.units import show_link, show_mm, show_money
from planner.evaluate import Report
from planner.rules.words import count, listed

PLUGS = {
    "pcie_6pin": "6-pin",
    "pcie_8pin": "8-pin",
    "12vhpwr": "16-pin (12VHPWR)",
    "12v_2x6": "16-pin (12V-2x6)",
    "eps_8pin": "EPS 8-pin",
    "nvidia_12pin": "12-pin",
}
MISSING_LINK = "none: this slot has no lanes"


def summary(report: Report) -> Section:
    blocks: list[Block] = []
    if errors := [finding for finding in report.open_findings if finding.severity.word == "error"]:
        text = (
            f"This plan still has {count(len(errors), 'error')}: settle the findings below before buying or building."
        )
        blocks.append(Text(text, strong=True))
    blocks.append(Table(("", ""), tuple(headline(report)), shares=(18, 82)))
    if report.build.notes:
        blocks.append(Text(report.build.notes))
    return Section("Summary", tuple(blocks))


# ------------------------------------------------------------------ parts


def parts(report: Report) -> Section:
    listed_rows, currency = rows(report), report.facts.cost.currency
    if not listed_rows:
        return Section("Parts", (Text("No part is chosen yet."),))
    lines = tuple(
        (str(row.count), row.kind, row.part.title, _each(row, currency), on_delivery(row.part)) for row in listed_rows
    )
    blocks: list[Block] = [
        Table(
            ("", "", "Part", "Each", "Check on delivery"), lines, ticks=True, right="rllrl", shares=(4, 11, 30, 12, 43)
        )
    ]
    total = f"Together {show_money(total_cents(listed_rows), currency)}"
    if without := [row.part.title for row in listed_rows if row.cents is None]:
        total += f", without {listed(without)}, whose price is not known"
    blocks.append(Text(f"{total}."))
    if report.rig.missing:
        blocks.append(Text(f"Not in the catalog, so not looked at: {listed(report.rig.missing)}.", strong=True))
    return Section("Parts", tuple(blocks))


def _each(row: Row, currency: str) -> str:
    return "not known" if row.cents is None else show_money(row.cents, currency)


def on_delivery(part: Part) -> str:
    """What to hold against the plan before the box is thrown away."""
    if isinstance(part, Card):
        return _card_check(part)
    if isinstance(part, Psu):
        return _supply_check(part)
    if isinstance(part, MemoryKit):
        speed = f"{part.type}-{part.speed_mts} {part.form}"
        return f"{count(part.modules, 'module')} of {part.module_gib} GiB in each kit, {speed}"
    if isinstance(part, CasePart) and part.open:
        return "Rails, supports and screws for every card"
    if isinstance(part, CasePart):
        size = f", cards up to {show_mm(part.max_gpu_length_mm)}" if part.max_gpu_length_mm else ""
        return f"Standoffs and screws{size}; side panels off before the cards go in"
    if isinstance(part, Riser):
        return f"Marked generation {part.gen}, x{part.lanes}; no kinks, both ends click"
    if isinstance(part, Cpu):
        return "Model on the lid; pads or pins straight"
    if isinstance(part, CpuCooler):
        return "Bracket for the socket and paste in the box"
    if isinstance(part, Drive):
        return f"{part.capacity_gb:,} GB; screw or clip for its socket"
    return "Nothing bent, manual at the slot table, all slots and sockets as planned"


def _card_check(card: Card) -> str:
    size = [show_mm(card.length_mm) + " long" if card.length_mm else "", _thickness(card)]
    plugs = [f"{number} × {PLUGS[plug]}" for plug, number in card.plugs.items() if number]
    known = [*filter(None, size), f"plugs: {listed(plugs)}" if plugs else ""]
    text = ", ".join(filter(None, known)) or "length, thickness and plugs: not known here, measure them"
    return f"{text}; if used: fans, memory temperature under load, return window"


def _thickness(card: Card) -> str:
    if card.thickness_mm is not None:
        return f"{show_mm(card.thickness_mm)} thick"
    return f"{card.slots_occupied:g} slots" if card.slots_occupied is not None else ""


def _supply_check(psu: Psu) -> str:
    leads = [
        f"{number} × {name}"
        for number, name in ((psu.sixteen_pin, "16-pin"), (psu.pcie_8pin, "8-pin"), (psu.eps_8pin, "EPS"))
        if number
    ]
    text = f"In the box: {', '.join(leads)}" if leads else "Count the 16-pin, 8-pin and EPS leads"
    return f"{text}; only its own cables, never those of another supply"


# ------------------------------------------------------------------ slot map


def slot_map(report: Report) -> Section:
    lanes, rig = report.facts.lanes, report.rig
    if lanes is None or rig.board is None:
        return Section("Slot map", (Text("No board is chosen yet."),))
    lines = tuple(
        (
            state.connector,
            str(state.row) if state.row is not None else "not known" if state.kind == "slot" else "",
            named(rig, key),
            _must_show(state, lanes.link(key)),
            _root(state),
        )
        for state in lanes.connectors
        for key in _taken_by(report, state)
    )
    head = ("Slot", "Row", "Takes", "Link under load", "Lanes from")
    blocks: list[Block] = [
        Picture("The case from the side. Rows count down from the CPU, 20.32 mm apart."),
        Table(head, lines, ticks=True, right="lr", shares=(20, 7, 45, 15, 13)),
        *(Text(text) for text in _unused(report)),
        *_riser_lines(report),
        *(Tick(text) for text in settings_text(report)),
        *(Tick(text) for text in empty_text(report)),
    ]
    if lanes.unplaced:
        blocks.append(Text(f"In no slot yet: {listed(named(rig, key) for key in lanes.unplaced)}.", strong=True))
    if lanes.unknown:
        blocks.append(Text(f"Not known, so look it up in the manual: {listed(lanes.unknown)}."))
    return Section("Slot map", tuple(blocks))


def _taken_by(report: Report, state: ConnectorState) -> tuple[str, ...]:
    """What sits there: several cards where a splitter shares the slot."""
    cards = (card.key for card in report.rig.cards if report.build.placement(card.key).slot == state.connector)
    return tuple(dict.fromkeys([*([state.occupied_by] if state.occupied_by else []), *cards]))


def _unused(report: Report) -> Iterator[str]:
    """Which slots stay free, and which could not take anything any more."""
    lanes, space = report.facts.lanes, report.facts.space
    covered = dict(space.covered) if space else {}
    slots = [c.connector for c in lanes.connectors if c.kind == "slot" and not c.occupied_by] if lanes else []
    if free := [slot for slot in slots if slot not in covered]:
        yield f"Free slots: {listed(free)}."
    if hidden := [f"{slot} by {short_name(covered[slot])}" for slot in slots if slot in covered]:
        yield f"Covered slots: {listed(hidden)}."


def _must_show(state: ConnectorState, link: Link | None) -> str:
    if link is not None:
        return show_link(link.gen, link.width)
    if state.occupied_by is None:
        return ""
    if state.width == 0:
        return MISSING_LINK
    return show_link(state.gen, state.width) if state.gen and state.width else "not known"


def _root(state: ConnectorState) -> str:
    return {"cpu": "CPU", "chipset": "chipset", "switch": f"switch {state.root}"}.get(
        state.root_kind or "", "not known"
    )


def _riser_lines(report: Report) -> Iterator[Block]:
    for card in report.rig.cards:
        if card.riser is not None:
            bay = f" in bay {card.bay}" if card.bay else ""
            text = f"{named(report.rig, card.key)} hangs on {card.riser.title}{bay}"
            yield Tick(f"{text}: cable fixed, unbent, both ends labelled.")


def settings_text(report: Report) -> Iterator[str]:
    """Jumpers and menu settings without which the lanes would not be split as planned."""
    lanes = report.facts.lanes
    for mode in lanes.modes if lanes else ():
        if mode.setting:
            how = {"jumper": "Jumper", "bios_setting": "BIOS", "cable": "Cable"}.get(mode.selector, "Board")
            yield f"{how}: {mode.setting}."


def empty_text(report: Report) -> Iterator[str]:
    for connector, harmed in keep_empty(report):
        yield f"Leave {connector} empty: it shares lanes with {listed(named(report.rig, key) for key in harmed)}."


def keep_empty(report: Report) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Empty sockets that would take lanes from a card if something were plugged in: no mode of their group serves
    them and leaves every card the width it has."""
    lanes, board = report.facts.lanes, report.rig.board
    if lanes is None or board is None:
        return
    tenant = {state.connector: state.occupied_by for state in lanes.connectors}
    for chosen in lanes.modes:
        group = next((group for group in board.lane_groups if group.id == chosen.group), None)
        now = dict(chosen.widths)
        cards = {name: width for name, width in now.items() if (tenant.get(name) or "").startswith("gpu-")}
        for name in group.members if group and cards else ():
            if tenant.get(name) is not None:
                continue
            serving = [mode.widths for mode in group.modes if mode.widths.get(name)] if group else []
            if serving and not any(all(mode.get(c, 0) >= w for c, w in cards.items()) for mode in serving):
                yield name, tuple(key for c in cards if (key := tenant.get(c)))


# ------------------------------------------------------------------ cables


def cables(report: Report) -> Section:
    power, rig = report.facts.power, report.rig
    if power is None or not power.leads:
        return Section("Cables", (Text("No supply is chosen yet." if not rig.psus else "No cable plan can be made."),))
    lines = tuple(
        (
            named(rig, lead.psu),
            named(rig, lead.to),
            f"{lead.count} × {'EPS' if lead.kind == 'eps' else lead.kind}",
            "adapter" if lead.adapter else "",
            {True: "", False: "the supply has none left", None: "count the supply's leads"}[lead.ok],
        )
        for lead in power.leads
    )
    blocks: list[Block] = [
        Table(("From", "To", "Cable", "By", "Note"), lines, ticks=True, shares=(27, 31, 15, 9, 18)),
        Tick("Every 8-pin plug of a card has a cable of its own: a daisy chain carries both plugs over one wire set."),
    ]
    if any("16" in lead.kind for lead in power.leads):
        blocks.append(Tick("16-pin plugs are in until no gap shows, and straight for 35 mm before the first bend."))
    if len(rig.psus) > 1:
        blocks.append(Tick("Two supplies: a card, its plugs and its riser on the same one; a common start and ground."))
    board = rig.board
    if board is not None and board.gpu_power_inputs:
        text = f"{count(board.gpu_power_inputs, 'auxiliary plug')} on {board.title} for the slots' own power."
        blocks.append(Tick(text))
    return Section("Cables", tuple(blocks))


def place_of(report: Report, key: str) -> str:
    """Slot PCIEX16_1, or bay 3 on a riser from slot PCIEX16_1."""
    card = report.rig.card(key)
    if card is None or card.slot_name is None:
        return "its place"
    return f"{card.slot_name}, bay {card.bay}" if card.bay else card.slot_name


def in_order(report: Report) -> list[str]:
    """Keys of the cards from the CPU downwards, risers last: the order to build in."""

    def rank(key: str) -> tuple[bool, int, str]:
        card = report.rig.card(key)
        row = card.slot.row if card and card.slot and card.slot.row is not None else 99
        return bool(card and card.riser), row, short_name(key)

    return sorted((card.key for card in report.rig.cards), key=rank)
