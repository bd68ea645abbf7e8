"""How far the estimates are from measurements, as a table."""

from collections.abc import Mapping
from typing import Any

from planner.documents.text_layout import paragraph, section, table, title

SPEED_HEAD = ("", "Rows", "Median error", "90 % within", "Bias", "In range")
MEMORY_HEAD = ("", "Rows", "Median error", "95 % within", "Median", "95 % within")


def accuracy_text(what: str, result: Mapping[str, Any]) -> str:
    """`result` as the scorers give it, `what` throughput or memory."""
    lines = title(f"Accuracy of the {what} estimates")
    if what == "throughput":
        for kind in ("decode", "prefill"):
            lines += section(kind.capitalize(), _speed(result.get(kind) or {}))
    else:
        lines += section("Components", _memory(result.get("groups") or {}))
        lines += section("Whole fits", _figures(result.get("fit") or {}))
    lines += section("Skipped", _skipped(result.get("skipped") or {}))
    return "\n".join(line.rstrip() for line in lines)


def _speed(kind: Mapping[str, Any]) -> list[str]:
    named = {"All": kind.get("all") or {}, **(kind.get("groups") or {})}
    rows = [(name, *_speed_cells(group)) for name, group in named.items() if group]
    return table(SPEED_HEAD, rows, right="lrrrrr")


def _speed_cells(group: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        str(group.get("rows", "")),
        _percent(group.get("median_pct")),
        _percent(group.get("p90_pct")),
        _percent(group.get("bias_pct"), signed=True),
        _percent(group.get("coverage_pct")),
    )


def _memory(groups: Mapping[str, Any]) -> list[str]:
    rows = [
        (
            name,
            str(group.get("rows", "")),
            _percent(group.get("median_pct")),
            _percent(group.get("p95_pct")),
            _mib(group.get("median_mib")),
            _mib(group.get("p95_mib")),
        )
        for name, group in groups.items()
    ]
    return table(MEMORY_HEAD, rows, right="lrrrrr")


def _percent(number: Any, signed: bool = False) -> str:
    if not isinstance(number, int | float):
        return "–"
    return f"{number:+.1f} %" if signed else f"{number:.1f} %"


def _mib(number: Any) -> str:
    return f"{number:,.0f} MiB" if isinstance(number, int | float) else "–"


def _figures(plain: Mapping[str, Any]) -> list[str]:
    rows = [(name.replace("_", " "), str(value)) for name, value in plain.items() if not isinstance(value, dict | list)]
    return table(("", ""), rows, right="lr")


def _skipped(skipped: Mapping[str, Any]) -> list[str]:
    if not skipped:
        return []
    rows = [(str(number), reason) for reason, number in sorted(skipped.items(), key=lambda item: str(item[0]))]
    return [*paragraph("Rows that cannot be modelled, by reason:", "  ", "  "), *table(("", ""), rows, right="rl")]
