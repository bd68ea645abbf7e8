"""A rule as a page of Markdown: what it looks for, why, from which figures on, what to do, and who says so."""

import inspect
import re
from dataclasses import dataclass

from planner.domain import units
from planner.rules.rule import AnyRule

UNITS = {
    "GB_S": "GB/s",
    "TOK_S": "tok/s",
    "W": "W",
    "V": "V",
    "MM": "mm",
    "GIB": "GiB",
    "S": "s",
    "KG": "kg",
    "PERCENT": "%",
}
"""Ending of a name -> unit; the longer endings first."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """One figure a rule compares with, as its module states it."""

    label: str
    value: float
    unit: str

    @property
    def shown(self) -> str:
        number = f"{self.value:,.0f}" if float(self.value).is_integer() else f"{self.value:g}"
        return f"{self.label}: {number} {self.unit}".rstrip()


def page(rule: AnyRule) -> str:
    roots = " or ".join(rule.folds_into)
    sections = {
        "Why it matters": rule.why,
        "What to do": rule.fix,
        "Figures": _bullets([threshold.shown for threshold in thresholds(rule)]),
        "Told together": f"Where {roots} says as much of the same parts, that speaks for this rule too."
        if roots
        else "",
        "Sources": _bullets(rule.sources),
    }
    told = [f"## {head}\n\n{text}" for head, text in sections.items() if text]
    return "\n\n".join([f"# {rule.code} {rule.title}", summary(rule), *told]) + "\n"


def summary(rule: AnyRule) -> str:
    """What the rule looks at, in the words of its module."""
    module = inspect.getmodule(rule.check)
    return (inspect.getdoc(module) or "").split("\n\n")[0].replace("\n", " ")


def thresholds(rule: AnyRule) -> tuple[Threshold, ...]:
    """The module's own constants: there is no second list that could differ."""
    module = inspect.getmodule(rule.check)
    found = {} if module is None else {name: v for name, v in vars(module).items() if name not in vars(units)}
    return tuple(_threshold(name, value) for name, value in found.items() if _is_figure(name, value))


def _is_figure(name: str, value: object) -> bool:
    return bool(re.fullmatch(r"[A-Z][A-Z0-9_]+", name)) and isinstance(value, int | float)


def _threshold(name: str, value: float) -> Threshold:
    for ending, unit in UNITS.items():
        if name.endswith("_" + ending):
            return Threshold(_words(name.removesuffix("_" + ending)), value, unit)
    return Threshold(_words(name), value, "")


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _bullets(lines: list[str] | tuple[str, ...]) -> str:
    return "\n".join(f"- {line}" for line in lines)
