"""What would become of the headline numbers and the findings: one report against another."""

from dataclasses import dataclass

from planner.domain.findings import Finding, Severity
from planner.domain.units import show_money
from planner.evaluate import Report


@dataclass(frozen=True, slots=True)
class Difference:
    """After minus before; None where one of the two is not known."""

    cents: int
    currency: str
    unpriced: tuple[str, ...]
    """Labels of parts after the change whose price is not known: `cents` leaves them out."""
    sustained_w: float | None
    decode_tok_s: float | None
    decode_before: float | None
    decode_after: float | None
    vram_gib: float
    gained: tuple[Finding, ...]
    lost: tuple[Finding, ...]

    @property
    def told(self) -> tuple[tuple[bool, Finding], ...]:
        """(whether it is new, finding), the gravest first. One that only names other parts now is neither new nor
        gone."""
        old = {(finding.rule, finding.severity) for finding in self.lost}
        new = {(finding.rule, finding.severity) for finding in self.gained}
        said = [(True, finding) for finding in self.gained if (finding.rule, finding.severity) not in old]
        said += [(False, finding) for finding in self.lost if (finding.rule, finding.severity) not in new]
        return tuple(sorted(said, key=lambda pair: -pair[1].severity))

    def gained_at(self, severity: Severity) -> int:
        return sum(finding.severity == severity for finding in self.gained)

    def lost_at(self, severity: Severity) -> int:
        return sum(finding.severity == severity for finding in self.lost)


def difference(before: Report, after: Report) -> Difference:
    old, new = {f.key: f for f in before.open_findings}, {f.key: f for f in after.open_findings}
    speeds = decode(before), decode(after)
    return Difference(
        cents=after.facts.cost.total_cents - before.facts.cost.total_cents,
        currency=after.facts.cost.currency,
        unpriced=tuple(label for label in after.facts.cost.unpriced if label not in before.facts.cost.unpriced),
        sustained_w=_minus(_sustained(after), _sustained(before)),
        decode_tok_s=_minus(speeds[1], speeds[0]),
        decode_before=speeds[0],
        decode_after=speeds[1],
        vram_gib=_vram(after) - _vram(before),
        gained=tuple(new[key] for key in new if key not in old or new[key].severity > old[key].severity),
        lost=tuple(old[key] for key in old if key not in new or new[key].severity < old[key].severity),
    )


def decode(report: Report) -> float | None:
    """Tokens per second for one user; None where the model does not fit or nothing is asked."""
    return report.facts.throughput.decode_tok_s.value if report.facts.throughput else None


def headline(change: Difference) -> str:
    """What it costs in money and speed: +$120 · −0.4 tok/s."""
    return " · ".join(text for text in (money_words(change), speed_words(change)) if text)


def money_words(change: Difference) -> str:
    if change.unpriced:
        return "price not known"
    return f"{signed_money(change.cents, change.currency)}" if change.cents else "no cost"


def speed_words(change: Difference) -> str:
    before, after = change.decode_before, change.decode_after
    if before is None and after is None:
        return ""
    if before is None:
        return f"then {after:.1f} tok/s"
    if after is None:
        return "the model no longer fits"
    if abs(after - before) < max(0.05, before / 200):
        return "same speed"
    return f"{signed(after - before, 1)} tok/s"


def signed(value: float, digits: int = 0) -> str:
    """With a true minus sign."""
    return f"{'+' if value >= 0 else '−'}{abs(value):,.{digits}f}"


def signed_money(cents: int, currency: str) -> str:
    return f"{'+' if cents >= 0 else '−'}{show_money(round(abs(cents) / 100) * 100, currency)}"


def _minus(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b


def _sustained(report: Report) -> float | None:
    return report.facts.power.sustained_w if report.facts.power else None


def _vram(report: Report) -> float:
    return sum(card.vram_gib for card in report.rig.cards)
