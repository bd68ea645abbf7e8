"""How a rule's cases are written down: what is judged, and what must come of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from planner.analysis.cost import cost
from planner.analysis.facts import Facts
from planner.analysis.lanes import Lanes, Link, PairPath, lanes
from planner.analysis.memory import Memory, Share
from planner.analysis.power import power
from planner.analysis.space import space
from planner.analysis.thermal import thermal
from planner.analysis.throughput import Throughput
from planner.catalog.load import load_catalog
from planner.catalog.store import Catalog
from planner.domain.base import Confidence, Evidence
from planner.domain.findings import Finding, Severity
from planner.domain.policy import Policy
from planner.domain.rig import Rig, RigCard, Shelf
from planner.domain.steps import Range
from planner.domain.units import GIB, pcie_gb_s
from planner.rules import RULES
from planner.rules.rule import Judgement, judge
from tests.makers import SEEN, make_board, make_rig, make_rig_card

INFO, WARNING, ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR
BY_CODE = {rule.code: rule for rule in RULES}
FROM_MEMORY = Evidence(confidence=Confidence.MEMORY, sources=(), seen_on=SEEN)

Make = Callable[[], Facts]


@dataclass(frozen=True, slots=True)
class Case:
    rule: str
    name: str
    kind: str
    """fires, silent, edge or needs."""
    facts: Make
    expected: Severity | None
    """The gravest verdict; None for silence."""

    def __str__(self) -> str:
        return f"{self.rule} {self.name}"


def fires(rule: str, severity: Severity, name: str, facts: Make) -> Case:
    return Case(rule, name, "fires", facts, severity)


def silent(rule: str, name: str, facts: Make) -> Case:
    return Case(rule, name, "silent", facts, None)


def needs(rule: str, name: str, facts: Make) -> Case:
    return Case(rule, name, "needs", facts, None)


def edge(
    rule: str,
    name: str,
    facts: Callable[[Any], Facts],
    quiet: tuple[Any, Severity | None],
    loud: tuple[Any, Severity],
) -> tuple[Case, Case]:
    """Both sides of a threshold: the last value that passes (or says less), and the first that does not."""
    return (
        Case(rule, f"{name}: {quiet[0]}", "edge", lambda: facts(quiet[0]), quiet[1]),
        Case(rule, f"{name}: {loud[0]}", "edge", lambda: facts(loud[0]), loud[1]),
    )


def judged(rule: str, facts: Facts) -> Judgement:
    """By this rule alone."""
    return judge((BY_CODE[rule],), facts)


def check(case: Case) -> None:
    """A firing case fires at its severity; a silent one is passed; one that needs data is listed as not checked."""
    found = judged(case.rule, case.facts())
    worst = max((finding.severity for finding in found.findings), default=None)
    assert worst == case.expected, [finding.message for finding in found.findings]
    listed = case.rule in [skipped.rule for skipped in found.not_checked]
    if case.kind == "needs":
        assert listed
        assert all(text for skipped in found.not_checked for text in skipped.needs)
    elif case.expected is None:
        assert found.passed == (case.rule,), found.not_checked
    for finding in found.findings:
        assert finding.message.endswith((".", "!", "?")), finding.message


@lru_cache
def shipped() -> Catalog:
    """The shipped catalog, read once."""
    return load_catalog()


def facts_of(rig: Rig, policy: Policy | None = None, **results: Any) -> Facts:
    """What the real analyses say of a rig, the given results in place of theirs. No speed and no fit unless given."""
    drawn = power(rig)
    room = space(rig)
    found: dict[str, Any] = {
        "lanes": lanes(rig),
        "space": room,
        "power": drawn,
        "thermal": thermal(rig, room, drawn),
        "memory": None,
        "throughput": None,
        "cost": cost(rig, drawn),
    }
    return Facts(rig=rig, policy=policy or Policy(), **(found | results))


def cards_in(rows: tuple[int, ...], card: dict[str, Any] | None = None, **changes: Any) -> tuple[RigCard, ...]:
    """Cards straight in the given rows of the usual board, fed by the first supply."""
    board = make_board()
    return tuple(
        make_rig_card(n, board.connector(f"PCIE{row}"), psu="psu-1", card=card or {}, **changes)
        for n, row in enumerate(rows, 1)
    )


def rig_with(rows: tuple[int, ...] = (1, 4), card: dict[str, Any] | None = None, **changes: Any) -> Rig:
    """The usual rig with cards in these rows."""
    chip = changes.pop("chip", {})
    limit = changes.pop("limit_w", None)
    return make_rig(cards=cards_in(rows, card, chip=chip, limit_w=limit), **changes)


def make_link(number: int = 1, width: int = 16, gen: int = 4, root_kind: str = "cpu", **changes: Any) -> Link:
    fields: dict[str, Any] = {
        "gpu": f"gpu-{number}",
        "slot": f"PCIE{number}",
        "width": width,
        "gen": gen,
        "root": root_kind,
        "root_kind": root_kind,
        "gb_s": pcie_gb_s(gen, width),
        "slot_width": 16,
        "card_width": 16,
        "slot_gen": 4,
        "card_gen": 4,
        "limited_by": (),
    }
    return Link(**(fields | changes))


def make_lanes(*links: Link, **changes: Any) -> Lanes:
    """Two cards exchange at the slower of their links, unless pairs are given."""
    pairs: tuple[PairPath, ...] = ()
    if len(links) > 1:
        slowest = min(link.path_gb_s for link in links)
        pairs = (PairPath(links[0].gpu, links[1].gpu, slowest * 0.85, "cpu", False),)
    fields: dict[str, Any] = {"links": links, "connectors": (), "modes": (), "conflicts": (), "pairs": pairs}
    return Lanes(**(fields | changes))


def make_share(
    device: str = "gpu-1", free_gib: float = 4.0, usable_gib: float = 24.0, reserved_gib: float = 0.0
) -> Share:
    weights = (usable_gib - free_gib - reserved_gib) * GIB
    return Share(device, device, weights, 0.0, 0.0, 0.0, reserved_gib * GIB, usable_gib * GIB)


def make_fit(*shares: Share, **changes: Any) -> Memory:
    """A fit whose verdict follows from the shares."""
    shares = shares or (make_share(),)
    cards = [share for share in shares if share.device != "ram"]
    worst, tight = min(shares, key=lambda s: s.free), min(cards, key=lambda s: s.free)
    fields: dict[str, Any] = {
        "fits": worst.free >= 0,
        "tight": worst.free >= 0 and tight.free < GIB,
        "over_bytes": max(0.0, -worst.free),
        "total_over_bytes": 0.0,
        "margin_bytes": 1.0 * GIB,
        "tightest": tight.device,
        "why": "It holds most.",
        "shares": shares,
        "weights_bytes": sum(share.weights for share in cards),
        "weights_from": "a test",
        "kv_bytes": 1.0 * GIB,
        "kv_bytes_per_token": 1e5,
        "bits_per_weight": 4.8,
        "max_context": 65_536,
        "layers_per_device": (),
        "ram_bytes": 8.0 * GIB,
        "steps": (),
        "not_modelled": (),
        "error_percent": 3.0,
    }
    return Memory(**(fields | changes))


def make_speed(decode: float = 30.0, **changes: Any) -> Throughput:
    band = Range(decode, decode * 0.8, decode * 1.2)
    fields: dict[str, Any] = {
        "decode_tok_s": band,
        "decode_sum_tok_s": band,
        "prefill_tok_s": Range(800, 700, 900),
        "ttft_s": Range(2, 1, 3),
        "load_s": 30.0,
        "limited_by": "memory",
        "sure": "well known",
        "decode_steps": (),
        "prefill_steps": (),
        "not_modelled": (),
        "assumed": (),
        "engine": "llama.cpp",
        "split": "layer",
    }
    return Throughput(**(fields | changes))


def said(rule: str, facts: Facts) -> Finding:
    """The gravest finding of one rule."""
    return judged(rule, facts).findings[0]


def ways_out(rule: str, facts: Facts) -> list[str]:
    """What the buttons beside that finding read."""
    return [fix.label for fix in said(rule, facts).fixes]


def changed(facts: Facts, **changes: Any) -> Facts:
    """The rig changed, the results as they were."""
    return replace(facts, rig=replace(facts.rig, **changes))


def with_shelf(facts: Facts, **parts: Any) -> Facts:
    return changed(facts, shelf=Shelf(**parts))
