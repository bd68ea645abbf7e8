"""System memory in the heat of the cards in a small case."""

from collections.abc import Iterator

from planner.analysis.power import Power
from planner.domain.findings import Severity
from planner.domain.units import show_w
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_CARD_OR_CPU, Subject, on_power

MUCH_W = 500
CAP_W = 260


def check(subject: Subject[Power]) -> Iterator[Verdict | Needs]:
    case, board = subject.rig.case, subject.rig.board
    small_board = board is not None and "itx" in board.form_factor.lower() and not (case is not None and case.open)
    small = (case is not None and case.kind == "small") or small_board
    if small and subject.of.gpu_w > MUCH_W:
        keys = tuple(card.key for card in subject.rig.cards)
        yield Verdict(
            Severity.WARNING,
            f"{show_w(subject.of.gpu_w)} of graphics cards in a small case heat the memory modules beside them. At 700 "
            "W a build like this passed 55 °C on its DDR5 and corrupted memory; 260 W per card cured it.",
            parts=("memory", *keys),
            value=subject.of.gpu_w,
            fixes=lambda: fixes.cap_cards(subject.rig, keys, CAP_W),
        )


RULE = Rule(
    code="THR-008",
    id="memory-beside-gpus",
    area="Thermal",
    title="Memory modules sit in the cards' heat",
    why="DDR5 above 55 °C starts to err. It shows as crashes that look like software.",
    fix="Aim a fan at the modules, and cap the cards.",
    sources=("https://github.com/mattbucci/2x-3090-GA102-300-A1-sglang-inference",),
    reads=on_power,
    needs=A_CARD_OR_CPU,
    check=check,
)
