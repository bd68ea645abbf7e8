"""What a measurement says of its speculation: `mtp n=3 accept=0.56`, or `draft qwen2.5-0.5b Q8_0 n=5 text=code`."""

import re
from dataclasses import dataclass
from typing import cast, get_args

from planner.domain.measurement import Text

_SAID = re.compile(r"(?:mtp|draft (?P<model>\S+) (?P<quant>\S+)) n=(?P<tokens>\d+)(?P<more>( \w+=\S+)*)")
_MORE = re.compile(r"(\w+)=(\S+)")


@dataclass(frozen=True, slots=True)
class Drafted:
    tokens: int
    """Drafted before each check."""
    model: str = ""
    """Of the draft; empty for the model's own next-token block."""
    quant: str = ""
    accepted: float | None = None
    """Share of the drafted tokens that was kept, as engines print it."""
    text: Text = ""


def read_drafted(said: str) -> Drafted | None:
    """None for kinds of speculation that are not modelled: n-grams, EAGLE, DFlash; and for what cannot be read."""
    found = _SAID.fullmatch(said.strip())
    if found is None:
        return None
    more = dict(_MORE.findall(found["more"]))
    accepted = float(more["accept"]) if "accept" in more else None
    text = more.get("text", "")
    if set(more) - {"accept", "text"} or text not in get_args(Text):
        return None
    if accepted is not None and not 0 <= accepted <= 1:
        return None
    return Drafted(int(found["tokens"]), found["model"] or "", found["quant"] or "", accepted, cast(Text, text))


def said_of(tokens: int, model: str = "", quant: str = "", accepted: float | None = None) -> str:
    """The other way round."""
    kept = "" if accepted is None else f" accept={accepted:.4g}"
    return f"{f'draft {model} {quant}' if model else 'mtp'} n={tokens}{kept}"
