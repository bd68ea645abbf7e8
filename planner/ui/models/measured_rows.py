"""The user's own measurements as lines of a table, and what they do to the estimates in words."""

from collections.abc import Sequence

from planner.analysis.own_speed import corrections
from planner.catalog.store import Catalog
from planner.domain.measurement import Measurement
from planner.domain.steps import Range
from planner.domain.units import show_tok_s, show_w
from planner.domain.workload import SPLIT_WORDS
from planner.evaluate import Report

HEADS = ("What", "Speed", "Model", "Cards", "Tokens", "Users", "Engine", "Timed on")
FIGURES = frozenset({1})


def line(row: Measurement, catalog: Catalog) -> tuple[str, ...]:
    """In the order of `HEADS`."""
    model, engine = catalog.models.get(row.model), catalog.engines.get(row.engine)
    decode = row.decode_tok_s is not None
    return (
        "Decode" if decode else "Prefill",
        show_tok_s((row.decode_tok_s if decode else row.prefill_tok_s) or 0),
        f"{model.name if model else row.model} · {row.quant}",
        _cards(row, catalog),
        _tokens(row.generated if decode else row.prompt, row.depth),
        f"{row.users}",
        engine.name if engine else row.engine,
        row.date,
    )


def _cards(row: Measurement, catalog: Catalog) -> str:
    if row.count == 0:
        return "CPU only"
    chip = catalog.chips.get(row.chip or "")
    words = [f"{row.count} × {chip.name if chip else row.gpu}"]
    if row.count > 1:
        words.append(SPLIT_WORDS.get(row.split, row.split))
    if row.power_limit_w:
        words.append(f"at {show_w(row.power_limit_w)}")
    return ", ".join(words)


def _tokens(count: int | None, depth: int) -> str:
    told = f"{count:,}" if count else "not said"
    return f"{told} after {depth:,}" if depth else told


def shift(before: Report, after: Report) -> str:
    """What measurements, which only the second report knows, do to the estimates."""
    told = "; ".join(filter(None, (_moved(before, after), unused(after))))
    return f"{told}." if told else ""


def _moved(before: Report, after: Report) -> str:
    one, two = before.facts.throughput, after.facts.throughput
    if one is None or two is None:
        return "There is no estimate to draw towards them: choose a workload that fits"
    pairs = (("decode", one.decode_tok_s, two.decode_tok_s), ("prefill", one.prefill_tok_s, two.prefill_tok_s))
    moved = [_pair(word, old, new) for word, old, new in pairs if abs(new.value / old.value - 1) > 0.0005]
    narrowed = any(new.high - new.low < old.high - old.low for _, old, new in pairs)
    if not moved:
        return "The estimate stays, with a narrower range" if narrowed else "The estimate of this workload stays"
    return f"Draws {' and '.join(moved)}"


def _pair(word: str, old: Range, new: Range) -> str:
    change = f"{(new.value / old.value - 1) * 100:+.1f}".replace("-", "−")
    return f"{word} from {show_tok_s(old.value)} to {show_tok_s(new.value)} ({change} %)"


def unused(report: Report) -> str:
    """How many are left out, and why that may be."""
    rows = report.build.measured
    lacking = max(0, len(rows) - len(corrections(report.rig, report.facts.lanes)))
    if not lacking:
        return ""
    which = "this one is" if len(rows) == 1 else f"{lacking} of {len(rows)} are"
    return (
        f"{which} not used: not run on these cards, not fitting on them as measured, or more than 3 times off "
        "the estimate"
    )


def same_file(models: Sequence[str]) -> int | None:
    """Place of the first that is another model than the one before."""
    return next((n for n in range(1, len(models)) if models[n] != models[0]), None)
