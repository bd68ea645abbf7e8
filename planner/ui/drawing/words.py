"""What the drawing says about cards, slots, gaps, cables and supplies. Plain sentences with this build's figures."""

import re

from planner.analysis.lanes import ConnectorState, Link
from planner.analysis.power import Lead, PlugNeed, SupplyLoad
from planner.analysis.space import Gap
from planner.domain import units
from planner.domain.findings import Severity
from planner.domain.parts import Case, Connector
from planner.domain.rig import RigCard
from planner.evaluate import Report
from planner.ui.drawing.items import Level

TOUCH_MM = 0.5
"""Cards closer than this, one way or the other, touch: thickness is not known any finer."""
BLOCKED_MM = 10
"""Below this an open-air cooler has next to nothing to breathe (the thermal analysis uses the same edge)."""


def gpu(key: str) -> str:
    """gpu-2 -> GPU 2, psu-1 -> PSU 1."""
    return re.sub(r"^([a-z]+)-", lambda m: (m[1].upper() if len(m[1]) == 3 else m[1].capitalize()) + " ", key)


FAMILIES = ("GeForce ", "Radeon ", "NVIDIA ", "AMD ")


def shorter_names(card: RigCard) -> tuple[str, ...]:
    """The card's name for less and less room: without its family, then its chip."""
    name, chip = card.card.name, card.chip.name
    for family in FAMILIES:
        name, chip = name.replace(family, ""), chip.replace(family, "")
    return f"{gpu(card.key)} · {name}", f"{gpu(card.key)} · {chip}"


