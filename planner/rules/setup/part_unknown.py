"""Parts a build names and nobody knows."""

from collections.abc import Iterator

from planner.domain.findings import Severity
from planner.domain.rig import Rig
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import Subject, on_rig


def check(subject: Subject[Rig]) -> Iterator[Verdict | Needs]:
    for part in subject.rig.missing:
        yield Verdict(
            Severity.WARNING,
            f"The build names “{part}”, which is neither in the catalog nor in the file: it is left out of every sum.",
            parts=(),
            where=part,
        )


RULE = Rule(
    code="PRT-001",
    id="part-unknown",
    area="Setup",
    title="Part is not in the catalog",
    why="What is not known can be neither added up nor checked: the results are those of a smaller machine.",
    fix="Choose another part in its place, or describe it as a part of your own.",
    sources=("The catalog of this program",),
    reads=on_rig,
    needs="",
    check=check,
)
