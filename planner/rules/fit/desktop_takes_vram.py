"""What the screen or Windows holds of the cards' memory."""

from collections.abc import Iterator

from planner.analysis.memory import Memory, Share
from planner.domain.findings import Severity
from planner.domain.units import gib, show_gib
from planner.rules import fixes
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import A_PLAN, Subject, on_memory
from planner.rules.words import short

HOSTS = {"linux-desktop": "the Linux desktop", "windows": "Windows", "wsl2": "Windows under WSL2"}


def check(subject: Subject[Memory]) -> Iterator[Verdict | Needs]:
    host = subject.workload.host if subject.workload else ""
    holding = [share for share in subject.of.cards if share.reserved > 0]
    if host in HOSTS and holding:
        yield _verdict(subject, holding, HOSTS[host])


def _verdict(subject: Subject[Memory], holding: list[Share], host: str) -> Verdict:
    fit = subject.of
    worst = max(holding, key=lambda share: share.reserved)
    tips = not fit.fits and all(share.free + share.reserved > 0 for share in fit.cards)
    booked = set(fit.overbooked) & {share.device for share in holding}
    igpu = subject.rig.cpu is not None and bool(subject.rig.cpu.igpu)
    own = " Plug the screen into the board: the processor has graphics of its own." if igpu else ""
    return Verdict(
        Severity.WARNING if tips or booked else Severity.INFO,
        f"{host[0].upper()}{host[1:]} and what the driver keeps take {show_gib(gib(worst.reserved))} of "
        f"{short(worst.device)}{', without which the model would fit' if tips else ''}."
        f"{_refuses(subject) if booked else ''}{own}",
        parts=tuple(share.device for share in holding),
        where="host",
        value=worst.reserved,
        fixes=lambda: fixes.change_workload("Run without a desktop on Linux", host="linux-headless") if tips else (),
        steps=fit.steps,
    )


def _refuses(subject: Subject[Memory]) -> str:
    engine = subject.rig.engine.name if subject.rig.engine else "The engine"
    return f" {engine} claims its share of the card at start and stops when that is not free: set a smaller share."


RULE = Rule(
    code="FIT-007",
    id="desktop-takes-vram",
    area="Model fit",
    title="Screen and system hold VRAM",
    why="A card with a desktop on it has room for tens of thousands of tokens less.",
    fix="Use the processor's graphics or a small second card for the screen, or run without one.",
    sources=(
        "https://github.com/noonghunna/club-3090/issues/102",
        "https://github.com/noonghunna/club-3090/issues/71",
    ),
    reads=on_memory,
    needs=A_PLAN,
    check=check,
)
