"""The assembly checklist of one build, and its Markdown and HTML. Everything in it comes from the report."""

from collections.abc import Iterator

from planner.documents.checklist_blocks import Block, Checklist, Code, Lines, Section, Table, Text, Tick
from planner.documents.checklist_html import write_html
from planner.documents.checklist_markdown import write_markdown
from planner.documents.checklist_parts import cables, parts, slot_map, summary
from planner.documents.checklist_steps import assembly, bios, first_boot, verification
from planner.documents.launch import Launch, launch
from planner.documents.report_text import verdict
from planner.documents.slot_map import slot_map_svg
from planner.documents.words import named
from planner.domain.findings import Finding
from planner.evaluate import Report
from planner.rules.words import listed

SIGNED = ("Built by", "Checked by", "Date", "BIOS version", "Driver and kernel")


def checklist(report: Report) -> Checklist:
    return Checklist(
        name=report.build.name,
        verdict=verdict(report),
        sections=(
            summary(report),
            parts(report),
            slot_map(report),
            cables(report),
            assembly(report),
            bios(report),
            first_boot(report),
            verification(report),
            _launch(report),
            _findings(report),
            _signatures(report),
        ),
    )


def checklist_markdown(report: Report) -> str:
    return write_markdown(checklist(report))


def checklist_html(report: Report) -> str:
    return write_html(checklist(report), slot_map_svg(report))


def _launch(report: Report) -> Section:
    if report.rig.workload is None:
        return Section("Launch", (Text("No model is chosen."),))
    found = launch(report.rig, report.facts.memory)
    if not isinstance(found, Launch):
        return Section("Launch", (Text(f"No command for {found.engine}: {found.reason}", strong=True),))
    blocks: list[Block] = [Code(command.title, command.lines) for command in found.commands]
    return Section("Launch", (*blocks, *(Text(note) for note in found.notes)))


def _findings(report: Report) -> Section:
    blocks: list[Block] = [_finding(finding) for finding in report.open_findings]
    if not blocks:
        blocks.append(Text("No open finding."))
    accepted = tuple(
        (
            f"{f.title} ({f.rule})",
            listed(named(report.rig, key) for key in f.parts),
            f.accepted.reason,
            f.accepted.on.isoformat(),
        )
        for f in report.findings
        if f.accepted
    )
    if accepted:
        blocks += [
            Text("Accepted", strong=True),
            Table(("Finding", "Where", "Reason", "On"), accepted, shares=(34, 24, 30, 12)),
        ]
    unchecked = tuple((n.rule, n.title, listed(n.needs)) for n in report.not_checked)
    if unchecked:
        blocks += [Text("Not checked", strong=True), Table(("Rule", "About", "Needs"), unchecked, shares=(11, 41, 48))]
    if report.off:
        blocks.append(Text(f"Rules switched off: {', '.join(report.off)}."))
    return Section("Findings", tuple(blocks))


def _finding(finding: Finding) -> Tick:
    lead = f"{finding.severity.title}: {finding.title} ({finding.rule})."
    return Tick(finding.message, " ".join(_sentences(finding)), lead)


def _sentences(finding: Finding) -> Iterator[str]:
    yield finding.consequence
    if finding.fixes:
        ways = "; or: ".join(fix.label for fix in finding.fixes)
        yield f"Do: {ways}."


def _signatures(report: Report) -> Section:
    rig = report.rig
    keys = [*(card.key for card in rig.cards), *(psu.key for psu in rig.psus), *(["board"] if rig.board else [])]
    serials = tuple((named(rig, key), "", "") for key in keys)
    blocks: list[Block] = [
        Table(("Part", "Serial number", "Bought from, warranty until"), serials, shares=(40, 30, 30))
    ]
    return Section("Record and signatures", (*(blocks if serials else []), Lines(SIGNED)))
