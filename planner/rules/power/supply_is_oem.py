"""A workstation or server maker's own supply."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import Subject, on_rig


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    for supply in subject.rig.psus:
        if supply.psu.oem:
            yield Verdict(
                Severity.WARNING,
                f"{supply.psu.title} is made for one maker's machines: fixed cables, often limits per rail that no "
                "label names, and other pins. Ask for its rail table before you count on its watts.",
                parts=(supply.key,),
                rests_on=((supply.key, "oem"),),
            )


RULE = Rule(
    code="PWR-007",
    id="supply-is-oem",
    area="Power",
    title="Supply of one maker's machines",
    why="Such supplies have limits per rail and too few plugs for added cards; machines with watts to spare on paper "
    "switched off.",
    fix="Get the rail table from the maker, or use an ordinary ATX supply.",
    sources=(
        "https://github.com/NVIDIA/cudf/issues/10336",
        "https://github.com/olafkfreund/nixos_config/pull/1395",
    ),
    reads=on_rig,
    needs="",
    check=check,
)
