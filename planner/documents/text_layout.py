"""Plain text of a fixed width: headings, wrapped paragraphs, columns, and a numbered list of sources."""

import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 100


def title(text: str) -> list[str]:
    lines = textwrap.wrap(text, WIDTH) or [""]
    return [*lines, "═" * max(map(len, lines))]


def section(text: str, lines: Iterable[str]) -> list[str]:
    """A heading over lines; nothing at all where there are none."""
    body = list(lines)
    return ["", "", text, "─" * len(text), *body] if body else []


def paragraph(text: str, indent: str = "", first: str | None = None) -> list[str]:
    """Wrapped at the width; `first` stands in place of the indent on the first line."""
    lead = indent if first is None else first
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=lead,
        subsequent_indent=indent,
        break_long_words=True,
        break_on_hyphens=False,
    ) or [lead.rstrip()]


def bullets(texts: Iterable[str], indent: str = "") -> list[str]:
    return [line for text in texts for line in paragraph(text, f"{indent}  ", f"{indent}· ")]


def pairs(rows: Iterable[tuple[str, str]], indent: str = "  ") -> list[str]:
    """Names on the left, texts wrapped on the right; a row without text is left out."""
    shown = [(name, text) for name, text in rows if text]
    width = max((len(name) for name, _ in shown), default=0) + 2
    return [
        line for name, text in shown for line in paragraph(text, indent + " " * width, f"{indent}{name.ljust(width)}")
    ]


def table(head: Sequence[str], rows: Sequence[Sequence[str]], indent: str = "  ", right: str = "") -> list[str]:
    """Columns as wide as what stands in them; the widest gives way and wraps. `right` holds an r for every column that
    is aligned to the right."""
    if not rows:
        return []
    lines = [list(head), *(list(row) for row in rows)] if any(head) else [list(row) for row in rows]
    widths = _widths(lines, WIDTH - len(indent))
    ruled = [
        *([_row(lines[0], widths, right, indent), [indent + "  ".join("─" * w for w in widths)]] if any(head) else []),
        *(_row(cells, widths, right, indent) for cells in lines[bool(any(head)) :]),
    ]
    return [line for block in ruled for line in block]


def _widths(lines: Sequence[Sequence[str]], room: int) -> list[int]:
    widths = [max(len(line[n]) for line in lines) for n in range(len(lines[0]))]
    gaps = 2 * (len(widths) - 1)
    while sum(widths) + gaps > room:
        widest = widths.index(max(widths))
        if widths[widest] <= 8:
            break
        widths[widest] -= 1
    return widths


def _row(cells: Sequence[str], widths: Sequence[int], right: str, indent: str) -> list[str]:
    wrapped = [
        textwrap.wrap(cell, width, break_on_hyphens=False) or [""] for cell, width in zip(cells, widths, strict=True)
    ]
    return [
        (
            indent
            + "  ".join(
                _aligned(part[n] if n < len(part) else "", width, right[place : place + 1] == "r")
                for place, (part, width) in enumerate(zip(wrapped, widths, strict=True))
            )
        ).rstrip()
        for n in range(max(map(len, wrapped)))
    ]


def _aligned(text: str, width: int, to_right: bool) -> str:
    return text.rjust(width) if to_right else text.ljust(width)


class Sources:
    """Numbers each source once, in the order of use."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def mark(self, source: str) -> str:
        """[3], or nothing for no source."""
        return f"[{self._known.setdefault(source, len(self._known) + 1)}]" if source else ""

    def marks(self, sources: Iterable[str]) -> str:
        return "".join(self.mark(source) for source in sources)

    def lines(self) -> list[str]:
        return [
            line
            for source, number in self._known.items()
            for line in paragraph(source, "       ", f"  {f'[{number}]':>4} ")
        ]
