"""A checklist as Markdown."""

import re
from collections.abc import Iterator

from planner.documents.checklist_blocks import Block, Checklist, Code, Lines, Picture, Table, Text, Tick

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")


def write_markdown(sheet: Checklist) -> str:
    lines = [f"# {plain(sheet.name)}", "", plain(sheet.verdict)]
    for number, section in enumerate(sheet.sections, 1):
        lines += ["", f"## {number}. {plain(section.title)}"]
        before: Block | None = None
        for block in section.blocks:
            if not (isinstance(block, Tick) and isinstance(before, Tick)):
                lines.append("")
            lines += _block(block)
            before = block
    return "\n".join(lines).rstrip() + "\n"


def plain(text: str) -> str:
    """As text that Markdown shows unchanged."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _block(block: Block) -> Iterator[str]:
    match block:
        case Text():
            yield f"**{plain(block.text)}**" if block.strong else plain(block.text)
        case Tick():
            lead = f"**{plain(block.lead)}** " if block.lead else ""
            yield f"- [ ] {lead}{plain(block.text)}" + (f"  \n  {plain(block.note)}" if block.note else "")
        case Table():
            yield from _table(block)
        case Code():
            yield f"{plain(block.title)}:"
            yield ""
            yield from (f"    {line}" for line in block.lines)
        case Lines():
            yield from (f"- {plain(label)}: ______________________" for label in block.labels)
        case Picture():
            yield f"*{plain(block.caption)}*"


def _table(table: Table) -> Iterator[str]:
    head = ("", *table.head) if table.ticks else table.head
    offset = len(head) - len(table.head)
    marks = ["---"] * offset + ["--:" if table.right[n : n + 1] == "r" else "---" for n in range(len(table.head))]
    yield _row(head)
    yield _row(tuple(marks), escaped=True)
    for row in table.rows:
        yield _row(("☐", *row) if table.ticks else row)


def _row(cells: tuple[str, ...], escaped: bool = False) -> str:
    return f"| {' | '.join(cells if escaped else tuple(plain(cell) for cell in cells))} |"
