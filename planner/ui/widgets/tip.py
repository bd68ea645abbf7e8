"""Tooltips that show a text as it is."""

from html import escape
from textwrap import wrap

LETTERS = 90
"""Of a line at most."""


def plain_tip(text: str) -> str:
    """Qt guesses whether a tooltip is rich text: a part's name from a file must never be read as such."""
    return f"<p style='white-space:pre'>{escape(folded(text)).replace(chr(10), '<br>')}</p>" if text else ""


def folded(text: str) -> str:
    """No line wider than a small window."""
    return "\n".join("\n".join(wrap(line, LETTERS)) if len(line) > LETTERS else line for line in text.split("\n"))
