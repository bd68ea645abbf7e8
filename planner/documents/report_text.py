"""The whole report as text, 100 columns wide; and the estimate for bare cards in the same manner."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from planner.analysis.memory import Memory, Refused
from planner.analysis.throughput import CPU_ONLY
from planner.bare import Bare, Estimate
from planner.documents.launch import Launch, launch
from planner.documents.report_figures import (
    bare_range,
    cost_lines,
    fit_sentence,
    link_lines,
    memory_lines,
    power_lines,
    space_lines,
    step_lines,
    thermal_lines,
    throughput_lines,
    unpriced,
)
from planner.documents.text_layout import Sources, bullets, pairs, paragraph, section, table, title
from planner.documents.words import counted, named, percent
from planner.domain.findings import Finding, NotChecked, Severity
from planner.domain.rig import Rig
from planner.domain.steps import Step
from planner.domain.units import show_link, show_money, show_tok_s, show_tokens, show_w
from planner.domain.workload import SPLIT_WORDS, Workload
from planner.evaluate import Report
from planner.rules.words import count, listed, short

POSSIBLE_HEADS = ("", "Possible", "Decode", "Quality")


def report_text(report: Report) -> str:
    facts, rig, sources = report.facts, report.rig, Sources()
    lines = [
        *title(report.build.name),
        verdict(report),
        "",
        *pairs(headline(report)),
        *section("Findings", _finding_groups(report, sources)),
        *section("Accepted", _accepted(report)),
        *section("Not checked", _not_checked(report.not_checked)),
        *section("Switched off", _codes(report.off)),
        *section("Links", link_lines(facts.lanes, rig, sources)),
        *section("Space", space_lines(facts.space, rig, sources)),
        *section("Power", power_lines(facts.power, rig, sources)),
        *section("Heat", thermal_lines(facts.thermal, rig, sources)),
        *section("Memory", memory_lines(facts.memory, sources)),
        *section("Speed", throughput_lines(facts.throughput, sources)),
        *section("Launch", _launch_lines(report)),
        *section("Cost", cost_lines(facts.cost, sources)),
        *section("Notes", [line for text in report.build.notes.splitlines() for line in paragraph(text, "  ", "  ")]),
        *section("Sources", sources.lines()),
    ]
    return "\n".join(line.rstrip() for line in lines)


def estimate_text(bare: Bare, estimate: Estimate, possible: Sequence[Sequence[str]] = ()) -> str:
    """`possible`: question, answer, speed and loss of each thing the cards could do beside what is asked."""
    sources, work = Sources(), bare.workload
    lines = [
        *title(f"{bare.title}, {work.model} {work.quant}"),
        *paragraph(_asked(estimate.rig, work)),
        *section("Memory", memory_lines(estimate.memory, sources)),
        *section("Speed", throughput_lines(estimate.throughput, sources) or _no_speed(estimate)),
        *section("What else is possible", table(POSSIBLE_HEADS, possible) if possible else ()),
        *section("Assumed", bullets(estimate.assumed, "  ")),
        *section("Sources", sources.lines()),
    ]
    return "\n".join(line.rstrip() for line in lines)


def _spread(rig: Rig, work: Workload) -> str:
    return CPU_ONLY if rig.computes and not rig.cards else SPLIT_WORDS[work.split]


def _asked(rig: Rig, work: Workload) -> str:
    return (
        f"{work.engine}, {_spread(rig, work)}, {work.context:,} tokens of context for "
        f"{count(work.users, 'user')}, cache in {work.kv_type}, prompt of {work.prompt:,} tokens, {work.host}."
    )


def _no_speed(estimate: Estimate) -> list[str]:
    if isinstance(estimate.memory, Memory) and not estimate.memory.fits:
        return ["  No speed is given for a model that does not fit."]
    if isinstance(estimate.memory, Refused):
        return []
    return [f"  No speed is given: a figure of this {'card' if estimate.rig.cards else 'CPU'} or model is not known."]


# ------------------------------------------------------------------ the head


def verdict(report: Report) -> str:
    """2 errors, 3 warnings, 1 note; 55 rules passed, 8 not checked."""
    counts = [(report.count(severity), severity) for severity in sorted(Severity, reverse=True)]
    said = [count(number, severity.title.lower()) for number, severity in counts if number]
    accepted = len(report.findings) - len(report.open_findings)
    tail = [f"{count(len(report.passed), 'rule')} passed", f"{len(report.not_checked)} not checked"]
    tail += [f"{accepted} accepted"] if accepted else []
    return f"{listed(said) or 'No findings'}. {', '.join(tail)}."


def headline(report: Report) -> Iterator[tuple[str, str]]:
    """The figures a person looks for first."""
    rig, facts = report.rig, report.facts
    if rig.cards:
        vram = sum(card.vram_gib for card in rig.cards)
        yield "Cards", f"{counted(card.card.title for card in rig.cards)}; {vram:g} GiB"
    if rig.missing:
        yield "Unknown parts", ", ".join(rig.missing)
    if rig.replaced:
        yield "From the file", f"{', '.join(rig.replaced)}: not in this catalog, figures as saved with the build"
    if facts.lanes and facts.lanes.links:
        yield "Links", counted(show_link(link.gen, link.width) for link in facts.lanes.links)
    if rig.workload:
        yield "Workload", _workload(rig, rig.workload)
    if facts.memory:
        yield "Memory", fit_sentence(facts.memory) if isinstance(facts.memory, Memory) else facts.memory.reason
    if facts.throughput:
        decode, prefill = facts.throughput.decode_tok_s, facts.throughput.prefill_tok_s
        yield (
            "Speed",
            f"decode {show_tok_s(decode.value)} ({bare_range(decode)}), "
            f"prefill {show_tok_s(prefill.value)} ({bare_range(prefill)})",
        )
    if facts.power:
        yield "Power", _power(report)
    if facts.cost.lines:
        without = f", without {unpriced(facts.cost)}" if facts.cost.unpriced else ""
        yield "Cost", f"{show_money(facts.cost.total_cents, facts.cost.currency)}{without}"


def _workload(rig: Rig, work: Workload) -> str:
    model = rig.model.name if rig.model else work.model
    engine = rig.engine.name if rig.engine else work.engine
    return (
        f"{model}, {work.quant}, {show_tokens(work.context)} context, {count(work.users, 'user')}, "
        f"{engine}, {_spread(rig, work)}"
    )


def _power(report: Report) -> str:
    power = report.facts.power
    if power is None:
        return ""
    supply = f" of {show_w(power.supply_w)} ({percent(power.sustained_w / power.supply_w)})" if power.supply_w else ""
    wall = f", {show_w(power.wall.typical_w)} at the wall while generating" if power.wall else ""
    return f"{show_w(power.sustained_w)}{supply} with every part at its limit{wall}"


# ------------------------------------------------------------------ findings


def _finding_groups(report: Report, sources: Sources) -> list[str]:
    lines: list[str] = []
    known = _long_sums(report)
    for severity in sorted(Severity, reverse=True):
        group = [finding for finding in report.open_findings if finding.severity == severity]
        for number, finding in enumerate(group, 1):
            lines += [""] if lines else []
            lines += _finding(finding, f"{severity.title} {number}", report.rig, sources, known)
            known.setdefault(finding.steps, "worked out above")
    return lines


def _long_sums(report: Report) -> dict[tuple[Step, ...], str]:
    """Sums that have a section of their own below, so that a finding need not repeat them."""
    fit = report.facts.memory
    return {(): ""} | ({fit.steps: "worked out under Memory"} if isinstance(fit, Memory) else {})


def _finding(
    finding: Finding, name: str, rig: Rig, sources: Sources, known: Mapping[tuple[Step, ...], str]
) -> list[str]:
    codes = " ".join((finding.rule, *finding.also))
    place = listed([named(rig, key) for key in finding.parts])
    where = f"{place}, {finding.where}" if finding.where and finding.where not in place else place
    rows = [
        ("Where", where),
        ("What", finding.message),
        ("Why", finding.consequence),
        ("Note", f"Only a warning: {finding.capped}." if finding.capped else ""),
        *((("Do" if n == 0 else ""), fix.label) for n, fix in enumerate(finding.fixes)),
        ("Sum", known.get(finding.steps, "")),
    ]
    lines = [*paragraph(f"{name}: {finding.title}  ({codes}) {sources.marks(finding.sources)}"), *pairs(rows)]
    return lines if finding.steps in known else lines + step_lines(finding.steps, sources)


def _accepted(report: Report) -> list[str]:
    return [
        line
        for finding in report.findings
        if (accepted := finding.accepted)
        for line in (
            *paragraph(f"{finding.title} ({finding.rule}, {listed(map(short, finding.parts))})"),
            *pairs([("Says", finding.message), ("Accepted", f"{accepted.on.isoformat()}: {accepted.reason}")]),
        )
    ]


def _not_checked(rules: Iterable[NotChecked]) -> list[str]:
    return [
        line
        for rule in rules
        for line in paragraph(f"{rule.rule}  {rule.title}. Needs {listed(rule.needs)}.", " " * 11, "  ")
    ]


def _codes(codes: Iterable[str]) -> list[str]:
    several = list(codes)
    return paragraph(", ".join(several), "  ", "  ") if several else []


def _launch_lines(report: Report) -> list[str]:
    if report.rig.workload is None:
        return []
    found = launch(report.rig, report.facts.memory)
    if not isinstance(found, Launch):
        return paragraph(f"No command for {found.engine}. {found.reason}", "  ", "  ")
    lines = []
    for command in found.commands:
        lines += [f"  {command.title}", "", *(f"    {line}" for line in command.lines), ""]
    return lines + bullets(found.notes, "  ")
