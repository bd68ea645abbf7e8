"""Address space for the cards' memory windows: Above 4G decoding."""

from collections.abc import Iterator

from planner.analysis.facts import Facts
from planner.domain.findings import Severity
from planner.domain.parts import Board
from planner.rules.rule import Needs, Rule, Verdict
from planner.rules.subject import Subject
from planner.rules.words import count

LARGE_GIB = 16
TOO_MANY_BELOW = 4
"""Cards that stop a machine without Above 4G decoding, however small their windows."""
MANY = 6
HUGE_GIB = 80
HUGE_CARDS = 4


def reads(facts: Facts) -> Subject[Board] | None:
    return Subject(facts, facts.rig.board) if facts.rig.board and facts.rig.cards else None


def check(subject: Subject[Board]) -> Iterator[Verdict | Needs]:
    board, cards = subject.of, subject.rig.cards
    large = [card for card in cards if card.vram_gib >= LARGE_GIB]
    if len(cards) < 2 and not large:
        return
    keys = ("board", *(card.key for card in cards))
    csm = subject.rig.build.setup.csm is True
    if board.above_4g is False or csm:
        yield _no_space(subject, keys, csm)
        return
    huge = sum(card.vram_gib >= HUGE_GIB for card in cards)
    yield _advice(board, keys, crowded=len(cards) >= MANY or huge >= HUGE_CARDS)


def _no_space(subject: Subject[Board], keys: tuple[str, ...], csm: bool) -> Verdict:
    """Cards for data centres show all their memory at once; others 256 MiB, of which three go below 4 GiB."""
    cards = subject.rig.cards
    whole = [card for card in cards if card.chip.segment == "datacenter" and card.vram_gib >= LARGE_GIB]
    why = "starts with CSM on, which keeps Above 4G decoding off" if csm else "has no Above 4G decoding"
    return Verdict(
        Severity.ERROR if whole or len(cards) >= TOO_MANY_BELOW else Severity.WARNING,
        f"{subject.of.title} {why}: {count(len(cards), 'card')} with windows of up to "
        f"{max(card.vram_gib for card in cards):g} GiB find {'no' if whole else 'hardly any'} address space.",
        parts=keys,
        value=len(cards),
        rests_on=() if csm else (("board", "above_4g"),),
    )


def _advice(board: Board, keys: tuple[str, ...], crowded: bool) -> Verdict:
    many = (
        " With so many or so large cards firmware can run out of addresses: switch off USB4 and unused controllers, "
        "and ask whether others have booted as many on this board."
        if crowded
        else ""
    )
    known = "" if board.above_4g else " Not known is whether it has these; boards since about 2014 do."
    return Verdict(
        Severity.WARNING if crowded else Severity.INFO,
        f"In the BIOS of {board.title}: Above 4G decoding on, Resizable BAR on, CSM and all legacy options off (with "
        f"CSM on, Above 4G decoding has no effect).{known}{many}",
        parts=keys,
        value=len(keys),
        title="Many large cards on one board" if crowded else "Set Above 4G decoding and Resizable BAR",
    )


RULE = Rule(
    code="BIO-001",
    id="large-bars",
    area="Setup",
    title="Board cannot map the cards' memory",
    why="A card whose window finds no addresses does not appear, or the machine stops before the BIOS screen (POST "
    "codes d4, b2; “BAR 0M”, “no space” in the kernel log).",
    fix="Switch on Above 4G decoding, switch off CSM; for many cards also what is not needed.",
    sources=(
        "https://github.com/miyconst/Mi899/issues/39",
        "https://github.com/ROCm/amdgpu/issues/62",
        "https://github.com/xCuri0/ReBarUEFI/issues/395",
    ),
    reads=reads,
    needs="a motherboard and a graphics card",
    check=check,
)
