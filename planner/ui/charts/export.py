"""Charts and drawings as files: PNG and SVG by painting the same thing once more, CSV from its rows."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsView

from planner.files import atomic
from planner.ui import theme

Paint = Callable[[QPainter, QRectF], None]


def save_charts(
    path: Path, charts: Sequence[QGraphicsView], heads: Sequence[str], lines: Iterable[Sequence[object]], title: str
) -> None:
    """By the ending of the name: the charts side by side as .png or .svg, their figures as .csv. Raises `FileProblem`,
    as all of these do: neither Qt nor a text file says that a disk was full."""
    if path.suffix.lower() == ".csv":
        save_csv(path, heads, lines)
        return
    size = QSize(sum(chart.width() for chart in charts), max((chart.height() for chart in charts), default=0))

    def paint(painter: QPainter, rect: QRectF) -> None:
        left = rect.left()
        for chart in charts:
            seen = chart.mapToScene(chart.rect()).boundingRect()  # the scene itself only ever grows
            with enlarged(chart, painter.transform().m11()):
                chart.scene().render(painter, QRectF(left, rect.top(), chart.width(), chart.height()), seen)
            left += chart.width()

    if path.suffix.lower() == ".svg":
        save_svg(path, size, theme.current().window, paint, title)
    else:
        save_png(path, size, theme.current().window, paint)


@contextmanager
def enlarged(chart: QGraphicsView, scale: float) -> Iterator[None]:
    """pyqtgraph's points have a size in pixels, and stay small in a larger picture unless they are told."""
    points = [item for item in chart.scene().items() if hasattr(item, "setExportMode")]
    for item in points:
        item.setExportMode(True, {"resolutionScale": scale})
    try:
        yield
    finally:
        for item in points:
            item.setExportMode(False)


def save_png(path: Path, size: QSize, background: str, paint: Paint, scale: float = 2.0) -> None:
    """Twice the size on screen, so that it stays sharp in a document."""
    image = QImage(size * scale, QImage.Format.Format_RGB32)
    image.fill(QColor(background))
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint(painter, QRectF(0, 0, size.width(), size.height()))
    painter.end()
    kept = QBuffer()
    QImageWriter(kept, QByteArray(b"png")).write(image)
    atomic.write(path, bytes(kept.data().data()))


def save_svg(path: Path, size: QSize, background: str, paint: Paint, title: str = "") -> None:
    generator, kept, whole = QSvgGenerator(), QBuffer(), QRectF(0, 0, size.width(), size.height())
    generator.setOutputDevice(kept)
    generator.setSize(size)
    generator.setViewBox(whole)
    generator.setTitle(title)
    painter = QPainter()
    painter.begin(generator)
    painter.fillRect(whole, QColor(background))
    paint(painter, whole)
    painter.end()
    atomic.write(path, bytes(kept.data().data()))


def save_csv(path: Path, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Cells that a spreadsheet would take for a formula get an apostrophe in front."""
    text = StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(heads)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    atomic.write(path, text.getvalue().encode("utf-8"))


def _harmless(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not _number(text) else text


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
