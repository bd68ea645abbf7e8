"""Heat that stays in the case against what its air carries off."""

from collections.abc import Iterator

from planner.analysis.thermal import Thermal
from planner.domain.findings import Severity
from planner.domain.parts import Case
from planner.domain.units import show_w
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import Subject, on_thermal

FAR_OVER = 1.5
LEAST_SHARE = 0.5
ANY_TOWER_W = 700
"""What the best-aired class of towers carries off."""


def check(subject: Subject[Thermal]) -> Iterator[Verdict | Needs]:
    heat, case = subject.of, subject.rig.case
    if heat.case_limit_w is None:
        if case is None or not case.open:
            yield Needs("a case whose airflow is known")
            if heat.case_heat_w > ANY_TOWER_W and (case is None or case.kind != "rack"):
                yield _any_tower(subject)
        return
    if heat.case_heat_w > heat.case_limit_w:
        yield _verdict(subject, heat.case_limit_w)


def _verdict(subject: Subject[Thermal], limit_w: float) -> Verdict:
    heat = subject.of
    keys = tuple(card.key for card in subject.rig.cards)
    watts = int(max(card.power_w for card in subject.rig.cards) * limit_w / heat.case_heat_w // 10 * 10) if keys else 0
    return Verdict(
        Severity.ERROR if heat.case_heat_w > limit_w * FAR_OVER else Severity.WARNING,
        f"About {show_w(heat.case_heat_w)} stay in the case; {heat.case_limit_from} carries off about "
        f"{show_w(limit_w)}. Let the case fans follow the cards' temperature, not the processor's.",
        parts=("case", *keys),
        value=heat.case_heat_w / limit_w,
        fixes=lambda: _bearable(subject, keys, watts) + fixes.larger_case(subject.rig, _open_frame),
        steps=heat.steps,
        assumed=True,
    )


def _any_tower(subject: Subject[Thermal]) -> Verdict:
    heat, keys = subject.of, tuple(card.key for card in subject.rig.cards)
    return Verdict(
        Severity.WARNING,
        f"About {show_w(heat.case_heat_w)} stay in the case, and the best-aired towers carry off about "
        f"{show_w(ANY_TOWER_W)}: plan an open frame, or fans that follow the cards and blow over slots and memory too.",
        parts=keys,
        value=heat.case_heat_w / ANY_TOWER_W,
        steps=heat.steps,
        assumed=True,
        title="More heat than a tower carries off",
    )


def _bearable(subject: Subject[Thermal], keys: tuple[str, ...], watts: int) -> fixes.Fixes:
    """A limit, unless it would cost most of the speed."""
    highest = max((card.card.tgp_w for card in subject.rig.cards), default=0)
    return fixes.cap_cards(subject.rig, keys, watts) if watts >= highest * LEAST_SHARE else ()


def _open_frame(case: Case) -> bool:
    return case.open


RULE = Rule(
    code="THR-006",
    id="heat-above-case",
    area="Thermal",
    title="More heat than the case carries off",
    why="The air inside heats up until cards slow down, memory errs, or a slot gets hot enough to drop its link (88 "
    "°C was measured at one).",
    fix="More and stronger fans with a curve that follows the cards, lower limits, or an open frame.",
    sources=(
        "https://github.com/pop-os/system76-power/issues/81",
        "https://github.com/local-inference-lab/rtx6kpro daily-summaries/2026-03/2026-03-07.md",
    ),
    reads=on_thermal,
    needs="a graphics card",
    check=check,
)
