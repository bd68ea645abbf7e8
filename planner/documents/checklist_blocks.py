"""What a checklist is made of. Every writer (Markdown, HTML, paper) walks this tree and adds nothing of its own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """One thing to do, with a box."""

    text: str
    note: str = ""
    lead: str = ""
    """In bold before the text."""


@dataclass(frozen=True, slots=True)
class Table:
    """`right` has an r for every column aligned to the right; `shares` are the columns' widths in percent. A column
    with an empty share list is as wide as it needs. Cells left empty are for a pen."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    ticks: bool = False
    """A box in front of every row."""
    right: str = ""
    shares: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """The case from the side with the cards in their slots."""

    caption: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Names, each with a line to write on."""

    labels: tuple[str, ...]


Block = Text | Tick | Table | Code | Picture | Lines


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Checklist:
    name: str
    verdict: str
    sections: tuple[Section, ...]
