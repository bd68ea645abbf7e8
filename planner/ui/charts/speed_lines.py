"""The rows of the speed chart as lines: of its table, of a file, and as a screen reader says them."""

from planner.ui.charts.speed_points import Point
from planner.ui.charts.speed_rows import SpeedRow


def in_words(row: SpeedRow) -> str:
    """A row for who hears it."""
    between = f", between {row.speed.low:,.1f} and {row.speed.high:,.1f}" if row.speed else ""
    measured = "; ".join(point.answer for point in row.points)
    return " ".join(filter(None, (f"{row.label}: {row.said}{between}.", row.note, measured)))


def file_lines(rows: tuple[SpeedRow, ...]) -> list[tuple[str, ...]]:
    """With who measured what, and where it is published."""
    return [
        (*line[:-1], "; ".join(f"{p.tok_s:.1f}" for p in row.points), "; ".join(_source(p) for p in row.points))
        for line, row in zip(lines(rows), rows, strict=True)
    ]


def _source(point: Point) -> str:
    differs = f", not quite this case: {point.differs}" if point.differs else ""
    url = f", {point.measurement.url}" if point.measurement.url else ""
    return f"{point.tok_s:.1f}: {point.setup}, {point.measurement.source}{url}{differs}"


def lines(rows: tuple[SpeedRow, ...]) -> list[tuple[str, ...]]:
    def cell(value: float | None) -> str:
        return "" if value is None else f"{value:.1f}"

    return [
        (
            row.label,
            cell(row.speed.value if row.speed else None),
            cell(row.speed.low if row.speed else None),
            cell(row.speed.high if row.speed else None),
            row.note if row.speed else row.said,
            "; ".join(f"{point.tok_s:.1f} ({point.measurement.source})" for point in row.points),
        )
        for row in rows
    ]
