"""Tooltips that show a text as it is."""

from html import escape


def plain_tip(text: str) -> str:
    """Qt guesses whether a tooltip is rich text: a part's name from a file must never be read as such."""
    return f"<p style='white-space:pre'>{escape(text).replace(chr(10), '<br>')}</p>" if text else ""
