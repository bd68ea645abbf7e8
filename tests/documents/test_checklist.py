"""The checklist holds what a builder needs, with this build's figures, and nothing in it can break the page."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from planner.analysis.memory import Memory
from planner.catalog.examples import example, names
from planner.documents.checklist import checklist, checklist_html, checklist_markdown
from planner.documents.checklist_blocks import Code, Section, Table, Text, Tick
from planner.documents.checklist_parts import keep_empty, slot_map
from planner.documents.checklist_steps import COPY_SHARE, _bios
from planner.domain import edits
from planner.domain.build import Build
from planner.domain.findings import Accepted
from planner.domain.units import show_gb_s, show_gib, show_link
from planner.evaluate import evaluate
from tests.makers import SEEN

SECTIONS = (
    "Summary",
    "Parts",
    "Slot map",
    "Cables",
    "Assembly",
    "BIOS",
    "First start, system and driver",
    "Verification",
    "Launch",
    "Findings",
    "Record and signatures",
)
HOSTILE = '<script>alert(1)</script> & "quotes" | `code` *bold*'


def section(report, title: str) -> Section:
    return next(found for found in checklist(report).sections if found.title == title)


def table(report, title: str) -> Table:
    return next(block for block in section(report, title).blocks if isinstance(block, Table))


def words(found: Section) -> str:
    said = []
    for block in found.blocks:
        match block:
            case Text() | Tick():
                said.append(f"{getattr(block, 'lead', '')} {block.text} {getattr(block, 'note', '')}")
            case Table():
                said += [" ".join(row) for row in block.rows]
            case Code():
                said += block.lines
            case _:
                pass
    return "\n".join(said)


@pytest.mark.parametrize("name", names())
def test_every_example_has_every_section(report_of, name):
    sheet = checklist(report_of(name))
    assert tuple(found.title for found in sheet.sections) == SECTIONS
    assert all(found.blocks for found in sheet.sections)


@pytest.mark.parametrize("name", names())
def test_rows_have_a_cell_for_every_column(report_of, name):
    tables = [b for s in checklist(report_of(name)).sections for b in s.blocks if isinstance(b, Table)]
    for found in tables:
        assert {len(row) for row in found.rows} <= {len(found.head)}
        assert not found.shares or (len(found.shares) == len(found.head) and sum(found.shares) == 100)


def test_parts_are_counted_and_priced(report_of):
    rows = table(report_of("quad-3090"), "Parts").rows
    assert rows[0][:2] == ("4", "Card")
    assert any(row[1] == "Power supply" for row in rows)


def test_two_cards_on_a_splitter_share_its_setting(catalog):
    golden = Path(__file__).parents[1] / "golden" / "builds"
    report = evaluate(example("epyc-eight", golden), catalog)
    split = [name for name, _, _ in _bios(report) if name.startswith("Bifurcation of")]
    assert len(split) == len(set(split)) > 0


def test_two_cards_on_a_splitter_have_a_row_each(catalog):
    golden = Path(__file__).parents[1] / "golden" / "builds"
    table = next(b for b in slot_map(evaluate(example("epyc-eight", golden), catalog)).blocks if isinstance(b, Table))
    shared = [row for row in table.rows if row[0] == "PCIE0"]
    assert [row[2].split(" · ")[0] for row in shared] == ["GPU 7", "GPU 8"]
    assert {row[3] for row in shared} == {"4.0 x8"}


def test_every_card_stands_in_the_slot_map_with_its_link(report_of):
    report = report_of("dual-4090")
    rows = {row[0]: row for row in table(report, "Slot map").rows}
    for link in report.facts.lanes.links:
        assert rows[link.slot][3] == show_link(link.gen, link.width)


def test_sockets_that_would_narrow_a_card_stay_empty(report_of):
    report = report_of("dual-4090")
    names_of = [name for name, _ in keep_empty(report)]
    said = words(section(report, "Slot map"))
    assert names_of
    assert all(f"Leave {name} empty" in said for name in names_of)


def test_cables_follow_the_power_plan(report_of):
    report = report_of("quad-3090")
    rows = table(report, "Cables").rows
    assert len(rows) == len(report.facts.power.leads)
    assert sum(int(row[2].split(" × ")[0]) for row in rows) == sum(lead.count for lead in report.facts.power.leads)


def test_acceptance_figures_belong_to_this_build(report_of):
    report = report_of("quad-3090")
    said = words(section(report, "Verification"))
    link = report.facts.lanes.links[0]
    assert f"at least {show_gb_s(COPY_SHARE * link.path_gb_s)} each way" in said
    assert isinstance(report.facts.memory, Memory)
    for share in report.facts.memory.cards:
        assert f"{show_gib(share.free / 2**30)} free" in said
    assert f"{report.facts.throughput.decode_tok_s.low:.1f} to" in said
    assert f"{report.facts.power.wall.typical_w:,.0f} W while generating" in said


def test_limits_are_given_as_commands(catalog, report_of):
    build = edits.limit_power(report_of("dual-4090").build, ("gpu-1", "gpu-2"), 300)
    assert "nvidia-smi -pl 300" in words(section(evaluate(build, catalog), "First start, system and driver"))
    build = edits.limit_power(build, ("gpu-2",), 280)
    said = words(section(evaluate(build, catalog), "First start, system and driver"))
    assert "nvidia-smi -i 0 -pl 300" in said
    assert "nvidia-smi -i 1 -pl 280" in said


def test_no_limit_no_command(catalog, report_of):
    build = edits.limit_power(report_of("dual-4090").build, ("gpu-1", "gpu-2"), None)
    assert " -pl " not in words(section(evaluate(build, catalog), "First start, system and driver"))


def test_launch_is_refused_with_the_reason(catalog, report_of):
    build = edits.set_workload(report_of("dual-4090").build, quant="F16")
    assert "does not fit" in words(section(evaluate(build, catalog), "Launch"))


def test_accepted_findings_are_printed_with_their_reason(catalog, report_of):
    report = report_of("dual-4090")
    finding = report.findings[0]
    build = edits.accept(
        report.build, Accepted(key=finding.key, reason="a friend's supply", value=finding.value, on=SEEN)
    )
    assert "a friend's supply" in words(section(evaluate(build, catalog), "Findings"))


def test_an_empty_build_gives_a_sheet(catalog):
    assert checklist_markdown(evaluate(Build(), catalog)).startswith("# New build\n")


def test_markdown_shows_hostile_text_unchanged(catalog, report_of):
    text = checklist_markdown(evaluate(edits.rename(report_of("dual-4090").build, HOSTILE), catalog))
    assert "<script>" not in text
    assert "\\<script\\>" in text
    assert "- [ ] " in text


class _Page(HTMLParser):
    VOID = ("meta", "input", "col", "br")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href") and value]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", names())
def test_html_is_whole_and_needs_nothing_else(catalog, report_of, name):
    build = report_of(name).build.replace(name=HOSTILE, notes=HOSTILE)
    text = checklist_html(evaluate(build, catalog))
    page = _Page()
    page.feed(text)
    page.close()
    assert page.open == []
    assert page.links == []
    assert "script" not in page.seen
    assert "url(" not in text
    assert "&lt;script&gt;" in text


def test_html_draws_the_slot_map(report_of):
    text = checklist_html(report_of("dual-4090"))
    assert text.count("<svg") == 1
    assert "GPU 2" in text[text.index("<svg") : text.index("</svg>")]
