"""Draw at the wall against what the uninterruptible supply in front of it bears."""

from collections.abc import Iterator

from planner.analysis.power import Power
from planner.domain.findings import Severity
from planner.domain.units import show_w
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD_OR_CPU, Subject, on_power

NEAR_PERCENT = 80


def check(subject: Subject[Power]) -> Iterator[Verdict | Needs]:
    bears, wall = subject.rig.build.site.ups_w, subject.of.wall
    if bears is None:
        return
    if wall is None:
        yield Needs("the wall circuit the machine will hang on")
        return
    draw = wall.sustained_w - subject.rig.build.site.other_load_w
    if draw * 100 > bears * NEAR_PERCENT:
        yield _verdict(draw, bears, tuple(supply.key for supply in subject.rig.psus))


def _verdict(draw: float, bears: int, keys: tuple[str, ...]) -> Verdict:
    over = draw > bears
    return Verdict(
        Severity.WARNING if over else Severity.INFO,
        f"Up to {show_w(draw)} behind a UPS that bears {show_w(bears)}: {100 * draw / bears:.0f} %. Count with its "
        "watts, not its volt-amperes, and take one with a sine wave: supplies with active correction may switch off on "
        "any other.",
        parts=keys,
        where="ups",
        value=draw / bears,
        title="" if over else "UPS has little to spare",
    )


RULE = Rule(
    code="PWR-013",
    id="ups-overloaded",
    area="Power",
    title="UPS is overloaded",
    why="Above its rating it alarms at once and drops the machine when the mains fail, which is what it was for.",
    fix="A larger UPS, lower power limits, or only the storage behind it.",
    sources=("https://github.com/geerlingguy/top500-benchmark/issues/44",),
    reads=on_power,
    needs=A_CARD_OR_CPU,
    check=check,
)
