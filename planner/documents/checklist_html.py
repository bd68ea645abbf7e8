"""A checklist as one HTML page that needs nothing else, on screen and on paper."""

from collections.abc import Iterator
from html import escape

from planner.documents.checklist_blocks import Block, Checklist, Code, Lines, Picture, Section, Table, Text, Tick

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { font: 15px/1.5 Inter, "Segoe UI", system-ui, sans-serif; color: #1d2530; background: #fff;
  max-width: 60rem; margin: 2.5rem auto; padding: 0 1.5rem; font-variant-numeric: tabular-nums; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .6rem; padding-bottom: .25rem; border-bottom: 1px solid #dfe3e8; }
h2 .number { color: #5c6674; font-weight: 400; margin-right: .5rem; }
.verdict, .note, figcaption { color: #5c6674; }
.note { display: block; font-size: .92em; }
ul.ticks { list-style: none; padding: 0; margin: .6rem 0; }
ul.ticks li { padding: .2rem 0 .2rem 1.9rem; position: relative; break-inside: avoid; }
ul.ticks label { display: block; }
input[type=checkbox] { width: 1rem; height: 1rem; margin: 0; accent-color: #2563c9; }
ul.ticks input { position: absolute; left: 0; top: .45rem; }
table { width: 100%; border-collapse: collapse; margin: .7rem 0; }
th { text-align: left; font-weight: 600; color: #5c6674; font-size: .88em; }
th, td { padding: .35rem .6rem .35rem 0; border-bottom: 1px solid #dfe3e8; vertical-align: top; }
tr { break-inside: avoid; }
td.box { width: 1.9rem; padding-top: .6rem; }
.right { text-align: right; padding-right: 1rem; }
figure { margin: .8rem 0; break-inside: avoid; }
figure svg { width: 100%; height: auto; }
.code { margin: .8rem 0; break-inside: avoid; }
.code p { margin: 0 0 .25rem; color: #5c6674; }
pre { background: #f5f6f8; border: 1px solid #dfe3e8; border-radius: 6px; padding: .7rem .9rem; margin: 0;
  font: .86em/1.5 ui-monospace, "SF Mono", Consolas, "DejaVu Sans Mono", monospace; white-space: pre-wrap; }
dl.lines { display: grid; grid-template-columns: max-content 1fr; gap: 1.2rem 1rem; margin: 1.4rem 0; }
dl.lines dd { margin: 0; border-bottom: 1px solid #66717f; }
h2, h3 { break-after: avoid; }
@media print { body { margin: 0; max-width: none; font-size: 10.5pt; } @page { margin: 16mm; } }
""".strip()


def write_html(sheet: Checklist, picture_svg: str) -> str:
    """`picture_svg` is trusted: our own drawing, with its texts escaped."""
    sections = "\n".join(_section(number, section, picture_svg) for number, section in enumerate(sheet.sections, 1))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(sheet.name)}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n"
        f'<h1>{escape(sheet.name)}</h1>\n<p class="verdict">{escape(sheet.verdict)}</p>\n{sections}\n</body>\n</html>\n'
    )


def _section(number: int, section: Section, picture_svg: str) -> str:
    body = "\n".join(_blocks(section.blocks, picture_svg))
    return f'<section>\n<h2><span class="number">{number}</span>{escape(section.title)}</h2>\n{body}\n</section>'


def _blocks(blocks: tuple[Block, ...], picture_svg: str) -> Iterator[str]:
    """Ticks that follow one another make one list."""
    ticks: list[str] = []
    for block in blocks:
        if isinstance(block, Tick):
            ticks.append(_tick(block))
            continue
        if ticks:
            yield _list(ticks)
            ticks = []
        yield _block(block, picture_svg)
    if ticks:
        yield _list(ticks)


def _list(ticks: list[str]) -> str:
    return '<ul class="ticks">\n' + "\n".join(ticks) + "\n</ul>"


def _tick(tick: Tick) -> str:
    note = f'<span class="note">{escape(tick.note)}</span>' if tick.note else ""
    lead = f"<strong>{escape(tick.lead)}</strong> " if tick.lead else ""
    return f'<li><label><input type="checkbox"> {lead}{escape(tick.text)}</label>{note}</li>'


def _block(block: Block, picture_svg: str) -> str:
    match block:
        case Text():
            text = escape(block.text).replace("\n", "<br>")
            return f"<p><strong>{text}</strong></p>" if block.strong else f"<p>{text}</p>"
        case Table():
            return _table(block)
        case Code():
            return f'<div class="code"><p>{escape(block.title)}</p><pre>{escape(chr(10).join(block.lines))}</pre></div>'
        case Lines():
            rows = "".join(f"<dt>{escape(label)}</dt><dd></dd>" for label in block.labels)
            return f'<dl class="lines">{rows}</dl>'
        case Picture():
            return (
                f"<figure>{picture_svg}<figcaption>{escape(block.caption)}</figcaption></figure>" if picture_svg else ""
            )
        case Tick():
            return _list([_tick(block)])


def _table(table: Table) -> str:
    head = "".join(_cell("th", text, n, table) for n, text in enumerate(table.head))
    box = '<th class="box"></th>' if table.ticks else ""
    top = f"<thead><tr>{box}{head}</tr></thead>" if any(table.head) else ""
    return f"<table>{_columns(table)}{top}<tbody>{''.join(_row(row, table) for row in table.rows)}</tbody></table>"


def _columns(table: Table) -> str:
    if not table.shares:
        return ""
    box = '<col style="width:2rem">' if table.ticks else ""
    columns = "".join(f'<col style="width:{share}%">' for share in table.shares)
    return f"<colgroup>{box}{columns}</colgroup>"


def _row(row: tuple[str, ...], table: Table) -> str:
    name = escape(next((cell for cell in row if cell), "done"), quote=True)
    box = f'<td class="box"><input type="checkbox" aria-label="{name}"></td>' if table.ticks else ""
    return f"<tr>{box}{''.join(_cell('td', text, n, table) for n, text in enumerate(row))}</tr>"


def _cell(tag: str, text: str, column: int, table: Table) -> str:
    right = ' class="right"' if table.right[column : column + 1] == "r" else ""
    return f"<{tag}{right}>{escape(text)}</{tag}>"
