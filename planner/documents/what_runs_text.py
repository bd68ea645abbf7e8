"""Which models run on a build, one line each, beside one card less and one more."""

from collections.abc import Mapping, Sequence
from typing import Any

from planner.domain.units import show_tok_s, show_tokens

HEADS = ("Model", "Quantisation", "GiB", "Here", "Context up to", "Decode", "One card less", "One card more")
WORDS = {
    "fits": "fits",
    "tight": "tight",
    "offload": "part in RAM",
    "no": "no",
    "beyond": "too long",
    "refused": "refused",
}


def what_runs_text(build: str, context: int, rows: Sequence[Mapping[str, Any]]) -> str:
    lines = [HEADS, *(_line(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADS))]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    head = f"What runs on {build}, with {show_tokens(context)} tokens of context for each user"
    said = (
        "The most bits per weight that fit on the cards; where none do, the fewest that run with a part in system RAM."
    )
    return "\n".join([head, said, "", *table])


def _line(row: Mapping[str, Any]) -> tuple[str, ...]:
    here = row["here"]
    return (
        row["name"],
        row["quant"],
        f"{row['weights_gib']:,.1f}",
        _verdict(row),
        show_tokens(here["max_context"]) if here["max_context"] else "–",
        _speed(here),
        _neighbour(row["one_card_less"]),
        _neighbour(row["one_card_more"]),
    )


def _verdict(row: Mapping[str, Any]) -> str:
    here, in_ram = row["here"], row["in_ram"]
    if here["verdict"] == "no":
        return f"lacks {-here['spare_gib']:,.1f} GiB"
    if here["verdict"] == "offload" and in_ram:
        return f"{in_ram['what']} of {in_ram['layers']} in RAM"
    return WORDS[here["verdict"]]


def _speed(reach: Mapping[str, Any]) -> str:
    return show_tok_s(reach["decode_tok_s"]["value"]) if reach["decode_tok_s"] else "–"


def _neighbour(reach: Mapping[str, Any] | None) -> str:
    if reach is None:
        return "–"
    context = f" to {show_tokens(reach['max_context'])}" if reach["max_context"] else ""
    return f"{WORDS[reach['verdict']]}{context}"