def join(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def level_of(severity: Severity | None) -> Level:
    return {None: Level.PLAIN, Severity.INFO: Level.PLAIN, Severity.WARNING: Level.WARN, Severity.ERROR: Level.BAD}[
        severity
    ]


def worst(report: Report, key: str) -> Level:
    return level_of(max((finding.severity for finding in report.about(key)), default=None))


def root(kind: str | None, name: str | None = None) -> str:
    if kind == "cpu":
        digits = (name or "").removeprefix("cpu")
        return f"CPU {int(digits) + 1}" if digits.isdigit() and digits != "0" else "CPU"
    return kind or "root not known"


def badge(link: Link | None, card: RigCard, dead: bool) -> tuple[str, Level]:
    """`5.0 x16 → 4.0 x8 · CPU`: what the slot has when alone, and what the card gets; that alone where it is all the
    card can use."""
    if dead:
        return "no lanes", Level.BAD
    if link is None:
        return ("lanes not known", Level.UNKNOWN) if card.slot_name else ("", Level.PLAIN)
    slot, got = units.show_link(link.slot_gen, link.slot_width), units.show_link(link.gen, link.width)
    narrowed = bool(link.limited_by)
    text = join(f"{slot} → {got}" if narrowed and slot != got else got, root(link.root_kind, link.root))
    return text, Level.WARN if narrowed else Level.OK


def card_facts(report: Report, card: RigCard) -> str:
    facts = report.facts
    place = facts.space.card(card.key) if facts.space else None
    thick = place.thickness_mm if place else card.card.thickness_mm
    watts = units.show_w(card.power_w)
    if card.limit_w is not None and card.limit_w != card.card.tgp_w:
        watts = f"limited to {watts}"
    heat = facts.thermal.card(card.key) if facts.thermal else None
    hotter = f"est. {heat.hotter_c:.0f} °C hotter than alone" if heat and heat.hotter_c and heat.hotter_c >= 1 else ""
    return join(f"{units.show_mm(thick)} thick" if thick else "thickness not known", watts, hotter)


def short_facts(report: Report, card: RigCard) -> str:
    thick = card.card.thickness_mm
    heat = report.facts.thermal.card(card.key) if report.facts.thermal else None
    hotter = f"+{heat.hotter_c:.0f} °C" if heat and heat.hotter_c and heat.hotter_c >= 1 else ""
    return join(units.show_mm(thick) if thick else "", units.show_w(card.power_w), hotter)


def card_tip(report: Report, card: RigCard, place: str) -> str:
    """Every fact the drawing has of a card, one a line."""
    facts = report.facts
    spot = facts.space.card(card.key) if facts.space else None
    link = facts.lanes.link(card.key) if facts.lanes else None
    gap = facts.space.gap_below(card.key) if facts.space else None
    lines = [card.label, place, f"{card.vram_gib:g} GiB, {units.show_w(card.power_w)}"]
    if spot:
        sizes = (("long", spot.length_mm), ("high", spot.height_mm), ("thick", spot.thickness_mm))
        lines.append(", ".join(f"{units.show_mm(mm)} {word}" if mm else f"{word}: not known" for word, mm in sizes))
    if link:
        lines.append(f"Link {units.show_link(link.gen, link.width)}, {units.show_gb_s(link.gb_s)} one way")
        lines += [f"limited by {reason}" for reason in link.limited_by]
    if card.riser:
        lines.append(f"on {card.riser.title}")
    if gap:
        lines.append(gap_words(gap))
    lines += [f"{finding.severity.title}: {finding.title}" for finding in report.about(card.key)]
    return "\n".join(lines)


def gap_words(gap: Gap) -> str:
    if gap.gap_mm <= -TOUCH_MM:
        return f"{gpu(gap.gpu)} and {below(gap)} overlap by {units.show_mm(-gap.gap_mm)}"
    air = units.show_mm(max(0, gap.gap_mm))
    return f"{air} between {gpu(gap.gpu)} and {below(gap)}; its cooler wants {gap.wants_mm:g} mm"


def below(gap: Gap) -> str:
    return gpu(gap.neighbour) if gap.neighbour else "the case floor"


def gap_label(gap: Gap) -> tuple[str, str, Level]:
    """The label, a shorter one, and its colour."""
    if gap.gap_mm <= -TOUCH_MM:
        text = f"overlaps {below(gap)} by {units.show_mm(-gap.gap_mm)}"
        return text, f"overlap {units.show_mm(-gap.gap_mm)}", Level.BAD
    air = units.show_mm(max(0, gap.gap_mm))
    if gap.gap_mm >= gap.wants_mm:
        return f"gap {air}, enough", f"{air}, enough", Level.OK
    level = Level.BAD if gap.gap_mm < min(BLOCKED_MM, gap.wants_mm) else Level.WARN
    return f"gap {air}, wants {gap.wants_mm:g} mm", f"{air} of {gap.wants_mm:g}", level


def slot_link(state: ConnectorState | None, connector: Connector) -> tuple[str, Level]:
    """What a slot is: `4.0 x2 chipset`."""
    width = state.width if state else connector.lanes
    gen = state.gen if state else connector.gen
    kind = state.root_kind if state else None
    if width == 0:
        return "dead: no lanes", Level.BAD
    if width is None or gen is None:
        return "lanes not known", Level.UNKNOWN
    where = root(kind, state.root if state else None) if kind else (connector.root or "")
    return f"{units.show_link(gen, width)} {where}".rstrip(), Level.PLAIN


def offer(
    state: ConnectorState, connector: Connector, *, cover: str | None, key: str, now: str | None = None
) -> tuple[str, Level]:
    """What a slot would give the card that is held over it."""
    if not connector.takes_a_card:
        return f"{connector.id} · closed x{connector.mechanical} slot, no graphics card goes in", Level.BAD
    link, level = slot_link(state, connector)
    if connector.id == now:
        return join(connector.id, link, "where it is now"), Level.PLAIN
    swap = f"swaps with {gpu(state.occupied_by)}" if state.occupied_by and state.occupied_by != key else ""
    under = f"under {gpu(cover)}" if cover and cover != key else ""
    if level == Level.PLAIN:
        level = Level.OK if connector.lanes is None or (state.width or 0) >= min(connector.lanes, 16) else Level.WARN
    return join(connector.id, link, under, swap, state.note), Level.BAD if under else level


def port_text(report: Report, state: ConnectorState | None, connector: Connector) -> tuple[str, Level]:
    """`M.2_2 · 5.0 x4 CPU · 990 PRO, takes lanes from GPU 2`."""
    link, level = slot_link(state, connector)
    lanes, rig = report.facts.lanes, report.rig
    drive = next((d for d in rig.drives if d.slot_name == connector.id), None)
    shares = [name for name in (state.shares_with if state else ()) if _is_slot(report, name)]
    if drive is None and state and state.width == 0:
        return join(connector.id, f"no lanes while {_few(shares)} is used" if shares else "no lanes"), Level.PLAIN
    if drive is None:
        level = Level.UNKNOWN if level == Level.UNKNOWN else Level.PLAIN
        return join(connector.id, link, f"free, shares with {_few(shares)}" if shares else "free"), level
    robbed = [gpu(card) for card, by in (lanes.narrowed_by if lanes else ()) if by == drive.key]
    if robbed:
        return join(connector.id, link, f"{drive.drive.name}, takes lanes of {', '.join(robbed)}"), Level.WARN
    return join(connector.id, link, drive.drive.name), level if level == Level.BAD else Level.OK


def port_short(report: Report, connector: Connector) -> str:
    drive = next((d for d in report.rig.drives if d.slot_name == connector.id), None)
    return join(connector.id, drive.drive.name if drive else "free")


def _few(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} slots"


def _is_slot(report: Report, name: str) -> bool:
    connector = report.rig.board.connector(name) if report.rig.board else None
    return connector is not None and connector.kind == "slot"


PLUGS = {"16-pin": "12V-2x6", "eps": "EPS"}


def lead_words(lead: Lead) -> tuple[str, Level]:
    plug = PLUGS.get(lead.kind, lead.kind)
    text = f"{lead.count} × {plug}" if lead.count > 1 else plug
    text += " adapter" if lead.adapter else ""
    if lead.ok is False:
        return f"no {text}", Level.BAD
    return (f"{text}, not known", Level.UNKNOWN) if lead.ok is None else (text, Level.OK)


def plug_state(need: PlugNeed, leads: tuple[Lead, ...]) -> tuple[str, Level]:
    """What is short, if anything; a 16-pin plug may come from an adapter."""
    name = PLUGS.get(need.kind, need.kind)
    if need.has is None:
        return (f"{name} plugs: count not known", Level.UNKNOWN) if need.needed else ("", Level.OK)
    if not need.missing:
        return "", Level.OK
    served = [lead for lead in leads if lead.psu == need.psu and lead.to in need.cards]
    if served and all(lead.ok for lead in served) and any(lead.adapter for lead in served):
        return f"{need.missing} × {name} by adapter", Level.WARN
    return f"{need.missing} × {name} short", Level.BAD


def supply_lines(
    load: SupplyLoad | None, plugs: tuple[PlugNeed, ...], leads: tuple[Lead, ...]
) -> tuple[tuple[str, Level], ...]:
    lines: list[tuple[str, Level]] = []
    if load:
        over = load.sustained_w > load.rated_w
        share = f"{units.show_w(load.sustained_w)} sustained, {load.share * 100:.0f} %"
        lines.append((share, Level.BAD if over else Level.WARN if load.share > 0.8 else Level.OK))
        high = load.peak_w > load.allowed_peak_w
        peak = f"{units.show_w(load.peak_w)} peak of {units.show_w(load.allowed_peak_w)}"
        lines.append((peak, Level.BAD if high else Level.OK))
    for need in plugs:
        text, level = plug_state(need, leads)
        if text:
            lines.append((text, level))
    return tuple(lines)


def front_fans(case: Case | None) -> tuple[int, int] | None:
    """Number and size of the front mounts, the first alternative the maker lists."""
    for mount in case.fans if case else ():
        if found := re.match(r"front\D*(\d+)\s*[x×]\s*(\d+)", mount):
            return int(found[1]), int(found[2])
    return None


def case_words(case: Case | None) -> str:
    if case is None:
        return "No case chosen: outline only"
    fans = front_fans(case)
    front = {"closed": "closed front", "mesh": "mesh front", "vented": "vented front"}.get(case.intake, "")
    return join(case.title, f"{fans[0]} × {fans[1]} mm front mounts" if fans else "", front)
