"""How far the speed estimates are from measurements, by situation: a page for Help, from the calibration's figures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from planner.domain.calibration import Calibration

FEWEST = 5
"""Measurements below which a line would say nothing."""
KINDS = {"decode": "Decode", "prefill": "Prefill"}
SITUATIONS = {
    "": "All situations",
    " one": "One card",
    " one quality A": "One card, best documented",
    " one moe": "One card, mixture of experts",
    " layer": "Several cards, layer split",
    " tensor": "Several cards, tensor parallel",
    " tensor native moe": "Tensor parallel, mixture of experts",
    " row": "Several cards, row split of old llama.cpp",
    " one users": "One card, many users",
    " tensor users": "Tensor parallel, many users",
    " offload": "Weights partly in system RAM",
    " cpu": "CPU only",
    " speculative": "With speculation",
    " speculative, acceptance known": "With speculation, acceptance known",
}
APART = "Speeds with speculation depend on the text as well, and are no part of the line of all situations."
WAYS = {"card": "unseen card", "model": "unseen model", "source": "unseen source"}
HEAD = (
    "",
    "Measurements",
    "Median error",
    "90 % within",
    "Bias",
    *(f"{word} (median)" for word in WAYS.values()),
    "In range",
)


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """Percent throughout; None where too little was measured."""

    situation: str
    rows: int
    median: float
    p90: float
    bias: float
    by_way: tuple[float | None, ...]
    """Median error with the card, the model or the source unseen."""
    coverage: float


@dataclass(frozen=True, slots=True)
class ErrorTable:
    title: str
    lines: tuple[ErrorLine, ...]


@dataclass(frozen=True, slots=True)
class AccuracyPage:
    title: str
    words: tuple[str, ...]
    tables: tuple[ErrorTable, ...]


def accuracy_page(calibration: Calibration) -> AccuracyPage:
    return AccuracyPage(
        title="How accurate the speeds are",
        words=_words(calibration),
        tables=tuple(
            ErrorTable(title, tuple(_lines(kind, calibration.errors)))
            for kind, title in KINDS.items()
            if f"{kind}" in calibration.errors
        ),
    )


def _words(calibration: Calibration) -> tuple[str, ...]:
    return (
        f"Speeds are worked out from bandwidth, arithmetic and waiting times. What the physics leaves open was fitted "
        f"on {calibration.rows:,} published measurements, last on {calibration.fitted_on}.",
        "The figures below are not those of the fit: every measurement was predicted again by fits that had not seen "
        "its card, its model or its source. Expect the first two for a part or model new to the catalog, the third for "
        "a machine set up by somebody else.",
        "Bias is the median signed error: above zero the estimates are too fast. “In range” is the share of "
        "measurements inside the range shown with the estimate; 80 % is meant.",
        *((APART,) if any(name.startswith("decode speculative") for name in calibration.errors) else ()),
        "A measurement of your own machine corrects its estimates; type it in or paste what llama-bench printed.",
    )


def _lines(kind: str, errors: Mapping[str, Mapping[str, float]]) -> Iterator[ErrorLine]:
    for name, words in SITUATIONS.items():
        found = errors.get(kind + name)
        if found is None or found["rows"] < FEWEST:
            continue
        ways = (errors.get(f"{kind}{name} by {way}") for way in WAYS)
        yield ErrorLine(
            situation=words,
            rows=round(found["rows"]),
            median=found["median_pct"],
            p90=found["p90_pct"],
            bias=found["bias_pct"],
            by_way=tuple(way["median_pct"] if way and way["rows"] >= FEWEST else None for way in ways),
            coverage=found["coverage_pct"],
        )


def page_file(catalog: Path) -> Path:
    """Where the page lies in the folder of the catalog."""
    return catalog / "calibration" / "ACCURACY.md"


def as_markdown(page: AccuracyPage) -> str:
    parts = [f"# {page.title}", *page.words]
    for table in page.tables:
        rule = ["---", *["---:"] * (len(HEAD) - 1)]
        rows = [HEAD, tuple(rule), *(cells(line) for line in table.lines)]
        parts += [f"## {table.title}", "\n".join("| " + " | ".join(row) + " |" for row in rows)]
    return "\n\n".join(parts) + "\n"


def cells(line: ErrorLine) -> tuple[str, ...]:
    """One line as text, in the order of `HEAD`."""
    ways = ("–" if way is None else f"{way:.1f} %" for way in line.by_way)
    bias = f"{round(line.bias, 1) + 0.0:+.1f} %"  # plus zero: no “-0.0”
    numbers = (f"{line.rows:,}", f"{line.median:.1f} %", f"{line.p90:.0f} %", bias)
    return (line.situation, *numbers, *ways, f"{line.coverage:.0f} %")
